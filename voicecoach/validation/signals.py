"""Signals whose answer is known by construction: anybody can run these, nothing has to be obtained."""

from functools import partial

import numpy as np
import numpy.typing as npt

from voicecoach.validation.manifest import Clip

SET = "generated"
SR = 16000


def signals() -> list[Clip]:
    """All of them."""
    return [
        Clip(f"bursts {rate} a second", SET, kind="syllable", n_syllables=round(rate * 8), made=partial(bursts, rate))
        for rate in (2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    ]


def bursts(rate: float, seconds: float = 8.0, f0: float = 140.0) -> tuple[npt.NDArray[np.float32], int]:
    """"ba-ba-ba": voiced bursts with two resonances, ``rate`` a second, half a second of silence at either end.

    Examples
    --------
    >>> samples, sr = bursts(4.0)
    >>> len(samples) / sr
    9.0
    """
    from scipy.signal import lfilter

    time = np.arange(round(seconds * SR)) / SR
    pulses = np.diff(np.floor(time * f0 * (1 + 0.1 * np.sin(2 * np.pi * 0.4 * time))), prepend=0.0)
    voice = pulses
    for hz, width in ((700.0, 90.0), (1200.0, 110.0), (2500.0, 160.0)):
        pole = np.exp(-np.pi * width / SR + 2j * np.pi * hz / SR)
        voice = lfilter([1.0], np.poly([pole, pole.conjugate()]).real, voice)
    phase = (time * rate) % 1.0
    opened = np.clip(np.minimum(phase / 0.15, (1 - phase) / 0.25), 0.02, 1.0)
    sound = voice * opened
    silence = np.zeros(SR // 2)
    return np.concatenate([silence, 0.3 * sound / np.abs(sound).max(), silence]).astype(np.float32), SR
