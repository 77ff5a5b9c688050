"""The files of a store: recordings by the hash of their bytes, pages by their take.

::

    recordings/  <sha256>.m4a          what was recorded, byte for byte
    pages/       <take>.report.html    made on request
    pending/     <sha256>.part         a recording that is being copied
                 <sha256>.adding       a recording that is being added: in place, its row not yet committed

Everything here happens under the store's write lock. Whoever holds the lock therefore knows that whatever lies in
``pending/`` was left by a process that died, and may finish or undo it.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, exists, select

from voicecoach.errors import StoreError, UsageError
from voicecoach.store.tables import recordings, removals

BLOCK = 1 << 20  # bytes read at a time
SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True)
class Sound:
    """A recording that is to be kept: its file, and what is known of it."""

    path: Path
    sha256: str
    name: str
    duration_s: float
    sr: int


def made(root: Path) -> None:
    """Make the store's folders, for this user only."""
    for name in ("recordings", "pages", "pending"):
        (root / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def check(sound: Sound) -> None:
    """Refuse a file that is not the recording it is said to be (it may have changed since it was graded)."""
    try:
        found = hashed(sound.path)
    except FileNotFoundError:
        raise UsageError("missing_path", path=sound.path) from None
    if found != sound.sha256:
        raise UsageError("other_recording", path=sound.path, expected=sound.name)


def hashed(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(db: Connection, root: Path, sound: Sound) -> None:
    """Put a recording into its place and its row into the transaction, unless both are there.

    The file is written under another name, synced and renamed before its row can be committed, so that no row is
    ever without its file. Killed in between, :func:`settle` takes the file away again.
    """
    there = db.scalar(select(recordings.c.file).where(recordings.c.sha256 == sound.sha256))
    if there and (root / "recordings" / there).is_file():
        return
    suffix = sound.path.suffix.lower()
    file = there or sound.sha256 + (suffix if SUFFIX.fullmatch(suffix) else "")
    if not there:
        _touch(root / "pending" / f"{sound.sha256}.adding")
    size = _copy(sound, root / "pending" / f"{sound.sha256}.part", root / "recordings" / file)
    if not there:
        db.execute(
            recordings.insert().values(
                sha256=sound.sha256, file=file, duration_s=sound.duration_s, sr=sound.sr, bytes=size
            )
        )


def finished(root: Path, sounds: Iterable[Sound]) -> None:
    """Say that the transaction that kept these recordings has been committed."""
    for sound in sounds:
        _gone(root / "pending" / f"{sound.sha256}.adding")


def settle(db: Connection, root: Path) -> None:
    """Finish what a process that died left behind: half copies, recordings without rows, removals."""
    for part in (root / "pending").glob("*.part"):
        _gone(part)
    for mark in (root / "pending").glob("*.adding"):
        if all(_gone(file) for file in _unknown(db, root, mark.stem)):
            _gone(mark)
    for (name,) in db.execute(select(removals.c.file)).all():
        again = select(exists().where(recordings.c.file == name.removeprefix("recordings/")))
        if db.scalar(again) or _gone(root / name):
            db.execute(delete(removals).where(removals.c.file == name))


def unsettled(db: Connection, root: Path) -> bool:
    """Whether there is anything for :func:`settle` to do."""
    return any((root / "pending").iterdir()) or bool(db.scalar(select(exists().where(removals.c.file.is_not(None)))))


def _unknown(db: Connection, root: Path, sha256: str) -> list[Path]:
    """The files of a recording that no row speaks of."""
    known = db.scalar(select(exists().where(recordings.c.sha256 == sha256)))
    return [] if known else list((root / "recordings").glob(f"{sha256}*"))


def _copy(sound: Sound, part: Path, target: Path) -> int:
    """Copy, sync, compare, and put into place in one step; the number of bytes."""
    digest = hashlib.sha256()
    try:
        with sound.path.open("rb") as source, part.open("wb") as copy:
            while block := source.read(BLOCK):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
            size = copy.tell()
        if digest.hexdigest() != sound.sha256:
            raise UsageError("other_recording", path=sound.path, expected=sound.name)
        os.replace(part, target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return size


def sync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut, where the system can (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _touch(mark: Path) -> None:
    mark.touch()
    sync_folder(mark.parent)


def _gone(path: Path) -> bool:
    """Remove a file; whether it is gone. One that cannot be removed now is tried again the next time."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def path_of(root: Path, file: str) -> Path:
    """Where a recording lies.

    Raises
    ------
    StoreError    it is not there: removed by hand, or kept on another machine that shares the database
    """
    path = root / "recordings" / file
    if not path.is_file():
        raise StoreError("recording_gone", path=path)
    return path
