"""How much there is to judge by, and whether that is enough."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.timeline import inside, total
from voicecoach.tracks import Tracks

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline

LOST_DB = -30.0  # where there is no ratio of speech to noise to be told, as low as one can be told

Evidences = dict[str, float]  # amount by name, as a rubric's ``needs`` names them


def gather(tracks: Tracks, baseline: "Baseline | None") -> Evidences:
    """The amounts of evidence in a recording. How many windows a row compares, the row itself says.

    Returns
    -------
    dict      speech_s and voiced_s [s]; syllables, sentence_ends [count]; snr_db [dB]; bandwidth_hz [Hz];
              baseline_s [s of speech in the speaker's own neutral recording, 0 without one]
    """
    voiced = np.isfinite(tracks.f0.values) & inside(tracks.f0.times, tracks.ipus)
    snr = tracks.levels.snr_db
    return {
        "speech_s": total(tracks.ipus),
        "voiced_s": float(voiced.sum()) * tracks.f0.step if len(tracks.f0.times) > 1 else 0.0,
        "syllables": float(len(tracks.syllables)),
        "sentence_ends": float(max(0, len(tracks.sentences) - 1)),
        "snr_db": LOST_DB if snr is None else snr,
        "bandwidth_hz": tracks.capture.bandwidth_hz or 0.0,
        "baseline_s": baseline.speech_s if baseline else 0.0,
    }


def shortfall(needs: Mapping[str, float], available: Evidences) -> tuple[str, dict[str, float]] | None:
    """The first need that is not met: its reason code, what was found and what is needed; None if all are.

    Examples
    --------
    >>> shortfall({"speech_s": 20}, {"speech_s": 8.0})
    ('too_little_speech_s', {'found': 8.0, 'need': 20})
    >>> shortfall({"speech_s": 20}, {"speech_s": 21.0}) is None
    True
    """
    for name, need in needs.items():
        if available[name] < need:
            return f"too_little_{name}", {"found": available[name], "need": need}
    return None
