"""Syllable nuclei: constructed rhythms, the path search against every subset, invariances, known counts."""

import csv
import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.manipulation import add_noise, telephone
from voicecoach.recording import from_array, load
from voicecoach.timeline import FloatArray, Span, Track
from voicecoach.tracks import Tracks
from voicecoach.tracks.syllable_evidence import REACH
from voicecoach.tracks.syllables import best_path, syllables

DATA = os.environ.get("VOICECOACH_DATA", "")
data = pytest.mark.data
needs_data = pytest.mark.skipif(not DATA, reason="VOICECOACH_DATA is not set: no labelled recordings to measure on")
SR = 16000


def bursts(rate: float, seconds: float) -> tuple[FloatArray, Track]:
    """Voiced bursts of a buzz at 150 Hz at exactly ``rate`` a second, closed for a quarter of each period."""
    time = np.arange(round(seconds * SR)) / SR
    buzz = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 22))
    phase = (time * rate) % 1
    envelope = np.where(phase < 0.75, np.sin(np.pi * np.minimum(phase / 0.75, 1)) ** 0.5, 0.0)
    frames = np.arange(round(seconds * 100)) * 0.01 + 0.005
    return 0.2 * buzz * envelope, Track(frames, np.where((frames * rate) % 1 < 0.75, 150.0, np.nan), "Hz")


@pytest.mark.parametrize("rate", [2.5, 3.0, 4.0, 5.0, 6.0])
def test_bursts_are_counted_exactly(rate: float) -> None:
    samples, pitch = bursts(rate, 12.0)
    found = syllables(samples.astype(np.float32), SR, pitch, (Span(0, 12),))
    assert len(found) == pytest.approx(12 * rate, abs=1)
    middles = (np.arange(round(12 * rate)) + 0.375) / rate
    assert max(np.abs(middles - t).min() for t in found) < 0.3 / rate


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 9))
def test_the_path_is_the_best_of_all(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    nuclei, boundaries = random.normal(size=n), random.normal(size=(n, REACH))

    def score(subset: tuple[int, ...]) -> float:
        steps = itertools.pairwise(subset)
        return float(sum(nuclei[i] for i in subset) + sum(boundaries[j, j - 1 - i] for i, j in steps))

    subsets = (s for size in range(1, n + 1) for s in itertools.combinations(range(n), size))
    assert score(tuple(best_path(nuclei, boundaries).tolist())) == pytest.approx(max(map(score, subsets)))


def test_no_speech_no_syllables() -> None:
    samples, pitch = bursts(4.0, 3.0)
    assert len(syllables(samples.astype(np.float32), SR, pitch, ())) == 0


def test_nuclei_lie_inside_speech() -> None:
    samples, pitch = bursts(4.0, 6.0)
    found = syllables(samples.astype(np.float32), SR, pitch, (Span(1, 3), Span(4, 5)))
    assert all(1 <= t < 3 or 4 <= t < 5 for t in found)
    assert len(found) == pytest.approx(12, abs=1)


# --- on labelled recordings ---


def counts(folder: str, change: str = "clean", names: str = "") -> FloatArray:
    """Relative error of the number of syllables of each recording of a folder."""
    errors = []
    for row in csv.DictReader((Path(DATA) / "manifest.csv").read_text(encoding="utf-8").splitlines()):
        if row["path"].startswith(folder + "/") and names in row["path"]:
            recording = load(Path(DATA) / row["path"])
            samples, sr = recording.samples, recording.sr
            if change == "telephone":
                samples, sr = telephone(samples, sr)
            elif change == "noise":
                samples = np.clip(add_noise(samples, sr, 15.0, "pink", seed=1), -1, 1)
            errors.append(len(Tracks(from_array(samples, sr)).syllables) / int(row["n_syllables"]) - 1)
    assert errors
    return np.array(errors)


@data
@needs_data
def test_people_reading_are_counted_within_four_percent() -> None:
    errors = counts("zh_read_aishell3")
    assert np.abs(errors).mean() <= 0.04
    assert abs(errors.mean()) <= 0.02


@data
@needs_data
@pytest.mark.slow
def test_call_centre_sentences_at_three_speeds() -> None:
    errors = counts("kokoro_zh")
    assert np.abs(errors).mean() <= 0.05
    assert abs(errors.mean()) <= 0.02


@data
@needs_data
@pytest.mark.parametrize("db", [-12.0, 12.0])
def test_gain_and_padding_move_nothing(db: float) -> None:
    recording = load(Path(DATA) / "practice_calls" / "zm_yunxi_natural.flac")
    samples = np.asarray(recording.samples, dtype=float)
    samples = samples[: 25 * recording.sr] / np.abs(samples).max() * 0.2
    plain = Tracks(from_array(samples, recording.sr)).syllables
    louder = Tracks(from_array(samples * 10 ** (db / 20), recording.sr)).syllables
    padded = Tracks(from_array(np.pad(samples, 5 * recording.sr), recording.sr)).syllables
    assert len(louder) == pytest.approx(len(plain), abs=1)
    assert len(padded) == pytest.approx(len(plain), abs=1)
    assert np.median(np.abs(padded[:, None] - 5 - plain).min(1)) < 0.006
