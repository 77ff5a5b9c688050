"""Everything that is kept of a person, as one zip that needs no voicecoach to be read."""

import json
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from voicecoach.errors import StoreError, UsageError
from voicecoach.store.files import BLOCK, hashed
from voicecoach.store.pseudonyms import masked
from voicecoach.store.records import Exported, StoredBaseline, Take, Trainee

MANIFEST = "manifest.json"
FORMAT = 1

Find = Callable[[str], Path]


class Zip:
    """A zip in the making, with the recordings that could not be put into it."""

    def __init__(self, archive: zipfile.ZipFile, find: Find) -> None:
        self.archive = archive
        self.find = find
        self.missing: list[str] = []

    def text(self, name: str, content: str) -> str:
        """Put a text in; its name."""
        self.archive.writestr(name, content, zipfile.ZIP_DEFLATED)
        return name

    def recording(self, stem: str, sha256: str) -> str | None:
        """Put a recording in, byte for byte; its name, or None where its file is gone or no longer what it was."""
        try:
            path = self.find(sha256)
        except StoreError:
            self.missing.append(sha256)
            return None
        if hashed(path) != sha256:
            self.missing.append(sha256)
            return None
        name = f"{stem}{path.suffix}"
        with path.open("rb") as source, self.archive.open(name, "w", force_zip64=True) as target:
            while block := source.read(BLOCK):
                target.write(block)
        return name


def safe_name(shown: str) -> str:
    """A name that any file system takes: letters and digits of any script, the rest an underscore.

    Examples
    --------
    >>> safe_name("王芳"), safe_name("../x"), safe_name("🙂")
    ('王芳', 'x', 'trainee')
    """
    kept = re.sub(r"[^\w-]+", "_", unicodedata.normalize("NFC", shown)).strip("_")
    while len(kept.encode()) > 120:
        kept = kept[:-1]
    return kept or "trainee"


def write(
    path: Path, who: Trainee, takes: tuple[Take, ...], baselines: tuple[StoredBaseline, ...], *,
    find: Find, reports: Callable[[Take], list[dict[str, Any]]], voice: bool,
    progress: Callable[[int, int], None] | None = None,
) -> Exported:  # fmt: skip
    """Write the zip; whole or not at all, and never in the place of a file that is there.

    Parameters
    ----------
    path : Path
    who, takes, baselines
    find : Callable      from a recording's hash to its file
    reports : Callable   from a take to its reports, in the order of ``Take.reports``
    voice : bool         whether the pages hold the voice, too
    progress : Callable  told before each take how many are done, and of how many

    Raises
    ------
    UsageError    ``export_exists``, or ``cannot_write``
    """
    if os.path.lexists(path):
        raise UsageError("export_exists", path=path)
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                made = _fill(Zip(archive, find), who, takes, baselines, reports, voice, progress)
            file.flush()
            os.fsync(file.fileno())
        _place(Path(temporary), path)
    except FileExistsError:
        raise UsageError("export_exists", path=path) from None
    except OSError as error:
        raise UsageError("cannot_write", path=path, found=error.strerror or type(error).__name__) from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
    return Exported(path, len(takes), made[0], len(baselines), made[1])


def page(report: Mapping[str, Any], recording: Path | None, *, lang: str | None = None) -> str:
    """The HTML page of a report, with the voice in it if its recording is given."""
    from voicecoach.recording import load
    from voicecoach.report.audio import embed
    from voicecoach.report.html import render

    if recording is None:
        return render(report, lang=lang)
    speaker = report["recording"]["speaker"]
    sound = load(recording, speaker=speaker if speaker in ("left", "right") else "auto")
    return render(report, lang=lang, audio=embed(sound.samples, sound.sr))


def _fill(
    into: Zip, who: Trainee, takes: tuple[Take, ...], baselines: tuple[StoredBaseline, ...],
    reports: Callable[[Take], list[dict[str, Any]]], voice: bool,
    progress: Callable[[int, int], None] | None,
) -> tuple[int, tuple[str, ...]]:  # fmt: skip
    from voicecoach import __version__

    manifest: dict[str, Any] = {"format": FORMAT, "voicecoach": __version__, "trainee": who.shown}
    manifest |= {"since": who.created, "takes": [], "baselines": []}
    count = 0
    for done, take in enumerate(takes):
        if progress:
            progress(done, len(takes))
        folder = f"takes/{take.id}"
        recording = into.recording(f"{folder}/recording", take.sha256)
        sound = into.find(take.sha256) if recording and voice else None
        entry = asdict(take) | {"recording": recording, "note": masked(take.note, who)}
        entry |= {"script": masked(take.script, who), "reports": []}
        for graded, report in zip(take.reports, reports(take), strict=True):
            version = f"{safe_name(graded.rubric)}-{graded.rubric_sha256[:8]}-{safe_name(graded.voicecoach)}"
            stem = f"{folder}/{version}.report"
            names = {"json": into.text(f"{stem}.json", _json(report))}
            names["page"] = into.text(f"{stem}.html", page(report, sound))
            entry["reports"].append(asdict(graded) | names)
            count += 1
        manifest["takes"].append(entry)
    for baseline in baselines:
        folder = f"baselines/{baseline.id}"
        entry = asdict(baseline) | {"data": into.text(f"{folder}/baseline.json", _json(baseline.data))}
        for manner in ("neutral", "smiling"):
            hashes = getattr(baseline, manner)
            entry[manner] = [into.recording(f"{folder}/{manner}-{n}", sha) for n, sha in enumerate(hashes, 1)]
        manifest["baselines"].append(entry)
    into.text(MANIFEST, _json(manifest | {"missing": into.missing}))
    return count, tuple(into.missing)


def _json(value: Any) -> str:
    def plain(other: Any) -> str:
        if isinstance(other, datetime):
            return other.isoformat(timespec="seconds")
        raise TypeError(type(other).__name__)

    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False, default=plain) + "\n"


def _place(temporary: Path, path: Path) -> None:
    """Give the finished file its name, unless another has taken it meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        os.replace(temporary, path)
