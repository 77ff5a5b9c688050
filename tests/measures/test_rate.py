"""Rates on rhythms whose answer is known by hand, and on calls whose syllables were counted."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.manipulation import add_noise, stretch, telephone
from voicecoach.measures.rate import (
    articulation_rate,
    counting_error,
    pause_share,
    rate_drift,
    rate_steadiness,
    running_rate,
    speech_rate,
)
from voicecoach.recording import from_array, load
from voicecoach.timeline import FloatArray, Span, Spans, gaps, merged, total
from voicecoach.tracks import Tracks
from voicecoach.words import LANGUAGES, say

DATA = os.environ.get("VOICECOACH_DATA", "")
data = pytest.mark.data
needs_data = pytest.mark.skipif(not DATA, reason="VOICECOACH_DATA is not set: no labelled recordings to measure on")

TALK: Spans = tuple(Span(3.0 * k, 3.0 * k + 2) for k in range(20))  # two seconds of speech, one of silence
BEAT: FloatArray = np.concatenate([span.start + np.arange(8) / 4 for span in TALK])  # four syllables a second


def test_rates_and_share_of_a_known_rhythm() -> None:
    turns = merged(TALK, gap=3.0)
    assert turns == (Span(0.0, 59.0),)
    assert speech_rate(BEAT, turns).value == pytest.approx(60 * 160 / 59)
    assert articulation_rate(BEAT, TALK).value == pytest.approx(240)
    assert pause_share(TALK, turns).value == pytest.approx(100 * 19 / 59)


def test_dead_air_is_left_out() -> None:
    ipus = (Span(0, 4), Span(20, 24))
    beat = np.concatenate([np.arange(0, 4, 0.5), np.arange(20, 24, 0.5)])
    assert speech_rate(beat, merged(ipus, gap=3.0)).value == pytest.approx(120)


def test_steady_speech_does_not_vary_and_a_change_does() -> None:
    steady = rate_steadiness(BEAT, TALK)
    assert steady.value == pytest.approx(0, abs=1e-9)
    assert steady.evidence == ()
    faster = np.concatenate([BEAT[BEAT < 30], np.concatenate([s.start + np.arange(12) / 6 for s in TALK[10:]])])
    uneven = rate_steadiness(faster, TALK)
    assert uneven.value is not None
    assert uneven.value == pytest.approx(21, abs=3)
    assert {e.code for e in uneven.evidence} == {"pace_fastest", "pace_slowest"}
    assert rate_drift(faster, TALK).value == pytest.approx(1.5, rel=0.04)  # a third cuts through a beat
    assert rate_drift(BEAT, TALK).value == pytest.approx(1.0, rel=0.02)


def test_evidence_points_at_the_fast_and_the_slow_place() -> None:
    beat = np.concatenate([np.arange(0, 20, 0.4), np.arange(20, 30, 0.2), np.arange(30, 60, 0.4)])
    fast, slow = speech_rate(beat, (Span(0, 60),)).evidence
    assert (fast.code, slow.code) == ("rate_fastest", "rate_slowest")
    assert 20 <= fast.start < fast.end <= 30
    assert fast.facts["rate"] == pytest.approx(300, abs=13)  # one syllable at the edge
    assert slow.end - slow.start >= 3
    for evidence in (fast, slow):
        for lang in LANGUAGES:
            assert str(evidence.facts["rate"]) in say("evidence", evidence.code, lang, **evidence.facts)


@pytest.mark.parametrize("measure", [speech_rate, articulation_rate, lambda _, spans: pause_share(spans, spans)])
def test_without_speech_there_is_no_rate(measure) -> None:  # type: ignore[no-untyped-def]
    found = measure(np.zeros(0), ())
    assert found.value is None
    assert found.reason == "no_speech"


@pytest.mark.parametrize("measure", [rate_steadiness, rate_drift])
def test_a_short_call_cannot_be_compared_with_itself(measure) -> None:  # type: ignore[no-untyped-def]
    found = measure(BEAT[:80], TALK[:8])
    assert found.value is None
    assert found.reason == "too_little_windows"
    assert found.facts["found"] < found.facts["need"]


@pytest.mark.parametrize("measure", [speech_rate, articulation_rate])
def test_noise_and_a_telephone_band_make_less_sure(measure: Any) -> None:
    clear, noisy, noisier = (SimpleNamespace(band_snr_db=snr) for snr in (50.0, 15.0, 8.0))
    wide, narrow = (SimpleNamespace(telephone=telephone) for telephone in (False, True))
    spans = (Span(0, 40),)
    least = measure(BEAT, spans).sd
    assert measure(BEAT, spans, levels=clear, capture=wide).sd == least
    assert measure(BEAT, spans, levels=clear, capture=narrow).sd > least
    assert measure(BEAT, spans, levels=noisier).sd > measure(BEAT, spans, levels=noisy).sd > least


def test_more_speech_is_surer() -> None:
    assert counting_error(20) > counting_error(100) > counting_error(1000) > 0.02
    short = speech_rate(BEAT, (Span(0, 8),))
    long = speech_rate(BEAT, (Span(0, 59),))
    assert short.sd / short.value > long.sd / long.value  # type: ignore[operator]


spans = st.lists(st.tuples(st.floats(0.3, 4), st.floats(0.3, 12)), max_size=40)


@given(lengths=spans, seed=st.integers(0, 999))
def test_wild_talk_keeps_the_sums(lengths: list[tuple[float, float]], seed: int) -> None:
    edges = np.cumsum(np.array(lengths).ravel()) if lengths else np.zeros(0)
    ipus = tuple(Span(a, b) for a, b in edges.reshape(-1, 2).tolist())
    turns = merged(ipus, gap=3.0)
    beat = np.sort(np.random.default_rng(seed).uniform(0, edges[-1] if len(edges) else 1, 50))
    for found in (
        articulation_rate(beat, ipus),
        speech_rate(beat, turns),
        rate_steadiness(beat, ipus),
        rate_drift(beat, ipus),
    ):
        assert found.value is None or (np.isfinite(found.value) and np.isfinite(found.sd) and found.value >= 0)
        assert all(e.end - e.start >= 3 for e in found.evidence)
    share = pause_share(ipus, turns).value
    assert share is None or -1e-9 <= share <= 100
    drawn = running_rate(beat, turns)
    assert not np.isinf(drawn.values).any()
    assert total(gaps(turns)) >= 0


def test_running_rate_follows_a_change_of_pace() -> None:
    beat = np.concatenate([np.arange(0, 30, 0.5), np.arange(30, 60, 0.25)])
    drawn = running_rate(beat, (Span(0, 60),))
    assert drawn.values[15] == pytest.approx(120)
    assert drawn.values[45] == pytest.approx(240)
    assert drawn.unit == "syl/min"


# --- on labelled recordings ---


def rate_errors(change: str) -> FloatArray:
    """Relative error of the speech rate of each practice call."""
    errors = []
    for path in sorted((Path(DATA) / "practice_calls").glob("*.flac")):
        recording = load(path)
        samples, sr = recording.samples, recording.sr
        if change == "telephone":
            samples, sr = telephone(samples, sr)
        elif change == "noise":
            samples = np.clip(add_noise(samples, sr, 15.0, "pink", seed=1), -1, 1)
        seen = Tracks(from_array(samples, sr))
        value = speech_rate(seen.syllables, seen.turns).value
        assert value is not None
        errors.append(value / json.loads(path.with_suffix(".json").read_text("utf-8"))["speech_rate_syl_per_min"] - 1)
    assert len(errors) == 16
    return np.array(errors)


@data
@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "mean", "worst"), [("clean", 0.035, 0.09), ("telephone", 0.04, 0.11), ("noise", 0.05, 0.13)]
)
def test_speech_rate_of_practice_calls(change: str, mean: float, worst: float) -> None:
    errors = np.abs(rate_errors(change))
    assert errors.mean() <= mean
    assert errors.max() <= worst


@data
@needs_data
def test_the_rate_follows_the_tempo() -> None:
    recording = load(Path(DATA) / "practice_calls" / "zf_xiaoxiao_natural.flac")
    samples = recording.samples[: 25 * recording.sr]
    rates = []
    for factor in (1.0, 1.3):
        seen = Tracks(from_array(samples if factor == 1 else stretch(samples, recording.sr, factor), recording.sr))
        rates.append(articulation_rate(seen.syllables, seen.ipus).value)
    assert rates[0] is not None
    assert rates[1] is not None
    assert rates[0] / rates[1] == pytest.approx(1.3, rel=0.06)
