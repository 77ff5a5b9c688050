"""Praat's pitch as it comes: "To Pitch", 75 to 600 Hz."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import Track


def pitch(samples: npt.NDArray[np.float32], sr: int) -> Track:
    """Pitch [Hz], NaN where Praat finds no voice.

    References
    ----------
    Boersma (1993), Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
    sampled sound, IFA Proceedings 17.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 200 * np.arange(16000) / 16000).astype(np.float32)
    >>> round(float(pitch(tone, 16000).values[50]))
    200
    """
    import parselmouth

    found = parselmouth.Sound(samples.astype(np.float64), sr).to_pitch(pitch_floor=75.0, pitch_ceiling=600.0)
    hz = found.selected_array["frequency"]
    return Track(np.asarray(found.xs(), np.float64), np.where(hz > 0, hz, np.nan), "Hz")
