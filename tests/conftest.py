"""Graded sample calls, each made once a run: most tests of whole reports look at the same few."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import voicecoach
from voicecoach import Baseline, Recording, manipulation

# Imports and a busy machine make first calls slow: how long an example takes says nothing about the code
hypothesis.settings.register_profile("voicecoach", deadline=None)
hypothesis.settings.load_profile("voicecoach")

collect_ignore = ["remake_golden.py", "remake_active_level.py"]  # commands, not tests

SAMPLES = Path(__file__).parents[1] / "sample_audio"

Graded = Callable[..., dict[str, Any]]


@cache
def truth(name: str) -> dict[str, Any]:
    """What is true of a sample call."""
    known: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return known


@cache
def sample(name: str) -> Recording:
    """A sample call; of the one in stereo, the trainee."""
    return voicecoach.load(SAMPLES / truth(name)["file"], speaker="left" if truth(name)["channels"] == 2 else "auto")


@cache
def baseline_of(name: str) -> Baseline | None:
    """The neutral voice that a sample call is to be graded against, for the one that has it."""
    neutral = truth(name).get("baseline")
    return voicecoach.baseline_from(voicecoach.tracks(voicecoach.load(SAMPLES / neutral))) if neutral else None


@cache
def report_on(name: str, change: str) -> dict[str, Any]:
    recording = sample(name)
    if change:
        recording = voicecoach.from_array(*manipulation.apply(change, recording.samples, recording.sr), name=name)
    return voicecoach.grade(recording, baseline=baseline_of(name)).to_dict()


def grade_sample(name: str, change: str = "") -> dict[str, Any]:
    """The report on a sample call, or on it after a known change (see :mod:`voicecoach.manipulation`)."""
    return report_on(name, change)


@pytest.fixture(scope="session")
def graded() -> Graded:
    """The report on a sample call by name, and by a known change of it; made once, not to be altered."""
    return grade_sample
