"""One recording, from the first block to the final name of its file."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voicecoach.errors import MicrophoneError
from voicecoach.microphone.device import Block, Microphone
from voicecoach.microphone.wave_file import GrowingWave

LONGEST_S = 6 * 3600.0  # as long as a recording can be judged (recording/collect.py)

Ended = Literal["stopped", "played", "unplugged", "disk_full", "too_long"]


@dataclass(frozen=True)
class Recorded:
    """What came of it.

    Attributes
    ----------
    path : Path        the recording, under its final name
    seconds : float    its length
    ended : str        ``stopped`` as asked; ``played`` to its end; ``unplugged``, ``disk_full`` or ``too_long``: what
                       came before is kept
    losses : int       how often the computer was too busy to take the sound
    why : str          the system's own words for ``disk_full``
    """

    path: Path
    seconds: float
    ended: Ended
    losses: int
    why: str = ""


def record(
    microphone: Microphone,
    wave: GrowingWave,
    *,
    stop: Callable[[], bool],
    heard: Callable[[Block], None] = lambda block: None,
) -> Recorded:
    """Write what the microphone gives until ``stop()`` is true, asked after every block.

    Whatever happens, also an exception from ``heard``, the file gets its final name and can be read.

    Parameters
    ----------
    microphone : Microphone
    wave : GrowingWave                   at the microphone's rate; finished on return
    stop : callable -> bool
    heard : callable(Block) -> None      is shown each block after it was written: a meter

    Raises
    ------
    MicrophoneError    the microphone fails before its first sample (then there is no file)
    ValueError         rates differ
    """
    if wave.sr != microphone.sr:
        raise ValueError(f"the file is at {wave.sr} Hz, the microphone at {microphone.sr} Hz: expected the same")
    ended: Ended = "played"
    losses, why = 0, ""
    try:
        with closing(microphone.blocks()) as blocks:
            for block in blocks:
                losses += block.lost
                try:
                    wave.add(block.samples)
                except OSError as error:
                    ended, why = "disk_full", error.strerror or str(error)
                    break
                heard(block)
                if stop():
                    ended = "stopped"
                    break
                if wave.seconds >= LONGEST_S:
                    ended = "too_long"
                    break
    except MicrophoneError:
        if not wave.samples:
            raise
        ended = "unplugged"
    finally:
        path = wave.finish()
    if not wave.samples:
        if ended == "disk_full":
            raise MicrophoneError("disk_full_at_once", path=path.parent, found=why)
        raise MicrophoneError("nothing_recorded", name=microphone.name)
    return Recorded(path, wave.seconds, ended, losses, why)
