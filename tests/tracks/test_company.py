"""Company on the channel: told when it is there, silent when one person speaks, however lively or noisy."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach import Tracks, from_array, load, manipulation
from voicecoach.timeline import Span, overlap, total
from voicecoach.tracks.company import Company
from voicecoach.tracks.second_voice import division

SAMPLES = Path(__file__).parents[2] / "sample_audio"
SOLO = sorted(path.stem for path in SAMPLES.glob("*.flac") if path.stem != "two_sided")


@cache
def company(name: str, change: str = "gain:0") -> Company:
    recording = load(SAMPLES / f"{name}.flac")
    return Tracks(from_array(*manipulation.apply(change, recording.samples, recording.sr))).company


@cache
def both_in_one() -> Tracks:
    """The two-sided call with trainee and customer on one channel."""
    samples, sr = soundfile.read(SAMPLES / "two_sided.flac")
    return Tracks(from_array(samples.sum(axis=1), sr))


@pytest.mark.parametrize("name", SOLO)
def test_nothing_is_found_where_one_person_speaks(name: str) -> None:
    assert company(name).found == {}


@pytest.mark.parametrize("channel", ["left", "right"])
def test_nothing_is_found_on_one_side_of_a_call(channel: str) -> None:
    assert Tracks(load(SAMPLES / "two_sided.flac", speaker=channel)).company.found == {}


@pytest.mark.parametrize(
    "change",
    [
        "telephone", "add_noise:10:pink", "add_noise:5:white", "reverberate:0.6", "coded:opus:16", "insert_hums:0.5",
        "insert_laughs:2", "scale_f0_range:0", "warp_formants:1.06 | shift_f0:3", "stretch:0.8",
    ],
)  # fmt: skip
def test_nothing_is_found_in_one_voice_after(change: str) -> None:
    assert company("on_target", change).found == {}


def test_a_voice_that_smiles_from_the_middle_on_is_still_one() -> None:
    call = load(SAMPLES / "on_target.flac")
    half = len(call.samples) // 2
    bright, _ = manipulation.apply("warp_formants:1.06 | shift_f0:3", call.samples[half:], call.sr)
    assert Tracks(from_array(np.concatenate([call.samples[:half], bright]), call.sr)).company.found == {}


@pytest.mark.parametrize("name", ["on_target", "rushed"])
@pytest.mark.parametrize("snr", [5, 10, 15])
def test_people_talking_behind_are_heard(name: str, snr: int) -> None:
    found = company(name, f"add_noise:{snr}:babble")
    assert "babble" in found.found
    assert total(found.babble) >= 0.5


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_music_on_hold_is_found_where_it_is(seed: int) -> None:
    call = load(SAMPLES / "on_target.flac")
    middle = call.duration / 2
    put = Span(middle, middle + 8)
    found = company("on_target", f"insert_music:8:{seed}").music
    assert sum(overlap(put, [span]) for span in found) >= 4
    assert total(found) - sum(overlap(put, [span]) for span in found) < 1


@pytest.mark.parametrize("ratio", [0, 10])
def test_music_under_speech_is_found(ratio: int) -> None:
    assert total(company("on_target", f"add_music:{ratio}:3").music) > 5


@pytest.mark.parametrize("kind", ["dial", "ringing", "busy"])
def test_tones_of_the_exchange_are_found(kind: str) -> None:
    found = company("on_target", f"insert_tone:10:{kind}").music
    assert found
    assert found[-1].end <= 10.5


def test_two_voices_on_one_channel_are_told() -> None:
    tracks = both_in_one()
    truth = {side: Tracks(load(SAMPLES / "two_sided.flac", speaker=side)).ipus for side in ("left", "right")}
    less = min(truth.values(), key=total)
    found = tracks.company.second_voice
    assert sum(overlap(span, less) for span in found) > 0.9 * total(found) > 0.7 * total(less)


def test_a_voice_that_alternates_with_another_of_the_other_sex_is_told() -> None:
    found = company("on_target", "alternate_voice:-9:0.85")
    assert found.second_voice
    assert not found.music


@pytest.mark.parametrize("rt60", [1.6, 2.0])
def test_the_echo_of_a_hall_is_no_company(rt60: float) -> None:
    assert company("on_target", f"reverberate:{rt60}").found == {}


def test_silence_and_noise_have_no_company() -> None:
    hiss = 0.01 * np.random.default_rng(0).standard_normal(160000)
    assert Tracks(from_array(np.zeros(160000), 16000)).company.found == {}
    assert Tracks(from_array(hiss, 16000)).company.found == {}
    assert Tracks(from_array(hiss[:8000], 16000)).company.found == {}


def test_no_division_where_one_side_is_too_small() -> None:
    points = np.concatenate([np.zeros((9, 1)), np.full((1, 1), 50.0)])
    assert division(points, np.ones(10), np.full(10, 4.0)) is None


def test_level_does_not_matter() -> None:
    assert company("on_target", "add_noise:10:babble | gain:-12").babble
    assert company("on_target", "insert_music:8:1 | gain:-12").music
