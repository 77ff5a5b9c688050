"""From measurements to scores: rows by their curves under measurement error, requirements and the whole by weights.

Every score is the mean over draws of the measurement error (the value plus its uncertainty times a standard normal
number), so a value near an edge of the band is not judged as if it were exact; the interval is that of the same
draws. Weighted arithmetic means: simple to explain, and one weak row cannot erase the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from voicecoach.grading.gates import Evidences, shortfall
from voicecoach.results import (
    CriterionResult,
    Interval,
    Measurement,
    Moment,
    Overall,
    RequirementResult,
    Text,
)
from voicecoach.rubric import Criterion, Requirement, Rubric, refused
from voicecoach.rubric.curve import normal_draws, score_at, target
from voicecoach.rubric.model import Words
from voicecoach.timeline import FloatArray
from voicecoach.words import both

Z95 = 1.645  # standard normal quantile of 0.95: intervals run from the 5th to the 95th percentile
STEPPED_BACK = "own_voice_instead"  # reason of a row that another one, against the own voice, is scored instead of
SURE, UNSURE = 10.0, 25.0  # points: a narrower interval is of high confidence, a wider one of low


@dataclass(frozen=True)
class Judged:
    """All verdicts of one recording."""

    overall: Overall
    requirements: tuple[RequirementResult, ...]
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True)
class _Scored:
    """A result with the draws that its score is the mean of (None: not scored)."""

    result: Any
    draws: FloatArray | None


def judge(measured: Mapping[str, Measurement], available: Evidences, rubric: Rubric, lang: str) -> Judged:
    """Score every row, every requirement and the whole.

    Parameters
    ----------
    measured : Mapping      criterion id → Measurement
    available : dict        amounts of evidence, see :func:`voicecoach.grading.gates.gather`
    rubric : Rubric
    lang : {"zh", "en"}     language of ``reason`` and ``note``
    """
    z = normal_draws(len(rubric.criteria))
    needs: dict[str, Mapping[str, float]] = {
        r.id: {str(name): need for name, need in r.needs.items()} for r in rubric.requirements
    }
    columns = {row.id: column for column, row in enumerate(rubric.criteria)}

    def judged(row: Criterion, found: Measurement) -> _Scored:
        draws, least = z[:, columns[row.id]], needs.get(row.requirement, {})
        return _judge_row(row, found, least, available, draws, lang, good=rubric.bands.on_target)

    rows = {row.id: judged(row, measured[row.id]) for row in rubric.criteria}
    for row in rubric.criteria:  # against the own voice, where that could be judged: what it replaces steps back
        other = rubric.stand_in(row.id)
        if other is not None and rows[other.id].draws is not None and rows[row.id].draws is not None:
            rows[row.id] = judged(row, replace(measured[row.id], reason=STEPPED_BACK))
    judged_ids = [r.id for r in rubric.requirements if any(_carries(row, rows[row.id]) for row in rubric.rows(r.id))]
    total = sum(r.weight for r in rubric.requirements if r.id in judged_ids)
    requirements = [_judge_requirement(r, rubric, rows, total, lang) for r in rubric.requirements]
    overall = _judge_whole(rubric, requirements, lang)
    return Judged(
        overall, tuple(scored.result for scored in requirements), tuple(scored.result for scored in rows.values())
    )


def _judge_row(
    row: Criterion, measured: Measurement, requirement_needs: Mapping[str, float], available: Evidences,
    z: FloatArray, lang: str, *, good: float,
) -> _Scored:
    reason, facts = measured.reason, dict(measured.facts)
    draws = None
    status = "not_measurable" if measured.value is None else "informative"
    if measured.value is not None and row.curve and row.weight > 0 and reason is None:
        own = available | {"windows": float(measured.facts.get("windows", 0))}
        short = shortfall(dict(requirement_needs) | dict(row.needs), own)
        if short:
            reason, found = short
            facts |= found
        else:
            status = "scored"
            draws = score_at(row.curve, measured.value + measured.sd * z)
    band = target(row.curve) if row.curve else None
    side = _side(measured.value, band)
    score = _mean(draws)
    if measured.value is None:
        weak = shortfall(requirement_needs, available) is None
    else:
        weak = score is not None and score < good
    words = _words(row, measured, reason, facts, band, side, advised=weak)
    result = CriterionResult(
        id=row.id, requirement=row.requirement, measure=row.measure, value=measured.value, unit=row.unit,
        interval=_around(measured, row.limits), score=score, status=status, reason_code=reason,
        reason=words["reason"][lang] if words["reason"] else None, evidence=_moments(row, measured, lang),
        source=row.source, basis=row.basis, weight=row.weight,
        curve=tuple(row.curve) if row.curve else None, target=band, direction=side,
        confidence=_confidence(draws), words=words,
    )
    return _Scored(result, draws)


def _words(
    row: Criterion, measured: Measurement, reason: str | None, facts: Mapping[str, Any],
    band: tuple[float | None, float | None] | None, side: str | None, *, advised: bool,
) -> dict[str, Text | None]:
    """Every sentence about the row. Advice is for a score below the target band, and for what was looked for in
    enough speech and not found: a value just past the edge of its band needs none."""
    low, high = band or (None, None)
    fill = {"low": low, "high": high, "value": measured.value, "gap": _gap(measured.value, low, high)} | dict(facts)
    cause = facts.get("cause")
    keys = [reason] if measured.value is None else [f"{side}_{cause}", side]
    advice = next((row.advice[key] for key in keys if advised and key in row.advice), None)
    return {
        "title": row.title.model_dump(),
        "unit": both("units", row.unit),
        "statement": row.statement.model_dump(),
        "heard": _filled(row, "heard", row.heard, fill) if measured.value is not None else None,
        "why": row.why.model_dump() if row.why else None,
        "praise": _filled(row, "praise", row.praise, fill) if measured.value is not None else None,
        "advice": _filled(row, "advice", advice, fill),
        "reason": _meaning(row, "reasons", reason, facts) if reason else None,
        "known_error": row.known_error.model_dump(),
    }


def _filled(row: Criterion, field: str, words: Words | None, facts: Mapping[str, Any]) -> Text | None:
    """The texts with facts filled in; a name that the measure does not tell is the rubric's fault."""
    try:
        return words.both(**facts) if words else None
    except KeyError as error:
        expected = ", ".join(sorted(facts))
        raise refused("literal_error", "-", row.id, field, f"{{{error.args[0]}}}", expected=expected) from None


