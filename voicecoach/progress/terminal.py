"""Progress in a terminal: one line a requirement, then what to do next and how long was practised."""

from datetime import datetime, tzinfo

from rich.console import Console
from rich.table import Table

from voicecoach.progress.records import Course, Progress, TakeShown
from voicecoach.report.numbers import points
from voicecoach.words import printable, say

BLOCKS = "▁▂▃▄▅▆▇█"  # scores of 0 to 100
NEWEST = 24  # takes of a line that a terminal has room for
APART = "·"  # a take that is shown but not compared
ID_DIGITS = 8


def show(found: Progress, console: Console, lang: str, zone: tzinfo | None = None) -> None:
    """Print the progress of a trainee; times in ``zone``, by default this machine's."""
    console.print(headline(found, lang), style="bold")
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    for course in found.courses:
        table.add_row(*_cells(course, found, lang, zone))
    console.print(table)
    if (smile := smile_line(found, lang)) is not None:
        console.print(smile)
    console.print(next_line(found, lang))
    console.print(practice_line(found, lang))
    for line in apart(found, lang, zone):
        console.print(line)


def headline(found: Progress, lang: str) -> str:
    """The one sentence about all requirements: what has changed for real, or why nothing can be told."""
    if len(found.takes) == 1:
        return say("progress", "one_take", lang)
    changes = [(course, course.change) for course in found.courses if course.change]
    if not changes:
        return say("progress", "none_alike", lang)
    names = [
        say("progress", "better_by" if one.direction > 0 else "worse_by", lang,
            title=course.title[lang], points=f"{abs(one.difference):.0f}")
        for course, one in changes if one.real
    ]  # fmt: skip
    if not names:
        return say("progress", "unchanged", lang)
    return say("progress", "changed", lang, names=say("progress", "separator", lang).join(names))


def smile_line(found: Progress, lang: str) -> str | None:
    """How the smile shift has changed, in %, beside what it takes to be real; None with nothing to compare."""
    if found.smile is None:
        return None
    code = {1: "smile_up", -1: "smile_down", 0: "smile_same"}[found.smile.direction]
    difference = f"{found.smile.difference:+.1f}".replace("-", "−")
    return say("progress", code, lang, difference=difference, smallest=f"{found.smile.smallest:.1f}")


def next_line(found: Progress, lang: str) -> str:
    """What to work on next, with its one advice."""
    if found.next is None:
        return say("progress", "nothing_next", lang)
    title = next(course.title for course in found.courses if course.id == found.next.requirement)
    return say("progress", "next", lang, title=title[lang], advice=found.next.words[lang])


def practice_line(found: Progress, lang: str) -> str:
    """Practice time against the documents' two hours a day."""
    time = found.practice
    code = "practice_over" if time.today_s > time.limit_s else "practice"
    today, week, limit = (spent(seconds, lang) for seconds in (time.today_s, time.week_s, time.limit_s))
    return say("progress", code, lang, today=today, week=week, limit=limit)


def spent(seconds: float, lang: str) -> str:
    """A length of time in words, no finer than it is of use.

    Examples
    --------
    >>> spent(45, "en"), spent(409, "en"), spent(7200, "en"), spent(5400, "zh")
    ('45 s', '7 min', '2 h', '1 小时 30 分')
    """
    if seconds < 60:
        return say("progress", "time_s", lang, s=round(seconds))
    hours, minutes = divmod(round(seconds / 60), 60)
    code = "time_min" if not hours else "time_h" if minutes else "time_hours"
    return say("progress", code, lang, h=hours, m=minutes)


def apart(found: Progress, lang: str, zone: tzinfo | None = None) -> list[str]:
    """Which takes are shown but not compared, and why: as a whole, or in one requirement."""
    lines = []
    for place, take in enumerate(found.takes):
        when = day(take.recorded, zone)
        if take.reason:
            why = say("progress", f"why_{take.reason}", lang)
            lines.append(say("progress", "apart", lang, date=when, take=take.id[:ID_DIGITS], why=why))
            continue
        for course in found.courses:
            reason = course.points[place].reason
            if reason and reason != "recording":
                why = say("progress", f"why_{reason}", lang)
                lines.append(say("progress", "apart_one", lang, title=course.title[lang], date=when, why=why))
    return lines


def spark(course: Course, takes: tuple[TakeShown, ...]) -> str:
    """The scores as blocks, oldest to newest; a dot for a take that has none or is graded by other rules.

    Examples
    --------
    >>> block(0.0), block(50.0), block(100.0), block(None)
    ('▁', '▅', '█', '·')
    """
    shown = [(p.score if takes[p.take].reason is None else None) for p in course.points]
    return "".join(map(block, shown[-NEWEST:]))


def block(score: float | None) -> str:
    """A score as a block; a dot for none."""
    return APART if score is None else BLOCKS[min(int(score / 100 * len(BLOCKS)), len(BLOCKS) - 1)]


def day(when: datetime, zone: tzinfo | None = None) -> str:
    """The date, as it is where the person is."""
    return when.astimezone(zone).strftime("%Y-%m-%d")


def arrow(course: Course) -> str:
    """Which way a requirement has changed, and by how much; empty unless for real.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> arrow(SimpleNamespace(change=SimpleNamespace(direction=1, difference=17.6)))
    '▲ +18'
    >>> arrow(SimpleNamespace(change=SimpleNamespace(direction=0, difference=5.0))), arrow(SimpleNamespace(change=None))
    ('', '')
    """
    if course.change is None or course.change.direction == 0:
        return ""
    up = course.change.direction > 0
    return f"{'▲ +' if up else '▼ −'}{abs(course.change.difference):.0f}"


def _cells(course: Course, found: Progress, lang: str, zone: tzinfo | None) -> tuple[str, ...]:
    newest = course.newest
    if newest is None or newest.score is None:
        figures = say("progress", "no_score", lang)
    else:
        figures = f"{points(newest.score, found.bands)}"
        if newest.interval:
            figures += f" ({newest.interval[0]:.0f}–{newest.interval[1]:.0f})"
    top = ""
    if course.best is not None and (score := course.points[course.best].score) is not None:
        when = day(found.takes[course.best].recorded, zone)
        top = say("progress", "best", lang, score=points(score, found.bands), date=when)
    return printable(course.title[lang]), spark(course, found.takes), figures, arrow(course), top
