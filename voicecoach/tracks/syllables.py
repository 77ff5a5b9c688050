"""Syllable nuclei: the best path through the candidates, with a syllable length expected from the speech around."""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from voicecoach.settings import DEFAULT, Settings
from voicecoach.timeline import FloatArray, Spans, Track
from voicecoach.tracks.syllable_evidence import (
    PAIR,
    REACH,
    STEP,
    UNARY,
    Array32,
    Candidates,
    Curves,
    band_strengths,
    candidates,
    curves,
    loud_level,
    together,
)

SCALE = 0.06  # smoothing per expected length (science a4)


def syllables(
    samples: npt.NDArray[np.float32], sr: int, f0: Track, ipus: Spans, settings: Settings = DEFAULT
) -> FloatArray:
    """Times of the syllable nuclei [s].

    Twelve bands of 250-3400 Hz tell how strongly all of them sound together (Wang & Narayanan 2007). Peaks of that
    strength, and places where the spectrum stands still, are candidates. The path through them with the highest score
    is taken: each nucleus scores by its height and voicing; each boundary between two of them by the dip, the change
    of the spectrum, the sharpness of the onset and the break of voicing between them, and by how far the distance is
    from the syllable length expected here. That length comes from three counts of peaks at three smoothings within
    10 s. All weights are fitted: see ``syllables.toml``.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                    16000 Hz
    f0 : Track                                  Hz every 10 ms, NaN unvoiced
    ipus : tuple of Span                        inter-pausal units, s: nuclei are looked for inside only
    settings : Settings                         not used yet

    Returns
    -------
    ndarray, shape (n,)    s, increasing

    Notes
    -----
    Measured by ``voicecoach validate --measure syllable_count``. What is counted is audible syllables: 儿化 adds none,
    a contraction takes one away, 嗯 and 啊 count.

    References
    ----------
    Wang, D. & Narayanan, S. (2007). Robust speech rate estimation for spontaneous speech. IEEE TASLP 15(8), 2190.

    Examples
    --------
    >>> nothing = np.zeros(0)
    >>> syllables(np.zeros(16000, np.float32), 16000, Track(nothing, nothing, "Hz"), ())
    array([], dtype=float64)
    """
    if not ipus:
        return np.zeros(0)
    strengths = band_strengths(samples, sr)
    seen = curves(strengths, ipus)
    found = candidates(seen, f0)
    if not len(found.times):
        return found.times
    expected = np.interp(found.times, seen.times, expected_length(peak_rates(strengths, seen)))
    return found.times[best_path(*scores(found, expected, *_weights()))]


def peak_rates(strengths: Array32, seen: Curves, window: float = 10.0) -> FloatArray:
    """Logarithm of peaks per second of speech within ``window`` s, at three smoothings; shape (3, n).

    Examples
    --------
    Bursts four times a second are counted alike at all three.

    >>> from voicecoach.timeline import Span
    >>> bursts = np.tile(np.tile(np.hanning(50), 40), (12, 1)).astype(np.float32) + 0.01
    >>> np.exp(peak_rates(bursts, curves(bursts, (Span(0, 10),)))[:, 1000]).round(1).tolist()
    [4.0, 4.0, 4.0]
    """
    from scipy.signal import find_peaks

    def summed(values: FloatArray) -> FloatArray:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        return np.asarray(sums[np.minimum(frames + half, len(frames))] - sums[np.maximum(frames - half, 0)])

    frames, half = np.arange(len(seen.times)), round(window / 2 / STEP)
    spoken = summed(seen.speech.astype(float)) * STEP
    rates = []
    for sigma in (0.010, 0.020, 0.030):
        whole = together(strengths, sigma)
        peaks = find_peaks(whole / loud_level(whole, seen.speech), height=0.2, prominence=0.03)[0]
        marks = np.zeros(len(frames))
        marks[peaks[seen.speech[peaks]]] = 1
        rates.append(np.log((summed(marks) + 0.5) / (spoken + 0.1)))
    return np.array(rates)


def expected_length(rates: FloatArray) -> FloatArray:
    """Syllable length expected from the three peak rates [s], within 0.1-0.6 s; shape (n,)."""
    weights = _data()["length"]
    log_rate = weights["bias"] + np.array([weights["fine"], weights["middle"], weights["coarse"]]) @ rates
    return np.asarray(np.clip(np.exp(-log_rate), 0.1, 0.6))


def pair_evidence(found: Candidates, expected: FloatArray) -> Array32:
    """All evidence of boundaries, shape (n, REACH, len(PAIR)).

    The dip is read from a curve smoothed over ``SCALE`` of the expected length, so that slow speech is not cut where a
    long vowel flickers nor fast speech run together. short and long are the squared logarithms of length / expected
    length, under and over 1.
    """
    apart = np.where(np.isfinite(found.apart), found.apart, 1.0)
    ratio = np.where(np.isfinite(found.apart), np.log(apart / expected[:, None]), 0.0)
    fine, middle, coarse = np.moveaxis(found.pair[..., :3], -1, 0)
    scale = np.clip(expected[:, None] * SCALE / 0.010, 1, 3) - 1  # 0: smoothed over 10 ms, 1: 20 ms, 2: 30 ms
    scaled = np.where(scale < 1, fine + scale * (middle - fine), middle + (scale - 1) * (coarse - middle))
    dips = [np.minimum(scaled, 2.5), np.minimum(scaled, 0.25) * 4]
    lengths = [np.minimum(ratio, 0) ** 2, np.maximum(ratio, 0) ** 2]
    return np.concatenate([np.stack(dips, -1), found.pair[..., 3:], np.stack(lengths, -1)], axis=-1, dtype=np.float32)


def scores(
    found: Candidates, expected: FloatArray, unary: FloatArray, pair: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Score of each nucleus, shape (n,), and of each boundary, shape (n, REACH)."""
    return found.unary @ unary, pair_evidence(found, expected) @ pair


def best_path(nuclei: FloatArray, boundaries: FloatArray) -> npt.NDArray[np.intp]:
    """The candidates whose summed scores of nuclei and of boundaries between neighbours are highest.

    Parameters
    ----------
    nuclei : ndarray, shape (n,)
    boundaries : ndarray, shape (n, REACH)    between candidates j - 1 - k and j

    Returns
    -------
    ndarray of int, increasing

    Examples
    --------
    The middle one is a bad nucleus; leaping over it costs less.

    >>> best_path(np.array([1.0, -2.0, 1.0]), np.zeros((3, REACH))).tolist()
    [0, 2]
    """
    n = len(nuclei)
    best, before = np.empty(n), np.full(n, -1)
    for j in range(n):
        best[j] = 0.0 if j < REACH else -np.inf
        if j:
            reach = min(REACH, j)
            options = best[j - reach : j][::-1] + boundaries[j, :reach]
            k = int(options.argmax())
            if options[k] > best[j]:
                best[j], before[j] = options[k], j - 1 - k
        best[j] += nuclei[j]
    path = [n - 1 - int(best[::-1][:REACH].argmax())]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return np.array(path[::-1], dtype=np.intp)


@cache
def _data() -> dict[str, dict[str, float]]:
    text = files("voicecoach.tracks").joinpath("syllables.toml").read_text(encoding="utf-8")
    data: dict[str, dict[str, float]] = tomllib.loads(text)
    return data


def _weights() -> tuple[FloatArray, FloatArray]:
    data = _data()
    return np.array([data["nucleus"][name] for name in UNARY]), np.array([data["boundary"][name] for name in PAIR])
