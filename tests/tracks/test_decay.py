"""Decay time of bursts whose decay is known, and of what a room adds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.manipulation import add_noise, gain, reverberate
from voicecoach.timeline import Span
from voicecoach.tracks.decay import decay

SR = 16000
ALL = (Span(0.0, 10.0),)


def bursts(time: float) -> np.ndarray:
    """Noise that stands for 0.4 s and then dies away by 60 dB in ``time`` s, again and again."""
    t = np.arange(10 * SR) / SR
    since = t % 0.8 - 0.4
    envelope = np.where(since < 0, 1.0, 10 ** (-3 * np.maximum(since, 0) / time))
    return np.asarray(0.1 * envelope * np.random.default_rng(0).standard_normal(len(t)), np.float32)


@pytest.mark.parametrize("time", [0.2, 0.3, 0.4, 0.5])
def test_the_time_of_the_bursts_is_found(time: float) -> None:
    assert decay(bursts(time), SR, ALL).time_s == pytest.approx(time, rel=0.2)


def test_rooms_come_in_their_order_and_noise_makes_it_longer() -> None:
    dry = bursts(0.12)
    found = [decay(dry, SR, ALL).time_s] + [
        decay(reverberate(dry, SR, rt60).astype(np.float32), SR, ALL).time_s for rt60 in (0.2, 0.4, 0.6, 0.8, 1.2)
    ]
    assert found == sorted(found)
    assert decay(add_noise(dry, SR, 15).astype(np.float32), SR, ALL).time_s > found[0]


def test_gain_moves_nothing() -> None:
    once, soft = (decay(gain(bursts(0.3), db).astype(np.float32), SR, ALL).time_s for db in (0, -12))
    assert soft == pytest.approx(once, abs=0.01)


def test_silence_and_moments_have_no_decay() -> None:
    assert decay(np.zeros(SR, np.float32), SR, (Span(0, 1),)).time_s is None
    assert decay(bursts(0.3), SR, ()).time_s is None
    assert decay(bursts(0.3)[:1000], SR, (Span(0, 0.05),)).time_s is None


@given(st.lists(st.floats(-1, 1, width=32), max_size=2000), st.sampled_from([8000, 16000]))
def test_wild_samples(values: list[float], sr: int) -> None:
    found = decay(np.array(values, np.float32), sr, (Span(0, 0.1), Span(0.15, 0.3)))
    assert found.time_s is None or found.time_s > 0
