"""Agreement of two raters or a panel, by published libraries: scikit-learn, pingouin, scipy.

Points are 0-100; a band is the nearest of five grades.
"""

import warnings
from collections.abc import Callable

import numpy as np

from voicecoach.agreement.records import GRADES, STEP
from voicecoach.errors import UsageError
from voicecoach.timeline import FloatArray


def need_libraries() -> None:
    """Refuse to begin without the extra ``agreement``.

    Raises
    ------
    UsageError    pingouin or scikit-learn is not installed
    """
    from importlib.util import find_spec

    needed = {"pingouin": "pingouin", "sklearn": "scikit-learn"}
    lacking = [name for module, name in needed.items() if not find_spec(module)]
    if lacking:
        raise UsageError("agreement_extra", found=", ".join(lacking))


def bands(points: FloatArray) -> FloatArray:
    """Nearest grade of each, 1-5; half way goes up; NaN stays.

    Examples
    --------
    >>> bands(np.array([0, 12.5, 50, 100, np.nan])).tolist()
    [1.0, 2.0, 3.0, 5.0, nan]
    """
    return np.asarray(np.floor(points / STEP + 0.5) + 1)


def kappa(a: FloatArray, b: FloatArray) -> float | None:
    """Quadratic-weighted kappa of two raters' bands; None where both gave one and the same band throughout.

    Parameters
    ----------
    a, b : ndarray, shape (n,)    points

    References
    ----------
    Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70:213. Computed by scikit-learn.

    Examples
    --------
    >>> kappa(np.array([0, 25, 50, 75.0]), np.array([0, 25, 25, 75.0]))  # grades 1 2 3 4 and 1 2 2 4
    0.9
    """
    from sklearn.metrics import cohen_kappa_score

    one, other = bands(a).astype(int), bands(b).astype(int)
    if len(one) == 0 or len(set(one) | set(other)) < 2:
        return None
    return float(cohen_kappa_score(one, other, weights="quadratic", labels=list(range(1, GRADES + 1))))


def icc(table: FloatArray) -> tuple[float, float] | None:
    """ICC(2,1) and ICC(2,k): absolute agreement of one rater, and of the mean of all, raters a random sample.

    Parameters
    ----------
    table : ndarray, shape (takes, raters)    points, nothing missing

    Returns
    -------
    (single, mean) or None    None with fewer than three takes or two raters, or where nothing varies

    References
    ----------
    Shrout, P. E. & Fleiss, J. L. (1979). Intraclass correlations. Psychological Bulletin 86:420; ICC(A,1) and ICC(A,k)
    of McGraw & Wong (1996). Computed by pingouin.

    Examples
    --------
    >>> four_judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(found, 2) for found in icc(np.array(four_judges, float))]  # table 4 of Shrout & Fleiss
    [0.29, 0.62]
    """
    takes, raters = table.shape
    if takes < 3 or raters < 2 or np.ptp(table) == 0:
        return None
    import pandas as pd
    import pingouin

    tidy = pd.DataFrame(
        {"take": np.repeat(np.arange(takes), raters), "rater": np.tile(np.arange(raters), takes), "x": table.ravel()}
    )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # pingouin calls pandas in a way that pandas 3 will drop, and divides by an error of 0 on the way to F
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        found = pingouin.intraclass_corr(tidy, targets="take", raters="rater", ratings="x").set_index("Type")["ICC"]
    single, mean = float(found["ICC(A,1)"]), float(found["ICC(A,k)"])
    return (single, mean) if np.isfinite([single, mean]).all() else None


def icc_single(a: FloatArray, b: FloatArray) -> float | None:
    """ICC(2,1) of two raters."""
    found = icc(np.column_stack([a, b]))
    return None if found is None else found[0]


def spearman(a: FloatArray, b: FloatArray) -> float | None:
    """Rank correlation by scipy; None where one of the two never changes.

    Examples
    --------
    >>> round(spearman(np.array([1, 2, 3.0]), np.array([10, 20, 20.0])), 3), spearman(np.ones(3), np.ones(3))
    (0.866, None)
    """
    from scipy.stats import spearmanr

    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(spearmanr(a, b)[0])


def within_one(a: FloatArray, b: FloatArray) -> float | None:
    """Takes on which the two are no more than one band apart, %.

    Examples
    --------
    >>> within_one(np.array([0.0, 100]), np.array([25.0, 0]))
    50.0
    """
    return float(100 * np.mean(np.abs(bands(a) - bands(b)) <= 1)) if len(a) else None


def same(a: FloatArray, b: FloatArray) -> float | None:
    """Takes on which the two gave the same band, %.

    Examples
    --------
    >>> same(np.array([0.0, 50]), np.array([12.0, 75]))
    50.0
    """
    return float(100 * np.mean(bands(a) == bands(b))) if len(a) else None


PAIR: dict[str, Callable[[FloatArray, FloatArray], float | None]] = {
    "kappa": kappa, "icc": icc_single, "within_one": within_one, "same": same, "spearman": spearman,
}  # fmt: skip


def effects(table: FloatArray) -> FloatArray:
    """How much higher each rater grades than the mean rater, by least squares of take + rater.

    Fair where raters graded different takes: who graded only weak takes is not called severe for it.

    Parameters
    ----------
    table : ndarray, shape (takes, raters)    points; NaN where a rater gave none

    Returns
    -------
    ndarray, shape (raters,)    points, of mean 0; all NaN where takes in common do not connect all raters

    Examples
    --------
    >>> effects(np.array([[10.0, 20, np.nan], [np.nan, 50, 60], [0, 10, np.nan]])).round(6).tolist()
    [-10.0, 0.0, 10.0]
    """
    from voicecoach.agreement.bootstrap import effects as drawn

    return np.asarray(drawn(table, np.ones((1, len(table))))[0])
