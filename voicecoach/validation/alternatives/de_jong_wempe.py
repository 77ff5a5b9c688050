"""Syllable nuclei after de Jong & Wempe (2009): voiced intensity peaks with a dip before them."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

SILENCE_DB = -25.0  # re the 99th percentile of intensity, as the authors' later scripts set it
DIP_DB = 2.0  # the paper's value for speech with little noise


def nuclei(samples: npt.NDArray[np.float32], sr: int) -> FloatArray:
    """Times of the syllable nuclei [s].

    Praat's intensity (window for 50 Hz); peaks above the threshold; of these, those with a dip of at least 2 dB since
    the peak before; of these, the voiced ones.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    sr : int    Hz

    References
    ----------
    de Jong, N. H. & Wempe, T. (2009). Praat script to detect syllable nuclei and measure speech rate automatically.
    Behavior Research Methods 41(2), 385-390.

    Examples
    --------
    Four voiced bursts in two seconds.

    >>> t = np.arange(32000) / 16000
    >>> bursts = np.sin(2 * np.pi * 150 * t) * (0.01 + np.sin(2 * np.pi * t) ** 2)
    >>> nuclei(bursts.astype(np.float32), 16000).round(1).tolist()
    [0.2, 0.7, 1.3, 1.8]
    """
    import parselmouth
    from scipy.signal import argrelmax

    if len(samples) < 0.2 * sr:
        return np.zeros(0)
    sound = parselmouth.Sound(np.asarray(samples, np.float64), sr)
    intensity = sound.to_intensity(minimum_pitch=50, subtract_mean=False)
    times, db = intensity.xs(), intensity.values[0]
    threshold = max(np.quantile(db, 0.99) + SILENCE_DB, db.min())
    peaks = [int(i) for i in argrelmax(db)[0] if db[i] > threshold]
    kept = []
    for before, peak in zip([None, *peaks], peaks, strict=False):
        since = db[: peak + 1] if before is None else db[before : peak + 1]
        if db[peak] - since.min() >= DIP_DB:
            kept.append(peak)
    pitch = sound.to_pitch_ac(time_step=0.02, pitch_floor=30, pitch_ceiling=450, voicing_threshold=0.25)
    voiced = [times[i] for i in kept if np.isfinite(pitch.get_value_at_time(times[i]))]
    return np.array(voiced)
