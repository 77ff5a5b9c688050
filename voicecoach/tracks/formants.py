"""Resonances of the vocal tract over time: F1-F4 by Burg's method, as Praat does it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Spans, Track, inside

CEILING_HZ = 5500.0  # Hz (Praat's default, made for women's voices)
COUNT = 4.5  # resonances looked for below it: with five, one too many splits F2 of women whose F5 lies above (M)
STEP = 0.025  # s
WINDOW = 0.025  # s; Praat's default: half of the Gaussian window's real length
BLOCK = 50.0  # s handed to Praat at a time
MARGIN = 0.5  # s on either side of a block that is analysed and thrown away


@dataclass(frozen=True)
class Formants:
    """Formants of the voiced frames of speech.

    Attributes
    ----------
    times : ndarray, shape (n,)    s, middle of each frame
    hz : ndarray, shape (n, 4)     Hz, F1 to F4; NaN where Praat found fewer
    """

    times: FloatArray
    hz: FloatArray

    def median(self, number: int) -> float:
        """Median of F1 (``number`` 1) to F4 over all frames, Hz; NaN if there are none.

        Examples
        --------
        >>> Formants(np.arange(3.0), np.array([[500, 1500], [600, 1400], [np.nan, 1450.0]])).median(1)
        550.0
        """
        found = self.hz[:, number - 1]
        found = found[np.isfinite(found)]
        return float(np.median(found)) if len(found) else float("nan")


def formants(wave: npt.NDArray[np.float32], sr: int, f0: Track, ipus: Spans) -> Formants:
    """F1-F4 of the voiced frames inside speech, every 25 ms.

    The wave is brought to 11 kHz here, by cutting its spectrum (Praat does the same, eight times as slowly).

    Parameters
    ----------
    wave : ndarray, shape (n,)    mono, full scale 1.0
    sr : int                      Hz, 11000 or more
    f0 : Track                    Hz, NaN unvoiced
    ipus : tuple of Span          where the speech is, s

    Returns
    -------
    Formants

    Notes
    -----
    Between two texts of the same voice, medians differ by about 3 %; harmonics pull F1 by up to half their spacing.
    Useless in the telephone band, whose upper edge passes for a resonance (science: e2).

    References
    ----------
    Childers (1978), Modern spectrum analysis, IEEE Press, 252-255 (Burg's method, as Praat's "To Formant (burg)").

    Examples
    --------
    A buzz of 110 Hz with the falling spectrum of a voice, through four resonances:

    >>> from scipy.signal import lfilter
    >>> from voicecoach.timeline import Span
    >>> wave = np.zeros(11000)
    >>> wave[::100] = 1.0
    >>> wave = lfilter([1], [1, -0.95], wave)
    >>> for hz in (500, 1500, 2500, 3500):
    ...     wave = lfilter([1], [1, -1.95 * np.cos(2 * np.pi * hz / 11000), 0.975**2], wave)
    >>> pitch = Track(np.arange(100) / 100 + 0.005, np.full(100, 110.0), "Hz")
    >>> found = formants(wave.astype(np.float32), 11000, pitch, (Span(0.2, 0.8),))
    >>> [bool(abs(found.median(n) - (1000 * n - 500)) < 25) for n in (1, 2, 3, 4)]
    [True, True, True, True]
    """
    if sr < 2 * CEILING_HZ:
        raise ValueError(f"sr is {sr}, expected {2 * CEILING_HZ:.0f} or more")
    blocks = list(_blocks(wave, sr, f0, ipus))
    if not blocks:
        return Formants(np.zeros(0), np.zeros((0, 4)))
    return Formants(np.concatenate([t for t, _ in blocks]), np.concatenate([hz for _, hz in blocks]))


def _blocks(
    wave: npt.NDArray[np.float32], sr: int, f0: Track, ipus: Spans
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Times and formants of the voiced frames, block by block; blocks without voice are passed over."""
    voiced = f0.times[np.isfinite(f0.values) & inside(f0.times, ipus)]
    half_frame = f0.step / 2 if len(f0.times) > 1 else 0.0
    duration = len(wave) / sr
    for start in np.arange(0.0, duration, BLOCK):
        inner = voiced[(voiced >= start) & (voiced < start + BLOCK)]
        if not len(inner):
            continue
        begin = max(0.0, start - MARGIN)
        piece = wave[round(begin * sr) : round((start + BLOCK + MARGIN) * sr)]
        times, hz = _burg(_at_rate(piece, sr, 2 * CEILING_HZ))
        times = times + begin
        nearest = np.clip(np.searchsorted(inner, times), 1, max(1, len(inner) - 1))
        near = np.minimum(abs(times - inner[nearest - 1]), abs(times - inner[np.minimum(nearest, len(inner) - 1)]))
        kept = (near <= half_frame + 1e-9) & (times >= start) & (times < start + BLOCK)
        yield times[kept], hz[kept]


def _burg(wave: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Praat's formants of a short wave of rate 2 x ceiling: frame times (s) and Hz, shape (n, 4)."""
    import parselmouth

    rate = 2 * CEILING_HZ
    if len(wave) < 4 * WINDOW * rate or not np.any(wave):
        return np.zeros(0), np.zeros((0, 4))
    found = parselmouth.Sound(wave, rate).to_formant_burg(STEP, COUNT, CEILING_HZ, WINDOW)
    times = np.asarray(found.xs())
    hz = [[found.get_value_at_time(number, t) for number in (1, 2, 3, 4)] for t in times]
    return times, np.array(hz, float).reshape(-1, 4)


def _at_rate(wave: npt.NDArray[np.float32], sr: int, rate: float) -> FloatArray:
    """Resampled by cutting the spectrum at the new half rate: no edge that would pass for a resonance."""
    from scipy.fft import irfft, next_fast_len, rfft

    n_fft = next_fast_len(len(wave), real=True)
    n_new = round(n_fft * rate / sr)
    spectrum = rfft(wave.astype(np.float64), n_fft)[: n_new // 2 + 1]
    return np.asarray(irfft(spectrum, n_new) * (n_new / n_fft))[: int(len(wave) * rate / sr)]
