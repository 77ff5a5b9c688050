"""Takes and their reports → what the page shows. One trainee's reports are in memory at a time."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from voicecoach.cohort.page.records import Cohort, Handed, Judged, Requirement, Take, Trend, Weak
from voicecoach.errors import VoiceCoachError
from voicecoach.progress import progress
from voicecoach.progress.likeness import Z95, value_sd
from voicecoach.progress.records import Course, Entry
from voicecoach.results import Text
from voicecoach.words import both

Report = Mapping[str, Any]
COMPARED_BY = ("rubric", "voicecoach", "settings", "baseline", "overall", "bands", "requirements", "criteria")
GOOD = ("pause_good", "emphasis", "lively_stretch", "tone_lively")  # moments that prove nothing weak
OTHER_SIDE = {"rate_fastest": "low", "pace_fastest": "low", "rate_slowest": "high", "pace_slowest": "high"}
AS_IT_IS_S = 5.0  # s of the middle of a call where no single place proves a weak score
LAST = datetime.max.replace(tzinfo=UTC)


def gather(handed: Sequence[Handed], *, roster: Sequence[str] = ()) -> Cohort:
    """Read every report once and keep what the page shows.

    Parameters
    ----------
    handed : sequence of Handed     in any order
    roster : sequence of str        trainees in the order in which to show them; others follow by name, and their takes
                                    are marked as of nobody on it

    Notes
    -----
    Trainees stand in the order of the roster, never in that of their scores. What has changed is told by
    :func:`voicecoach.progress.progress`, as on a trainee's own page; takes without a date are shown but tell no trend,
    nor do dates that cannot be right (:func:`in_time`), and a recording handed in twice tells it once.
    """
    place = {name: number for number, name in enumerate(roster)}
    ordered = sorted(handed, key=lambda one: _order(one, place))
    takes: list[Take] = []
    kinds: Counter[str] = Counter()
    of_kind: dict[str, Report] = {}
    kind_of: list[str | None] = []
    trends: dict[tuple[str, str], Trend] = {}
    for trainee, group in groupby(ordered, key=lambda one: one.trainee):
        read = list(_read(group))
        entries, sounds = [], set()
        for one, report in read:
            kind = None
            if report is not None:
                kind = repr((report["rubric"]["sha256"], report["voicecoach"], report["settings"]))
                kinds[kind] += 1
                of_kind.setdefault(kind, report)
                sound = report["recording"]["sha256"]
                if trainee is not None and one.recorded is not None and sound not in sounds:
                    place_in_order = f"{len(takes):09}"  # of one time, takes stay in the order in which they are shown
                    entries.append((len(takes), Entry(place_in_order, one.recorded, 0.0, one.name, "", report)))
                sounds.add(sound)
            kind_of.append(kind)
            takes.append(Take(replace(one, failure=reason(one))) if report is None else take_of(one, report))
        if trainee is not None and entries and in_time(entries):
            trends |= {(trainee, name): trend for name, trend in _trends(entries)}
    usual = kinds.most_common(1)[0][0] if kinds else None
    report = of_kind[usual] if usual is not None else None
    requirements = () if report is None else tuple(_requirement(one, report) for one in report["requirements"])
    names = {one.id for one in requirements}
    heard = {one.trainee for one in ordered}
    return Cohort(
        takes=tuple(
            _apart(take, names) if kind not in (None, usual) else take
            for take, kind in zip(takes, kind_of, strict=True)
        ),
        requirements=requirements,
        bands=() if report is None else tuple((name, float(limit)) for name, limit in report["bands"]),
        trends=trends,
        rubric=None if report is None else report["rubric"]["title"],
        apart=sum(kinds.values()) - (kinds[usual] if usual is not None else 0),
        absent=tuple(name for name in place if name and name not in heard),
        strange=frozenset(number for number, one in enumerate(ordered) if place and (one.trainee or "") not in place),
    )


def _apart(take: Take, names: set[str]) -> Take:
    """A take graded otherwise than most: what its rubric asks beside the others' is left out."""
    judged = {name: one for name, one in take.judged.items() if name in names}
    return replace(take, alike=False, judged=judged, weak=tuple(one for one in take.weak if one.requirement in names))


def take_of(one: Handed, report: Report) -> Take:
    """What the page keeps of a report."""
    rows = {row["id"]: row for row in report["criteria"]}
    return Take(
        handed=one,
        duration_s=float(report["recording"]["duration_s"]),
        overall=report["overall"]["score"],
        judged={r["id"]: _judged(r, rows) for r in report["requirements"]},
        weak=tuple(found for r in report["requirements"] if (found := _weak(r, rows, report)) is not None),
        sha256=report["recording"]["sha256"],
        speaker=report["recording"]["speaker"],
    )


