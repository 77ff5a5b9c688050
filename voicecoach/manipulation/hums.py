"""Filled pauses put where a speaker kept silent."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.manipulation.resynthesis import PITCH_CEILING, PITCH_FLOOR, sound_of
from voicecoach.manipulation.timing import quiet_spans
from voicecoach.timeline import FloatArray

Samples = npt.NDArray[Any]

FORMANTS = ((500.0, 80.0), (1500.0, 120.0), (2500.0, 160.0))  # Hz, centre and width: a tube of 17.5 cm, a neutral vowel
LOW_QUARTER = 0.25  # hesitation lies low in the speaker's range
BELOW_LOUD = 0.5  # of the amplitude of the louder speech
EDGE_S = 0.02


def insert_hums(samples: Samples, sr: int, seconds: float) -> FloatArray:
    """A level 嗯 of ``seconds`` in the middle of every pause of 0.25 s or more, which grows by as much.

    The pitch is the lower quartile of the speaker's own (120 Hz without a voice) and does not move; the level is half
    the amplitude of the louder speech.

    Raises
    ------
    ValueError    seconds not above 0

    Examples
    --------
    Two sounds with a pause between them: one hum of half a second is put in.

    >>> x = np.concatenate([np.ones(800), np.zeros(400), np.ones(800)]) * np.sin(np.arange(2000))
    >>> len(insert_hums(x, 1000, 0.5)) - len(x)
    500
    """
    if not seconds > 0:
        raise ValueError(f"hums of {seconds} s, expected a time above 0 s")
    x = np.asarray(samples, np.float64)
    middles = [round((pause.start + pause.end) / 2 * sr) for pause in quiet_spans(x, sr)]
    if not middles:
        return np.array(x)
    one = hum(_low_pitch(x, sr), seconds, sr) * BELOW_LOUD * _loud(x, sr)
    first, *others = np.split(x, middles)
    return np.concatenate([first, *(part for other in others for part in (one, other))])


def hum(f0: float, seconds: float, sr: int) -> FloatArray:
    """A neutral vowel of root mean square 1: harmonics of ``f0`` Hz, 6 dB an octave down, under three resonances.

    Examples
    --------
    The harmonic at the first resonance is the strongest:

    >>> int(np.argmax(np.abs(np.fft.rfft(hum(100.0, 1.0, 8000)))))
    500
    """
    t = np.arange(round(seconds * sr)) / sr
    x = np.zeros(len(t))
    for k in range(1, int(min(4000.0, 0.49 * sr) / f0) + 1):
        x += _resonance(k * f0) / k * np.sin(2 * np.pi * k * f0 * t)
    edge = np.minimum(1.0, np.minimum(t, t[::-1]) / EDGE_S)
    return np.asarray(edge * x / np.sqrt(np.mean(x**2)))


def _resonance(hz: float) -> float:
    """Gain of the vocal tract at one frequency: second-order resonators in a row, 1 at 0 Hz."""
    squares = [(f**2 + b**2 / 4) ** 2 / (((hz - f) ** 2 + b**2 / 4) * ((hz + f) ** 2 + b**2 / 4)) for f, b in FORMANTS]
    return float(np.sqrt(np.prod(squares)))


def _low_pitch(x: FloatArray, sr: int) -> float:
    found = sound_of(x, sr).to_pitch_ac(pitch_floor=PITCH_FLOOR, pitch_ceiling=PITCH_CEILING)
    f0 = found.selected_array["frequency"]
    return float(np.quantile(f0[f0 > 0], LOW_QUARTER)) if (f0 > 0).any() else 120.0


def _loud(x: FloatArray, sr: int) -> float:
    """Root mean square of the louder half of the frames of 20 ms that sound at all."""
    width = max(1, round(0.02 * sr))
    power = np.square(x[: len(x) // width * width].reshape(-1, width)).mean(axis=1)
    sounding = power[power > 1e-3 * power.max(initial=0.0)]
    return float(np.sqrt(np.quantile(sounding, 0.75))) if len(sounding) else 0.0
