"""Active speech level after ITU-T P.56, method B: the level of speech while somebody speaks."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

# ITU-T P.56 (12/2011) table 1 and clause 5; the same constants stand in the ITU's own program (G.191, sv56).
SMOOTHING_S = 0.03  # T, time constant of each of the two smoothers
HANGOVER_S = 0.2  # H, speech counts as active this long after the envelope fell below a threshold
MARGIN_DB = 15.9  # M, distance of the active level above the threshold that separates speech from silence
# c_j, of full scale 1.0, lowest first, 6.02 dB apart. As many as the word has bits (STL since 2020); 24 reach
# down to quiet 24-bit recordings and change nothing for 16 bits, as the search goes on from the lowest.
THRESHOLDS = 2.0 ** -np.arange(23, 0, -1)

CELL_S = 0.001  # the envelope is taken from |x| averaged over 1 ms: T is 30 times longer (< 0.05 dB, tested)
_BLOCK_CELLS = 60_000


def cells(samples: npt.NDArray[Any], sr: int) -> tuple[FloatArray, FloatArray, float]:
    """Mean magnitude and mean power of every millisecond, computed block by block.

    Parameters
    ----------
    samples : ndarray, shape (n,)     full scale 1.0
    sr : int                          Hz

    Returns
    -------
    magnitude, power : ndarray, shape (m,)     a rest shorter than a cell is left out
    cell : float                               length of a cell, s: 0.001 rounded to whole samples

    Examples
    --------
    >>> magnitude, power, cell = cells(np.array([0.5, -0.5] * 8), 4000)
    >>> magnitude.tolist(), power.tolist(), cell
    ([0.5, 0.5, 0.5, 0.5], [0.25, 0.25, 0.25, 0.25], 0.001)
    """
    width = max(1, round(sr * CELL_S))
    whole = len(samples) // width
    magnitude, power = np.empty(whole), np.empty(whole)
    for first, block in _blocks(samples[: whole * width], width):
        here = slice(first, first + len(block))
        magnitude[here] = np.abs(block).mean(axis=1)
        power[here] = np.square(block).mean(axis=1)
    return magnitude, power, width / sr


def _blocks(samples: npt.NDArray[Any], width: int) -> Iterator[tuple[int, FloatArray]]:
    for first in range(0, len(samples) // width, _BLOCK_CELLS):
        part = samples[first * width : (first + _BLOCK_CELLS) * width]
        yield first, np.asarray(part, dtype=np.float64).reshape(-1, width)


def active_level(samples: npt.NDArray[Any], sr: int) -> tuple[float, float] | None:
    """Level of the speech while it is active, and how much of the time that is.

    Parameters
    ----------
    samples : ndarray, shape (n,)     full scale 1.0
    sr : int                          Hz

    Returns
    -------
    level : float        dB re full scale (0 dB: the power of a full-scale square wave, "dBov")
    activity : float     share of the time, 0-1
    None for silence

    References
    ----------
    ITU-T P.56 (12/2011), method B. ITU-T G.191 (STL), module sv56, whose results this follows within 0.15 dB for
    speech and 0.25 dB at worst (tests/test_active_level.py): it stops its search for the threshold within 0.5 dB of
    the margin, here the crossing is interpolated.

    Examples
    --------
    A tone that stands at half scale has 3.01 + 6.02 dB below full scale; a second of it and two of silence
    leave that level as it is (the envelope's own rise and the hangover account for the tenths).

    >>> tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(8000) / 8000)
    >>> level, activity = active_level(np.concatenate([tone, np.zeros(16000)]), 8000)
    >>> round(level), round(activity, 1)
    (-10, 0.4)
    """
    magnitude, power, cell = cells(samples, sr)
    return active_level_of_cells(magnitude, power, cell)


def active_level_of_cells(magnitude: FloatArray, power: FloatArray, cell: float) -> tuple[float, float] | None:
    """:func:`active_level` of what :func:`cells` gives."""
    from scipy.ndimage import maximum_filter1d
    from scipy.signal import lfilter

    energy = float(power.sum())
    if len(power) == 0 or not energy > 0:
        return None
    g = np.exp(-cell / SMOOTHING_S)
    # P.56 process 2: p and q, two equal smoothers in a row, so one filter with a double pole.
    q = lfilter([(1 - g) ** 2], [1, -2 * g, g * g], magnitude)
    # Active at a threshold: the envelope reached it now or at most H ago, so compare its maximum of the last H.
    hang = 2 * round(HANGOVER_S / cell / 2)
    held = np.sort(maximum_filter1d(q, hang + 1, origin=hang // 2, mode="constant"))
    active = len(held) - np.searchsorted(held, THRESHOLDS)  # a_j: cells active at threshold j
    found = level_of_counts(energy, active)
    return None if found is None else (found, min(1.0, energy / len(power) / 10 ** (found / 10)))


def level_of_counts(energy: float, active: npt.NDArray[Any]) -> float | None:
    """P.56's search for the threshold that lies its margin below the level of what is active at it, dB.

    Parameters
    ----------
    energy : float                       sum of the cells' power
    active : ndarray, shape (23,)        cells active at each of :data:`THRESHOLDS`, lowest first

    Examples
    --------
    Ten cells of power 0.01, all active up to the threshold at half of full scale, are at -20 dB:

    >>> level_of_counts(0.1, np.where(THRESHOLDS <= 0.5, 10.0, 0.0)).__round__(9)
    -20.0
    """
    active = active[active > 0]
    if len(active) == 0 or not energy > 0:
        return None
    level = 10 * np.log10(energy / active)  # A_j
    margin = level - 20 * np.log10(THRESHOLDS[: len(active)])  # A_j - C_j
    crossed = np.flatnonzero(margin <= MARGIN_DB)
    if len(crossed) == 0 or crossed[0] == 0:
        return None  # as G.191: never within the margin, or below it from the start
    j = int(crossed[0])
    share = (margin[j - 1] - MARGIN_DB) / (margin[j - 1] - margin[j])
    return float(level[j - 1] + share * (level[j] - level[j - 1]))
