"""librosa's two pitch trackers, with the limits and the step a user of speech would give them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import Track

LIMITS_HZ = (60.0, 600.0)
HOP_S = 0.01
FRAME_S = 0.064  # about four periods of the lowest voice


def pyin(samples: npt.NDArray[np.float32], sr: int) -> Track:
    """Pitch after Mauch & Dixon (2014), pYIN [Hz], NaN where it finds no voice.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    sr : int    Hz
    """
    import librosa

    hz, _, _ = librosa.pyin(samples, fmin=LIMITS_HZ[0], fmax=LIMITS_HZ[1], sr=sr, **_frames(sr))
    return _track(hz)


def yin(samples: npt.NDArray[np.float32], sr: int) -> Track:
    """Pitch after de Cheveigné & Kawahara (2002), YIN [Hz]; it does not say where there is voice.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 200 * np.arange(16000) / 16000).astype(np.float32)
    >>> round(float(yin(tone, 16000).values[50]))
    200
    """
    import librosa

    return _track(librosa.yin(samples, fmin=LIMITS_HZ[0], fmax=LIMITS_HZ[1], sr=sr, **_frames(sr)))


def _frames(sr: int) -> dict[str, Any]:
    return {"frame_length": round(FRAME_S * sr), "hop_length": round(HOP_S * sr)}


def _track(hz: npt.NDArray[Any]) -> Track:
    return Track(np.asarray(np.arange(len(hz)) * HOP_S, np.float64), np.asarray(hz, np.float64), "Hz")
