"""Smooth spectral envelopes of voiced speech, 0-4000 Hz: the shape of the vocal tract with the harmonics taken out.

The method is CheapTrick's (Morise 2015, Speech Communication 67:1-7): a window three periods long, the power
spectrum smoothed over 2/3 of f0, then a cepstral lifter that removes what repeats every f0. All of it depends on
f0, so that a voice's harmonics do not pass for its formants. Only 0-4000 Hz is kept: what a telephone lets through.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Spans, Track, inside

BAND_HZ = 4000.0  # Hz; upper end of the envelopes
BINS = 128  # envelope points, BAND_HZ / BINS apart
STEP = 2  # every second pitch frame: 20 ms
MOST_FRAMES = 6000  # frames kept of a long recording, evenly chosen: 2 min of voiced speech says enough about a voice
RANGE_DB = 25.0  # frames weaker than the strong ones (95th percentile) by more than this are left out
LOWEST_HZ = 51.0  # Hz; windows grow no longer than three of its periods
FLOOR = 1e-7  # of the mean power of a frame: -70 dB
Q1 = -0.15  # CheapTrick's spectral recovery weight (Morise 2015, eq. 9)
BATCH = 500  # frames per FFT batch: bounds the memory
SHAPE_POINTS = 28  # points of a shape, evenly spaced in mel
SHAPE_HZ = (320.0, 3000.0)  # Hz; above the telephone's lower edge, and below its upper one even when warped by 1.14


@dataclass(frozen=True)
class Envelopes:
    """Log spectral envelopes of voiced frames.

    Attributes
    ----------
    times : ndarray, shape (n,)             s, middle of each frame
    f0_hz : ndarray, shape (n,)             Hz
    log_power : ndarray, shape (n, 129)     natural log of power, float32, at ``frequencies``
    """

    times: FloatArray
    f0_hz: FloatArray
    log_power: npt.NDArray[np.float32]

    @property
    def frequencies(self) -> FloatArray:
        """Hz, shape (129,): 0 to 4000 in equal steps."""
        return np.linspace(0.0, BAND_HZ, BINS + 1)

    def shapes(self, warp: float = 1.0) -> FloatArray:
        """Each envelope read at ``warp`` times 28 frequencies, without its mean: what is left when level is taken out.

        If a speaker's resonances rise by 6 %, the shapes at ``warp`` 1.06 are those of before.

        Parameters
        ----------
        warp : float    0.8 to 1.3

        Returns
        -------
        ndarray, shape (n, 28)    natural log of power

        Examples
        --------
        >>> tilted = np.linspace(0, 12.8, 129, dtype=np.float32)[None]
        >>> shape = Envelopes(np.zeros(1), np.full(1, 200.0), tilted).shapes()
        >>> round(float(shape[0, -1] - shape[0, 0]), 3), round(float(abs(shape.mean())), 6)
        (8.576, 0.0)
        """
        if not 0.8 <= warp <= 1.3:
            raise ValueError(f"warp is {warp}, expected 0.8 to 1.3")
        place = warp * mel_spaced(*SHAPE_HZ, SHAPE_POINTS) * BINS / BAND_HZ
        low = np.minimum(place.astype(int), BINS - 1)
        part = np.minimum(place - low, 1.0)
        read = self.log_power[:, low] * (1 - part) + self.log_power[:, low + 1] * part
        return np.asarray(read - read.mean(axis=1, keepdims=True), dtype=np.float64)


def mel_spaced(low_hz: float, high_hz: float, count: int) -> FloatArray:
    """Frequencies evenly spaced in mel, 2595 log10(1 + f / 700), Hz.

    Examples
    --------
    >>> mel_spaced(0.0, 700.0, 3).round(1).tolist()
    [0.0, 289.9, 700.0]
    """
    mel = 2595 * np.log10(1 + np.array([low_hz, high_hz]) / 700)
    return np.asarray(700 * (10 ** (np.linspace(mel[0], mel[1], count) / 2595) - 1))


def envelopes(wave: npt.NDArray[np.float32], sr: int, f0: Track, ipus: Spans) -> Envelopes:
    """Envelopes of the voiced frames inside speech, every 20 ms.

    Parameters
    ----------
    wave : ndarray, shape (n,)    mono, full scale 1.0
    sr : int                      Hz, at least 8000
    f0 : Track                    Hz, NaN unvoiced
    ipus : Spans                  where the speech is, s

    Returns
    -------
    Envelopes    at most 6000 frames, evenly chosen; empty if nothing is voiced

    References
    ----------
    Morise M (2015). CheapTrick, a spectral envelope estimator for high-quality speech synthesis.
    Speech Communication 67:1-7.

    Examples
    --------
    A pulse train has a flat envelope, whatever its pitch:

    >>> from voicecoach.timeline import Span
    >>> wave = np.zeros(16000, np.float32)
    >>> wave[::100] = 0.5
    >>> times = np.arange(5, 95) / 100
    >>> got = envelopes(wave, 16000, Track(times, np.full(90, 160.0), "Hz"), (Span(0, 1),))
    >>> bool(np.ptp(got.log_power[10, 10:110]) < 0.1)
    True
    """
    inner = (f0.times < len(wave) / sr) & inside(f0.times, ipus)
    voiced = np.flatnonzero(np.isfinite(f0.values) & inner)[::STEP]
    if len(voiced) > MOST_FRAMES:
        voiced = voiced[np.linspace(0, len(voiced) - 1, MOST_FRAMES).astype(int)]
    times, hz = f0.times[voiced], f0.values[voiced]
    parts = [
        _envelope_batch(wave, sr, times[i : i + BATCH], hz[i : i + BATCH]) for i in range(0, len(times), BATCH)
    ]
    if not parts:
        return Envelopes(times, hz, np.empty((0, BINS + 1), np.float32))
    log_power, energy = (np.concatenate(column) for column in zip(*parts, strict=True))
    strong = energy > np.quantile(energy, 0.95) * 10 ** (-RANGE_DB / 10)
    return Envelopes(times[strong], hz[strong], log_power[strong])


def _envelope_batch(
    wave: npt.NDArray[np.float32], sr: int, times: FloatArray, hz: FloatArray
) -> tuple[npt.NDArray[np.float32], FloatArray]:
    """Log envelopes (k, 129) and the power in the band (k,) of k frames."""
    n_fft = 1 << int(np.ceil(np.log2(3 * sr / LOWEST_HZ)))
    n_band = round(BAND_HZ * n_fft / sr)
    bin_hz = sr / n_fft
    power = _power_spectra(wave, np.round(times * sr).astype(int), sr / np.maximum(hz, LOWEST_HZ), n_fft)
    power = power[:, : n_band + 1]
    strength = power[:, round(300 / bin_hz) :].sum(axis=1)
    smooth = _smoothed(power, 2 / 3 * hz / bin_hz)
    floor = FLOOR * smooth.mean(axis=1, keepdims=True) + np.finfo(np.float32).tiny
    log_power = _liftered(np.log(smooth + floor), hz)
    place = np.linspace(0, n_band, BINS + 1)
    low = np.minimum(place.astype(int), n_band - 1)
    part = (place - low).astype(np.float32)
    return log_power[:, low] * (1 - part) + log_power[:, low + 1] * part, strength.astype(np.float64)


def _power_spectra(
    wave: npt.NDArray[np.float32], centres: npt.NDArray[np.int_], period: FloatArray, n_fft: int
) -> npt.NDArray[np.float32]:
    """Power spectra under Hann windows of three periods (given in samples), each window's energy made 1."""
    from scipy.fft import rfft

    offsets = np.arange(-n_fft // 2, n_fft // 2)
    index = centres[:, None] + offsets
    frames = wave[np.clip(index, 0, len(wave) - 1)]
    frames[(index < 0) | (index >= len(wave))] = 0.0
    phase = (offsets / (1.5 * period[:, None])).astype(np.float32)
    window = np.where(np.abs(phase) < 1, 0.5 + 0.5 * np.cos(np.float32(np.pi) * phase), np.float32(0))
    frames = frames - (frames * window).sum(axis=1, keepdims=True) / window.sum(axis=1, keepdims=True)
    frames = frames * window / np.sqrt((window**2).sum(axis=1, keepdims=True))
    spectra = rfft(frames, axis=1)
    return np.asarray(spectra.real**2 + spectra.imag**2)


def _smoothed(power: npt.NDArray[np.float32], width: FloatArray) -> npt.NDArray[np.float32]:
    """Mean of each row over ``width`` bins around each bin (Morise 2015, eq. 7), mirrored at the ends."""
    pad = int(np.ceil(width.max() / 2)) + 1
    mirrored = np.pad(power, ((0, 0), (pad, pad)), mode="reflect")
    running = np.zeros((len(power), mirrored.shape[1] + 1))
    np.cumsum(mirrored, axis=1, dtype=np.float64, out=running[:, 1:])
    middle = np.arange(power.shape[1]) + pad + 0.5
    rows = np.arange(len(power))[:, None]

    def integral(edge: FloatArray) -> FloatArray:
        low = edge.astype(int)
        before = running[rows, low]
        return np.asarray(before + (edge - low) * (running[rows, low + 1] - before))

    half = width[:, None] / 2
    return ((integral(middle + half) - integral(middle - half)) / width[:, None]).astype(np.float32)


def _liftered(log_power: npt.NDArray[np.float32], hz: FloatArray) -> npt.NDArray[np.float32]:
    """Take out of each log spectrum what repeats every f0 (Morise 2015, eq. 8 and 9).

    The spectrum is even about 0 and, as only 0-4000 Hz is kept, about 4000 Hz: its cepstrum is a cosine transform.
    """
    from scipy.fft import dct, idct

    quefrency = np.arange(log_power.shape[1]) / (2 * BAND_HZ)
    turns = hz[:, None] * quefrency
    lifter = np.sinc(turns) * (1 - 2 * Q1 + 2 * Q1 * np.cos(2 * np.pi * turns))
    return np.asarray(idct(dct(log_power, type=1, axis=1) * lifter.astype(np.float32), type=1, axis=1))
