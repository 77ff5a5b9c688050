"""``voicecoach record`` as a person runs it, in a terminal of its own."""

import json
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach import cli
from voicecoach.cli.recording import open_page
from voicecoach.recording import load
from voicecoach.words import say

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX systems")

SAMPLE = Path(__file__).parents[2] / "sample_audio/on_target.flac"
LONG = f"file:{SAMPLE}@1"
KNOWN, SR = soundfile.read(SAMPLE, dtype="int16")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def is_the_beginning(path: Path, *, at_least: float) -> None:
    """The file holds the sample's first samples, one by one, and no fewer than ``at_least`` s of them."""
    read, sr = soundfile.read(path, dtype="int16")
    assert sr == SR
    assert len(read) >= at_least * SR
    assert np.array_equal(read, KNOWN[: len(read)])


@pytest.mark.parametrize("key", ["q", "\r", " ", "\x03"], ids=["q", "enter", "space", "ctrl-c"])
def test_a_key_stops_and_nothing_is_lost(start, tmp_path: Path, key: str) -> None:
    terminal = start("record", "--device", LONG, "--out", tmp_path, "--no-grade")
    terminal.sees("0:02 of 3:00")
    terminal.types("x")  # any other key does nothing
    terminal.sees("0:03 of 3:00")
    terminal.types(key)
    code, out, seen = terminal.ends()
    assert code == 0, seen
    (name,) = names(tmp_path)
    assert out.splitlines() == [str(tmp_path / name)]
    is_the_beginning(tmp_path / name, at_least=3.0)
    assert "Recorded 0:0" in seen
    assert "Traceback" not in seen


def test_the_terminal_is_as_it_was_afterwards(start, tmp_path: Path) -> None:
    import termios

    terminal = start("record", "--device", LONG, "--out", tmp_path, "--no-grade")
    before = termios.tcgetattr(terminal.master)
    terminal.sees("0:01 of 3:00")
    assert termios.tcgetattr(terminal.master) != before, "keys are read one by one meanwhile"
    terminal.types("q")
    terminal.sees("Recorded")
    assert termios.tcgetattr(terminal.master) == before


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (0.15, ["TOO SOFT", "raise the input"]),
        (1.0, ["GOOD"]),
        (3.2, ["TOO LOUD"]),
        (30.0, ["CLIPPING", "lower the input"]),
    ],
)
def test_the_meter_tells_what_is_wrong(start, tmp_path: Path, gain: float, words: list[str]) -> None:
    played = tmp_path / "played.wav"
    ceiling = 1.0 if gain == 30.0 else 0.95
    soundfile.write(played, np.clip(KNOWN[: 5 * SR] / 32768 * gain, -ceiling, ceiling), SR)
    terminal = start("record", "--device", f"file:{played}@2", "--out", tmp_path / "out", "--no-grade")
    for text in words:
        terminal.sees(text)
    assert terminal.ends()[0] == 0


def test_in_chinese(start, tmp_path: Path) -> None:
    terminal = start("record", "--device", f"file:{SAMPLE}@4", "--out", tmp_path, "--no-grade", "--lang", "zh")
    for code in ("recording", "good", "good_do", "keys"):
        terminal.sees(say("meter", code, "zh"))
    terminal.types("q")
    assert "已录音" in terminal.ends()[2]


def test_over_the_three_minutes_it_says_so(start, tmp_path: Path) -> None:
    played = tmp_path / "played.wav"
    soundfile.write(played, np.tile(KNOWN, 5)[: 190 * SR], SR)
    terminal = start("record", "--device", f"file:{played}@60", "--out", tmp_path / "out", "--no-grade")
    terminal.sees("bring it to an end")
    terminal.sees("over the three minutes")
    assert terminal.ends()[0] == 0


def test_killed_without_warning_the_recording_is_there_and_can_be_graded(start, tmp_path: Path) -> None:
    terminal = start("record", "--device", LONG, "--out", tmp_path, "--no-open")
    terminal.sees("0:04 of 3:00")
    terminal.signals(signal.SIGKILL)
    terminal.ends()
    (name,) = names(tmp_path)
    assert name.endswith(".unfinished.wav")
    is_the_beginning(tmp_path / name, at_least=3.9)  # what the screen had shown, to the last block
    graded = start("grade", tmp_path / name, piped=True)
    code, out, _ = graded.ends()
    assert code == 0, out
    report = json.loads((tmp_path / name).with_name(name.replace(".wav", ".report.json")).read_text("utf-8"))
    assert report["recording"]["duration_s"] >= 3.9
    assert not report["recording"]["truncated"]


