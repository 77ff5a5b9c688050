"""A second voice on the channel: the speaker's own stretches, every other one spoken with another vocal tract."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.manipulation.formants import shift_formants
from voicecoach.manipulation.resynthesis import shift_f0
from voicecoach.manipulation.timing import quiet_spans
from voicecoach.timeline import FloatArray

Samples = npt.NDArray[Any]


def alternate_voice(samples: Samples, sr: int, semitones: float, formants: float) -> FloatArray:
    """Every other stretch between pauses, ``semitones`` higher and with its resonances ``formants`` times as high.

    A woman's voice lies about 10 st above a man's, and her resonances are about 1.17 times his.

    References
    ----------
    Hillenbrand et al. (1995), JASA 97:3099-3111, tables I and V.

    Examples
    --------
    >>> t = np.arange(16000) / 8000
    >>> talk = np.sin(2 * np.pi * 150 * t) * (np.abs(t - 1) > 0.2)
    >>> other = alternate_voice(talk, 8000, 0.0, 1.0)
    >>> len(other) == len(talk), bool(np.array_equal(other[:6400], talk[:6400]))
    (True, True)
    """
    x = np.asarray(samples, np.float64)
    cuts = [round((pause.start + pause.end) / 2 * sr) for pause in quiet_spans(x, sr)]
    parts = np.split(x, cuts)
    for k in range(1, len(parts), 2):
        parts[k] = _same_length(shift_formants(shift_f0(parts[k], sr, semitones), sr, formants), len(parts[k]))
    return np.concatenate(parts)


def _same_length(x: FloatArray, length: int) -> FloatArray:
    return np.pad(x[:length], (0, max(0, length - len(x))))
