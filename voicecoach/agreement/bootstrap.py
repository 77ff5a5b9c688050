"""How far chance moves a figure: 95 % intervals by drawing speakers (or takes) anew.

A thousand calls of a library for each of a hundred figures would take minutes. A draw is therefore a weight for each
take, how often its speaker was drawn, and each figure is written by its weighted moments, all draws at once; a test
holds every one of these equal to the library that gives the figure itself.

References
----------
Efron, B. & Tibshirani, R. (1993). An Introduction to the Bootstrap, ch. 13. Chapman & Hall.
"""

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from voicecoach.agreement.statistics import bands
from voicecoach.timeline import FloatArray

DRAWS = 1000
SEED = 20261125
ROUNDING = 1e-9  # of the largest number of a matrix: what is smaller is 0
FEWEST = 3  # speakers or takes to draw from (as for the accuracy table)


def weights(units: Sequence[Hashable], draws: int = DRAWS, seed: int = SEED) -> FloatArray | None:
    """How often each take was drawn, takes of one unit together.

    Returns
    -------
    ndarray, shape (draws, takes), or None with fewer than three units

    Examples
    --------
    >>> drawn = weights(["ann", "ann", "bob", "cat"], draws=5)
    >>> drawn.shape, bool((drawn[:, 0] == drawn[:, 1]).all()), (drawn[:, 1] + drawn[:, 2] + drawn[:, 3]).tolist()
    ((5, 4), True, [3.0, 3.0, 3.0, 3.0, 3.0])
    """
    names = list(dict.fromkeys(units))
    if len(names) < FEWEST:
        return None
    place = {name: at for at, name in enumerate(names)}
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return np.asarray(drawn[:, [place[unit] for unit in units]], float)


def interval(
    drawn: FloatArray, value: float, units: int, beyond: float = 0.05
) -> tuple[float, float] | None:
    """95 % interval: percentiles, corrected for bias and widened for few units.

    In 100 simulated studies of each of four designs (``benchmarks/agreement_accuracy.py``) these intervals of a kappa
    held the truth in 87-94 % where trainees are drawn, so they are a little narrow.

    Parameters
    ----------
    drawn : ndarray, shape (draws,)    NaN where a draw has no value
    value : float                      the figure itself
    units : int                        speakers or takes that were drawn
    beyond : float                     share of intervals that may miss the truth

    Returns
    -------
    (float, float) or None    None where more than half of the draws have no value

    References
    ----------
    Efron & Tibshirani, ch. 14 (bias); Hesterberg, T. (2015), What teachers should know about the bootstrap. The
    American Statistician 69:371 (percentiles of Student's t times sqrt(n / (n - 1))).

    Examples
    --------
    >>> low, high = interval(np.arange(1001.0), 500.0, units=100_000)
    >>> round(low), round(high), interval(np.array([1.0, np.nan, np.nan]), 1.0, 5)
    (25, 975, None)
    """
    from scipy.special import ndtr, ndtri, stdtrit

    known = drawn[np.isfinite(drawn)]
    if 2 * len(known) < len(drawn) or len(known) == 0:
        return None
    below = (np.mean(known < value) + np.mean(known <= value)) / 2
    shift = 2 * ndtri(np.clip(below, 1 / len(known), 1 - 1 / len(known)))
    reach = np.sqrt(units / (units - 1)) * stdtrit(units - 1, 1 - beyond / 2)
    low, high = np.quantile(known, ndtr([shift - reach, shift + reach]))
    return float(low), float(high)


def kappa(a: FloatArray, b: FloatArray, w: FloatArray) -> FloatArray:
    """Quadratic-weighted kappa of each draw: 1 less the squared difference over that of independent raters.

    Parameters
    ----------
    a, b : ndarray, shape (takes,)           points
    w : ndarray, shape (draws, takes)        weights

    Returns
    -------
    ndarray, shape (draws,)    NaN where it does not exist
    """
    one, other = bands(a), bands(b)
    n = w.sum(axis=1)
    with np.errstate(all="ignore"):
        m1, m2 = w @ one / n, w @ other / n
        chance = w @ one**2 / n + w @ other**2 / n - 2 * m1 * m2
        return np.asarray(np.where(chance > 1e-12, 1 - (w @ (one - other) ** 2 / n) / chance, np.nan))


