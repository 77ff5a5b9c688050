"""Time spent on calls, by day."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from voicecoach.progress.records import Entry, Practice

# s a day; 电话营销—电话礼仪篇 § 掌握好通话的时间: two hours are the limit of a day's calling, not a duty
DAILY_LIMIT_S = 7200.0
WEEK = 7  # days


def practice(entries: Iterable[Entry], now: datetime) -> Practice:
    """Sum the lengths of takes by the day they were recorded on, in the zone of ``now``.

    The week is today and the six days before it. Takes from the future (a clock that was set) count in the total only.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    >>> took = [Entry("a", noon - timedelta(days=d), 600.0, "", "", {}) for d in (0, 0, 3, 9)]
    >>> time = practice(took, noon)
    >>> time.today_s, time.week_s, time.total_s
    (1200.0, 1800.0, 2400.0)
    """
    spent = [(entry.recorded.astimezone(now.tzinfo).date(), entry.duration_s) for entry in entries]
    today = now.date()
    week = [today - timedelta(days=back) for back in reversed(range(WEEK))]
    days = tuple((day, sum(seconds for when, seconds in spent if when == day)) for day in week)
    return Practice(
        today_s=days[-1][1], week_s=sum(seconds for _, seconds in days), total_s=sum(seconds for _, seconds in spent),
        limit_s=DAILY_LIMIT_S, days=days,
    )  # fmt: skip
