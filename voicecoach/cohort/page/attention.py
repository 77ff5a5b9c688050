"""Which takes need the trainer's ear, and why: not graded, far from the others, undecided, handed in twice; and a look,
since they are of nobody on the roster.

Far from the others: |x - median| > 3.5 s, a modified z-score (Iglewicz and Hoaglin 1993, How to Detect and Handle
Outliers, ASQC, limit 3.5), x the leading figure of a requirement. Figures, not scores: scores pile up at full marks,
and every step down from there would look odd. s^2 = d^2 + u^2, u the uncertainty of the figure and d the scatter of the
others (1.4826 MAD). The others are the trainee's own takes where there are enough; as a few takes may be alike by luck,
their scatter is averaged with that of all trainees about their own medians, weighted as progress weighs it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from voicecoach.cohort.page.records import EAR, FAILED, FAR, STRANGE, TWICE, UNSURE, Cohort, Judged, Take
from voicecoach.progress.levels import PRIOR_DOWN, PRIOR_UP

FAR_FROM = 3.5  # modified z-score (Iglewicz and Hoaglin 1993)
MAD_TO_SD = 1.4826  # of a normal distribution
OWN_FROM = 5  # other takes of the trainee from which they are what a take is compared with (as progress has it)
ALL_FROM = 10  # other takes of the cohort below which nothing is called far (convention)
UNDECIDED_FROM = 2  # requirements of a take: one alone is seen in the table, and nobody listens to half a cohort
MOST_UNSURE = 0.5  # of the takes: a requirement undecided in more is told once, not take by take


@dataclass(frozen=True)
class Far:
    """A leading figure far from the others': by ``size`` standard deviations; ``own``: they are the trainee's own."""

    requirement: str
    value: float
    usual: float
    size: float
    own: bool


@dataclass(frozen=True)
class Needs:
    """Why one take needs an ear.

    Attributes
    ----------
    take : int                          place in the cohort
    kinds : tuple of str                ``failed``, ``far``, ``unsure``, ``twice``, ``strange``
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

    @property
    def ear(self) -> int:
        """How many takes need an ear, and not a look only."""
        return sum(any(kind in EAR for kind in one.kinds) for one in self.takes)

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
            if (needs := _needs(
                place, take, far.get(place, []), twins.get(place), set(mostly), limits, strange=place in cohort.strange
            )).kinds
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


def scatter(values: Sequence[float]) -> float:
    """Standard deviation as the median absolute deviation tells it.

    Examples
    --------
    >>> scatter([1, 2, 3, 4, 1000])
    1.4826
    """
    usual = median(values)
    return MAD_TO_SD * median(abs(value - usual) for value in values)


def believed(own: float, takes: int, everybody: float) -> float:
    """A person's scatter averaged with everybody's: a restless person is soon believed, a steady one late.

    Examples
    --------
    >>> believed(0.0, 8, 2.0) > 1.7, believed(8.0, 8, 2.0) > 6.5
    (True, True)
    """
    prior = PRIOR_UP if own > everybody else PRIOR_DOWN
    return float(((prior * everybody**2 + takes * own**2) / (prior + takes)) ** 0.5)


def _far(takes: Sequence[Take], name: str) -> Iterator[tuple[int, Far]]:
    known = [
        (place, take, judged, judged.value) for place, take in enumerate(takes)
        if take.alike and (judged := take.judged.get(name)) is not None
        and judged.value is not None and judged.score is not None
    ]  # fmt: skip
    everybody = [value for *_, value in known]
    own: dict[str, list[float]] = defaultdict(list)
    for _, take, _, value in known:
        if take.handed.trainee:
            own[take.handed.trainee].append(value)
    within = [value - median(mine) for mine in own.values() if len(mine) > OWN_FROM for value in mine]
    usual_scatter = scatter(within) if within else 0.0
    of_all = (median(everybody), scatter(everybody)) if len(everybody) > ALL_FROM else None
    for place, take, judged, value in known:
        mine = own.get(take.handed.trainee or "", [])
        theirs = len(mine) > OWN_FROM
        if theirs:
            others = list(mine)
            others.remove(value)
            usual, d = median(others), believed(scatter(others), len(others), usual_scatter)
        elif of_all:
            usual, d = of_all
        else:
            continue
        spread = float((d**2 + judged.sd**2) ** 0.5)
        if spread > 0 and abs(value - usual) > FAR_FROM * spread:
            yield place, Far(name, value, usual, abs(value - usual) / spread, theirs)


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
    place: int, take: Take, far: list[Far], twin: int | None, mostly: set[str], limits: Mapping[str, float],
    *, strange: bool,
) -> Needs:
    unjudged = tuple(name for name, one in take.judged.items() if one.score is None)
    unclear = tuple(name for name, one in take.judged.items() if name not in mostly and undecided(one, limits))
    unsure = unjudged or len(unclear) >= UNDECIDED_FROM
    kinds = {FAILED: not take.graded, FAR: far, UNSURE: unsure, TWICE: twin is not None, STRANGE: strange}
    far.sort(key=lambda one: -one.size)
    return Needs(place, tuple(kind for kind, holds in kinds.items() if holds), tuple(far), unjudged, unclear, twin)
