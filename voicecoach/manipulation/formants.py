"""Resonances moved by a known ratio, pitch and tempo kept, in two ways that share nothing.

One warps the spectral envelope of short frames; the other is Praat's, which plays the sound at another rate and
puts pitch and duration back by overlap-add. A measure of resonances that believes both, measures resonances.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.manipulation.resynthesis import PITCH_CEILING, PITCH_FLOOR, repeatable, samples_of, sound_of
from voicecoach.timeline import FloatArray

Samples = npt.NDArray[Any]

WINDOW = 0.032  # s, Hann; a quarter of it is the hop
ROUNDS = 12  # of raising the envelope to the harmonics' tops; more change nothing
FLOOR = 1e-9  # of a frame's strongest line
BLOCK_FRAMES = 2000


def warp_formants(samples: Samples, sr: int, ratio: float) -> FloatArray:
    """Resonances at ``ratio`` times their frequency, by a warp of the envelope; pitch, tempo, level of frames kept.

    Each frame's spectrum is multiplied by E(f / ratio) / E(f), E being its true envelope: the cepstrally smoothed
    spectrum, raised to the tops of the harmonics. It keeps sr / (2 f0) coefficients, all that harmonics can tell.

    Raises
    ------
    ValueError    ratio outside 0.7-1.4

    References
    ----------
    Röbel & Rodet (2005), Efficient spectral envelope estimation and its application to pitch shifting and envelope
    preservation, DAFx. Arias, Soladié, Bouafif, Röbel, Séguier & Aucouturier (2018), Realistic transformation of
    facial and vocal smiles in real-time audiovisual streams, IEEE Transactions on Affective Computing: smiles made so.

    Examples
    --------
    A ratio of 1 changes nothing:

    >>> hiss = np.random.default_rng(0).standard_normal(4000)
    >>> bool(np.allclose(warp_formants(hiss, 16000, 1.0), hiss))
    True
    """
    if not 0.7 <= ratio <= 1.4:
        raise ValueError(f"ratio is {ratio}, expected 0.7 to 1.4")
    x = np.asarray(samples, np.float64)
    hop = round(WINDOW * sr / 4)
    length = 4 * hop
    n_fft = 1 << (length - 1).bit_length()
    padded = np.pad(x, (length, length + hop))
    window = np.hanning(length + 1)[:-1]
    starts = np.arange(0, len(padded) - length + 1, hop)
    out = np.zeros(len(padded))
    keep = round(sr / (2 * _usual_pitch(sound_of(x, sr)))) if len(x) > sr / 10 else 16
    read = np.arange(n_fft // 2 + 1) / ratio
    for first in range(0, len(starts), BLOCK_FRAMES):
        block = starts[first : first + BLOCK_FRAMES]
        frames = padded[block[:, None] + np.arange(length)] * window
        spectra = np.fft.rfft(frames, n_fft, axis=1)
        log_envelope = _log_envelopes(frames, n_fft, keep)
        low = np.minimum(read.astype(int), n_fft // 2 - 1)
        moved = log_envelope[:, low] + np.minimum(read - low, 1.0) * (log_envelope[:, low + 1] - log_envelope[:, low])
        warped = spectra * np.exp(moved - log_envelope)
        before, after = (np.sum(np.abs(s) ** 2, axis=1, keepdims=True) for s in (spectra, warped))
        warped *= np.sqrt(before / np.maximum(after, 1e-30))
        for start, frame in zip(block, np.fft.irfft(warped, n_fft, axis=1)[:, :length] * window, strict=True):
            out[start : start + length] += frame
    return out[length : length + len(x)] / 1.5  # squared Hann windows a quarter apart sum to 1.5


def shift_formants(samples: Samples, sr: int, ratio: float) -> FloatArray:
    """Resonances at ``ratio`` times their frequency, by Praat's "Change gender"; pitch and tempo kept.

    Raises
    ------
    ValueError    ratio outside 0.7-1.4
    """
    if not 0.7 <= ratio <= 1.4:
        raise ValueError(f"ratio is {ratio}, expected 0.7 to 1.4")
    from parselmouth.praat import call

    with repeatable():
        changed = call(sound_of(samples, sr), "Change gender", PITCH_FLOOR, PITCH_CEILING, ratio, 0.0, 1.0, 1.0)
    out = samples_of(changed)
    return np.pad(out, (0, max(0, len(samples) - len(out))))[: len(samples)]


def _log_envelopes(frames: FloatArray, n_fft: int, keep: int) -> FloatArray:
    """Log envelope of each frame's spectrum: smoothed to ``keep`` cepstral coefficients until it tops it."""
    magnitude = np.abs(np.fft.rfft(frames, n_fft, axis=1))
    floor = FLOOR * magnitude.max(axis=1, keepdims=True) + 1e-12
    spectrum = np.log(np.maximum(magnitude, floor))
    envelope = target = spectrum
    for _ in range(ROUNDS):
        cepstrum = np.fft.irfft(target, axis=1)
        cepstrum[:, keep + 1 : -keep] = 0.0
        envelope = np.fft.rfft(cepstrum, axis=1).real
        target = np.maximum(spectrum, envelope)
    return np.asarray(envelope)


def _usual_pitch(sound: Any) -> float:
    """Median pitch of Praat's first look, Hz; 200 without voice."""
    found = sound.to_pitch_ac(pitch_floor=PITCH_FLOOR, pitch_ceiling=PITCH_CEILING).selected_array["frequency"]
    return float(np.median(found[found > 0])) if np.any(found > 0) else 200.0
