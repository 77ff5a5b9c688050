"""Level over time in the band that carries speech on every channel."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import Track
from voicecoach.tracks.spectrogram import frame_times, n_frames, power_spectra

BAND = (200.0, 3600.0)  # Hz: what a telephone passes, without hum and handling noise below (science: b1)
STEP = 0.01  # s
FLOOR = 1e-10  # mean square: -100 dB, so that digital silence has a level too


def intensity(samples: npt.NDArray[np.float32], sr: int) -> Track:
    """Level of 200-3600 Hz every 10 ms [dB re full scale].

    0 dB is the mean square of a full-scale square wave (dBov), so a full-scale sine reads -3.0 dB.
    The window is a 25 ms Hann; levels stop at -100 dB.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                    Hz, at least 8000

    Returns
    -------
    Track    dB; one value a whole 10 ms, at its middle

    Examples
    --------
    >>> t = np.arange(16000) / 16000
    >>> level = intensity(np.sin(2 * np.pi * 1000 * t).astype(np.float32), 16000)
    >>> level.times[:2].tolist(), round(float(level.values[50]), 1)
    ([0.005, 0.015], -3.0)
    >>> hum = intensity(np.sin(2 * np.pi * 50 * t).astype(np.float32), 16000)
    >>> bool(hum.values[50] < -40)
    True
    """
    count = n_frames(len(samples), sr, STEP)
    power = np.empty(count)
    for first, spectra in power_spectra(samples, sr, 0.025, STEP):
        frequencies = np.linspace(0, sr / 2, spectra.shape[1])
        band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
        power[first : first + len(spectra)] = spectra[:, band].sum(1)
    return Track(frame_times(count, STEP), 10 * np.log10(np.maximum(power, FLOOR)), "dB")
