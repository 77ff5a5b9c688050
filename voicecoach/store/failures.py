"""What a database or a disk says when it fails → what a person can do about it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from voicecoach.errors import StoreError

FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def told(shown: str) -> Iterator[None]:
    """Turn failures of the database and of the disk into a :class:`StoreError`.

    Parameters
    ----------
    shown : str    what the message calls the store
    """
    try:
        yield
    except DBAPIError as error:
        known = _known(error.orig, shown)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        raise of_disk(error, shown) from error


def of_disk(error: OSError, shown: str) -> StoreError:
    """The disk is full, or a file cannot be read or written."""
    if error.errno in FULL_DISK:
        return StoreError("store_full", store=shown)
    path = error.filename if isinstance(error.filename, str) else shown
    return StoreError("store_unwritable", store=path, found=error.strerror or type(error).__name__)


def of_sqlite(name: str, found: object, shown: str) -> StoreError | None:
    """By SQLite's own name of the error, for example ``SQLITE_BUSY_SNAPSHOT``; None for a programmer's mistake."""
    kind = name.removeprefix("SQLITE_").partition("_")[0]
    if kind in ("BUSY", "LOCKED"):
        return StoreError("store_busy", store=shown)
    if kind == "FULL":
        return StoreError("store_full", store=shown)
    if kind in ("CORRUPT", "NOTADB") or "no such table" in str(found) or "no such column" in str(found):
        return StoreError("store_damaged", store=shown, found=found)
    if kind in ("READONLY", "CANTOPEN", "PERM", "IOERR"):
        return StoreError("store_unwritable", store=shown, found=found)
    return None


def _known(error: BaseException | None, shown: str) -> StoreError | None:
    name = getattr(error, "sqlite_errorname", None)
    if name is not None:
        return of_sqlite(name, error, shown)
    state = getattr(error, "sqlstate", "none of PostgreSQL's")
    return _of_postgresql(state, str(error).strip().splitlines(), shown)


def _of_postgresql(state: str | None, lines: list[str], shown: str) -> StoreError | None:
    """By SQLSTATE (PostgreSQL manual, appendix A); none at all means that there was no connection."""
    found = lines[0] if lines else ""
    if state is None or state.startswith(("08", "28", "3D", "57P")):
        return StoreError("store_unreachable", store=shown, found=found)
    if state in ("55P03", "40P01"):
        return StoreError("store_busy", store=shown)
    if state == "53100":
        return StoreError("store_full", store=shown)
    if state in ("XX001", "XX002", "42P01", "42703"):
        return StoreError("store_damaged", store=shown, found=found)
    if state in ("42501", "25006"):
        return StoreError("store_unwritable", store=shown, found=found)
    return None
