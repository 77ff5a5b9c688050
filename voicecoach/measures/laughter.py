"""Possible laughter: bursts of the same sound in even steps. Places to listen to, never a certainty."""

import warnings
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from voicecoach.results import Evidence, Measurement, missing
from voicecoach.timeline import FloatArray, Span, Spans, Track

NOTES = 4  # bursts in a row; fewer happen in speech
INTERVAL_S = (0.14, 0.28)  # from burst to burst (Provine & Yong 1991: 0.210-0.218 s on average)
UNEVEN = 0.17  # coefficient of variation of the intervals; syllables of speech have 0.25 and more
DIP_DB = 6.0  # between bursts; breath
WIDTH_S = (0.03, 0.15)  # of a burst, down to DIP_DB below its peak (75 ms on average; 0.10 to 0.15 find the same)
SAME_DB = 6.5  # rms difference of the spectra of two bursts; those of two syllables differ by 8 (M)
VOICED = 0.6  # share of bursts that must be voiced: knocks and clicks are not
PERIODIC = 0.5  # height of the autocorrelation from which a burst is voiced
QUIET_DB = 35.0  # bursts weaker than loud speech by more do not count
SPECTRUM_HZ = (250.0, 3800.0)
BANDS = 16
SPECTRUM_S = 0.04
BLOCK = 1000  # bursts worked on at once: bounds the memory
FALSE_PER_MIN = 0.1  # flags that are none, as the bar has it (tests/measures/test_laughter.py)


def laughter_candidates(
    wave16: npt.NDArray[np.float32], intensity: Track, ipus: Spans, duration: float
) -> Measurement:
    """How many stretches may be laughter [count].

    Bursts are peaks of level at least 6 dB above the dips on both sides. A candidate is a run of four or more, 0.14 to
    0.28 s apart, evenly (coefficient of variation up to 0.17), short, mostly voiced, and alike in spectrum.

    Parameters
    ----------
    wave16 : ndarray, shape (n,)    16 kHz
    intensity : Track               dB, every 10 ms
    ipus : tuple of Span            s; laughter may lie outside
    duration : float                s

    Returns
    -------
    Measurement
        count. Evidence: the stretches (``possible_laughter``). ``sd`` is the root of the count and of the false flags
        to be expected. Missing (``no_speech``) without speech.

    Notes
    -----
    Voiced, rhythmic laughter only; unvoiced laughs, snorts and chuckles of one or two bursts are missed: on telephone
    calls trained detectors reach F1 .64 (science: f). Repeated equal syllables spoken evenly are flagged too.

    References
    ----------
    Provine & Yong (1991), Laughter: a stereotyped human vocalization, Ethology 89:115-124. Bachorowski, Smoski & Owren
    (2001), The acoustic features of human laughter, JASA 110:1581-1597.

    Examples
    --------
    >>> nothing = Track(np.arange(100) / 100, np.full(100, -100.0), "dB")
    >>> laughter_candidates(np.zeros(16000, np.float32), nothing, (Span(0, 1),), 1.0).value
    0.0
    """
    if not ipus:
        return missing("count", "no_speech")
    runs = _runs(wave16, intensity)
    evidence = tuple(Evidence(run.start, min(run.end, duration), "possible_laughter") for run in runs)
    sd = float(np.sqrt(len(runs) + FALSE_PER_MIN * duration / 60))
    return Measurement(float(len(runs)), "count", sd, evidence)


