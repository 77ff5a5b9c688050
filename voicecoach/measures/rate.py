"""How fast the speaker talks, how much of the time is silence, and how steady the pace is."""

import math
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.measures.method_errors import method_error
from voicecoach.results import Evidence, Measurement, missing
from voicecoach.settings import DEFAULT, Settings
from voicecoach.timeline import FloatArray, Span, Spans, Track, gaps, inside, total

if TYPE_CHECKING:
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.levels import Levels

COMMON_ERROR = 0.045  # relative; what stays however long the call is: voices differ (22 calls: ACCURACY.md)
SYLLABLE_ERROR = 0.20  # relative error of a count of n syllables is about this / sqrt(n) beside the common one
EDGE_ERROR = 0.03  # s; error of the length of one stretch of speech (`voicecoach validate`)
WINDOW, HOP = 10.0, 5.0  # s; stretches that are compared (science a6)
WINDOW_SPEECH = 4.0  # s of speech a window needs
WINDOWS = 5  # windows a comparison needs
STRETCH = 5.0  # s; a moment to listen to
FEW_PAUSES = 15.0  # % of the turns; less is hardly stopping (science a3)
FAST_SYLLABLES = 220.0  # syl/min without pauses; more is fast articulation (science a3)


def speech_rate(
    syllables: FloatArray, turns: Spans, ipus: Spans | None = None, levels: "Levels | None" = None,
    capture: "Capture | None" = None,
) -> Measurement:  # fmt: skip
    """Syllables per minute of the speaker's turns, their pauses counted in [syl/min].

    rate = 60 n / T, n syllables in turns of T seconds. A turn runs from first to last speech, with pauses under
    ``settings.dead_air_s`` (3 s) counted in; longer silence is dead air and left out. In Mandarin one audible
    syllable is one 字.

    Parameters
    ----------
    syllables : ndarray, shape (n,)    nuclei, s, increasing
    turns : tuple of Span              s
    ipus : tuple of Span or None       s; where given, the facts say what a high rate comes from
    levels, capture : or None          noise and band, which widen ``sd``; without them none is assumed

    Returns
    -------
    Measurement
        syl/min. Evidence: the fastest and the slowest five seconds (``rate_fastest``, ``rate_slowest``), where
        they differ. Facts: ``syllables``, ``seconds``, ``articulation`` (syl/min without pauses) and ``cause``:
        ``fast_articulation``, ``few_pauses`` or ``neither``. Missing (``no_speech``) without turns.

    Notes
    -----
    ``sd`` is the measured error of the count (:func:`counting_error`): what voices differ by, what more speech averages
    out, and what a telephone band and noise add.
    What is judged is this recording, so there is no sampling error.
    儿化 and contractions lower the count, filled pauses raise it.

    Examples
    --------
    Twenty syllables in ten seconds are 120 a minute.

    >>> speech_rate(np.arange(20) / 2, (Span(0, 10),)).value
    120.0
    """
    seconds = total(turns)
    if seconds <= 0:
        return missing("syl/min", "no_speech")
    count = int(inside(syllables, turns).sum())
    rate = 60 * count / seconds
    return Measurement(
        rate,
        "syl/min",
        sd=rate * counting_error(count, levels, capture),
        evidence=_extremes(syllables, turns, turns),
        facts={"syllables": count, "seconds": round(seconds, 2)} | _cause(count, total(ipus or turns), seconds),
    )


def _cause(count: int, speech_s: float, seconds: float) -> dict[str, float | str]:
    """What a high rate comes from: syllables that are not fast with hardly a pause between, or fast syllables."""
    articulation = 60 * count / speech_s
    if articulation > FAST_SYLLABLES:
        cause = "fast_articulation"
    else:
        cause = "few_pauses" if 100 * (1 - speech_s / seconds) < FEW_PAUSES else "neither"
    return {"articulation": round(articulation, 1), "cause": cause}


def articulation_rate(
    syllables: FloatArray, ipus: Spans, levels: "Levels | None" = None, capture: "Capture | None" = None
) -> Measurement:
    """Syllables per minute of speech, pauses left out [syl/min].

    rate = 60 n / T, n syllables in inter-pausal units of T seconds together.

    Parameters
    ----------
    syllables : ndarray, shape (n,)    nuclei, s, increasing
    ipus : tuple of Span               inter-pausal units, s
    levels, capture : or None          as in :func:`speech_rate`

    Returns
    -------
    Measurement
        syl/min. Evidence: the fastest and the slowest five seconds (``rate_fastest``, ``rate_slowest``). Facts:
        ``syllables``, ``seconds``. Missing (``no_speech``) without speech.

    Notes
    -----
    ``sd``: error of the count as in :func:`speech_rate`, and ``EDGE_ERROR`` for the length of every unit.

    References
    ----------
    Pellegrino, Coupé & Marsico (2011), Language 87:539, for what is counted; Mandarin read aloud is near 310.

    Examples
    --------
    >>> articulation_rate(np.arange(8) / 4, (Span(0, 2),)).value
    240.0
    """
    seconds = total(ipus)
    if seconds <= 0:
        return missing("syl/min", "no_speech")
    count = int(inside(syllables, ipus).sum())
    rate = 60 * count / seconds
    edges = EDGE_ERROR * np.sqrt(len(ipus)) / seconds
    return Measurement(
        rate,
        "syl/min",
        sd=float(rate * np.hypot(counting_error(count, levels, capture), edges)),
        evidence=_extremes(syllables, ipus, ipus),
        facts={"syllables": count, "seconds": round(seconds, 2)},
    )


