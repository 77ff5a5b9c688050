"""A recording that stands in for a microphone: for trying things out where there is none, and for tests."""

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voicecoach.microphone.device import BLOCK_S, Block, Samples16
from voicecoach.recording import load

FULL_SCALE = 32768


@dataclass(frozen=True, eq=False)
class Played:
    """A recording, played ``speed`` times as fast as it was spoken; it ends where the recording ends."""

    name: str
    sr: int
    samples: Samples16
    speed: float

    def blocks(self) -> Generator[Block, None, None]:
        """The samples, each when its time has come."""
        size = max(1, round(BLOCK_S * self.sr))
        begun = time.monotonic()
        for first in range(0, len(self.samples), size):
            block = self.samples[first : first + size]
            due = begun + (first + len(block)) / self.sr / self.speed
            time.sleep(max(0.0, due - time.monotonic()))
            yield Block(block)


def played(spec: str) -> Played:
    """The recording of ``PATH`` or ``PATH@SPEED`` as a microphone.

    Raises
    ------
    UsageError, RecordingError    as :func:`voicecoach.load`
    """
    path, speed = parsed(spec)
    recording = load(path)
    return Played(recording.name, recording.sr, sixteen_bit(recording.samples), speed)


def parsed(spec: str) -> tuple[str, float]:
    """Path and speed. What follows the last ``@`` is the speed if it is a number above 0 and no file has that name.

    Examples
    --------
    >>> parsed("call.wav"), parsed("call.wav@20"), parsed("me@home.wav")
    (('call.wav', 1.0), ('call.wav', 20.0), ('me@home.wav', 1.0))
    """
    path, _, speed = spec.rpartition("@")
    try:
        factor = float(speed)
    except ValueError:
        return spec, 1.0
    if not path or not 0 < factor < float("inf") or Path(spec).exists():
        return spec, 1.0
    return path, factor


def sixteen_bit(samples: npt.NDArray[np.float32]) -> Samples16:
    """Samples as a device gives them.

    Examples
    --------
    >>> sixteen_bit(np.array([0.5, -1.0, 1.0, 3.0], np.float32)).tolist()
    [16384, -32768, 32767, 32767]
    """
    return np.asarray(np.clip(np.rint(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1), np.int16)
