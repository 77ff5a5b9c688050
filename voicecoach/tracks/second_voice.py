"""A second speaker on the channel: stretches of speech that fall in two groups which one voice does not show.

Each stretch is described by its mean pitch and mean spectral envelope. A matrix fitted to known speakers weighs these
so that one speaker's stretches, lively and smiling ones too, differ little and two speakers' differ much. Then the
stretches are divided in two as well as can be (2-means), and it is asked how good that division is.
"""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Span, Spans, merged, total
from voicecoach.tracks.envelopes import Envelopes

STRETCH_S = 6.0  # s; longer units of speech are cut: a turn seldom lasts less, and short ones vary by their words (M)
VOICED_FRAMES = 15  # of 20 ms, that a stretch needs
FEWEST_VOICED = 5  # ... where a long recording keeps fewer frames
COEFFICIENTS = 10  # of the envelope's cosine transform, without its level: resonances and tilt
STRETCHES = 10  # fewer, and any voice can be divided well (M)
EACH = 3  # stretches that each voice needs
EACH_S = 3.0  # s that each voice needs
EXPLAINED = 0.56  # of the variation between stretches; the liveliest single speakers reach 0.50 (M: fit_second_voice)
APART = 4.5  # standard deviations along the line between the middles; odd stretches of one voice lie less apart (M)
CHANGES = 3  # of side, in time: two voices take turns, while one that brightens halfway changes once (C)
ROUNDS = 20
FRAME_S = 0.02

Mask = npt.NDArray[np.bool_]


def second_voice(envelopes: Envelopes, ipus: Spans) -> Spans:
    """Where the voice that speaks less speaks; empty where one voice is all there is.

    Parameters
    ----------
    envelopes : Envelopes    of voiced speech
    ipus : tuple of Span     s

    Returns
    -------
    tuple of Span    s

    Notes
    -----
    Needs ten stretches, some 20-40 s of speech, and three changes of voice. Weak for two voices of one sex that are
    alike, in meetings with short turns, and in speech so lively that either voice alone varies as much.

    References
    ----------
    Chen & Gopalakrishnan (1998), Speaker, environment and channel change detection and clustering, DARPA Broadcast
    News workshop: one Gaussian or two. Fisher (1936), Annals of Eugenics 7:179-188: the weighing.
    """
    spans, features, weights = stretches(envelopes, ipus)
    if len(spans) < STRETCHES:
        return ()
    divided = division(features @ weighing(), weights, np.array([span.duration for span in spans]))
    if divided is None:
        return ()
    other, explained, apart = divided
    if explained < EXPLAINED or apart < APART or np.count_nonzero(np.diff(other)) < CHANGES:
        return ()
    sides = [tuple(span for span, on in zip(spans, side, strict=True) if on) for side in (other, ~other)]
    return merged(min(sides, key=total), gap=0.01)


def stretches(envelopes: Envelopes, ipus: Spans) -> tuple[Spans, FloatArray, FloatArray]:
    """Stretches of speech of up to 6 s, each with its features and how much voice it has.

    Returns
    -------
    spans : tuple of Span                 those with voice enough
    features : ndarray, shape (n, 11)     mean pitch [st re 100 Hz], coefficients 1-10 of the mean envelope's shape
    weights : ndarray, shape (n,)         frames
    """
    from scipy.fft import dct

    kept: list[Span] = []
    rows, weights = [], []
    times = envelopes.times
    thinned = max(1.0, float(np.median(np.diff(times))) / FRAME_S) if len(times) > 1 else 1.0
    least = max(FEWEST_VOICED, VOICED_FRAMES / thinned)
    pitch, shapes = 12 * np.log2(envelopes.f0_hz / 100), envelopes.shapes()
    for ipu in ipus:
        edges = np.linspace(ipu.start, ipu.end, max(1, int(np.ceil(ipu.duration / STRETCH_S - 1e-6))) + 1)
        places = np.searchsorted(times, edges)
        for k in range(len(edges) - 1):
            first, last = places[k : k + 2]
            if last - first < least:
                continue
            shape = dct(shapes[first:last].mean(axis=0), norm="ortho")[1 : COEFFICIENTS + 1]
            kept.append(Span(float(edges[k]), float(edges[k + 1])))
            rows.append(np.concatenate([[pitch[first:last].mean()], shape]))
            weights.append(float(last - first))
    return tuple(kept), np.array(rows).reshape(-1, COEFFICIENTS + 1), np.array(weights)


def division(points: FloatArray, weights: FloatArray, seconds: FloatArray) -> tuple[Mask, float, float] | None:
    """The best division of weighted points in two, or None where each has one side too small.

    Parameters
    ----------
    points : ndarray, shape (n, d)           in standard deviations within a speaker
    weights, seconds : ndarray, shape (n,)

    Returns
    -------
    side : ndarray of bool, shape (n,)
    explained : float    share of the points' variation that lies between the two sides, 0-1
    apart : float        between the two middles, in standard deviations of the points about them along that line

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]])
    >>> side, explained, apart = division(points, np.ones(6), 2 * np.ones(6))
    >>> sorted({tuple(side[:3].tolist()), tuple(side[3:].tolist())}), round(explained, 2), round(apart, 1)
    ([(False, False, False), (True, True, True)], 0.97, 12.2)
    """
    about = points - np.average(points, axis=0, weights=weights)
    axes = np.linalg.svd(about * np.sqrt(weights)[:, None], full_matrices=False)[2][:3]
    variation = float((weights[:, None] * about**2).sum())
    best: tuple[Mask, float, float] | None = None
    for axis in axes:
        side = _settled(about, weights, about @ axis > 0)
        if min(side.sum(), (~side).sum()) < EACH or min(seconds[side].sum(), seconds[~side].sum()) < EACH_S:
            continue
        low, high = _middles(about, weights, side)
        distance = float(np.linalg.norm(high - low))
        explained = float(weights[side].sum() * weights[~side].sum() / weights.sum() * distance**2 / variation)
        along = (about - np.where(side[:, None], high, low)) @ (high - low) / distance
        apart = distance / max(float(np.sqrt(np.average(along**2, weights=weights))), 1e-9)
        if best is None or explained > best[1]:
            best = (side, explained, apart)
    return best


def _settled(about: FloatArray, weights: FloatArray, side: Mask) -> Mask:
    """2-means: each point to the nearer middle, until none moves or one side is empty."""
    for _ in range(ROUNDS):
        if side.all() or not side.any():
            break
        low, high = _middles(about, weights, side)
        moved = np.asarray(((about - high) ** 2).sum(axis=1) < ((about - low) ** 2).sum(axis=1))
        if (moved == side).all():
            break
        side = moved
    return side


def _middles(about: FloatArray, weights: FloatArray, side: Mask) -> tuple[FloatArray, FloatArray]:
    low, high = (np.average(about[half], axis=0, weights=weights[half]) for half in (~side, side))
    return low, high


@cache
def weighing() -> FloatArray:
    """Features to directions in which one speaker's stretches have a spread of 1, shape (11, 6)."""
    text = files("voicecoach.tracks").joinpath("second_voice.toml").read_text(encoding="utf-8")
    return np.array(tomllib.loads(text)["weighing"]["rows"], np.float64)
