"""Stressed syllables: higher, longer and louder than their neighbours, as Mandarin stress is."""

import numpy as np

from voicecoach.results import Evidence, Measurement, missing
from voicecoach.semitones import st
from voicecoach.settings import Settings
from voicecoach.timeline import FloatArray, Spans, Track, inside, total

NEIGHBOURS = 5  # syllables on either side that a syllable is held against
HALF = 0.12  # s; a syllable reaches that far about its nucleus, and no further than midway to the next
FEWEST = 4  # syllables a unit needs for a slope
PITCH_ST, LEVEL_DB, LENGTH_LN = 3.0, 4.0, 0.4  # one unit of prominence; syllables of calls spread 3, 4.9, 0.22 (M)
CAP, LENGTH_CAP = 2.5, 1.0  # units that one cue can give: a syllable overlooked between two looks like a long one
MOMENTS = 5
COUNTING = 0.2  # relative error: detectors like this agree with listeners at F1 .6-.75 (science i, an estimate)
MARGIN = 0.5  # s either side of a moment to listen to


def emphasis_rate(syllables: FloatArray, f0: Track, intensity: Track, ipus: Spans, settings: Settings) -> Measurement:
    """Stressed syllables per ten seconds of speech.

    A syllable's prominence is the sum of three cues against five syllables on either side: its highest pitch above
    the sloping line through its unit's, its peak level, and the logarithm of the distances to its neighbours. It is
    stressed if the sum exceeds ``settings.emphasis_threshold`` and no neighbour's is higher.

    Parameters
    ----------
    syllables : ndarray, shape (n,)    nuclei, s, increasing
    f0 : Track                         Hz, NaN unvoiced
    intensity : Track                  dB
    ipus : tuple of Span               inter-pausal units, s
    settings : Settings                emphasis_threshold

    Returns
    -------
    Measurement
        per 10 s of speech, pauses left out. Evidence: up to five strongest, in order of time (``emphasis``). Facts:
        ``stressed``, ``syllables``. Missing (``no_voice``) without three syllables in speech.

    Notes
    -----
    ``sd``: Poisson error of the number, and 20 % for what detectors like this one and listeners do not agree on.
    The cues are in fixed units, not in units of the recording's own spread: a flat voice would otherwise be given as
    many stresses as a lively one. The quicker the speech, the more of them fall into ten seconds. Lexical tone lifts
    tones 1 and 4; without the words it cannot be told from stress.
    Whether the right word was stressed cannot be told either: the moments are for listening.

    References
    ----------
    Pitch, duration and level as cues: Ni, Liu & Xu (2012), Computer Speech & Language 26:127; Tamburini (2005).

    Examples
    --------
    Every fourth of sixteen syllables in eight seconds is high and loud:

    >>> from voicecoach.timeline import Span
    >>> times = np.arange(800) / 100 + 0.005
    >>> stress = (times // 0.5 % 4 == 1) & (times % 0.5 < 0.3)
    >>> f0 = Track(times, np.where(stress, 300.0, 200.0), "Hz")
    >>> level = Track(times, np.where(stress, -20.0, -28.0), "dB")
    >>> found = emphasis_rate(np.arange(16) / 2 + 0.15, f0, level, (Span(0, 8),), Settings())
    >>> found.value, [round(moment.start + 0.5, 2) for moment in found.evidence]
    (5.0, [0.65, 2.65, 4.65, 6.65])
    """
    spoken = syllables[inside(syllables, ipus)]
    if len(spoken) < 3:
        return missing("per 10 s", "no_voice")
    strength = prominence(spoken, f0, intensity, ipus)
    padded = np.concatenate([[-np.inf], strength, [-np.inf]])
    peak = (strength >= padded[:-2]) & (strength > padded[2:])
    stressed = np.flatnonzero(peak & (strength > settings.emphasis_threshold))
    seconds = total(ipus)
    value = 10 * len(stressed) / seconds
    poisson = 10 * np.sqrt(len(stressed) + 0.5) / seconds
    strongest = sorted(stressed[np.argsort(-strength[stressed], kind="stable")][:MOMENTS].tolist())
    end = float(f0.times[-1]) if len(f0.times) else 0.0
    return Measurement(
        value,
        "per 10 s",
        sd=float(np.hypot(poisson, COUNTING * value)),
        evidence=tuple(_moment(float(spoken[k]), float(strength[k]), end) for k in strongest),
        facts={"stressed": len(stressed), "syllables": len(spoken)},
    )


