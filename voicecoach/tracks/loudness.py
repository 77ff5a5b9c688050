"""Programme loudness after ITU-R BS.1770, for one channel or more."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

BLOCK_S, OVERLAP = 0.4, 4  # gating blocks of 400 ms that overlap by 75 % (BS.1770-4 annex 1)
ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE = -10.0  # LU below the loudness of what passes the absolute gate
OFFSET = -0.691  # dB, eq. 2: makes a 997 Hz sine read its own level

# The two filters that BS.1770-4 tables 1 and 2 give for 48 kHz, as the analogue shapes they were made from, so that
# they exist at any rate: a shelf (head) and a high-pass (De Man 2014, "Evaluation of implementations of the EBU R128
# loudness measurement", AES 137). At 48 kHz they give the tables' coefficients back (a test holds that).
SHELF_HZ, SHELF_Q, SHELF_DB = 1681.974450955533, 0.7071752369554196, 3.999843853973347
HIGHPASS_HZ, HIGHPASS_Q = 38.13547087602444, 0.5003270373238773

_BLOCK_S = 30


def k_weighting(sr: int) -> tuple[FloatArray, FloatArray]:
    """Numerators and denominators of the two filters, shelf first.

    Returns
    -------
    b, a : ndarray, shape (2, 3)

    Examples
    --------
    >>> b, a = k_weighting(48000)
    >>> [round(float(x), 5) for x in (*b[0], *a[0])]
    [1.53512, -2.6917, 1.19839, 1.0, -1.69066, 0.73248]
    """
    k = np.tan(np.pi * SHELF_HZ / sr)
    high = 10 ** (SHELF_DB / 20)
    band = high**0.4996667741545416
    norm = 1 + k / SHELF_Q + k * k
    shelf_b = (
        np.array([high + band * k / SHELF_Q + k * k, 2 * (k * k - high), high - band * k / SHELF_Q + k * k]) / norm
    )
    shelf_a = np.array([1.0, 2 * (k * k - 1) / norm, (1 - k / SHELF_Q + k * k) / norm])
    # Table 2's numerator is 1, -2, 1 where the bilinear transform gives that over norm: 0.04 dB too much at 48 kHz.
    # That is the standard, so every rate is given the gain of 48 kHz (left at 1, -2, 1 it were 0.3 dB at 8 kHz).
    k = np.tan(np.pi * HIGHPASS_HZ / 48000)
    gain = 1 + k / HIGHPASS_Q + k * k
    k = np.tan(np.pi * HIGHPASS_HZ / sr)
    norm = 1 + k / HIGHPASS_Q + k * k
    pass_b = np.array([1.0, -2.0, 1.0]) * gain / norm
    pass_a = np.array([1.0, 2 * (k * k - 1) / norm, (1 - k / HIGHPASS_Q + k * k) / norm])
    return np.array([shelf_b, pass_b]), np.array([shelf_a, pass_a])


def integrated_loudness(samples: npt.NDArray[Any], sr: int) -> float | None:
    """Integrated loudness, gated [LUFS].

    Parameters
    ----------
    samples : ndarray, shape (n,) or (n, channels)     full scale 1.0; channels weigh 1 each (left, right, centre)
    sr : int                                           Hz

    Returns
    -------
    float or None      None for less than 0.4 s, and where nothing passes -70 LUFS

    References
    ----------
    ITU-R BS.1770-4 (2015), annex 1, eq. 1-7. Conformance: EBU Tech 3341 (2016), table 1.

    Examples
    --------
    EBU Tech 3341 case 1, made of one channel: a 1 kHz sine of -20 dBFS (peak) in one channel reads -23.0 LUFS.

    >>> tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(48000 * 2) / 48000)
    >>> round(integrated_loudness(tone, 48000), 1)
    -23.0
    """
    steps = _step_powers(samples if samples.ndim == 2 else samples[:, None], sr)
    if len(steps) < OVERLAP:
        return None
    blocks = np.convolve(steps, np.full(OVERLAP, 1 / OVERLAP), "valid")  # eq. 3: z of 400 ms every 100 ms
    gated = blocks[blocks > _power(ABSOLUTE_GATE)]
    if len(gated) == 0:
        return None
    gated = gated[gated > gated.mean() * 10 ** (RELATIVE_GATE / 10)]  # eq. 6 and 7
    return float(OFFSET + 10 * np.log10(gated.mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET) / 10))


def _step_powers(samples: npt.NDArray[Any], sr: int) -> FloatArray:
    """Mean K-weighted power of every whole 100 ms, summed over the channels; block by block."""
    from scipy.signal import lfilter

    (b, pass_b), (a, pass_a) = k_weighting(sr)
    b, a = np.convolve(b, pass_b), np.convolve(a, pass_a)  # one pass over the samples instead of two
    step = round(BLOCK_S / OVERLAP * sr)
    count = len(samples) // step
    powers = np.zeros(count)
    per_block = max(1, _BLOCK_S * sr // step)
    for channel in range(samples.shape[1]):
        state = np.zeros(4)
        for first in range(0, count, per_block):
            last = min(first + per_block, count)
            part = np.asarray(samples[first * step : last * step, channel], np.float64)
            weighted, state = lfilter(b, a, part, zi=state)
            powers[first:last] += np.square(weighted.reshape(-1, step)).mean(axis=1)
    return powers
