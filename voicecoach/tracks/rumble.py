"""Rumble: the noise below the voice, which is heard beside speech as well as in the pauses."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

SLOW_HZ = 40.0  # no voice has its pitch below; half of the power of pink noise lies there
ORDER = 4  # of the low-pass, forwards and backwards
FEWEST_PERIODS = 2  # of SLOW_HZ; in less sound nothing slow can be told


def below_voice(
    power: FloatArray, samples: npt.NDArray[Any], length: int, sr: int, offset: float, per_frame: int
) -> tuple[FloatArray, FloatArray]:
    """Power of frames below 40 Hz, and the power of all the rest.

    Parameters
    ----------
    power : ndarray, shape (m,)      mean square of the samples in cells of about a millisecond
    samples : ndarray, shape (n,)    full scale 1.0
    length : int                     samples of a cell
    sr : int                         Hz
    offset : float                   taken off the slow part: no sound
    per_frame : int                  cells in a frame

    Returns
    -------
    slow, rest : ndarray, shape (m // per_frame,)    mean square

    Notes
    -----
    The slow part l is filtered out of the means of the cells; as it stands still within one, the rest of a cell of
    power p and mean m is p - 2 l m + l^2.

    Examples
    --------
    Two tones, one of 10 Hz and mean square 0.5, one of 200 Hz and mean square 0.08:

    >>> time = np.arange(16000) / 8000
    >>> x = np.sin(2 * np.pi * 10 * time) + 0.4 * np.sin(2 * np.pi * 200 * time)
    >>> slow, rest = below_voice(np.square(x).reshape(-1, 8).mean(axis=1), x, 8, 8000, 0.0, 1000)
    >>> round(float(slow[0]), 2), round(float(rest[0]), 2)
    (0.5, 0.08)
    """
    from scipy.signal import butter, sosfiltfilt

    count = len(power) // per_frame
    power = power[: count * per_frame]
    rate = sr / length
    if len(power) < FEWEST_PERIODS * rate / SLOW_HZ:
        return np.zeros(count), power.reshape(count, per_frame).mean(axis=1)
    means = samples[: len(power) * length].reshape(-1, length).mean(axis=1, dtype=np.float64)
    low = sosfiltfilt(butter(ORDER, SLOW_HZ, fs=rate, output="sos"), means)
    rest = np.maximum(power - 2 * low * means + low**2, 0.0)
    slow = np.square(low - offset)
    return slow.reshape(count, per_frame).mean(axis=1), rest.reshape(count, per_frame).mean(axis=1)
