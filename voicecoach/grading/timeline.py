"""The whole call at a glance: what the report's timeline draws, short enough to travel in the report."""

from typing import Any

import numpy as np

from voicecoach.timeline import FloatArray, gaps, unanswered
from voicecoach.tracks import Tracks

WAVEFORM_POINTS = 2400
CONTOUR_POINTS = 3000
RATE_POINTS = 1000


def segments(tracks: Tracks) -> dict[str, Any]:
    """Speech, pauses, sentences as [start, end] pairs in s, and syllables as times in s."""
    return {
        "speech": [list(span) for span in tracks.ipus],
        "pauses": [list(span) for span in unanswered(gaps(tracks.ipus, tracks.settings.pause_min_s), tracks.customer)],
        "sentences": [list(span) for span in tracks.sentences],
        "syllables": tracks.syllables.tolist(),
    }


def timeline(tracks: Tracks) -> dict[str, Any]:
    """Waveform peaks (0-1 of the loudest), pitch contour in semitones re its own median, running speech rate."""
    from voicecoach.measures.intonation import contour
    from voicecoach.measures.rate import running_rate

    rate = running_rate(tracks.syllables, tracks.turns, step=max(1.0, tracks.duration / RATE_POINTS))
    return {
        "waveform": _waveform(tracks),
        "f0": contour(tracks.f0, CONTOUR_POINTS),
        "rate": {"times": rate.times.tolist(), "values": _or_none(rate.values)},
    }


def _waveform(tracks: Tracks) -> dict[str, Any]:
    hop = max(1, -(-len(tracks.samples) // WAVEFORM_POINTS))
    peaks = np.array([np.abs(tracks.samples[i : i + hop]).max() for i in range(0, len(tracks.samples), hop)], float)
    loudest = float(peaks.max()) if len(peaks) else 0.0
    scaled = peaks / loudest if loudest > 0 else peaks
    return {"step_s": hop / tracks.sr, "peaks": np.round(scaled, 3).tolist()}


def _or_none(values: FloatArray) -> list[float | None]:
    return [round(float(value), 1) if np.isfinite(value) else None for value in values]
