"""A recording for the store, killed on the way: nothing is lost, it is said, and it can be taken in or removed."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest
import soundfile

from voicecoach.store import Store, open_store, unfinished

SAMPLE = Path(__file__).parents[2] / "sample_audio" / "on_target.flac"


def killed(start, tmp_path: Path, shown: str) -> str:
    """The address of a store in which a recording of 王芳 was killed when the screen showed a time."""
    url = f"sqlite:///{tmp_path / 'home' / 'store.sqlite3'}"
    terminal = start("record", "--device", f"file:{SAMPLE}@4", "--trainee", "王芳", "--note", "third try",
                     "--store", url, "--no-open", folder=tmp_path)  # fmt: skip
    terminal.sees(shown)
    terminal.signals(signal.SIGKILL)
    terminal.ends()
    return url


def test_killed_it_is_said_and_taken_in(start, tmp_path: Path) -> None:
    url = killed(start, tmp_path, "0:06 of 3:00")
    assert not list(tmp_path.glob("*.wav")), "it lies in the store, not in whatever folder one happened to be in"
    for command in (["takes"], ["doctor", "--no-microphone"]):
        code, out, _ = start(*command, "--store", url, "--lang", "en", piped=True).ends()
        assert code == 0, out
        assert "voicecoach recover" in out
    code, out, _ = start("recover", "--store", url, "--lang", "en", piped=True).ends()
    assert code == 0, out
    assert "kept as take" in out
    with open_store(url) as store:
        (take,) = store.takes("王芳")
        assert take.note == "third try"
        assert take.duration_s >= 5.9  # what the screen had shown, to the last block
        sound, _ = soundfile.read(store.recording_path(take), dtype="int16")
        assert (sound == soundfile.read(SAMPLE, dtype="int16")[0][: len(sound)]).all()
        assert store.broken_off() == ()
        assert list((store.root / "unfinished").iterdir()) == []
    code, out, _ = start("recover", "--store", url, "--lang", "en", piped=True).ends()
    assert (code, out.strip()) == (0, "voicecoach: No recording waits to be taken in.")


def test_it_can_be_removed_and_forgetting_removes_it(start, tmp_path: Path) -> None:
    url = killed(start, tmp_path, "0:02 of 3:00")
    code, out, _ = start("recover", "--discard", "--store", url, "--lang", "en", piped=True).ends()
    assert (code, out.strip()) == (0, "voicecoach: Recordings removed that were broken off: 1.")
    killed(start, tmp_path, "0:02 of 3:00")
    with open_store(url) as store:
        assert len(store.broken_off()) == 1
        gone = store.forget("王芳")
        assert (gone.left, gone.held, store.broken_off()) == ((), (), ())
        assert list((store.root / "unfinished").iterdir()) == []


def test_of_nobody_it_is_found_in_its_folder_and_graded(start, tmp_path: Path) -> None:
    terminal = start("record", "--device", f"file:{SAMPLE}@4", "--no-open", folder=tmp_path)
    terminal.sees("0:06 of 3:00")
    terminal.signals(signal.SIGKILL)
    terminal.ends()
    (left,) = tmp_path.glob("*.unfinished.wav")
    final = left.with_name(left.name.replace(".unfinished", ""))
    final.write_bytes(b"not ours")
    url = ["--store", f"sqlite:///{tmp_path / 'home' / 'store.sqlite3'}", "--lang", "en"]
    assert "No recording waits" in start("recover", *url, folder=tmp_path, piped=True).ends()[1], "it may still grow"
    assert left.exists()
    os.utime(left, (time.time() - 60, time.time() - 60))
    code, out, _ = start("recover", "--discard", *url, folder=tmp_path, piped=True).ends()
    assert (code, left.exists()) == (0, True), out
    assert left.name in out
    code, out, _ = start("recover", *url, folder=tmp_path, piped=True).ends()
    assert code == 0, out
    assert "No recording waits" not in out
    assert final.read_bytes() == b"not ours"
    (graded,) = tmp_path.glob("*-2.wav")
    assert not left.exists()
    sound, _ = soundfile.read(graded, dtype="int16")
    assert len(sound) >= 5.9 * 16000
    assert (sound == soundfile.read(SAMPLE, dtype="int16")[0][: len(sound)]).all()
    report = json.loads(graded.with_suffix(".report.json").read_text("utf-8"))
    assert report["recording"]["duration_s"] == pytest.approx(len(sound) / 16000)
    with open_store(url[1]) as store:
        assert store.takes() == ()


def test_what_cannot_be_graded_is_named_and_stays(start, tmp_path: Path) -> None:
    left = tmp_path / "x.unfinished.wav"
    left.write_bytes(b"RIFF")
    os.utime(left, (1e9, 1e9))
    code, out, _ = start("recover", "--store", f"sqlite:///{tmp_path / 'store.sqlite3'}", "--lang", "en",
                         folder=tmp_path, piped=True).ends()  # fmt: skip
    assert code == 1
    assert "x.wav" in out
    assert (tmp_path / "x.wav").read_bytes() == b"RIFF"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


def begun(store: Store, samples: int = 8000, *, age: float = 60.0, **about: object) -> Path:
    """A recording of so many samples, last written to some seconds ago; of a process that is gone."""
    folder = store.begin("Ana")
    told = json.loads((folder / unfinished.ABOUT).read_text("utf-8"))
    (folder / unfinished.ABOUT).write_text(json.dumps(told | {"process": ended()} | about), "utf-8")
    with wave.open(str(folder / "x.unfinished.wav"), "wb") as file:
        file.setparams((1, 2, 8000, samples, "NONE", ""))
        file.writeframes(bytes(2 * samples))
    for path in (folder / "x.unfinished.wav", folder):
        os.utime(path, (time.time() - age, time.time() - age))
    return folder


def ended() -> int:
    """The number of a process that has just ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_what_is_being_made_is_left_alone(store: Store) -> None:
    begun(store, process=os.getpid())
    begun(store, machine=f"not {platform.node()}", age=1.0)
    assert store.broken_off() == ()
    begun(store, machine=f"not {platform.node()}")
    begun(store, process=os.getpid(), age=2 * unfinished.STILL_GRADED_S)  # the number may be another's by now
    begun(store, age=0.0)
    assert [one.seconds for one in store.broken_off()] == [1.0, 1.0, 1.0]


def test_a_recording_without_a_sample_leaves_nothing(store: Store) -> None:
    folders = [begun(store, samples=0), begun(store)]
    (folders[1] / "x.unfinished.wav").unlink()
    os.utime(folders[1], (1e9, 1e9))
    assert store.broken_off() == ()
    assert not any(folder.exists() for folder in folders)


def test_without_knowing_whose_it_is_it_is_still_shown(store: Store) -> None:
    folder = begun(store)
    (folder / unfinished.ABOUT).write_text("{", "utf-8")
    (one,) = store.broken_off()
    assert (one.trainee, one.seconds) == ("", 1.0)
