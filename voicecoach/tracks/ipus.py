"""Inter-pausal units: where the speaker is speaking, and where the pauses are."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from voicecoach.settings import DEFAULT, Settings
from voicecoach.timeline import FloatArray, Span, Spans, Track
from voicecoach.tracks.voice_activity import voice_activity

STEP = 0.01  # s
REACH = 0.1  # s to either side at which the surroundings are looked at; 0.08-0.15 are as good (M: fit_ipus.py)
DOUBT = 1.0  # s; a vowel drawn out to half the pace of slow speech is shorter (C)
BEYOND = 0.15  # s; speech reaches no further beyond what the detector hears: 0.2 hears longer barks (M)
EVIDENCE = ("detector", "detector_ahead", "level", "level_around")  # terms of the score beside its bias
Mask = npt.NDArray[np.bool_]


def ipus(
    samples: npt.NDArray[np.float32],
    sr: int,
    intensity: Track,
    f0: Track,
    settings: Settings = DEFAULT,
    weights: Mapping[str, float] | None = None,
) -> Spans:
    """Stretches of speech between silences of at least ``settings.pause_min_s``.

    A trained detector says where speech is (32 ms steps, tens of ms late at the end of speech, more in noise); the
    level, between the local noise floor and the local level of speech, places the edges, and the level around it
    tells the weak end of a word from a background that the detector takes for speech. All are weighed in one linear
    score a 10 ms frame (:func:`speech_score`); speech is where it is positive. Shorter silences are filled, bursts
    under 0.1 s and stretches without any voicing are dropped (:func:`stretches`).

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                    16000 Hz
    intensity : Track                           dB every 10 ms
    f0 : Track                                  Hz every 10 ms, NaN unvoiced
    settings : Settings                         pause_min_s, speech_on, speech_off, speech_burst_s, speech_voiced_s
    weights : mapping or None                   of the score; None takes the fitted ones, see ``ipus.toml``

    Returns
    -------
    tuple of Span    s, ordered, disjoint, at least ``pause_min_s`` apart; empty where nobody speaks

    Notes
    -----
    Measured by ``voicecoach validate --measure pauses``. A second voice, a television or song is speech to
    the detector; voices 10 dB softer than the speaker are told from him in fluent speech, not where he halts.

    Examples
    --------
    Two seconds of silence hold no speech.

    >>> silence = np.zeros(32000, np.float32)
    >>> times = np.arange(200) * 0.01 + 0.005
    >>> ipus(silence, 16000, Track(times, np.full(200, -100.0), "dB"), Track(times, np.full(200, np.nan), "Hz"))
    ()
    """
    detector = voice_activity(samples, sr)
    count = min(len(intensity.times), len(f0.times))
    if count == 0 or not (detector.values >= settings.speech_on).any():
        return ()
    times = intensity.times[:count]
    level = _smoothed(intensity.values[:count])
    heard = with_hysteresis(np.interp(times, detector.times, detector.values), settings.speech_on, settings.speech_off)
    if not heard.any():
        return ()
    score = speech_score(times, level, heard, detector, weights or _weights())
    return stretches(score, heard, np.isfinite(f0.values[:count]), settings)


def stretches(score: FloatArray, heard: Mask, voiced: Mask, settings: Settings = DEFAULT) -> Spans:
    """Spans of positive score: none further than 0.15 s from heard speech, gaps filled, bursts dropped.

    Parameters
    ----------
    score : ndarray, shape (n,)             every 10 ms
    heard, voiced : ndarray of bool         shape (n,); where the detector hears speech, where there is a pitch
    settings : Settings                     pause_min_s, speech_burst_s, speech_voiced_s

    Examples
    --------
    >>> score = np.repeat([-1.0, 1.0, -1.0, 1.0, -1.0], [50, 30, 10, 30, 50])
    >>> stretches(score, score > 0, score > 0)
    (Span(start=0.5, end=1.2),)
    """
    shortest = round(settings.pause_min_s / STEP)
    speech = (score > 0) & _widened(_bridged(heard, score, shortest), round(BEYOND / STEP))
    joined = _without_gaps(_runs(speech), shortest)
    return tuple(
        Span(round(first * STEP, 2), round(last * STEP, 2))
        for first, last in joined
        if last - first >= settings.speech_burst_s / STEP
        and heard[first:last].any()
        and np.count_nonzero(voiced[first:last]) >= settings.speech_voiced_s / STEP
    )


def speech_score(
    times: FloatArray, level: FloatArray, heard: Mask, detector: Track, weights: Mapping[str, float]
) -> FloatArray:
    """Log odds of speech in every frame: a constant and the weighted evidence.

    Parameters
    ----------
    times, level : ndarray, shape (n,)      s; dB
    heard : ndarray of bool, shape (n,)     where the detector hears speech
    detector : Track                        probability of speech
    weights : mapping                       bias, detector, detector_ahead, level, level_around

    Returns
    -------
    ndarray, shape (n,)
    """
    terms = zip(EVIDENCE, speech_evidence(times, level, heard, detector), strict=True)
    return np.asarray(weights["bias"] + sum(weights[name] * values for name, values in terms))


def speech_evidence(times: FloatArray, level: FloatArray, heard: Mask, detector: Track) -> tuple[FloatArray, ...]:
    """What speaks for speech in every frame, in the order of ``EVIDENCE``; each of shape (n,).

    The detector's log odds / 5 within -1 to 1, now and 60 ms later: looking ahead undoes its lateness at the end of
    speech. The level above the noise floor as a share of what speech has above it, within -0.2 to 1. The same of the
    power within some 80 ms of a moment, mean of 0.1 s before and 0.1 s after: the background, of which it is the floor
    of the averaged level, fluctuates less there than speech, and a lone closure is bridged.
    """
    odds = np.clip(np.log((detector.values + 1e-4) / (1 - detector.values + 1e-4)), -5, 5) / 5
    slow = level_of_surroundings(level)
    around = _share(slow, *floor_and_top(slow, heard, quiet=0.2))
    either_side = (np.interp(times - REACH, times, around) + np.interp(times + REACH, times, around)) / 2
    return (
        np.interp(times, detector.times, odds),
        np.interp(times + 0.06, detector.times, odds),
        _share(level, *floor_and_top(level, heard)),
        either_side,
    )


def level_of_surroundings(level: FloatArray) -> FloatArray:
    """Level of the power averaged over a Gaussian of 80 ms (standard deviation), dB; silence beyond both ends.

    Examples
    --------
    >>> click = np.full(301, -100.0)
    >>> click[150] = 0.0
    >>> level_of_surroundings(click)[[150, 300]].round().tolist()  # 10 log10(1 / (8 sqrt(2 pi)))
    [-13.0, -103.0]
    """
    from scipy.ndimage import gaussian_filter1d

    power = gaussian_filter1d(10 ** (level / 10), 0.08 / STEP, mode="constant")
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)))


def _share(level: FloatArray, floor: FloatArray, top: FloatArray) -> FloatArray:
    return np.clip((level - floor) / np.maximum(top - floor, 6), -0.2, 1)


def floor_and_top(
    level: FloatArray, heard: Mask, window: float = 6.0, quiet: float = 0.05
) -> tuple[FloatArray, FloatArray]:
    """Local noise floor and local level of speech, dB, frame by frame.

    The floor is the quantile ``quiet`` within ``window`` s (silence further than 1 s from speech left out, so that
    padding moves nothing; never more than 45 dB under speech), the top the 90th percentile of heard speech.

    Parameters
    ----------
    level : ndarray, shape (n,)             dB every 10 ms
    heard : ndarray of bool, shape (n,)     at least one true
    window : float                          s
    quiet : float                           0-1; of a level averaged over time take more than of a momentary one

    Examples
    --------
    >>> level = np.repeat([-70.0, -20.0, -70.0], 100)
    >>> floor, top = floor_and_top(level, level > -40)
    >>> float(floor[150]), float(top[150])
    (-65.0, -20.0)
    """
    near, half = _widened(heard, 100), round(window / 2 / STEP)
    centres, floors, tops = [], [], []
    for centre in range(0, len(level), 20):
        here = slice(max(0, centre - half), centre + half)
        speech = level[here][heard[here]]
        if len(speech) >= 10:
            centres.append(centre)
            tops.append(np.quantile(speech, 0.9))
            floors.append(np.quantile(level[here][near[here]], quiet))
    if not centres:
        return np.full(len(level), level.min()), np.full(len(level), level.max())
    frames = np.arange(len(level))
    top = np.interp(frames, centres, tops)
    return np.maximum(np.interp(frames, centres, floors), top - 45), top


def with_hysteresis(values: FloatArray, on: float, off: float) -> Mask:
    """True in runs of at least ``off`` that reach ``on`` somewhere.

    Examples
    --------
    >>> with_hysteresis(np.array([0.4, 0.6, 0.4, 0.1, 0.4]), on=0.5, off=0.3).tolist()
    [True, True, True, False, False]
    """
    kept = np.zeros(len(values), bool)
    for first, last in _runs(values >= off):
        kept[first:last] = values[first:last].max() >= on
    return kept


@cache
def _weights() -> dict[str, float]:
    text = files("voicecoach.tracks").joinpath("ipus.toml").read_text(encoding="utf-8")
    return {name: float(value) for name, value in tomllib.loads(text)["weights"].items()}


def _smoothed(level: FloatArray) -> FloatArray:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(level, 1.5, mode="nearest"))


def _widened(mask: Mask, frames: int) -> Mask:
    wide = np.zeros(len(mask), bool)
    for first, last in _runs(mask):
        wide[max(0, first - frames) : last + frames] = True
    return wide


def _bridged(heard: Mask, score: FloatArray, shortest: int) -> Mask:
    """Heard too: up to ``DOUBT`` between heard stretches with no pause by score, a loud vowel the detector doubts."""
    bridged = heard.copy()
    for (_, first), (last, _) in pairwise(_runs(heard)):
        silences = _runs(score[first:last] <= 0)
        if last - first <= DOUBT / STEP and all(end - start < shortest for start, end in silences):
            bridged[first:last] = True
    return bridged


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def _without_gaps(runs: list[tuple[int, int]], shortest: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] < shortest:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
