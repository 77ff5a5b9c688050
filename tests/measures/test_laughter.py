"""Laughter candidates: bursts of "ha" that were made, and speech that holds none."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.manipulation import insert_laughs
from voicecoach.manipulation.laughs import laugh
from voicecoach.measures.laughter import laughter_candidates
from voicecoach.recording import load
from voicecoach.results import Measurement
from voicecoach.timeline import Span, Track
from voicecoach.tracks import Tracks
from voicecoach.tracks.intensity import intensity
from voicecoach.words import LANGUAGES, say

SR = 16000
SAMPLES = Path(__file__).parent.parent.parent / "sample_audio"


def flags(x: np.ndarray) -> Measurement:
    wave = np.asarray(x, np.float32)
    return laughter_candidates(wave, intensity(wave, SR), (Span(0.0, len(wave) / SR),), len(wave) / SR)


def with_laughs(speech: np.ndarray, seed: int, count: int) -> tuple[np.ndarray, list[Span]]:
    """A laugh after every four seconds of speech."""
    random = np.random.default_rng(seed)
    level, gap = float(np.sqrt(np.mean(speech**2))), np.zeros(SR // 5)
    parts, spans, at = [], [], 0
    for k in range(count):
        said = speech[4 * SR * k : 4 * SR * (k + 1)]
        one = level * 10 ** (random.uniform(6, 14) / 20) * laugh(random, SR)
        spans.append(Span((at + len(said) + len(gap)) / SR, (at + len(said) + len(gap) + len(one)) / SR))
        parts += [said, gap, one, gap]
        at += len(said) + len(one) + 2 * len(gap)
    x = np.concatenate(parts)
    return x + 1e-4 * random.standard_normal(len(x)), spans


def recall(found: Measurement, spans: list[Span]) -> float:
    return float(np.mean([any(e.start < s.end and e.end > s.start for e in found.evidence) for s in spans]))


def test_made_laughs_are_found_among_speech_and_speech_is_none() -> None:
    speech = np.asarray(Tracks(load(SAMPLES / "on_target.flac")).wave16, float)
    assert flags(speech).value == 0
    x, spans = with_laughs(speech, 0, 12)
    found = flags(x)
    assert recall(found, spans) >= 0.8
    assert found.value == len(found.evidence) <= len(spans) + 1
    assert {e.code for e in found.evidence} == {"possible_laughter"}
    assert recall(flags(0.25 * x), spans) == recall(found, spans)
    assert flags(x) == found
    assert found.sd > flags(speech).sd > 0
    assert all(say("evidence", "possible_laughter", lang) for lang in LANGUAGES)


def test_even_clicks_and_a_steady_voice_are_no_laughter() -> None:
    random = np.random.default_rng(0)
    t = np.arange(4 * SR) / SR
    knocks = random.standard_normal(len(t)) * np.exp(-np.mod(t, 0.21) / 0.02)
    assert flags(0.1 * knocks).value == 0
    assert flags(0.1 * np.sign(np.sin(2 * np.pi * 220 * t))).value == 0
    assert flags(np.pad(0.1 * laugh(random, SR), SR)).value == 1


def test_laughs_are_put_in_and_nothing_else_changes() -> None:
    x = np.random.default_rng(1).standard_normal(3 * SR)
    assert np.array_equal(insert_laughs(x, SR, 0), x)
    longer = insert_laughs(x, SR, 2)
    assert np.array_equal(longer[:SR], x[:SR])
    assert np.array_equal(longer[-SR:], x[-SR:])
    assert len(longer) > len(x) + 2 * SR
    with pytest.raises(ValueError, match="expected 0 or more"):
        insert_laughs(x, SR, -1)


def test_without_speech_nothing_is_said() -> None:
    empty = Track(np.zeros(0), np.zeros(0), "dB")
    found = laughter_candidates(np.zeros(0, np.float32), empty, (), 0.0)
    assert (found.value, found.reason) == (None, "no_speech")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40000), st.integers(0, 2**32 - 1), st.floats(-9, 0), st.floats(2, 9))
def test_wild_waves_give_a_count(n: int, seed: int, exponent: float, rate: float) -> None:
    random = np.random.default_rng(seed)
    x = 10**exponent * random.standard_normal(n) * np.maximum(0, np.sin(2 * np.pi * rate * np.arange(n) / SR))
    found = flags(x)
    assert found.value == len(found.evidence)
    assert all(0 <= e.start < e.end <= n / SR for e in found.evidence)


@pytest.mark.data
@pytest.mark.slow
def test_practice_calls_have_hardly_a_flag() -> None:
    if "VOICECOACH_DATA" not in os.environ:
        pytest.skip("VOICECOACH_DATA is not set: needs practice_calls")
    count = seconds = 0.0
    for path in sorted((Path(os.environ["VOICECOACH_DATA"]) / "practice_calls").glob("*.flac")):
        tracks = Tracks(load(path))
        count += flags(tracks.wave16).value
        seconds += tracks.duration
    assert count <= seconds / 600
