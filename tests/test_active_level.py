"""P.56 against a sample-by-sample version written from the Recommendation, and against levels known by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.active_level import active_level, cells
from voicecoach.manipulation import gain


def voltmeter(x: np.ndarray, sr: int) -> float:
    """Method B as the Recommendation tells it: every sample, every threshold with its own hangover counter."""
    g, hang = math.exp(-1 / (sr * 0.03)), math.floor(0.2 * sr + 0.5)
    thresholds = [2.0**-k for k in range(15, 0, -1)]
    counts, waits = [0] * 15, [hang] * 15
    p = q = 0.0
    for sample in x:
        p = g * p + (1 - g) * abs(sample)
        q = g * q + (1 - g) * p
        for j, c in enumerate(thresholds):
            if q >= c:
                counts[j], waits[j] = counts[j] + 1, 0
            elif waits[j] < hang:
                counts[j], waits[j] = counts[j] + 1, waits[j] + 1
    energy = float(np.sum(x**2))
    before = None
    for count, c in zip(counts, thresholds, strict=True):
        level = 10 * math.log10(energy / count)
        margin = level - 20 * math.log10(c)
        if margin <= 15.9:
            assert before is not None
            share = (before[1] - 15.9) / (before[1] - margin)
            return before[0] + share * (level - before[0])
        before = (level, margin)
    raise AssertionError("no threshold within the margin")


def talk(sr: int, seconds: float, seed: int = 0) -> np.ndarray:
    """Noise that comes and goes at the rate of syllables, with gaps: speech as far as a level meter knows."""
    random = np.random.default_rng(seed)
    t = np.arange(round(seconds * sr)) / sr
    envelope = np.maximum(0, np.sin(2 * np.pi * 4 * t)) * (np.sin(2 * np.pi * 0.3 * t) > -0.5)
    return 0.3 * envelope * random.standard_normal(len(t))


@pytest.mark.parametrize("sr", [8000, 11025, 16000])
@pytest.mark.parametrize("db", [0.0, -25.0])
def test_the_millisecond_envelope_gives_what_every_sample_gives(sr: int, db: float) -> None:
    x = gain(talk(sr, 4.0), db)
    found = active_level(x, sr)
    assert found is not None
    assert found[0] == pytest.approx(voltmeter(x, sr), abs=0.05)


def test_silence_between_sentences_leaves_the_level() -> None:
    sr = 8000
    speech = talk(sr, 6.0)
    pause = np.zeros(2 * sr)
    short, long = active_level(speech, sr), active_level(np.concatenate([pause, speech, pause, speech, pause]), sr)
    assert short is not None
    assert long is not None
    assert long[0] == pytest.approx(short[0], abs=0.3)
    assert long[1] == pytest.approx(short[1] * 12 / 18, abs=0.03)


def test_noise_at_minus_26_reads_minus_26() -> None:
    sr = 8000
    x = np.random.default_rng(1).standard_normal(20 * sr) * 10 ** (-26 / 20)
    found = active_level(x, sr)
    assert found is not None
    assert found[0] == pytest.approx(-26, abs=0.1)
    assert found[1] == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("x", [np.zeros(8000), np.zeros(0), np.full(8000, 1e-12)])
def test_silence_has_no_level(x: np.ndarray) -> None:
    assert active_level(x, 8000) is None


@given(st.lists(st.floats(-1, 1, width=32), max_size=400), st.sampled_from([100, 8000, 44100]))
def test_wild_samples_give_a_level_or_none(values: list[float], sr: int) -> None:
    found = active_level(np.array(values, np.float32), sr)
    assert found is None or (math.isfinite(found[0]) and 0 <= found[1] <= 1)


def test_cells_of_float32_are_not_copied_whole() -> None:
    magnitude, power, cell = cells(np.full(100_000, 0.5, np.float32), 16000)
    assert len(power) == 6250
    assert cell == 0.001
    assert power == pytest.approx(0.25)
    assert magnitude == pytest.approx(0.5)
