"""Sentences as estimated from the voice alone: where a listener without the words would hear one end.

A sentence may end wherever the voice falls quiet between two syllables. Each such place is given three cues: how long
it is quiet, and how far pitch and level start afresh after it; pitch in units of the speaker's own spread, so that
high and low, lively and flat voices are judged alike. A logistic model weighs them (``sentences.toml``, fitted by
``benchmarks/fit_sentences.py``). Since sentences are seldom three or sixty syllables long, the likeliest set of ends
is then searched for as a whole, one turn at a time.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.settings import Settings
from voicecoach.timeline import FloatArray, Span, Spans, Track, gaps, inside, merged

CUES = ("pause", "pitch_reset", "level_reset")
PITCH_SYLLABLES = 3  # on either side of a break: one or two would mostly show their lexical tones (science: b3)
LEVEL_SYLLABLES = 4
BOTTOM = 0.1  # quantile of pitch that is followed: the bottom line falls steadily, the top line follows the tones (M)
PAUSE_LIMITS = (0.05, 2.0)  # s; a pause counts no less and no more than these
PAUSE_UNIT = 0.25  # s; the pause whose cue is 0
BEAT_MAX = 0.6  # s; nuclei further apart have a pause between them and say nothing about the syllables' length
FEW_FRAMES = 6  # of pitch; fewer on one side leave the cue out
LEAST_SPREAD = 0.5  # semitones; no voice varies less
DIP_SHARE = 0.7  # of the way from the median level down to the 5th percentile of speech, if that is less far


def sentences(ipus: Spans, syllables: FloatArray, f0: Track, intensity: Track, settings: Settings) -> Spans:
    """Sentences as estimated from the voice.

    Of all places where a sentence may end (:func:`quiet_places`) the set with the highest
    sum of log odds (:func:`log_odds`) and log likelihoods of the sentences' lengths (:func:`likeliest_ends`) is taken.
    A silence of ``settings.dead_air_s`` always ends a sentence.

    Parameters
    ----------
    ipus : tuple of Span               inter-pausal units, s
    syllables : ndarray, shape (n,)    nuclei, s, increasing
    f0 : Track                         Hz, NaN unvoiced
    intensity : Track                  dB
    settings : Settings                dead_air_s, dip_db, dip_s, and sentence_* as in :func:`likeliest_ends`

    Returns
    -------
    tuple of Span    s, in order and disjoint; they begin and end where speech does. Empty without speech

    Notes
    -----
    An estimate, to be shown as one. Errors by voice and condition: ``benchmarks/fit_sentences.py``. A comma with a
    long pause and a fresh start of pitch and level is taken for an end; an end hurried over, or one of a sentence
    of a few syllables, is overlooked. Final lowering, final lengthening and the fading of the last syllables were tried
    as further cues: beside these three they told nothing more.

    References
    ----------
    Yang, Shen, Li & Yang (2014), How listeners weight acoustic cues to intonational phrase boundaries, PLoS ONE
    9(7): e102166 (Mandarin: pause, pitch reset and final lengthening mark the boundary).

    Examples
    --------
    Two times sixteen syllables with a second between them, pitch and level falling in each:

    >>> syllables = np.concatenate([np.arange(16) * 0.2 + 0.1, np.arange(16) * 0.2 + 4.3])
    >>> ipus = (Span(0.0, 3.2), Span(4.2, 7.4))
    >>> times = np.arange(740) * 0.01 + 0.005
    >>> into = np.where(times < 3.7, times, times - 4.2)
    >>> speech = inside(times, ipus)
    >>> f0 = Track(times, np.where(speech, 220 * 2 ** (-into / 6), np.nan), "Hz")
    >>> intensity = Track(times, np.where(speech, -20 - 2 * into, -70), "dB")
    >>> sentences(ipus, syllables, f0, intensity, Settings())
    (Span(start=0.0, end=3.2), Span(start=4.2, end=7.4))
    """
    breaks = quiet_places(ipus, syllables, intensity, settings)
    return split(ipus, syllables, breaks, log_odds(cues(breaks, ipus, syllables, f0, intensity)), settings)


def split(ipus: Spans, syllables: FloatArray, breaks: Spans, odds: FloatArray, settings: Settings) -> Spans:
    """The turns, each divided at its likeliest set of breaks.

    Parameters
    ----------
    ipus, breaks : tuple of Span       s, in order and disjoint
    syllables : ndarray, shape (n,)    s, increasing
    odds : ndarray, shape (m,)         log odds of a sentence end, for each of ``breaks``
    settings : Settings                dead_air_s, and sentence_* as in :func:`likeliest_ends`

    Returns
    -------
    tuple of Span    s

    Examples
    --------
    >>> ipus = (Span(0, 3), Span(3.5, 7), Span(11, 14))
    >>> split(ipus, np.arange(70) / 5, (Span(3, 3.5), Span(7, 11)), np.array([2.0, -2.0]), Settings())
    (Span(start=0, end=3), Span(start=3.5, end=7), Span(start=11, end=14))
    """
    starts = np.array([place.start for place in breaks])
    found: list[Span] = []
    for turn in merged(ipus, gap=settings.dead_air_s):
        first, last = np.searchsorted(starts, turn)
        here = breaks[first:last]
        counts = np.diff(np.searchsorted(syllables, [turn.start, *(place.end for place in here), turn.end]))
        chosen = likeliest_ends(odds[first:last], counts, settings)
        ends = [place for place, ending in zip(here, chosen, strict=True) if ending]
        found += map(Span, [turn.start, *(end.end for end in ends)], [*(end.start for end in ends), turn.end])
    return tuple(found)


def quiet_places(ipus: Spans, syllables: FloatArray, intensity: Track, settings: Settings) -> Spans:
    """Where a sentence may end: pauses between IPUs, and quiet stretches between two syllables within one.

    The latter (at least ``settings.dip_s`` long and ``settings.dip_db`` below the median level of speech; of several
    between the same two nuclei the longest) are needed because hurried speech leaves a tenth of a second at most
    between sentences. Most of them are mere closures of consonants.

    Parameters
    ----------
    ipus : tuple of Span               s
    syllables : ndarray, shape (n,)    s, increasing
    intensity : Track                  dB
    settings : Settings                dip_db, dip_s

    Returns
    -------
    tuple of Span    s, in order and disjoint

    Examples
    --------
    >>> times = np.arange(300) * 0.01 + 0.005
    >>> level = np.full(300, -20.0)
    >>> level[100:110] = level[200:] = -60
    >>> quiet_places((Span(0, 2.0), Span(2.5, 3.0)), np.array([0.5, 1.5, 2.7]), Track(times, level, "dB"), Settings())
    (Span(start=1.0, end=1.1), Span(start=2.0, end=2.5))
    """
    speech = intensity.values[inside(intensity.times, ipus)]
    if len(speech) < 2:
        return gaps(ipus)
    usual, lowest = np.quantile(speech, [0.5, 0.05])
    limit = usual - min(settings.dip_db, DIP_SHARE * (usual - lowest))  # noise keeps the level from falling far
    quiet = np.concatenate([[False], intensity.values < limit, [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(int))).reshape(-1, 2)
    bounds = np.round(intensity.times[0] + (edges - 0.5) * intensity.step, 6)
    bounds = bounds[bounds[:, 1] - bounds[:, 0] >= settings.dip_s - 1e-6]
    starts, ends = np.array(ipus).T
    home = np.searchsorted(starts, bounds[:, 0]) - 1  # the IPU that begins before the dip
    bounds = bounds[(home >= 0) & (bounds[:, 1] < ends[np.maximum(home, 0)])]
    after = np.searchsorted(syllables, bounds.mean(axis=1))
    longest: dict[int, Span] = {}
    for index, start, end in zip(after.tolist(), *bounds.T.tolist(), strict=True):
        if index not in longest or end - start > longest[index].duration:
            longest[index] = Span(start, end)
    return tuple(sorted([*longest.values(), *gaps(ipus)]))


def cues(breaks: Spans, ipus: Spans, syllables: FloatArray, f0: Track, intensity: Track) -> FloatArray:
    """What speaks for a sentence end at each break, the more the larger.

    ============  ==================================================================================================
    pause         ln(length / 0.25 s), length limited to 0.05-2 s
    pitch_reset   bottom line of pitch over the next three syllables above that over the last three, in SDs of the
                  speaker's pitch; the bottom line is the 10th percentile in semitones
    level_reset   mean level of the next four nuclei above that of the last four, dB
    ============  ==================================================================================================

    Parameters
    ----------
    breaks, ipus : tuple of Span       s
    syllables : ndarray, shape (n,)    s, increasing
    f0 : Track                         Hz, NaN unvoiced
    intensity : Track                  dB

    Returns
    -------
    ndarray, shape (len(breaks), 3)    columns as in ``CUES``; NaN where there is too little to tell

    Examples
    --------
    A break of half a second, 12 dB louder after it, without any pitch:

    >>> times = np.arange(600) * 0.01 + 0.005
    >>> level = Track(times, np.where(times < 1.2, -30.0, -18.0), "dB")
    >>> silent = Track(times, np.full(600, np.nan), "Hz")
    >>> nuclei = np.array([0.2, 0.5, 0.8, 1.7, 1.9])
    >>> cues((Span(1.0, 1.5),), (Span(0, 1.0), Span(1.5, 2.0)), nuclei, silent, level).round(2).tolist()
    [[0.69, nan, 12.0]]
    """
    found = np.full((len(breaks), len(CUES)), np.nan)
    voiced = np.isfinite(f0.values) & inside(f0.times, ipus)
    times, pitch = f0.times[voiced], 12 * np.log2(f0.values[voiced])
    spread = max(float(np.std(pitch)), LEAST_SPREAD) if len(pitch) else np.nan
    apart = np.diff(syllables)
    beat = float(np.median(apart[apart < BEAT_MAX])) if (apart < BEAT_MAX).any() else BEAT_MAX
    levels = np.interp(syllables, intensity.times, intensity.values) if len(intensity.times) else syllables * np.nan

    def bottom(start: float, end: float) -> float:
        first, last = np.searchsorted(times, [start, end])
        return float(np.quantile(pitch[first:last], BOTTOM)) if last - first >= FEW_FRAMES else np.nan

    for row, (start, end) in zip(found, breaks, strict=True):
        here, there = np.searchsorted(syllables, [start, end])
        before = syllables[max(0, here - PITCH_SYLLABLES) : here]
        after = syllables[there : there + PITCH_SYLLABLES]
        row[0] = np.log(np.clip(end - start, *PAUSE_LIMITS) / PAUSE_UNIT)
        if len(before) < 2 or len(after) < 2:
            continue
        row[1] = (bottom(end, after[-1] + beat / 2) - bottom(before[0] - beat / 2, start)) / spread
        last = levels[max(0, here - LEVEL_SYLLABLES) : here]
        row[2] = np.mean(levels[there : there + LEVEL_SYLLABLES]) - np.mean(last)
    return found


@cache
def model() -> Mapping[str, Any]:
    """The fitted weights: ``bias`` and, for each cue, ``weight``, ``mean`` and ``sd``."""
    return tomllib.loads(files("voicecoach.tracks").joinpath("sentences.toml").read_text("utf-8"))


def log_odds(values: FloatArray) -> FloatArray:
    """Log odds of a sentence end: bias + sum of weight x (cue - mean) / sd; a missing cue adds nothing.

    Parameters
    ----------
    values : ndarray, shape (n, 3)    columns as in ``CUES``

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    A second of silence and a fresh start speak for an end, a brief closure in level speech does not.

    >>> (log_odds(np.array([[1.4, 1.5, 4.0], [-1.0, 0.0, 0.0]])) > 0).tolist()
    [True, False]
    """
    fitted = [model()[cue] for cue in CUES]
    mean, sd, weight = (np.array([cue[name] for cue in fitted]) for name in ("mean", "sd", "weight"))
    return np.asarray(model()["bias"] + np.nan_to_num((values - mean) / sd) @ weight)


def likeliest_ends(odds: FloatArray, counts: npt.NDArray[np.integer[Any]], settings: Settings) -> list[bool]:
    """Which breaks of one turn to take as sentence ends, by dynamic programming.

    Maximises the sum of the odds taken minus 1/2 (ln(n / ``sentence_syllables``) / ``sentence_spread``)^2 for every
    sentence of n syllables: a log-normal distribution of lengths, with more short ones (at most
    ``sentence_short_cost`` is taken off for them), since calls have greetings and answers.

    Parameters
    ----------
    odds : ndarray, shape (n,)          log odds of an end at each break
    counts : ndarray, shape (n + 1,)    syllables before the first break, between breaks, after the last
    settings : Settings                 sentence_syllables, sentence_spread, sentence_short_cost, sentence_longest

    Returns
    -------
    list of bool, length n

    Examples
    --------
    Of four equally doubtful breaks the one that makes two sentences of fifteen syllables is taken.

    >>> likeliest_ends(np.full(4, -0.5), np.array([4, 6, 5, 6, 9]), Settings())
    [False, False, True, False]
    """
    spoken = np.concatenate([[0], np.cumsum(counts)])
    gain = np.concatenate([[0.0], odds, [0.0]])
    best, previous = np.zeros(len(gain)), np.zeros(len(gain), int)
    for end in range(1, len(gain)):
        # no sentence longer than the longest, unless there is no break to end it at
        first = min(end - 1, int(np.searchsorted(spoken, spoken[end] - settings.sentence_longest)))
        lengths = np.maximum(spoken[end] - spoken[first:end], 0.5)
        unlikely = 0.5 * (np.log(lengths / settings.sentence_syllables) / settings.sentence_spread) ** 2
        short = lengths < settings.sentence_syllables
        unlikely[short] = np.minimum(unlikely[short], settings.sentence_short_cost)
        totals = best[first:end] - unlikely
        taken = int(np.argmax(totals))
        best[end], previous[end] = totals[taken] + gain[end], first + taken
    chosen = [False] * len(odds)
    place = previous[-1]
    while place > 0:
        chosen[place - 1] = True
        place = previous[place]
    return chosen
