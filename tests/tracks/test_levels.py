"""Levels of signals whose level, noise and ratio are known because they were made so."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.manipulation import add_noise
from voicecoach.recording import from_array, load
from voicecoach.timeline import Span, Spans, Track
from voicecoach.tracks import Tracks
from voicecoach.tracks.intensity import intensity
from voicecoach.tracks.levels import SNR_CAP_DB, Levels, levels, speech_levels
from voicecoach.tracks.noise import Noise, snr_db

SAMPLES = Path(__file__).parents[2] / "sample_audio"
SR = 16000
TALK = (Span(1.0, 4.0), Span(5.0, 9.0), Span(10.0, 13.0))


def spoken(noise_db: float | None, level_db: float = -25.0, spans: Spans = TALK, seconds: float = 14.0) -> np.ndarray:
    """Syllable-like noise of ``level_db`` in the spans, hiss of ``noise_db`` everywhere."""
    random = np.random.default_rng(0)
    t = np.arange(round(seconds * SR)) / SR
    speech = random.standard_normal(len(t)) * np.abs(np.sin(2 * np.pi * 2 * t)) * np.sqrt(2)
    x = 10 ** (level_db / 20) * speech * np.any([(t >= s) & (t < e) for s, e in spans], axis=0)
    if noise_db is not None:
        x = x + 10 ** (noise_db / 20) * random.standard_normal(len(t))
    return np.asarray(x, np.float32)


def measured(x: np.ndarray, spans: Spans = TALK) -> Levels:
    return levels(x, SR, spans, intensity(x, SR))


@pytest.mark.parametrize("ratio", [40.0, 25.0, 15.0, 5.0])
def test_the_ratio_is_the_one_it_was_made_with(ratio: float) -> None:
    found = measured(spoken(-25 - ratio))
    assert found.snr_db == pytest.approx(ratio, abs=0.5)
    assert found.band_snr_db == pytest.approx(ratio, abs=0.7)
    assert found.noise_level_db == pytest.approx(-25 - ratio, abs=0.5)
    assert not found.snr_saturated


@pytest.mark.parametrize("ratio", [20, 10, 5])
@pytest.mark.parametrize("name", ["on_target", "rushed"])
def test_babble_is_told_from_the_speech_with_pauses_and_without(name: str, ratio: int) -> None:
    call = load(SAMPLES / f"{name}.flac")
    found = Tracks(from_array(add_noise(call.samples, call.sr, ratio, "babble"), call.sr)).levels
    assert found.snr_db == pytest.approx(ratio, abs=1.5)
    assert found.snr_sd < 1.5


def test_the_longer_and_steadier_the_noise_was_heard_the_surer_the_ratio() -> None:
    times = np.arange(3000) * 0.01 + 0.005
    random = np.random.default_rng(0)
    swaying = 10 ** (-5 + np.repeat(random.normal(0, 0.25, 600), 5))

    def ratio(noise: np.ndarray, spans: Spans) -> Noise:
        power = noise + 0.01 * np.any([(times >= s) & (times < e) for s, e in spans], axis=0)
        return snr_db(times, power, power, spans)

    often = tuple(Span(k + 0.3, k + 1.0) for k in range(0, 30, 1))
    seldom = tuple(Span(k + 0.3, k + 5.0) for k in range(0, 30, 5))
    steady = np.full(3000, 1e-5)
    assert ratio(steady, often).sd < ratio(swaying, seldom).sd
    assert ratio(swaying, often).sd < ratio(swaying, seldom).sd
    assert ratio(10 ** (-5 + 0.4 * np.sin(times / 3)), often).sd > 1.2 * ratio(steady, often).sd


def test_gain_and_padding_move_no_ratio() -> None:
    x = spoken(-45.0)
    once = measured(x)
    soft = measured(x * np.float32(0.25))
    padded = measured(np.pad(x, 5 * SR), tuple(Span(s + 5, e + 5) for s, e in TALK))
    assert soft.snr_db == pytest.approx(once.snr_db, abs=0.01)
    assert padded.snr_db == pytest.approx(once.snr_db, abs=0.1)
    assert padded.active_level_db == pytest.approx(once.active_level_db, abs=0.1)
    assert padded.loudness_lufs == pytest.approx(once.loudness_lufs, abs=0.1)
    assert soft.active_level_db == pytest.approx(once.active_level_db - 12.04, abs=0.02)
    assert soft.loudness_lufs == pytest.approx(once.loudness_lufs - 12.04, abs=0.02)


def test_an_offset_is_no_noise() -> None:
    assert measured(spoken(-60.0) + np.float32(0.02)).snr_db == pytest.approx(35, abs=0.5)


@pytest.mark.parametrize("ratio", [25, 10])
@pytest.mark.parametrize("seed", [3, 5, 10])  # pauses alone are 1.2 to 4 dB off
def test_rumble_is_heard_beside_speech_when_pauses_are_short(ratio: float, seed: int) -> None:
    talk = (Span(0.3, 6.0), Span(6.3, 13.7))
    speech = np.diff(spoken(None, spans=talk), prepend=np.float32(0))  # nothing below the voice
    pink = add_noise(speech, SR, ratio, "pink", seed) - speech
    level = 10 * np.log10(np.mean(speech[inside_of(talk)] ** 2) / np.mean(pink**2))
    assert measured(np.float32(speech + pink), talk).snr_db == pytest.approx(level, abs=0.5)


def test_puffs_of_breath_beside_speech_are_no_noise() -> None:
    x = spoken(-60.0)
    t = np.arange(len(x)) / SR
    puffs = 0.03 * np.sin(2 * np.pi * 10 * t) * inside_of(TALK) * (t % 1 < 0.1)
    assert measured(np.float32(x + puffs)).snr_db == pytest.approx(measured(x).snr_db, abs=0.3)
    hum_of_breath = 0.005 * np.sin(2 * np.pi * 10 * t) * inside_of(TALK)
    assert measured(np.float32(x + hum_of_breath)).snr_db == pytest.approx(measured(x).snr_db, abs=0.3)


def inside_of(spans: Spans) -> np.ndarray:
    t = np.arange(14 * SR) / SR
    return np.any([(t >= span.start) & (t < span.end) for span in spans], axis=0)


def test_a_word_that_was_not_found_is_no_noise() -> None:
    with_missed = spoken(-60.0, spans=(*TALK, Span(4.3, 4.6)))
    assert measured(with_missed).snr_db == pytest.approx(35, abs=0.7)


def test_silent_pauses_give_a_lower_bound_and_say_so() -> None:
    found = measured(spoken(None))
    assert found.snr_saturated
    assert found.snr_db is not None
    assert found.snr_db <= SNR_CAP_DB
    assert found.snr_sd >= 4


def test_without_speech_there_is_only_noise() -> None:
    found = measured(spoken(-40.0, spans=()), ())
    assert (found.active_level_db, found.snr_db, found.loudness_lufs, found.spread_db) == (None, None, None, None)
    assert found.noise_level_db == pytest.approx(-40, abs=0.2)
    assert measured(np.zeros(SR, np.float32), ()).noise_level_db is None


def test_windows_follow_the_level_and_even_ones_are_suspected() -> None:
    t = np.arange(30 * SR) / SR
    talk = (Span(0.0, 30.0),)
    even = spoken(-60.0, spans=talk, seconds=30)
    swaying = even * (10 ** (6 * np.sin(2 * np.pi * t / 30) / 20)).astype(np.float32)
    assert measured(even, talk).spread_db < 0.5
    assert measured(even, talk).gain_control
    found = measured(swaying, talk)
    assert found.spread_db == pytest.approx(6 / np.sqrt(2), abs=0.5)
    assert not found.gain_control
    assert len(found.windows.times) == 10


def test_noise_that_comes_up_in_pauses_is_a_gain_control() -> None:
    spans = tuple(Span(k * 4.0, k * 4.0 + 2.5) for k in range(5))
    x = spoken(-60.0, spans=spans, seconds=20)
    for k, span in enumerate(spans):  # levels that sway by more than a gain control would let through
        x[round(span.start * SR) : round(span.end * SR)] *= np.float32(10 ** (3 * (-1) ** k / 20))
    assert not measured(x, spans).gain_control
    rising = x.copy()
    for span in spans:
        part = slice(round(span.end * SR), round((span.end + 1.5) * SR))
        rising[part] *= (10 ** (np.linspace(0, 15, part.stop - part.start) / 20)).astype(np.float32)
    assert measured(rising, spans).gain_control


def test_speech_levels_are_power_means() -> None:
    track = Track(np.array([0.25, 0.75]), np.array([-20.0, -200.0]), "dB")
    ((span, level),) = speech_levels(track, (Span(0, 1), Span(2, 3)))
    assert span == Span(0, 1)
    assert level == pytest.approx(-23.01, abs=0.01)


@given(
    st.lists(st.floats(-1, 1, width=32), min_size=0, max_size=3000),
    st.lists(st.floats(0, 0.4), max_size=6, unique=True).map(sorted),
    st.sampled_from([8000, 44100]),
)
def test_wild_samples_and_spans(values: list[float], edges: list[float], sr: int) -> None:
    x = np.array(values, np.float32)
    spans = tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    found = levels(x, sr, spans, intensity(x, sr))
    for value in (found.active_level_db, found.snr_db, found.band_snr_db, found.noise_level_db, found.loudness_lufs):
        assert value is None or np.isfinite(value)
    assert np.isfinite(found.snr_sd)
