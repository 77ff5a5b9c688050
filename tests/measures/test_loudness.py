"""Loudness measures on signals whose levels were made to be known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.measures import loudness
from voicecoach.timeline import Span, Spans, Track
from voicecoach.tracks.capture import capture
from voicecoach.tracks.intensity import intensity
from voicecoach.tracks.levels import Levels, levels
from voicecoach.words import LANGUAGES, say

SR = 16000
TALK = tuple(Span(k * 3.0, k * 3.0 + 2.5) for k in range(6))


def talk(end_db: float = 0.0, noise_db: float | None = -70.0, soft: tuple[int, ...] = ()) -> np.ndarray:
    """Six IPUs of noise at -25 dB, the last 0.3 s of each ``end_db`` higher, those in ``soft`` 10 dB softer."""
    random = np.random.default_rng(0)
    t = np.arange(18 * SR) / SR
    gain = np.zeros(len(t))
    for k, span in enumerate(TALK):
        own = -10.0 if k in soft else 0.0
        gain[(t >= span.start) & (t < span.end)] = 10 ** (own / 20)
        gain[(t >= span.end - 0.3) & (t < span.end)] = 10 ** ((own + end_db) / 20)
    x = 10 ** (-25 / 20) * gain * random.standard_normal(len(t))
    if noise_db is not None:
        x += 10 ** (noise_db / 20) * random.standard_normal(len(t))
    return np.asarray(x, np.float32)


def levels_of(x: np.ndarray, spans: Spans = TALK) -> Levels:
    return levels(x, SR, spans, intensity(x, SR))


def test_active_level_and_its_uncertainty() -> None:
    found = loudness.active_level(levels_of(talk()), TALK)
    assert found.value == pytest.approx(-25.2, abs=0.4)  # the hangover counts some of the pauses in
    assert 0.1 <= found.sd < 1
    short = loudness.active_level(levels_of(talk()[: 3 * SR], TALK[:1]), TALK[:1])
    assert short.sd > found.sd


def test_soft_stretches_are_shown() -> None:
    found = loudness.active_level(levels_of(talk(soft=(2,))), TALK)
    assert [(e.code, e.start) for e in found.evidence] == [("soft_stretch", pytest.approx(6.0))]
    assert found.evidence[0].facts["below"] == pytest.approx(9.2, abs=1)


def test_gain_moves_levels_and_nothing_else() -> None:
    x = talk(end_db=-8)
    quiet = x * np.float32(0.25)
    for measure in (loudness.active_level, loudness.snr):
        a, b = measure(levels_of(x), TALK).value, measure(levels_of(quiet), TALK).value
        moved = -12.04 if measure is loudness.active_level else 0
        assert b - a == pytest.approx(moved, abs=0.05)
    ends = [loudness.fade(intensity(y, SR), TALK, TALK, levels_of(y)).value for y in (x, quiet)]
    assert ends[1] == pytest.approx(ends[0], abs=0.05)


@pytest.mark.parametrize("drop", [0.0, -6.0, -15.0])
def test_fade_is_the_drop_at_the_ends(drop: float) -> None:
    x = talk(end_db=drop)
    found = loudness.fade(intensity(x, SR), TALK, TALK, levels_of(x))
    whole = 10 * np.log10((2.2 + 0.3 * 10 ** (drop / 10)) / 2.5)
    assert found.value == pytest.approx(drop - whole, abs=0.5)
    assert [e.code for e in found.evidence] == (["faded_end"] * 5 if drop < -13 else [])


def test_fade_does_not_hear_the_noise_as_voice() -> None:
    clean, noisy = talk(end_db=-8), talk(end_db=-8, noise_db=-40)
    a, b = (loudness.fade(intensity(x, SR), TALK, TALK, levels_of(x)).value for x in (clean, noisy))
    assert b == pytest.approx(a, abs=1.0)


def test_in_strong_noise_ends_are_not_judged() -> None:
    x = talk(noise_db=-30)
    found = loudness.fade(intensity(x, SR), TALK, TALK, levels_of(x))
    assert (found.value, found.reason) == (None, "too_noisy_for_ends")
    assert found.facts["need"] == 10


def test_the_noise_alone_is_shown_where_it_is_strong() -> None:
    assert [e.code for e in loudness.snr(levels_of(talk(noise_db=-40)), TALK).evidence] == ["noise_alone"]
    assert loudness.snr(levels_of(talk(noise_db=-70)), TALK).evidence == ()
    assert loudness.snr(levels_of(talk(noise_db=None)), TALK).facts["at_least"] == 1


def test_clipping_counts_and_shows_where() -> None:
    x = talk()
    assert loudness.clipping(capture(x, SR), x, SR).value == 0
    loud = x.copy()
    loud[: 3 * SR] = np.clip(8 * x[: 3 * SR], -0.4, 0.4)
    found = loudness.clipping(capture(loud, SR), loud, SR)
    assert found.value == pytest.approx(100 * np.mean(np.abs(loud) >= 0.399) / (15 / 18), rel=0.15)
    assert {e.code for e in found.evidence} == {"clipped"}
    assert all(e.start < 3 for e in found.evidence)


def test_spread_needs_three_stretches() -> None:
    assert loudness.level_spread(levels_of(talk(soft=(1, 3)))).value > 3
    assert loudness.level_spread(levels_of(talk()[: 3 * SR], TALK[:1])).reason == "too_few_stretches"


def test_nothing_said_is_missing_not_zero() -> None:
    silence = np.zeros(SR, np.float32)
    found = levels_of(silence, ())
    for result in (
        loudness.active_level(found, ()),
        loudness.loudness_lufs(found),
        loudness.snr(found, ()),
        loudness.level_spread(found),
        loudness.fade(intensity(silence, SR), (), (), found),
        loudness.clipping(capture(silence, SR), silence, SR),
    ):
        assert result.value is None
        assert result.reason is not None
        for lang in LANGUAGES:
            assert say("reasons", result.reason, lang, **result.facts)


@given(st.lists(st.floats(-100, 0), min_size=1, max_size=300), st.lists(st.floats(0, 3), max_size=8, unique=True))
def test_fade_of_wild_tracks(values: list[float], edges: list[float]) -> None:
    spans = tuple(Span(a, b) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
    track = Track(np.arange(len(values)) * 0.01 + 0.005, np.array(values), "dB")
    quiet = Levels(-20, 1, -60, 40, 40, 1, False, 1, -20, Track(np.empty(0), np.empty(0), "dB"), None, False)
    found = loudness.fade(track, spans, spans, quiet)
    assert found.value is None or -31 <= found.value <= 20
    assert np.isfinite(found.sd)
