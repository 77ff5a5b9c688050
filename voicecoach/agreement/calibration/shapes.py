"""A row's curve, fitted: where full score lies, how fast it is lost, what the worst and the best are worth.

A fitted curve keeps the row's kind: one-sided stays one-sided in its direction (the documents say which way is good),
two-sided stays two-sided. It rises in a line from its worst to its best, stays there over the target band, and falls.
Two models compete: ``level`` keeps the row's own shape and asks only what its worst and best are worth; ``band`` also
moves the target and its slopes.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from voicecoach.agreement.panel import BoolArray
from voicecoach.rubric.curve import Curve, score_at, target
from voicecoach.timeline import FloatArray

IntArray = npt.NDArray[np.intp]
Model = Literal["level", "band"]
MODELS: tuple[Model, ...] = ("level", "band")
GRID = 12  # places where a slope may begin or end: quantiles of the values
FINER = 3  # times the grid is drawn again, closer, around the best
AROUND = 5  # places around each edge then
STEEPEST = 2.0  # times the row's own slope: a few takes at one end would else make a cliff of it
WIDEST_LEAST = 0.3  # of the range of the values: no slope must be wider than this, or nothing fits in
ERRORS = (np.arange(9) + 0.5) / 9  # quantiles of a value's error that its score is the mean over
FULL = 100.0


@dataclass(frozen=True)
class Sample:
    """What a row is fitted to, one element a take.

    Attributes
    ----------
    values, spreads : ndarray    the row's value and its standard uncertainty, in its unit
    share : ndarray              of the requirement's score that the row carries, 0-1
    wanted : ndarray             points that row times share must give: trainers' grade less the other rows' part
    """

    values: FloatArray
    spreads: FloatArray
    share: FloatArray
    wanted: FloatArray

    def of(self, takes: IntArray | BoolArray) -> "Sample":
        """Some of the takes, by index or mask."""
        return Sample(self.values[takes], self.spreads[takes], self.share[takes], self.wanted[takes])


@dataclass(frozen=True)
class Fitted:
    """A curve and the model it is of."""

    curve: tuple[tuple[float, float], ...]
    model: Model


def fit(sample: Sample, own: Curve, model: Model) -> Fitted:
    """The least-squares curve.

    Parameters
    ----------
    sample : Sample
    own : Curve                    the row's own: its kind, and its shape for ``level``
    model : {"level", "band"}

    Examples
    --------
    >>> own = [(70, 0), (120, 100), (150, 100), (220, 0)]
    >>> values = np.linspace(60, 360, 400)
    >>> wanted = np.interp(values, [110, 180, 240, 310], [20, 90, 90, 20])  # trainers who like it faster
    >>> found = fit(Sample(values, np.zeros(400), np.ones(400), wanted), own, "band")
    >>> [(round(x, -1), round(y, -1)) for x, y in found.curve]
    [(110.0, 20.0), (180.0, 90.0), (240.0, 90.0), (310.0, 20.0)]
    """
    if model == "level":
        best = max(score for _, score in own)
        moments = _Moments(sample, (expected(sample, own) / best)[None, :])
        floor, rise, _ = _levels(moments, *moments.of(np.array([0])))
        return Fitted(tuple((float(x), float(floor[0] + rise[0] * y / best)) for x, y in own), model)
    places = np.unique(np.quantile(sample.values, np.linspace(0.01, 0.99, GRID)))
    best_edges, found = _search(sample, places, own)
    for _ in range(FINER):
        places = _finer(places, best_edges)
        edges, again = _search(sample, places, own)
        if again[2] < found[2]:
            best_edges, found = edges, again
    low, high = found[0], found[0] + found[1]
    rising, falling = sides(own)
    scores = ([low, high] if rising else []) + ([high, low] if falling else [])
    return Fitted(_distinct(list(zip(best_edges, scores, strict=True))), model)


def expected(sample: Sample, curve: Curve) -> FloatArray:
    """Score of each take by a curve: the mean over the error of its value."""
    return np.asarray(score_at(curve, _drawn(sample)).mean(axis=1))


def sides(own: Curve) -> tuple[bool, bool]:
    """Whether the row's score is lost below its target, and above it.

    Examples
    --------
    >>> sides([(0, 0), (1, 100), (2, 100), (3, 0)]), sides([(12, 100), (35, 0)])
    ((True, True), (False, True))
    """
    low, high = target(own)
    return low is not None, high is not None


def narrowest(own: Curve, reach: float) -> tuple[float, float]:
    """The least width of a slope, rising and falling, in the row's unit; ``reach`` is the range of the values.

    Examples
    --------
    >>> narrowest([(70, 0), (120, 100), (150, 100), (220, 0)], reach=300.0)
    (25.0, 35.0)
    >>> narrowest([(12, 100), (35, 0)], reach=10.0)
    (3.0, 3.0)
    """
    low, high = target(own)
    most = WIDEST_LEAST * reach
    rising = most if low is None else min((low - own[0][0]) / STEEPEST, most)
    falling = most if high is None else min((own[-1][0] - high) / STEEPEST, most)
    return float(rising), float(falling)


def rounded(curve: Curve, values: FloatArray) -> tuple[tuple[float, float], ...]:
    """The curve in figures that mean something: three of the range of the values, scores in tenths.

    Examples
    --------
    >>> rounded([(101.234, 3.333), (180.9, 88.88)], np.array([50.0, 350.0]))
    ((101.0, 3.3), (181.0, 88.9))
    """
    reach = float(np.ptp(np.append(values, [x for x, _ in curve]))) or 1.0
    digits = max(2 - int(np.floor(np.log10(reach))), 0)
    return _distinct([(round(float(x), digits), round(float(y), 1)) for x, y in curve])


def _distinct(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Points without one that repeats the value before it: a target of no width is one point."""
    return (points[0], *(right for left, right in pairwise(points) if right[0] > left[0]))


