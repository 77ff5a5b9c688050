"""How a page writes numbers and times: no more digits than mean something, and a true minus sign."""

from collections.abc import Sequence
from typing import Any


def number(value: float) -> str:
    """Three figures at most before they stop meaning anything.

    Examples
    --------
    >>> number(188.4), number(12.84), number(1.05), number(3.0), number(-25.24), number(0.004)
    ('188', '12.8', '1.05', '3', '−25.2', '0')
    """
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def span(low: float | None, high: float | None) -> str:
    """A range, open on one side where there is no limit.

    Examples
    --------
    >>> span(120, 150), span(20, None), span(None, 180)
    ('120–150', '≥ 20', '≤ 180')
    """
    if low is None:
        return "" if high is None else f"≤ {number(high)}"
    if high is None:
        return f"≥ {number(low)}"
    joint = " – " if low < 0 or high < 0 else "–"
    return f"{number(low)}{joint}{number(high)}"


def clock(seconds: float) -> str:
    """Time of play, as players show it.

    Examples
    --------
    >>> clock(42.6), clock(128), clock(3723)
    ('0:42', '2:08', '1:02:03')
    """
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def points(score: float, bands: Sequence[Sequence[Any]]) -> int:
    """A score in whole points, never rounded up into the next band: 79.6 is close, and 80 would be on target.

    Examples
    --------
    >>> bands = [["on_target", 80], ["close", 60], ["practise", 0]]
    >>> points(79.6, bands), points(79.4, bands), points(80.6, bands)
    (79, 79, 81)
    """
    whole = round(score)
    return whole - 1 if any(score < limit <= whole for _, limit in bands) else whole
