"""Pitch against a known pitch, and its range against a known change, beside librosa's trackers and Praat's default."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.measures.intonation import f0_range
from voicecoach.semitones import st
from voicecoach.timeline import FloatArray, Track
from voicecoach.validation.alternatives import librosa_pitch, praat_pitch
from voicecoach.validation.checks import OURS, Check, Figure, Observation, Take, each
from voicecoach.validation.conditions import CLEAN, TELEPHONE
from voicecoach.validation.manifest import Clip
from voicecoach.validation.statistics import median, ratio

ALTERNATIVES: dict[str, Callable[[npt.NDArray[Any], int], Track]] = {
    "pyin": librosa_pitch.pyin,
    "yin": librosa_pitch.yin,
    "Praat": praat_pitch.pitch,
}
GROSS = 0.2  # relative error from which a frame is wrong rather than inexact (Rabiner et al. 1976)
CONDITIONS = (CLEAN, TELEPHONE, "GSM", "white 10 dB", "pink 10 dB", "babble 10 dB", "room 0.5 s")
RANGE = "_range"  # in the name of a clip, before the factor its pitch range was made


def pitch(takes: tuple[Take, ...]) -> list[Observation]:
    """Frames of the pitch track against the known pitch: off by over 20 %, missed, invented; and how fine the rest is.

    A gross error is counted of the frames that both call voiced. Where the truth names no unvoiced frame, missed and
    invented ones are not told.
    """
    (take,) = takes
    known = take.clip.f0
    assert known is not None, "only clips with a known pitch are wanted"
    return [_of(take, tool, compared(track, known)) for tool, track in tracked(take).items()]


def pitch_range(takes: tuple[Take, ...]) -> list[Observation]:
    """Range of pitch (5th to 95th percentile) over the factor it was multiplied by; 1 at factor 1 of the same base."""
    (take,) = takes
    known = factor(take.clip.name)
    assert known is not None, "only clips with a known factor are wanted"
    ranges = {OURS: f0_range(take.tracks.f0, take.tracks.ipus).value}
    ranges |= {tool: spread(take.found(tool, ALTERNATIVES[tool])) for tool in ("pyin", "Praat")}
    return [_of(take, tool, {"factor": known, "range": st}) for tool, st in ranges.items() if st is not None]


def spread(track: Track) -> float | None:
    """From the 5th to the 95th percentile of the voiced frames [st]; None without any.

    Examples
    --------
    >>> spread(Track(np.arange(3) / 100, np.array([100.0, np.nan, 200.0]), "Hz"))
    10.8
    """
    voiced = track.values[np.isfinite(track.values)]
    return round(float(np.subtract(*np.quantile(st(voiced, 100.0), [0.95, 0.05]))), 6) if len(voiced) else None


def range_slope(seen: Sequence[Observation]) -> float | None:
    """Slope of the range over the factor, ranges in units of that at factor 1 of the same base.

    Examples
    --------
    >>> ranges = {0.5: 6.0, 1.0: 10.0, 2.0: 18.0}
    >>> takes = [Observation("ours", "", "ann", "", {"factor": f, "range": ranges[f]}) for f in ranges]
    >>> range_slope(takes)
    0.8
    """
    units = {o.speaker: o.values["range"] for o in seen if o.values["factor"] == 1.0}
    kept = [o for o in seen if units.get(o.speaker)]
    factors = np.array([o.values["factor"] for o in kept])
    ranges = np.array([np.divide(o.values["range"], units[o.speaker]) for o in kept])
    return round(float(np.polyfit(factors, ranges, 1)[0]), 6) if len(set(factors.tolist())) > 1 else None


def tracked(take: Take) -> dict[str, Track]:
    """The pitch as each tool sees it."""
    return {OURS: take.tracks.f0, **{name: take.found(name, find) for name, find in ALTERNATIVES.items()}}


def compared(track: Track, known: Track) -> Mapping[str, float]:
    """Numbers of frames, and the median fine error [st].

    Examples
    --------
    Half the frames an octave up; one of four voiced ones missed, one of one unvoiced invented:

    >>> times = np.arange(5) / 100
    >>> told = compared(Track(times, np.array([200.0, 400.0, 200.0, np.nan, 200.0]), "Hz"),
    ...                 Track(times, np.array([200.0, 200.0, 210.0, 200.0, np.nan]), "Hz"))
    >>> told["gross"], told["both"], told["missed"], told["spoken"], told["invented"], told["silent"]
    (1, 3, 1, 4, 1, 1)
    """
    true = nearest(known, track.times)
    here, there = np.isfinite(true), np.isfinite(track.values)
    error = track.values[here & there] / true[here & there] - 1
    fine = np.abs(st(1 + error[np.abs(error) <= GROSS], 1.0))
    told = bool(np.isnan(known.values).any())
    return {
        "gross": int((np.abs(error) > GROSS).sum()),
        "both": len(error),
        "missed": int((here & ~there).sum()) if told else 0,
        "spoken": int(here.sum()) if told else 0,
        "invented": int((there & ~here).sum()) if told else 0,
        "silent": int((~here).sum()) if told else 0,
        **({"fine": float(np.median(fine))} if len(fine) else {}),
    }


def nearest(known: Track, times: FloatArray) -> FloatArray:
    """The known value next to each time.

    Examples
    --------
    >>> known = Track(np.array([0.0, 1.0, 2.0]), np.array([5.0, np.nan, 7.0]), "Hz")
    >>> nearest(known, np.array([0.4, 1.6, 9.0])).tolist()
    [5.0, 7.0, 7.0]
    """
    middles = (known.times[1:] + known.times[:-1]) / 2
    return np.asarray(known.values[np.searchsorted(middles, times)])


def factor(name: str) -> float | None:
    """The factor a clip's pitch range was multiplied by, as its name tells it.

    Examples
    --------
    >>> factor("syn_f0/ann_range0.5"), factor("syn_f0/ann_up3st")
    (0.5, None)
    """
    base, _, number = name.rpartition(RANGE)
    try:
        return float(number) if base else None
    except ValueError:
        return None


def base(clip: Clip) -> str:
    """What a resynthesised take was made from: its name up to the last underscore."""
    return clip.name.rpartition("_")[0] or clip.name


def _of(take: Take, tool: str, values: Mapping[str, float | Sequence[float]]) -> Observation:
    """An observation; takes made from one recording stand for one voice where no speaker is named."""
    clip = take.clip
    return Observation(tool, clip.name, clip.speaker or base(clip), clip.sex, values)


CHECKS = (
    Check(
        "f0",
        each(lambda clip: clip.f0 is not None),
        pitch,
        (
            Figure("gross errors", "% of voiced frames", ratio("gross", "both")),
            Figure("missed", "% of voiced frames", ratio("missed", "spoken")),
            Figure("invented", "% of unvoiced frames", ratio("invented", "silent")),
            Figure("fine error", "st", median("fine")),
        ),
        CONDITIONS,
    ),
    Check(
        "f0_range",
        each(lambda clip: factor(clip.name) is not None),
        pitch_range,
        (Figure("slope", "", range_slope),),
        CONDITIONS,
    ),
)
