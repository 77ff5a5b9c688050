"""What agreement is computed from and what it gives: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Scale = Literal["1-5", "0-100"]
GRADES = 5  # bands of the five-grade scale
STEP = 25.0  # points between two grades: 1 is 0, 5 is 100
TOP = 100.0


@dataclass(frozen=True)
class Grade:
    """One grade as a trainer gave it: ``take`` is an id, a path or a file name, ``line`` its line in the file."""

    line: int
    take: str
    trainer: str
    requirement: str
    points: float  # 0-100


@dataclass(frozen=True)
class Grades:
    """A grades file: its grades in points, its scale and whether that was seen in the file or asked for."""

    grades: tuple[Grade, ...]
    scale: Scale
    asked: bool
    name: str
    sha256: str


@dataclass(frozen=True)
class Take:
    """A row of a cohort's results.

    Attributes
    ----------
    scores, intervals, reasons : Mapping     by requirement: 0-100 (None: not measurable), (low, high), why not
    values, spreads, row_scores : Mapping    by criterion: value, its standard uncertainty, its score
    report : Path or None                    the page of the report, if it is there
    folder : Path                            that of the results: paths may be seen from it
    """

    id: str
    recording: str
    name: str
    sha256: str
    trainee: str
    scores: Mapping[str, float | None]
    intervals: Mapping[str, tuple[float, float] | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    spreads: Mapping[str, float] = field(default_factory=dict)
    row_scores: Mapping[str, float] = field(default_factory=dict)
    speaker: str = ""  # channel that was judged: solo, left, right
    rubric: str = ""
    rubric_sha256: str = ""
    report: Path | None = None
    folder: Path = Path()


@dataclass(frozen=True)
class Figure:
    """One number, its 95 % interval (None: too few takes or speakers) and the takes that it rests on."""

    value: float | None
    interval: tuple[float, float] | None
    takes: int


NOTHING = Figure(None, None, 0)


@dataclass(frozen=True)
class Trainer:
    """How a trainer grades one requirement [points].

    Attributes
    ----------
    grades : int                 takes graded that entered
    bias : Figure                mean difference from the mean of the other trainers on the same takes; ``takes`` are
                                 those that another one graded, too (value None: too few)
    against_machine : Figure     how far the machine is above this trainer, in the mean
    """

    name: str
    grades: int
    bias: Figure
    against_machine: Figure


@dataclass(frozen=True)
class Agreement:
    """One requirement.

    Attributes
    ----------
    takes, unmeasured, speakers : int    takes that entered; graded takes that the machine gave no score; trainees
    machine, trainers : Mapping          figure's name → Figure: machine and trainers, trainers among themselves
    panel : tuple of str                 trainers in the figures of the panel (``icc_k``)
    bias : Figure                        machine less trainers' mean, points
    gap : Figure                         machine's kappa less trainers' kappa
    verdict : str                        ``as_good``, ``both_low``, ``weaker``, ``unsure``, ``no_ceiling``, ``too_few``
    """

    requirement: str
    takes: int
    unmeasured: int
    speakers: int
    machine: Mapping[str, Figure]
    trainers: Mapping[str, Figure]
    panel: tuple[str, ...]
    bias: Figure
    gap: Figure
    verdict: str
    people: tuple[Trainer, ...]


@dataclass(frozen=True)
class Difference:
    """A take and requirement on which machine and trainers differ: ``points`` is machine less trainers' mean."""

    take: Take
    requirement: str
    machine: float
    grades: Mapping[str, float]
    points: float


@dataclass(frozen=True)
class Cell:
    """What became of a graded take in one requirement: ``left_out`` is a code, empty where it entered."""

    take: Take
    requirement: str
    machine: float | None
    grades: Mapping[str, float]
    left_out: str


@dataclass(frozen=True)
class Study:
    """Everything that a page or a file about the agreement may show."""

    grades: Grades
    trainers: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    differences: tuple[Difference, ...]
    cells: tuple[Cell, ...]
    unmatched: tuple[str, ...]
    resampled: Literal["speakers", "takes"]


def band(points: float) -> int:
    """The grade (1-5) that points are nearest to; half way goes up.

    Examples
    --------
    >>> [band(points) for points in (0, 12.4, 12.5, 50, 87.5, 100)]
    [1, 1, 2, 3, 5, 5]
    """
    return 1 + int(points / STEP + 0.5)
