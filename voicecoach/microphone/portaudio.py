"""Input devices of this computer, through sounddevice and PortAudio; both are looked for only when asked for one.

PortAudio calls back from a thread of its own, which must never wait: it only puts blocks into a queue, however long
the disk or the screen take on the other side.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from voicecoach.errors import MicrophoneError, UsageError
from voicecoach.microphone.device import BLOCK_S, NOTHING, Block

LOWEST_SR, HIGHEST_SR = 8000, 48000  # what is kept of a voice ends at 24 kHz; more would only fill the disk
USUAL_SR = 48000
FIRST_BLOCK_S = 10.0  # s; a wireless headset takes some seconds to change over to its microphone
STALLED_S = 3.0  # s without a sample: some systems stop calling, without a word, when a device is pulled out


@dataclass(frozen=True)
class Input:
    """An input device.

    Attributes
    ----------
    index : int       PortAudio's number, good for this run only
    name, system : str        the device, and the system it is reached through (ALSA, Core Audio, WASAPI)
    channels : int
    sr : int          the rate it is recorded at, Hz
    default : bool    the one taken when none is asked for
    """

    index: int
    name: str
    system: str
    channels: int
    sr: int
    default: bool

    def blocks(self) -> Generator[Block, None, None]:
        """The device's first channel; see :class:`voicecoach.microphone.device.Microphone`."""
        sounddevice = _sounddevice()
        queue: SimpleQueue[Block] = SimpleQueue()

        def came(samples: Any, _frames: int, _time: Any, status: Any) -> None:
            queue.put(Block(np.array(samples[:, 0]), bool(status.input_overflow)))

        try:
            stream = _stream(sounddevice, self, came)
            with stream:
                yield from _waiting(queue, stream, self.name)
        except sounddevice.PortAudioError as error:
            raise MicrophoneError("microphone_busy", name=self.name, found=_reason(error)) from None


def inputs() -> list[Input]:
    """Devices with an input, in PortAudio's order.

    Raises
    ------
    MicrophoneError    sounddevice or PortAudio is not installed
    """
    sounddevice = _sounddevice()
    try:
        found, systems = sounddevice.query_devices(), sounddevice.query_hostapis()
        default = _default(sounddevice)
    except sounddevice.PortAudioError:
        return []
    return [
        Input(
            index, str(one["name"]), str(systems[one["hostapi"]]["name"]), int(one["max_input_channels"]),
            _rate(float(one["default_samplerate"])), index == default,
        )
        for index, one in enumerate(found) if one["max_input_channels"] > 0
    ]  # fmt: skip


def input_device(asked: str | None) -> Input:
    """The default device, or the one whose number or part of whose name is ``asked``.

    Raises
    ------
    MicrophoneError    no input device at all, or nothing installed to reach one
    UsageError         none has that number or name, or several have the name
    """
    there = inputs()
    if not there:
        raise MicrophoneError("no_microphone")
    if asked is None:
        return next((one for one in there if one.default), there[0])
    fitting = chosen(there, asked)
    if len(fitting) != 1:
        listed = ", ".join(f"{one.index} {one.name}" for one in fitting or there)
        if fitting:
            raise UsageError("device_ambiguous", found=asked, expected=listed)
        raise UsageError("device_unknown", found=asked, expected=listed)
    return fitting[0]


def chosen(there: list[Input], asked: str) -> list[Input]:
    """Devices of that number, else of exactly that name, else with that in their name (capitals do not matter).

    Examples
    --------
    >>> there = [Input(i, name, "ALSA", 1, 48000, i == 0) for i, name in enumerate(["HDA Intel", "USB Headset", "USB"])]
    >>> [[one.index for one in chosen(there, asked)] for asked in ("1", "usb", "head", "h", "9")]
    [[1], [2], [1], [0, 1], []]
    """
    if asked.isdecimal():
        return [one for one in there if one.index == int(asked)]
    wanted = asked.casefold()
    exact = [one for one in there if one.name.casefold() == wanted]
    return exact or [one for one in there if wanted in one.name.casefold()]


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError:
        raise MicrophoneError("sounddevice_missing") from None
    except OSError:  # the package is there, the system's library is not
        raise MicrophoneError("portaudio_missing") from None
    return sounddevice


def _default(sounddevice: Any) -> int:
    index = sounddevice.default.device[0]
    return -1 if index is None else int(index)


def _rate(default: float) -> int:
    return round(default) if LOWEST_SR <= default <= HIGHEST_SR else USUAL_SR


def _stream(sounddevice: Any, device: Input, came: Any) -> Any:
    """One channel where the device gives one, else all it has: some know no other number."""
    for channels in sorted({1, device.channels}):
        try:
            return sounddevice.InputStream(
                device=device.index, samplerate=device.sr, channels=channels, dtype="int16",
                blocksize=round(BLOCK_S * device.sr), callback=came,
            )  # fmt: skip
        except sounddevice.PortAudioError:
            if channels == device.channels:
                raise
    raise ValueError(f"{device.name} has {device.channels} input channels")


def _waiting(queue: "SimpleQueue[Block]", stream: Any, name: str) -> Generator[Block, None, None]:
    last, patience = time.monotonic(), FIRST_BLOCK_S
    while True:
        try:
            yield queue.get(timeout=BLOCK_S)
            last, patience = time.monotonic(), STALLED_S
        except Empty:
            if not stream.active or time.monotonic() - last > patience:
                raise MicrophoneError("unplugged", name=name) from None
            yield Block(NOTHING)


def _reason(error: Exception) -> str:
    """PortAudio's own words on one line."""
    return " ".join(str(error.args[0] if error.args else error).split())
