"""Devices through sounddevice, with a stand-in for the package that behaves as PortAudio does on bad days."""

from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest

from voicecoach.errors import MicrophoneError, UsageError
from voicecoach.microphone import open_microphone, portaudio

Uses = Callable[[str], None]


def some(count: int, device: str | None = None) -> list[np.ndarray]:
    with closing(open_microphone(device).blocks()) as blocks:
        found: list[np.ndarray] = []
        while len(found) < count:
            block = next(blocks)
            if len(block.samples):
                found.append(block.samples)
        return found


def test_the_default_device_is_taken_at_its_own_rate(uses: Uses) -> None:
    uses("fine")
    microphone = open_microphone()
    assert (microphone.name, microphone.sr) == ("USB Headset", 16000)
    for block in some(3):
        assert block.dtype == np.int16
        assert block.shape == (1600,)
        assert np.abs(block).max() > 1000, "PortAudio's memory was kept instead of copied"


@pytest.mark.parametrize(("asked", "name"), [("1", "Built-in"), ("built", "Built-in"), ("usb headset", "USB Headset")])
def test_a_device_by_number_or_name(uses: Uses, asked: str, name: str) -> None:
    uses("fine")
    assert open_microphone(asked).name == name


def test_only_inputs_are_listed(uses: Uses) -> None:
    uses("fine")
    assert [(one.index, one.default) for one in portaudio.inputs()] == [(1, False), (2, True)]


@pytest.mark.parametrize(
    ("asked", "code"), [("0", "device_unknown"), ("nose", "device_unknown"), ("t", "device_ambiguous")]
)
def test_a_wrong_name_is_refused_with_those_that_are_there(uses: Uses, asked: str, code: str) -> None:
    uses("fine")
    with pytest.raises(UsageError, match="1 Built-in, 2 USB Headset") as error:
        open_microphone(asked)
    assert error.value.code == code


def test_a_device_that_gives_no_single_channel_is_read_from_its_first(uses: Uses) -> None:
    uses("stereo")
    assert all(np.abs(block).max() > 1000 for block in some(2))


@pytest.mark.parametrize(
    ("kind", "code"),
    [("none", "no_microphone"), ("no_portaudio", "portaudio_missing"), ("no_package", "sounddevice_missing")],
)
def test_what_is_missing_is_said(uses: Uses, kind: str, code: str) -> None:
    uses(kind)
    with pytest.raises(MicrophoneError) as error:
        open_microphone()
    assert error.value.code == code


def test_a_device_in_use_is_said_in_one_line(uses: Uses) -> None:
    uses("busy")
    with pytest.raises(MicrophoneError) as error:
        some(1)
    assert error.value.code == "microphone_busy"
    assert "\n" not in str(error.value)
    assert "-9985" in str(error.value)


@pytest.mark.parametrize("kind", ["unplugged", "stalled"])
def test_a_device_that_goes_away_is_noticed(uses: Uses, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    uses(kind)
    monkeypatch.setattr(portaudio, "STALLED_S", 0.5)
    came: list[int] = []
    with closing(open_microphone().blocks()) as blocks, pytest.raises(MicrophoneError) as error:
        came.extend(len(block.samples) for block in blocks)
    assert error.value.code == "unplugged"
    assert sum(came) == 5 * 1600


def test_lost_sound_is_marked_where_it_was_lost(uses: Uses) -> None:
    uses("overflow")
    with closing(open_microphone().blocks()) as blocks:
        lost = [block.lost for block in (next(blocks) for _ in range(12)) if len(block.samples)]
    assert lost[:5] == [False, False, True, False, True]