def _judge_requirement(
    requirement: Requirement, rubric: Rubric, rows: Mapping[str, _Scored], total_weight: float, lang: str
) -> _Scored:
    criteria = rubric.rows(requirement.id)
    scored = [row for row in criteria if rows[row.id].draws is not None]
    draws = _mixed(scored, rows, share_limit=total_weight / requirement.weight if requirement.weight else None)
    lead: CriterionResult = rows[requirement.lead].result
    status = "scored" if draws is not None else lead.status if lead.status != "scored" else "informative"
    code = None if draws is not None else lead.reason_code
    reason = None if draws is not None else lead.words["reason"]
    score = _mean(draws)
    result = RequirementResult(
        id=requirement.id, status=status, score=score, interval=_percentiles(draws),
        band=rubric.band(score) if score is not None else None, reason_code=code,
        reason=reason[lang] if reason else None, criteria=tuple(row.id for row in criteria), lead=requirement.lead,
        confidence=_confidence(draws), words={"title": requirement.title.model_dump(), "reason": reason},
    )
    return _Scored(result, draws)


def _carries(row: Criterion, scored: _Scored) -> bool:
    """Whether this row may carry a requirement: a row whose effect is limited never does so alone."""
    return scored.draws is not None and row.max_total_effect is None


def _mixed(scored: list[Criterion], rows: Mapping[str, _Scored], share_limit: float | None) -> FloatArray | None:
    """Weighted mean of the rows' draws. A row with ``max_total_effect`` gets no more weight than keeps the overall
    score within that many points of what it would be without the row."""
    free = [row for row in scored if row.max_total_effect is None]
    if not free:
        return None
    weights = {row.id: row.weight for row in scored}
    others = sum(row.weight for row in free)
    for row in scored:
        if row.max_total_effect is not None and share_limit is not None:
            share = min(row.max_total_effect / 100 * share_limit, 1.0)
            if row.weight / (row.weight + others) > share:
                weights[row.id] = others * share / (1 - share)
    stacked = np.stack([draws for row in scored if (draws := rows[row.id].draws) is not None])
    return _average(stacked, [weights[row.id] for row in scored])


