"""The call as a whole: shown beside the six requirements, never scored into them."""

import numpy as np
import numpy.typing as npt

from voicecoach.results import Evidence, Measurement, missing
from voicecoach.settings import Settings
from voicecoach.timeline import FloatArray, Span, Spans, Track, inside, total

EDGE_ERROR_S = 0.03  # of the first and last sound of speech (`voicecoach validate --measure sentence_pauses`)
STEP_S = 0.01
LEVEL_RANGE_DB = 8.0  # a filled pause stays within this, but for its ends
ABOVE_MEDIAN_ST = 1.0  # ... and lies no higher over the speaker's median: hesitation is low, a first tone is high
SPECTRUM_DB = 3.0  # mean change of band levels over 60 ms; vowels that glide change by more
BANDS_HZ = (200, 400, 600, 900, 1300, 1800, 2500, 3400)
MOST_SHOWN = 20


def call_length(ipus: Spans, settings: Settings) -> Measurement:
    """From the first to the last sound of speech [s].

    Returns
    -------
    Measurement
        s; evidence: what goes beyond ``settings.call_longest_s`` (``past_limit``). Missing (``no_speech``).

    Examples
    --------
    >>> found = call_length((Span(2, 100), Span(101, 202)), Settings())
    >>> found.value, found.evidence[0].start
    (200, 182.0)
    """
    if not ipus:
        return missing("s", "no_speech")
    start, end = ipus[0].start, ipus[-1].end
    limit = start + settings.call_longest_s
    evidence = (Evidence(limit, end, "past_limit", {"over": end - limit}),) if end > limit else ()
    return Measurement(end - start, "s", EDGE_ERROR_S * 2**0.5, evidence)


def time_to_first_word(ipus: Spans) -> Measurement:
    """From the beginning of the recording to the first speech [s].

    It tells how fast the call was opened only if the ringing or the connection is in the recording.

    Examples
    --------
    >>> time_to_first_word((Span(2.5, 4),)).value
    2.5
    """
    if not ipus:
        return missing("s", "no_speech")
    return Measurement(ipus[0].start, "s", EDGE_ERROR_S)


def filled_pause_candidates(
    f0: Track, intensity: Track, ipus: Spans, wave16: npt.NDArray[np.float32], settings: Settings
) -> Measurement:
    """Places that sound like 嗯 or 呃: one long voice sound that stays as it is [per minute of speech].

    A stretch of voice of at least ``settings.filled_pause_s`` whose pitch stays within ``settings.filled_pause_st``,
    its level within 8 dB, its spectrum within 3 dB, and that is not higher than the speaker usually speaks.

    Returns
    -------
    Measurement
        per_min; evidence: every candidate (``filled_pause_candidate``). Missing (``no_speech``).

    Notes
    -----
    Candidates to listen to, not findings: a drawn-out syllable in slow speech looks the same. On practice calls,
    which hold no filled pauses, benchmarks/levels_accuracy.py prints how many are flagged.

    Examples
    --------
    >>> times = np.arange(200) * 0.01 + 0.005
    >>> flat = np.where(times < 0.6, 180.0, 200.0 * 2 ** (times % 0.4))
    >>> level = Track(times, np.full(200, -20.0), "dB")
    >>> t = np.arange(32000) / 16000
    >>> hum = (0.1 * np.sin(2 * np.pi * 180 * t)).astype(np.float32)
    >>> found = filled_pause_candidates(Track(times, flat, "Hz"), level, (Span(0, 2),), hum, Settings())
    >>> [round(e.end - e.start, 1) for e in found.evidence]
    [0.6]
    """
    if not ipus:
        return missing("per min", "no_speech")
    count = min(len(f0.times), len(intensity.times))
    st = 12 * np.log2(f0.values[:count] / 100)
    st[~inside(f0.times[:count], ipus)] = np.nan
    middle = float(np.nanmedian(st)) if np.isfinite(st).any() else 0.0
    level = intensity.values[:count]
    found = [
        span
        for first, last in _flat_runs(st, settings.filled_pause_st, round(settings.filled_pause_s / STEP_S))
        if float(np.median(st[first:last])) <= middle + ABOVE_MEDIAN_ST
        and float(np.ptp(level[first + 3 : last - 3])) <= LEVEL_RANGE_DB
        and _spectral_change(wave16, (span := Span(first * STEP_S, last * STEP_S))) <= SPECTRUM_DB
    ]
    minutes = max(total(ipus), 1.0) / 60
    evidence = tuple(Evidence(s.start, s.end, "filled_pause_candidate", {"length": s.duration}) for s in found)
    error = float(np.sqrt(len(found) + 1) / minutes)  # of a count
    return Measurement(len(found) / minutes, "per min", error, evidence[:MOST_SHOWN], facts={"count": len(found)})


def _flat_runs(st: FloatArray, widest: float, shortest: int) -> list[tuple[int, int]]:
    """Longest stretches of voiced frames, none overlapping, whose pitch stays within ``widest`` semitones."""
    runs = []
    first = 0
    while first < len(st):
        if not np.isfinite(st[first]):
            first += 1
            continue
        low = high = st[first]
        last = first
        while last < len(st) and np.isfinite(st[last]):
            low, high = min(low, st[last]), max(high, st[last])
            if high - low > widest:
                break
            last += 1
        if last - first >= shortest:
            runs.append((first, last))
            first = last
        else:
            first += 1
    return runs


def _spectral_change(wave16: npt.NDArray[np.float32], span: Span) -> float:
    """Mean change of eight band levels from each 30 ms to that 60 ms on, dB."""
    hop = 480
    x = np.asarray(wave16[round(span.start * 16000) : round(span.end * 16000)], np.float64)
    frames = x[: len(x) // hop * hop].reshape(-1, hop)
    if len(frames) < 4:
        return float("inf")
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(hop), axis=1)))
    edges = np.searchsorted(np.fft.rfftfreq(hop, 1 / 16000), BANDS_HZ)
    level = 10 * np.log10(np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1) + 1e-9)
    level = np.maximum(level, level.max() - 40)  # what lies 40 dB down is not heard as change
    level -= level.mean(axis=1, keepdims=True)
    return float(np.mean(np.abs(level[2:] - level[:-2])))