def _drawn(sample: Sample) -> FloatArray:
    """Values with their error, shape (takes, draws)."""
    from scipy.special import ndtri

    return np.asarray(sample.values[:, None] + sample.spreads[:, None] * ndtri(ERRORS)[None, :])


class _Moments:
    """Sums over takes that every candidate's best levels follow from, for ramps of shape (ramps, takes)."""

    def __init__(self, sample: Sample, ramps: FloatArray) -> None:
        share, wanted = sample.share, sample.wanted
        self.share2, self.cross, self.wanted2 = float(share @ share), float(share @ wanted), float(wanted @ wanted)
        self.with_share = ramps @ share**2
        self.with_wanted = ramps @ (share * wanted)
        self.gram = (ramps * share**2) @ ramps.T

    def of(self, rise: IntArray, fall: IntArray | None = None) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(shape by share², shape² by share², shape by share by wanted) of shapes ramp[rise] - ramp[fall]."""
        square = self.gram[rise, rise]
        if fall is None:
            return self.with_share[rise], square, self.with_wanted[rise]
        square = square + self.gram[fall, fall] - 2 * self.gram[rise, fall]
        return (
            self.with_share[rise] - self.with_share[fall], square, self.with_wanted[rise] - self.with_wanted[fall]
        )  # fmt: skip


def _levels(
    moments: _Moments, by_share: FloatArray, square: FloatArray, by_wanted: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Best floor and rise of each shape, 0 <= floor <= floor + rise <= 100, and the squared error they leave."""
    a, c = moments.share2, moments.cross
    with np.errstate(all="ignore"):
        det = a * square - by_share**2
        inside = (c * square - by_wanted * by_share) / det, (a * by_wanted - c * by_share) / det
        no_floor = np.zeros_like(square), np.clip(by_wanted / square, 0, FULL)
        flat = np.full_like(square, np.clip(c / a, 0, FULL)), np.zeros_like(square)
        slope = (by_wanted - c - FULL * (by_share - a)) / (square - 2 * by_share + a)
        rise = np.clip(np.nan_to_num(slope), 0, FULL)
    best: tuple[FloatArray, FloatArray, FloatArray] | None = None
    for floor, up in (inside, no_floor, flat, (FULL - rise, rise)):
        allowed = (floor >= 0) & (up >= 0) & (floor + up <= FULL + 1e-9)
        error = moments.wanted2 - 2 * (floor * c + up * by_wanted) + floor**2 * a
        error = np.where(allowed, error + 2 * floor * up * by_share + up**2 * square, np.inf)
        if best is None:
            best = floor, up, error
        else:
            less = error < best[2]
            best = tuple(np.where(less, new, old) for new, old in zip((floor, up, error), best, strict=True))  # type: ignore[assignment]
    assert best is not None
    return best


def _search(sample: Sample, places: FloatArray, own: Curve) -> tuple[list[float], tuple[float, float, float]]:
    """The best of all trapezoids whose edges lie on the places: edges, and (floor, rise, squared error)."""
    least = narrowest(own, float(np.ptp(sample.values)))
    pairs = [(i, j) for i, j in combinations(range(len(places)), 2) if places[j] - places[i] >= min(least)]
    drawn = _drawn(sample)
    ramps = np.stack([
        np.clip((drawn - places[i]) / (places[j] - places[i]), 0, 1).mean(axis=1) for i, j in pairs
    ])  # fmt: skip
    rising, falling = sides(own)
    starts, ends = (np.array(side) for side in zip(*pairs, strict=True))
    width = places[ends] - places[starts]
    fall: IntArray | None
    if not rising:  # 1 less a ramp
        ramps = np.vstack([ramps, np.ones(len(drawn))])
        fall = np.flatnonzero(width >= least[1])
        rise = np.full(len(fall), len(pairs))
    elif not falling:
        rise, fall = np.flatnonzero(width >= least[0]), None
    else:
        allowed = (ends[:, None] <= starts[None, :]) & (width >= least[0])[:, None] & (width >= least[1])[None, :]
        rise, fall = np.nonzero(allowed)
    moments = _Moments(sample, ramps)
    floor, up, error = _levels(moments, *moments.of(rise, fall))
    at = int(np.argmin(error))
    edges: list[float] = []
    if rising:
        edges += [float(places[side[rise[at]]]) for side in (starts, ends)]
    if falling and fall is not None:
        edges += [float(places[side[fall[at]]]) for side in (starts, ends)]
    return edges, (float(floor[at]), float(up[at]), float(error[at]))


def _finer(places: FloatArray, edges: list[float]) -> FloatArray:
    """Places between the neighbours of each edge."""
    found = []
    for edge in edges:
        at = int(np.searchsorted(places, edge))
        low, high = places[max(at - 1, 0)], places[min(at + 1, len(places) - 1)]
        found.append(np.linspace(low, high, AROUND))
    return np.unique(np.concatenate([*found, edges]))
