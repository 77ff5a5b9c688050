"""What measuring and grading give back: plain frozen values that can be written as JSON and read again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
