"""From a value to a score: piecewise-linear desirability, and what measurement error does to it.

Derringer & Suich (1980), Simultaneous optimization of several response variables, J. Quality Technology 12:214,
in its piecewise-linear form: a trainee can invert it ("14 syllables a minute less gains 10 points").
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

Curve = Sequence[tuple[float, float]]


def score_at(curve: Curve, values: npt.ArrayLike) -> FloatArray:
    """Score of each value: linear between the curve's points, level outside them.

    Parameters
    ----------
    curve : sequence of (value, score)    values increasing, scores 0-100
    values : array_like                   in the criterion's unit

    Returns
    -------
    ndarray of the shape of ``values``, 0-100

    Examples
    --------
    >>> score_at([(70, 0), (95, 50), (120, 100), (150, 100), (220, 0)], [82.5, 130, 300]).tolist()
    [25.0, 100.0, 0.0]
    """
    x, y = zip(*curve, strict=True)
    scores = np.interp(np.asarray(values, float), x, y)
    return np.asarray(np.clip(scores, min(y), max(y)))  # rounding passes a point by 1e-14


def target(curve: Curve) -> tuple[float | None, float | None]:
    """The band in which the curve is at its best; None on a side where it stays at its best for ever.

    Examples
    --------
    >>> target([(70, 0), (120, 100), (150, 100), (220, 0)])
    (120, 150)
    >>> target([(5, 0), (20, 100)])
    (20, None)
    """
    best = max(score for _, score in curve)
    at_best = [value for value, score in curve if score == best]
    low = None if curve[0][1] == best else at_best[0]
    high = None if curve[-1][1] == best else at_best[-1]
    return low, high


def normal_draws(columns: int, draws: int = 1000, seed: int = 20) -> FloatArray:
    """Standard normal numbers, stratified so that every column has the same mean 0 and the same quantiles.

    A Latin hypercube (McKay, Beckman & Conover 1979, Technometrics 21:239): with plain random numbers the
    expected score of one criterion would itself be uncertain by half a point.

    Parameters
    ----------
    columns : int     one for each criterion
    draws : int       rows
    seed : int        fixed: the same recording must get the same score twice

    Returns
    -------
    ndarray, shape (draws, columns)

    Examples
    --------
    >>> z = normal_draws(3)
    >>> bool(abs(z.mean()) < 1e-9), z.std().round(2).item()
    (True, 1.0)
    """
    from scipy.special import ndtri

    rng = np.random.default_rng(seed)
    middles = ndtri((np.arange(draws) + 0.5) / draws)
    return np.stack([rng.permutation(middles) for _ in range(columns)], axis=1) if columns else np.empty((draws, 0))
