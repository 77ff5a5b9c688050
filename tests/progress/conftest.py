"""Takes to follow: the report on a sample call, told of other days, values and circumstances."""

import hashlib
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voicecoach.progress.records import Entry

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
SR = 8000
Report = dict[str, Any]
Told = Callable[..., Report]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for every test: nobody's real store is touched."""
    monkeypatch.setenv("VOICECOACH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def told(graded: Callable[..., Report]) -> Told:
    """A report on a sample call; ``rate`` is the speech rate it tells, ``quality`` what it says of the recording."""

    def made(name: str = "on_target", *, rate: float | None = None, quality: Report | None = None) -> Report:
        report = deepcopy(graded(name))
        report["recording"]["quality"] |= quality or {}
        if rate is not None:
            row = next(row for row in report["criteria"] if row["id"] == "speech_rate")
            row |= {"value": rate, "interval": [rate - 8, rate + 8]}
        return report

    return made


def entry(report: Report, days_ago: float, take: str | None = None, seconds: float = 60.0) -> Entry:
    return Entry(take or f"{int(days_ago * 100):016x}", NOW - timedelta(days=days_ago), seconds, "call.wav", "", report)


def recorded(folder: Path, report: Report, number: int, seconds: float = 1.0) -> tuple[Path, Report]:
    """A recording of its own for a report, so that both can be kept: a tone, and the report told of it."""
    path = folder / f"take {number}.wav"
    at = np.arange(int(seconds * SR)) / SR
    soundfile.write(path, 0.1 * np.sin(2 * np.pi * (200 + number) * at), SR)
    about = {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    report = deepcopy(report)
    report["recording"] |= about | {"duration_s": seconds, "sr": SR}
    return path, report
