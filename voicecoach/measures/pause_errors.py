"""How far off the median length of pauses may be: by the edges of speech, and by pauses wrongly counted.

A pause counts from a fixed length on. So an error of a hundredth of a second at its edges does little to the median as
such, but it lets pauses close to that length in or keeps them out, and where few pauses stand, the median then jumps.
"""

import numpy as np

from voicecoach.timeline import FloatArray

PAUSE_SPREAD = 0.35  # of the median: how much one speaker's pauses differ, assumed of fewer than three of them
# Share of pauses over 0.6 s invented or missed other than by their edges, assumed: benchmarks/fit_method_errors.py
# counts 6 of 264, the edges' doing and noise of 5 dB among them, on voices that hesitate less than people do
CONFUSED = 0.01
STATED = 0.9  # share of errors within STATED_SD standard deviations, when they are normal
STATED_SD = 1.645
DRAWS = 400
SEED = 2


def edge_error(lengths: FloatArray, least: float, shift: float, spread: float) -> float:
    """Standard deviation that stands for what the edges' errors do to the median of the pauses of ``least`` and more.

    All lengths are moved by one error, which a voice has in common, and each by one of its own; those that then reach
    ``least`` are counted. Such errors of the median are not normal: most are small, some are jumps. The standard
    deviation told is that whose 90 % interval holds 90 % of them.

    Parameters
    ----------
    lengths : ndarray, shape (n,)   s, of all silences that might count: also those shorter than ``least``
    least : float                   s; shorter ones do not count. At least one of ``lengths`` must
    shift, spread : float           s; standard deviations of the common error and of each length's own

    Returns
    -------
    float    s

    Examples
    --------
    Far from the limit it is the error of the edges; a pause just short of it, were it counted, would draw the median
    half-way down.

    >>> far = edge_error(np.array([1.0]), 0.6, 0.01, 0.0)
    >>> near = edge_error(np.array([1.0, 0.595]), 0.6, 0.01, 0.0)
    >>> round(far, 2), round(near * STATED_SD, 1)
    (0.01, 0.2)
    """
    usual = float(np.median(lengths[lengths >= least]))
    drawn = np.random.default_rng(SEED).standard_normal((DRAWS, len(lengths) + 1))
    heard = lengths + shift * drawn[:, :1] + spread * drawn[:, 1:]
    heard = heard[(heard >= least).any(axis=1)]
    medians = np.nanmedian(np.where(heard >= least, heard, np.nan), axis=1)
    return float(np.quantile(np.abs(medians - usual), STATED)) / STATED_SD


def miscounting_error(lengths: FloatArray) -> float:
    """Error of the median when each value has a chance of ``CONFUSED`` to be wrongly there or wrongly missing.

    Examples
    --------
    >>> miscounting_error(np.array([1.0, 1.0, 1.0]))
    0.0
    """
    if len(lengths) < 3:
        changes = np.full(len(lengths), PAUSE_SPREAD * np.median(lengths) / len(lengths))
    else:
        changes = np.array([np.median(np.delete(lengths, k)) for k in range(len(lengths))]) - np.median(lengths)
    return float(np.sqrt(CONFUSED * np.sum(changes**2)))
