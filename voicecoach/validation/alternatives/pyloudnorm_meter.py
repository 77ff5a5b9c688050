"""pyloudnorm's meter for ITU-R BS.1770, as a user would call it."""

import numpy as np
import numpy.typing as npt


def integrated(samples: npt.NDArray[np.float32], sr: int) -> float:
    """Integrated loudness [LUFS].

    Parameters
    ----------
    samples : ndarray, shape (n, channels)     full scale 1.0, at least 0.4 s
    sr : int                                   Hz

    Raises
    ------
    ImportError    pyloudnorm is not installed

    References
    ----------
    Steinmetz, C. J. & Reiss, J. D. (2021). pyloudnorm: a simple yet flexible loudness meter in Python. AES 150.
    """
    import pyloudnorm

    return float(pyloudnorm.Meter(sr).integrated_loudness(samples.astype(np.float64)))
