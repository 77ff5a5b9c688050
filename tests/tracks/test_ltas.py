"""Long-term spectra of signals whose spectrum is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.timeline import Span, Track
from voicecoach.tracks.ltas import Ltas, ltas

SR = 16000


def voiced(seconds: float, until: float | None = None) -> Track:
    times = (np.arange(round(seconds * 100)) + 0.5) / 100
    return Track(times, np.where(times < (until or seconds), 150.0, np.nan), "Hz")


def tones(low_db: float, high_db: float, seconds: float = 2.0) -> np.ndarray:
    t = np.arange(round(seconds * SR)) / SR
    x = 10 ** (low_db / 20) * np.sin(2 * np.pi * 600 * t) + 10 ** (high_db / 20) * np.sin(2 * np.pi * 2000 * t)
    return (0.1 * x).astype(np.float32)


@pytest.mark.parametrize("db", [-20.0, -6.0, 0.0, 6.0])
def test_the_alpha_ratio_is_the_one_it_was_made_with(db: float) -> None:
    x = tones(0.0, db)
    found = ltas(x, SR, voiced(2.0), (Span(0, 2),))
    assert found.alpha_db == pytest.approx(db, abs=0.05)
    assert ltas(x / np.float32(4), SR, voiced(2.0), (Span(0, 2),)).alpha_db == pytest.approx(db, abs=0.05)
    assert found.band_db(300, 1000) == pytest.approx(-23.0, abs=0.1)
    assert found.voiced_s == pytest.approx(2.0)


def test_only_voiced_speech_counts() -> None:
    x = np.concatenate([tones(0, -10, 1.0), tones(0, 10, 1.0)])
    assert ltas(x, SR, voiced(2.0, until=0.9), (Span(0, 2),)).alpha_db == pytest.approx(-10, abs=0.1)
    assert ltas(x, SR, voiced(2.0), (Span(1.1, 2),)).alpha_db == pytest.approx(10, abs=0.1)


def test_without_voice_there_is_no_ratio() -> None:
    for found in (
        ltas(np.zeros(SR, np.float32), SR, voiced(1.0), ()),
        ltas(np.zeros(0, np.float32), SR, Track(np.zeros(0), np.zeros(0), "Hz"), ()),
    ):
        assert found.alpha_db is None
        assert found.voiced_s == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 2**32 - 1), st.floats(-12, 0), st.sampled_from([8000, 16000, 44100]))
def test_wild_waves_give_finite_spectra(n: int, seed: int, exponent: float, sr: int) -> None:
    random = np.random.default_rng(seed)
    x = (10**exponent * random.standard_normal(n)).astype(np.float32)
    found: Ltas = ltas(x, sr, voiced(0.5), (Span(0, 0.5),))
    assert np.isfinite(found.db).all()
    assert found.alpha_db is None or np.isfinite(found.alpha_db)
