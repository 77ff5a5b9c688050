"""How far the level drops between one syllable and the next."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from voicecoach.timeline import FloatArray, Span, Spans, Track

DEEP_DB = 20.0  # a deeper dip is as good as silence: how deep it is, the noise says (benchmarks/against_own.py)
FEWEST = 20  # dips; of fewer a mean says nothing
NUCLEUS_S = 0.03  # the level of a nucleus is the highest within this of it
LONGEST_GAP_S = 0.5  # between nuclei of one stretch of talk


@dataclass(frozen=True)
class Dips:
    """Drops of the level between neighbouring syllables.

    Attributes
    ----------
    each : Track               dB at the first nucleus of each pair, s
    mean_db : float or None    mean of the drops, each counted as at most 20 dB; None below 20 of them
    mean_sd : float            its standard error, dB
    """

    each: Track
    mean_db: float | None
    mean_sd: float


def dips(intensity: Track, syllables: FloatArray, ipus: Spans) -> Dips:
    """Level of each nucleus over the lowest level before the next one of its unit, at most 0.5 s on.

    Parameters
    ----------
    intensity : Track                       level of 200-3600 Hz every 10 ms, dB
    syllables : ndarray, shape (n,)         nuclei, s, increasing
    ipus : tuple of Span                    s

    Returns
    -------
    Dips    pairs without a frame between them are left out

    Examples
    --------
    >>> times = np.arange(100) * 0.01 + 0.005
    >>> level = Track(times, -20 - 12 * (times % 0.2 > 0.1), "dB")
    >>> found = dips(level, np.array([0.05, 0.25, 0.45]), (Span(0, 1),))
    >>> found.each.times.tolist(), found.each.values.tolist(), found.mean_db
    ([0.05, 0.25], [12.0, 12.0], None)
    """
    pairs = [
        (float(a), float(b))
        for ipu in ipus
        for a, b in pairwise(syllables[(syllables >= ipu.start) & (syllables < ipu.end)])
        if b - a <= LONGEST_GAP_S
    ]
    depths = np.array([_dip(intensity, a, b) for a, b in pairs], np.float64)
    known = np.isfinite(depths)
    each = Track(np.array([a for a, _ in pairs], np.float64)[known], depths[known], "dB")
    if len(each.values) < FEWEST:
        return Dips(each, None, 0.0)
    counted = np.minimum(each.values, DEEP_DB)
    return Dips(each, float(counted.mean()), float(counted.std(ddof=1) / np.sqrt(len(counted))))


def _dip(intensity: Track, nucleus: float, following: float) -> float:
    """Level around a nucleus over the lowest level before the next, dB; NaN between frames."""
    top = intensity.within(Span(nucleus - NUCLEUS_S, nucleus + NUCLEUS_S))
    between = intensity.within(Span(nucleus, following))
    return float(np.max(top) - np.min(between)) if len(top) and len(between) else float("nan")
