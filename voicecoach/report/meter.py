"""A criterion drawn: the target as a band, the trainee's marker on it, and how far the marker may be off.

Inline SVG in percent of its own width, so that it fits a phone without shrinking its text. Nothing here judges:
curve, target, value and interval come from the report.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from voicecoach.report.numbers import number, span

Point = Sequence[float]
MARGIN = 4.0  # % left free at either end
TRACK_Y, TRACK_H, HEIGHT = 30, 14, 66  # px
OPEN_END = 0.6  # room beyond a target without limit, as a share of what the curve spans
TOUCHING = 12.0  # % of the width under which two labels would run into each other
STRETCH = 0.6  # how much further than the curve a value may pull the scale before it is drawn as "beyond"


def meter(row: dict[str, Any], close: float = 60.0) -> Markup | None:
    """The scale of one criterion.

    Parameters
    ----------
    row : dict      a criterion of the report: reads ``target``, ``curve``, ``value``, ``interval``
    close : float   score from which a value counts as close: that much of the scale is tinted

    Returns
    -------
    Markup or None    ``<svg>``; None when the criterion has no target to be drawn against

    Examples
    --------
    >>> 'class="target"' in meter({"target": [120, 150], "curve": None, "value": 188, "interval": [180, 196]})
    True
    >>> meter({"target": None, "curve": None, "value": 3.0}) is None
    True
    """
    target = row.get("target")
    if not target or (target[0] is None and target[1] is None):
        return None
    value, interval = row.get("value"), row.get("interval")
    low, high = scale(target, row.get("curve") or [], value, interval)

    def x(at: float) -> float:
        return MARGIN + (100 - 2 * MARGIN) * min(max((at - low) / (high - low), 0.0), 1.0)

    parts = [_bar("track", 0, 100, TRACK_Y, TRACK_H)]
    parts += [_bar("near", x(a), x(b), TRACK_Y, TRACK_H) for a, b in at_least(row.get("curve") or [], close, low, high)]
    left = 0.0 if target[0] is None else x(target[0])
    right = 100.0 if target[1] is None else x(target[1])
    parts.append(_bar("target", left, right, TRACK_Y, TRACK_H))
    parts += _edges(x, target)
    if value is not None:
        parts += _marker(x, float(value), interval, beyond=not low <= value <= high)
    body = Markup("").join(parts)
    return Markup('<svg class="meter" width="100%" height="{}" aria-hidden="true" focusable="false">{}</svg>').format(
        HEIGHT, body
    )


def scale(
    target: Sequence[float | None], curve: Sequence[Point], value: float | None, interval: Sequence[float] | None
) -> tuple[float, float]:
    """Where the drawn axis begins and ends: the curve, widened a little for the value.

    Examples
    --------
    >>> scale([120, 150], [[70, 0], [120, 100], [150, 100], [220, 0]], 188, [180, 196])
    (70.0, 220.0)
    >>> scale([20, None], [[5, 0], [20, 100]], 31, [29, 33])
    (5.0, 33.0)
    """
    points = [float(point[0]) for point in curve] or [float(edge) for edge in target if edge is not None]
    low, high = min(points), max(points)
    width = (high - low) or abs(high) or 1.0
    if not curve:
        low, high = low - width, high + width
    if target[1] is None:
        high += OPEN_END * width
    if target[0] is None:
        low -= OPEN_END * width
    reach = [float(at) for at in [value, *(interval or [])] if at is not None]
    lowest = max(min([low, *reach]), low - STRETCH * width)
    highest = min(max([high, *reach]), high + STRETCH * width)
    return lowest, highest


def at_least(curve: Sequence[Point], score: float, low: float, high: float) -> list[tuple[float, float]]:
    """Stretches of the axis from ``low`` to ``high`` where a piecewise linear curve reaches ``score``.

    Examples
    --------
    >>> at_least([[0, 0], [10, 100], [20, 100], [40, 0]], 50, 0, 50)
    [(5.0, 30.0)]
    >>> at_least([[5, 0], [20, 100]], 60, 5, 33)
    [(14.0, 33)]
    """
    if not curve:
        return []
    path = [(low, curve[0][1]), *((x, y) for x, y in curve if low < x < high), (high, curve[-1][1])]
    found: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in pairwise(path):
        if max(y0, y1) < score or x1 <= x0:
            continue
        begin = x0 if y0 >= score else x0 + (score - y0) / (y1 - y0) * (x1 - x0)
        end = x1 if y1 >= score else x0 + (score - y0) / (y1 - y0) * (x1 - x0)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def _edges(x: Any, target: Sequence[float | None]) -> list[Markup]:
    """The figures under the target's ends; one label for both where two would touch."""
    low, high = target
    y = TRACK_Y + TRACK_H + 17
    if low is not None and high is not None and x(high) - x(low) < TOUCHING:
        return [_label("edge", (x(low) + x(high)) / 2, y, span(low, high))]
    return [_label("edge", x(edge), y, number(edge)) for edge in target if edge is not None]


def _marker(x: Any, value: float, interval: Sequence[float] | None, *, beyond: bool) -> list[Markup]:
    middle = TRACK_Y + TRACK_H / 2
    drawn = []
    if interval:
        low, high = x(interval[0]), x(interval[1])
        drawn.append(_bar("range", low, max(high, low + 0.5), middle - 3, 6))
    shape = (
        "M0 -10 L8 0 L0 10 L-8 0 Z" if not beyond else "M-6 -9 L8 0 L-6 9 Z" if x(value) > 50 else "M6 -9 L-8 0 L6 9 Z"
    )
    drawn.append(
        Markup('<svg class="marker" x="{}%" y="{}" overflow="visible"><path d="{}"/></svg>').format(
            _round(x(value)), middle, shape
        )
    )
    return [*drawn, _label("value", x(value), TRACK_Y - 12, number(value))]


def _bar(kind: str, left: float, right: float, top: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{}%" width="{}%" y="{}" height="{}"/>').format(
        kind, _round(left), _round(max(right - left, 0)), top, height
    )


def _label(kind: str, at: float, y: float, text: str) -> Markup:
    anchor = "start" if at < 6 else "end" if at > 94 else "middle"
    return Markup('<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
        kind, _round(at), y, anchor, text
    )


def _round(percent: float) -> str:
    return f"{percent:.2f}".rstrip("0").rstrip(".")
