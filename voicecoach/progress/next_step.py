"""What to work on next: where the newest takes lose most, and what the newest report advises there."""

from collections.abc import Mapping, Sequence
from typing import Any

from voicecoach.progress.comparing import OWN_DOING
from voicecoach.progress.records import Course, NextStep

WORTH_IT = 1.0  # points of the requirement; less is no advice worth giving, as in a report


def next_step(
    courses: Sequence[Course], reports: Sequence[Mapping[str, Any]], unlike: Sequence[str | None],
    weights: Mapping[str, float],
) -> NextStep | None:  # fmt: skip
    """The requirement that loses most by weight (scores weighted towards the newest takes), with its advice.

    Requirements below their target come first. The advice is that of the newest comparable report that has one for
    the requirement.

    Parameters
    ----------
    courses : sequence of Course
    reports : sequence of Mapping        oldest first
    unlike : sequence of str or None     why a report cannot be compared, as :func:`.comparing.unlike` says
    weights : Mapping                    requirement → weight; where one is missing: 1
    """
    judged = [course for course in courses if course.standing is not None]
    promise = {c.id: (100 - (c.standing or 0.0)) * weights.get(c.id, 1.0) for c in judged}
    for course in sorted(judged, key=lambda c: (c.band == "on_target", -promise[c.id])):
        for place in reversed(range(len(reports))):
            if unlike[place]:
                continue
            mine = (row for row in reports[place]["criteria"] if row["requirement"] == course.id)
            rows = [row for row in mine if row["words"]["advice"] and _loss(row) > WORTH_IT]
            if rows:
                row = max(rows, key=_loss)
                code = row["direction"] if row["value"] is not None else row["reason_code"]
                return NextStep(course.id, row["id"], code, row["words"]["advice"], place)
    return None


def _loss(row: Mapping[str, Any]) -> float:
    """Points lost by a row times its weight; a row without a value has lost all if that is the speaker's doing."""
    if row["score"] is None and row["reason_code"] not in OWN_DOING:
        return 0.0
    return float(row["weight"] * (100 - (row["score"] or 0.0)))
