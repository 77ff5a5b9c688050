"""Tracks as matplotlib figures, for notebooks and papers. The report page draws its own.

Every function returns a new :class:`matplotlib.figure.Figure` and touches no global state (no pyplot, no
rcParams). Labels are in Chinese or English; Chinese is drawn with the font that ships with the package.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from voicecoach.report.fonts import font_path
from voicecoach.semitones import st
from voicecoach.timeline import gaps
from voicecoach.tracks import Tracks
from voicecoach.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito's colours, told apart with every common colour vision
INK, BLUE, ORANGE, GREEN = "#1b1f24", "#0072b2", "#e69f00", "#009e73"
SIZE = (10.0, 2.4)  # inches, one panel


def overview(tracks: Tracks, lang: str = "zh") -> "Figure":
    """Waveform, pitch contour and running speech rate over one time axis, pauses shaded.

    Parameters
    ----------
    tracks : Tracks
    lang : {"zh", "en"}     language of the labels

    Returns
    -------
    Figure      three panels: full scale, st re the speaker's median, syl/min
    """
    figure, panels = _panels(3)
    _draw_waveform(panels[0], tracks, lang)
    _draw_pitch(panels[1], tracks, lang)
    _draw_rate(panels[2], tracks, lang)
    for panel in panels:
        _shade_pauses(panel, tracks)
    _label(panels[-1], "x", say("plots", "time", lang))
    return figure


def pitch_contour(tracks: Tracks, lang: str = "zh") -> "Figure":
    """Pitch in semitones re the speaker's own median over time, pauses shaded.

    Parameters
    ----------
    tracks : Tracks
    lang : {"zh", "en"}

    Returns
    -------
    Figure      one panel, st over s
    """
    figure, (panel,) = _panels(1)
    _draw_pitch(panel, tracks, lang)
    _shade_pauses(panel, tracks)
    _label(panel, "x", say("plots", "time", lang))
    return figure


def running_rate(tracks: Tracks, lang: str = "zh") -> "Figure":
    """Speech rate in ten-second windows over time.

    Parameters
    ----------
    tracks : Tracks
    lang : {"zh", "en"}

    Returns
    -------
    Figure      one panel, syl/min over s
    """
    figure, (panel,) = _panels(1)
    _draw_rate(panel, tracks, lang)
    _label(panel, "x", say("plots", "time", lang))
    return figure


def _panels(count: int) -> "tuple[Figure, list[Axes]]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE[0], SIZE[1] * count), layout="constrained")
    grid: Any = figure.subplots(count, 1, sharex=True, squeeze=False)
    panels = list(grid[:, 0])
    for panel in panels:
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(colors=INK, labelsize=9)
    return figure, panels


def _draw_waveform(panel: "Axes", tracks: Tracks, lang: str) -> None:
    hop = max(1, len(tracks.samples) // 2000)
    whole = tracks.samples[: len(tracks.samples) // hop * hop].reshape(-1, hop)
    times = (np.arange(len(whole)) + 0.5) * hop / tracks.sr
    panel.fill_between(times, whole.min(axis=1), whole.max(axis=1), color=BLUE, linewidth=0)
    _label(panel, "y", say("plots", "waveform", lang))


def _draw_pitch(panel: "Axes", tracks: Tracks, lang: str) -> None:
    voiced = tracks.f0.values[np.isfinite(tracks.f0.values)]
    if len(voiced):
        panel.plot(tracks.f0.times, st(tracks.f0.values, float(np.median(voiced))), ".", color=BLUE, markersize=2)
    panel.axhline(0, color=INK, linewidth=0.5)
    _label(panel, "y", say("plots", "pitch", lang))


def _draw_rate(panel: "Axes", tracks: Tracks, lang: str) -> None:
    from voicecoach.measures.rate import running_rate as rate_over_time

    rate = rate_over_time(tracks.syllables, tracks.turns)
    panel.plot(rate.times, rate.values, color=ORANGE)
    panel.set_ylim(bottom=0)
    _label(panel, "y", say("plots", "rate", lang))


def _shade_pauses(panel: "Axes", tracks: Tracks) -> None:
    for start, end in gaps(tracks.ipus, tracks.settings.pause_min_s):
        panel.axvspan(start, end, color=GREEN, alpha=0.15, linewidth=0)


def _label(panel: "Axes", axis: str, text: str) -> None:
    from matplotlib.font_manager import FontProperties

    label = panel.set_xlabel if axis == "x" else panel.set_ylabel
    label(text, color=INK, fontproperties=FontProperties(fname=str(font_path()), size=10))