def test_the_next_recording_names_what_was_left(start, tmp_path: Path) -> None:
    import os

    left = tmp_path / "x.unfinished.wav"
    soundfile.write(left, KNOWN[:SR], SR, format="WAV")
    os.utime(left, (1e9, 1e9))
    terminal = start("record", "--device", f"file:{SAMPLE}@100", "--out", tmp_path, "--no-grade", piped=True)
    code, out, _ = terminal.ends()
    assert code == 0
    assert say("record", "unfinished", "en", path=left) in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_keeps_the_recording_and_ends(start, tmp_path: Path, number: int) -> None:
    terminal = start("record", "--device", LONG, "--out", tmp_path, "--no-open")
    terminal.sees("0:02 of 3:00")
    terminal.signals(number)
    assert terminal.ends()[0] == 143
    (name,) = names(tmp_path)
    is_the_beginning(tmp_path / name, at_least=2.0)


def test_a_full_disk_keeps_what_fitted_and_says_what_to_do(start, tmp_path: Path) -> None:
    room = 44 + 2 * 2 * SR + 1
    terminal = start("record", "--device", f"file:{SAMPLE}@4", "--out", tmp_path, "--no-open", limit=room)
    code, out, seen = terminal.ends()
    assert code == 1
    (name,) = names(tmp_path)
    assert len(soundfile.read(tmp_path / name)[0]) == 2 * SR
    is_the_beginning(tmp_path / name, at_least=2.0)
    assert out.splitlines() == [str(tmp_path / name)]
    assert "The disk is full" in seen
    assert f"voicecoach grade {tmp_path / name}" in seen.replace("\r\n", "")
    assert "Traceback" not in seen


def test_it_is_graded_at_once_and_the_report_opens(start, tmp_path: Path) -> None:
    opened = tmp_path / "opened.txt"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    terminal = start(
        "record", "--device", f"file:{SAMPLE}@60", "--out", tmp_path / "calls", "--rubric", "contemporary",
        BROWSER=f"{browser} %s",
    )  # fmt: skip
    code, out, seen = terminal.ends()
    assert code == 0, seen
    (wave,) = (tmp_path / "calls").glob("*.wav")
    page = wave.with_name(wave.stem + ".report.html")
    assert out.splitlines()[-1] == str(page)
    assert "Overall" in out
    assert opened.read_text().strip() == page.as_uri()
    report = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert report["rubric"]["name"] == "contemporary"
    assert report["recording"]["sha256"] == load(wave).sha256


@pytest.mark.parametrize(
    ("desktop", "opens"), [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True)]
)
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS always has a desktop")
def test_no_browser_is_asked_for_without_a_desktop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desktop: dict[str, str], opens: bool
) -> None:
    """Python's webbrowser would start a text browser in the terminal."""
    asked: list[str] = []
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in desktop.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("webbrowser.open", asked.append)
    open_page(tmp_path / "call.report.html")
    assert bool(asked) == opens


@pytest.mark.parametrize("out", [False, True], ids=["store alone", "folder too"])
def test_with_a_trainee_the_take_is_kept(start, tmp_path: Path, out: bool) -> None:
    from voicecoach.store import open_store

    home, calls = tmp_path / "home", tmp_path / "calls"
    calls.mkdir()
    url = f"sqlite:///{home / 'store.sqlite3'}"
    command = ["record", "--device", f"file:{SAMPLE}@60", "--no-open", "--trainee", "王芳", "--note", "third try"]
    terminal = start(*command, "--store", url, *(["--out", calls] if out else []), folder=calls)
    code, printed, seen = terminal.ends()
    assert code == 0, seen
    page = Path(printed.splitlines()[-1])
    with open_store(url) as store:
        (take,) = store.takes("王芳")
        assert (take.note, round(take.duration_s)) == ("third try", round(len(KNOWN) / SR))
        assert np.array_equal(soundfile.read(store.recording_path(take), dtype="int16")[0], KNOWN)
        assert store.report(take)["recording"]["sha256"] == take.sha256
        assert page == (calls / page.name if out else store.page_path(take))
    assert take.sha256 in page.read_text("utf-8")[:20_000]
    assert len(names(calls)) == (3 if out else 0), "without --out what is recorded lies in the store alone"


def test_a_store_that_cannot_be_opened_is_found_out_before_anybody_speaks(start, tmp_path: Path) -> None:
    (tmp_path / "store.sqlite3").write_bytes(b"no database" * 500)
    terminal = start("record", "--trainee", "x", "--store", f"sqlite:///{tmp_path}/store.sqlite3", piped=True)
    code, out, _ = terminal.ends()
    assert (code, len(out.splitlines())) == (1, 1)
    assert "damaged" in out


