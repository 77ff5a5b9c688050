"""Moments: the places in the recording that a page can play, mark and list."""

from collections.abc import Sequence
from typing import Any

CONTEXT_S = 1.0  # played before and after a moment, so that it is heard in its place
MOST_NUMBERS = 40  # with more marks than this their numbers would cover one another
MARK_WIDTH = 2.6  # % of the width that a number on the timeline takes
MARK_ROWS = 3


def moment(found: dict[str, Any]) -> dict[str, Any]:
    """A moment with the stretch that its button plays.

    Examples
    --------
    >>> played = moment({"start": 0.4, "end": 2.0})
    >>> played["from"], played["until"]
    (0.0, 3.0)
    """
    return {**found, "from": max(found["start"] - CONTEXT_S, 0.0), "until": found["end"] + CONTEXT_S}


def findings(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Every moment of every criterion in order of time.

    Returns
    -------
    list of dict    the moment, and ``requirement``, ``title``, ``number`` (None where there are too many to number),
                    ``left`` and ``width`` in % of the call, ``row`` for its number, so that neighbours do not touch
    """
    moments = [
        {**moment(found), "requirement": row["requirement"], "title": row["words"]["title"]}
        for row in report["criteria"]
        for found in row["evidence"]
    ]
    moments.sort(key=lambda found: (found["start"], found["end"]))
    duration = float(report["recording"]["duration_s"])
    places = [100 * found["start"] / duration for found in moments]
    numbered = len(moments) <= MOST_NUMBERS
    return [
        {
            **found,
            "number": count if numbered else None,
            "left": round(left, 3),
            "width": round(100 * max(found["end"] - found["start"], 0.0) / duration, 3),
            "row": row,
        }
        for count, (found, left, row) in enumerate(zip(moments, places, rows(places), strict=True), 1)
    ]


def rows(places: Sequence[float]) -> list[int]:
    """Which of three rows each number goes to: the first one with room, else the one with the most.

    Examples
    --------
    >>> rows([10, 11, 12, 50])
    [0, 1, 2, 0]
    """
    last = [float("-inf")] * MARK_ROWS
    chosen = []
    for place in places:
        row = next((row for row in range(MARK_ROWS) if place - last[row] >= MARK_WIDTH), last.index(min(last)))
        last[row] = place
        chosen.append(row)
    return chosen
