"""What a pitch tracker gets wrong, put right: octave errors, stray frames, and tones that are no voice."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.fft import rfft
from scipy.ndimage import median_filter

from voicecoach.timeline import FloatArray

STEP = 0.01  # s between frames
SHORT = 4  # frames; less is no syllable
TORN_OFF = 12  # frames; a stretch this short that hangs on a longer one by a jump is noise at the edge of a sound (M)
JUMP_ST = 4.0  # st from frame to frame; the steepest falls of a lively fourth tone stay under 2 (M)
STILL = ((0.9, 0.02), (3.0, 0.1))  # s, st: that long without more movement than that is a tone, no voice
FAR_ST = 10.0  # st from the median of the recording: an octave is not mended to beyond that
UP_DB, DOWN_DB = 3.0, -2.0  # dB; 415 right stretches of syn_f0 gave -10..0 at once, 2..33 at twice the pitch (M)
LEAN_UP_DB, LEAN_DOWN_DB = 1.0, 0.5  # dB; enough where the other octave lies nearer to the speaker's median
LEAN_ST = 5.0  # st nearer
NOISE_DB, NOISE_ST = -1.5, 7.0  # no valleys between the harmonics, and that far off the median: no voice (M)
HARMONIC_DB = -1.0  # dB; frames below it are certainly voice: the speaker's limits are taken from them

WINDOW = 0.05  # s, Hann: tells apart lines 40 Hz from each other
CHUNK = 2000  # frames looked at in one go: 32 MB of spectra
LOW, HIGH = 250.0, 3400.0  # Hz: what telephone and studio have in common
HARMONICS = 12

Samples = npt.NDArray[np.float32] | npt.NDArray[np.float64]


def cleaned(hz: FloatArray, times: FloatArray, samples: Samples, sr: int) -> FloatArray:
    """Only what can be a voice, octave errors mended.

    Tones that stand still (ring tone, hum) are taken out. The rest is cut into stretches wherever it jumps by more
    than 4 semitones from frame to frame; a stretch that the harmonics in the sound show to be an octave off is moved.
    Then stretches under 40 ms are dropped, and a median of five frames smooths the others.

    Parameters
    ----------
    hz, times : ndarray, shape (m,)     Hz, NaN unvoiced; s
    samples : ndarray, shape (n,)       the sound that was tracked
    sr : int                            Hz

    Returns
    -------
    ndarray, shape (m,)     Hz, NaN unvoiced

    Examples
    --------
    A voice of 150 Hz, read as 300 Hz for a while, is put back; two stray frames go.

    >>> t = np.arange(16000) / 16000
    >>> times = np.arange(100) / 100 + 0.005
    >>> hz = 150 * 2 ** (np.sin(40 * times) / 40)
    >>> sound = np.mod(np.cumsum(np.interp(t, times, hz)) / 16000, 1) - 0.5
    >>> wrong = np.where(times < 0.3, 2 * hz, hz)
    >>> wrong[60:68] = [np.nan, np.nan, np.nan, 180, 180, np.nan, np.nan, np.nan]
    >>> mended = cleaned(wrong, times, sound, 16000)
    >>> bool(np.nanmax(np.abs(mended / hz - 1)) < 0.01), bool(np.isfinite(mended[60:68]).any())
    (True, False)
    """
    kept = _mended_octaves(without_tones(hz, STEP), times, samples, sr)
    stretches = _stretches(kept)
    for (first, middle), (again, last) in pairwise(stretches):
        if middle == again and min(middle - first, last - middle) < TORN_OFF:
            shorter = slice(first, middle) if middle - first < last - middle else slice(middle, last)
            kept[shorter] = np.nan
    for first, last in stretches:
        if last - first < SHORT:
            kept[first:last] = np.nan
        else:
            kept[first:last] = median_filter(kept[first:last], 5, mode="nearest")
    return kept


def without_tones(hz: FloatArray, step: float) -> FloatArray:
    """Without what does not move for a second or more: nobody's voice stands still to a fiftieth of a semitone.

    Parameters
    ----------
    hz : ndarray, shape (m,)    Hz, NaN unvoiced
    step : float                s between values

    Examples
    --------
    >>> ringing = np.concatenate([np.full(150, 450.0), np.linspace(200, 220, 50)])
    >>> kept = without_tones(ringing, 0.01)
    >>> np.isfinite(kept[:150]).sum(), np.isfinite(kept[150:]).sum()
    (np.int64(0), np.int64(50))
    """
    kept = hz.copy()
    for length, movement in STILL:
        count = round(length / step)
        for first, last in voiced_runs(hz):
            if last - first < count:
                continue
            run = 12 * np.log2(hz[first:last] / hz[first])
            sums = np.concatenate([np.zeros((1, 2)), np.cumsum(np.column_stack([run, run**2]), axis=0)])
            mean, square = ((sums[count:] - sums[:-count]) / count).T
            still = square - mean**2 < movement**2
            covered = np.convolve(still, np.ones(count)) > 0.5
            kept[first:last][covered] = np.nan
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


def _stretches(hz: FloatArray) -> list[tuple[int, int]]:
    """Voiced runs, cut where the pitch jumps."""
    cut: list[tuple[int, int]] = []
    for first, last in voiced_runs(hz):
        jumps = first + 1 + np.flatnonzero(np.abs(np.diff(12 * np.log2(hz[first:last]))) > JUMP_ST)
        cut += pairwise([first, *jumps.tolist(), last])
    return cut


def _mended_octaves(hz: FloatArray, times: FloatArray, samples: Samples, sr: int) -> FloatArray:
    """Every stretch at the octave that its harmonics show; NaN where that is no part of this voice."""
    stretches = _stretches(hz)
    if not stretches:
        return hz
    mended = hz.copy()
    voiced = np.isfinite(hz)
    middle = np.median(hz[voiced])
    starts = np.array([first for first, _ in stretches])
    index = np.flatnonzero(voiced)
    index = index[(index % 2 == 0) | np.isin(index, starts)]  # every second frame says enough
    owner = np.searchsorted(starts, index, side="right") - 1
    frames = np.bincount(owner, minlength=len(starts))

    once, twice = interharmonic_prominence(samples, sr, times[index], np.array([hz[index], 2 * hz[index]]))
    once = np.bincount(owner, once, minlength=len(starts)) / frames
    twice = np.bincount(owner, twice, minlength=len(starts)) / frames
    off = np.array([12 * np.log2(np.median(hz[first:last]) / middle) for first, last in stretches])
    nearer_down, nearer_up = np.abs(off) - np.abs(off - 12), np.abs(off) - np.abs(off + 12)
    halve = (once > UP_DB) | ((once > LEAN_UP_DB) & (nearer_down > LEAN_ST))
    double = (twice < DOWN_DB) | ((twice < LEAN_DOWN_DB) & (nearer_up > LEAN_ST))
    noise = (np.abs(off) > NOISE_ST) & (once > NOISE_DB)
    for number in np.flatnonzero(halve | double | noise):
        first, last = stretches[number]
        octave = -12 if halve[number] else 12 if double[number] else 0
        fits = octave != 0 and abs(off[number] + octave) < FAR_ST
        mended[first:last] = hz[first:last] * 2 ** (octave / 12) if fits else np.nan
    return mended


def surely_voice(hz: FloatArray, times: FloatArray, samples: Samples, sr: int) -> FloatArray:
    """The values that stand on clear harmonics; all of them where none do.

    Examples
    --------
    >>> t = np.arange(16000) / 16000
    >>> buzz = np.mod(150 * t, 1) - 0.5
    >>> surely_voice(np.array([150.0, 300.0, np.nan]), np.array([0.4, 0.5, 0.6]), buzz, 16000).tolist()
    [150.0]
    """
    voiced = np.isfinite(without_tones(hz, float(times[1] - times[0]))) if len(hz) > 1 else np.isfinite(hz)
    clear = interharmonic_prominence(samples, sr, times[voiced], hz[None, voiced])[0] < HARMONIC_DB
    return hz[voiced][clear] if clear.any() else hz[voiced]


def interharmonic_prominence(samples: Samples, sr: int, times: FloatArray, hz: FloatArray) -> FloatArray:
    """How far the spectrum at odd multiples of ``hz / 2`` stands above the places midway to its neighbours [dB].

    If ``hz`` is the fundamental there is a valley at 0.5, 1.5, 2.5, ... times ``hz``: the answer is negative. If the
    fundamental is half of it there is a harmonic: the answer is positive. Only 250-3400 Hz are looked at.

    Parameters
    ----------
    samples : ndarray, shape (n,)
    sr : int                        Hz
    times : ndarray, shape (m,)     s
    hz : ndarray, shape (k, m)      k guesses at the fundamental at each time, Hz

    Returns
    -------
    ndarray, shape (k, m)       dB; 0 where no odd multiple lies in the band

    References
    ----------
    After the subharmonic-to-harmonic ratio of X. Sun (2002), Pitch determination and voice quality analysis using
    subharmonic-to-harmonic ratio, ICASSP; differences of levels are taken here instead of ratios of sums.

    Examples
    --------
    >>> t = np.arange(16000) / 16000
    >>> buzz = np.mod(150 * t, 1) - 0.5
    >>> right, high = interharmonic_prominence(buzz, 16000, np.array([0.5]), np.array([[150.0], [300.0]]))
    >>> bool(right < -3), bool(high > 10)
    (True, True)
    """
    found = [_chunk(samples, sr, times[i : i + CHUNK], hz[:, i : i + CHUNK]) for i in range(0, len(times), CHUNK)]
    return np.concatenate(found, axis=1) if found else np.zeros(hz.shape)


def _chunk(samples: Samples, sr: int, times: FloatArray, hz: FloatArray) -> FloatArray:
    length = round(WINDOW * sr)
    size = 1 << (2 * length - 1).bit_length()  # at least doubled by zeros: bins under 10 Hz apart
    first = np.clip(np.round(times * sr).astype(int) - length // 2, 0, max(0, len(samples) - length))
    index = np.minimum(first[:, None] + np.arange(length), len(samples) - 1)
    spectra = rfft(samples[index] * np.hanning(length).astype(np.float32), size)
    power = spectra.real**2 + spectra.imag**2
    row = np.arange(len(times))[:, None]

    def level(guess: FloatArray, multiples: FloatArray) -> FloatArray:
        middle = np.clip(np.round(guess[:, None] * multiples * size / sr).astype(int), 1, power.shape[1] - 2)
        near = np.maximum(np.maximum(power[row, middle - 1], power[row, middle]), power[row, middle + 1])
        return np.asarray(10 * np.log10(near + 1e-12), dtype=np.float64)

    half: FloatArray = np.arange(HARMONICS, dtype=np.float64) + 0.5
    answers = np.zeros(hz.shape)
    for answer, guess in zip(answers, hz, strict=True):
        above = level(guess, half) - (level(guess, half - 0.25) + level(guess, half + 0.25)) / 2
        usable = (guess[:, None] * half > LOW) & (guess[:, None] * half < HIGH)
        answer[:] = np.where(usable, above, 0.0).sum(1) / np.maximum(usable.sum(1), 1)
    return answers