def reason(one: Handed) -> Text | None:
    """Why a take failed, without the name of its file: that stands beside it.

    Examples
    --------
    >>> reason(Handed("1", "a.wav", failure={"zh": "b/a.wav：文件是空的。", "en": "b/a.wav: the file is empty."}))
    {'zh': '文件是空的。', 'en': 'The file is empty.'}
    """
    if one.failure is None:
        return None
    ends = {lang: re.split(f"{re.escape(one.name)}[:：] *", said, maxsplit=1)[-1] for lang, said in one.failure.items()}
    return {lang: said[:1].upper() + said[1:] for lang, said in ends.items()}


def pinyin(name: str) -> bytes:
    """A key that puts common Chinese names in the order of their sounds, as GB 2312 does.

    Examples
    --------
    >>> sorted(["王芳", "李娜", "Anna"], key=pinyin)
    ['Anna', '李娜', '王芳']
    """
    return name.encode("gb18030", "replace")


def _order(one: Handed, place: Mapping[str, int]) -> tuple[Any, ...]:
    known = one.trainee is not None
    return (
        not known, place.get(one.trainee or "", len(place)), pinyin(one.trainee or ""),
        one.recorded or LAST, pinyin(one.name), one.id,
    )  # fmt: skip


def _read(group: Iterator[Handed]) -> Iterator[tuple[Handed, Report | None]]:
    """Each take with the parts of its report that are looked at; the drawings, half of it, are dropped at once."""
    for one in group:
        report: Report | None = None
        try:
            report = one.read() if one.read is not None else None
        except (VoiceCoachError, OSError) as error:
            one = replace(one, failure=both("cohort_page", "no_report"), code=getattr(error, "code", None))
        if report is None:
            yield one, None
            continue
        kept = {name: report[name] for name in COMPARED_BY}
        of = report["recording"]
        yield one, kept | {"recording": {k: of[k] for k in ("duration_s", "sha256", "speaker", "quality")}}


def _judged(requirement: Report, rows: Mapping[str, Report]) -> Judged:
    interval = requirement["interval"]
    lead = rows[requirement["lead"]]
    return Judged(
        requirement["score"], None if interval is None else (float(interval[0]), float(interval[1])),
        requirement["band"], lead["value"], requirement["words"].get("reason"),
        0.0 if lead["value"] is None else value_sd(lead["value"], lead["interval"]),
    )  # fmt: skip


def _requirement(one: Report, report: Report) -> Requirement:
    lead = next(row for row in report["criteria"] if row["id"] == one["lead"])
    words: Mapping[str, Text] = lead["words"]
    target = None if lead["target"] is None else (lead["target"][0], lead["target"][1])
    return Requirement(one["id"], one["words"]["title"], words["title"], words["unit"], target)


def _weak(requirement: Report, rows: Mapping[str, Report], report: Report) -> Weak | None:
    """The place to hear, from the row that costs most; None where there is nothing to practise."""
    if requirement["band"] != "practise":
        return None
    scored = [rows[id] for id in requirement["criteria"] if rows[id]["score"] is not None and rows[id]["weight"]]
    scored.sort(key=lambda row: -row["weight"] * (100 - row["score"]))
    for row in scored:
        for moment in row["evidence"]:
            if moment["code"] not in GOOD and OTHER_SIDE.get(moment["code"]) != row["direction"]:
                return Weak(requirement["id"], float(moment["start"]), float(moment["end"]), moment["words"])
    middle = float(report["recording"]["duration_s"]) / 2
    return Weak(requirement["id"], max(middle - AS_IT_IS_S / 2, 0.0), middle + AS_IT_IS_S / 2, None)


def in_time(entries: Sequence[tuple[int, Entry]]) -> bool:
    """Whether takes can have been recorded when their dates say so.

    Where nobody gives dates they are those of the files, and files that were copied together lie closer together than
    the calls are long; takes of one day without times do, too. Their order is not known, and a trend would be made up.
    """
    if len(entries) < 2:
        return True
    times = [entry.recorded for _, entry in entries]
    spoken = sum(float(entry.report["recording"]["duration_s"]) for _, entry in entries[:-1])
    return (max(times) - min(times)).total_seconds() >= spoken


def _trends(entries: Sequence[tuple[int, Entry]]) -> Iterator[tuple[str, Trend]]:
    """The courses of one trainee: places are those among all takes of the page."""
    found = progress([entry for _, entry in entries], entries[-1][1].recorded)
    place = {entry.take: number for number, entry in entries}
    for course in found.courses:
        yield course.id, _trend(course, [place[take.id] for take in found.takes])


def _trend(course: Course, places: Sequence[int]) -> Trend:
    change = course.change
    return Trend(
        direction=None if change is None else change.direction,
        difference=0.0 if change is None else change.difference,
        smallest=0.0 if change is None else change.smallest,
        takes=tuple(places[at] for at, _ in course.levels),
        middle=tuple(one.score for _, one in course.levels),
        low=tuple(max(one.score - Z95 * one.sd, 0.0) for _, one in course.levels),
        high=tuple(min(one.score + Z95 * one.sd, 100.0) for _, one in course.levels),
    )
