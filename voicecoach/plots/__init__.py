"""Recordings, reports and cohorts as matplotlib figures, for notebooks and papers. The pages draw their own.

Every function returns a new :class:`matplotlib.figure.Figure` and touches no global state (no pyplot, no rcParams):
a notebook shows it as it stands, ``figure.savefig("pitch.pdf")`` keeps it. Labels are in Chinese or English, with
units; both are drawn with the font that ships with the package. Colours are Okabe and Ito's.
"""

from voicecoach.plots.cards import requirement_cards
from voicecoach.plots.cohort import score_distributions, value_distributions
from voicecoach.plots.over_time import overview, pitch_contour, running_rate, track, waveform

__all__ = [
    "overview",
    "pitch_contour",
    "requirement_cards",
    "running_rate",
    "score_distributions",
    "track",
    "value_distributions",
    "waveform",
]