def pause_share(ipus: Spans, turns: Spans, settings: Settings = DEFAULT) -> Measurement:
    """Share of the speaker's turns that is silence [%].

    share = 100 (turns - speech) / turns, in seconds of inter-pausal units and of turns.

    Parameters
    ----------
    ipus, turns : tuple of Span    s
    settings : Settings            pause_min_s, the shortest silence that is a pause

    Returns
    -------
    Measurement    %. Missing (``no_speech``) without turns.

    Notes
    -----
    ``sd``: ``EDGE_ERROR`` for the length of every unit, and the silences so close to ``pause_min_s`` that the same
    error decides whether they count.

    Examples
    --------
    >>> pause_share((Span(0, 4), Span(5, 10)), (Span(0, 10),)).value
    10.0
    """
    seconds = total(turns)
    if seconds <= 0:
        return missing("%", "no_speech")
    share = 100 * (seconds - total(ipus)) / seconds
    error = np.hypot(EDGE_ERROR * np.sqrt(len(ipus)), _doubtful_silence(ipus, settings.pause_min_s))
    return Measurement(share, "%", sd=float(100 * error / seconds))


def rate_steadiness(syllables: FloatArray, ipus: Spans) -> Measurement:
    """How much the pace varies over the call [%]: coefficient of variation of the articulation rate.

    Windows of 10 s, every 5 s, with at least 4 s of speech; standard deviation / mean of their rates.

    Parameters
    ----------
    syllables : ndarray, shape (n,)    nuclei, s, increasing
    ipus : tuple of Span               s

    Returns
    -------
    Measurement
        %. Evidence: the fastest and slowest window where they differ by a fifth (``pace_fastest``, ``pace_slowest``).
        Facts: ``windows``. Missing (``too_little_windows``) below five windows.

    Notes
    -----
    Steady speech reads 4-6 %, not 0: words differ, and the count of a window is off by some percent. ``sd``: that of
    a standard deviation of half as many independent windows (they overlap), and 1.5 % for the detector.

    Examples
    --------
    >>> rate_steadiness(np.arange(0, 60, 0.25), (Span(0, 60),)).value
    0.0
    """
    windows, rates = _windows(syllables, ipus)
    if len(windows) < WINDOWS:
        return missing("%", "too_little_windows", found=len(windows), need=WINDOWS)
    mean = float(rates.mean())
    if mean <= 0:
        return missing("%", "too_little_syllables", found=0, need=1)
    variation = 100 * float(rates.std(ddof=1)) / mean
    fast, slow = int(rates.argmax()), int(rates.argmin())
    evidence: tuple[Evidence, ...] = ()
    if rates[fast] > 1.2 * rates[slow]:
        evidence = tuple(
            Evidence(*windows[at], code, {"rate": round(float(rates[at]))})
            for at, code in ((fast, "pace_fastest"), (slow, "pace_slowest"))
        )
    return Measurement(
        variation,
        "%",
        sd=float(np.hypot(variation / np.sqrt(max(1, len(windows) - 2)), 1.5)),
        evidence=evidence,
        facts={"windows": len(windows)},
    )


def rate_drift(syllables: FloatArray, ipus: Spans) -> Measurement:
    """Pace of the last third of the speech over that of the first third [ratio]; above 1 is speeding up.

    Thirds of the summed length of inter-pausal units, so that a long pause belongs to none of them.

    Parameters
    ----------
    syllables : ndarray, shape (n,)    nuclei, s, increasing
    ipus : tuple of Span               s

    Returns
    -------
    Measurement
        ratio. Missing (``too_little_windows``) below five windows of :func:`rate_steadiness`.

    Notes
    -----
    ``sd``: the part of the error of a count that is not common to both thirds.

    Examples
    --------
    >>> faster = np.concatenate([np.arange(0, 40, 0.25), np.arange(40, 60, 0.2)])
    >>> round(rate_drift(faster, (Span(0, 60),)).value, 6)
    1.25
    """
    windows, _ = _windows(syllables, ipus)
    if len(windows) < WINDOWS:
        return missing("ratio", "too_little_windows", found=len(windows), need=WINDOWS)
    ends = np.cumsum([span.duration for span in ipus])
    starts = np.array([span.start for span in ipus])
    unit = np.clip(np.searchsorted(starts, syllables, side="right") - 1, 0, None)
    spoken = (ends - [span.duration for span in ipus])[unit] + syllables - starts[unit]  # s of speech before each
    spoken = spoken[inside(syllables, ipus)]
    first = int(np.count_nonzero(spoken < ends[-1] / 3))
    last = int(np.count_nonzero(spoken >= ends[-1] * 2 / 3))
    if not first or not last:
        return missing("ratio", "too_little_syllables", found=min(first, last), need=1)
    return Measurement(
        last / first, "ratio", sd=last / first * SYLLABLE_ERROR * float(np.hypot(first**-0.5, last**-0.5))
    )


