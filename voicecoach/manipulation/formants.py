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
EMPHASIS = 0.97  # takes the tilt of voice out, so that the poles go to the resonances
BLOCK_FRAMES = 2000


def warp_formants(samples: Samples, sr: int, ratio: float) -> FloatArray:
    """Resonances at ``ratio`` times their frequency, by a warp of the envelope; pitch, tempo, level of frames kept.

    Each frame's spectrum is multiplied by E(f / ratio) / E(f), E being its all-pole (LPC) envelope.

    Raises
    ------
    ValueError    ratio outside 0.7-1.4

    References
    ----------
    Arias, Soladié, Bouafif, Röbel, Séguier & Aucouturier (2018), Realistic transformation of facial and vocal smiles
    in real-time audiovisual streams, IEEE Transactions on Affective Computing: smiles made by such a warp.

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
    read = np.arange(n_fft // 2 + 1) / ratio
    for first in range(0, len(starts), BLOCK_FRAMES):
        block = starts[first : first + BLOCK_FRAMES]
        frames = padded[block[:, None] + np.arange(length)] * window
        spectra = np.fft.rfft(frames, n_fft, axis=1)
        log_envelope = _log_envelopes(frames, sr, n_fft)
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


def _log_envelopes(frames: FloatArray, sr: int, n_fft: int) -> FloatArray:
    """Log magnitude of the all-pole model of each frame (autocorrelation method), shape (n, n_fft // 2 + 1)."""
    order = 2 + round(sr / 1000)
    emphasised = frames.copy()
    emphasised[:, 1:] -= EMPHASIS * frames[:, :-1]
    power = np.abs(np.fft.rfft(emphasised, 2 * n_fft, axis=1)) ** 2
    correlation = np.fft.irfft(power, axis=1)[:, : order + 1]
    correlation[:, 0] = correlation[:, 0] * (1 + 1e-9) + 1e-12
    lags = np.abs(np.subtract.outer(np.arange(order), np.arange(order)))
    predictor = np.linalg.solve(correlation[:, lags], correlation[:, 1:, None])[:, :, 0]
    inverse = np.concatenate([np.ones((len(frames), 1)), -predictor], axis=1)
    return -np.log(np.maximum(np.abs(np.fft.rfft(inverse, n_fft, axis=1)), 1e-9))
