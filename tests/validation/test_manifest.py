"""A manifest says what is true of each recording; a wrong one says where it is wrong."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach.errors import UsageError
from voicecoach.recording import load
from voicecoach.segmentation import Segments
from voicecoach.timeline import Span
from voicecoach.tracks import Tracks
from voicecoach.validation import read_manifest
from voicecoach.validation.checks import every
from voicecoach.validation.run import jobs, run

SAMPLES = Path(__file__).parents[2] / "sample_audio"


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    file = folder / "manifest.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        table = csv.DictWriter(lines, sorted({key for row in rows for key in row}))
        table.writeheader()
        table.writerows(rows)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "calls").mkdir()
    soundfile.write(tmp_path / "calls" / "one.wav", np.zeros(8000), 8000)
    return tmp_path


def test_truth_beside_the_recording(folder: Path) -> None:
    one = folder / "calls" / "one"
    sentences = [{"start": 0.1, "end": 0.4, "n_syllables": 2}]
    one.with_suffix(".json").write_text(json.dumps({"sentences": sentences, "pauses_between_sentences": [[0.4, 0.5]]}))
    one.with_suffix(".scv").write_text("one,0,0.1,0,0.1,0.4,1,0.4,0.5,0,0.5,0.7,1,0.7,0.8,1")
    one.with_name("one.f0.txt").write_text("0.00 0\n0.01 120\n")
    row = {"path": "calls/one.wav", "speaker": "ann", "sex": "f", "kind": "read", "n_syllables": "2"}
    (clip,) = read_manifest(written(folder, [row]))
    assert (clip.name, clip.set, clip.speaker, clip.sex, clip.n_syllables) == ("calls/one", "calls", "ann", "f", 2)
    assert clip.counted
    assert clip.sentences == (Span(0.1, 0.4),)
    assert clip.sentence_pauses == (Span(0.4, 0.5),)
    assert clip.speech == (Span(0.1, 0.4), Span(0.5, 0.8))
    assert clip.f0 is not None
    assert np.isnan(clip.f0.values[0])
    assert clip.f0.values[1] == 120
    assert clip.recording().sr == 8000


def test_what_is_not_said_is_unknown(folder: Path) -> None:
    (clip,) = read_manifest(written(folder, [{"path": "calls/one.wav"}]))
    assert (clip.n_syllables, clip.speech, clip.sentence_pauses, clip.f0) == (None, None, None, None)
    assert not clip.counted


def test_truth_in_the_notes_and_the_set_named_by_a_column(folder: Path) -> None:
    row = {"path": "calls/one.wav", "set": "tones", "notes": 'TRUTH {"lufs": -23}; two channels'}
    (clip,) = read_manifest(written(folder, [row]))
    assert clip.set == "tones"
    assert clip.truth == {"lufs": -23}


def test_emotion_takes_are_not_counted(folder: Path) -> None:
    (clip,) = read_manifest(written(folder, [{"path": "calls/one.wav", "kind": "emotion", "n_syllables": "8"}]))
    assert not clip.counted


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"path": "calls/two.wav"}, "line 2: calls/two.wav"),
        ({"path": "calls/one.wav", "n_syllables": "many"}, "line 2: invalid literal"),
        ({"file": "calls/one.wav"}, "no column `path`, found file"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, row: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_manifest(written(folder, [row]))


def test_no_such_manifest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_manifest(tmp_path / "manifest.csv")


def test_the_sample_calls_are_listed() -> None:
    clips = read_manifest(SAMPLES / "manifest.csv")
    assert {clip.name for clip in clips} == {path.stem for path in SAMPLES.glob("*.flac")}
    assert {clip.set for clip in clips} == {"sample_audio"}
    for clip in clips:
        assert clip.n_syllables == clip.truth["n_syllables"]


def test_segments_corrected_by_hand_are_the_truth(folder: Path) -> None:
    pytest.importorskip("praatio")
    (folder / "calls" / "one.json").write_text(json.dumps({"sentences": [{"start": 0, "end": 0.9}], "snr_db": 30}))
    corrected = Segments(
        ipus=(Span(0.1, 0.3), Span(0.5, 0.9)), sentences=(Span(0.1, 0.3), Span(0.5, 0.9)),
        syllables=np.array([0.15, 0.6, 0.7, 0.8]), duration=1.0,
    )  # fmt: skip
    for name in ("one.TextGrid", "one.csv"):
        corrected.save(folder / name)
        (clip,) = read_manifest(written(folder, [{"path": "calls/one.wav", "segments": name}]))
        np.testing.assert_allclose(clip.speech, corrected.ipus)
        np.testing.assert_allclose(clip.sentences, corrected.sentences)
        assert clip.sentence_pauses == (pytest.approx((0.3, 0.5)),)
        assert [one["n_syllables"] for one in clip.truth["sentences"]] == [1, 3]
        assert clip.truth["speech_rate_syl_per_min"] == pytest.approx(60 * 4 / 0.8)
        assert (clip.n_syllables, clip.counted, clip.truth["snr_db"]) == (4, True, 30)


def test_a_tier_that_is_not_there_says_nothing_and_a_column_goes_first(folder: Path) -> None:
    Segments(syllables=np.array([0.15, 0.6]), duration=1.0).save(folder / "one.csv")
    row = {"path": "calls/one.wav", "segments": "one.csv"}
    (clip,) = read_manifest(written(folder, [row]))
    assert (clip.n_syllables, clip.speech, clip.sentence_pauses) == (2, None, None)
    (clip,) = read_manifest(written(folder, [row | {"n_syllables": "3"}]))
    assert clip.n_syllables == 3


def test_segments_that_are_not_there_are_named(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv: there is no such file"):
        read_manifest(written(folder, [{"path": "calls/one.wav", "segments": "nowhere.csv"}]))


def test_validate_measures_against_corrected_segments(tmp_path: Path) -> None:
    """Truth moved on purpose moves the stated error: pauses told to be elsewhere are not found there."""
    recording = load(SAMPLES / "on_target.flac")
    known = Segments(ipus=Tracks(recording).ipus, duration=recording.duration)
    moved = Segments(ipus=tuple(Span(a + 2, b + 2) for a, b in known.ipus or ()), duration=recording.duration + 2)
    rows = []
    for name, segments in {"as_found": known, "moved": moved}.items():
        soundfile.write(tmp_path / f"{name}.wav", recording.samples, recording.sr)
        segments.save(tmp_path / f"{name}.csv")
        rows.append({"path": f"{name}.wav", "set": name, "segments": f"{name}.csv"})
    checks = [check for check in every() if check.measure == "pauses"]
    found = {
        seen.set: [one.values for one in seen.observations if one.tool == "voicecoach"]
        for seen in run(jobs(read_manifest(written(tmp_path, rows)), checks, ["clean"]))
    }
    (right,), (wrong,) = found["as_found"], found["moved"]
    assert right["hits"] == right["true"] == right["found"] > 5
    assert wrong["hits"] < right["hits"] / 2
