"""Speech where it is loud: an energy detector with a floor that follows the noise, as textbooks have it."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Span, Spans, merged
from voicecoach.tracks.intensity import intensity
from voicecoach.validation.alternatives.spans import spans

STEP = 0.01  # s
FLOOR_WINDOW_S = 10.0  # the floor is taken anew every second from ten of them
FLOOR_SPEED = 3.0  # dB/s, at most
HYSTERESIS_DB = 3.0
FILLED_S = 0.25  # shorter gaps are closures of consonants
BURST_S = 0.10  # shorter bursts are knocks, unless they are voiced


def speech(samples: npt.NDArray[np.float32], sr: int) -> Spans:
    """Where the level of 200-3600 Hz lies clearly above its floor [s].

    Level every 10 ms, smoothed by a Gaussian of 15 ms. Floor F: the 5th percentile, at most 60 dB under the 95th
    (p95). Threshold: F + max(6, 0.35 (p95 - F)), at most p95 - 12, at least F + 4; speech ends 3 dB lower.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                    Hz

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 300 * np.arange(48000) / 16000)
    >>> tone[16000:32000] = 0
    >>> [(round(a, 1), round(b, 1)) for a, b in speech(tone.astype(np.float32), 16000)]
    [(0.0, 1.0), (2.0, 3.0)]
    """
    from scipy.ndimage import gaussian_filter1d

    level = intensity(samples, sr).values
    if not len(level):
        return ()
    level = np.asarray(gaussian_filter1d(level, 1.5, mode="nearest"))
    top = float(np.quantile(level, 0.95))
    bottom = floor(level, top)
    threshold = np.maximum(np.minimum(bottom + np.maximum(6, 0.35 * (top - bottom)), top - 12), bottom + 4)
    above = level - threshold
    runs = [run for run in spans(above >= -HYSTERESIS_DB, STEP) if _frames(above, run).max() >= 0]
    return tuple(
        run for run in merged(runs, gap=FILLED_S) if run.duration >= BURST_S - 1e-9 or _voiced(samples, sr, run)
    )


def floor(level: FloatArray, top: float) -> FloatArray:
    """The noise floor, frame by frame, dB; it moves by at most 3 dB a second.

    Examples
    --------
    Noise that grows by 50 dB at 15 s; hardly any of the old one is in the windows from 20 s on.

    >>> level = np.repeat([-70.0, -20.0], 1500)
    >>> found = floor(level, top=-20.0)
    >>> found[0].item(), found[1500].item(), found[2999].item()
    (-70.0, -70.0, -40.0)
    """
    half, second = round(FLOOR_WINDOW_S / 2 / STEP), round(1 / STEP)
    centres = np.arange(0, len(level), second)
    found = [max(float(np.quantile(level[max(0, c - half) : c + half], 0.05)), top - 60) for c in centres]
    for k in range(1, len(found)):
        found[k] = min(max(found[k], found[k - 1] - FLOOR_SPEED), found[k - 1] + FLOOR_SPEED)
    return np.asarray(np.interp(np.arange(len(level)), centres, found))


def _frames(values: FloatArray, run: Span) -> FloatArray:
    return values[round(run.start / STEP) : round(run.end / STEP)]


def _voiced(samples: npt.NDArray[np.float32], sr: int, burst: Span) -> bool:
    """Whether Praat finds a pitch in the burst, heard with 50 ms around it."""
    import parselmouth

    first, last = max(0, round((burst.start - 0.05) * sr)), round((burst.end + 0.05) * sr)
    sound = parselmouth.Sound(samples[first:last].astype(np.float64), sr)
    return bool((sound.to_pitch().selected_array["frequency"] > 0).any())
