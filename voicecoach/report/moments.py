"""Moments: the places in the recording that a page can play, mark and list."""

from collections.abc import Sequence
from typing import Any

CONTEXT_S = 1.0  # played before and after a moment, so that it is heard in its place
MOST_NUMBERS = 40  # with more marks than this their numbers would cover one another
MARK_WIDTH = 5.5  # % of the width that a number takes on the timeline of a phone
BAR_WIDTH = 1.0  # % that a bar without a number takes
MARK_ROWS = 6


def moment(found: dict[str, Any]) -> dict[str, Any]:
    """A moment with the stretch that its button plays.

    Examples
    --------
    >>> played = moment({"start": 0.4, "end": 2.0})
    >>> played["from"], played["until"]
    (0.0, 3.0)
    """
    return {**found, "from": max(found["start"] - CONTEXT_S, 0.0), "until": found["end"] + CONTEXT_S, "again": False}


def said_once(moments: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Moments in a row of buttons: one that says the same as the one before it shows its time only.

    Examples
    --------
    >>> [m["again"] for m in said_once([{"words": "a"}, {"words": "a"}, {"words": "b"}])]
    [False, True, False]
    """
    before = [None, *(found["words"] for found in moments)]
    return [{**found, "again": found["words"] == last} for found, last in zip(moments, before, strict=False)]


def findings(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Every moment of every criterion in order of time.

    Returns
    -------
    list of dict    the moment, and ``requirement``, ``title``, ``number`` (None where there are too many to number),
                    ``left`` and ``width`` in % of the call, ``row`` of its bar, so that bars do not cover one another
    """
    moments = [
        {**moment(found), "requirement": row["requirement"], "title": row["words"]["title"]}
        for row in report["criteria"]
        for found in row["evidence"]
    ]
    moments.sort(key=lambda found: (found["start"], found["end"]))
    duration = float(report["recording"]["duration_s"])
    places = [(100 * found["start"] / duration, 100 * found["end"] / duration) for found in moments]
    numbered = len(moments) <= MOST_NUMBERS
    return [
        {
            **found,
            "number": count if numbered else None,
            "left": round(left, 3),
            "width": round(max(right - left, 0.0), 3),
            "row": row,
        }
        for count, (found, (left, right), row) in enumerate(
            zip(moments, places, rows(places, MARK_WIDTH if numbered else BAR_WIDTH), strict=True), 1
        )
    ]


def rows(places: Sequence[tuple[float, float]], narrowest: float) -> list[int]:
    """Which row each bar goes to: the first one that is free, else the one that is free soonest.

    Examples
    --------
    >>> rows([(0, 100), (10, 20), (12, 13), (30, 40)], narrowest=5)
    [0, 1, 2, 1]
    """
    free = [float("-inf")] * MARK_ROWS
    chosen = []
    for left, right in places:
        row = next((row for row in range(MARK_ROWS) if free[row] <= left), free.index(min(free)))
        free[row] = max(right, left + narrowest)
        chosen.append(row)
    return chosen
