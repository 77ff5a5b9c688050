"""Formants of voices that were built from known resonances."""

import numpy as np
import parselmouth
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from voicecoach.manipulation import shift_formants, warp_formants
from voicecoach.timeline import Span, Track
from voicecoach.tracks.formants import Formants, formants

SR = 16000
RESONANCES = (620.0, 1480.0, 2550.0, 3600.0, 4600.0, 5600.0)


def voice(seconds: float = 2.0, hz: float = 110.0, ratio: float = 1.0) -> tuple[np.ndarray, Track]:
    """A buzz whose pitch wanders, through six resonances."""
    t = np.arange(round(seconds * SR)) / SR
    pitch = hz * 2 ** (np.sin(9 * t) / 12)
    x = np.diff(np.floor(np.cumsum(pitch) / SR), prepend=0.0)
    x = lfilter([1], [1, -0.95], x)
    for f, width in zip(RESONANCES, (60, 80, 110, 150, 200, 250), strict=True):
        radius = np.exp(-np.pi * width / SR)
        x = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * f * ratio / SR), radius**2], x)
    times = (np.arange(round(seconds * 100)) + 0.5) / 100
    x = 0.3 * x / np.abs(x).max()
    return np.asarray(x, np.float32), Track(times, np.interp(times, t, pitch), "Hz")


def of(x: np.ndarray, f0: Track, *spans: Span) -> Formants:
    return formants(x, SR, f0, spans or (Span(0.0, len(x) / SR),))


def test_known_resonances_are_found() -> None:
    found = of(*voice())
    for number in (1, 2, 3):
        assert found.median(number) == pytest.approx(RESONANCES[number - 1], rel=0.04)


def burg(x: np.ndarray) -> np.ndarray:
    """Medians of F1-F3 with as many poles as this voice has resonances below 5000 Hz: the yardstick."""
    found = parselmouth.Sound(np.asarray(x, float), SR).to_formant_burg(0.01, 5.0, 5100.0)
    return np.nanmedian([[found.get_value_at_time(n, t) for n in (1, 2, 3)] for t in np.arange(0.2, 1.8, 0.01)], axis=0)


@pytest.mark.parametrize("change", [warp_formants, shift_formants])
@pytest.mark.parametrize("ratio", [0.94, 1.06, 1.12])
def test_both_ways_of_moving_resonances_move_them_by_the_ratio(change, ratio: float) -> None:
    x, f0 = voice()
    moved = np.asarray(change(x, SR, ratio), np.float32)
    np.testing.assert_allclose(burg(moved)[1:] / burg(x)[1:], ratio, atol=0.02)
    for number in (2, 3):
        up = of(moved, f0).median(number) / of(x, f0).median(number) - 1
        assert 0.25 < up / (ratio - 1) < 1.6


@pytest.mark.parametrize("change", [warp_formants, shift_formants])
def test_moving_resonances_keeps_length_and_refuses_the_absurd(change) -> None:
    x, _ = voice(1.0)
    assert len(change(x, SR, 1.06)) == len(x)
    with pytest.raises(ValueError, match=r"expected 0.7 to 1.4"):
        change(x, SR, 2.0)


def test_only_voiced_speech_counts() -> None:
    x, f0 = voice(3.0)
    half = Track(f0.times, np.where(f0.times < 1.0, f0.values, np.nan), "Hz")
    found = of(x, half, Span(0.5, 3.0))
    assert len(found.times) > 10
    assert found.times.min() >= 0.49
    assert found.times.max() <= 1.01


def test_blocks_do_not_show() -> None:
    x, f0 = voice(61.0)
    found = of(x, f0)
    assert np.all(np.diff(found.times) > 0.02)
    assert len(found.times) == pytest.approx(61 / 0.025, abs=6)
    start = of(x[: 2 * SR], Track(f0.times[:200], f0.values[:200], "Hz"))
    assert found.median(2) == pytest.approx(start.median(2), rel=0.01)


def test_gain_moves_nothing() -> None:
    x, f0 = voice()
    soft = of(x * np.float32(0.25), f0)
    np.testing.assert_allclose(soft.hz, of(x, f0).hz, rtol=1e-3)


def test_without_voice_there_are_none() -> None:
    silent = Track(np.arange(100) / 100, np.full(100, np.nan), "Hz")
    nothing = Track(np.zeros(0), np.zeros(0), "Hz")
    for found in (of(np.zeros(SR, np.float32), silent), of(np.zeros(0, np.float32), nothing)):
        assert found.hz.shape == (0, 4)
        assert np.isnan(found.median(1))
    with pytest.raises(ValueError, match="expected 11000"):
        formants(np.zeros(8000, np.float32), 8000, silent, ())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 2**32 - 1), st.floats(-8, 0))
def test_wild_waves_give_finite_or_nothing(n: int, seed: int, exponent: float) -> None:
    random = np.random.default_rng(seed)
    x = (10**exponent * random.standard_normal(n)).astype(np.float32)
    times = (np.arange(n // 160) + 0.5) / 100
    found = of(x, Track(times, np.where(random.random(len(times)) < 0.5, 150.0, np.nan), "Hz"))
    assert found.hz.shape == (len(found.times), 4)
    assert not np.isinf(found.hz).any()
