"""The file that grows: readable at every moment, never on top of another, and what a full disk leaves of it."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import voicecoach
from voicecoach.errors import UsageError
from voicecoach.microphone import wave_file
from voicecoach.microphone.wave_file import GrowingWave, unfinished

SR = 16000
NOISE = np.random.default_rng(0).integers(-32768, 32768, 4 * SR).astype(np.int16)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_can_be_read_after_every_block_and_holds_every_sample(tmp_path: Path) -> None:
    wave = GrowingWave(tmp_path, "call", SR)
    assert wave.path.name == "call.unfinished.wav"
    for first in range(0, len(NOISE), 1600):
        wave.add(NOISE[first : first + 1600])
        read, sr = soundfile.read(wave.path, dtype="int16")
        assert sr == SR
        assert np.array_equal(read, NOISE[: first + 1600])
    recording = voicecoach.load(wave.path)
    assert recording.notes == ()
    assert not recording.truncated
    path = wave.finish()
    assert names(tmp_path) == ["call.wav"]
    assert np.array_equal(soundfile.read(path, dtype="int16")[0], NOISE)
    assert voicecoach.load(path).codec == "pcm_s16le"


def test_a_block_that_was_not_written_to_its_end_leaves_a_readable_file(tmp_path: Path) -> None:
    """What kill -9 can leave: more samples than the header names, an odd byte among them."""
    wave = GrowingWave(tmp_path, "call", SR)
    wave.add(NOISE)
    with wave.path.open("ab") as file:
        file.write(b"\x01" * 777)
    recording = voicecoach.load(wave.path)
    assert recording.duration == pytest.approx(4.0, abs=0.03)
    wave.finish()


def test_a_name_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    for taken in ("call.wav", "call.unfinished.wav"):
        (tmp_path / taken).write_bytes(b"not ours")
    one, two = (GrowingWave(tmp_path, "call", SR) for _ in range(2))
    one.add(NOISE[:SR])
    two.add(NOISE[:SR])
    assert [wave.finish().name for wave in (one, two)] == ["call-2.wav", "call-3.wav"]
    assert (tmp_path / "call.wav").read_bytes() == (tmp_path / "call.unfinished.wav").read_bytes() == b"not ours"


def test_a_disk_without_links_gets_the_final_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "call.wav").write_bytes(b"not ours")
    wave = GrowingWave(tmp_path, "call", SR)
    wave.add(NOISE)
    assert wave.finish().name == "call-2.wav"
    assert names(tmp_path) == ["call-2.wav", "call.wav"]
    assert (tmp_path / "call.wav").read_bytes() == b"not ours"


def test_a_folder_that_became_unwritable_keeps_the_recording_under_its_first_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(30, "Read-only file system")

    wave = GrowingWave(tmp_path, "call", SR)
    wave.add(NOISE)
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, "replace", refuse)
    path = wave.finish()
    assert path.name == "call.unfinished.wav"
    assert voicecoach.load(path).duration == 4.0


class FullDisk:
    """A file on a disk with room for ``room`` bytes: the write that does not fit is cut, the next one fails."""

    def __init__(self, file: Any, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        fits = self.room - self.file.tell()
        if fits <= 0:
            raise OSError(28, "No space left on device")
        return int(self.file.write(bytes(data)[:fits]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [44 + 2 * 5000, 44 + 2 * 5000 + 1])
def test_a_full_disk_keeps_all_that_fitted(tmp_path: Path, room: int) -> None:
    wave = GrowingWave(tmp_path, "call", SR)
    wave._file = FullDisk(wave._file, room)  # type: ignore[assignment]
    wave.add(NOISE[:1600])
    wave.add(NOISE[1600:4800])
    with pytest.raises(OSError, match="No space left"):
        wave.add(NOISE[4800:6400])
    assert np.array_equal(soundfile.read(wave.path, dtype="int16")[0], NOISE[:5000])
    path = wave.finish()
    assert path.stat().st_size == 44 + 2 * 5000
    assert voicecoach.load(path).notes == ()


def test_a_recording_without_a_sample_leaves_nothing(tmp_path: Path) -> None:
    GrowingWave(tmp_path, "call", SR).finish()
    assert names(tmp_path) == []


def test_no_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        GrowingWave(tmp_path / "nowhere", "call", SR)


def test_what_a_crash_left_is_found_but_not_what_is_being_recorded(tmp_path: Path) -> None:
    wave = GrowingWave(tmp_path, "call", SR)
    wave.add(NOISE)
    written = wave.path.stat().st_mtime
    assert unfinished(tmp_path, older_than=written - 5) == []
    assert unfinished(tmp_path, older_than=written + 5) == [wave.path]
    assert unfinished(tmp_path / "nowhere", older_than=written) == []
    wave.finish()


def test_the_longest_recording_has_a_length_that_readers_believe() -> None:
    from voicecoach.microphone.portaudio import HIGHEST_SR
    from voicecoach.microphone.session import LONGEST_S
    from voicecoach.recording import collect, header

    assert LONGEST_S <= collect.LONGEST_S
    assert LONGEST_S * HIGHEST_SR * wave_file.BYTES + 60 < header.UNKNOWN_SIZE