def _average(draws: FloatArray, weights: list[float]) -> FloatArray:
    """Weighted mean of draws, shape (rows, draws); rounding does not make it more than a score can be."""
    return np.asarray(np.clip(np.average(draws, axis=0, weights=weights), 0.0, 100.0))


def _judge_whole(rubric: Rubric, requirements: list[_Scored], lang: str) -> Overall:
    judged = [(r, s) for r, s in zip(rubric.requirements, requirements, strict=True) if s.draws is not None]
    draws = None
    if len(judged) >= rubric.min_judged:
        draws = _average(np.array([s.draws for _, s in judged]), [r.weight for r, _ in judged])
    score = _mean(draws)
    facts = {"judged": len(judged), "need": rubric.min_judged}
    reason = both("reasons", "too_few_judged", **facts) if draws is None else None
    return Overall(
        score=score, interval=_percentiles(draws), band=rubric.band(score) if score is not None else None,
        judged=len(judged), of=len(requirements), reason_code="too_few_judged" if reason else None,
        reason=reason[lang] if reason else None, words={"reason": reason},
    )


def _moments(row: Criterion, measured: Measurement, lang: str) -> tuple[Moment, ...]:
    told = ((e, _meaning(row, "evidence", e.code, e.facts)) for e in measured.evidence)
    return tuple(Moment(e.start, e.end, e.code, words[lang], words) for e, words in told)


def _meaning(row: Criterion, section: str, code: str, facts: Mapping[str, Any]) -> Text:
    """What a code says: the row's own words for it, else those of the word files."""
    return row.codes[code].both(**facts) if code in row.codes else both(section, code, **facts)


def _around(measured: Measurement, limits: tuple[float, float] | None) -> Interval | None:
    """The 5th to 95th percentile of the value, cut where the quantity ends.

    Examples
    --------
    >>> _around(Measurement(1.0, "s", sd=1.0), (0.0, float("inf")))
    (0.0, 2.645)
    """
    if measured.value is None:
        return None
    lowest, highest = limits or (float("-inf"), float("inf"))
    return max(lowest, measured.value - Z95 * measured.sd), min(highest, measured.value + Z95 * measured.sd)


def _mean(draws: FloatArray | None) -> float | None:
    return None if draws is None else float(draws.mean())


def _percentiles(draws: FloatArray | None) -> Interval | None:
    if draws is None:
        return None
    low, high = np.percentile(draws, [5, 95])
    return float(low), float(high)


def _confidence(draws: FloatArray | None) -> str | None:
    if draws is None:
        return None
    low, high = np.percentile(draws, [5, 95])
    return "high" if high - low <= SURE else "medium" if high - low <= UNSURE else "low"


def _side(value: float | None, band: tuple[float | None, float | None] | None) -> str | None:
    if value is None or band is None:
        return None
    low, high = band
    if low is not None and value < low:
        return "low"
    return "high" if high is not None and value > high else "on_target"


def _gap(value: float | None, low: float | None, high: float | None) -> float:
    """Distance to the nearest edge of the target band; 0 inside it.

    Examples
    --------
    >>> _gap(170, 120, 150), _gap(130, 120, 150), _gap(15, 20, None)
    (20, 0, 5)
    """
    if value is None:
        return 0
    return max(0, (low - value) if low is not None else 0, (value - high) if high is not None else 0)
