"""The commands that keep, as a person runs them: what they write, what they say where, and with which exit code."""

import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import voicecoach
from voicecoach import Baseline
from voicecoach.store import open_store
from voicecoach.words import say

SAMPLES = Path(__file__).parents[2] / "sample_audio"
SR = 16000


Run = Callable[..., Any]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of a sample call, which grade fast."""
    path = tmp_path_factory.mktemp("call") / "王芳 1.wav"
    samples = soundfile.read(SAMPLES / "on_target.flac", stop=3 * SR, dtype="float32")[0]
    soundfile.write(path, samples, SR)
    return path


def one_line(text: str) -> str:
    assert text.startswith("voicecoach: ")
    assert text.count("\n") == 1, text
    return text


def fill(practise: Callable[..., Any], numbers: range, trainee: str = "王芳", **more: Any) -> None:
    with open_store() as store:
        for number in numbers:
            one = practise(number)
            store.add_take(trainee, one.path, one.report, **more)


def test_from_grading_to_forgetting(run: Run, call: Path, tmp_path: Path, url: str) -> None:
    at = ("--store", url)
    graded = run("grade", call, "--out", tmp_path / "out", "--trainee", "王芳", "--note", "first", *at)
    assert graded.code == 0
    page = tmp_path / "out" / "王芳 1.report.html"
    assert graded.lines[-1] == str(page)
    again = run("grade", call, "--out", tmp_path / "out", "--trainee", "王芳", *at)
    assert "kept as take" in again.err

    (line,) = run("takes", "王芳", *at).lines
    take = line.split()[0]
    assert f"kept as take {take} of 王芳" in graded.err
    assert line.endswith("王芳  0:03  –  王芳 1.wav  first")
    assert run("takes", *at).lines == [line]

    shown = run("show", take[:6], *at)
    assert shown.code == 0
    assert shown.lines[0] == line
    assert shown.lines[-1].endswith(".report.html")
    assert "data:audio" in Path(shown.lines[-1]).read_text(encoding="utf-8")
    bare = run("show", take, "--out", tmp_path / "shown", "--no-audio", *at)
    assert bare.lines[-1] == str(tmp_path / "shown" / f"{take}.report.html")
    assert "data:audio/ogg" not in Path(bare.lines[-1]).read_text(encoding="utf-8")

    exported = run("export", "王芳", "--out", tmp_path, *at)
    assert exported.lines == [str(tmp_path / "voicecoach-王芳.zip")]
    with zipfile.ZipFile(exported.lines[0]) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        (entry,) = manifest["takes"]
        assert archive.read(entry["recording"]) == call.read_bytes()
        stored = json.loads((tmp_path / "out" / "王芳 1.report.json").read_text(encoding="utf-8"))
        assert json.loads(archive.read(entry["reports"][0]["json"])) == stored
        assert b"data:audio" in archive.read(entry["reports"][0]["page"])

    gone = run("forget", "王芳", "--yes", *at)
    assert gone.code == 0
    assert gone.out == "王芳 is forgotten. Removed: takes 1, reports 1, recordings 1, baselines 0.\n"
    assert not Path(shown.lines[-1]).exists()
    assert run("takes", *at).out == ""
    assert run("takes", "王芳", *at).code == 2


def test_with_a_pseudonym_nothing_that_is_written_or_said_has_the_name(run: Run, call: Path, tmp_path: Path) -> None:
    graded = run("grade", call, "--out", tmp_path / "out", "--trainee", "王芳", "--pseudonym", "P7")
    assert graded.code == 0
    for path in (tmp_path / "out").iterdir():
        assert "王芳" not in path.read_text(encoding="utf-8")
    assert "of P7" in graded.err
    listed = run("takes", "王芳")
    assert listed.out == run("takes", "P7").out
    assert "王芳" not in listed.out
    shown = run("show", listed.out.split()[0])
    assert "王芳" not in shown.out + Path(shown.lines[-1]).read_text(encoding="utf-8")
    assert run("export", "王芳", "--out", tmp_path, "--no-audio").lines == [str(tmp_path / "voicecoach-P7.zip")]
    assert "王芳" not in run("forget", "P7", "--yes").out


def test_the_trainees_own_voice_is_used_unless_another_is_given(run: Run, call: Path, tmp_path: Path) -> None:
    voice = Baseline("n.wav", "0" * 64, "2026-03-01", "wideband", 60, 40, 200, 3, -26.0, -9.0, {}, np.ones((2, 28)))
    with open_store() as store:
        own = store.set_baseline("Ana", voice.to_dict(), [voicecoach.load(call)])
    assert run("grade", call, "--out", tmp_path, "--trainee", "Ana").code == 0
    with open_store() as store:
        (take,) = store.takes("Ana")
        assert take.reports[0].baseline == own.id
        about = store.report(take)["baseline"]
    assert (about["name"], about["made"]) == ("n.wav", "2026-03-01")


def test_takes_stand_under_each_other(run: Run, practise: Callable[..., Any]) -> None:
    fill(practise, range(1), "王芳芳", note="a\nb\x1b[2J")
    fill(practise, range(1, 3), "Ana")
    lines = run("takes").lines
    wide = [sum(2 if "一" <= c <= "鿿" else 1 for c in line.split("  0:01")[0]) for line in lines]
    assert len(lines) == 3
    assert len(set(wide)) == 1
    assert any(line.endswith("take 0.wav  a?b?[2J") for line in lines)
    assert run("takes", "--lang", "zh").out == run("takes").out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_kept_is_said(run: Run, lang: str) -> None:
    found = run("takes", "--lang", lang)
    assert (found.code, found.out) == (0, "")
    assert say("store", "no_takes", lang) in one_line(found.err)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("arguments", "code", "error", "facts"),
    [
        (["takes", "Nobody"], 2, "unknown_trainee", {"found": "Nobody"}),
        (["export", "Nobody"], 2, "unknown_trainee", {"found": "Nobody"}),
        (["forget", "Nobody", "--yes"], 2, "unknown_trainee", {"found": "Nobody"}),
        (["show", "abc"], 2, "unknown_take", {"found": "abc"}),
        (["takes", "--store", "my.db"], 2, "bad_store_url", {"found": "my.db"}),
        (["grade", "{call}", "--note", "x"], 2, "needs_trainee", {"option": "--note"}),
        (["grade", "{call}", "--trainee", " "], 2, "bad_name", {"found": " ", "expected": 200}),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Run, call: Path, lang: str, arguments: list[str], code: int, error: str, facts: dict[str, Any]
) -> None:
    ran = run(*(a.format(call=call) for a in arguments), "--lang", lang)
    assert (ran.code, ran.out) == (code, "")
    assert one_line(ran.err) == f"voicecoach: {say('errors', error, lang, **facts)}\n"
    assert list(call.parent.iterdir()) == [call]


def test_a_store_that_cannot_be_read_stops_before_anything_is_written(run: Run, call: Path, home: Path) -> None:
    home.mkdir()
    (home / "store.sqlite3").write_bytes(b"not a database, but as long as its first page" * 100)
    for arguments in (["grade", call, "--trainee", "Ana"], ["takes"], ["show", "ab"], ["forget", "Ana", "--yes"]):
        ran = run(*arguments)
        assert (ran.code, ran.out) == (1, "")
        assert "the store is damaged" in one_line(ran.err)
    assert list(call.parent.iterdir()) == [call]


def test_a_server_that_cannot_be_reached_is_told_without_its_password(run: Run) -> None:
    ran = run("takes", "--store", "postgresql://me:secret@127.0.0.1:1/voices")
    assert ran.code == 1
    assert "the database cannot be reached" in one_line(ran.err)
    assert "secret" not in ran.err


def test_an_export_replaces_nothing(run: Run, practise: Callable[..., Any], tmp_path: Path) -> None:
    fill(practise, range(1))
    taken = tmp_path / "mine.zip"
    taken.write_text("mine")
    ran = run("export", "王芳", "--out", taken)
    assert (ran.code, ran.out) == (2, "")
    assert "never replaced" in one_line(ran.err)
    assert taken.read_text() == "mine"


def test_what_an_export_lacks_is_said(run: Run, practise: Callable[..., Any], tmp_path: Path) -> None:
    fill(practise, range(2))
    with open_store() as store:
        first, second = store.takes()
        store.recording_path(first).unlink()
        store.recording_path(second).write_bytes(b"altered")
    ran = run("export", "王芳", "--out", tmp_path / "all.zip")
    assert ran.code == 1
    for take in (first, second):
        assert f"Recording {take.sha256[:8]} is not in the zip" in ran.err
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert sorted(manifest["missing"]) == sorted([first.sha256, second.sha256])
    assert [take["recording"] for take in manifest["takes"]] == [None, None]
    shown = run("show", first.id)
    assert shown.code == 0
    assert "the recording is not there" in one_line(shown.err)


def test_forgetting_asks_first(practise: Callable[..., Any], run: Run) -> None:
    fill(practise, range(1))
    unasked = subprocess.run(
        [sys.executable, "-m", "voicecoach", "forget", "王芳", "--lang", "en"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert unasked.returncode == 2
    assert "Add --yes" in one_line(unasked.stderr)
    for answer, left in (("n", 1), ("y", 0)):
        ours, theirs = pty.openpty()
        asked = subprocess.Popen(
            [sys.executable, "-m", "voicecoach", "forget", "王芳", "--lang", "zh"],
            stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        os.write(ours, f"{answer}\n".encode())
        out, err = asked.communicate(timeout=60)
        os.close(ours)
        os.close(theirs)
        assert asked.returncode == 0
        assert "要彻底删除王芳和 1 条录音吗？" in err
        assert ("王芳已删除" in out) == (answer == "y")
        assert len(run("takes").lines) == left
