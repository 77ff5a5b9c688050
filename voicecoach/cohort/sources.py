"""From what a trainer names (folders, patterns, files, manifests, addresses) to recordings, each with what is known
of it."""

import glob
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from voicecoach.agreement.sheet import read_rows
from voicecoach.cohort import storage
from voicecoach.errors import UsageError
from voicecoach.recording import SPEAKERS

SOUNDS = frozenset(
    ("wav", "wave", "flac", "mp3", "ogg", "oga", "opus", "m4a", "mp4", "aac", "webm", "amr", "3gp", "gsm", "au", "aif",
     "aiff", "caf", "wma")
)  # fmt: skip
MANIFESTS = (".csv", ".xlsx")


@dataclass(frozen=True)
class Source:
    """A recording to be graded.

    Attributes
    ----------
    path : str                     file or address
    trainee, cohort, script : str  empty where not known
    date : str                     ISO 8601, or as the manifest has it
    speaker : str                  whose channel: ``auto``, ``left``, ``right``
    baseline : str                 a neutral recording of the same person; empty: none
    """

    path: str
    trainee: str = ""
    cohort: str = ""
    script: str = ""
    date: str = ""
    speaker: str = "auto"
    baseline: str = ""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return PurePosixPath(self.path).name if storage.is_remote(self.path) else Path(self.path).name


def find(paths: Sequence[str], speaker: str = "auto") -> list[Source]:
    """Every recording that is named, each place once, in the order named; folders in the order of their names.

    A folder is searched with all below it for files with the ending of a sound; whatever its ending, a file that is
    named itself is a recording, unless it is a manifest (``.csv``, ``.xlsx``). In a folder, the folder that a
    recording lies in is taken for the trainee's name.

    Raises
    ------
    UsageError    nothing is there, a pattern fits nothing, or a manifest cannot be read
    """
    found: dict[tuple[str, str], Source] = {}
    for path in paths:
        for source in _named(path, speaker):
            found.setdefault((source.path, source.speaker), source)
    if not found:
        raise UsageError("no_recordings", path=", ".join(paths))
    return [replace(one, date=one.date or storage.written(one.path)) for one in found.values()]


def _named(path: str, speaker: str) -> Iterator[Source]:
    if storage.is_remote(path):
        yield from (Source(one, _folder(one, path), speaker=speaker) for one in storage.below(path) if _is_sound(one))
    elif Path(path).is_dir():
        files = sorted(str(one) for one in Path(path).rglob("*") if _is_sound(one.name) and one.is_file())
        yield from (Source(one, _folder(one, path), speaker=speaker) for one in files)
    elif Path(path).suffix.lower() in MANIFESTS and Path(path).exists():
        yield from _manifest(Path(path), speaker)
    elif Path(path).exists():
        yield Source(path, speaker=speaker)
    else:
        fitting = sorted(glob.glob(path, recursive=True))
        if not fitting:
            raise UsageError("no_recordings", path=path)
        for one in fitting:
            yield from _named(one, speaker)


def _manifest(path: Path, speaker: str) -> Iterator[Source]:
    header, rows = read_rows(path)
    if "path" not in header:
        raise UsageError("cohort_manifest", path=path, found=", ".join(header))
    for line, cells in rows:
        if not cells.get("path"):
            raise UsageError("cohort_manifest_row", path=path, line=line, column="path", found="", expected="…")
        channel = _channel(cells, speaker, path, line)
        date = cells.get("date", "")
        if date and not _is_date(date):
            raise UsageError(
                "cohort_manifest_row", path=path, line=line, column="date", found=date, expected="2026-11-03"
            )
        yield Source(
            _beside(path, cells["path"]), cells.get("trainee", ""), cells.get("cohort", ""), cells.get("script", ""),
            date, channel, _beside(path, cells["baseline"]) if cells.get("baseline") else "",
        )  # fmt: skip


def _channel(cells: Mapping[str, str], otherwise: str, path: Path, line: int) -> str:
    found, expected = cells.get("speaker", "") or otherwise, ", ".join(SPEAKERS)
    if found not in SPEAKERS:
        raise UsageError("cohort_manifest_row", path=path, line=line, column="speaker", found=found, expected=expected)
    return found


def _beside(manifest: Path, path: str) -> str:
    """A path as a manifest or roster gives it: relative to that file, with either kind of slash.

    Examples
    --------
    >>> _beside(Path("calls/list.csv"), "a.wav"), _beside(Path("calls/list.csv"), "s3://bucket/a.wav")
    ('calls/a.wav', 's3://bucket/a.wav')
    """
    if storage.is_remote(path):
        return path
    there = manifest.parent / path
    return str(there if there.exists() or "\\" not in path else manifest.parent / path.replace("\\", "/"))


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_sound(name: str) -> bool:
    base = PurePosixPath(name).name
    return not base.startswith(".") and base.rpartition(".")[2].lower() in SOUNDS and "." in base


def _folder(one: str, root: str) -> str:
    """The name of the folder between ``root`` and the recording that is nearest to the recording; none: empty.

    Examples
    --------
    >>> _folder("calls/wang/1.wav", "calls"), _folder("calls/1.wav", "calls")
    ('wang', '')
    """
    inner = one.removeprefix(root).lstrip("/\\").replace("\\", "/")
    return PurePosixPath(inner).parent.name


def with_roster(sources: Sequence[Source], roster: Mapping[str, Source]) -> list[Source]:
    """Sources with what the roster knows of their trainees; what a manifest says of a recording stands first."""
    return [
        one if (known := roster.get(one.trainee)) is None else replace(
            one, trainee=known.trainee, cohort=one.cohort or known.cohort, baseline=one.baseline or known.baseline,
            speaker=one.speaker if one.speaker != "auto" else known.speaker,
        )
        for one in sources
    ]  # fmt: skip


def read_roster(path: Path) -> dict[str, Source]:
    """What a roster says, by trainee and by folder: columns ``trainee``, ``folder``, ``cohort``, ``speaker``,
    ``baseline`` (a neutral recording of that person); all but the first may be missing.

    Raises
    ------
    UsageError    no such file, not a table, no column ``trainee``, a name or folder twice
    """
    header, rows = read_rows(path)
    if "trainee" not in header:
        raise UsageError("bad_roster", path=path, found=", ".join(header))
    known: dict[str, Source] = {}
    for line, cells in rows:
        name = cells.get("trainee", "")
        channel = _channel(cells, "auto", path, line)
        neutral = _beside(path, cells["baseline"]) if cells.get("baseline") else ""
        person = Source("", name, cells.get("cohort", ""), speaker=channel, baseline=neutral)
        for key in dict.fromkeys(filter(None, (name, cells.get("folder", "")))):
            if known.setdefault(key, person) is not person:
                raise UsageError("roster_twice", path=path, line=line, found=key)
    return known
