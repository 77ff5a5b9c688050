"""Files here and in object storage: ``scheme://…`` is read and written by fsspec, the rest is a path."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from voicecoach.errors import RecordingError, UsageError
from voicecoach.extras import needed
from voicecoach.report.wire import write_together

BLOCK = 1 << 20


def is_remote(path: str) -> bool:
    """Whether it is an address rather than a path.

    Examples
    --------
    >>> is_remote("s3://bucket/a.wav"), is_remote("C:/calls/a.wav")
    (True, False)
    """
    return "://" in path


def join(folder: str, name: str) -> str:
    """A name below a folder or address."""
    return f"{folder.rstrip('/')}/{name}" if is_remote(folder) else str(Path(folder) / name)


def below(address: str) -> list[str]:
    """All files below an address, or fitting a pattern, in the order of their names; the file itself if it is one.

    Raises
    ------
    UsageError    nothing is there, or it cannot be reached
    """
    system, path = _system(address)
    scheme = address.split("://", 1)[0]
    with _reached(address):
        if any(mark in path for mark in "*?["):
            found = system.glob(path)
        else:
            found = [path] if system.isfile(path) else system.find(path)
    if not found:
        raise UsageError("no_recordings", path=address)
    return [f"{scheme}://{str(one).lstrip('/')}" if scheme != "file" else f"file://{one}" for one in sorted(found)]


def sha256(path: str) -> str | None:
    """Hash of the bytes; None where they cannot be read, which grading then says."""
    digest = hashlib.sha256()
    try:
        if is_remote(path):
            system, inner = _system(path)
            opened: Any = system.open(inner, "rb")
        elif Path(path).is_file():
            opened = Path(path).open("rb")  # noqa: SIM115
        else:
            return None
        with opened as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except Exception as error:  # whatever a storage system raises: the row of this recording says it
        if isinstance(error, UsageError):
            raise
        return None
    return digest.hexdigest()


def written(path: str) -> str:
    """When a file was last written, ISO 8601 to the second; empty where that is not known."""
    try:
        if is_remote(path):
            system, inner = _system(path)
            return str(system.modified(inner).isoformat(timespec="seconds"))
        return datetime.fromtimestamp(Path(path).stat().st_mtime).astimezone().isoformat(timespec="seconds")
    except UsageError:
        raise
    except Exception:  # not every storage system knows
        return ""


@contextmanager
def here(path: str) -> Iterator[Path]:
    """A file on this machine with the recording's bytes, for as long as it is needed.

    Raises
    ------
    RecordingError    it cannot be fetched
    """
    if not is_remote(path):
        yield Path(path)
        return
    system, inner = _system(path)
    with tempfile.TemporaryDirectory(prefix="voicecoach-") as folder:
        copy = Path(folder) / PurePosixPath(inner).name
        try:
            with system.open(inner, "rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
        except Exception as error:
            raise RecordingError("unreadable_file", path=path, found=type(error).__name__) from None
        yield copy


def put(texts: Mapping[str, str | bytes]) -> None:
    """Write files whole or not at all, in the order given; what is there already is replaced.

    Raises
    ------
    UsageError    it cannot be written
    """
    for path, text in texts.items():
        if is_remote(path):
            system, inner = _system(path)
            with _reached(path):  # an object appears when all of it has been received
                system.pipe_file(inner, text if isinstance(text, bytes) else text.encode())
        else:
            write_together({Path(path): text})


def there(path: str) -> bool:
    """Whether there is such a file or folder.

    Raises
    ------
    UsageError    an address cannot be reached
    """
    if is_remote(path):
        system, inner = _system(path)
        with _reached(path):
            return bool(system.exists(inner))
    return os.path.exists(path)


def get(path: str) -> str | None:
    """The text of a file; None where there is none."""
    if is_remote(path):
        system, inner = _system(path)
        with _reached(path):
            try:
                return system.cat_file(inner).decode()  # type: ignore[no-any-return]
            except FileNotFoundError:
                return None
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("unreadable_file", path=path, found=getattr(error, "strerror", None) or error) from None


def names(folder: str) -> list[str]:
    """Names of the files in a folder; none where there is no such folder."""
    if is_remote(folder):
        system, inner = _system(folder)
        with _reached(folder):
            system.invalidate_cache()
            return sorted(PurePosixPath(str(one)).name for one in system.find(inner, maxdepth=1))
    try:
        return sorted(one.name for one in Path(folder).iterdir())
    except FileNotFoundError:
        return []


def made(folder: str) -> None:
    """A folder, where folders are needed."""
    if not is_remote(folder):
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError("cannot_write", path=folder, found=error.strerror or error) from None


def _system(address: str) -> tuple[Any, str]:
    core = needed("fsspec", "cluster").core
    try:
        return core.url_to_fs(address)  # type: ignore[no-any-return]
    except (ImportError, ValueError) as error:
        raise UsageError("storage_unknown", path=address, found=str(error)) from None


@contextmanager
def _reached(address: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # whatever a storage system raises
        if isinstance(error, UsageError):
            raise
        raise UsageError("storage_unreachable", path=address, found=f"{type(error).__name__}: {error}") from None
