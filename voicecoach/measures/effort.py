"""Vocal effort against the speaker's own neutral voice: whether somebody speaks up, whatever the gain."""

from typing import TYPE_CHECKING

import numpy as np

from voicecoach.measures.loudness import gain_against
from voicecoach.results import Measurement, missing
from voicecoach.timeline import Spans, Track, inside

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline
    from voicecoach.tracks.levels import Levels
    from voicecoach.tracks.ltas import Ltas

# What one neutral take differs from another by (text to text 0.65 dB and 0.3 st: science.md c, d3; from day to day
# more, through the distance of the microphone and the time of day: convention)
ALPHA_SD_DB, F0_SD_ST, LEVEL_SD_DB = 1.5, 1.0, 3.0
WEIGHTS = (0.4, 0.35, 0.25)  # alpha, f0, level (science.md d3; level stands in for F1 and duration)
TAKE_ALPHA_DB, TAKE_F0_ST, TAKE_LEVEL_DB = 0.65, 0.3, 1.0  # error of each figure in one recording


def effort(f0: Track, ipus: Spans, ltas: "Ltas", levels: "Levels", baseline: "Baseline | None") -> Measurement:
    """How much more effort is in the voice than in the speaker's neutral recording [z].

    effort = .4 (alpha - alpha0) / 1.5 dB + .35 (f0 - f00) / 1 st + .25 (level - level0) / 3 dB

    Effort raises pitch and lifts the spectrum above 1 kHz, both of which a recording keeps however it was amplified.
    Level has the least weight, and none where the noise floors do not say that the gain was the same: the other two
    then carry it.

    Parameters
    ----------
    f0 : Track             Hz, NaN unvoiced
    ipus : Spans           s
    ltas : Ltas            its alpha ratio, dB: 1-3.4 kHz over 0.3-1 kHz
    levels : Levels        active speech level
    baseline : Baseline or None      the same figures of the speaker's neutral recording

    Returns
    -------
    Measurement
        z; 0 is the neutral voice, positive is more effort. Facts: ``f0_st``, ``alpha_db``, ``level_db``, the three
        differences. Missing: ``no_baseline``, ``no_speech``.

    Notes
    -----
    Tells a raised voice from a neutral one, not a slightly raised one: with the same headset only, as a microphone
    that brightens by 1.5 dB counts 0.4. Speaking up in a noisy room is natural and shows here.

    References
    ----------
    Traunmüller & Eriksson (2000), Acoustic effects of variation in vocal effort by men, women, and children,
    JASA 107:3438-3451: effort raises f0 and spectral emphasis together.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from voicecoach.timeline import Span
    >>> voice = Track(np.arange(100) * 0.01, np.full(100, 200.0), "Hz")
    >>> neutral = SimpleNamespace(alpha_db=-12.0, f0_median_hz=200.0, active_level_db=-26.0, noise_level_db=-60.0)
    >>> now = (SimpleNamespace(alpha_db=-9.0), SimpleNamespace(active_level_db=-26.0, noise_level_db=-60.0))
    >>> round(effort(voice, (Span(0, 1),), *now, neutral).value, 2)
    0.8
    """
    if baseline is None:
        return missing("z", "no_baseline")
    voiced = f0.values[np.isfinite(f0.values) & inside(f0.times, ipus)]
    if len(voiced) == 0 or levels.active_level_db is None or ltas.alpha_db is None:
        return missing("z", "no_speech")
    if baseline.alpha_db is None or baseline.f0_median_hz is None or baseline.active_level_db is None:
        return missing("z", "baseline_without_levels")
    differences = np.array(
        [
            ltas.alpha_db - baseline.alpha_db,
            12 * np.log2(float(np.median(voiced)) / baseline.f0_median_hz),
            levels.active_level_db - baseline.active_level_db,
        ]
    )
    weights = np.array(WEIGHTS)
    if gain_against(levels, baseline)[0]:
        weights[2] = 0.0
    scale = weights / weights.sum() / (ALPHA_SD_DB, F0_SD_ST, LEVEL_SD_DB)
    error = float(np.linalg.norm(scale * (TAKE_ALPHA_DB, TAKE_F0_ST, TAKE_LEVEL_DB)) * np.sqrt(2))  # of both takes
    alpha, st, level = (float(d) for d in differences)
    facts = {"alpha_db": alpha, "f0_st": st, "level_db": level}
    return Measurement(float(scale @ differences), "z", error, facts=facts)
