"""Cohorts beside each other: the mean of the trainees' means with its 95 % interval, and which differences are real.

Takes of one trainee are alike, so that a cohort is as large as its trainees are many, not its takes. The interval is
Student's; two cohorts differ for real where Welch's test (Welch 1947, Biometrika 34:28) says so at a level that counts
every pair and every requirement looked at (Sidak 1967, JASA 62:626).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, stdev

from markupsafe import Markup

from voicecoach.cohort.page.records import Cohort, Requirement
from voicecoach.progress.levels import CHANCE

SURE = 0.95
FEW = 8  # trainees below which no difference is told: the mean of fewer hangs on one or two people (convention)
ROW = 28  # px
EDGE = 2.0  # % left free at either end, so that a dot at 0 or 100 is whole


@dataclass(frozen=True)
class Group:
    """One cohort in one requirement: each trainee's mean; ``interval`` None with a single trainee."""

    cohort: str
    means: tuple[float, ...]
    takes: int
    mean: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Difference:
    """Two cohorts that differ for real: points and 95 % interval."""

    one: str
    other: str
    points: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Versus:
    """The cohorts in one requirement; ``compared`` where at least two of them are large enough."""

    requirement: Requirement
    groups: tuple[Group, ...]
    real: tuple[Difference, ...]
    compared: bool
    drawings: tuple[Markup, ...]


def versus(cohort: Cohort) -> list[Versus]:
    """All requirements; nothing where there is one cohort only."""
    names = cohort.cohorts
    if len(names) < 2:
        return []
    by = {one.id: [group(name, _means(cohort, name, one.id)) for name in names] for one in cohort.requirements}
    looks = sum(1 for groups in by.values() for _ in combinations(_large(groups), 2))
    level = 1 - (1 - CHANCE) ** (1 / max(looks, 1))
    limit = dict(cohort.bands).get("on_target", 80.0)
    return [
        Versus(one, tuple(by[one.id]), tuple(differences(by[one.id], level)), len(_large(by[one.id])) > 1,
               tuple(drawing(of, limit) for of in by[one.id]))
        for one in cohort.requirements
    ]  # fmt: skip


def group(name: str, means: Sequence[Sequence[float]]) -> Group:
    """A cohort from each trainee's scores.

    Examples
    --------
    >>> group("a", [[40, 60], [70], [60]]).mean
    60.0
    >>> [round(edge, 1) for edge in group("a", [[40, 60], [70], [60]]).interval]
    [35.2, 84.8]
    """
    each = tuple(fmean(scores) for scores in means)
    takes = sum(len(scores) for scores in means)
    if not each:
        return Group(name, (), 0, None, None)
    if len(each) == 1:
        return Group(name, each, takes, each[0], None)
    from scipy import stats

    sem = stdev(each) / len(each) ** 0.5
    half = float(stats.t.ppf((1 + SURE) / 2, len(each) - 1)) * sem
    middle = fmean(each)
    return Group(name, each, takes, middle, (max(middle - half, 0.0), min(middle + half, 100.0)))


def differences(groups: Sequence[Group], level: float) -> list[Difference]:
    """Pairs that differ for real, by Welch's test at ``level``; cohorts of fewer than ``FEW`` trainees are left out.

    Examples
    --------
    >>> one = group("a", [[80], [82], [78], [81]] * 2)
    >>> other = group("b", [[60], [63], [58], [61]] * 2)
    >>> [(d.one, d.other, d.points) for d in differences([one, other], 0.01)]
    [('a', 'b', 19.75)]
    >>> differences([one, one], 0.01)
    []
    >>> differences([one, group("b", [[60], [63], [58], [61]])], 0.01)
    []
    """
    found = []
    for one, other in combinations(_large(groups), 2):
        tested = welch(one.means, other.means)
        if tested is not None and tested[0] < level:
            points = fmean(one.means) - fmean(other.means)
            found.append(Difference(one.cohort, other.cohort, points, (points - tested[1], points + tested[1])))
    return found


def _large(groups: Sequence[Group]) -> list[Group]:
    return [one for one in groups if len(one.means) >= FEW]


def welch(one: Sequence[float], other: Sequence[float]) -> tuple[float, float] | None:
    """p of Welch's test and half the 95 % interval of the difference; None where there is nothing to test with.

    From means and standard deviations, since full marks all through (no scatter in one group) are common here.

    Examples
    --------
    >>> p, half = welch([80, 82, 78, 81], [60, 63, 58, 61])
    >>> p < 0.0001, round(half, 2)
    (True, 3.32)
    >>> welch([100, 100], [100, 100]) is None
    True
    """
    from scipy import stats

    if min(len(one), len(other)) < 2:
        return None
    sds, sizes = (stdev(one), stdev(other)), (len(one), len(other))
    if max(sds) < 1e-9:
        return None
    p = stats.ttest_ind_from_stats(fmean(one), sds[0], sizes[0], fmean(other), sds[1], sizes[1], equal_var=False).pvalue
    parts = [sd**2 / size for sd, size in zip(sds, sizes, strict=True)]
    degrees = sum(parts) ** 2 / sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    return float(p), float(stats.t.ppf((1 + SURE) / 2, degrees)) * float(sum(parts)) ** 0.5


def drawing(one: Group, limit: float) -> Markup:
    """A row of the drawing: a dot for each trainee, the mean as a diamond with its interval. Places are percent."""

    def x(score: float) -> str:
        return f"{EDGE + (100 - 2 * EDGE) * score / 100:.2f}%"

    middle = ROW // 2
    parts = [Markup('<rect class="target" x="{}" y="0" width="{}%" height="{}"/>').format(
        x(limit), f"{(100 - 2 * EDGE) * (100 - limit) / 100:.2f}", ROW)]  # fmt: skip
    parts.append(Markup('<line class="rule" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(x(0), x(100), middle, middle))
    parts += [Markup('<circle class="one" cx="{}" cy="{}" r="4"/>').format(x(mean), middle) for mean in one.means]
    if one.interval is not None:
        low, high = map(x, one.interval)
        parts.append(Markup('<line class="margin" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(low, high, middle, middle))
    if one.mean is not None and len(one.means) > 1:
        parts.append(Markup('<svg x="{}" y="{}"><path class="mean" d="M0 -7 L6 0 L0 7 L-6 0 Z"/></svg>').format(
            x(one.mean), middle))  # fmt: skip
    return Markup('<svg class="versus" width="100%" height="{}" focusable="false" aria-hidden="true">{}</svg>').format(
        ROW, Markup("").join(parts)
    )


def _means(cohort: Cohort, name: str, requirement: str) -> list[list[float]]:
    """Scores by trainee; a take of nobody known counts as a trainee of its own, as nothing better is known."""
    found: dict[object, list[float]] = defaultdict(list)
    seen: set[tuple[object, str | None]] = set()
    for place, take in enumerate(cohort.takes):
        judged, who = take.judged.get(requirement), take.handed.trainee or place
        if take.handed.cohort != name or not take.alike or judged is None or judged.score is None:
            continue
        if (who, take.sha256) not in seen:  # a recording handed in twice counts once
            found[who].append(judged.score)
        seen.add((who, take.sha256))
    return list(found.values())
