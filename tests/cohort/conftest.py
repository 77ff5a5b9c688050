"""Folders of short calls; made-up cohorts: the report on a sample call told with other values, as in the benchmark."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import soundfile

from voicecoach.cohort.page import Handed

ROOT = Path(__file__).parents[2]
SR = 16000


@pytest.fixture(scope="session")
def benchmark_page(script: Callable[[str], ModuleType]) -> ModuleType:
    """The benchmark of the page, whose cohorts are those of the tests too."""
    return script("benchmarks/cohort_page.py")


@pytest.fixture(scope="session")
def cohort_of(benchmark_page: ModuleType, graded: Callable[..., dict[str, Any]]) -> Callable[..., list[Handed]]:
    """Takes of a made-up cohort: how many, of how many trainees."""

    def made(takes: int, trainees: int, **more: Any) -> list[Handed]:
        return list(benchmark_page.made(graded("on_target"), takes, trainees, **more))

    return made


@pytest.fixture(scope="session")
def calls() -> Callable[[Path, int], Path]:
    """A new folder with so many different calls of one second."""

    def made(folder: Path, count: int) -> Path:
        folder.mkdir()
        samples, _ = soundfile.read(ROOT / "sample_audio" / "rushed.flac", frames=(count + 1) * SR)
        for number in range(count):
            soundfile.write(folder / f"{number}.wav", samples[number * SR : (number + 1) * SR], SR)
        return folder

    return made
