"""Fundamental frequency over time: Praat's autocorrelation, twice, the second time with the speaker's own limits."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from voicecoach.settings import DEFAULT, Settings
from voicecoach.timeline import FloatArray, Track

STEP = 0.01  # s
BLOCK = 50.0  # s handed to Praat at a time: it needs about 5 MB a second
OVERLAP = 1.0  # s of every block that is analysed twice; half of it is thrown away at either side

Samples = npt.NDArray[np.float32] | npt.NDArray[np.float64]


def f0(samples: Samples, sr: int, settings: Settings = DEFAULT) -> Track:
    """Fundamental frequency every 10 ms [Hz]; NaN where the voice is silent or unvoiced.

    Two passes of Praat's autocorrelation method. The first looks everywhere (60-700 Hz); the quartiles q1, q3 of
    what it finds set the limits of the second: 0.75 q1 to 2 q3. Then what is no voice is taken out: runs under
    40 ms, octave jumps, and runs of more than a second that do not move at all (ring tones, hum).

    Parameters
    ----------
    samples : ndarray, shape (n,)       full scale 1.0
    sr : int                            Hz
    settings : Settings

    Returns
    -------
    Track       Hz at 0.005, 0.015, ... s

    Examples
    --------
    A buzz of 200 Hz that slides up an octave in two seconds is read to within a tenth of a semitone.

    >>> t = np.arange(2 * 16000) / 16000
    >>> buzz = 0.3 * np.sign(np.sin(2 * np.pi * 400 * (2 ** (t / 2) - 1) / np.log(2)))
    >>> track = f0(buzz, 16000)
    >>> round(float(track.values[100]) / (200 * 2**0.5025), 2)
    1.0
    """
    count = int(len(samples) / sr / STEP + 1e-6)
    times = (np.arange(count) + 0.5) * STEP
    reference = _reference_peak(samples, sr)
    if reference <= 0 or count < 20:
        return Track(times, np.full(count, np.nan), "Hz")
    raw = _pass(samples, sr, count, reference, settings.f0_floor_hz, settings.f0_ceiling_hz, settings)
    voiced = raw[np.isfinite(raw)]
    if len(voiced) >= 50:
        q1, q3 = np.quantile(voiced, [0.25, 0.75])
        floor = max(settings.f0_floor_hz, settings.f0_floor_factor * q1)
        ceiling = min(settings.f0_ceiling_hz, settings.f0_ceiling_factor * q3)
        raw = _pass(samples, sr, count, reference, floor, ceiling, settings)
    return Track(times, cleaned(raw), "Hz")


def cleaned(hz: FloatArray) -> FloatArray:
    """Only what can be a voice: no runs under 40 ms, no octave jumps, no tones that stand still for a second.

    Parameters
    ----------
    hz : ndarray, shape (n,)    every 10 ms, NaN unvoiced

    Examples
    --------
    >>> np.isfinite(cleaned(np.array([np.nan, 200, 201, np.nan]))).any()
    np.False_
    """
    kept = hz.copy()
    for first, last in voiced_runs(hz):
        run = 12 * np.log2(hz[first:last])
        far = np.abs(run - np.median(run)) > 10
        kept[first:last][far] = np.nan
        still = last - first > 1.0 / STEP and np.std(run) < 0.1
        if last - first < 4 or still:
            kept[first:last] = np.nan
    return kept


def voiced_runs(hz: FloatArray) -> list[tuple[int, int]]:
    """First and one-past-last frame of every unbroken voiced stretch.

    Examples
    --------
    >>> voiced_runs(np.array([np.nan, 200, 201, np.nan, 180]))
    [(1, 3), (4, 5)]
    """
    edges = np.diff(np.concatenate([[0], np.isfinite(hz).astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def _reference_peak(samples: Samples, sr: int) -> float:
    """The level of loud speech: 95 % of all frame peaks, weighted by themselves so that silence does not count."""
    hop = max(1, int(sr * STEP))
    whole = len(samples) // hop * hop
    if not whole:
        return 0.0
    frames = samples[:whole].reshape(-1, hop)
    peaks = np.sort(np.maximum(frames.max(1), -frames.min(1)).astype(np.float64))
    weight = np.cumsum(peaks)
    if not np.isfinite(weight[-1]) or weight[-1] <= 0:
        return 0.0
    return float(peaks[np.searchsorted(weight, 0.95 * weight[-1])])


def _pass(
    samples: Samples, sr: int, count: int, reference: float, floor: float, ceiling: float, settings: Settings
) -> FloatArray:
    """Praat's autocorrelation on overlapping blocks, laid onto the common grid."""
    import parselmouth

    hz = np.full(count, np.nan)
    for start, keep_from, keep_to, block in _blocks(samples, sr, count, floor):
        peak = float(np.max(np.abs(block - block.mean())))
        if peak <= 0:
            continue
        pitch = parselmouth.Sound(block, sr).to_pitch_ac(
            time_step=STEP,
            pitch_floor=floor,
            pitch_ceiling=ceiling,
            voicing_threshold=settings.f0_voicing_threshold,
            # Praat holds a frame against the block's own peak; hold it against the whole recording's instead
            silence_threshold=settings.f0_silence_threshold * reference / peak,
        )
        found = pitch.selected_array["frequency"]
        index = np.round((start + pitch.xs()) / STEP - 0.5).astype(int)
        usable = (index >= keep_from) & (index < keep_to) & (found > 0)
        hz[index[usable]] = found[usable]
    return hz


def _blocks(samples: Samples, sr: int, count: int, floor: float) -> Iterator[tuple[float, int, int, FloatArray]]:
    """Start in s (may be negative: silence is put before), frames to keep, samples of each block.

    Praat centres its frames on the block: with a window of w steps they lie on half steps, as ours do, if
    ceil(w) is odd; otherwise the block is moved by half a step.
    """
    window = 3 / floor / STEP
    half_step = 0.0 if int(np.ceil(window)) % 2 else STEP / 2
    hop = round((BLOCK - OVERLAP) / STEP)
    margin = round(OVERLAP / 2 / STEP)
    for first in range(0, count, hop):
        last = min(first + hop, count)
        start, end = (first - margin) * STEP + half_step, (last + margin) * STEP + half_step
        a, b = round(start * sr), round(end * sr)
        block = np.zeros(b - a)
        inside = slice(max(a, 0), min(b, len(samples)))
        block[inside.start - a : inside.stop - a] = samples[inside]
        yield a / sr, first, last, block
