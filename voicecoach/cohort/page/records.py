"""What the cohort page is made from and of: plain frozen values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from voicecoach.results import Interval, Text

FAILED, FAR, UNSURE, TWICE, STRANGE = "failed", "far", "unsure", "twice", "strange"
EAR = (FAILED, FAR, UNSURE, TWICE)  # why a take needs the trainer's ear, in the order in which the page tells it
NEEDS = (*EAR, STRANGE)  # ... or a look: it belongs to nobody on the roster


@dataclass(frozen=True)
class Handed:
    """A take as it is handed to the page.

    Attributes
    ----------
    id : str                        the same in every run
    name : str                      of the recording's file, as it may be shown
    trainee, cohort : str or None   None: not known
    recorded : datetime or None     None: not known
    link : str or None              address of its report, seen from the page
    failure : Text or None          why it could not be graded, in both languages
    code : str or None              the stable code of that
    read : callable or None         gives its report as JSON holds it; None where there is none
    recording : str or None         path or address of it, where excerpts can be cut from
    """

    id: str
    name: str
    trainee: str | None = None
    cohort: str | None = None
    recorded: datetime | None = None
    link: str | None = None
    failure: Text | None = None
    code: str | None = None
    read: Callable[[], Mapping[str, Any]] | None = field(default=None, repr=False)
    recording: str | None = None


@dataclass(frozen=True)
class Judged:
    """One requirement of one take: score with interval, leading figure with ``sd``, or why there is no score."""

    score: float | None
    interval: Interval | None
    band: str | None
    value: float | None
    reason: Text | None
    sd: float = 0.0


@dataclass(frozen=True)
class Weak:
    """A place that proves a weak score. ``words`` None: no single place does; any stretch of the call will."""

    requirement: str
    start: float
    end: float
    words: Text | None


@dataclass(frozen=True)
class Take:
    """What the page keeps of a take once its report has been read.

    Attributes
    ----------
    handed : Handed
    duration_s : float or None
    overall : float or None
    judged : Mapping            requirement → Judged; empty where it could not be graded
    weak : tuple of Weak        for each requirement to be practised
    sha256, speaker             of the recording
    alike : bool                graded with the rubric, version and settings of most takes: only those are compared
    """

    handed: Handed
    duration_s: float | None = None
    overall: float | None = None
    judged: Mapping[str, Judged] = field(default_factory=dict)
    weak: tuple[Weak, ...] = ()
    sha256: str | None = None
    speaker: str | None = None
    alike: bool = True

    @property
    def graded(self) -> bool:
        """Whether there is a report on it."""
        return self.sha256 is not None


@dataclass(frozen=True)
class Requirement:
    """One of the requirements, with the figure that leads it and that figure's target."""

    id: str
    title: Text
    lead: Text
    unit: Text
    target: tuple[float | None, float | None] | None


@dataclass(frozen=True)
class Trend:
    """A requirement of a trainee over dates.

    Attributes
    ----------
    direction : int or None         1 better for real, -1 worse, 0 no real change; None: nothing to compare
    difference, smallest : float    points; the smallest difference that counts as real
    takes : tuple of int            places of the takes that the band stands at
    middle, low, high : tuple of float      the level up to there with its 90 % band, points
    """

    direction: int | None
    difference: float
    smallest: float
    takes: tuple[int, ...]
    middle: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Cohort:
    """All that the page shows, takes by trainee in roster order and then by date.

    Attributes
    ----------
    takes : tuple of Take
    requirements : tuple of Requirement
    bands : tuple                   name and the score it begins at, highest first
    trends : Mapping                (trainee, requirement) → Trend
    rubric : Text                   title of the rubric that most takes were graded with
    apart : int                     takes graded with another rubric, version or settings
    absent : tuple of str           trainees of the roster without a take, in its order
    strange : frozenset of int      places of takes that belong to nobody on the roster
    """

    takes: tuple[Take, ...]
    requirements: tuple[Requirement, ...]
    bands: tuple[tuple[str, float], ...]
    trends: Mapping[tuple[str, str], Trend]
    rubric: Text | None
    apart: int
    absent: tuple[str, ...] = ()
    strange: frozenset[int] = frozenset()

    @property
    def trainees(self) -> tuple[str, ...]:
        """Trainees in the order of their takes."""
        return tuple(dict.fromkeys(take.handed.trainee for take in self.takes if take.handed.trainee))

    @property
    def cohorts(self) -> tuple[str, ...]:
        """Cohorts, by name."""
        return tuple(sorted({take.handed.cohort for take in self.takes if take.handed.cohort}))
