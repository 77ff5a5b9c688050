"""Whole grades on labelled recordings from elsewhere: practice calls, two-sided calls, single sentences."""

import csv
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voicecoach

Report = dict[str, Any]

DATA = Path(os.environ.get("VOICECOACH_DATA") or "/nowhere")
VOICES = ("zf_xiaobei", "zf_xiaoxiao", "zm_yunjian", "zm_yunxi")
CALLS = ("call0_zf_xiaoxiao_zm_yunjian", "call2_zf_xiaobei_zm_yunxi", "call4_zm_yunyang_zf_xiaoyi")
CLIPS = 15
each_voice = pytest.mark.parametrize("voice", VOICES)

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not (DATA / "manifest.csv").is_file(), reason="VOICECOACH_DATA does not name the folder of labelled recordings"
    ),
]


@cache
def graded(path: str, speaker: str = "auto") -> Report:
    return voicecoach.grade(voicecoach.load(DATA / path, speaker=speaker)).to_dict()


def practice(voice: str, manner: str) -> Report:
    return graded(f"practice_calls/{voice}_{manner}.flac")


def score(report: Report, requirement: str) -> float:
    found = next(r for r in report["requirements"] if r["id"] == requirement)
    assert found["score"] is not None, found["reason_code"]
    return float(found["score"])


def by_id(report: Report) -> dict[str, Report]:
    return {row["id"]: row for row in report["criteria"]}


@each_voice
def test_good_pace_scores_30_points_above_rushed(voice: str) -> None:
    assert score(practice(voice, "good"), "rate") >= score(practice(voice, "rushed"), "rate") + 30


@each_voice
@pytest.mark.parametrize("manner", ["rushed", "halting"])
def test_good_pauses_score_20_points_above(voice: str, manner: str) -> None:
    assert score(practice(voice, "good"), "pause") >= score(practice(voice, manner), "pause") + 20


@each_voice
def test_halting_calls_are_in_the_band_of_pace(voice: str) -> None:
    band = next(r["band"] for r in practice(voice, "halting")["requirements"] if r["id"] == "rate")
    assert band == "on_target"


@each_voice
@pytest.mark.parametrize("manner", ["good", "halting", "natural", "rushed"])
def test_what_is_not_wrong_is_not_blamed(voice: str, manner: str) -> None:
    """All are clean recordings of a voice with natural intonation."""
    report = practice(voice, manner)
    for requirement in ("intonation", "loudness", "clarity"):
        assert score(report, requirement) >= 80
    assert report["recording"]["quality"]["verdict"] == "good"


@pytest.mark.parametrize("call", CALLS)
def test_a_call_over_the_telephone_agrees_with_itself(call: str) -> None:
    """The trainee's channel at 24 kHz, and the same through a telephone line with A-law."""
    studio = graded(f"syn_call/{call}_stereo.flac", "left")
    line = graded(f"syn_call/{call}_tel_stereo_alaw.wav", "left")
    assert line["recording"]["quality"]["band"] == "telephone"
    assert disagreeing(studio, line) == []
    for requirement in ("rate", "pause", "intonation", "loudness"):
        assert abs(score(studio, requirement) - score(line, requirement)) <= 5


@pytest.mark.parametrize("call", CALLS)
def test_a_call_in_one_channel_agrees_with_itself(call: str) -> None:
    """Both voices in one channel, and the same with Opus at 12 kb/s: two are heard, so no voice is judged."""
    studio = graded(f"syn_call/{call}_mono.flac")
    line = graded(f"syn_call/{call}_tel_mono_opus12k.ogg")
    assert disagreeing(studio, line) == []
    for report in (studio, line):
        assert "second_voice" in report["recording"]["quality"]["codes"]
        assert by_id(report)["speech_rate"]["reason_code"] == "second_voice"


@cache
def clips() -> list[dict[str, str]]:
    with (DATA / "manifest.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["path"].startswith("zh_read_aishell3/")]


def test_single_sentences_are_too_short_to_score() -> None:
    assert len(clips()) == CLIPS
    for clip in clips():
        report = graded(clip["path"])
        assert report["overall"]["score"] is None
        assert report["overall"]["reason_code"] == "too_few_judged"
        assert not [r["id"] for r in report["requirements"] if r["status"] == "scored"]
        rate = by_id(report)["speech_rate"]
        assert (rate["status"], rate["reason_code"]) == ("informative", "too_little_speech_s")


def test_single_sentences_have_their_values_all_the_same() -> None:
    errors = []
    for clip in clips():
        report = graded(clip["path"])
        rows = by_id(report)
        for key in ("speech_rate", "articulation_rate", "f0_range", "active_level", "snr"):
            assert rows[key]["value"] is not None, (clip["path"], key)
        errors.append(len(report["segments"]["syllables"]) / int(clip["n_syllables"]) - 1)
    assert np.mean(np.abs(errors)) <= 0.06
    assert abs(np.mean(errors)) <= 0.03


def disagreeing(one: Report, other: Report) -> list[str]:
    """Rows of pace, pauses and intonation whose stated 90 % intervals have nothing in common."""
    rows, others = by_id(one), by_id(other)
    compared: list[tuple[Report, Report]] = [
        (row, others[key])
        for key, row in rows.items()
        if row["requirement"] in ("rate", "pause", "intonation") or key == "call_length"
    ]
    return [
        f"{row['id']}: {row['value']} {row['interval']}, {then['value']} {then['interval']}"
        for row, then in compared
        if (row["value"] is None) != (then["value"] is None)
        or (row["value"] is not None and apart(row["interval"], then["interval"]))
    ]


def apart(one: list[float], other: list[float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]
