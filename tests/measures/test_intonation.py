"""Intonation and emphasis: on pitch drawn by hand, on sounds with a changed range, on real calls."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as strategy

from voicecoach.manipulation import apply
from voicecoach.measures import emphasis, intonation
from voicecoach.measures.intonation import (
    contour,
    f0_height,
    f0_range,
    f0_sd,
    monotone_share,
    register_variation,
    window_deviations,
)
from voicecoach.recording import from_array, load
from voicecoach.settings import Settings
from voicecoach.timeline import Span, Track
from voicecoach.tracks import Tracks
from voicecoach.words import catalogue

DATA = os.environ.get("VOICECOACH_DATA")
needs_data = pytest.mark.skipif(DATA is None, reason="VOICECOACH_DATA is not set: no calls to measure")
SR = 16000


class Neutral:
    f0_median_hz = 180.0


def times_of(seconds):
    return (np.arange(round(seconds * 100)) + 0.5) / 100


def talk(seconds=40.0, factor=1.0, middle=200.0, seed=0):
    """A pitch track like talk: units of 3 s and pauses of 0.8 s, syllables of 0.2 s with gaps, range by factor."""
    t = times_of(seconds)
    chance = np.random.default_rng(seed)
    tone = np.repeat(chance.normal(0, 3.0, len(t) // 20 + 1), 20)[: len(t)]
    move = factor * (tone + 1.5 * np.sin(2 * np.pi * t / 0.4))
    voiced = (t % 3.8 < 3.0) & (t % 0.2 > 0.05)
    units = tuple(Span(a, a + 3.0) for a in np.arange(0, seconds - 3, 3.8).tolist())
    return Track(t, np.where(voiced, middle * 2 ** (move / 12), np.nan), "Hz"), units


def level_of(f0, db=-20.0):
    return Track(f0.times, np.where(np.isfinite(f0.values), db, db - 30), "dB")


@pytest.mark.parametrize("measure", [f0_range, f0_sd, register_variation])
@pytest.mark.parametrize("factor", [0.5, 1.6])
def test_figures_follow_the_range(measure, factor):
    plain, changed = measure(*talk()), measure(*talk(factor=factor))
    assert changed.value == pytest.approx(factor * plain.value, rel=0.02)


@pytest.mark.parametrize("measure", [f0_range, f0_sd, register_variation])
def test_high_and_low_voices_are_measured_alike(measure):
    assert measure(*talk(middle=90.0)).value == pytest.approx(measure(*talk(middle=320.0)).value, abs=1e-6)


def test_error_shrinks_with_speech():
    errors = [f0_range(*talk(seconds)).sd for seconds in (4, 12, 30, 120)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 1.5 * errors[-1]


def test_ninety_percent_intervals_of_windows_hold_the_whole_talk():
    held = []
    for seed in range(20):
        f0, units = talk(80.0, seed=seed)
        whole = f0_range(f0, units).value
        for first in range(0, len(units) - 10, 3):
            found = f0_range(f0, units[first : first + 10])
            held.append(abs(found.value - whole) < 1.645 * found.sd)
    assert 0.8 < np.mean(held) < 0.99


@pytest.mark.parametrize("measure", [f0_range, f0_sd])
def test_band_and_noise_widen_the_error_and_leave_the_value(measure):
    capture = [SimpleNamespace(telephone=telephone) for telephone in (False, True)]
    level = [SimpleNamespace(band_snr_db=ratio) for ratio in (40.0, 15.0, 5.0)]
    plain = measure(*talk(60.0))
    by_noise = [measure(*talk(60.0), levels=given, capture=capture[0]) for given in level]
    assert by_noise[0].sd == plain.sd < by_noise[1].sd < by_noise[2].sd
    assert measure(*talk(60.0), level[0], capture[1]).sd > 1.1 * plain.sd
    assert measure(*talk(60.0), level[1], capture[1]).sd > by_noise[1].sd
    assert {found.value for found in by_noise} == {plain.value}


def test_what_the_tracker_sways_by_itself_is_no_range():
    times = times_of(10)
    swaying = Track(times, 200 * 2 ** (0.13 * np.sin(9 * times) / 12), "Hz")
    assert f0_range(swaying, (Span(0.0, 10.0),)).value < 0.1


def test_octave_errors_in_a_few_frames_do_not_widen_the_range():
    f0, units = talk(60.0)
    wrong = f0.values.copy()
    hit = np.random.default_rng(1).random(len(wrong)) < 0.02
    wrong[hit] *= 2
    assert f0_range(Track(f0.times, wrong, "Hz"), units).value == pytest.approx(f0_range(f0, units).value, abs=0.8)


def test_pitch_outside_speech_does_not_count():
    f0, units = talk()
    noisy = np.where(np.isfinite(f0.values), f0.values, np.where(f0.times % 3.8 > 3.0, 600.0, np.nan))
    assert f0_range(Track(f0.times, noisy, "Hz"), units).value == f0_range(f0, units).value


def test_liveliest_and_flattest_units_are_pointed_at():
    f0, units = talk(30.0)
    values = f0.values.copy()
    flat = (f0.times >= units[2].start) & (f0.times < units[2].end)
    values[flat] = np.where(np.isfinite(values[flat]), 200.0, np.nan)
    evidence = {moment.code: moment for moment in f0_range(Track(f0.times, values, "Hz"), units).evidence}
    assert (evidence["flat_stretch"].start, evidence["flat_stretch"].end) == units[2]
    assert evidence["lively_stretch"].facts["range"] > 5


def test_height_is_relative_to_the_own_voice():
    f0, units = talk(middle=180.0)
    neutral = f0_height(f0, units, Neutral())
    high = f0_height(Track(f0.times, f0.values * 2 ** (7 / 12), "Hz"), units, Neutral())
    assert neutral.value == pytest.approx(0.0, abs=0.7)
    assert high.value - neutral.value == pytest.approx(7.0, abs=1e-6)
    assert not neutral.evidence
    assert {moment.code for moment in high.evidence} == {"voice_high"}


def test_height_without_baseline_says_so_and_tells_the_median():
    found = f0_height(*talk(), None)
    assert (found.value, found.reason) == (None, "no_baseline")
    assert found.facts["median_hz"] == pytest.approx(200.0, rel=0.05)


def test_register_needs_six_units():
    f0, units = talk()
    found = register_variation(f0, units[:5])
    assert (found.value, found.reason, found.facts["found"]) == (None, "too_few_units", 5)


@pytest.mark.parametrize(("factor", "low", "high"), [(0.0, 100, 100), (0.3, 90, 100), (1.0, 0, 0)])
def test_monotone_share(factor, low, high):
    found = monotone_share(*talk(factor=factor), Settings())
    assert low <= found.value <= high
    assert found.facts["windows"] == len(window_deviations(*talk(), Settings())[0])


def test_windows_stay_inside_the_talk():
    f0, units = talk(31.0)
    windows, spread = window_deviations(f0, units, Settings())
    assert windows[0].start == units[0].start
    assert windows[-1].end <= units[-1].end
    assert len(windows) == len(spread) > 5


def test_short_talk_is_one_window():
    f0, _ = talk(3.0)
    windows, _ = window_deviations(f0, (Span(0.0, 3.0),), Settings())
    assert windows == (Span(0.0, 3.0),)


def stressed_talk(every=6, semitones=6.0, db=6.0):
    f0, units = talk(40.0, factor=0.3)
    syllables = np.array([a + 0.125 for a in np.arange(0, 38, 0.2) if a % 3.8 < 2.9])
    values, level = f0.values.copy(), level_of(f0).values.copy()
    for at in syllables[3::every]:
        near = np.abs(f0.times - at) < 0.09
        values[near] *= 2 ** (semitones / 12)
        level[near] += db
    return syllables, Track(f0.times, values, "Hz"), Track(f0.times, level, "dB"), units


def test_stressed_syllables_are_found_where_they_are():
    syllables, f0, level, units = stressed_talk()
    found = emphasis.emphasis_rate(syllables, f0, level, units, Settings())
    wanted = syllables[3::6]
    assert found.facts["stressed"] == pytest.approx(len(wanted), abs=2)
    middles = [(moment.start + moment.end) / 2 for moment in found.evidence]
    assert all(np.min(np.abs(wanted - at)) < 0.01 for at in middles)


def test_a_flat_voice_has_fewer_stresses():
    rates = [
        emphasis.emphasis_rate(*stressed_talk(semitones=st, db=db), Settings()).value
        for st, db in ((6, 6), (1.5, 1.5), (0, 0))
    ]
    assert rates[0] > rates[1] >= rates[2] == 0


def test_emphasis_does_not_feel_gain_or_the_height_of_the_voice():
    syllables, f0, level, units = stressed_talk()
    plain = emphasis.prominence(syllables, f0, level, units)
    moved = emphasis.prominence(
        syllables, Track(f0.times, f0.values * 1.7, "Hz"), Track(level.times, level.values - 20, "dB"), units
    )
    assert np.allclose(plain, moved, atol=1e-9)


@pytest.mark.parametrize("points", [1, 7, 100, 3000])
def test_contour_is_short_and_true(points):
    f0, _ = talk(77.7)
    drawn = contour(f0, points)
    assert len(drawn["st"]) <= points
    assert drawn["step_s"] * len(drawn["st"]) >= 77.7 - 1e-6
    known = [value for value in drawn["st"] if value is not None]
    assert not known or abs(np.median(known)) < 2


def test_contour_of_silence_has_no_reference():
    drawn = contour(Track(times_of(2), np.full(200, np.nan), "Hz"))
    assert drawn["reference_hz"] is None
    assert set(drawn["st"]) == {None}


def all_measures(f0, units, baseline=None):
    syllables = np.arange(0, float(f0.times[-1]) if len(f0.times) else 0.0, 0.2)
    return [
        f0_range(f0, units),
        f0_sd(f0, units),
        f0_height(f0, units, baseline),
        register_variation(f0, units),
        monotone_share(f0, units, Settings()),
        emphasis.emphasis_rate(syllables, f0, level_of(f0), units, Settings()),
    ]


def test_nothing_said_is_missing_with_a_reason():
    for units in ((), (Span(0.0, 2.0),)):
        for found in all_measures(Track(times_of(3), np.full(300, np.nan), "Hz"), units)[:5]:
            assert found.value is None
            assert found.reason in catalogue("zh")["reasons"]


@settings(max_examples=60, deadline=None)
@given(
    strategy.lists(strategy.one_of(strategy.floats(40, 900), strategy.just(float("nan"))), max_size=400),
    strategy.lists(strategy.tuples(strategy.floats(0, 5), strategy.floats(0.01, 3)), max_size=8),
)
def test_wild_tracks_give_numbers_or_reasons(values, pairs):
    f0 = Track(times_of(len(values) / 100)[: len(values)], np.array(values, float), "Hz")
    units, at = [], 0.0
    for gap, length in pairs:
        units.append(Span(at + gap / 5, at + gap / 5 + length))
        at = units[-1].end + 0.3
    for found in all_measures(f0, tuple(units), Neutral()):
        assert (found.value is None) == (found.reason is not None)
        assert found.value is None or (np.isfinite(found.value) and np.isfinite(found.sd) and found.sd >= 0)
        for moment in found.evidence:
            assert moment.code in catalogue("en")["evidence"]
            assert 0 <= moment.start <= moment.end
            catalogue("zh")["evidence"][moment.code].format_map(moment.facts)
    contour(f0)


def recorded(path, change=None, longest=45.0):
    recording = load(path)
    samples, sr = recording.samples[: round(longest * recording.sr)], recording.sr
    if change:
        samples, sr = apply(change, samples, sr)
    return Tracks(from_array(np.asarray(samples, np.float32), sr))


@needs_data
@pytest.mark.data
@pytest.mark.parametrize("voice", ["zf_xiaobei", "zf_xiaoxiao", "zm_yunxi"])
def test_range_follows_a_changed_range_of_a_call(voice):
    path = Path(DATA) / "practice_calls" / f"{voice}_natural.flac"
    factors = (0.0, 0.5, 1.0, 1.6)
    found = [f0_range(t.f0, t.ipus).value for t in (recorded(path, f"scale_f0_range:{k}") for k in factors)]
    slope = np.polyfit(factors, np.array(found) / found[2], 1)[0]
    assert 0.92 < slope < 1.05
    half = recorded(path, "scale_f0_range:0.3")
    assert monotone_share(half.f0, half.ipus, half.settings).value == 100


@needs_data
@pytest.mark.data
@pytest.mark.parametrize("change", ["gain:-12.0", "coded:opus:24.0", "coded:alaw", "pad_silence:5.0", "shift_f0:3.0"])
def test_what_must_not_move_range_and_deviation(change):
    path = Path(DATA) / "practice_calls" / "zm_yunxi_good.flac"
    plain, changed = recorded(path), recorded(path, change)
    for measure in (f0_range, f0_sd):
        assert measure(changed.f0, changed.ipus).value == pytest.approx(measure(plain.f0, plain.ipus).value, rel=0.05)


@needs_data
@pytest.mark.data
def test_natural_calls_lie_where_science_says():
    for path in sorted((Path(DATA) / "practice_calls").glob("*_good.flac")):
        t = recorded(path)
        assert 9 < f0_range(t.f0, t.ipus).value < 17
        assert 2.8 < f0_sd(t.f0, t.ipus).value < 5
        assert monotone_share(t.f0, t.ipus, t.settings).value == 0
        assert intonation.register_variation(t.f0, t.ipus).value is not None