def _runs(wave: npt.NDArray[np.float32], intensity: Track) -> list[Span]:
    """The stretches where bursts follow one another as in laughter."""
    bursts, widths = _bursts(intensity)
    if len(bursts) < NOTES:
        return []
    blocks = np.array_split(bursts, len(bursts) // BLOCK + 1)
    spectra = np.concatenate([_spectra(wave, block) for block in blocks])
    voiced = np.concatenate([_periodic(wave, block) for block in blocks])
    fit = (widths >= WIDTH_S[0]) & (widths <= WIDTH_S[1])
    found: list[Span] = []
    first = 0
    while first <= len(bursts) - NOTES:
        last = first + 1
        while last < len(bursts) and _continues(bursts, spectra, fit, first, last):
            last += 1
        if last - first >= NOTES and voiced[first:last].mean() >= VOICED:
            found.append(Span(max(0.0, float(bursts[first]) - 0.1), float(bursts[last - 1]) + 0.15))
            first = last
        else:
            first += 1
    return found


def _continues(
    bursts: FloatArray, spectra: FloatArray, fit: npt.NDArray[np.bool_], first: int, last: int
) -> bool:
    """Whether burst ``last`` goes on with the run that began at ``first``."""
    intervals = np.diff(bursts[first : last + 1])
    if not (fit[first] and fit[last] and INTERVAL_S[0] <= intervals[-1] <= INTERVAL_S[1]):
        return False
    even = len(intervals) < 2 or float(np.std(intervals) / np.mean(intervals)) <= UNEVEN
    difference = np.sqrt(np.mean((spectra[first:last] - spectra[last]) ** 2, axis=1))
    return even and float(difference.mean()) <= SAME_DB


def _bursts(intensity: Track) -> tuple[FloatArray, FloatArray]:
    """Times of the peaks of level and their widths ``DIP_DB`` below the peak, s.

    The depth is fixed: at half of their height above the dips, bursts before deep silence would seem twice as wide.
    """
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks, peak_widths

    if len(intensity.times) < 3:
        return np.zeros(0), np.zeros(0)
    level = gaussian_filter1d(intensity.values, 1.0)
    loud = np.quantile(level, 0.95)
    with warnings.catch_warnings():  # a level that stands still, as a tone's, is full of peaks that do not rise
        warnings.filterwarnings("ignore", "some peaks have a prominence of 0", RuntimeWarning)
        places, about = find_peaks(level, height=loud - QUIET_DB, prominence=DIP_DB, distance=8, wlen=41)
    twice = np.full(len(places), 2 * DIP_DB)  # half of which is the depth
    widths = peak_widths(level, places, 0.5, prominence_data=(twice, about["left_bases"], about["right_bases"]))[0]
    return intensity.times[places], widths * 0.01


def _spectra(wave: npt.NDArray[np.float32], times: FloatArray) -> FloatArray:
    """Level of 16 bands around each time, dB, without its mean: shape (n, 16)."""
    from scipy.fft import rfft

    frames = _frames(wave, times)
    power = np.abs(rfft(frames * np.hanning(frames.shape[1]), 1024, axis=1)) ** 2
    low, high = (2595 * np.log10(1 + hz / 700) for hz in SPECTRUM_HZ)
    edges = np.round(700 * (10 ** (np.linspace(low, high, BANDS + 1) / 2595) - 1) * 1024 / 16000).astype(int)
    bands = np.stack([power[:, a:b].mean(axis=1) for a, b in pairwise(edges)], axis=1)
    level = 10 * np.log10(bands + 1e-6 * bands.max(axis=1, keepdims=True) + 1e-20)
    return np.asarray(level - level.mean(axis=1, keepdims=True))


def _periodic(wave: npt.NDArray[np.float32], times: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether the sound around each time repeats itself every 2 to 14 ms: a voice of 70 to 500 Hz."""
    from scipy.fft import irfft, rfft

    frames = _frames(wave, times)
    frames = (frames - frames.mean(axis=1, keepdims=True)) * np.hanning(frames.shape[1])
    correlation = irfft(np.abs(rfft(frames, 2048, axis=1)) ** 2, axis=1)
    taper = irfft(np.abs(rfft(np.hanning(frames.shape[1]), 2048)) ** 2)
    lags = np.arange(16000 // 500, 16000 // 70)
    strength = correlation[:, lags] / (correlation[:, :1] + 1e-20) * (taper[0] / taper[lags])
    return np.asarray(strength.max(axis=1) >= PERIODIC)


def _frames(wave: npt.NDArray[np.float32], times: FloatArray) -> FloatArray:
    """40 ms of the wave around each time, shape (n, 640)."""
    size = round(SPECTRUM_S * 16000)
    places = np.round(times * 16000).astype(int)[:, None] + np.arange(-size // 2, size // 2)
    return np.where((places >= 0) & (places < len(wave)), wave[np.clip(places, 0, len(wave) - 1)], 0.0)
