"""The figures of manner on tracks and sounds whose pitch, level and brightness are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.timeline import Span, Track
from voicecoach.tracks.envelopes import Envelopes
from voicecoach.tracks.formants import Formants
from voicecoach.tracks.ltas import Ltas
from voicecoach.tracks.manner import COLUMNS, Manner, manner

SILENT = Ltas(np.linspace(0, 8000, 257), np.full(257, -60.0), 1.0, np.full(257, -120.0))
NO_FORMANTS = Formants(np.zeros(0), np.zeros((0, 4)))


def flat_spectrum(times: np.ndarray, above_1k_db: float = 0.0, density_db: float = -60.0) -> Envelopes:
    """Envelopes that are flat but for a step at 1000 Hz."""
    frequencies = np.linspace(0, 4000, 129)
    db = density_db + np.where(frequencies >= 1000, above_1k_db, 0.0)
    power = np.tile(db / 10 * np.log(10), (len(times), 1)).astype(np.float32)
    return Envelopes(times, np.full(len(times), 150.0), power)


def of(hz: np.ndarray, level: np.ndarray | None = None, **given) -> Manner:
    times = (np.arange(len(hz)) + 0.5) / 100
    loudness = Track(times, np.full(len(hz), -30.0) if level is None else level, "dB")
    ipus = given.get("ipus", (Span(0.0, len(hz) / 100),))
    spectrum = given.get("envelopes", flat_spectrum(times[::2]))
    return manner(
        Track(times, hz, "Hz"), ipus, loudness, spectrum, given.get("formants", NO_FORMANTS),
        given.get("ltas", SILENT), given.get("telephone", False),
    )


def test_pitch_and_level_are_those_they_were_made_of() -> None:
    t = np.arange(1000) / 100
    swing = 200 * 2 ** (2 * np.sqrt(2) * np.sin(2 * np.pi * t) / 12)
    found = of(swing, -30 + 3 * np.sign(np.sin(2 * np.pi * 3 * t + 0.01))).figures()
    assert found["f0_mean"] == pytest.approx(12, abs=0.01)
    assert found["f0_sd"] == pytest.approx(2.0, abs=0.01)
    assert found["f0_speed"] == pytest.approx(4 * 2 * np.sqrt(2), rel=0.01)  # four swings of the amplitude a second
    assert found["level_sd"] == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("step", [-12.0, 0.0, 6.0])
def test_brightness_is_the_step_it_was_made_with(step: float) -> None:
    times = np.arange(100) / 50
    found = of(np.full(200, 150.0), envelopes=flat_spectrum(times, step)).figures()
    bins = np.linspace(0, 4000, 129)
    wider = 10 * np.log10(np.sum((bins >= 1000) & (bins < 3400)) / np.sum((bins >= 300) & (bins < 1000)))
    assert found["alpha"] == pytest.approx(step + wider, abs=0.01)


def test_steady_noise_is_taken_out() -> None:
    """A dark voice in white noise is as dark as without."""
    times = np.arange(100) / 50
    clean = flat_spectrum(times, -15.0)
    noisy = Envelopes(times, clean.f0_hz, np.log(np.exp(clean.log_power) + 10**-8).astype(np.float32))
    noise = Ltas(SILENT.frequencies, SILENT.db, 1.0, np.full(257, 10 * np.log10(1e-8 * 2 / 512)))
    voice = np.full(200, 150.0)
    truth = of(voice, envelopes=clean).figures()["alpha"]
    assert of(voice, envelopes=noisy).figures()["alpha"] > truth + 0.5
    assert of(voice, envelopes=noisy, ltas=noise).figures()["alpha"] == pytest.approx(truth, abs=0.05)


def test_formants_count_in_wideband_only() -> None:
    vowel = Formants(np.arange(40) / 40, np.tile([600.0, 1500.0, 2500.0, 3500.0], (40, 1)))
    found = of(np.full(100, 150.0), formants=vowel).figures()
    assert np.exp(found["f1"]) == pytest.approx(600)
    assert "f1" not in of(np.full(100, 150.0), formants=vowel, telephone=True).figures()


def test_only_speech_counts_and_long_units_are_cut() -> None:
    hz = np.r_[np.full(400, 200.0), np.full(400, 100.0)]
    first = of(hz, ipus=(Span(0.0, 4.0),))
    assert first.figures()["f0_mean"] == pytest.approx(12.0)
    assert first.spans == (Span(0.0, 2.0), Span(2.0, 4.0))
    both = of(hz, ipus=(Span(0.0, 4.0), Span(4.0, 8.0)))
    assert len(both.sums) == 4
    assert both.drawn(np.array([[0, 0, 1, 1]]))["f0_mean"][0] == pytest.approx(0.0)


def test_an_unvoiced_recording_has_no_figures() -> None:
    found = of(np.full(100, np.nan), envelopes=flat_spectrum(np.zeros(0)))
    assert found.figures() == {}
    assert found.sums.shape == (0, len(COLUMNS))
    assert of(np.zeros(0), ipus=(), envelopes=flat_spectrum(np.zeros(0))).figures() == {}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 300), st.integers(0, 2**32 - 1))
def test_wild_tracks_give_finite_figures(n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    hz = random.choice([np.nan, 60.0, 200.0, 699.0], n)
    found = of(
        hz, random.uniform(-100, 0, n), ipus=(Span(0.1, 0.6), Span(1.0, 2.9)),
        envelopes=flat_spectrum(np.sort(random.uniform(0, 3, n))),
    )
    assert all(np.isfinite(value) for value in found.figures().values())
    assert np.isfinite(found.sums).all()
