"""The baseline in words: which one was used, how old it is, and what speaks against it."""

from collections.abc import Mapping
from typing import Any

from voicecoach.report.numbers import number
from voicecoach.words import both


def compared(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """``used`` in words (its age included, where known) and ``notes``; None where no baseline was used.

    Parameters
    ----------
    report : Mapping    as JSON holds it; older ones say neither age nor notes

    Examples
    --------
    >>> told = compared({"baseline": {"name": "n.wav", "speech_s": 51.2, "made": "2025-01-31", "age_days": 1}})
    >>> told["used"]["en"]
    'n.wav, 51.2 s of speech, recorded 2025-01-31, 1 day before this call'
    >>> told["notes"], compared({"baseline": None}) is None
    ([], True)
    """
    own = report["baseline"]
    if not own:
        return None
    facts = {"name": own["name"], "speech": number(own["speech_s"]), "made": own["made"] or "–"}
    age = own.get("age_days")
    code = "baseline_used" if age is None else f"baseline_used_{_age(age)}"
    return {"used": both("page", code, days=age, **facts), "notes": own.get("words", [])}


def _age(days: int) -> str:
    if days < 0:
        return "later"
    return {0: "same_day", 1: "day"}.get(days, "days")
