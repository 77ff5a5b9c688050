"""What the progress of a trainee is made of: plain frozen values; :func:`voicecoach.progress.progress` makes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voicecoach.progress.likeness import Like
from voicecoach.results import Interval, Text


@dataclass(frozen=True)
class Entry:
    """One take with the report on it.

    Attributes
    ----------
    take : str              id
    recorded : datetime     with a zone
    duration_s : float      s
    name, note : str        of the recording's file; the trainee's own
    report : Mapping        :meth:`voicecoach.Report.to_dict`
    """

    take: str
    recorded: datetime
    duration_s: float
    name: str
    note: str
    report: Mapping[str, Any]


@dataclass(frozen=True)
class Point:
    """One requirement of one take.

    Attributes
    ----------
    take : int                     place in ``Progress.takes``
    score : float or None          as its report says; None where it was not judged
    interval : (float, float) or None     of that score, 5th to 95th percentile
    like : Like or None            on the rows that are compared, with all that makes takes of one person differ in its
                                   ``sd``; None where the take is shown only
    reason : str or None           why it is not compared: key ``why_`` + reason under ``[progress]``
    """

    take: int
    score: float | None
    interval: Interval | None
    like: Like | None
    reason: str | None


@dataclass(frozen=True)
class Change:
    """The newest takes against the earlier ones, in points (of the smile shift: in %).

    ``difference`` counts as real where it is larger than ``smallest``, the smallest real difference.
    """

    before: Like
    now: Like
    takes_before: int
    takes_now: int
    difference: float
    smallest: float

    @property
    def real(self) -> bool:
        """Whether it is larger than chance and the recording make it."""
        return abs(self.difference) > self.smallest

    @property
    def direction(self) -> int:
        """1 better, -1 worse, 0 no real change."""
        return 0 if not self.real else 1 if self.difference > 0 else -1


@dataclass(frozen=True)
class RowPoint:
    """One row of one take: value and interval in the row's unit, score."""

    take: int
    value: float | None
    interval: Interval | None
    score: float | None


@dataclass(frozen=True)
class RowCourse:
    """A scored row over the takes."""

    id: str
    title: Text
    unit: Text
    target: tuple[float | None, float | None] | None
    compared: bool
    points: tuple[RowPoint, ...]


@dataclass(frozen=True)
class Course:
    """A requirement over the takes.

    Attributes
    ----------
    id, title
    points : tuple of Point           one for each take, oldest first
    rows : tuple of RowCourse         its scored rows
    standing : float or None          where it stands: scores weighted towards the newest takes
    band : str or None                of the standing: ``on_target``, ``close`` or ``practise``
    take_sd : float                   how much this person's takes vary beyond their stated uncertainty, points
    own_sd : bool                     whether that comes from the person's own takes too (five or more)
    levels : tuple of (int, Like)     place of a take, and the level up to it: the ribbon of the plot
    change : Change or None           None with fewer than two takes to compare
    best : int or None                place of the take that is a personal best for real
    """

    id: str
    title: Text
    points: tuple[Point, ...]
    rows: tuple[RowCourse, ...]
    standing: float | None
    band: str | None
    take_sd: float
    own_sd: bool
    levels: tuple[tuple[int, Like], ...]
    change: Change | None
    best: int | None

    @property
    def newest(self) -> Point | None:
        """The newest take in which it was judged with the rubric in use."""
        return next((p for p in reversed(self.points) if p.score is not None), None)


@dataclass(frozen=True)
class TakeShown:
    """A take as it is listed. ``reason``: why it cannot be compared at all; None where it can."""

    id: str
    recorded: datetime
    duration_s: float
    name: str
    note: str
    score: float | None
    reason: str | None


@dataclass(frozen=True)
class NextStep:
    """What to work on next: the requirement, its row, and what the newest report that advises on it says.

    ``direction`` is the advice's code: ``low`` or ``high``, or the reason why the row has no value.
    """

    requirement: str
    criterion: str
    direction: str | None
    words: Text
    take: int


@dataclass(frozen=True)
class Practice:
    """How long calls were practised, s, against the documents' two hours a day.

    ``days`` are the last seven, oldest first.
    """

    today_s: float
    week_s: float
    total_s: float
    limit_s: float
    days: tuple[tuple[date, float], ...]


@dataclass(frozen=True)
class Progress:
    """How a trainee comes on.

    Attributes
    ----------
    rubric, rubric_sha256, voicecoach : str     what the newest take was graded with: others are shown, not compared
    bands : tuple                     of that rubric: name and the score it begins at
    takes : tuple of TakeShown        oldest first
    courses : tuple of Course         the six requirements
    quantile : float                  standard normal quantile of the smallest real difference
    smile : Change or None            of the smile shift, in %; None where there are no two takes to compare in it
    next : NextStep or None
    practice : Practice
    """

    rubric: str
    rubric_title: Text
    rubric_sha256: str
    voicecoach: str
    bands: tuple[tuple[str, float], ...]
    takes: tuple[TakeShown, ...]
    courses: tuple[Course, ...]
    quantile: float
    smile: Change | None
    next: NextStep | None
    practice: Practice
