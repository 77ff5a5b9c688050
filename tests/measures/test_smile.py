"""The smile shift of voices whose resonances were built, or moved, by a known ratio."""

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from voicecoach.baseline import Baseline
from voicecoach.manipulation import shift_formants, telephone, warp_formants
from voicecoach.measures.smile import WARPS, best_warp, smile_shift
from voicecoach.recording import from_array, load
from voicecoach.results import Measurement
from voicecoach.timeline import Span, Track
from voicecoach.tracks import Tracks
from voicecoach.tracks.envelopes import Envelopes, envelopes
from voicecoach.tracks.neutral import baseline_from, codebook
from voicecoach.words import LANGUAGES, say

SR = 16000
VOWELS = (
    (750, 1250, 2600), (450, 2000, 2700), (300, 2250, 3000), (500, 900, 2500), (350, 700, 2400), (550, 1600, 2500)
)
WIDE = SimpleNamespace(telephone=False)


def babble(seed: int, seconds: float, ratio: float = 1.0, semitones: float = 0.0) -> tuple[np.ndarray, Track]:
    """A voice that glides from vowel to vowel, in an order that the seed decides."""
    random = np.random.default_rng(seed)
    count = round(seconds / 0.2)
    order = random.integers(len(VOWELS), size=count + 1)
    t = np.arange(round(seconds * SR)) / SR
    pitch = 140 * 2 ** ((3 * np.sin(2 * np.pi * 0.7 * t + random.uniform(0, 6)) + semitones) / 12)
    source = lfilter([1], [1, -0.96], np.diff(np.floor(np.cumsum(pitch) / SR), prepend=0.0))
    out, hop = np.zeros(len(t)), SR // 100
    state = np.zeros(10)
    for first in range(0, len(t), hop):
        place = first / SR / 0.2
        k = int(place)
        f = np.array(VOWELS[order[k]]) * (1 - place + k) + np.array(VOWELS[order[k + 1]]) * (place - k)
        a = np.ones(1)
        for hz in (*f * ratio, 3600 * ratio, 4500 * ratio):
            radius = np.exp(-np.pi * (50 + 0.03 * hz) / SR)
            a = np.convolve(a, [1, -2 * radius * np.cos(2 * np.pi * hz / SR), radius**2])
        out[first : first + hop], state = lfilter([1], a, source[first : first + hop], zi=state)
    times = (np.arange(round(100 * seconds)) + 0.5) / 100
    return (0.3 * out / np.abs(out).max()).astype(np.float32), Track(times, np.interp(times, t, pitch), "Hz")


def envelopes_of(x: np.ndarray, f0: Track) -> Envelopes:
    return envelopes(x, SR, f0, (Span(0.0, len(x) / SR),))


@pytest.fixture(scope="module")
def neutral() -> Baseline:
    found = envelopes_of(*babble(1, 60.0))
    return Baseline(
        "neutral", "", None, "wideband", 60.0, 60.0, float(np.median(found.f0_hz)), 2.0, None, None, {},
        codebook(found.shapes()),
    )


def shift(baseline: Baseline | None, *, seed: int = 2, seconds: float = 20.0, gain: float = 1.0, **how) -> Measurement:
    x, f0 = babble(seed, seconds, **how)
    return smile_shift(envelopes_of(x * np.float32(gain), f0), (Span(0.0, seconds),), WIDE, baseline)


def test_resonances_built_higher_are_measured_higher(neutral: Baseline) -> None:
    plain = shift(neutral)
    assert plain.value == pytest.approx(0.0, abs=1.5)
    for ratio in (0.94, 1.03, 1.06, 1.12):
        assert shift(neutral, ratio=ratio).value - plain.value == pytest.approx(100 * (ratio - 1), abs=1.2)
    assert 0.8 < plain.sd < 3


def test_pitch_alone_is_no_smile(neutral: Baseline) -> None:
    assert abs(shift(neutral, semitones=3.0).value - shift(neutral).value) < 1.5


def test_gain_moves_nothing_and_the_answer_is_the_same_twice(neutral: Baseline) -> None:
    once = shift(neutral)
    assert shift(neutral) == once
    assert shift(neutral, gain=0.25).value == pytest.approx(once.value, abs=0.05)