def prominence(syllables: FloatArray, f0: Track, intensity: Track, ipus: Spans) -> FloatArray:
    """How far every syllable stands out, in units of the natural spread of its three cues.

    Parameters
    ----------
    syllables : ndarray, shape (n,)    nuclei inside ``ipus``, s, increasing
    f0, intensity : Track              Hz, NaN unvoiced; dB
    ipus : tuple of Span               s

    Returns
    -------
    ndarray, shape (n,)    pitch and level count up to 2.5 each, length up to 1; an unvoiced syllable's pitch counts 0

    Examples
    --------
    >>> from voicecoach.timeline import Span
    >>> times = np.arange(400) / 100 + 0.005
    >>> flat = Track(times, np.full(400, 200.0), "Hz")
    >>> prominence(np.arange(8) / 2 + 0.25, flat, Track(times, np.full(400, -20.0), "dB"), (Span(0, 4),)).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    tops, peaks = _highest(syllables, f0), _highest(syllables, intensity)
    owner = np.searchsorted(np.array([ipu.start for ipu in ipus]), syllables, side="right") - 1
    pitch = np.zeros(len(syllables))
    length = np.full(len(syllables), np.nan)
    for unit in np.unique(owner):
        mine = np.flatnonzero(owner == unit)
        pitch[mine] = _above_line(syllables[mine], tops[mine])
        if len(mine) > 2:  # the last syllable of a unit is drawn out anyhow, the first has no distance before it
            length[mine[1:-1]] = np.log((syllables[mine[2:]] - syllables[mine[:-2]]) / 2)
    cues = np.clip([pitch / PITCH_ST, _against_neighbours(peaks) / LEVEL_DB], -CAP, CAP).sum(0)
    return np.asarray(cues + np.clip(_against_neighbours(length) / LENGTH_LN, -LENGTH_CAP, LENGTH_CAP))


def _highest(syllables: FloatArray, track: Track) -> FloatArray:
    """The highest value about every nucleus; NaN where the track has none. Pitch comes in semitones re 100 Hz."""
    values = st(track.values, 100.0) if track.unit == "Hz" else track.values
    middles = (syllables[1:] + syllables[:-1]) / 2
    starts = np.maximum(syllables - HALF, np.concatenate([[-np.inf], middles]))
    ends = np.minimum(syllables + HALF, np.concatenate([middles, [np.inf]]))
    first, last = np.searchsorted(track.times, starts), np.searchsorted(track.times, ends)
    filled = np.where(np.isfinite(values), values, -np.inf)
    highest = np.array([filled[a:b].max(initial=-np.inf) for a, b in zip(first, last, strict=True)])
    return np.where(np.isfinite(highest), highest, np.nan)


def _above_line(times: FloatArray, tops: FloatArray) -> FloatArray:
    """Semitones above the line through the tops of one unit (their mean, if they are few); 0 where unvoiced."""
    known = np.isfinite(tops)
    if not known.any():
        return np.zeros(len(tops))
    if known.sum() < FEWEST:
        line = np.full(len(tops), np.mean(tops[known]))
    else:
        t, y = times[known] - times[known].mean(), tops[known]
        line = y.mean() + (t @ y) / (t @ t) * (times - times[known].mean())
    return np.where(known, tops - line, 0.0)


def _against_neighbours(values: FloatArray) -> FloatArray:
    """Difference to the mean of five values on either side; 0 where the value or all neighbours are missing."""
    known = np.isfinite(values)
    near = np.ones(2 * NEIGHBOURS + 1)
    near[NEIGHBOURS] = 0
    sums = np.convolve(np.where(known, values, 0.0), near)[NEIGHBOURS : NEIGHBOURS + len(values)]
    counts = np.convolve(known.astype(float), near)[NEIGHBOURS : NEIGHBOURS + len(values)]
    return np.where(known & (counts > 0.5), values - sums / np.maximum(counts, 1), 0.0)


def _moment(at: float, strength: float, end: float) -> Evidence:
    return Evidence(max(0.0, at - MARGIN), min(end, at + MARGIN), "emphasis", {"strength": round(strength, 1)})
