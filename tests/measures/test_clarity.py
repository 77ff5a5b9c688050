"""Clarity measures: known changes move the right one, in their order, and nothing moves where nothing should."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach import manipulation
from voicecoach.measures import clarity
from voicecoach.recording import from_array, load
from voicecoach.results import Measurement
from voicecoach.timeline import Span, Spans, Track
from voicecoach.tracks import Tracks
from voicecoach.tracks.capture import capture
from voicecoach.tracks.decay import Decay, decay
from voicecoach.tracks.dips import dips
from voicecoach.tracks.intensity import intensity
from voicecoach.tracks.levels import Levels, levels
from voicecoach.words import LANGUAGES, say

SR = 16000
TALK = tuple(Span(k * 3.0, k * 3.0 + 2.4) for k in range(6))
NUCLEI = np.concatenate([span.start + 0.1 + 0.2 * np.arange(12) for span in TALK])


def talk(dip_db: float = 20.0, last_db: float = 0.0, noise_db: float = -75.0, whole: int = 6) -> np.ndarray:
    """Six IPUs of twelve syllables, each 0.1 s of noise at -25 dB, then 0.1 s ``dip_db`` lower.

    The last syllable of the first ``whole`` IPUs lies ``last_db`` above the others.
    """
    random = np.random.default_rng(0)
    t = np.arange(18 * SR) / SR
    gain = np.zeros(len(t))
    for k, span in enumerate(TALK):
        inside = (t >= span.start) & (t < span.end)
        loud = (t - span.start - 0.05) % 0.2 < 0.1
        gain[inside] = np.where(loud[inside], 1.0, 10 ** (-dip_db / 20))
        if k < whole:
            gain[(t >= span.end - 0.2) & (t < span.end)] *= 10 ** (last_db / 20)
    x = (10 ** (-25 / 20) * gain + 10 ** (noise_db / 20)) * random.standard_normal(len(t))
    return np.asarray(x, np.float32)


def levels_of(x: np.ndarray, spans: Spans = TALK) -> Levels:
    return levels(x, SR, spans, intensity(x, SR))


def endings(x: np.ndarray) -> Measurement:
    return clarity.swallowed_endings(intensity(x, SR), NUCLEI, TALK, TALK, levels_of(x))


@pytest.mark.parametrize(("last_db", "whole", "share"), [(0, 6, 0), (-10, 6, 0), (-25, 6, 100), (-25, 3, 50)])
def test_swallowed_endings_are_counted(last_db: float, whole: int, share: float) -> None:
    found = endings(talk(last_db=last_db, whole=whole))
    assert found.value == share
    assert len(found.evidence) == min(5, round(6 * share / 100))
    assert found.sd > 0
    assert endings(talk(last_db=last_db, whole=whole) * np.float32(0.25)).value == share


def test_noise_does_not_save_an_ending_and_too_much_of_it_is_said() -> None:
    assert endings(talk(last_db=-25, noise_db=-50)).value > 80  # 17 dB down: an ending counts fully from 18 on
    assert endings(talk(noise_db=-30)).reason == "too_noisy_for_ends"


@pytest.mark.parametrize("dip", [6.0, 12.0, 20.0])
def test_contrast_is_the_depth_of_the_dips(dip: float) -> None:
    x = talk(dip_db=dip)
    found = clarity.articulation_contrast(dips(intensity(x, SR), NUCLEI, TALK), TALK)
    assert found.value == pytest.approx(dip, abs=3.5)  # the level of noise itself sways over 10 ms
    assert found.facts["gaps"] == 66


def test_contrast_needs_syllables() -> None:
    x = talk()
    assert clarity.articulation_contrast(dips(intensity(x, SR), NUCLEI[:10], TALK), TALK).reason == "too_few_syllables"


def test_bandwidth_tells_the_telephone() -> None:
    x = talk()
    assert clarity.bandwidth(capture(x, SR)).value > 7000
    narrow, sr = manipulation.telephone(x, SR)
    found = clarity.bandwidth(capture(narrow.astype(np.float32), sr))
    assert found.value <= 4000
    assert found.facts["telephone"] == 1


def test_noise_within_the_band_only() -> None:
    t = np.arange(18 * SR) / SR
    x = talk()
    hum = x + (0.005 * np.sin(2 * np.pi * 50 * t)).astype(np.float32)
    assert clarity.clarity_noise(levels_of(hum), TALK).value == pytest.approx(
        clarity.clarity_noise(levels_of(x), TALK).value, abs=1
    )
    hiss = manipulation.add_noise(x, SR, 15).astype(np.float32)
    assert clarity.clarity_noise(levels_of(hiss), TALK).value < 20


def test_rooms_lengthen_the_decay_in_their_order() -> None:
    x = talk(dip_db=40)
    found = [clarity.reverberation(decay(x, SR, TALK)).value] + [
        clarity.reverberation(decay(manipulation.reverberate(x, SR, rt).astype(np.float32), SR, TALK)).value
        for rt in (0.2, 0.4, 0.6, 1.0)
    ]
    assert found == sorted(found)


def test_nothing_said_is_missing_not_zero() -> None:
    silence = np.zeros(SR, np.float32)
    found, level = levels_of(silence, ()), intensity(silence, SR)
    for result in (
        clarity.clarity_noise(found, ()),
        clarity.reverberation(Decay(None, 0.0, np.empty(0))),
        clarity.bandwidth(capture(silence, SR)),
        clarity.swallowed_endings(level, np.empty(0), (), (), found),
        clarity.articulation_contrast(dips(level, np.empty(0), ()), ()),
    ):
        assert result.value is None
        assert result.reason is not None
        for lang in LANGUAGES:
            assert say("reasons", result.reason, lang, **result.facts)


@given(
    st.lists(st.floats(-100, 0), max_size=300),
    st.lists(st.floats(0, 3), max_size=8, unique=True),
    st.lists(st.floats(0, 3), max_size=40, unique=True),
)
def test_wild_tracks(values: list[float], edges: list[float], nuclei: list[float]) -> None:
    spans = tuple(Span(a, b) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
    track = Track(np.arange(len(values)) * 0.01 + 0.005, np.array(values), "dB")
    quiet = Levels(-20, 1, -60, 40, 40, 1, False, 1, -20, Track(np.empty(0), np.empty(0), "dB"), None, False)
    share = clarity.swallowed_endings(track, np.array(sorted(nuclei)), spans, spans, quiet)
    contrast = clarity.articulation_contrast(dips(track, np.array(sorted(nuclei)), spans), spans)
    assert share.value is None or 0 <= share.value <= 100
    assert contrast.value is None or contrast.value >= 0


LADDERS = {
    "clarity_noise": [f"add_noise:{snr}:pink" for snr in (40, 30, 20, 10, 0)],
    "reverberation": [f"reverberate:{rt60}" for rt60 in (0.2, 0.4, 0.6, 0.9, 1.4)],
    "bandwidth": [f"lowpass:{hz}" for hz in (9000, 7000, 5000, 3400, 2500)],
}


@pytest.mark.data
@pytest.mark.skipif("VOICECOACH_DATA" not in os.environ, reason="VOICECOACH_DATA is not set: no labelled recordings")
@pytest.mark.parametrize("measure", LADDERS)
def test_each_ladder_is_climbed_step_by_step(measure: str) -> None:
    recording = load(Path(os.environ["VOICECOACH_DATA"]) / "practice_calls" / "zf_xiaobei_natural.flac")
    values = []
    for spec in LADDERS[measure]:
        changed, sr = manipulation.apply(spec, recording.samples[: 20 * recording.sr], recording.sr)
        tracks = Tracks(from_array(changed, sr))
        found = {
            "clarity_noise": lambda t: clarity.clarity_noise(t.levels, t.ipus),
            "reverberation": lambda t: clarity.reverberation(t.decay),
            "bandwidth": lambda t: clarity.bandwidth(t.capture),
        }[measure](tracks)
        values.append(found.value)
    rising = measure == "reverberation"
    assert values == sorted(values, reverse=not rising)
    assert len(set(values)) == len(values)
