"""Numbered changes of the store's tables, ``0001_start.sql`` first; each is made once, whole or not at all.

A change of the tables is a new file with the next number, never a change of a file that has been released. Its
statements end in a semicolon at the end of a line and run on SQLite and on PostgreSQL.
"""

import re
import secrets
from datetime import UTC, datetime
from importlib.resources import files

from sqlalchemy import Connection, inspect, select

from voicecoach.errors import StoreError
from voicecoach.store.tables import METADATA, identity, migrations

NAMED = re.compile(r"(\d{4})_(\w+)\.sql")


def known() -> dict[int, tuple[str, str]]:
    """Every change by its number: name and SQL.

    Examples
    --------
    >>> known()[1][0]
    'start'
    """
    found = {}
    for file in files("voicecoach.store.migrations").iterdir():
        named = NAMED.fullmatch(file.name)
        if named:
            found[int(named[1])] = (named[2], file.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def statements(sql: str) -> list[str]:
    """The statements of a file, without its comments.

    Examples
    --------
    >>> statements("-- a; b\\nCREATE TABLE t (\\n  x TEXT);\\nDROP TABLE u;\\n")
    ['CREATE TABLE t (\\n  x TEXT)', 'DROP TABLE u']
    """
    lines = [line for line in sql.splitlines() if not line.lstrip().startswith("--")]
    return [part.strip() for part in ("\n".join(lines) + "\n").split(";\n") if part.strip()]


def version(db: Connection, shown: str) -> int:
    """The number of the last change that the store has seen; 0 for an empty database.

    Raises
    ------
    StoreError    the database is another program's, or of a newer voicecoach
    """
    tables = set(inspect(db).get_table_names())
    if not tables:
        return 0
    if migrations.name not in tables:
        raise StoreError("store_foreign", store=shown, found=", ".join(sorted(tables)[:3]))
    found = max(db.scalars(select(migrations.c.number)), default=0)
    newest = max(known())
    if found > newest:
        raise StoreError("store_newer", store=shown, found=found, expected=newest)
    return found


def apply(db: Connection, number: int) -> None:
    """Make one change, within the transaction of ``db``."""
    name, sql = known()[number]
    for statement in statements(sql):
        db.exec_driver_sql(statement)
    if number == 1:
        db.execute(identity.insert().values(id=secrets.token_hex(8)))
    applied = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(migrations.insert().values(number=number, name=name, applied=applied))


def lacking(db: Connection) -> str | None:
    """The first table that is not there with all its columns; None if every one is."""
    there = inspect(db)
    names = set(there.get_table_names())
    for name, table in METADATA.tables.items():
        if name not in names or not {c.name for c in table.columns} <= {c["name"] for c in there.get_columns(name)}:
            return name
    return None
