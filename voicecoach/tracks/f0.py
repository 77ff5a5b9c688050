"""Fundamental frequency over time: Praat's autocorrelation, twice, the second time with the speaker's own limits."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from voicecoach.settings import DEFAULT, Settings
from voicecoach.timeline import FloatArray, Track
from voicecoach.tracks.f0_repair import cleaned, surely_voice

STEP = 0.01  # s
COARSE = 0.04  # s, step of the first pass: quartiles need no more
BLOCK = 50.0  # s handed to Praat at a time: it needs about 5 MB a second
OVERLAP = 1.0  # s of every block that is analysed twice; half of it is thrown away at either side
SHORTEST = 0.2  # s; less cannot hold a voice that could be told from noise
ENOUGH_S = 0.5  # s of voice from which the speaker's own limits are taken

Samples = npt.NDArray[np.float32] | npt.NDArray[np.float64]


def f0(samples: Samples, sr: int, settings: Settings = DEFAULT) -> Track:
    """Fundamental frequency every 10 ms [Hz]; NaN where the voice is silent or unvoiced.

    Two passes of Praat's autocorrelation method. The first looks everywhere (60-700 Hz) in steps of 40 ms; the
    quartiles q1, q3 of what it finds set the limits of the second: 0.5 q1 to 2 q3. Then what is no voice is taken
    out and octave errors are mended (see :func:`cleaned`).

    Parameters
    ----------
    samples : ndarray, shape (n,)       full scale 1.0
    sr : int                            Hz
    settings : Settings

    Returns
    -------
    Track       Hz at 0.005, 0.015, ... s

    Notes
    -----
    ``voicecoach validate --measure f0`` measures it against speech resynthesised with a known pitch. It reads
    creaky voice only where that is still periodic: the bottom of a Mandarin third tone is often missing, so ranges are
    those of the clear voice.

    References
    ----------
    P. Boersma (1993), Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of
    a sampled sound, IFA Proceedings 17. The two passes: D. Hirst (2011), The analysis by synthesis of speech melody,
    Journal of Speech Sciences 1(1), with limits wider than there, as tone languages need.

    Examples
    --------
    A buzz that slides from 200 Hz up an octave in two seconds is read to within a tenth of a semitone.

    >>> t = np.arange(2 * 16000) / 16000
    >>> buzz = 0.3 * np.sign(np.sin(2 * np.pi * 400 * (2 ** (t / 2) - 1) / np.log(2)))
    >>> track = f0(buzz, 16000)
    >>> round(float(track.values[100]) / (200 * 2**0.5025), 2)
    1.0
    """
    count = int(len(samples) / sr / STEP + 1e-6)
    times = _grid(count, STEP)
    reference = _reference_peak(samples, sr)
    if reference <= 0 or count * STEP < SHORTEST:
        return Track(times, np.full(count, np.nan), "Hz")
    floor, ceiling = settings.f0_floor_hz, settings.f0_ceiling_hz
    first = _pass(samples, sr, COARSE, reference, (floor, ceiling), settings)
    voiced = surely_voice(first, _grid(len(first), COARSE), samples, sr)
    if len(voiced) * COARSE >= ENOUGH_S:
        q1, q3 = np.quantile(voiced, [0.25, 0.75])
        floor = max(floor, settings.f0_floor_factor * float(q1))
        ceiling = min(ceiling, settings.f0_ceiling_factor * float(q3))
    hz = _pass(samples, sr, STEP, reference, (floor, ceiling), settings)
    return Track(times, cleaned(hz[:count], times, samples, sr), "Hz")


def _grid(count: int, step: float) -> FloatArray:
    return np.asarray((np.arange(count) + 0.5) * step, dtype=np.float64)


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
    samples: Samples, sr: int, step: float, reference: float, limits: tuple[float, float], settings: Settings
) -> FloatArray:
    """Praat's autocorrelation on overlapping blocks, laid onto the grid (k + 1/2) step."""
    import parselmouth

    count = int(np.ceil(len(samples) / sr / step))
    hz = np.full(count, np.nan)
    floor = limits[0] * 1.0001  # at 60 Hz the window is whole steps, and rounding would decide where the frames lie
    for start, keep_from, keep_to, block in _blocks(samples, sr, step, count, floor):
        peak = float(np.max(np.abs(block - block.mean())))
        if peak <= 0:
            continue
        pitch = parselmouth.Sound(block, sr).to_pitch_ac(
            time_step=step,
            pitch_floor=floor,
            pitch_ceiling=limits[1],
            voicing_threshold=settings.f0_voicing_threshold,
            octave_jump_cost=settings.f0_octave_jump_cost,
            # Praat holds a frame against the block's own peak; hold it against the whole recording's instead
            silence_threshold=settings.f0_silence_threshold * reference / peak,
        )
        found = pitch.selected_array["frequency"]
        index = np.round((start + pitch.xs()) / step - 0.5).astype(int)
        usable = (index >= keep_from) & (index < keep_to) & (found > 0)
        hz[index[usable]] = found[usable]
    return hz


def _blocks(
    samples: Samples, sr: int, step: float, count: int, floor: float
) -> Iterator[tuple[float, int, int, FloatArray]]:
    """Start in s (negative if silence is put before), first and one-past-last frame to keep, samples of each block.

    Praat centres its frames on the block: with a window of w steps they lie on half steps, as ours do, if
    ceil(w) is odd; otherwise the block is moved by half a step.
    """
    shift = 0.0 if int(np.ceil(3 / floor / step)) % 2 else step / 2
    hop = round((BLOCK - OVERLAP) / step)
    margin = round(OVERLAP / 2 / step)
    for first in range(0, count, hop):
        last = min(first + hop, count)
        a, b = (round((frame * step + shift) * sr) for frame in (first - margin, last + margin))
        block = np.zeros(b - a)
        inside = slice(max(a, 0), min(b, len(samples)))
        block[inside.start - a : inside.stop - a] = samples[inside]
        yield a / sr, first, last, block
