"""Reports as files: JSON and HTML, replaced whole or not at all, and never on top of what is not theirs."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from voicecoach.errors import UsageError
from voicecoach.results import SCHEMA

MARK = re.compile(r'<meta name="voicecoach-recording" content="([0-9a-f]{64})">')
HEAD_BYTES = 20_000  # the mark stands in the first lines of a page


def to_json(report: Mapping[str, Any]) -> str:
    """The report as JSON text, readable and without NaN."""
    return json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of a report (draft 2020-12)."""
    text = files("voicecoach.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def read_report(path: Path) -> dict[str, Any]:
    """A report as written by :func:`write_report`.

    Raises
    ------
    UsageError    no such file, not a report, or one of a newer schema
    """
    if not path.is_file():
        raise UsageError("report_missing", path=path)
    report = _parsed(path)
    if report is None:
        raise UsageError("not_a_report", path=path)
    if report["schema"] != SCHEMA:
        raise UsageError("report_schema", path=path, found=report["schema"], expected=SCHEMA)
    return report


def report_stem(recording: Path, folder: Path, sha256: str, *, beside: bool) -> Path:
    """Where the report of a recording goes: the path before ``.report.html``.

    ``call.m4a`` becomes ``call``. Where that name holds the report of another recording, or a file that is not a
    report, it becomes ``call.m4a``, and then ``call.m4a.`` with the first digits of the recording's hash.

    Parameters
    ----------
    recording : Path
    folder : Path       where the report goes
    sha256 : str        of the recording
    beside : bool       the folder is the recording's own: a report of the same file name is an older take of it

    Raises
    ------
    UsageError    all three names are taken by files that are not this recording's report
    """
    for stem in (recording.stem, recording.name, f"{recording.name}.{sha256[:8]}"):
        candidate = folder / stem
        if all(_ours(path, recording.name, sha256, beside=beside) for path in both_files(candidate)):
            return candidate
    raise UsageError("name_taken", path=folder / f"{recording.stem}.report.html")


def both_files(stem: Path) -> tuple[Path, Path]:
    """The two files of a report: page and data.

    Examples
    --------
    >>> [path.name for path in both_files(Path("call"))]
    ['call.report.html', 'call.report.json']
    """
    return stem.with_name(f"{stem.name}.report.html"), stem.with_name(f"{stem.name}.report.json")


def is_our_page(path: Path) -> bool:
    """Whether the file is a page that this program wrote (or is not there at all)."""
    return not path.exists() or _page_hash(path) is not None


def write_atomically(path: Path, text: str) -> None:
    """Write beside the target, then put in its place in one step: a kill leaves the old file or the new one.

    Raises
    ------
    UsageError    the folder cannot be written to, or the disk is full
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError("cannot_write", path=path, found=error.strerror or error) from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _parsed(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(found, dict) and {"schema", "voicecoach", "recording", "criteria"} <= set(found)
    return found if whole else None


def _page_hash(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            mark = MARK.search(file.read(HEAD_BYTES).decode("utf-8", "replace"))
    except OSError:
        return None
    return mark.group(1) if mark else None


def _ours(path: Path, name: str, sha256: str, *, beside: bool) -> bool:
    """Whether ``path`` is free for this recording's report."""
    if not os.path.lexists(path):
        return True
    if path.is_symlink() or not path.is_file():
        return False
    if path.suffix == ".html":
        page, data = _page_hash(path), path.with_suffix(".json")
        known = data.exists() or beside or page == sha256
        return page is not None and known and _ours(data, name, sha256, beside=beside)
    report = _parsed(path)
    if report is None:
        return False
    of = report["recording"]
    return of.get("sha256") == sha256 or (beside and of.get("name") == name)
