"""Devices that misbehave: taken away, silent, late, too fast for the computer. What came before is always kept."""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach.errors import MicrophoneError, RecordingError, UsageError
from voicecoach.microphone import Block, GrowingWave, Recorded, open_microphone, record
from voicecoach.microphone.device import NOTHING
from voicecoach.microphone.played import played

SR = 16000
SAMPLE = Path(__file__).parents[2] / "sample_audio/on_target.flac"


def noise(count: int) -> list[Block]:
    rng = np.random.default_rng(0)
    return [Block(rng.integers(-3000, 3000, SR // 10).astype(np.int16)) for _ in range(count)]


@dataclass
class Fake:
    """Gives its blocks, then raises ``then``, if anything."""

    given: list[Block]
    then: Exception | None = None
    name: str = "Fake headset"
    sr: int = SR
    closed: bool = field(default=False)

    def blocks(self) -> Generator[Block, None, None]:
        try:
            yield from self.given
            if self.then is not None:
                raise self.then
        finally:
            self.closed = True


def never() -> bool:
    return False


def after(count: int) -> Callable[[], bool]:
    left = iter([False] * (count - 1))
    return lambda: next(left, True)


def run(tmp_path: Path, fake: Fake, stop: Callable[[], bool] = never) -> tuple[Recorded, np.ndarray]:
    recorded = record(fake, GrowingWave(tmp_path, "call", SR), stop=stop)
    assert fake.closed
    assert recorded.path == tmp_path / "call.wav"
    return recorded, soundfile.read(recorded.path, dtype="int16")[0]


def joined(blocks: list[Block]) -> np.ndarray:
    return np.concatenate([block.samples for block in blocks])


def test_stopping_keeps_every_sample_and_closes_the_device(tmp_path: Path) -> None:
    blocks = noise(20)
    recorded, read = run(tmp_path, Fake(blocks), after(7))
    assert (recorded.ended, recorded.seconds) == ("stopped", 0.7)
    assert np.array_equal(read, joined(blocks[:7]))


def test_a_device_that_is_pulled_out_keeps_what_came_before(tmp_path: Path) -> None:
    blocks = noise(20)
    recorded, read = run(tmp_path, Fake(blocks, MicrophoneError("unplugged", name="Fake headset")))
    assert recorded.ended == "unplugged"
    assert np.array_equal(read, joined(blocks))


def test_a_device_that_fails_at_once_leaves_its_error_and_no_file(tmp_path: Path) -> None:
    fake = Fake([], MicrophoneError("microphone_busy", name="Fake headset", found="busy"))
    with pytest.raises(MicrophoneError, match="cannot be opened"):
        record(fake, GrowingWave(tmp_path, "call", SR), stop=never)
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_gives_nothing_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(MicrophoneError, match="not a single sample"):
        record(Fake([Block(NOTHING)] * 5), GrowingWave(tmp_path, "call", SR), stop=after(4))
    assert list(tmp_path.iterdir()) == []


def test_late_blocks_are_waited_for_and_lost_sound_is_counted(tmp_path: Path) -> None:
    blocks = noise(4)
    late = [blocks[0], Block(NOTHING), Block(NOTHING), Block(blocks[1].samples, lost=True), *blocks[2:]]
    recorded, read = run(tmp_path, Fake(late))
    assert (recorded.losses, recorded.ended) == (1, "played")
    assert np.array_equal(read, joined(blocks))


def test_an_error_in_what_looks_on_loses_nothing(tmp_path: Path) -> None:
    def heard(block: Block) -> None:
        raise BrokenPipeError("the terminal has gone")

    with pytest.raises(BrokenPipeError):
        record(Fake(noise(5)), GrowingWave(tmp_path, "call", SR), stop=never, heard=heard)
    assert soundfile.info(tmp_path / "call.wav").frames == SR // 10


def test_ctrl_c_in_a_program_without_handlers_loses_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        record(Fake(noise(5), KeyboardInterrupt()), GrowingWave(tmp_path, "call", SR), stop=never)  # type: ignore[arg-type]
    assert soundfile.info(tmp_path / "call.wav").frames == SR // 2


def test_a_full_disk_ends_it_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = GrowingWave(tmp_path, "call", SR)
    add = wave.add

    def fills(block: np.ndarray) -> None:
        if wave.samples >= SR:
            raise OSError(28, "No space left on device")
        add(block)

    monkeypatch.setattr(wave, "add", fills)
    recorded = record(Fake(noise(20)), wave, stop=never)
    assert (recorded.ended, recorded.seconds, recorded.why) == ("disk_full", 1.0, "No space left on device")


def test_a_disk_that_is_full_from_the_start_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(block: np.ndarray) -> None:
        raise OSError(28, "No space left on device")

    wave = GrowingWave(tmp_path, "call", SR)
    monkeypatch.setattr(wave, "add", full)
    with pytest.raises(MicrophoneError, match="nothing could be written"):
        record(Fake(noise(20)), wave, stop=never)
    assert list(tmp_path.iterdir()) == []


def test_it_ends_by_itself_at_the_longest_that_can_be_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicecoach.microphone.session.LONGEST_S", 0.5)
    recorded, read = run(tmp_path, Fake(noise(20)))
    assert recorded.ended == "too_long"
    assert len(read) == SR // 2


def test_rates_that_differ_are_the_programmers_error(tmp_path: Path) -> None:
    wave = GrowingWave(tmp_path, "call", 8000)
    with pytest.raises(ValueError, match="expected the same"):
        record(Fake([]), wave, stop=never)
    wave.finish()


def test_a_recording_stands_in_for_a_microphone_sample_by_sample(tmp_path: Path) -> None:
    microphone = open_microphone(f"file:{SAMPLE}@1000")
    recorded = record(microphone, GrowingWave(tmp_path, "call", microphone.sr), stop=never)
    assert recorded.ended == "played"
    known, sr = soundfile.read(SAMPLE, dtype="int16")
    assert sr == microphone.sr
    assert np.array_equal(soundfile.read(recorded.path, dtype="int16")[0], known)


def test_it_is_played_at_its_own_pace() -> None:
    microphone = played(f"{SAMPLE}@2")
    begun = time.monotonic()
    blocks = microphone.blocks()
    heard = sum(len(next(blocks).samples) for _ in range(8)) / microphone.sr
    blocks.close()
    assert heard == pytest.approx(0.8)
    assert 0.4 <= time.monotonic() - begun < 2


def test_what_cannot_be_played_is_said_as_for_any_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        open_microphone(f"file:{tmp_path}/none.wav")
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(RecordingError):
        open_microphone(f"file:{tmp_path}/text.wav")
