"""What to say first: one sentence, one strength, the one thing to work on next."""

from typing import Any

from voicecoach.grading.scoring import Judged
from voicecoach.results import CriterionResult, RequirementResult, Text
from voicecoach.words import LANGUAGES, both, say

CONFIDENCE_FACTOR = {"high": 1.0, "medium": 0.85, "low": 0.6}  # an unsure weakness is a worse first advice
GOOD_MOMENTS = ("pause_good", "lively_stretch", "tone_lively", "brighter_stretch")
FINDINGS = ("no_deliberate_pauses",)  # reasons why there is no value that are about how the call was spoken
WORTH_IT = 1.0  # points of the requirement; less is no advice worth giving


def summary(judged: Judged, good: float) -> dict[str, Any]:
    """The first lines of a report.

    Parameters
    ----------
    judged : Judged
    good : float        score from which a row may be praised: where the rubric's band on target begins

    Returns
    -------
    dict    ``sentence`` (Text); ``strength`` and ``next``: None, or requirement, criterion, words, and the index of
            the moment (in that criterion's evidence) that shows it
    """
    scored = [r for r in judged.requirements if r.score is not None]
    rows = {row.id: row for row in judged.criteria}
    strength = _strength(scored, rows, good)
    next_step = _next(scored, rows)
    return {"sentence": _sentence(judged, scored, next_step), "strength": strength, "next": next_step}


def _sentence(judged: Judged, scored: list[RequirementResult], next_step: dict[str, Any] | None) -> Text:
    if not scored:
        return both("summary", "nothing_judged")
    good = [r for r in scored if r.band == "on_target"]
    if len(good) == len(scored):
        return both("summary", "all_on_target", judged=len(scored), of=judged.overall.of)
    named = next_step["requirement"] if next_step else min(scored, key=_score).id
    title = next(r.words["title"] or {} for r in scored if r.id == named)
    code = "some_on_target" if good else "none_on_target"
    facts = {"good": len(good), "judged": len(scored), "of": judged.overall.of}
    return {lang: say("summary", code, lang, weakest=title[lang], **facts) for lang in LANGUAGES}


def _strength(
    scored: list[RequirementResult], rows: dict[str, CriterionResult], good: float
) -> dict[str, Any] | None:
    """The best row with praise to give, in the best requirement that has one; none below ``close``.

    Scores within ten points are as good as each other: then the documents' order decides, which puts how one speaks
    before how one's microphone is set.
    """
    for requirement in sorted(scored, key=lambda r: -round(_score(r) / 10)):
        if requirement.band == "practise":
            return None
        mine = [rows[i] for i in requirement.criteria]
        praised = [row for row in mine if row.words["praise"] and row.score is not None and row.score >= good]
        if praised:
            best = max(praised, key=lambda row: (row.weight, row.score or 0))
            return _pointer(requirement, best, best.words["praise"] or {}, best=True)
    return None


def _next(scored: list[RequirementResult], rows: dict[str, CriterionResult]) -> dict[str, Any] | None:
    """The advice that promises most: the requirement that loses most, and in it the row that loses most by weight.

    Requirements below their target come first; when all have reached it, the one with most left to gain.
    """
    promise = {r.id: (100 - _score(r)) * CONFIDENCE_FACTOR[r.confidence or "low"] for r in scored}
    for requirement in sorted(scored, key=lambda r: (r.band == "on_target", -promise[r.id])):
        advised = [rows[i] for i in requirement.criteria if rows[i].words["advice"] and _loss(rows[i]) > WORTH_IT]
        if advised:
            row = max(advised, key=_loss)
            return _pointer(requirement, row, row.words["advice"] or {}, best=False)
    return None


def _loss(row: CriterionResult) -> float:
    """Points lost by a row times its weight. A row without a value has lost all of them if that is the speaker's
    doing (there is no pause to measure), and none if it is not (there is no baseline)."""
    if row.score is None and row.reason_code not in FINDINGS:
        return 0.0
    return row.weight * (100 - (row.score or 0.0))


def _pointer(
    requirement: RequirementResult, row: CriterionResult, words: Text, *, best: bool
) -> dict[str, Any]:
    wanted = [i for i, moment in enumerate(row.evidence) if (moment.code in GOOD_MOMENTS) == best]
    return {
        "requirement": requirement.id, "criterion": row.id, "words": words, "evidence": wanted[0] if wanted else None,
    }


def _score(requirement: RequirementResult) -> float:
    return requirement.score or 0.0
