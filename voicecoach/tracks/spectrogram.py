"""Short-time power spectra, a block at a time: an hour of audio never becomes an hour of spectra."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

BLOCK_FRAMES = 4096  # frames worked on at once: 8 MB of spectra, whatever the length of the recording


def n_frames(n_samples: int, sr: int, step: float) -> int:
    """How many whole steps of ``step`` s fit into the recording."""
    return n_samples // round(step * sr)


def frame_times(count: int, step: float) -> npt.NDArray[np.float64]:
    """The middle of each step, s: frame i covers ``[i, i + 1) * step``.

    Examples
    --------
    >>> frame_times(3, 0.01).tolist()
    [0.005, 0.015, 0.025]
    """
    return np.asarray((np.arange(count) + 0.5) * step, dtype=np.float64)


def power_spectra(
    samples: npt.NDArray[np.float32], sr: int, window: float, step: float
) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
    """Hann-windowed power spectra, scaled so that the bins of a frame sum to its mean square.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)    full scale 1.0; silence is assumed beyond both ends
    sr : int                                    Hz
    window, step : float                        s; frame i is centred on ``(i + 0.5) * step``

    Yields
    ------
    first : int                                 index of the block's first frame
    power : ndarray of float32, shape (m, n_fft // 2 + 1)

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000).astype(np.float32)
    >>> [(first, power)] = power_spectra(tone, 16000, 0.025, 0.01)
    >>> first, power.shape, round(float(power[50].sum()), 3)
    (0, (100, 257), 0.5)
    """
    from scipy.fft import rfft

    length, hop = round(window * sr), round(step * sr)
    n_fft = 1 << (length - 1).bit_length()
    taper = np.hanning(length + 2)[1:-1].astype(np.float32)
    scale = np.float32(2.0 / (n_fft * np.sum(taper.astype(float) ** 2)))  # Parseval, one-sided
    count = n_frames(len(samples), sr, step)
    before = length // 2 - hop // 2
    for first in range(0, count, BLOCK_FRAMES):
        last = min(first + BLOCK_FRAMES, count)
        start, stop = first * hop - before, (last - 1) * hop - before + length
        piece = samples[max(0, start) : max(0, stop)]
        piece = np.pad(piece, (max(0, -start), stop - max(0, start) - len(piece)))
        frames = np.lib.stride_tricks.sliding_window_view(piece, length)[::hop]
        spectra = rfft(frames * taper, n_fft)
        yield first, (spectra.real**2 + spectra.imag**2) * scale
