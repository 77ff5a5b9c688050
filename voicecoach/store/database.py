"""The connection to SQLite or PostgreSQL: who reads, who writes, and what is refused before anything is touched.

There is one write lock for a whole store: ``BEGIN IMMEDIATE`` in SQLite, an advisory lock in PostgreSQL. Files of
recordings come and go only under it, so that rows and files cannot part company between two processes.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from voicecoach.errors import StoreError
from voicecoach.store import migrations
from voicecoach.store.failures import of_sqlite, told
from voicecoach.store.place import Place
from voicecoach.store.tables import migrations as numbered

PATIENCE_S = 30  # how long a writer waits for another; copying an hour of wav takes a few seconds (convention)
LOCK = 0x766F696365  # "voice": the number of our advisory lock in a PostgreSQL database
PRAGMAS = (
    f"busy_timeout = {1000 * PATIENCE_S}",
    "foreign_keys = ON",
    "synchronous = FULL",  # a finished take survives a power cut, too
    "secure_delete = ON",  # what is deleted is overwritten with zeros
)


def connect(place: Place) -> Engine:
    """An engine on a store that this version can read, its tables brought up to date.

    Raises
    ------
    StoreError    damaged, foreign or newer (the file is left as it was), locked, not to be reached, disk full
    """
    if place.file is not None:
        _look(place.file, place.shown)
    try:
        engine = _engine(place)
    except ModuleNotFoundError:
        raise StoreError("store_driver", store=place.shown) from None
    try:
        with told(place.shown):
            if place.file is not None:
                _write_ahead(engine)
            _bring_up_to_date(engine, place.shown)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the store's write lock; all of it happens, or nothing."""
    with engine.connect().execution_options(voicecoach_writes=True) as db, db.begin():
        if db.dialect.name == "postgresql":
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        yield db


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the store from its first look on."""
    level = "REPEATABLE READ" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
    with engine.connect().execution_options(isolation_level=level) as db, db.begin():
        yield db


def _engine(place: Place) -> Engine:
    if place.file is None:
        return create_engine(
            place.url,
            json_serializer=_json,
            connect_args={
                "connect_timeout": 10,
                "client_encoding": "utf8",
                "options": f"-c lock_timeout={1000 * PATIENCE_S}",
            },
        )
    engine = create_engine(place.url, json_serializer=_json)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _set_up(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, also around CREATE TABLE
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(db: Connection) -> None:
    db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("voicecoach_writes") else "BEGIN")


def _look(file: Path, shown: str) -> None:
    """Read a store's file without changing a byte of it; refuse what is damaged or another program's."""
    if not file.exists():
        with told(shown):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)) as db:
            found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            names = sorted(name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
    except sqlite3.Error as error:
        known = of_sqlite(getattr(error, "sqlite_errorname", ""), error, shown)
        raise known or StoreError("store_damaged", store=shown, found=error) from None
    if found != "ok":
        raise StoreError("store_damaged", store=shown, found=found)
    if names and numbered.name not in names:
        raise StoreError("store_foreign", store=shown, found=", ".join(names[:3]))


def _write_ahead(engine: Engine) -> None:
    """Turn the write-ahead log on. SQLite does not wait by itself when two processes make one store at once."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with engine.connect() as db:
            raw: Any = db.connection.dbapi_connection
            try:
                raw.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if time.monotonic() > deadline:
                    raise StoreError("store_busy", store=str(engine.url.database)) from error
        time.sleep(0.02)


def _bring_up_to_date(engine: Engine, shown: str) -> None:
    newest = max(migrations.known())
    with reading(engine) as db:
        behind = migrations.version(db, shown) < newest
    while behind:
        with writing(engine) as db:  # looked at again: another process may have been first
            there = migrations.version(db, shown)
            if there < newest:
                migrations.apply(db, there + 1)
            behind = there + 1 < newest
    with reading(engine) as db:
        lacking = migrations.lacking(db)
        if lacking is not None:
            raise StoreError("store_damaged", store=shown, found=f"table {lacking}")
