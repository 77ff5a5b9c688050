"""A pitch track against a known one: an octave up, silent, noisy; and ranges against known factors."""

import numpy as np
import pytest

from voicecoach.timeline import Track
from voicecoach.validation.checks import OURS, Observation, Take, pitch
from voicecoach.validation.manifest import Clip
from voicecoach.validation.signals import signals
from voicecoach.validation.statistics import ratio

TIMES = np.arange(400) / 100 + 0.005
HZ = np.where(TIMES % 1 < 0.5, 200 * 2 ** (np.sin(TIMES) / 12), np.nan)
KNOWN = Track(np.arange(800) / 200, np.repeat(HZ, 2), "Hz")
GROSS, MISSED, INVENTED = ratio("gross", "both"), ratio("missed", "spoken"), ratio("invented", "silent")


def told(hz: np.ndarray, known: Track = KNOWN) -> list[Observation]:
    return [Observation(OURS, "clip", "", "", pitch.compared(Track(TIMES, hz, "Hz"), known))]


def test_the_truth_itself_has_no_error() -> None:
    assert [figure(told(HZ)) for figure in (GROSS, MISSED, INVENTED)] == [0.0, 0.0, 0.0]
    assert told(HZ)[0].values["fine"] == pytest.approx(0.0, abs=0.1)


def test_an_octave_up_is_all_gross() -> None:
    assert GROSS(told(2 * HZ)) == 100.0
    assert "fine" not in told(2 * HZ)[0].values


def test_a_quarter_tone_is_fine_error() -> None:
    assert GROSS(told(HZ * 2 ** (0.5 / 12))) == 0.0
    assert told(HZ * 2 ** (0.5 / 12))[0].values["fine"] == pytest.approx(0.5, abs=0.05)


def test_silence_misses_all_and_a_steady_tone_invents_all() -> None:
    nothing = np.full(len(TIMES), np.nan)
    assert (GROSS(told(nothing)), MISSED(told(nothing)), INVENTED(told(nothing))) == (None, 100.0, 0.0)
    assert INVENTED(told(np.full(len(TIMES), 200.0))) == 100.0


def test_a_truth_without_unvoiced_frames_says_nothing_of_voicing() -> None:
    steady = Track(KNOWN.times, np.full(len(KNOWN.times), 200.0), "Hz")
    assert (MISSED(told(HZ, steady)), INVENTED(told(HZ, steady)), GROSS(told(HZ, steady))) == (None, None, 0.0)


def test_every_tracker_reads_a_train_of_syllables() -> None:
    train = next(clip for clip in signals() if clip.name == "tones 5 a second at 220 Hz_range1.0")
    take = Take(train, "clean")
    seen = {observation.tool: observation for observation in pitch.pitch((take,))}
    assert set(seen) == {OURS, "pyin", "yin", "Praat"}
    for observation in seen.values():
        assert GROSS([observation]) == pytest.approx(0, abs=5)
    assert seen["yin"].values["missed"] == 0  # it calls every frame voiced
    ranges = {observation.tool: observation.values["range"] for observation in pitch.pitch_range((take,))}
    assert set(ranges) == {OURS, "pyin", "Praat"}
    assert ranges[OURS] == pytest.approx(8, abs=2)  # tones from 4 st below to 5 st above the voice


def test_takes_of_one_recording_stand_for_one_voice() -> None:
    clips = [Clip(f"set/ann_range{factor}", "set") for factor in (0.5, 1.0)]
    assert {pitch.base(clip) for clip in clips} == {"set/ann"}
    assert [pitch.factor(clip.name) for clip in clips] == [0.5, 1.0]
    assert pitch.factor("set/ann_orig") is None


def test_a_base_without_its_plain_take_has_no_slope() -> None:
    assert pitch.range_slope([Observation(OURS, "", "ann", "", {"factor": 0.5, "range": 3.0})]) is None
