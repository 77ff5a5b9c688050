"""librosa's onset detector, as a user would call it."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray


def onsets(samples: npt.NDArray[np.float32], sr: int) -> FloatArray:
    """Times of the onsets [s]: ``librosa.onset.onset_detect`` with its defaults.

    Examples
    --------
    >>> onsets(np.zeros(16000, np.float32), 16000)
    array([], dtype=float64)
    """
    import librosa

    return np.asarray(librosa.onset.onset_detect(y=samples, sr=sr, units="time"), np.float64)
