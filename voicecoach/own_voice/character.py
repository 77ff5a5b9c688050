"""What a voice is like: figures with a word for each, never one that guesses who somebody is."""

from typing import Any

import numpy as np

from voicecoach.baseline import Baseline
from voicecoach.rubric import load_rubric
from voicecoach.rubric.curve import target
from voicecoach.timeline import inside
from voicecoach.tracks import Tracks

# Adults' speaking voices, whoever they are, lie between 85 and 255 Hz (Titze 1994, Principles of Voice Production,
# chapter 6); in three equal parts of that range in semitones
HEIGHTS_HZ = (122.6, 176.8)
NARROW, WIDE = 5.0, 95.0  # percentiles of pitch that are called the everyday range


def character(tracks: Tracks, baseline: Baseline) -> dict[str, Any]:
    """Pitch, its range, liveliness, rate and level, each with a word: ``height`` (low, middle, high) is that among
    adults' voices; the others (low, in, high) say where the rubric's band lies.

    Parameters
    ----------
    tracks : Tracks
    baseline : Baseline    of the same recording
    """
    f0 = tracks.f0
    hz = f0.values[np.isfinite(f0.values) & inside(f0.times, tracks.ipus)]
    low, high = np.percentile(hz, [NARROW, WIDE])
    found = {"liveliness": ("f0_sd", baseline.f0_sd_st), "rate": ("speech_rate", baseline.speech_rate)}
    found |= {"level": ("active_level", baseline.active_level_db), "noise": ("snr", baseline.snr_db)}
    return {
        "pitch": {
            "hz": round(baseline.f0_median_hz, 1), "low_hz": round(float(low), 1), "high_hz": round(float(high), 1),
            "height": height(baseline.f0_median_hz),
        },
        **{name: {"value": value} | _against(row, value) for name, (row, value) in found.items()},
    }  # fmt: skip


def height(hz: float) -> str:
    """Where a pitch lies among adults' speaking voices.

    Examples
    --------
    >>> [height(hz) for hz in (110, 160, 220)]
    ['low', 'middle', 'high']
    """
    return ("low", "middle", "high")[int(np.searchsorted(HEIGHTS_HZ, hz))]


def _against(criterion: str, value: float | None) -> dict[str, Any]:
    """The band of the default rubric, and on which side of it a value lies."""
    row = load_rubric().criterion(criterion)
    low, high = target(row.curve) if row and row.curve else (None, None)
    if value is None:
        return {"side": "unknown", "low": low, "high": high}
    side = "low" if low is not None and value < low else "high" if high is not None and value > high else "in"
    return {"side": side, "low": low, "high": high}