def icc(table: FloatArray, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """ICC(2,1) and ICC(2,k) of each draw, by the mean squares of Shrout & Fleiss (1979).

    Parameters
    ----------
    table : ndarray, shape (takes, raters)    points, nothing missing
    w : ndarray, shape (draws, takes)         weights
    """
    k = table.shape[1]
    n = w.sum(axis=1)
    centred = table - table.mean()
    with np.errstate(all="ignore"):
        columns = w @ centred / n[:, None]
        grand = columns.mean(axis=1)
        take = centred.mean(axis=1)
        between = k * (w @ take**2 - n * grand**2)
        raters = n * ((columns - grand[:, None]) ** 2).sum(axis=1)
        total = w @ (centred**2).sum(axis=1) - n * k * grand**2
        msb, msj = between / (n - 1), raters / (k - 1)
        mse = np.maximum(total - between - raters, 0.0) / ((n - 1) * (k - 1))
        single = (msb - mse) / (msb + (k - 1) * mse + k * (msj - mse) / n)
        mean = (msb - mse) / (msb + (msj - mse) / n)
    exists = (n > 2) & (total > 1e-9)
    return np.where(exists, single, np.nan), np.where(exists, mean, np.nan)


def icc_single(a: FloatArray, b: FloatArray, w: FloatArray) -> FloatArray:
    """ICC(2,1) of two raters, each draw."""
    return icc(np.column_stack([a, b]), w)[0]


def spearman(a: FloatArray, b: FloatArray, w: FloatArray) -> FloatArray:
    """Rank correlation of each draw: a take drawn twice is a tie with itself."""
    one, other = _ranks(a, w), _ranks(b, w)
    n = w.sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        one = one - (w * one).sum(axis=1, keepdims=True) / n
        other = other - (w * other).sum(axis=1, keepdims=True) / n
        spread = (w * one**2).sum(axis=1) * (w * other**2).sum(axis=1)
        return np.asarray(np.where(spread > 1e-9, (w * one * other).sum(axis=1) / np.sqrt(spread), np.nan))


def _ranks(values: FloatArray, w: FloatArray) -> FloatArray:
    """Middle rank of each take in each draw, shape (draws, takes)."""
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 1))
    size = np.add.reduceat(w[:, order], starts, axis=1)
    middle = np.cumsum(size, axis=1) - size / 2 + 0.5
    return np.asarray(middle[:, group])


def within_one(a: FloatArray, b: FloatArray, w: FloatArray) -> FloatArray:
    """Takes no more than one band apart, %, each draw."""
    return mean(np.where(np.abs(bands(a) - bands(b)) <= 1, 100.0, 0.0), w)


def same(a: FloatArray, b: FloatArray, w: FloatArray) -> FloatArray:
    """Takes of the same band, %, each draw."""
    return mean(np.where(bands(a) == bands(b), 100.0, 0.0), w)


def mean(values: FloatArray, w: FloatArray) -> FloatArray:
    """Weighted mean of each draw.

    Examples
    --------
    >>> mean(np.array([1.0, 4.0]), np.array([[1.0, 1.0], [2.0, 0.0]])).tolist()
    [2.5, 1.0]
    """
    with np.errstate(all="ignore"):
        return np.asarray(w @ values / w.sum(axis=1))


PAIR: dict[str, Callable[[FloatArray, FloatArray, FloatArray], FloatArray]] = {
    "kappa": kappa, "icc": icc_single, "within_one": within_one, "same": same, "spearman": spearman,
}  # fmt: skip


def effects(table: FloatArray, w: FloatArray) -> FloatArray:
    """Each rater's effect in the model take + rater, each draw.

    Parameters
    ----------
    table : ndarray, shape (takes, raters)    points; NaN where there is none
    w : ndarray, shape (draws, takes)         weights

    Returns
    -------
    ndarray, shape (draws, raters)    points, of mean 0; NaN where takes in common do not connect all raters
    """
    there = np.isfinite(table)
    count = there.sum(axis=1)
    known = np.where(there, table, 0.0)
    take = known.sum(axis=1) / np.maximum(count, 1)
    residual = np.where(there, table - take[:, None], 0.0)
    shared = there / np.maximum(count, 1)[:, None]
    # normal equations after the takes have been solved for: a Laplacian of who graded what together
    rows = w @ there.astype(float)
    joint = np.stack([w @ (there[:, [i]] * shared) for i in range(table.shape[1])], axis=1)
    left = np.eye(table.shape[1])[None] * rows[:, :, None] - joint
    right = w @ residual
    solved = np.einsum("dij,dj->di", np.linalg.pinv(left, rcond=ROUNDING, hermitian=True), right)
    solved = solved - solved.mean(axis=1, keepdims=True)
    least = ROUNDING * np.abs(left).max(axis=(1, 2))
    connected = np.linalg.matrix_rank(left, tol=least, hermitian=True) == table.shape[1] - 1
    return np.asarray(np.where(connected[:, None], solved, np.nan))
