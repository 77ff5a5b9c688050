"""Figures: units on the axes, Chinese drawn with real glyphs, no global state."""

import io
import warnings

import numpy as np
import pytest

from voicecoach import Tracks, from_array
from voicecoach.plots import overview, pitch_contour, running_rate

RATE = 16000


@pytest.fixture(scope="module")
def tracks() -> Tracks:
    """Two seconds of a gliding buzz with a gap in it."""
    t = np.arange(2 * RATE) / RATE
    buzz = 0.3 * np.sign(np.sin(2 * np.pi * 180 * (t + 0.1 * t**2)))
    buzz[RATE : RATE + RATE // 2] = 0
    return Tracks(from_array(buzz, RATE))


@pytest.mark.parametrize("draw", [overview, pitch_contour, running_rate])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_label_has_its_glyphs(draw, lang, tracks):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every glyph a font lacks
        picture = io.BytesIO()
        draw(tracks, lang).savefig(picture, format="png")
    assert picture.getvalue()[:4] == b"\x89PNG"


def test_units_stand_on_the_axes(tracks):
    labels = [panel.get_ylabel() for panel in overview(tracks, "en").axes]
    assert ["semitones" in labels[1], "syllables/min" in labels[2]] == [True, True]
    assert overview(tracks, "zh").axes[-1].get_xlabel() == "时间（秒）"


def test_pitch_is_drawn_about_the_speakers_own_median(tracks):
    drawn = pitch_contour(tracks).axes[0].lines[0].get_ydata()
    assert np.nanmedian(drawn) == pytest.approx(0, abs=1e-3)


def test_parameters_of_the_session_stay_as_they_are(tracks):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    overview(tracks)
    assert dict(mpl.rcParams) == before
