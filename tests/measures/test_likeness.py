"""Whether a call can be of the person, microphone and room of a baseline: sample calls, as they are and changed."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import lfilter

from voicecoach import Baseline, Tracks, baseline_from, from_array, load, manipulation
from voicecoach.measures.likeness import unlike

SAMPLES = Path(__file__).parents[2] / "sample_audio"


@cache
def half(which: int) -> tuple[np.ndarray, int]:
    whole = load(SAMPLES / "neutral_baseline.flac")
    middle = len(whole.samples) // 2
    return (whole.samples[:middle] if which == 0 else whole.samples[middle:]), whole.sr


@pytest.fixture(scope="module")
def own() -> Baseline:
    return baseline_from(Tracks(from_array(*half(0))))


def against(samples: np.ndarray, sr: int, baseline: Baseline) -> dict[str, dict[str, float]]:
    tracks = Tracks(from_array(np.clip(samples, -1, 1).astype(np.float32), sr))
    return unlike(tracks.envelopes, tracks.capture, tracks.levels, tracks.decay, baseline)


def test_the_same_person_in_the_same_room_is_left_alone(own: Baseline) -> None:
    assert against(*half(1), own) == {}
    smiling = load(SAMPLES / "smiling.flac")
    assert against(smiling.samples, smiling.sr, own) == {}
    assert against(half(1)[0] * 0.2, half(1)[1], own) == {}


@pytest.mark.parametrize("name", ["rushed", "monotone"])
def test_other_voices_are_noticed(own: Baseline, name: str) -> None:
    other = load(SAMPLES / f"{name}.flac")
    found = against(other.samples, other.sr, own)
    assert "baseline_person" in found
    assert found["baseline_person"]["now"] < found["baseline_person"]["before"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("telephone", "baseline_channel"),
        ("lowpass:4500", "baseline_band"),
        ("add_noise:12:pink", "baseline_noise"),
        ("reverberate:0.6", "baseline_echo"),
    ],
)
def test_another_microphone_or_room_is_noticed_and_is_not_another_person(
    own: Baseline, change: str, code: str
) -> None:
    found = against(*manipulation.apply(change, *half(1)), own)
    assert code in found
    assert "baseline_person" not in found


def test_another_colour_is_noticed(own: Baseline) -> None:
    samples, sr = half(1)
    assert set(against(0.1 * lfilter([1, -0.9], [1, 0.5], samples), sr, own)) == {"baseline_colour"}


def test_what_an_older_baseline_does_not_know_is_not_held_against_it(own: Baseline) -> None:
    plain = own.to_dict()
    later = ("shape", "own_fit", "speech_rate", "snr_db", "noise_level_db", "bandwidth_hz", "decay_s")
    older = Baseline.from_dict({k: v for k, v in plain.items() if k not in later} | {"version": 1})
    assert older.own_fit is None
    assert against(*manipulation.apply("add_noise:12:pink", *half(1)), older) == {}
    assert older.smile_evidence
    assert not Baseline.from_dict(replace(own, smile_evidence=False).to_dict()).smile_evidence
