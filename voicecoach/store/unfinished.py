"""Recordings of trainees while they are made: what a crash leaves is found, and can still be taken in.

::

    unfinished/  <random>/about.json     whose it is, the note, and which process is recording
                 <random>/<date>.wav     what has been recorded so far (see ``microphone/wave_file.py``)

A folder goes when its recording has become a take. Until then, and while no process is at work on it, it counts as
broken off.
"""

import json
import os
import platform
import shutil
import sys
import tempfile
import time
import wave
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from voicecoach.store import times

FOLDER, ABOUT = "unfinished", "about.json"
STILL_GROWING_S = 10.0  # s; a file written to since is being recorded right now
STILL_GRADED_S = 600.0  # s; as long a living process may take to grade it; later its number may be another's


@dataclass(frozen=True)
class Unfinished:
    """A recording that was broken off before it became a take.

    Attributes
    ----------
    path : Path            of the recording
    trainee, note : str    as they were given
    recorded : datetime    when it was last written to, UTC
    seconds : float        its length, s
    """

    path: Path
    trainee: str
    note: str
    recorded: datetime
    seconds: float


def begin(root: Path, trainee: str, note: str) -> Path:
    """A new folder for a recording that is about to be made by this process."""
    (root / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root / FOLDER))
    about = {"trainee": trainee, "note": note, "process": os.getpid(), "machine": platform.node()}
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return folder


def broken_off(root: Path) -> tuple[Unfinished, ...]:
    """What was broken off and can be taken in, oldest first; folders that hold not a sample are removed."""
    found = []
    for folder in (root / FOLDER).glob("*/"):
        about = _about(folder)
        path = next(iter(sorted(folder.glob("*.wav"))), None)
        if _at_work(about, path or folder):
            continue
        seconds = _seconds(path) if path else 0.0
        if path is None or not seconds:
            drop(folder)
            continue
        trainee, note = str(about.get("trainee", "")), str(about.get("note", ""))
        found.append(Unfinished(path, trainee, note, times.of_file(path), seconds))
    return tuple(sorted(found, key=lambda one: one.recorded))


def drop(folder: Path) -> bool:
    """Remove the folder of a recording that is a take now, or unwanted; whether it is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def of(root: Path, names: set[str]) -> tuple[Path, ...]:
    """The folders of a person's recordings, by every name they go by; also those that are being made."""
    return tuple(folder for folder in sorted((root / FOLDER).glob("*/")) if _about(folder).get("trainee") in names)


def _about(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # killed before it was written, or not ours
        return {}
    return found if isinstance(found, dict) else {}


def _at_work(about: dict[str, Any], path: Path) -> bool:
    """Whether the recording is being made or graded now."""
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:  # gone in this moment: its process has finished with it
        return True
    alive = _alive(about)
    return age < (STILL_GRADED_S if alive else STILL_GROWING_S) and alive is not False


def _alive(about: dict[str, Any]) -> bool | None:
    """Whether the process is there; None where that cannot be known (another machine, Windows)."""
    if about.get("machine") != platform.node() or sys.platform == "win32":
        return None
    try:
        os.kill(int(about["process"]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    return True


def _seconds(path: Path) -> float:
    """Length of a wave file as its header has it, s; 0 where there is none."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() / file.getframerate()
    except (OSError, EOFError, wave.Error):
        return 0.0
