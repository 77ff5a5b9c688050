"""Which takes need the trainer's ear, and why: not graded, far from the others, undecided, handed in twice.

Far from the others: |score - median| > 3.5 s, s^2 = max(1.4826 MAD, d)^2 + u^2, a modified z-score (Iglewicz and
Hoaglin 1993, How to Detect and Handle Outliers, ASQC, limit 3.5). u is the uncertainty of the take's own score and d
how much takes of one person vary though nothing has changed (``steadiness.toml``): where most have full marks the MAD
is 0, and a few points less are nothing odd. The others are the trainee's own, where there are enough, else those of
the whole cohort.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from voicecoach.cohort.page.records import FAILED, FAR, TWICE, UNSURE, Cohort, Judged, Take
from voicecoach.progress.comparing import steadiness
from voicecoach.progress.likeness import Z95

FAR_FROM = 3.5  # modified z-score (Iglewicz and Hoaglin 1993)
MAD_TO_SD = 1.4826  # of a normal distribution
OWN_FROM = 5  # other takes of the trainee from which they are what a take is compared with (as progress has it)
ALL_FROM = 10  # other takes of the cohort below which nothing is called far (convention)
UNDECIDED_FROM = 2  # requirements of a take: one alone is seen in the table, and nobody listens to half a cohort
MOST_UNSURE = 0.5  # of the takes: a requirement undecided in more is told once, not take by take


@dataclass(frozen=True)
class Far:
    """A score far from the others': by ``size`` standard deviations; ``own``: the others are the trainee's own."""

    requirement: str
    score: float
    usual: float
    size: float
    own: bool


@dataclass(frozen=True)
class Needs:
    """Why one take needs an ear.

    Attributes
    ----------
    take : int                          place in the cohort
    kinds : tuple of str                ``failed``, ``far``, ``unsure``, ``twice``
    far : tuple of Far                  farthest first
    unjudged, undecided : tuple of str  requirements without a score; those whose score could mean ``practise`` and
                                        ``on_target`` alike
    twin : int or None                  place of another take of the same recording
    """

    take: int
    kinds: tuple[str, ...]
    far: tuple[Far, ...] = ()
    unjudged: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    twin: int | None = None


@dataclass(frozen=True)
class Attention:
    """What needs an ear, and the requirements that are undecided as a rule (with how many takes of how many)."""

    takes: tuple[Needs, ...]
    mostly_undecided: Mapping[str, tuple[int, int]]

    def of(self, kind: str) -> list[Needs]:
        """Those of one kind, the most telling first."""
        found = [one for one in self.takes if kind in one.kinds]
        if kind == FAR:
            found.sort(key=lambda one: -one.far[0].size)
        if kind == UNSURE:
            found.sort(key=lambda one: (-len(one.unjudged), -len(one.undecided)))
        return found


def attention(cohort: Cohort) -> Attention:
    """Look through all takes."""
    limits = dict(cohort.bands)
    names = [one.id for one in cohort.requirements]
    mostly = {}
    for name in names:
        judged = [found for take in cohort.takes if (found := take.judged.get(name)) and found.score is not None]
        count = sum(undecided(one, limits) for one in judged)
        if count > MOST_UNSURE * len(judged):
            mostly[name] = (count, len(judged))
    far: dict[int, list[Far]] = defaultdict(list)
    for name in names:
        for place, one in _far(cohort.takes, name):
            far[place].append(one)
    twins = _twins(cohort.takes)
    return Attention(
        tuple(
            needs for place, take in enumerate(cohort.takes)
            if (needs := _needs(place, take, far.get(place, []), twins.get(place), set(mostly), limits)).kinds
        ),
        mostly,
    )  # fmt: skip


def undecided(judged: Judged, limits: Mapping[str, float]) -> bool:
    """Whether the interval of a score reaches from ``practise`` to ``on_target``.

    Examples
    --------
    >>> limits = {"on_target": 80, "close": 60}
    >>> undecided(Judged(70, (55, 85), "close", None, None), limits)
    True
    >>> undecided(Judged(70, (62, 85), "close", None, None), limits)
    False
    """
    if judged.interval is None:
        return False
    return judged.interval[0] < limits.get("close", 60) and judged.interval[1] >= limits.get("on_target", 80)


def distance(score: float, sd: float, others: Sequence[float], steady: float) -> tuple[float, float]:
    """Modified z-score of a score among others, and their median.

    Examples
    --------
    >>> distance(50, 0.0, [100, 100, 100, 100, 100], 10.0)
    (-5.0, 100)
    """
    usual = median(others)
    spread = max(MAD_TO_SD * median(abs(other - usual) for other in others), steady)
    return (score - usual) / float((spread**2 + sd**2) ** 0.5), usual


def _far(takes: Sequence[Take], name: str) -> Iterator[tuple[int, Far]]:
    scored = [
        (place, take, judged) for place, take in enumerate(takes)
        if take.alike and (judged := take.judged.get(name)) is not None and judged.score is not None
    ]  # fmt: skip
    steady = steadiness().takes.get(name, 0.0)
    everybody = [judged.score or 0.0 for _, _, judged in scored]
    own: dict[str, list[float]] = defaultdict(list)
    for _, take, judged in scored:
        own[take.handed.trainee or ""].append(judged.score or 0.0)
    for place, take, judged in scored:
        score = judged.score or 0.0
        mine = own[take.handed.trainee or ""] if take.handed.trainee else []
        theirs = len(mine) > OWN_FROM
        others = list(mine if theirs else everybody)
        others.remove(score)
        if not theirs and len(others) < ALL_FROM:
            continue
        low, high = judged.interval or (score, score)
        away, usual = distance(score, (high - low) / (2 * Z95), others, steady)
        if abs(away) > FAR_FROM:
            yield place, Far(name, score, usual, abs(away), theirs)


def _twins(takes: Sequence[Take]) -> dict[int, int]:
    """Takes of one recording: place → another place."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, take in enumerate(takes):
        if take.sha256:
            places[take.sha256].append(place)
    return {
        place: next(other for other in same if other != place)
        for same in places.values() if len(same) > 1 for place in same
    }  # fmt: skip


def _needs(
    place: int, take: Take, far: list[Far], twin: int | None, mostly: set[str], limits: Mapping[str, float]
) -> Needs:
    unjudged = tuple(name for name, one in take.judged.items() if one.score is None)
    unclear = tuple(name for name, one in take.judged.items() if name not in mostly and undecided(one, limits))
    unsure = unjudged or len(unclear) >= UNDECIDED_FROM
    kinds = {FAILED: not take.judged, FAR: far, UNSURE: unsure, TWICE: twin is not None}
    far.sort(key=lambda one: -one.size)
    return Needs(place, tuple(kind for kind, holds in kinds.items() if holds), tuple(far), unjudged, unclear, twin)
