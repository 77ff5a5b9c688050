"""How much of the sound repeats from one period of the voice to the next: harmonics over noise."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Track

LEAST_DB, MOST_DB = -10.0, 40.0  # Praat gives -200 where nothing repeats; noise and steps of 16 bits end the scale
MINIMUM_HZ = 75.0  # Praat's own settings for this method
SILENCE, PERIODS = 0.1, 1.0


def harmonicity(wave: npt.NDArray[np.float32], sr: int, f0: Track) -> FloatArray:
    """Harmonics-to-noise ratio at the frames of the pitch track [dB], -10 to 40; NaN where unvoiced.

    Parameters
    ----------
    wave : ndarray, shape (n,)    full scale 1.0
    sr : int                      Hz
    f0 : Track                    Hz, NaN unvoiced

    Returns
    -------
    ndarray, shape (len(f0.times),)

    References
    ----------
    Boersma (1993), IFA Proceedings 17:97-110. By cross-correlation, as Praat's manual advises.

    Examples
    --------
    >>> wave = 0.3 * np.sign(np.sin(2 * np.pi * 200 * np.arange(16000) / 16000 + 0.1)).astype(np.float32)
    >>> pitch = Track(np.arange(40, 60) / 100, np.full(20, 200.0), "Hz")
    >>> bool((harmonicity(wave, 16000, pitch) > 30).all())
    True
    """
    voiced = np.isfinite(f0.values)
    if not voiced.any():
        return np.full(len(f0.times), np.nan)
    import parselmouth

    sound = parselmouth.Sound(wave.astype(np.float64), sampling_frequency=float(sr))
    found = sound.to_harmonicity_cc(f0.step, MINIMUM_HZ, SILENCE, PERIODS)
    ratio = np.interp(f0.times, found.xs(), np.clip(found.values[0], LEAST_DB, MOST_DB))
    return np.where(voiced, ratio, np.nan)
