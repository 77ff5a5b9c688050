"""Changes that a room, a microphone, a line or a codec makes."""

import io
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from voicecoach.active_level import active_level
from voicecoach.timeline import FloatArray

Samples = npt.NDArray[Any]
Noise = Literal["white", "pink", "babble"]
Codec = Literal["mp3", "opus", "alaw", "gsm"]

BABBLE_VOICES = 8
DIRECT_TO_REVERB_DB = 0.0  # energy of the direct sound over that of the tail: the distance of a desk microphone
TELEPHONE_BAND = (300.0, 3400.0)  # Hz, ITU-T G.712


def add_noise(samples: Samples, sr: int, snr_db: float, kind: Noise = "white", seed: int = 0) -> FloatArray:
    """Steady noise at ``snr_db`` below the speech.

    The ratio is the active speech level (ITU-T P.56, :mod:`voicecoach.active_level`) over the root mean
    square of the noise, both over the whole band. Babble is eight copies of the recording itself, each
    reversed and started elsewhere: speech-like in spectrum and rhythm, without words.

    Raises
    ------
    ValueError    unknown kind, or no speech that the noise could stand in a ratio to
    """
    speech = active_level(samples, sr)
    if speech is None:
        raise ValueError("these samples are silent: a speech-to-noise ratio needs speech")
    random = np.random.default_rng(seed)
    if kind == "white":
        noise = random.standard_normal(len(samples))
    elif kind == "pink":
        noise = _pink(len(samples), random)
    elif kind == "babble":
        reverse = np.asarray(samples, np.float64)[::-1]
        noise = sum((np.roll(reverse, int(k)) for k in random.integers(len(samples), size=BABBLE_VOICES)), np.zeros(1))
    else:
        raise ValueError(f"noise kind is {kind!r}, expected white, pink or babble")
    noise *= 10 ** ((speech[0] - snr_db) / 20) / np.sqrt(np.mean(noise**2))
    return np.asarray(samples + noise)


def _pink(n: int, random: np.random.Generator) -> FloatArray:
    from scipy.fft import irfft, next_fast_len, rfft

    spectrum = rfft(random.standard_normal(next_fast_len(n)))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return np.asarray(irfft(spectrum))[:n]


def reverberate(samples: Samples, sr: int, rt60: float, seed: int = 0) -> FloatArray:
    """A room: noise that decays by 60 dB in ``rt60`` s after each sound, as strong in all as the direct sound.

    Direct-to-reverberant ratio 0 dB; the length stays, so the last tail is cut.
    """
    from scipy.signal import oaconvolve

    if not rt60 > 0:
        raise ValueError(f"rt60 is {rt60}, expected a time above 0 s")
    time = np.arange(1, max(2, round(1.2 * rt60 * sr))) / sr
    tail = np.random.default_rng(seed).standard_normal(len(time)) * 10 ** (-3 * time / rt60)
    tail *= np.sqrt(10 ** (-DIRECT_TO_REVERB_DB / 10) / np.sum(tail**2))
    room = np.concatenate([[1.0], tail])
    return np.asarray(oaconvolve(np.asarray(samples, np.float64), room)[: len(samples)])


def lowpass(samples: Samples, sr: int, hz: float) -> FloatArray:
    """Nothing above ``hz`` (Butterworth, order 8 forwards and backwards); unchanged from half the rate on."""
    if not hz > 0:
        raise ValueError(f"cut-off is {hz} Hz, expected more than 0")
    if hz >= 0.49 * sr:
        return np.array(samples, np.float64)
    from scipy.signal import butter, sosfiltfilt

    return np.asarray(sosfiltfilt(butter(8, hz, fs=sr, output="sos"), np.asarray(samples, np.float64)))


