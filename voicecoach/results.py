"""What measuring and grading give back: plain frozen values that can be written as JSON and read again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from voicecoach.display import shown

Fact = float | int | str


@dataclass(frozen=True)
class Evidence:
    """A place in the recording that a person can play.

    Attributes
    ----------
    start, end : float      s
    code : str              key under ``[evidence]`` in the word files, for example ``"pause_overlong"``
    facts : Mapping         what that sentence fills in
    """

    start: float
    end: float
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Measurement:
    """One measured value with its uncertainty and the places that show it, or the reason why there is none.

    Attributes
    ----------
    value : float or None       in ``unit``; None where it could not be measured
    unit : str
    sd : float                  standard uncertainty of ``value``, in ``unit``
    evidence : tuple of Evidence
    reason : str or None        why there is no value (or why it must not be scored): key under ``[reasons]``
    facts : Mapping             numbers that the reason or the advice fills in (``found``, ``need``, …)

    Examples
    --------
    >>> Measurement(4.0, "st", sd=0.5).value
    4.0
    >>> missing("st", "too_little_voice", found=2.0, need=8.0).value is None
    True
    """

    value: float | None
    unit: str
    sd: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


def missing(unit: str, reason: str, evidence: tuple[Evidence, ...] = (), **facts: Fact) -> Measurement:
    """A measurement that could not be made, and why."""
    return Measurement(None, unit, evidence=evidence, reason=reason, facts=facts)


SCHEMA = 1
Text = dict[str, str]  # one sentence by language: {"zh": …, "en": …}
Interval = tuple[float, float]  # 5th and 95th percentile


@dataclass(frozen=True)
class Moment:
    """Evidence in words: where in the recording, and what is to be heard there."""

    start: float
    end: float
    code: str
    note: str
    words: Text


@dataclass(frozen=True)
class CriterionResult:
    """One row of the rubric, judged.

    ``status`` is ``scored``, ``informative`` (a value, but not enough speech or no curve to score it by) or
    ``not_measurable`` (no value; ``reason_code`` says why). ``words`` holds every sentence about the row in
    both languages: title, unit, statement, heard, why, advice, reason, known_error.
    """

    id: str
    requirement: str
    measure: str
    value: float | None
    unit: str
    interval: Interval | None
    score: float | None
    status: str
    reason_code: str | None
    reason: str | None
    evidence: tuple[Moment, ...]
    source: str
    basis: str
    weight: float
    curve: tuple[tuple[float, float], ...] | None
    target: tuple[float | None, float | None] | None
    direction: str | None
    confidence: str | None
    words: dict[str, Text | None]


@dataclass(frozen=True)
class RequirementResult:
    """One of the six requirements: the weighted mean of its scored criteria."""

    id: str
    status: str
    score: float | None
    interval: Interval | None
    band: str | None
    reason_code: str | None
    reason: str | None
    criteria: tuple[str, ...]
    lead: str
    confidence: str | None
    words: dict[str, Text | None]


@dataclass(frozen=True)
class Overall:
    """The whole call: weighted mean of the judged requirements, null below the rubric's minimum."""

    score: float | None
    interval: Interval | None
    band: str | None
    judged: int
    of: int
    reason_code: str | None
    reason: str | None
    words: dict[str, Text | None]


@dataclass(frozen=True)
class Report:
    """Everything a renderer may show. :meth:`to_dict` is the wire format; its JSON Schema ships beside it."""

    voicecoach: str
    lang: str
    recording: dict[str, Any]
    rubric: dict[str, Any]
    settings: dict[str, Any]
    baseline: dict[str, Any] | None
    overall: Overall
    summary: dict[str, Any]
    requirements: tuple[RequirementResult, ...]
    bands: tuple[tuple[str, float], ...]
    criteria: tuple[CriterionResult, ...]
    segments: dict[str, Any]
    timeline: dict[str, Any]
    schema: int = SCHEMA

    def to_dict(self) -> dict[str, Any]:
        """The report as plain lists, dicts, numbers and strings, ready for ``json.dumps``."""
        plain: dict[str, Any] = _plain({"schema": self.schema} | asdict(self))
        return plain

    def criterion(self, criterion_id: str) -> CriterionResult:
        """The judged row of that id; KeyError if the rubric has none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def features(self) -> list[dict[str, Any]]:
        """A tidy table, one record a criterion: id, requirement, value, unit, low, high, score, status, reason.

        ``pandas.DataFrame(report.features())`` makes a frame of it.
        """
        return [
            {
                "recording": self.recording["name"], "criterion": row.id, "requirement": row.requirement,
                "value": row.value, "unit": row.unit, "low": row.interval and row.interval[0],
                "high": row.interval and row.interval[1], "score": row.score, "status": row.status,
                "reason_code": row.reason_code,
            }
            for row in self.criteria
        ]

    def _repr_html_(self) -> str:
        """The six cards in both languages, for a notebook."""
        return shown(self)


def _plain(value: Any) -> Any:
    """Tuples as lists, and floats short: the fifth digit of a second or a score means nothing."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value