def test_ctrl_c_while_grading_keeps_the_recording_and_says_how_to_grade_it(start, tmp_path: Path) -> None:
    terminal = start("record", "--device", f"file:{SAMPLE}@60", "--out", tmp_path, "--no-open")
    terminal.sees("Recorded")
    terminal.signals(signal.SIGINT)
    code, _, seen = terminal.ends()
    assert code == 130
    (wave,) = tmp_path.glob("*.wav")
    assert wave.stat().st_size == 44 + 2 * len(KNOWN)
    assert f"voicecoach grade {wave}" in seen.replace("\r\n", "")
    assert "Traceback" not in seen


def test_a_microphone_pulled_out_is_graded_as_far_as_it_went(start, tmp_path: Path) -> None:
    terminal = start("record", "--out", tmp_path, "--no-open", fake="unplugged")
    code, _, seen = terminal.ends()
    assert code == 0, seen
    assert "USB Headset: the microphone was unplugged. The 0:00 before that are kept" in seen
    (wave,) = tmp_path.glob("*.wav")
    assert soundfile.info(wave).frames == 5 * 1600
    assert wave.with_name(f"{wave.stem}.report.html").exists()


@pytest.mark.parametrize(
    ("fake", "arguments", "code", "words"),
    [
        ("none", [], 1, "No microphone was found"),
        ("none", ["--list-devices"], 1, "No microphone was found"),
        ("busy", [], 1, "cannot be opened"),
        ("no_portaudio", [], 1, "sudo apt install libportaudio2"),
        ("no_portaudio", ["--list-devices"], 1, "sudo apt install libportaudio2"),
        ("no_package", [], 1, "pip install 'voicecoach[record]'"),
        ("fine", ["--note", "x"], 2, "Add --trainee NAME"),
        ("fine", ["--trainee", "x", "--no-grade"], 2, "do not go together"),
        ("fine", ["--device", "nose"], 2, "1 Built-in, 2 USB Headset"),
        ("fine", ["--rubric", "nose"], 2, "no such rubric"),
        ("fine", ["--baseline", "nose.wav"], 2, "no such file"),
        ("fine", ["--device", "file:nose.wav"], 2, "no such file"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_before_anybody_speaks(
    uses, capsys, monkeypatch, tmp_path: Path, fake: str, arguments: list[str], code: int, words: str
) -> None:
    uses(fake)
    out = tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["voicecoach", "record", "--lang", "en", "--out", str(out), *arguments])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    said = capsys.readouterr()
    assert (stop.value.code, said.out, len(said.err.splitlines())) == (code, "", 1), said.err
    assert words in said.err
    assert not out.exists() or names(out) == []


def test_the_devices_are_listed(uses, capsys, monkeypatch) -> None:
    uses("fine")
    monkeypatch.setattr(sys, "argv", ["voicecoach", "record", "--lang", "en", "--list-devices"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert not stop.value.code
    assert capsys.readouterr().out.splitlines() == [
        "   1  Built-in  (Fake system, 44100 Hz, channels: 1)",
        "*  2  USB Headset  (Fake system, 16000 Hz, channels: 2)",
    ]


def test_sound_that_was_lost_is_told(start, tmp_path: Path) -> None:
    terminal = start("record", "--out", tmp_path, "--no-grade", fake="overflow")
    terminal.sees("0:01 of 3:00")
    terminal.types("q")
    code, _, seen = terminal.ends()
    assert code == 0
    assert "too busy to take all the sound (2 times)" in seen


def test_without_a_terminal_there_are_plain_lines(start, tmp_path: Path) -> None:
    terminal = start("record", "--device", f"file:{SAMPLE}@60", "--out", tmp_path, "--no-grade", piped=True)
    code, out, _ = terminal.ends()
    assert code == 0
    lines = [line for line in out.splitlines() if " of 3:00" in line]
    assert len(lines) == len(KNOWN) / SR // 5 + 1
    assert any("0:15 of 3:00  good  voice −2" in line for line in lines)
    assert "\x1b" not in out


def test_a_signal_that_comes_while_keys_are_read_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from voicecoach.microphone import keys

    stop = keys.Stop()

    def pressed() -> str:
        stop._signalled(signal.SIGINT, None)
        return ""

    monkeypatch.setattr(keys, "_pressed", pressed)
    assert stop()
    assert not stop.leaving