def clip(samples: Samples, db: float) -> FloatArray:
    """Overdriven: the top ``db`` dB below the highest peak are cut flat, and the level is left as it is.

    Examples
    --------
    >>> clip(np.array([0.5, -1.0, 0.1]), 20.0).tolist()
    [0.1, -0.1, 0.1]
    """
    x = np.asarray(samples, np.float64)
    limit = float(np.max(np.abs(x), initial=0.0)) * 10 ** (-abs(db) / 20)
    return np.clip(x, -limit, limit)


def telephone(samples: Samples, sr: int) -> tuple[FloatArray, int]:
    """A narrow-band line: 300-3400 Hz, 8 kHz, A-law (ITU-T G.712, G.711). Gives samples and the rate, 8000."""
    import soxr
    from scipy.signal import butter, sosfilt

    narrow = soxr.resample(np.asarray(samples, np.float64), sr, 8000, quality="HQ")
    band = sosfilt(butter(4, TELEPHONE_BAND, "bandpass", fs=8000, output="sos"), narrow)
    return _stored(band, "ALAW"), 8000


def coded(samples: Samples, sr: int, codec: Codec, kbps: float = 64.0) -> FloatArray:
    """Through a codec and back at the same rate and length: ``"mp3"``, ``"opus"`` (at ``kbps``), ``"alaw"``, ``"gsm"``.

    GSM is the full-rate codec of mobile telephony (ETSI EN 300 961) at 8 kHz: nothing above 4 kHz comes back.

    Raises
    ------
    ValueError    unknown codec
    """
    if codec == "alaw":
        return _stored(np.asarray(samples, np.float64), "ALAW")
    if codec not in (*_CODERS, "gsm"):
        raise ValueError(f"codec is {codec!r}, expected one of {[*_CODERS, 'alaw', 'gsm']}")
    import soxr

    if codec == "gsm":
        narrow = _stored(soxr.resample(np.asarray(samples, np.float64), sr, 8000), "GSM610")
        return _fitted(soxr.resample(narrow, 8000, sr), len(samples))

    coder, container, rate = _CODERS[codec]
    decoded, got = _through(soxr.resample(np.asarray(samples, np.float64), sr, rate), rate, coder, container, kbps)
    return _fitted(soxr.resample(decoded, got, sr), len(samples))


def _fitted(x: FloatArray, n: int) -> FloatArray:
    """Cut, or filled up with silence, to ``n`` samples."""
    return np.pad(x[:n], (0, max(0, n - len(x))))


# codec: name in FFmpeg, container, the rate it is run at (Opus decodes to 48 kHz whatever it was given)
_CODERS = {"mp3": ("libmp3lame", "mp3", 44100), "opus": ("libopus", "ogg", 48000)}


def _through(x: FloatArray, rate: int, coder: str, container: str, kbps: float) -> tuple[FloatArray, int]:
    import av

    held = io.BytesIO()
    with av.open(held, "w", format=container) as out:
        stream: Any = out.add_stream(coder, rate=rate, layout="mono")
        stream.bit_rate = round(kbps * 1000)
        for first in range(0, len(x), rate):
            block = np.clip(x[first : first + rate], -1, 1).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, first, Fraction(1, rate)
            for converted in av.AudioResampler(stream.format, "mono", rate).resample(frame):
                out.mux(stream.encode(converted))
        out.mux(stream.encode(None))
    held.seek(0)
    with av.open(held) as back:
        frames = [frame.to_ndarray() for frame in _planar(back)]
    return np.concatenate(frames, axis=1)[0].astype(np.float64), rate


def _planar(container: Any) -> Any:
    """Decoded frames of the first audio stream as planar floats."""
    import av

    resampler = av.AudioResampler("fltp", "mono")
    for frame in container.decode(audio=0):
        yield from resampler.resample(frame)


def _stored(x: FloatArray, coding: str) -> FloatArray:
    """Written as a WAV of that coding and read again."""
    import soundfile

    held = io.BytesIO()
    soundfile.write(held, np.clip(x, -1, 1), 8000, format="WAV", subtype=coding)  # the rate is only a label here
    held.seek(0)
    return np.asarray(soundfile.read(held, dtype="float64")[0])
