"""A wave file that is whole at every moment while it grows.

Samples go to the file as they come, and the header's two lengths are written anew after each block: whenever the
program dies, what the header names is there. Once a second the system is told to put it on the disk itself, so that
a power cut takes no more than that second either. While it grows the file is called ``NAME.unfinished.wav``; its
final name appears at the end, in one step, and never on top of another file.

16 bits, one channel: six hours at 48 kHz, the longest that can be judged, are 2.07 GB, below the 2.1 GB from where
on readers take a length for "not known" (``recording/header.py``).
"""

import os
import struct
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from voicecoach.errors import UsageError
from voicecoach.microphone.device import Samples16

UNFINISHED = ".unfinished.wav"
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")  # Microsoft/IBM multimedia programming interface, 1991: RIFF WAVE, PCM
SYNC_S = 1.0
BYTES = 2  # a sample


def header(sr: int, length: int) -> bytes:
    """The 44 bytes before ``length`` bytes of 16-bit samples of one channel.

    Examples
    --------
    >>> header(8000, 16)[:8], header(8000, 16)[40:]
    (b'RIFF4\\x00\\x00\\x00', b'\\x10\\x00\\x00\\x00')
    """
    return HEADER.pack(
        b"RIFF", HEADER.size - 8 + length, b"WAVE", b"fmt ", 16, 1, 1, sr, sr * BYTES, BYTES, 8 * BYTES, b"data", length
    )


class GrowingWave:
    """A recording on its way to the disk.

    Parameters
    ----------
    folder : Path      there, and writable
    stem : str         name without ``.wav``; a number is added where the name is taken
    sr : int           Hz

    Raises
    ------
    UsageError    ``cannot_write``: no such folder, no permission, or no room for even the header
    """

    def __init__(self, folder: Path, stem: str, sr: int) -> None:
        self.sr = sr
        self.samples = 0
        self._synced = 0
        self._folder = folder
        self._stem = stem
        try:
            self.path = _reserve(folder, stem, UNFINISHED)
            self._file = self.path.open("r+b", buffering=0)
            self._file.write(header(sr, 0))
        except OSError as error:
            raise UsageError("cannot_write", path=folder, found=error.strerror or error) from None

    @property
    def seconds(self) -> float:
        """Length so far, s."""
        return self.samples / self.sr

    def add(self, block: Samples16) -> None:
        """Append samples.

        Raises
        ------
        OSError    the disk is full or gone; what fitted is kept and the file is whole
        """
        data = memoryview(block.astype("<i2").tobytes())
        written = 0
        try:
            self._file.seek(HEADER.size + self.samples * BYTES)
            while written < len(data):
                written += self._file.write(data[written:]) or 0
        finally:
            self.samples += written // BYTES
            self._file.seek(0)
            self._file.write(header(self.sr, self.samples * BYTES))
        if self.samples - self._synced >= SYNC_S * self.sr:
            os.fsync(self._file.fileno())
            self._synced = self.samples

    def finish(self) -> Path:
        """Give the file its final name and return it; a recording without a single sample is removed.

        The last bytes may not reach a disk that is full or gone; nothing is raised for that, as what is there stays.
        """
        try:
            self._file.truncate(HEADER.size + self.samples * BYTES)  # half a sample that a full disk left
            os.fsync(self._file.fileno())
        except OSError:
            pass
        finally:
            self._file.close()
        if not self.samples:
            self.path.unlink(missing_ok=True)
            return self.path
        self.path = _move(self.path, self._folder, self._stem)
        return self.path


def unfinished(folder: Path, *, older_than: float) -> list[Path]:
    """Recordings that a crash left without their final name: none of them written to since ``older_than``, by name.

    Parameters
    ----------
    folder : Path
    older_than : float    seconds since the epoch, as ``time.time()``
    """
    return sorted(path for path in folder.glob(f"*{UNFINISHED}") if path.stat().st_mtime < older_than)


def finished(path: Path) -> Path:
    """Give a recording that a crash left its final name, the first that is free; the new path."""
    return _move(path, path.parent, path.name.removesuffix(UNFINISHED))


def _names(stem: str, ending: str) -> Iterator[str]:
    yield stem + ending
    for number in count(2):
        yield f"{stem}-{number}{ending}"


def _reserve(folder: Path, stem: str, ending: str) -> Path:
    """A new, empty file of the first free name."""
    for name in _names(stem, ending):
        try:
            (folder / name).open("xb").close()
        except FileExistsError:
            continue
        return folder / name
    raise AssertionError


def _move(path: Path, folder: Path, stem: str) -> Path:
    """Rename to the first free final name. Without hard links (exFAT) the name is reserved first."""
    for name in _names(stem, ".wav"):
        try:
            os.link(path, folder / name)
        except FileExistsError:
            continue
        except OSError:
            break
        path.unlink()
        return folder / name
    try:
        target = _reserve(folder, stem, ".wav")
        os.replace(path, target)
    except OSError:  # the folder has become unwritable: the recording stays where it is
        return path
    return target