def running_rate(syllables: FloatArray, turns: Spans, window: float = WINDOW, step: float = 1.0) -> Track:
    """Speech rate over the call, for drawing [syl/min]; NaN where a window holds less than 2 s of turns.

    Parameters
    ----------
    syllables : ndarray, shape (n,)    nuclei, s, increasing
    turns : tuple of Span              s
    window, step : float               s

    Examples
    --------
    >>> running_rate(np.arange(0, 30, 0.5), (Span(0, 30),)).values[15]
    np.float64(120.0)
    """
    end = turns[-1].end if turns else 0.0
    times = np.arange(step / 2, end, step)
    counts = _count_between(syllables, turns, times - window / 2, times + window / 2)
    seconds = _seconds_between(turns, times - window / 2, times + window / 2)
    enough = seconds >= 2
    return Track(times, np.where(enough, 60 * counts / np.where(enough, seconds, 1), np.nan), "syl/min")


def counting_error(count: int, levels: "Levels | None" = None, capture: "Capture | None" = None) -> float:
    """Relative standard error of a number of syllables, as measured.

    ``COMMON_ERROR``, by which voices differ, ``SYLLABLE_ERROR`` / sqrt(n), and what band and noise add
    (:func:`voicecoach.measures.method_errors.method_error`), as variances add.

    Examples
    --------
    >>> round(counting_error(100), 4)
    0.0492
    """
    sampling = SYLLABLE_ERROR / np.sqrt(max(count, 1))
    return float(np.linalg.norm([COMMON_ERROR, sampling, method_error("count", levels, capture)]))


def _doubtful_silence(ipus: Spans, shortest: float) -> float:
    """Standard error [s] of the time in pauses from those that are only just as long as a pause must be.

    A pause of length L would be missed with p = Phi((shortest - L) / (sqrt(2) EDGE_ERROR)), which has the variance
    p (1 - p) L^2; as many that are missed but would count are taken to lie on the other side.

    Examples
    --------
    >>> round(_doubtful_silence((Span(0, 1), Span(1.25, 2), Span(4, 5)), 0.25), 3)
    0.177
    """
    lengths = np.array([pause.duration for pause in gaps(ipus)])
    missed = np.array([0.5 * math.erfc((length - shortest) / (2 * EDGE_ERROR)) for length in lengths])
    return float(np.sqrt(2 * np.sum(missed * (1 - missed) * lengths**2)))


def _extremes(syllables: FloatArray, within: Spans, speech: Spans) -> tuple[Evidence, ...]:
    """The fastest and the slowest stretch of five seconds of unbroken turn or unit, a tenth apart or more."""
    starts = np.concatenate([np.arange(span.start, span.end - STRETCH + 1e-9, 1.0) for span in within] or [np.zeros(0)])
    if len(starts) < 2:
        return ()
    rates = _count_between(syllables, speech, starts, starts + STRETCH) * 60 / STRETCH
    fast, slow = int(rates.argmax()), int(rates.argmin())
    if rates[fast] < 1.1 * rates[slow] or rates[fast] <= 0:
        return ()
    return tuple(
        Evidence(
            round(float(starts[at]), 2), round(float(starts[at] + STRETCH), 2), code, {"rate": round(float(rates[at]))}
        )
        for at, code in ((fast, "rate_fastest"), (slow, "rate_slowest"))
    )


def _windows(syllables: FloatArray, ipus: Spans) -> tuple[list[Span], FloatArray]:
    """Windows with enough speech and the articulation rate in each, syl/min."""
    if not ipus:
        return [], np.zeros(0)
    starts = np.arange(ipus[0].start, max(ipus[-1].end - WINDOW, ipus[0].start) + 1e-9, HOP)
    seconds = _seconds_between(ipus, starts, starts + WINDOW)
    counts = _count_between(syllables, ipus, starts, starts + WINDOW)
    enough = seconds >= WINDOW_SPEECH
    spans = [Span(round(float(s), 2), round(float(s + WINDOW), 2)) for s in starts[enough]]
    return spans, 60 * counts[enough] / seconds[enough]


def _count_between(syllables: FloatArray, spans: Spans, starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Number of syllables inside the spans between each start and end."""
    kept = syllables[inside(syllables, spans)]
    return (np.searchsorted(kept, ends) - np.searchsorted(kept, starts)).astype(np.float64)


def _seconds_between(spans: Spans, starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Seconds of the spans between each start and end."""
    if not spans:
        return np.zeros(len(starts))
    edges = np.array(spans, dtype=float).ravel()
    sums = np.concatenate([[0.0], np.cumsum(np.diff(edges) * (np.arange(len(edges) - 1) % 2 == 0))])
    return np.asarray(np.interp(ends, edges, sums) - np.interp(starts, edges, sums))
