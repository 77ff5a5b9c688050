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
from voicecoach.results import SCHEMA, Report

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
    """A report as :func:`to_json` wrote it.

    Raises
    ------
    UsageError    no such file, not a report, or one of a newer schema
    """
    if not os.path.isfile(path):
        raise UsageError("report_missing", path=path)
    report = _parsed(path)
    if report is None:
        raise UsageError("not_a_report", path=path)
    if report["schema"] != SCHEMA:
        raise UsageError("report_schema", path=path, found=report["schema"], expected=SCHEMA)
    if not set(Report.__dataclass_fields__) <= set(report):
        raise UsageError("not_a_report", path=path)
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
        if _free_for(candidate, recording.name, sha256, beside=beside):
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


def is_page_of(path: Path, sha256: str) -> bool:
    """Whether the file is a page of that recording (or is not there at all)."""
    return not os.path.lexists(path) or _page_hash(path) == sha256


def write_together(texts: Mapping[Path, str | bytes]) -> None:
    """Write all files beside their places first, then put each into its place in one step. Texts become UTF-8.

    A full disk or a kill leaves the old file or the new one, never half a file; nothing is put into place before
    everything has been written.

    Raises
    ------
    UsageError    a folder cannot be written to, or the disk is full
    """
    staged: dict[Path, str] = {}
    path = Path()
    try:
        try:
            for path, text in texts.items():
                handle, staged[path] = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
                with os.fdopen(handle, "wb") as file:
                    file.write(text if isinstance(text, bytes) else text.encode())
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(staged[path], 0o666 & ~_umask())
            for path, temporary in staged.items():
                os.replace(temporary, path)
        finally:
            for temporary in staged.values():
                Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError("cannot_write", path=path, found=error.strerror or error) from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _parsed(path: Path) -> dict[str, Any] | None:
    """The JSON of a report of any schema; None for anything else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not {"schema", "voicecoach", "recording", "criteria"} <= set(found):
        return None
    of = found["recording"]
    told = isinstance(of, dict) and isinstance(of.get("name"), str) and isinstance(of.get("sha256"), str)
    return found if told else None


def _page_hash(path: Path) -> str | None:
    """Hash of the recording whose page the file is; None if it is not a page."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            mark = MARK.search(file.read(HEAD_BYTES).decode("utf-8", "replace"))
    except OSError:
        return None
    return mark.group(1) if mark else None


def _free_for(stem: Path, name: str, sha256: str, *, beside: bool) -> bool:
    """Whether both files of a report may be put there: each is absent, or a report of this recording."""
    page, data = both_files(stem)
    ours = {sha256}
    if os.path.lexists(data):
        report = None if data.is_symlink() or not data.is_file() else _parsed(data)
        if report is None:
            return False
        of = report["recording"]
        if of["sha256"] != sha256 and not (beside and of["name"] == name):
            return False
        ours.add(of["sha256"])
    return not os.path.lexists(page) or _page_hash(page) in ours
