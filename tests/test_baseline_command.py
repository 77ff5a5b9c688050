"""``voicecoach baseline``: what it keeps, what it tells, and its one line for each thing that can go wrong."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voicecoach.baseline import Baseline
from voicecoach.own_voice.passage import passage
from voicecoach.store import open_store

SAMPLES = Path(__file__).parents[1] / "sample_audio"
NEUTRAL, SMILING, OTHER = (SAMPLES / f"{name}.flac" for name in ("neutral_baseline", "smiling", "monotone"))
SR = 16000


Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder and a store of its own for every test, and no desktop."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VOICECOACH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def cut(
    path: Path, source: Path, start: float, end: float, change: Callable[[np.ndarray], np.ndarray] | None = None
) -> Path:
    samples = soundfile.read(source, start=round(start * SR), stop=round(end * SR), dtype="float32")[0]
    soundfile.write(path, samples if change is None else change(samples), SR)
    return path


def test_files_become_a_baseline_that_grading_uses(run: Run, tmp_path: Path) -> None:
    ran = run("baseline", "--trainee", "王芳", NEUTRAL, "--smiling", SMILING)
    assert ran.code == 0
    assert "Around 233 Hz" in ran.out
    assert "can be told from the neutral one" in ran.out
    assert "Kept as the baseline of 王芳" in ran.err
    page = Path(ran.out.splitlines()[-1])
    html = page.read_text(encoding="utf-8")
    assert "Your everyday voice lies around 233 Hz." in html
    assert "你平常说话的音高在 233 Hz 左右。" in html
    assert html.count("data:audio/mpeg") == 2
    assert not re.search(r'(src|href)="(?!data:|#)', html)
    assert "王芳" not in html
    with open_store() as store:
        stored = store.baseline("王芳")
        assert stored is not None
        assert stored.smile_evidence
        assert (len(stored.neutral), len(stored.smiling)) == (1, 1)
        assert stored.facts["smile"]["code"] == "told"
        assert stored.facts["smile"]["shift"] > 5
        kept = Baseline.from_dict(stored.data)
        assert 150 < (kept.speech_rate or 0) < 230
        assert kept.shape is not None
        assert None not in (kept.own_fit, kept.snr_db, kept.bandwidth_hz, kept.active_level_db)
    call = cut(tmp_path / "call.wav", SMILING, 0, 25)
    graded = run("grade", call, "--trainee", "王芳", "--no-audio")
    assert graded.code == 0
    assert "Compared with your own voice: neutral_baseline.flac" in graded.out
    report = json.loads((tmp_path / "call.report.json").read_text(encoding="utf-8"))
    assert report["baseline"]["codes"] == []
    assert next(row for row in report["criteria"] if row["id"] == "smile_shift")["status"] == "scored"
    assert run("forget", "王芳", "--yes").code == 0
    assert not page.exists()


def test_a_smile_that_cannot_be_told_is_no_evidence_from_then_on(run: Run, tmp_path: Path) -> None:
    first, second = cut(tmp_path / "a.wav", NEUTRAL, 0, 31), cut(tmp_path / "b.wav", NEUTRAL, 31, 61.6)
    softer = cut(tmp_path / "again.wav", NEUTRAL, 0, 61.6, lambda x: 0.7 * x)
    ran = run("baseline", "--trainee", "P", first, second, "--smiling", softer, "--no-audio")
    assert ran.code == 0
    assert "Not by this measure" in ran.out
    assert "data:audio" not in Path(ran.out.splitlines()[-1]).read_text(encoding="utf-8")
    with open_store() as store:
        stored = store.baseline("P")
        assert stored is not None
        assert not stored.smile_evidence
        assert len(stored.neutral) == 2
        assert Baseline.from_dict(stored.data).speech_s > 50
    run("grade", cut(tmp_path / "call.wav", SMILING, 0, 25), "--trainee", "P", "--no-audio")
    report = json.loads((tmp_path / "call.report.json").read_text(encoding="utf-8"))
    smile = next(row for row in report["criteria"] if row["id"] == "smile_shift")
    assert (smile["status"], smile["reason_code"]) == ("not_measurable", "smile_not_told")
    assert "could not be told apart" in smile["words"]["reason"]["en"]


def test_without_files_the_passage_is_shown_and_recorded(run: Run, tmp_path: Path) -> None:
    devices = ("--device", f"file:{NEUTRAL}@60", "--device", f"file:{SMILING}@60")
    ran = run("baseline", "--trainee", "王芳", *devices, "--lang", "zh")
    assert ran.code == 0
    shown = re.sub(r"\s", "", ran.err)
    assert all(shown.count(paragraph) == 2 for paragraph in passage()["zh"])
    assert "面带微笑" in ran.err
    assert "分得开" in ran.out
    assert list(tmp_path.glob("*.wav")) == []
    with open_store() as store:
        stored = store.baseline("王芳")
        assert stored is not None
        assert (len(stored.neutral), len(stored.smiling)) == (1, 1)
    alone = run("baseline", "--trainee", "王芳", *devices, "--no-smiling")
    assert "there is no smiling take" in alone.out
    with open_store() as store:
        assert [one.active for one in store.baselines("王芳")] == [True, False]


def test_the_passage_takes_about_a_minute() -> None:
    spoken = re.findall("[\u4e00-\u9fff]", "".join(passage()["zh"]))
    assert 170 <= len(spoken) <= 240


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["none.wav"], 2, "none.wav: there is no such file"),
        (["short.wav"], 1, "short.wav: 4 s of speech. Expected at least 20 s"),
        (["silent.wav"], 1, "silent.wav: no speech was found"),
        (["noise.txt"], 1, "no recording was found in this file"),
        ([NEUTRAL, "--smiling", OTHER], 1, "monotone.flac: this seems to be another person"),
        ([NEUTRAL, OTHER], 1, "monotone.flac: this seems to be another person"),
        (["--smiling", SMILING], 2, "--smiling goes with a neutral recording"),
        (["--device", "file:none.wav"], 2, "none.wav: there is no such file"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line_and_nothing_is_kept(
    run: Run, tmp_path: Path, arguments: list[object], code: int, said: str
) -> None:
    cut(tmp_path / "short.wav", NEUTRAL, 0, 5)
    soundfile.write(tmp_path / "silent.wav", 1e-4 * np.random.default_rng(1).standard_normal(30 * SR), SR)
    (tmp_path / "noise.txt").write_text("no sound", encoding="utf-8")
    ran = run("baseline", "--trainee", "王芳", *arguments)
    assert ran.code == code
    assert ran.err.startswith("voicecoach: ")
    assert ran.err.count("\n") == 1
    assert said in ran.err
    with open_store() as store:
        assert store.trainees() == ()


def test_somebody_else_does_not_take_a_trainees_place_unasked(run: Run) -> None:
    assert run("baseline", "--trainee", "P", NEUTRAL, "--no-audio").code == 0
    ran = run("baseline", "--trainee", "P", OTHER, "--no-audio")
    assert ran.code == 1
    assert "another person than in the earlier baseline" in ran.err
    with open_store() as store:
        assert len(store.baselines("P")) == 1
    forced = run("baseline", "--trainee", "P", OTHER, "--no-audio", "--same-person")
    assert forced.code == 0
    assert "Earlier baseline: it is of another voice" in forced.out


def test_a_recording_that_is_refused_stays_on_the_disk(run: Run, tmp_path: Path) -> None:
    short = cut(tmp_path / "short.flac", NEUTRAL, 0, 5)
    ran = run("baseline", "--trainee", "P", "--no-smiling", "--device", f"file:{short}@40")
    assert ran.code == 1
    (left,) = tmp_path.glob("*.wav")
    assert os.fspath(left.name) in ran.err
