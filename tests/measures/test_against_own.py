"""Clarity and level against one's own neutral voice: what moves them, what does not, and when they are not scored."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from voicecoach import Baseline, Tracks, baseline_from, from_array, grade, load, manipulation
from voicecoach.measures.clarity import contrast_from_own
from voicecoach.measures.loudness import level_from_own
from voicecoach.own_voice import own_voice
from voicecoach.results import Measurement

SAMPLES = Path(__file__).parents[2] / "sample_audio"
VOICES = ("zf_xiaobei", "zf_xiaoxiao", "zm_yunjian", "zm_yunxi")
needs_data = pytest.mark.skipif("VOICECOACH_DATA" not in os.environ, reason="VOICECOACH_DATA is not set")


@cache
def neutral(half: int, change: str = "") -> Tracks:
    """One half of the neutral sample, after a known change."""
    whole = load(SAMPLES / "neutral_baseline.flac")
    samples = np.array_split(whole.samples, 2)[half]
    changed = manipulation.apply(change, samples, whole.sr) if change else (samples, whole.sr)
    return Tracks(from_array(*changed))


def own(**changed: object) -> Baseline:
    plain = baseline_from(neutral(0)).to_dict()
    return Baseline.from_dict(plain | changed)


def contrast(tracks: Tracks, baseline: Baseline | None) -> Measurement:
    return contrast_from_own(tracks.dips, tracks.levels, tracks.capture, baseline)


def level(tracks: Tracks, baseline: Baseline | None) -> Measurement:
    return level_from_own(tracks.levels, tracks.capture, baseline)


def test_neutral_against_neutral_is_no_difference() -> None:
    found = contrast(neutral(1), own())
    assert abs(found.value) < 1.645 * found.sd
    assert found.sd < 1


def test_the_more_blurred_the_lower() -> None:
    values = [contrast(neutral(1, f"blur:{share}"), own()).value for share in (0.0, 0.2, 0.4, 0.6)]
    assert values == sorted(values, reverse=True)
    assert values[0] - values[-1] > 2.5


@pytest.mark.parametrize("change", ["gain:-12", "coded:opus:24", "coded:mp3:64", "lowpass:4000", "add_noise:25:pink"])
def test_what_is_not_the_voice_moves_contrast_less_than_its_error(change: str) -> None:
    before, after = contrast(neutral(1), own()), contrast(neutral(1, change), own())
    assert abs(after.value - before.value) < before.sd


def test_noise_that_fills_the_dips_is_no_blurred_speech() -> None:
    assert contrast(neutral(1, "add_noise:12:pink"), own()).reason == "too_little_snr_db"
    assert contrast(neutral(1), own(snr_db=12.0)).reason == "too_little_snr_db"


def test_without_a_figure_to_compare_with_it_says_so() -> None:
    earlier = {k: v for k, v in own().to_dict().items() if not k.startswith("dips")} | {"version": 2}
    assert contrast(neutral(1), Baseline.from_dict(earlier)).reason == "baseline_without_levels"
    assert contrast(neutral(1), None).reason == level(neutral(1), None).reason == "no_baseline"
    assert contrast(neutral(1), own(channel="telephone")).reason == "baseline_other_channel"


def test_a_neutral_recording_that_is_blurred_itself_is_no_excuse() -> None:
    """Spoken as always, but never clear: the general row is scored as without a baseline."""
    blurred = baseline_from(neutral(0, "blur:0.75"))
    call = from_array(*manipulation.apply("blur:0.75", neutral(1).recording.samples, neutral(1).recording.sr))
    found = contrast(Tracks(call), blurred)
    assert (found.value, found.reason) == (pytest.approx(0, abs=1.5), "baseline_blurred")
    with_own, without = grade(call, baseline=blurred, lang="en"), grade(call, lang="en")
    for report in (with_own, without):
        assert report.criterion("articulation_contrast").score == pytest.approx(
            without.criterion("articulation_contrast").score
        )
        assert report.criterion("contrast_from_own").score is None
    assert "itself blurred" in with_own.criterion("contrast_from_own").reason
    own_clarity, clarity = (next(r for r in one.requirements if r.id == "clarity") for one in (with_own, without))
    assert own_clarity.score == pytest.approx(clarity.score)


def test_who_reads_blurred_is_told_when_the_baseline_is_made() -> None:
    def notes(change: str) -> str:
        return " ".join(note["en"] for note in own_voice([neutral(0, change).recording]).findings["notes"])

    assert "run together even in this reading" in notes("blur:0.75")
    assert "run together" not in notes("")


def test_the_general_row_steps_back_where_the_own_voice_can_be_judged_by() -> None:
    call = neutral(1, "blur:0.5").recording
    with_own, without = grade(call, baseline=own()), grade(call)
    assert with_own.criterion("articulation_contrast").reason_code == "own_voice_instead"
    assert without.criterion("articulation_contrast").score > 95, "at its best for a clear voice that slurs by half"
    assert with_own.criterion("contrast_from_own").score < 90
    scores = [next(r for r in one.requirements if r.id == "clarity").score for one in (with_own, without)]
    assert scores[0] < scores[1] - 1
    assert "own_voice_instead" not in {row.reason_code for row in without.criteria}


def test_level_is_scored_only_where_the_gain_was_the_same() -> None:
    now, floor = neutral(1), neutral(1).levels.noise_level_db
    assert floor is not None
    same = level(now, own(noise_level_db=floor))
    assert (same.value, same.reason) == (pytest.approx(0, abs=0.5), None)
    assert level(now, own(noise_level_db=floor + 2)).sd > same.sd
    assert level(now, own(noise_level_db=floor + 4)).reason == "gain_other"
    assert level(now, own(noise_level_db=None)).reason == "gain_unknown"
    assert level(now, own(noise_level_db=-97.0)).reason == "gain_unknown"
    turned = level(neutral(1, "gain:-12"), own())
    assert (turned.value, turned.reason) == (pytest.approx(-12, abs=0.5), "gain_other")


@needs_data
@pytest.mark.data
def test_against_the_own_voice_judgements_are_narrower() -> None:
    """What a voice differs by from itself is less than voices differ by; the tone index states it."""
    folder = Path(os.environ["VOICECOACH_DATA"]) / "practice_calls"
    calls = {voice: Tracks(load(folder / f"{voice}_natural.flac")) for voice in VOICES}
    means = [tracks.dips.mean_db for tracks in calls.values()]
    for voice, tracks in calls.items():
        baseline = baseline_from(tracks)
        call = load(folder / f"{voice}_rushed.flac")
        rushed = Tracks(call)
        assert contrast(rushed, baseline).sd < np.std(means, ddof=1)
        with_own, without = grade(call, baseline=baseline), grade(call)
        widths = [np.ptp(report.criterion("tone_index").interval) for report in (with_own, without)]
        assert widths[0] < widths[1]
