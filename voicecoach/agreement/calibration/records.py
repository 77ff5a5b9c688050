"""What a calibration is made of and gives: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass

from voicecoach.agreement.calibration.shapes import Fitted, Sample
from voicecoach.agreement.panel import BoolArray, Panel
from voicecoach.agreement.records import NOTHING, Figure
from voicecoach.rubric.curve import Curve
from voicecoach.timeline import FloatArray

FEWEST_TAKES, FEWEST_TRAINERS, FEWEST_SPEAKERS = 60, 2, 10
"""Takes that two trainers or more graded, trainers, and trainees (convention): with fewer, a curve of four points
follows single takes, and ten folds by speaker do not exist."""
LEAST_RELIABLE = 0.75
"""ICC(2,k) of the trainers' mean: good reliability from 0.75 on, Koo & Li (2016), J. Chiropractic Medicine 15:155."""


@dataclass(frozen=True)
class Row:
    """A scored row of the rubric: its curve, and its part of each take.

    Attributes
    ----------
    values, spreads, scores, share : ndarray, shape (takes,)    NaN (share: 0) where the row was not scored
    """

    id: str
    curve: Curve
    values: FloatArray
    spreads: FloatArray
    scores: FloatArray
    share: FloatArray


@dataclass(frozen=True)
class Material:
    """All takes of one requirement that a fit may learn from.

    Attributes
    ----------
    wanted : ndarray, shape (takes,)    what the mean trainer would give: grades less each trainer's bias, points
    apart : int                         takes left out: their score is not the weighted mean of its rows
    both : int                          takes that two trainers or more graded
    reliability : float or None         ICC(2,k) of the trainers
    """

    requirement: str
    panel: Panel
    speakers: tuple[str, ...]
    wanted: FloatArray
    rows: Mapping[str, Row]
    apart: int
    both: int
    reliability: float | None

    def sample(self, row: Row, scores: FloatArray) -> tuple[Sample, BoolArray]:
        """What a row must learn, given what the requirement scores without its refit; and the takes that it is in."""
        there = row.share > 0
        rest = scores - row.share * row.scores
        return Sample(row.values, row.spreads, row.share, self.wanted - rest).of(there), there


@dataclass(frozen=True)
class RowOutcome:
    """What came of a row: ``fitted``, ``no_gain``, ``flat`` (grades do not follow it) or ``too_few``.

    ``gain``: root mean square error to the mean trainer, before less after, cross-validated by speaker [points].
    """

    id: str
    status: str
    takes: int
    gain: Figure
    fitted: Fitted | None = None
    target: tuple[Figure, Figure] | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a requirement: ``fitted``, ``no_gain``, ``too_few`` or ``unreliable``; errors in points."""

    requirement: str
    status: str
    takes: int
    both: int
    speakers: int
    trainers: int
    apart: int
    reliability: float | None
    rows: tuple[RowOutcome, ...] = ()
    error_before: float | None = None
    error_after: float | None = None
    gain: Figure = NOTHING
    kappa_before: float | None = None
    kappa_after: float | None = None


def status_of(material: Material) -> str:
    """Whether there is enough to learn from: ``enough``, ``too_few`` or ``unreliable``."""
    speakers = len(set(material.speakers) - {""})
    if (
        material.both < FEWEST_TAKES or len(material.panel.trainers) < FEWEST_TRAINERS or speakers < FEWEST_SPEAKERS
        or "" in material.speakers
    ):  # fmt: skip
        return "too_few"
    if material.reliability is None or material.reliability < LEAST_RELIABLE:
        return "unreliable"
    return "enough"
