"""Levels against levels known by hand; noise added at a known ratio."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach.validation import alternatives
from voicecoach.validation.alternatives import wada
from voicecoach.validation.checks import OURS, Take, levels
from voicecoach.validation.manifest import Clip
from voicecoach.validation.signals import ebu_tone, signals
from voicecoach.validation.voltmeter import talk

EBU = next(clip for clip in signals() if clip.name == "EBU 3341 case 1")


def test_loudness_of_a_tone_is_what_ebu_says() -> None:
    seen = {o.tool: o.values["error"] for o in levels.loudness((Take(EBU, "clean"),))}
    assert seen[OURS] == pytest.approx(0, abs=0.1)


def test_a_wrong_truth_shows_as_the_error() -> None:
    wrong = replace(EBU, truth={"lufs": EBU.truth["lufs"] + 1})
    (ours, *_) = levels.loudness((Take(wrong, "clean"),))
    assert ours.values["error"] == pytest.approx(-1, abs=0.1)


def test_without_pyloudnorm_ours_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alternatives, "find_spec", lambda module: None)
    assert [o.tool for o in levels.loudness((Take(EBU, "clean"),))] == [OURS]


@pytest.mark.parametrize("balance", [1.0, 0.5])
def test_both_channels_of_a_stereo_file_count(tmp_path: Path, balance: float) -> None:
    tone, sr = ebu_tone(1)
    soundfile.write(tmp_path / "tone.wav", np.stack([tone, balance * tone], axis=1), sr, subtype="FLOAT")
    truth = {"lufs": -26.01 + 10 * math.log10(1 + balance**2)}
    take = Take(Clip("tone", "made", truth=truth, path=tmp_path / "tone.wav"), "clean")
    assert levels.channels(take).shape == (len(tone), 2)
    (ours, *_) = levels.loudness((take,))
    assert ours.values["error"] == pytest.approx(0, abs=0.1)


def test_the_itu_program_is_followed_and_mean_power_is_not_the_same() -> None:
    clip = next(clip for clip in signals() if clip.name == "talk share 0.3 noise 60")
    seen = {o.tool: o.values["error"] for o in levels.speech_level((Take(clip, "clean"),))}
    assert abs(seen[OURS]) < 0.3
    assert seen["mean power"] < -3  # pauses pull it down


def test_steady_noise_on_a_train_of_syllables_is_told() -> None:
    train = next(clip for clip in signals() if clip.name.startswith("tones 5 a second at 220"))
    (ours, other) = levels.speech_over_noise((Take(train, "clean"),))
    assert (ours.tool, other.tool) == (OURS, "WADA")
    assert (ours.values["steady_asked"], ours.values["babble_asked"]) == (10, 5)
    assert ours.values["steady_within"] == 10


def test_only_whole_clean_calls_are_wanted() -> None:
    call = Clip("call", "made", kind="tts", truth={"sentences": [{"start": 0.0, "end": 1.0}]})
    assert levels.is_clean_call(call)
    assert not levels.is_clean_call(replace(call, truth={**call.truth, "snr_db": 9.0}))
    assert not levels.is_clean_call(replace(call, kind="spontaneous"))
    assert not levels.is_clean_call(replace(call, truth={}))


def test_wada_tells_ratios_apart_and_loudness_not() -> None:
    speech = np.random.default_rng(1).gamma(0.4, size=100_000) * np.random.default_rng(2).choice([-1, 1], 100_000)
    noise = np.random.default_rng(3).standard_normal(100_000) * np.sqrt(np.mean(speech**2)) * 10 ** (-10 / 20)
    mixed = (0.1 * (speech + noise)).astype(np.float32)
    assert wada.ratio_db(mixed) == pytest.approx(10, abs=0.7)
    assert wada.ratio_db(0.1 * mixed) == pytest.approx(wada.ratio_db(mixed) or 0, abs=0.1)
    assert wada.ratio_db(np.zeros(100, np.float32)) is None


def test_talk_is_the_same_every_time() -> None:
    assert np.array_equal(talk(8000, 1.0, seed=3), talk(8000, 1.0, seed=3))
