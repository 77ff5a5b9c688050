"""Envelopes of voices whose spectral shape is known, at pitches that would pass for it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import freqz, lfilter

from voicecoach.timeline import Span, Track
from voicecoach.tracks.envelopes import MOST_FRAMES, Envelopes, envelopes, mel_spaced

SR = 16000
VOWEL = ((500.0, 80.0), (1500.0, 100.0), (2500.0, 140.0), (3500.0, 200.0))


def poles(ratio: float = 1.0) -> np.ndarray:
    a = np.array([1.0, -0.9])
    for f, width in VOWEL:
        radius = np.exp(-np.pi * width / SR)
        a = np.convolve(a, [1, -2 * radius * np.cos(2 * np.pi * f * ratio / SR), radius**2])
    return a


def vowel(hz: float, ratio: float = 1.0, seconds: float = 1.0) -> tuple[np.ndarray, Track]:
    t = np.arange(round(seconds * SR)) / SR
    x = lfilter([1], poles(ratio), np.diff(np.floor(t * hz), prepend=0.0))
    times = (np.arange(round(100 * seconds)) + 0.5) / 100
    return (0.3 * x / np.abs(x).max()).astype(np.float32), Track(times, np.full(len(times), hz), "Hz")


def of(x: np.ndarray, f0: Track) -> Envelopes:
    return envelopes(x, SR, f0, (Span(0.1, len(x) / SR - 0.1),))


@pytest.mark.parametrize("hz", [100.0, 150.0, 220.0, 300.0])
def test_the_envelope_is_the_filter_whatever_the_pitch(hz: float) -> None:
    frequencies = mel_spaced(320, 3000, 28)
    truth = np.log(np.abs(freqz([1], poles(), frequencies, fs=SR)[1]) ** 2)
    found = of(*vowel(hz)).shapes().mean(axis=0)
    error = found - (truth - truth.mean())
    assert np.sqrt(np.mean(error**2)) < (0.5 if hz < 200 else 1.2)  # natural log of power: 1 is 4.3 dB


@pytest.mark.parametrize("ratio", [0.94, 1.06])
def test_shapes_of_a_moved_vowel_are_the_old_ones_read_at_the_ratio(ratio: float) -> None:
    plain, moved = of(*vowel(120)).shapes().mean(axis=0), of(*vowel(120, ratio))
    far = {warp: np.sum((moved.shapes(warp).mean(axis=0) - plain) ** 2) for warp in (0.94, 1.0, 1.06)}
    assert min(far, key=far.get) == ratio


def test_gain_moves_no_shape() -> None:
    x, f0 = vowel(180)
    np.testing.assert_allclose(of(x * np.float32(0.25), f0).shapes(), of(x, f0).shapes(), atol=2e-3)


def test_weak_frames_are_left_out_and_long_recordings_thinned() -> None:
    x, f0 = vowel(150, seconds=2.0)
    x[SR:] *= np.float32(0.01)
    assert of(x, f0).times.max() < 1.05
    x, f0 = vowel(150, seconds=150.0)
    found = of(x, f0)
    assert len(found.times) <= MOST_FRAMES
    assert found.times.max() > 149


def test_nothing_voiced_gives_nothing() -> None:
    times = np.arange(100) / 100
    found = of(np.zeros(SR, np.float32), Track(times, np.full(100, np.nan), "Hz"))
    assert found.shapes().shape == (0, 28)
    with pytest.raises(ValueError, match=r"expected 0.8 to 1.3"):
        found.shapes(2.0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 2**32 - 1), st.floats(-10, 0), st.sampled_from([8000, 11025, 16000, 48000]))
def test_wild_waves_give_finite_shapes(n: int, seed: int, exponent: float, sr: int) -> None:
    random = np.random.default_rng(seed)
    x = (10**exponent * random.standard_normal(n)).astype(np.float32)
    times = (np.arange(n * 100 // sr + 3) + 0.5) / 100
    f0 = Track(times, random.choice([np.nan, 51.0, 200.0, 699.0], len(times)), "Hz")
    found = envelopes(x, sr, f0, (Span(0.0, 10.0),))
    assert np.isfinite(found.log_power).all()
    assert np.isfinite(found.shapes(1.18)).all()
