"""What happens in a recording over time: sound, pitch with pauses, rate, or any track."""

from typing import TYPE_CHECKING

import numpy as np

from voicecoach.plots.style import BLUE, INK, ORANGE, PAUSE, TARGET, finished, label, note, panels
from voicecoach.recording import Recording
from voicecoach.semitones import st
from voicecoach.timeline import Track, gaps
from voicecoach.tracks import Tracks
from voicecoach.words import catalogue, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 10.0, 2.2  # inches, one panel
COLUMNS = 2000  # points of a waveform across the figure

Target = tuple[float | None, float | None]


def overview(recording: Recording | Tracks, lang: str = "zh", *, target: Target | None = None) -> "Figure":
    """Waveform, pitch contour and running speech rate over one time axis, pauses shaded.

    Parameters
    ----------
    recording : Recording or Tracks
    lang : {"zh", "en"}                 language of the labels
    target : (low, high) or None        band of the speech rate to tint, syl/min

    Returns
    -------
    Figure      three panels: full scale, st re the speaker's median, syl/min
    """
    tracks = _tracks(recording)
    figure, (sound, pitch, rate) = panels(3, 1, (WIDTH, 3 * HEIGHT), same_x=True)
    _draw_waveform(sound, tracks.recording, lang)
    _draw_pitch(pitch, tracks, lang)
    _draw_rate(rate, tracks, lang, target)
    for panel in (sound, pitch, rate):
        _shade_pauses(panel, tracks)
    label(sound, title=say("plots", "shaded", lang, seconds=tracks.settings.pause_min_s))
    _time_axis(rate, tracks.duration, lang)
    return finished(figure)


def pitch_contour(recording: Recording | Tracks, lang: str = "zh") -> "Figure":
    """Pitch in semitones re the speaker's own median over time, pauses shaded, ends of sentences as lines.

    Parameters
    ----------
    recording : Recording or Tracks
    lang : {"zh", "en"}

    Returns
    -------
    Figure      one panel, st over s
    """
    tracks = _tracks(recording)
    figure, (panel,) = panels(1, 1, (WIDTH, 1.4 * HEIGHT))
    _draw_pitch(panel, tracks, lang)
    _shade_pauses(panel, tracks)
    for sentence in tracks.sentences:
        panel.axvline(sentence.end, color=ORANGE, linewidth=1, zorder=1)
    label(panel, title=say("plots", "shaded_sentences", lang, seconds=tracks.settings.pause_min_s))
    _time_axis(panel, tracks.duration, lang)
    return finished(figure)


def running_rate(recording: Recording | Tracks, lang: str = "zh", *, target: Target | None = None) -> "Figure":
    """Speech rate in ten-second windows over time, pauses counted in.

    Parameters
    ----------
    recording : Recording or Tracks
    lang : {"zh", "en"}
    target : (low, high) or None        band to tint, syl/min: ``report.criterion("speech_rate").target``

    Returns
    -------
    Figure      one panel, syl/min over s
    """
    tracks = _tracks(recording)
    figure, (panel,) = panels(1, 1, (WIDTH, 1.4 * HEIGHT))
    _draw_rate(panel, tracks, lang, target)
    _time_axis(panel, tracks.duration, lang)
    return finished(figure)


def track(track: Track, lang: str = "zh", *, name: str = "") -> "Figure":
    """Any track over time, in its own unit; gaps where it has no value.

    Parameters
    ----------
    track : Track
    lang : {"zh", "en"}
    name : str              what it is, before the unit

    Returns
    -------
    Figure      one panel
    """
    figure, (panel,) = panels(1, 1, (WIDTH, 1.4 * HEIGHT))
    if np.isfinite(track.values).any():
        lone = bool(np.isnan(track.values).any())  # values between gaps, of which a line would not show one alone
        panel.plot(track.times, track.values, color=BLUE, linewidth=0.8, marker="." if lone else "", markersize=2)
        panel.set_xlim(0, float(track.times[-1]))
    else:
        note(panel, say("plots", "nothing", lang))
    unit = catalogue(lang)["units"].get(track.unit, track.unit)
    label(panel, x=say("plots", "time", lang), y=f"{name} ({unit})" if name else unit)
    return finished(figure)


def waveform(recording: Recording, lang: str = "zh") -> "Figure":
    """The waveform alone.

    Parameters
    ----------
    recording : Recording
    lang : {"zh", "en"}

    Returns
    -------
    Figure      one panel, full scale over s
    """
    figure, (panel,) = panels(1, 1, (WIDTH, HEIGHT))
    _draw_waveform(panel, recording, lang)
    _time_axis(panel, recording.duration, lang)
    return finished(figure)


def _draw_waveform(panel: "Axes", recording: Recording, lang: str) -> None:
    """The range of the samples in each of some two thousand columns, so that no peak is lost."""
    samples, hop = recording.samples, max(1, -(-len(recording.samples) // COLUMNS))
    starts = np.arange(0, len(samples), hop)
    low, high = np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts)
    panel.fill_between((starts + hop / 2) / recording.sr, low, high, color=BLUE, linewidth=0)
    most = max(float(np.abs(samples).max()), 1e-3)
    panel.set_ylim(-1.05 * most, 1.05 * most)
    label(panel, y=say("plots", "waveform", lang))


def _draw_pitch(panel: "Axes", tracks: Tracks, lang: str) -> None:
    voiced = tracks.f0.values[np.isfinite(tracks.f0.values)]
    if len(voiced):
        contour = st(tracks.f0.values, float(np.median(voiced)))
        panel.plot(tracks.f0.times, contour, ".", color=BLUE, markersize=2.5, markeredgewidth=0)
    else:
        note(panel, say("plots", "nothing", lang))
    panel.axhline(0, color=INK, linewidth=0.6)
    label(panel, y=say("plots", "pitch", lang))


def _draw_rate(panel: "Axes", tracks: Tracks, lang: str, target: Target | None) -> None:
    from voicecoach.measures.rate import running_rate as rate_over_time

    rate = rate_over_time(tracks.syllables, tracks.turns)
    panel.plot(rate.times, rate.values, color=ORANGE, linewidth=1.8)
    known = rate.values[np.isfinite(rate.values)]
    if not len(known):
        note(panel, say("plots", "nothing", lang))
    low, high = target or (None, None)
    top = 1.15 * max([100.0, *known.tolist(), *([high] if high else [])])
    panel.set_ylim(0, top)
    if target:
        panel.axhspan(low or 0, high or top, color=TARGET, linewidth=0, zorder=0.5)
    label(panel, y=say("plots", "rate", lang))


def _shade_pauses(panel: "Axes", tracks: Tracks) -> None:
    for start, end in gaps(tracks.ipus, tracks.settings.pause_min_s):
        panel.axvspan(start, end, color=PAUSE, linewidth=0, zorder=0.5)


def _time_axis(panel: "Axes", seconds: float, lang: str) -> None:
    panel.set_xlim(0, seconds)
    label(panel, x=say("plots", "time", lang))


def _tracks(recording: Recording | Tracks) -> Tracks:
    return recording if isinstance(recording, Tracks) else Tracks(recording)
