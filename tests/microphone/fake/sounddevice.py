"""Stands in for the package sounddevice: its names, its callback from another thread, and the faults of devices.

FAKE_MICROPHONE says which: ``fine``, ``unplugged`` (the stream dies), ``stalled`` (it lives, but calls no more),
``overflow``, ``busy``, ``none`` (no input), ``stereo`` (refuses one channel), ``no_portaudio``, ``no_package``.
"""

import os
import threading
import time
from types import SimpleNamespace

import numpy as np

KIND = os.environ.get("FAKE_MICROPHONE", "fine")
if KIND == "no_portaudio":
    raise OSError("PortAudio library not found")
if KIND == "no_package":
    raise ModuleNotFoundError("No module named 'sounddevice'", name="sounddevice")

DEVICES = [
    {"name": "Speakers", "hostapi": 0, "max_input_channels": 0, "default_samplerate": 44100.0},
    {"name": "Built-in", "hostapi": 0, "max_input_channels": 1, "default_samplerate": 44100.0},
    {"name": "USB Headset", "hostapi": 0, "max_input_channels": 2, "default_samplerate": 16000.0},
]
default = SimpleNamespace(device=[-1 if KIND == "none" else 2, 0])


class PortAudioError(Exception):
    pass


def query_devices():
    return DEVICES[:1] if KIND == "none" else DEVICES


def query_hostapis():
    return ({"name": "Fake system"},)


class InputStream:
    def __init__(self, device, samplerate, channels, dtype, blocksize, callback):
        if KIND == "busy":
            raise PortAudioError("Error opening InputStream: Device\n unavailable [PaErrorCode -9985]")
        if KIND == "stereo" and channels == 1:
            raise PortAudioError("Invalid number of channels [PaErrorCode -9998]")
        assert dtype == "int16"
        assert DEVICES[device]["max_input_channels"] >= channels
        self.rate, self.channels, self.size, self.callback = samplerate, channels, blocksize, callback
        self.active = False

    def __enter__(self):
        self.active = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.active = False
        self.thread.join()

    def _run(self):
        rng = np.random.default_rng(1)
        for count in range(10_000):
            if not self.active:
                return
            if count == 5 and KIND == "unplugged":
                self.active = False
                return
            if count == 5 and KIND == "stalled":
                return
            block = rng.integers(-3000, 3000, (self.size, self.channels)).astype(np.int16)
            block[:, 1:] = 0
            lost = KIND == "overflow" and count in (2, 4)
            self.callback(block, self.size, None, SimpleNamespace(input_overflow=lost))
            block[:] = 0  # PortAudio's memory is used again as soon as the callback returns
            time.sleep(self.size / self.rate)
