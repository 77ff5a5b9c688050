"""P.56 against what the ITU's own program says of known signals, and against levels known by hand."""

import math
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import resample_poly

from voicecoach.active_level import active_level, cells
from voicecoach.manipulation import gain
from voicecoach.validation.voltmeter import Signal, made_signals, quantised, talk, told, with_noise

REFERENCE = told()
SAMPLES = Path(__file__).parents[1] / "sample_audio"

Floats = npt.NDArray[np.float64]


@cache
def sample(name: str, channel: int, sr: int) -> Floats:
    x, stored = soundfile.read(SAMPLES / f"{name}.flac", always_2d=True)
    return np.asarray(resample_poly(x[:, channel], sr, stored) if sr != stored else x[:, channel])


def call(name: str, channel: int, sr: int, over: float | None, db: float) -> Signal:
    """A sample call, moved by ``db``, with noise ``over`` dB below it if given."""
    x = sample(name, channel, sr)
    return quantised(x * 10 ** (db / 20) if over is None else with_noise(x, sr, over, db))


def signals() -> Iterator[tuple[str, int, Callable[[], Signal]]]:
    """Name, sampling rate, and how it is made."""
    for name, sr in product(("on_target", "rushed", "monotone", "smiling", "soft_in_noise"), (8000, 16000)):
        for over, db in ((None, 0), (None, -15), (None, -30), (20, -6), (10, -6), (5, -6)):
            noise = "" if over is None else f" noise {over}"
            yield f"{name} {sr} {db:+d} dB{noise}", sr, partial(call, name, 0, sr, over, db)
    for channel, sr in product((0, 1), (8000, 16000)):
        yield f"two_sided channel {channel} {sr}", sr, partial(call, "two_sided", channel, sr, None, 0)
    yield from made_signals()


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


def test_every_signal_has_its_reference_and_no_more() -> None:
    assert [name for name, _, _ in signals()] == list(REFERENCE)


@pytest.mark.parametrize(("name", "sr", "make"), [pytest.param(*signal, id=signal[0]) for signal in signals()])
def test_the_itu_program_says_the_same(name: str, sr: int, make: Callable[[], Signal]) -> None:
    found = active_level(make() / 32768, sr)
    assert found is not None
    assert found[0] == pytest.approx(REFERENCE[name]["level"], abs=0.3)
    assert 100 * found[1] == pytest.approx(REFERENCE[name]["activity"], abs=5)


def test_on_the_whole_it_lies_neither_above_nor_below() -> None:
    found = [(name, active_level(make() / 32768, sr)) for name, sr, make in signals()]
    off = [level[0] - REFERENCE[name]["level"] for name, level in found if level is not None]
    assert abs(np.mean(off)) < 0.02
    assert np.quantile(np.abs(off), 0.95) < 0.05


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
