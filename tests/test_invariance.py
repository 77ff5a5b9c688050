"""Whole grades under what must not matter: gain, silence around the call, sampling rate, file format, codec.

A row may move by its own stated uncertainty where a codec or another rate changes the sound a little; under gain and
under silence the sound is the same, and so is the answer.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voicecoach

Report = dict[str, Any]
Graded = Callable[..., Report]

SAMPLES = Path(__file__).parents[1] / "sample_audio"
NAMES = ("on_target", "rushed", "smiling", "soft_in_noise")
CODECS = ("coded:mp3:64", "coded:opus:24", "coded:alaw")
LEVEL_ROWS = {"active_level", "loudness_lufs", "effort", "level_from_own"}  # what gain may move
HEADROOM_DB = 0.1
each_sample = pytest.mark.parametrize("name", NAMES)


def rows(report: Report) -> dict[str, Report]:
    return {row["id"]: row for row in report["criteria"]}


def requirement_scores(report: Report) -> dict[str, float | None]:
    return {requirement["id"]: requirement["score"] for requirement in report["requirements"]}


def moved_rows(before: Report, after: Report, *, share: float, spared: set[str]) -> list[str]:
    """Rows whose value moved by more than ``share`` of their stated uncertainty (half the 90 % interval)."""
    found = []
    for key, row in rows(before).items():
        then, now = row["value"], rows(after)[key]["value"]
        if key in spared or then == now:
            continue
        half = (row["interval"][1] - row["interval"][0]) / 2 if row["interval"] else 0.0
        if then is None or now is None or abs(now - then) > share * half + 1e-3 * abs(then):
            found.append(f"{key}: {then} -> {now} (±{half:.3g})")
    return found


def moved_scores(before: Report, after: Report, points: float, spared: set[str] = frozenset()) -> list[str]:
    """Requirements whose score moved by more than ``points``, with the rows that carry it."""
    found = []
    for key, then in requirement_scores(before).items():
        now = requirement_scores(after)[key]
        if key in spared or then == now:
            continue
        if then is None or now is None or abs(now - then) > points:
            carried = [
                f"{i} {row['value']} -> {rows(after)[i]['value']}"
                for i, row in rows(before).items()
                if row["requirement"] == key and row["score"] != rows(after)[i]["score"]
            ]
            found.append(f"{key}: {then} -> {now} by {', '.join(carried)}")
    return found


@each_sample
@pytest.mark.parametrize("db", [-12, 12])
def test_gain_moves_the_level_and_nothing_else(graded: Graded, name: str, db: float) -> None:
    before = graded(name)
    room = -before["recording"]["quality"]["peak_dbfs"] - HEADROOM_DB  # no new clipping
    after = graded(name, f"gain:{min(db, room)}")
    assert moved_rows(before, after, share=0.01, spared=LEVEL_ROWS) == []
    assert moved_scores(before, after, 0.1, spared={"loudness"}) == []
    assert rows(after)["active_level"]["value"] - rows(before)["active_level"]["value"] == pytest.approx(
        min(db, room), abs=0.05
    )


@each_sample
@pytest.mark.parametrize("where", ["before", "after"])
def test_silence_around_the_call_moves_nothing(graded: Graded, name: str, where: str) -> None:
    before, call = graded(name), sample(name)
    silence = np.zeros(5 * call.sr, np.float32)
    parts = [silence, call.samples] if where == "before" else [call.samples, silence]
    after = graded_array(name, np.concatenate(parts), call.sr)
    assert moved_rows(before, after, share=0.5, spared={"time_to_first_word"}) == []
    assert moved_scores(before, after, 1) == []
    first = rows(after)["time_to_first_word"]["value"] - rows(before)["time_to_first_word"]["value"]
    assert first == pytest.approx(5 if where == "before" else 0, abs=0.02)


@each_sample
@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_the_sampling_rate_does_not_matter(graded: Graded, name: str, rate: int) -> None:
    from scipy.signal import resample

    before, call = graded(name), sample(name)
    after = graded_array(name, resample(call.samples, round(call.duration * rate)), rate)
    assert moved_rows(before, after, share=1, spared=set()) == []
    assert moved_scores(before, after, 3) == []


@pytest.mark.parametrize("name", ["on_target", "smiling"])
def test_wav_and_flac_say_the_same(graded: Graded, name: str, tmp_path: Path) -> None:
    import soundfile

    call = sample(name)
    soundfile.write(tmp_path / "call.wav", call.samples, call.sr, subtype="PCM_16")
    of_day = (SAMPLES / f"{name}.flac").stat().st_mtime  # the age of the baseline counts to the date of the call
    os.utime(tmp_path / "call.wav", (of_day, of_day))
    read = voicecoach.load(tmp_path / "call.wav")
    assert np.array_equal(read.samples, call.samples)
    report = voicecoach.grade(read, baseline=own_voice(name)).to_dict()
    assert said(report) == said(graded(name))


@each_sample
@pytest.mark.parametrize("codec", CODECS)
def test_a_codec_moves_no_score_by_more_than_3_points(graded: Graded, name: str, codec: str) -> None:
    assert moved_scores(graded(name), graded(name, codec), 3) == []


@each_sample
def test_the_telephone_band_moves_no_score_by_more_than_5_points(graded: Graded, name: str) -> None:
    """Clarity and tone may fall or be out of reach: the channel takes what they are judged by."""
    before, after = graded(name), graded(name, "telephone")
    assert moved_scores(before, after, 5, spared={"clarity", "tone"}) == []
    for key in ("clarity", "tone"):
        now, then = requirement_scores(after)[key], requirement_scores(before)[key]
        assert now is None or then is None or now <= then + 3
    assert after["recording"]["quality"]["band"] == "telephone"


@pytest.mark.parametrize("name", ["smiling", "soft_in_noise"])
def test_the_same_call_gets_the_same_answer_twice(graded: Graded, name: str) -> None:
    again = voicecoach.grade(sample(name), baseline=own_voice(name)).to_dict()
    assert again == graded(name)


def test_the_recording_is_left_as_it_was() -> None:
    call = voicecoach.load(SAMPLES / "on_target.flac")
    kept = call.samples.copy()
    assert not call.samples.flags.writeable
    voicecoach.grade(call)
    assert np.array_equal(call.samples, kept)
    with pytest.raises(ValueError, match="read-only"):
        call.samples[0] = 1


def said(report: Report) -> Report:
    """All that a report says but for the file it is about."""
    file = {"name", "sha256", "codec"}
    return report | {"recording": {k: v for k, v in report["recording"].items() if k not in file}}


@cache
def sample(name: str) -> voicecoach.Recording:
    return voicecoach.load(SAMPLES / f"{name}.flac")


@cache
def own_voice(name: str) -> voicecoach.Baseline | None:
    if name != "smiling":
        return None
    return voicecoach.baseline_from(voicecoach.tracks(voicecoach.load(SAMPLES / "neutral_baseline.flac")))


def graded_array(name: str, samples: np.ndarray, sr: int) -> Report:
    return voicecoach.grade(voicecoach.from_array(samples, sr, name=name), baseline=own_voice(name)).to_dict()
