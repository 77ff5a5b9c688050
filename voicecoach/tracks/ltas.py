"""Long-term average spectrum of the voice, and of what sounds while nobody speaks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Span, Spans, Track, inside, merged
from voicecoach.tracks.noise import SILENT
from voicecoach.tracks.spectrogram import frame_times, n_frames, power_spectra

STEP = 0.02  # s
WINDOW = 0.025  # s
LOW_HZ = (300.0, 1000.0)  # the halves of the alpha ratio, within what a telephone lets through
HIGH_HZ = (1000.0, 3400.0)
GUARD = 0.1  # s; as close to speech nothing counts as pause
NOISE_S = 0.5  # s of pauses from which their spectrum is believed
FLOOR = 1e-12  # mean square in a bin


@dataclass(frozen=True)
class Ltas:
    """Mean power spectrum of voiced speech.

    Attributes
    ----------
    frequencies : ndarray, shape (n,)    Hz
    db : ndarray, shape (n,)             dB re full scale per bin; empty recordings have -120
    voiced_s : float                     s of voice that went into it
    noise_db : ndarray, shape (n,)       the same of the sound at least 0.1 s away from speech; -120 where there is
                                         less than 0.5 s of that
    """

    frequencies: FloatArray
    db: FloatArray
    voiced_s: float
    noise_db: FloatArray

    def band_db(self, low_hz: float, high_hz: float) -> float:
        """Level in the band ``[low_hz, high_hz)``, dB re full scale.

        Examples
        --------
        >>> flat = Ltas(np.arange(0.0, 4000, 10), np.full(400, -60.0), 1.0, np.full(400, -90.0))
        >>> round(flat.band_db(300, 400), 3), round(flat.band_db(300, 1300), 3)
        (-50.0, -40.0)
        """
        chosen = (self.frequencies >= low_hz) & (self.frequencies < high_hz)
        return float(10 * np.log10(np.sum(10 ** (self.db[chosen] / 10)) + FLOOR))

    @property
    def alpha_db(self) -> float | None:
        """Alpha ratio within the telephone band: level of 1000-3400 Hz over that of 300-1000 Hz, dB.

        None without voice.

        Examples
        --------
        >>> round(Ltas(np.arange(0.0, 4000, 10), np.full(400, -60.0), 1.0, np.full(400, -90.0)).alpha_db, 2)
        5.35
        """
        return self.band_db(*HIGH_HZ) - self.band_db(*LOW_HZ) if self.voiced_s else None


def ltas(wave: npt.NDArray[np.float32], sr: int, f0: Track, ipus: Spans) -> Ltas:
    """Mean power spectrum over the voiced frames inside speech, and over the pauses.

    Parameters
    ----------
    wave : ndarray, shape (n,)    mono, full scale 1.0
    sr : int                      Hz, at least 8000
    f0 : Track                    Hz, NaN unvoiced
    ipus : tuple of Span          where the speech is, s

    Returns
    -------
    Ltas

    References
    ----------
    Frøkjaer-Jensen & Prytz (1976), Registration of voice quality, Brüel & Kjaer Technical Review 3 (alpha ratio);
    Eyben et al. (2016), GeMAPS, IEEE Transactions on Affective Computing 7:190 (50-1000 against 1000-5000 Hz).

    Examples
    --------
    Two tones of equal level, one in each half:

    >>> from voicecoach.timeline import Span
    >>> t = np.arange(16000) / 16000
    >>> tones = 0.1 * (np.sin(2 * np.pi * 500 * t) + np.sin(2 * np.pi * 2000 * t))
    >>> pitch = Track(np.arange(100) / 100 + 0.005, np.full(100, 100.0), "Hz")
    >>> found = ltas(tones.astype(np.float32), 16000, pitch, (Span(0, 1),))
    >>> abs(round(found.alpha_db, 1)), round(found.band_db(300, 1000), 1)
    (0.0, -23.0)
    """
    count = n_frames(len(wave), sr, STEP)
    times = frame_times(count, STEP)
    voiced = np.zeros(count, bool)
    if len(f0.times):
        nearest = np.clip(np.searchsorted(f0.times, times), 0, len(f0.times) - 1)
        voiced = np.isfinite(f0.values[nearest]) & inside(times, ipus)
    quiet = ~inside(times, merged(Span(ipu.start - GUARD, ipu.end + GUARD) for ipu in ipus))
    sums, idle = np.zeros((2, 1)), 0
    for first, power in power_spectra(wave, sr, WINDOW, STEP):
        room = quiet[first : first + len(power)] & (power.sum(axis=1) > SILENT)
        sums = sums + np.stack([voiced[first : first + len(power)], room]).astype(np.float32) @ power
        idle += int(room.sum())
    used = int(voiced.sum())
    mean = sums[0] / max(1, used)
    noise = sums[1] / idle if idle * STEP >= NOISE_S else np.zeros(sums.shape[1])
    to_db = 10 * np.log10(np.stack([mean, noise]) + FLOOR)
    return Ltas(np.linspace(0.0, sr / 2, len(mean)), to_db[0], used * STEP, to_db[1])
