"""Removing a person for good: rows, recordings, pages, and the bytes that a database keeps of what it deleted.

What a store cannot reach it cannot remove: backups, exports, reports written beside a call, the free blocks of a
disk, and a PostgreSQL server's own log.
"""

import mmap
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, exists, func, or_, select, union
from sqlalchemy.exc import DBAPIError

from voicecoach.store.people import known
from voicecoach.store.tables import (
    METADATA,
    baseline_recordings,
    baselines,
    recordings,
    removals,
    reports,
    takes,
    trainees,
)

DIGITS = 16  # of a trace: as many as an id has
HEX = re.compile(rb"[0-9a-f]{%d,}" % DIGITS)
PATIENCE_S = 5  # for readers in other processes that still see the store as it was


@dataclass(frozen=True)
class Removed:
    """What has been taken out of the tables: by its random ids and hashes, to look for it afterwards."""

    trainee: str
    takes: tuple[str, ...]
    baselines: tuple[str, ...]
    recordings: tuple[str, ...]
    files: tuple[str, ...]
    reports: int
    shared: int


def remove(db: Connection, name: str) -> Removed:
    """Delete a trainee's rows, and note down the files that are to go. A shared recording stays."""
    who = known(db, name)
    of_takes = tuple(db.scalars(select(takes.c.id).where(takes.c.trainee == who.id)))
    of_baselines = tuple(db.scalars(select(baselines.c.id).where(baselines.c.trainee == who.id)))
    heard = select(baseline_recordings.c.recording).where(baseline_recordings.c.baseline.in_(of_baselines))
    used = set(db.scalars(union(select(takes.c.recording).where(takes.c.trainee == who.id), heard)))
    graded = db.scalar(select(func.count()).select_from(reports).where(reports.c.take.in_(of_takes))) or 0
    db.execute(delete(trainees).where(trainees.c.id == who.id))
    gone: dict[str, str] = {row.sha256: row.file for row in db.execute(_unused(used))}
    db.execute(delete(recordings).where(recordings.c.sha256.in_(gone)))
    pages = (*(f"{take}.report.html" for take in of_takes), *(f"{one}.baseline.html" for one in of_baselines))
    files = (*(f"recordings/{file}" for file in gone.values()), *(f"pages/{page}" for page in pages))
    waiting = set(db.scalars(select(removals.c.file)))
    for file in set(files) - waiting:
        db.execute(removals.insert().values(file=file))
    return Removed(who.id, of_takes, of_baselines, tuple(gone), files, graded, len(used) - len(gone))


def scrub(engine: Engine) -> None:
    """Rewrite the database without what was deleted, and empty SQLite's write-ahead log."""
    if engine.dialect.name == "postgresql":
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
                db.exec_driver_sql(f"VACUUM FULL {', '.join(METADATA.tables)}")
        except DBAPIError:  # not the tables' owner, or others are busy: the server's own VACUUM follows
            return
        return
    with engine.connect() as db:
        raw: Any = db.connection.dbapi_connection
        before = raw.execute("PRAGMA busy_timeout").fetchone()[0]
        raw.execute(f"PRAGMA busy_timeout = {round(1000 * PATIENCE_S)}")
        for command in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            with suppress(raw.Error):  # no room for a second copy, or busy: secure_delete has put zeros there
                raw.execute(command).fetchall()
        raw.execute(f"PRAGMA busy_timeout = {before}")


def left_over(db: Connection, root: Path, removed: Removed) -> Iterator[str]:
    """Look for whatever is left of a person in the tables and among the files."""
    for table, found in _rows_left(db, removed):
        if found:
            yield f"{table.name}: {found}"
    for name in removed.files:
        if (root / name).exists():
            yield str(root / name)
    for sha256 in removed.recordings:
        yield from map(str, sorted((root / "pending").glob(f"{sha256}*")))


def held(file: Path, removed: Removed, left: tuple[str, ...]) -> tuple[str, ...]:
    """The files of a SQLite database that hold traces of a person in their bytes.

    A trace is an id or hash that occurs nowhere else. Of files that are left, the database still knows the names, to
    try again.
    """
    every = (removed.trainee, *removed.takes, *removed.baselines, *removed.recordings)
    traces = [trace for trace in every if not any(trace in where for where in left)]
    return tuple(str(part) for part in (file, file.with_name(f"{file.name}-wal")) if _holds(part, traces))


def _unused(used: set[str]) -> Any:
    of_take = exists().where(takes.c.recording == recordings.c.sha256)
    of_baseline = exists().where(baseline_recordings.c.recording == recordings.c.sha256)
    return select(recordings.c.sha256, recordings.c.file).where(
        recordings.c.sha256.in_(used), ~or_(of_take, of_baseline)
    )


def _rows_left(db: Connection, removed: Removed) -> Iterator[tuple[Table, int]]:
    wanted = {
        trainees: trainees.c.id == removed.trainee,
        takes: or_(takes.c.trainee == removed.trainee, takes.c.id.in_(removed.takes)),
        baselines: or_(baselines.c.trainee == removed.trainee, baselines.c.id.in_(removed.baselines)),
        reports: reports.c.take.in_(removed.takes),
        baseline_recordings: baseline_recordings.c.baseline.in_(removed.baselines),
    }
    for table, condition in wanted.items():
        yield table, db.scalar(select(func.count()).select_from(table).where(condition)) or 0


def _holds(file: Path, traces: list[str]) -> bool:
    """Whether a file holds the first 16 digits of one of these anywhere; read once, however many they are."""
    if not file.exists() or not file.stat().st_size:
        return False
    wanted = {trace[:DIGITS].encode() for trace in traces}
    with file.open("rb") as opened, closing(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)) as content:
        for found in HEX.finditer(content):  # columns follow each other without a gap: a run may hold several
            digits = found[0]
            if any(digits[n : n + DIGITS] in wanted for n in range(len(digits) - DIGITS + 1)):
                return True
    return False
