"""librosa's onset detector, as a user would call it."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray


def onsets(samples: npt.NDArray[np.float32], sr: int) -> FloatArray:
    """Times of the onsets [s]: ``librosa.onset.onset_detect`` with its defaults.

    Examples
    --------
    >>> clicks = np.zeros(32000, np.float32)
    >>> clicks[[8000, 16000, 24000]] = 1.0
    >>> onsets(clicks, 16000).round(1).tolist()
    [0.5, 1.0, 1.5]
    """
    import librosa

    return np.asarray(librosa.onset.onset_detect(y=samples, sr=sr, units="time"), np.float64)
