"""Figures over many observations, and how far chance moves them."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from voicecoach.validation.checks import Observation

DRAWS = 1000
SEED = 20260101


def interval(
    observations: Sequence[Observation], figure: Callable[[Sequence[Observation]], float | None]
) -> tuple[float, float] | None:
    """95 % interval of a figure: percentile bootstrap over speakers, or over clips where there is one speaker.

    Parameters
    ----------
    observations : sequence of Observation
    figure : callable    from observations to a number, or None where it does not exist

    Returns
    -------
    (float, float) or None    None with fewer than three speakers or clips to draw from

    References
    ----------
    Efron, B. & Tibshirani, R. (1993). An Introduction to the Bootstrap, ch. 13. Chapman & Hall.

    Examples
    --------
    >>> interval([Observation("ours", "a", "ann", "f", {"error": 2.0})], lambda seen: seen[0].values["error"]) is None
    True
    """
    whose = [o.speaker or o.clip for o in observations]
    if len(set(whose)) < 3:
        whose = [o.clip for o in observations]
    units: dict[str, list[Observation]] = {}
    for key, observation in zip(whose, observations, strict=True):
        units.setdefault(key, []).append(observation)
    if len(units) < 3:
        return None
    groups = list(units.values())
    random = np.random.default_rng(SEED)
    drawn = []
    for _ in range(DRAWS):
        picked = [o for index in random.integers(len(groups), size=len(groups)) for o in groups[index]]
        value = figure(picked)
        if value is not None:
            drawn.append(value)
    if len(drawn) < DRAWS / 2:
        return None
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def mean_abs(name: str) -> Callable[[Sequence[Observation]], float | None]:
    """Mean absolute value of ``values[name]``."""
    return lambda seen: float(np.mean(np.abs(found))) if len(found := _all(seen, name)) else None


def mean(name: str) -> Callable[[Sequence[Observation]], float | None]:
    """Mean of ``values[name]``: the bias, where that is an error."""
    return lambda seen: float(np.mean(found)) if len(found := _all(seen, name)) else None


def largest(name: str) -> Callable[[Sequence[Observation]], float | None]:
    """Largest absolute value of ``values[name]``."""
    return lambda seen: float(np.max(np.abs(found))) if len(found := _all(seen, name)) else None


def smallest(name: str) -> Callable[[Sequence[Observation]], float | None]:
    """Smallest value of ``values[name]``."""
    return lambda seen: float(np.min(found)) if len(found := _all(seen, name)) else None


def highest(name: str) -> Callable[[Sequence[Observation]], float | None]:
    """Highest value of ``values[name]``, with its sign."""
    return lambda seen: float(np.max(_all(seen, name))) if seen else None


def median_abs(name: str) -> Callable[[Sequence[Observation]], float | None]:
    """Median absolute value of ``values[name]``, lists laid end to end."""

    def of(seen: Sequence[Observation]) -> float | None:
        every = _all(seen, name)
        return float(np.median(np.abs(every))) if len(every) else None

    return of


def median(name: str) -> Callable[[Sequence[Observation]], float | None]:
    """Median of ``values[name]`` with its sign, lists laid end to end; None where there is none.

    A clip in which a tool found nothing to measure has no such value and is left out.

    Examples
    --------
    >>> a, b = (Observation("ours", name, "", "", {"error": errors}) for name, errors in (("a", [-4, 1]), ("b", 2)))
    >>> median("error")([a, b])
    1.0
    """

    def of(seen: Sequence[Observation]) -> float | None:
        every = _all([o for o in seen if name in o.values], name)
        return float(np.median(every)) if len(every) else None

    return of


def ratio(part: str, whole: str, scale: float = 100.0) -> Callable[[Sequence[Observation]], float | None]:
    """``scale`` times the summed ``values[part]`` over the summed ``values[whole]``."""

    def of(seen: Sequence[Observation]) -> float | None:
        total = float(_all(seen, whole).sum())
        return scale * float(_all(seen, part).sum()) / total if total else None

    return of


def f1(seen: Sequence[Observation]) -> float | None:
    """Harmonic mean of precision and recall, from ``hits``, ``found`` and ``true``.

    Examples
    --------
    >>> f1([Observation("ours", "a", "", "", {"hits": 3, "found": 3, "true": 5})])
    0.75
    """
    hits, found, true = (float(_all(seen, name).sum()) for name in ("hits", "found", "true"))
    return 2 * hits / (found + true) if found + true else None


def d_prime(noise: npt.ArrayLike, signal: npt.ArrayLike) -> float:
    """Difference of means in pooled standard deviations.

    References
    ----------
    Green, D. M. & Swets, J. A. (1966). Signal Detection Theory and Psychophysics. Wiley.

    Examples
    --------
    >>> d_prime([0.0, 2.0], [4.0, 6.0]) == 4 / 2**0.5
    True
    """
    a, b = np.asarray(noise, float), np.asarray(signal, float)
    return float((b.mean() - a.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2))


def spearman(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Rank correlation; 0 where one of the two never changes.

    Examples
    --------
    >>> round(spearman([1, 2, 3], [10, 5, 1]), 6), spearman([1, 2, 3], [4, 4, 4])
    (-1.0, 0.0)
    """
    from scipy.stats import spearmanr

    if min(np.ptp(np.asarray(x, float)) for x in (a, b)) == 0:
        return 0.0
    return float(spearmanr(a, b)[0])


def auc(higher: str, lower: str) -> Callable[[Sequence[Observation]], float | None]:
    """Share of pairs in which ``values[higher]`` exceeds ``values[lower]``, a tie for half: area under the ROC curve.

    An observation holds one or the other.

    Examples
    --------
    >>> seen = [Observation("ours", "", "", "", {name: value}) for name, value in [("up", 2), ("up", 1), ("down", 1)]]
    >>> auc("up", "down")(seen)
    0.75
    """

    def of(seen: Sequence[Observation]) -> float | None:
        from scipy.stats import mannwhitneyu

        a, b = (_all([o for o in seen if name in o.values], name) for name in (higher, lower))
        return float(mannwhitneyu(a, b).statistic / (len(a) * len(b))) if len(a) and len(b) else None

    return of


def _all(seen: Sequence[Observation], name: str) -> np.ndarray:
    """``values[name]`` of all observations in one row; a list counts as its items."""
    parts = [np.atleast_1d(np.asarray(o.values[name], float)) for o in seen]
    return np.concatenate(parts) if parts else np.zeros(0)