def test_bright_stretches_are_pointed_at(neutral: Baseline) -> None:
    plain, bright = babble(2, 24.0), babble(3, 24.0, ratio=1.1)
    x = np.concatenate([plain[0], bright[0]])
    times = (np.arange(4800) + 0.5) / 100
    f0 = Track(times, np.concatenate([plain[1].values, bright[1].values]), "Hz")
    found = smile_shift(envelopes_of(x, f0), (Span(0, 48),), WIDE, neutral)
    assert found.evidence
    assert all(e.start >= 21 for e in found.evidence)
    assert found.evidence[0].code == "brighter_stretch"


def test_what_is_missing_and_why(neutral: Baseline) -> None:
    x, f0 = babble(2, 2.0)
    spans = (Span(0.0, 2.0),)
    some = envelopes_of(x, f0)
    none = envelopes_of(x, Track(f0.times, np.full(200, np.nan), "Hz"))
    cases = {
        "no_baseline": smile_shift(some, spans, WIDE, None),
        "smile_not_told": smile_shift(some, spans, WIDE, replace(neutral, smile_evidence=False)),
        "baseline_other_channel": smile_shift(some, spans, SimpleNamespace(telephone=True), neutral),
        "too_little_voice": smile_shift(none, (), WIDE, neutral),
    }
    for reason, found in cases.items():
        assert (found.value, found.reason) == (None, reason)
        for lang in LANGUAGES:
            assert say("reasons", reason, lang, **found.facts)
    assert "--baseline neutral.wav" in say("reasons", "no_baseline", "en")
    assert "--baseline neutral.wav" in say("reasons", "no_baseline", "zh")
    for lang in LANGUAGES:
        assert say("evidence", "brighter_stretch", lang, shift=4.0)
    short = shift(neutral, seconds=2.0)
    assert short.value is not None
    assert short.sd > shift(neutral).sd


def test_the_minimum_of_a_parabola() -> None:
    for truth in (0.86, 0.953, 1.0, 1.141):
        assert best_warp(((WARPS - truth) ** 2)[None])[0] == pytest.approx(truth, abs=0.02 if truth < 0.88 else 1e-6)
    assert best_warp(np.zeros((1, len(WARPS))))[0] in WARPS


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 60), st.integers(0, 2**32 - 1), st.floats(0, 50))
def test_wild_envelopes_give_a_finite_value_or_a_reason(n: int, seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    times = np.sort(random.uniform(0, 100, n))
    found = Envelopes(times, random.uniform(50, 700, n), (scale * random.standard_normal((n, 129))).astype(np.float32))
    base = Baseline(
        "n", "", None, "wideband", 9.0, 9.0, 200.0, 2.0, None, None, {}, scale * random.standard_normal((3, 28))
    )
    got = smile_shift(found, (Span(0, 40), Span(41, 100)), WIDE, base)
    if got.value is None:
        assert got.reason == "too_little_voice"
    else:
        assert np.isfinite(got.value)
        assert got.sd > 0
        assert -20 < got.value < 20


def data() -> Path:
    if "VOICECOACH_DATA" not in os.environ:
        pytest.skip("VOICECOACH_DATA is not set: needs practice_calls")
    return Path(os.environ["VOICECOACH_DATA"])


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("over", ["wideband", "telephone"])
def test_both_ways_of_moving_a_voice_are_measured_in_order(over: str) -> None:
    call = load(data() / "practice_calls" / "zm_yunxi_natural.flac")
    half = len(call.samples) // 2

    def tracks(x: np.ndarray) -> Tracks:
        y, sr = telephone(x, call.sr) if over == "telephone" else (x, call.sr)
        return Tracks(from_array(np.asarray(y, np.float32), sr))

    def value(x: np.ndarray) -> float:
        found = tracks(x)
        got = smile_shift(found.envelopes, found.ipus, found.capture, base).value
        assert got is not None
        return got

    base = baseline_from(tracks(call.samples[:half]))
    assert base.channel == over
    take = call.samples[half:]
    plain = value(take)
    assert abs(plain) < 2.5
    for change in (warp_formants, shift_formants):
        small, large = (value(change(take, call.sr, ratio)) for ratio in (1.06, 1.12))
        assert plain + 3 < small < plain + 8
        assert small + 3 < large
