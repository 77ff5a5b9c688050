"""One run at a time in a folder of results: two would each take the other's rows for finished work, or grade twice.

The lock is the operating system's on an open file, so it ends with the process that holds it, however that ends: what
a killed run leaves is a file that nobody holds, and the next run takes it. Addresses (``s3://…``) know no such lock.
"""

import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from voicecoach.cohort import storage
from voicecoach.errors import UsageError

LOCK = "running.lock"
HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)  # what systems say of a file that another process has locked
BYTE = 1 << 20  # which byte Windows locks: it lets nobody read a locked one, and who holds it stands at the beginning
MOST = 1000  # bytes that say who holds it


@contextmanager
def alone_in(out: str) -> Iterator[None]:
    """For as long as it is entered, no other run may enter the same folder of results.

    Parameters
    ----------
    out : str    folder, made if there is none; nothing is locked at an address

    Raises
    ------
    UsageError    another run is at work there (``cohort_running``: which process, on which machine, since when), or the
                  folder cannot be written

    Notes
    -----
    A file system that knows no locks (some network shares) locks nothing, and the run goes on.
    """
    if storage.is_remote(out):
        yield
        return
    storage.made(out)
    path = Path(out) / LOCK
    held = _taken(path, out)
    try:
        _put_name(held)
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file: then it stays, locked by nobody
            path.unlink()
        os.close(held)


def _taken(path: Path, out: str) -> int:
    """The lock's file, open and locked; once more where its last holder removed it in between."""
    while True:
        try:
            held = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise UsageError("cannot_write", path=path, found=error.strerror or error) from None
        try:
            _lock(held)
        except OSError as error:
            if error.errno in HELD:
                who = _holder(held)
                os.close(held)
                raise UsageError("cohort_running", path=out, **who) from None
            return held
        try:
            if os.path.samestat(os.fstat(held), os.stat(path)):
                return held
        except FileNotFoundError:
            pass
        os.close(held)


def _lock(held: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(held, BYTE, os.SEEK_SET)
        msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _put_name(held: int) -> None:
    since = datetime.now().astimezone().isoformat(sep=" ", timespec="minutes")
    who = {"process": os.getpid(), "machine": socket.gethostname(), "since": since}
    os.ftruncate(held, 0)
    os.lseek(held, 0, os.SEEK_SET)
    os.write(held, json.dumps(who).encode())


def _holder(held: int) -> dict[str, str]:
    """Who wrote its name there; a question mark where it is about to."""
    os.lseek(held, 0, os.SEEK_SET)
    try:
        told = dict(json.loads(os.read(held, MOST)))
    except (OSError, ValueError, TypeError):
        told = {}
    return {name: str(told.get(name, "?")) for name in ("process", "machine", "since")}
