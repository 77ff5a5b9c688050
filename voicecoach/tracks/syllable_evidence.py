"""What speaks for a syllable here, and for a boundary between here and there: numbers the path search weighs."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Spans, Track, inside
from voicecoach.tracks.spectrogram import frame_times, n_frames, power_spectra

STEP = 0.005  # s
BANDS = 12
LOW, HIGH = 250.0, 3400.0  # Hz: what a telephone passes, so that both channels give the same numbers
REACH = 14  # candidates a step of the path may leap over, at most
UNARY = ("nucleus", "height", "voiced", "shoulder")
PAIR = ("dip", "small_dip", "high_dip", "contrast", "flux", "sharp_flux", "rise", "unvoiced", "short", "long")

Array32 = npt.NDArray[np.float32]


class Curves(NamedTuple):
    """Curves every 5 ms that candidates and boundaries are read from, each of shape (n,) or (bands, n)."""

    times: FloatArray  # s
    speech: npt.NDArray[np.bool_]  # within an inter-pausal unit
    height: FloatArray  # strength of sound in all bands together; 1 = loud speech nearby
    smoother: FloatArray  # the same smoothed over 20 and 30 ms instead of 10, (2, n)
    high: FloatArray  # the same of the upper third of the bands
    flux: FloatArray  # change of spectral shape within 50 ms
    sharp_flux: FloatArray  # within 20 ms
    shape: Array32  # unit vector of band strengths, (bands, n)


class Candidates(NamedTuple):
    """Possible nuclei and what speaks for each and for each pair of them.

    Attributes
    ----------
    times : ndarray, shape (n,)                     s, increasing
    unary : ndarray, shape (n, len(UNARY))          what speaks for a nucleus there
    pair : ndarray, shape (n, REACH, 9)            what speaks for a boundary between candidates j - 1 - k and j
    apart : ndarray, shape (n, REACH)               s from one to the other; NaN across a pause or before the first
    """

    times: FloatArray
    unary: FloatArray
    pair: Array32
    apart: FloatArray


def band_strengths(samples: npt.NDArray[np.float32], sr: int) -> Array32:
    """Power of 12 bands equally wide in hearing, 250-3400 Hz, to the power 0.3, every 5 ms; shape (12, n).

    Triangular bands on the ERB-rate scale (Glasberg & Moore 1990, eq. 4); the exponent is loudness growth.

    Examples
    --------
    >>> band_strengths(np.zeros(1600, np.float32), 16000).shape
    (12, 20)
    """
    low, high = 21.4 * np.log10(1 + 0.00437 * np.array([LOW, HIGH]))
    edges = (10 ** (np.linspace(low, high, BANDS + 2) / 21.4) - 1) / 0.00437
    strengths = np.empty((BANDS, n_frames(len(samples), sr, STEP)), np.float32)
    for first, power in power_spectra(samples, sr, 0.020, STEP):
        hz = np.linspace(0, sr / 2, power.shape[1])[:, None]
        rising = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
        falling = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
        weights = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
        strengths[:, first : first + len(power)] = np.maximum(power @ weights, 1e-10).T ** 0.3
    return strengths


def together(strengths: Array32, sigma: float) -> FloatArray:
    """Sound in all bands at once: square root of the summed products of all pairs of bands, smoothed over ``sigma`` s.

    After Wang & Narayanan (2007), IEEE TASLP 15:2190, sub-band correlation.

    Examples
    --------
    >>> together(np.ones((12, 9), np.float32), 0.01).round(2)[4]
    np.float64(11.49)
    """
    from scipy.ndimage import gaussian_filter1d

    smooth = gaussian_filter1d(strengths, sigma / STEP, axis=1)
    pairs = smooth.sum(0, dtype=np.float64) ** 2 - (smooth**2).sum(0, dtype=np.float64)
    return np.asarray(np.sqrt(np.maximum(pairs, 1e-12)))


def loud_level(curve: FloatArray, speech: npt.NDArray[np.bool_], window: float = 10.0) -> FloatArray:
    """The 95th percentile of a curve over the speech within ``window`` s around each frame; same shape.

    Examples
    --------
    >>> loud_level(np.arange(1000.0), np.ones(1000, bool))[500].round()
    np.float64(949.0)
    """
    half = round(window / 2 / STEP)
    centres = np.arange(0, len(curve), 200)
    levels = np.full(len(centres), np.nan)
    for index, centre in enumerate(centres):
        here = slice(max(0, centre - half), centre + half)
        heard = curve[here][speech[here]]
        if len(heard) >= 100:
            levels[index] = np.quantile(heard, 0.95)
    known = np.isfinite(levels)
    if not known.any():
        return np.full(len(curve), np.quantile(curve[speech], 0.95) if speech.any() else 1.0)
    return np.asarray(np.interp(np.arange(len(curve)), centres[known], levels[known]))


def curves(strengths: Array32, ipus: Spans) -> Curves:
    """All curves of one recording."""
    from scipy.ndimage import gaussian_filter1d

    times = frame_times(strengths.shape[1], STEP)
    speech = inside(times, ipus)
    smooth = gaussian_filter1d(strengths, 0.010 / STEP, axis=1)
    whole = together(strengths, 0.010)
    level = loud_level(whole, speech)
    shape = smooth / (np.linalg.norm(smooth, axis=0) + 1e-9)
    return Curves(
        times=times,
        speech=speech,
        height=whole / (level + 1e-12),
        smoother=np.array([together(strengths, sigma) for sigma in (0.020, 0.030)]) / (level + 1e-12),
        high=smooth[-BANDS // 3 :].sum(0) / (level + 1e-12) + 0.02,
        flux=gaussian_filter1d(_change(shape, 5), 1.5),
        sharp_flux=gaussian_filter1d(_change(shape, 2), 1.0),
        shape=shape,
    )


def candidates(c: Curves, f0: Track) -> Candidates:
    """Every place where a nucleus might be: peaks of strength, and where the spectrum stands still beside them."""
    from scipy.signal import find_peaks

    peaks = find_peaks(c.height, height=0.1, prominence=0.003)[0]
    still = np.concatenate([find_peaks(-c.flux, prominence=0.005)[0], find_peaks(np.log(c.high), prominence=0.05)[0]])
    still = np.sort(still[c.height[still] >= 0.2])
    chosen = _spaced(peaks, still, 7)
    chosen = chosen[c.speech[chosen]]
    voiced = np.interp(c.times[chosen], f0.times, _voiced_share(f0)) if len(f0.times) else np.zeros(len(chosen))
    unary = np.column_stack(
        [
            np.ones(len(chosen)),
            np.clip(np.log(c.height[chosen] + 1e-6), -3, 0),
            voiced - 1,
            ~np.isin(chosen, peaks),
        ]
    )
    pair, apart = _pairs(c, chosen, f0)
    return Candidates(c.times[chosen], unary, pair, apart)


def _pairs(c: Curves, chosen: npt.NDArray[np.intp], f0: Track) -> tuple[Array32, FloatArray]:
    """Evidence of a boundary between candidates j - 1 - k and j, for k = 0 … REACH - 1."""
    n = len(chosen)
    pair, apart = np.zeros((n, REACH, 9), np.float32), np.full((n, REACH), np.nan)
    if n < 2 or not len(f0.times):
        return pair, apart
    height, high, middle, coarse = (np.log(x + 1e-6) for x in (c.height, c.high, *c.smoother))
    growth = np.zeros(len(height))
    growth[3:-3] = height[6:] - height[:-6]
    # the extremes from each candidate to the next; from there to the one after by taking the greater of two, and so on
    curve = np.stack([-height, -high, c.flux, c.sharp_flux, growth, (~c.speech).astype(float), -middle, -coarse])
    steps = np.maximum.reduceat(curve, chosen, axis=1)[:, :-1]
    between = steps
    voiced = np.concatenate([[0], np.cumsum(np.isfinite(f0.values))])
    frame = np.clip(np.searchsorted(f0.times, c.times[chosen]), 0, len(f0.times) - 1)
    for k in range(min(REACH, n - 1)):
        between = np.maximum(between[:, :-1], steps[:, k:]) if k else steps
        a, b = chosen[: n - 1 - k], chosen[1 + k :]
        i, j = frame[: n - 1 - k], frame[1 + k :]
        dip = np.maximum(np.minimum(height[a], height[b]) + between[0], 0)
        found = [
            dip,
            np.maximum(np.minimum(middle[a], middle[b]) + between[6], 0),
            np.maximum(np.minimum(coarse[a], coarse[b]) + between[7], 0),
            np.clip(np.minimum(high[a], high[b]) + between[1], 0, 1),
            np.linalg.norm(c.shape[:, a] - c.shape[:, b], axis=0),
            between[2],
            between[3],
            np.clip(between[4], 0, 3),
            1 - (voiced[j + 1] - voiced[i]) / (j + 1 - i),
        ]
        spoken = between[5] == 0  # no pause between
        pair[1 + k :, k] = np.where(spoken[:, None], np.column_stack(found), 0)
        apart[1 + k :, k] = np.where(spoken, c.times[b] - c.times[a], np.nan)
    return pair, apart


def _change(shape: Array32, lag: int) -> FloatArray:
    """Distance between the shapes ``lag`` frames before and after; 0 at the ends."""
    change = np.zeros(shape.shape[1])
    if shape.shape[1] > 2 * lag:
        change[lag:-lag] = np.linalg.norm(shape[:, 2 * lag :] - shape[:, : -2 * lag], axis=0)
    return change


def _spaced(peaks: npt.NDArray[np.intp], others: npt.NDArray[np.intp], apart: int) -> npt.NDArray[np.intp]:
    """All peaks, and of the others those at least ``apart`` frames from everything taken before."""
    if not len(others):
        return peaks
    if len(peaks):
        after = np.clip(np.searchsorted(peaks, others), 1, len(peaks)) - 1
        near = np.minimum(np.abs(others - peaks[after]), np.abs(others - peaks[np.minimum(after + 1, len(peaks) - 1)]))
        others = others[near >= apart]
    taken: list[int] = []
    for frame in others.tolist():
        if not taken or frame - taken[-1] >= apart:
            taken.append(frame)
    return np.sort(np.concatenate([peaks, np.array(taken, dtype=np.intp)]))


def _voiced_share(f0: Track) -> FloatArray:
    """Share of voiced frames within 50 ms."""
    return np.convolve(np.isfinite(f0.values).astype(float), np.ones(5) / 5, "same")[: len(f0.times)]
