"""The recording at another sampling rate."""

import numpy as np
import numpy.typing as npt


def at_rate(samples: npt.NDArray[np.float32], sr: int, rate: int) -> npt.NDArray[np.float32]:
    """Resample with soxr at high quality; the input itself when the rate is right already.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    sr, rate : int      Hz, from and to

    Returns
    -------
    ndarray of float32, shape (round(n * rate / sr),)

    Examples
    --------
    >>> at_rate(np.zeros(8000, np.float32), 8000, 16000).shape
    (16000,)
    """
    if sr == rate:
        return samples
    import soxr

    return np.asarray(soxr.resample(samples, sr, rate, quality="HQ"), dtype=np.float32)
