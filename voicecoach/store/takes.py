"""Takes and the reports on them."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, select, update

from voicecoach.errors import UsageError
from voicecoach.store import times
from voicecoach.store.pseudonyms import file_name, veiled
from voicecoach.store.records import Graded, Take, Trainee
from voicecoach.store.tables import recordings, reports, takes, trainees

PREFIX = re.compile(r"[0-9a-f]{1,16}")


def add(db: Connection, who: Trainee, sha256: str, name: str, *, recorded: datetime, note: str, script: str) -> str:
    """The id of the take of that recording by that trainee; a new one, or the one there is.

    Of a take that is there already, a note or script that is given replaces the old one.
    """
    given = {key: _text(value) for key, value in (("note", note), ("script", script)) if value}
    there: str | None = db.scalar(select(takes.c.id).where(takes.c.trainee == who.id, takes.c.recording == sha256))
    if there is not None:
        if given:
            db.execute(update(takes).where(takes.c.id == there).values(**given))
        return there
    new = secrets.token_hex(8)
    row = {"note": "", "script": ""} | given
    row |= {"id": new, "trainee": who.id, "recording": sha256, "name": file_name(name, sha256, who)}
    db.execute(takes.insert().values(recorded=times.text(recorded), added=times.text(times.now()), **row))
    return new


def put_report(db: Connection, who: Trainee, take: str, report: Mapping[str, Any], baseline: str | None) -> None:
    """Keep a report; it replaces the one of the same rubric and version."""
    key = {
        "take": take,
        "rubric": report["rubric"]["name"],
        "rubric_sha256": report["rubric"]["sha256"],
        "voicecoach": report["voicecoach"],
    }
    db.execute(delete(reports).where(*(reports.c[name] == value for name, value in key.items())))
    db.execute(
        reports.insert().values(**key, graded=times.text(times.now()), baseline=baseline, report=veiled(report, who))
    )


def newest_first(db: Connection, trainee: str | None = None, take: str | None = None) -> tuple[Take, ...]:
    """Takes, all or of one trainee (by id), or the one of that id; by when they were recorded, newest first."""
    wanted = _rows()
    graded = select(
        *(column for column in reports.c if column.name != "report"),
        reports.c.report[("overall", "score")].as_float().label("score"),
    )
    if trainee is not None:
        wanted = wanted.where(takes.c.trainee == trainee)
        graded = graded.join(takes, takes.c.id == reports.c.take).where(takes.c.trainee == trainee)
    if take is not None:
        wanted = wanted.where(takes.c.id == take)
        graded = graded.where(reports.c.take == take)
    of_take: dict[str, list[Graded]] = {}
    for row in db.execute(graded.order_by(reports.c.graded.desc())).mappings():
        of_take.setdefault(row["take"], []).append(_graded(row))
    ordered = wanted.order_by(takes.c.recorded.desc(), takes.c.added.desc(), takes.c.id)
    return tuple(_take(row, tuple(of_take.get(row["id"], ()))) for row in db.execute(ordered).mappings())


def find(db: Connection, prefix: str) -> Take:
    """The take whose id begins so.

    Raises
    ------
    UsageError    ``unknown_take``, or ``ambiguous_take`` where several do
    """
    wanted = prefix.strip().lower()
    found: list[str] = []
    if PREFIX.fullmatch(wanted):
        found = list(db.scalars(select(takes.c.id).where(takes.c.id.startswith(wanted)).order_by(takes.c.id).limit(3)))
    if not found:
        raise UsageError("unknown_take", found=prefix)
    if len(found) > 1:
        raise UsageError("ambiguous_take", found=prefix, expected=", ".join(found))
    return newest_first(db, take=found[0])[0]


def report(db: Connection, take: str, rubric: str | None) -> dict[str, Any]:
    """The newest report on a take, with that rubric if one is named; UsageError ``no_such_report`` if none."""
    wanted = select(reports.c.report).where(reports.c.take == take).order_by(reports.c.graded.desc()).limit(1)
    if rubric is not None:
        wanted = wanted.where(reports.c.rubric == rubric)
    found: dict[str, Any] | None = db.scalar(wanted)
    if found is None:
        raise UsageError("no_such_report", found=take, rubric=rubric or "*")
    return found


def reports_on(db: Connection, take: Take) -> list[dict[str, Any]]:
    """Every report on a take, in the order of ``take.reports``."""
    rows = db.execute(select(reports).where(reports.c.take == take.id)).mappings().all()
    of_version = {(row["rubric"], row["rubric_sha256"], row["voicecoach"]): row["report"] for row in rows}
    return [of_version[one.rubric, one.rubric_sha256, one.voicecoach] for one in take.reports]


def _text(words: str) -> str:
    """Words as both databases can keep them: in Unicode, without NUL."""
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _rows() -> Select[Any]:
    return (
        select(
            takes,
            trainees.c.name.label("person"), trainees.c.pseudonym,
            recordings.c.duration_s, recordings.c.sr, recordings.c.bytes,
        )
        .join(trainees, trainees.c.id == takes.c.trainee)
        .join(recordings, recordings.c.sha256 == takes.c.recording)
    )  # fmt: skip


def _take(row: RowMapping, graded: tuple[Graded, ...]) -> Take:
    return Take(
        id=row["id"],
        trainee=row["pseudonym"] or row["person"],
        name=row["name"],
        sha256=row["recording"],
        duration_s=row["duration_s"],
        sr=row["sr"],
        bytes=row["bytes"],
        recorded=times.parsed(row["recorded"]),
        note=row["note"],
        script=row["script"],
        added=times.parsed(row["added"]),
        reports=graded,
    )


def _graded(row: RowMapping) -> Graded:
    return Graded(
        rubric=row["rubric"],
        rubric_sha256=row["rubric_sha256"],
        voicecoach=row["voicecoach"],
        graded=times.parsed(row["graded"]),
        baseline=row["baseline"],
        score=row["score"],
    )
