"""Progress → one self-contained HTML page in both languages. Shows what it is given; nothing is judged here."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from voicecoach.progress import levels, playlist
from voicecoach.progress.likeness import Z95
from voicecoach.progress.playlist import Sound
from voicecoach.progress.plot import Dot, Level, plot, row_scale, x
from voicecoach.progress.records import Course, Progress, RowCourse
from voicecoach.progress.terminal import ID_DIGITS, day, headline, smile_line, spent
from voicecoach.report import html
from voicecoach.report.audio import data_uri
from voicecoach.report.fonts import cut
from voicecoach.report.numbers import clock, number, points, span
from voicecoach.words import LANGUAGES, say

MARK = re.compile(r'<meta name="voicecoach-progress" content="([0-9a-f]{64})">')
HEAD_BYTES = 20_000  # the mark stands in the first lines of a page
SOUND = "<!--sound-{}-->"
WAVESURFER = "vendor/wavesurfer.min.js"


def is_page_of(path: Path, trainee: str) -> bool:
    """Whether the file is a progress page of that trainee (by id), or is not there at all."""
    if not path.is_symlink() and not path.exists():
        return True
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        mark = MARK.search(file.read(HEAD_BYTES).decode("utf-8", "replace"))
    return mark is not None and mark.group(1) == _of(trainee)


def render(
    found: Progress, shown: str, trainee: str, *, lang: str, links: Mapping[str, str] | None = None,
    sounds: Sequence[Sound] = (), gone: int = 0, zone: tzinfo | None = None,
) -> str:  # fmt: skip
    """The page of a trainee's progress.

    Parameters
    ----------
    found : Progress
    shown : str               the name that may be shown
    trainee : str             id: the page is marked with its hash, so that it replaces only pages of the same person
    lang : {"zh", "en"}       which language shows first
    links : Mapping           take → address of its report
    sounds : sequence of Sound     takes to listen to; none: no player
    gone : int                recordings that should have been there
    zone : tzinfo             of dates; default: this machine's

    Returns
    -------
    str    HTML that asks for nothing from anywhere

    Raises
    ------
    ValueError    unknown language
    """
    player = [html.text_of(WAVESURFER), _text("progress.js")] if len(sounds) > 1 else []
    framed = html.frame(lang, _text("progress.css"), "\n".join([_text("language.js"), *player]))
    links = links or {}
    dates = [day(take.recorded, zone) for take in found.takes]
    page = _environment().get_template("progress.html").render(
        found=found, **framed, shown=shown, mark=_of(trainee), dates=dates,
        headline={one: headline(found, one) for one in LANGUAGES},
        cards=[_card(course, found, dates, links) for course in found.courses],
        takes=[_take(place, found, dates, links) for place in reversed(range(len(found.takes)))],
        next=_next(found, dates), week=_week(found), sounds=sounds, gone=gone,
        sound_data=[_sound_data(one, found, dates) for one in sounds],
        limits={"takes": number(levels.HALF_LIFE_TAKES), "days": number(levels.HALF_LIFE_DAYS),
                "z": number(found.quantile), "most": playlist.MOST_TAKES, "minutes": number(playlist.MOST_S / 60)},
    )  # fmt: skip
    parts = {html.FONT: data_uri("font/woff", cut(page))}
    parts |= {SOUND.format(one.take): data_uri(one.mime, one.data) for one in sounds}
    return html.filled(page, parts)


def _card(course: Course, found: Progress, dates: Sequence[str], links: Mapping[str, str]) -> dict[str, Any]:
    targets = dict(found.bands)
    bands = [("target", targets.get("on_target", 80.0), 100.0),
             ("near", targets.get("close", 60.0), targets.get("on_target", 80.0))]  # fmt: skip
    drawn = [p for p in course.points if p.score is not None and found.takes[p.take].reason != "rubric"]
    dots = [
        Dot(p.take, p.score or 0.0, p.interval, p.like is not None, p.take == course.best,
            links.get(found.takes[p.take].id), _told(dates[p.take], p.score, p.interval, found))
        for p in drawn
    ]  # fmt: skip
    ribbon = [Level(at, one.score, one.score - Z95 * one.sd, one.score + Z95 * one.sd) for at, one in course.levels]
    newest, change = course.newest, course.change
    compared = [row.title for row in course.rows if row.compared]
    return {
        "course": course,
        "plot": plot(dots, len(dates), (0, 100), bands=bands, levels=ribbon, ticks=(0, bands[0][1])),
        "score": None if newest is None or newest.score is None else points(newest.score, found.bands),
        "interval": newest.interval if newest else None,
        "band": _band(newest.score if newest else None, found),
        "verdict": None if change is None else {1: "better", -1: "worse", 0: "same"}[change.direction],
        "points": None if change is None else f"{'+' if change.difference >= 0 else '−'}{abs(change.difference):.0f}",
        "compared": _joined(compared) if compared else None,
        "smile": {lang: smile_line(found, lang) for lang in LANGUAGES} if found.smile and course.id == "tone" else None,
        "best": None if course.best is None else
        {"date": dates[course.best], "score": points(course.points[course.best].score or 0.0, found.bands)},
        "rows": [_row(row, found, dates) for row in course.rows if any(p.value is not None for p in row.points)],
    }  # fmt: skip


def _row(row: RowCourse, found: Progress, dates: Sequence[str]) -> dict[str, Any]:
    known = [p for p in row.points if p.value is not None]
    scale = row_scale([p.value or 0.0 for p in known], row.target)
    low, high = row.target or (None, None)
    bands = [] if row.target is None else [
        ("target", scale[0] if low is None else low, scale[1] if high is None else high)
    ]  # fmt: skip
    dots = [
        Dot(p.take, p.value or 0.0, p.interval, found.takes[p.take].reason is None, False, None,
            f"{dates[p.take]}: {number(p.value or 0.0)}")
        for p in known
    ]  # fmt: skip
    ticks = [edge for edge in (low, high) if edge is not None]
    if len(ticks) == 2 and ticks[1] - ticks[0] < 0.15 * (scale[1] - scale[0]):
        ticks = ticks[:1]
    return {
        "title": row.title, "unit": row.unit, "target": span(low, high), "newest": number(known[-1].value or 0.0),
        "plot": plot(dots, len(dates), scale, bands=bands, ticks=ticks), "compared": row.compared,
    }  # fmt: skip


def _take(place: int, found: Progress, dates: Sequence[str], links: Mapping[str, str]) -> dict[str, Any]:
    take = found.takes[place]
    apart = [course.title for course in found.courses if course.points[place].reason]
    names = _joined(_not(apart, found))
    whys = sorted({course.points[place].reason or "" for course in found.courses} - {"", take.reason})
    return {
        "take": take, "id": take.id[:ID_DIGITS], "date": dates[place], "length": clock(take.duration_s),
        "score": None if take.score is None else points(take.score, found.bands), "link": links.get(take.id),
        "names": names if apart else None, "whys": whys,
    }  # fmt: skip


def _joined(titles: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {lang: say("progress", "separator", lang).join(title[lang] for title in titles) for lang in LANGUAGES}


def _not(apart: Sequence[Mapping[str, str]], found: Progress) -> list[Mapping[str, str]]:
    """Titles of the requirements that a take is compared in."""
    return [course.title for course in found.courses if course.title not in apart]


def _next(found: Progress, dates: Sequence[str]) -> dict[str, Any] | None:
    if found.next is None:
        return None
    title = next(course.title for course in found.courses if course.id == found.next.requirement)
    return {"title": title, "words": found.next.words, "id": found.next.requirement, "date": dates[found.next.take]}


def _week(found: Progress) -> list[dict[str, Any]]:
    most = max([found.practice.limit_s, *(seconds for _, seconds in found.practice.days)])
    return [
        {"date": f"{when.month}/{when.day}", "share": round(100 * seconds / most, 1), "minutes": round(seconds / 60)}
        for when, seconds in found.practice.days
    ]  # fmt: skip


def _sound_data(one: Sound, found: Progress, dates: Sequence[str]) -> dict[str, Any]:
    return {
        "take": one.take, "label": f"{dates[one.take]} · {found.takes[one.take].id[:ID_DIGITS]}",
        "duration": one.duration_s, "peaks": one.peaks, "sentences": one.sentences, "moments": one.moments,
    }  # fmt: skip


def _band(score: float | None, found: Progress) -> str | None:
    return None if score is None else next((name for name, limit in found.bands if score >= limit), None)


def _told(date: str, score: float | None, interval: tuple[float, float] | None, found: Progress) -> str:
    margin = f" ({interval[0]:.0f}–{interval[1]:.0f})" if interval else ""
    return f"{date}: {points(score or 0.0, found.bands)}{margin}"


def _environment() -> Environment:
    environment = html.templates("voicecoach.progress", "progress")
    environment.globals |= {"x": x}
    environment.filters |= {"clock": clock, "number": number, "json": _json, "time": _time}
    return environment


def _time(seconds: float) -> dict[str, str]:
    return {lang: spent(seconds, lang) for lang in LANGUAGES}


def _json(value: object) -> Markup:
    """JSON that may stand in a script element: no character of it ends the element."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026"))


def _text(name: str) -> str:
    return files("voicecoach.progress").joinpath(f"static/{name}").read_text(encoding="utf-8")


def _of(trainee: str) -> str:
    return hashlib.sha256(trainee.encode("utf-8")).hexdigest()
