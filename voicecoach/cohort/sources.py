"""From what a trainer names (folders, patterns, files, manifests, addresses) to recordings, each with what is known
of it."""

import glob
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from voicecoach.cohort import storage
from voicecoach.errors import UsageError
from voicecoach.recording import SPEAKERS
from voicecoach.sheets import read_rows

SOUNDS = frozenset(
    ("wav", "wave", "flac", "mp3", "ogg", "oga", "opus", "m4a", "mp4", "aac", "webm", "amr", "3gp", "gsm", "au", "aif",
     "aiff", "caf", "wma")
)  # fmt: skip
MANIFESTS = (".csv", ".xlsx")
# Headings as trainers may write them
HEADINGS = {
    "path": ("path", "recording", "file", "路径", "录音", "文件"),
    "trainee": ("trainee", "name", "姓名", "学员"),
    "folder": ("folder", "id", "文件夹", "学号", "工号", "编号"),
    "cohort": ("cohort", "class", "班级", "班组", "批次"),
    "script": ("script", "话术", "脚本"),
    "date": ("date", "recorded", "日期", "录音日期"),
    "speaker": ("speaker", "channel", "声道"),
    "baseline": ("baseline", "neutral", "基准", "基准录音"),
}
SIDES = {"左": "left", "右": "right", "左声道": "left", "右声道": "right"}
DAY = re.compile(r"(?<!\d)(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)")


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
    return [replace(one, date=one.date or day_in(one.path) or storage.written(one.path)) for one in found.values()]


def day_in(path: str) -> str:
    """The day that a recording's name tells, else the folder that it lies in; empty where neither does.

    Examples
    --------
    >>> day_in("calls/王芳 20261105.wav"), day_in("2026-11-06/a.wav"), day_in("calls/13800138000.wav")
    ('2026-11-05', '2026-11-06', '')
    """
    for name in reversed(PurePosixPath(path.replace("\\", "/")).parts[-2:]):
        for found in DAY.finditer(name):
            try:
                return date(*map(int, found.groups())).isoformat()
            except ValueError:  # the 31st of a month that has 30 days
                continue
    return ""


def table(path: Path) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    """Header and rows of a manifest or roster, its columns by the names in ``HEADINGS``; others stay as they are."""
    known = {alias: name for name, aliases in HEADINGS.items() for alias in aliases}
    header, rows = read_rows(path)
    named = {column: known.get(column.strip().lower(), column) for column in header}
    exact = {name for name in HEADINGS if name in header}  # "trainee" before "name"
    named = {column: name if column == name or name not in exact else column for column, name in named.items()}
    return tuple(named.values()), [(line, {named[key]: cell for key, cell in cells.items()}) for line, cells in rows]


def _named(path: str, speaker: str) -> Iterator[Source]:
    if storage.is_remote(path):
        yield from (Source(one, _folder(one, path), speaker=speaker) for one in storage.below(path) if _is_sound(one))
    elif Path(path).is_dir():
        named = (one for one in Path(path).rglob("*") if _is_sound(one.name))
        files = sorted(str(one) for one in named if not one.is_dir())  # a link to nothing, or a pipe, is a row
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
    header, rows = table(path)
    if "path" not in header:
        raise UsageError("cohort_manifest", path=path, found=", ".join(header))
    for line, cells in rows:
        if not cells.get("path"):
            raise UsageError("cohort_manifest_row", path=path, line=line, column="path", found="", expected="…")
        channel = _channel(cells, speaker, path, line)
        day = cells.get("date", "").replace("/", "-")
        if day and not _is_date(day):
            raise UsageError(
                "cohort_manifest_row", path=path, line=line, column="date", found=day, expected="2026-11-03"
            )
        yield Source(
            _beside(path, cells["path"]), cells.get("trainee", ""), cells.get("cohort", ""), cells.get("script", ""),
            day, channel, _beside(path, cells["baseline"]) if cells.get("baseline") else "",
        )  # fmt: skip


def _channel(cells: Mapping[str, str], otherwise: str, path: Path, line: int) -> str:
    told = cells.get("speaker", "").strip()
    found, expected = SIDES.get(told, told.lower()) or otherwise, ", ".join(SPEAKERS)
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
    """Sources with what the roster knows of their trainees; what a manifest says of a recording stands first.

    A recording belongs to whom its folder names, else to whom its file name begins with, by name or folder
    (``王芳_2.wav``, ``007 b.wav``), where no letter or digit goes on after it.

    Examples
    --------
    >>> known = {"007": Source("", "王芳", "3 班")}
    >>> [one.cohort for one in with_roster([Source("007_2.wav"), Source("0071.wav"), Source("a.wav", "007")], known)]
    ['3 班', '', '3 班']
    """
    plain = {_plain(key): person for key, person in roster.items()}
    return [
        one if (known := plain.get(_plain(one.trainee)) or _by_name(one, plain)) is None else replace(
            one, trainee=known.trainee, cohort=one.cohort or known.cohort, baseline=one.baseline or known.baseline,
            speaker=one.speaker if one.speaker != "auto" else known.speaker,
        )
        for one in sources
    ]  # fmt: skip


def unmatched(
    sources: Sequence[Source], roster: Mapping[str, Source]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trainees of the roster without a recording, and the names of recordings that belong to nobody on it.

    Without a roster nobody is missing.

    Examples
    --------
    >>> known = {"007": Source("", "王芳"), "008": Source("", "李娜")}
    >>> unmatched(with_roster([Source("007_2.wav"), Source("a.wav")], known), known)
    (('李娜',), ('a.wav',))
    """
    people = dict.fromkeys(person.trainee for person in roster.values())
    heard = {one.trainee for one in sources}
    strange = (one.name for one in sources if people and one.trainee not in people)
    return tuple(name for name in people if name not in heard), tuple(strange)


def _by_name(one: Source, roster: Mapping[str, Source]) -> Source | None:
    """Whose name a file name begins with; of several the longest."""
    name = _plain(one.name)
    fitting = [key for key in roster if key and name.startswith(key) and not _goes_on(key, name[len(key) :][:1])]
    return roster[max(fitting, key=len)] if fitting else None


def _goes_on(key: str, following: str) -> bool:
    """Whether a name goes on: 07 in 071, 王芳 in 王芳芳; but not 王芳 in 王芳1."""
    return key[-1:].isdigit() if following.isdigit() else following.isalpha()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def read_roster(path: Path) -> dict[str, Source]:
    """What a roster says, by trainee and by folder: columns ``trainee``, ``folder``, ``cohort``, ``speaker``,
    ``baseline`` (a neutral recording of that person); all but the first may be missing.

    Raises
    ------
    UsageError    no such file, not a table, no column ``trainee``, a name or folder twice
    """
    header, rows = table(path)
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
