"""Figures: units on the axes, Chinese drawn with real glyphs, nothing recomputed wrongly, no global state."""

import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import voicecoach as vc
from voicecoach import Tracks, from_array
from voicecoach.cohort.rows import cells_of
from voicecoach.plots import (
    overview,
    pitch_contour,
    requirement_cards,
    running_rate,
    score_distributions,
    track,
    value_distributions,
)
from voicecoach.rubric.model import REQUIREMENTS

RATE = 16000
TAKES = [
    {"cohort": ("spring", "autumn")[number % 2], "speech_rate_value": 100.0 + number, "pause_length_value": None}
    | {f"{id}_score": float(10 * number) for id in REQUIREMENTS}
    for number in range(8)
]


@pytest.fixture(scope="module")
def tracks() -> Tracks:
    """Two seconds of a gliding buzz with a gap in it."""
    t = np.arange(2 * RATE) / RATE
    buzz = 0.3 * np.sign(np.sin(2 * np.pi * 180 * (t + 0.1 * t**2)))
    buzz[RATE : RATE + RATE // 2] = 0
    return Tracks(from_array(buzz, RATE))


@pytest.fixture(scope="module")
def silence() -> Tracks:
    return Tracks(from_array(np.zeros(RATE), RATE))


@pytest.fixture
def figures(tracks: Tracks, silence: Tracks, graded: Callable[..., Any]) -> dict[str, Callable[[str], Any]]:
    return {
        "overview": lambda lang: overview(tracks, lang, target=(120, 150)),
        "pitch": lambda lang: pitch_contour(tracks, lang),
        "rate": lambda lang: running_rate(tracks.recording, lang, target=(None, 150)),
        "track": lambda lang: track(tracks.f0, lang, name="f0"),
        "silence": lambda lang: overview(silence, lang),
        "no track": lambda lang: track(silence.f0, lang),
        "cards": lambda lang: requirement_cards(graded("rushed"), lang),
        "scores": lambda lang: score_distributions(TAKES, lang, by="cohort"),
        "values": lambda lang: value_distributions(TAKES, ["speech_rate", "pause_length"], lang),
    }


def saved(figure: Any) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=60)
    return picture.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_label_has_its_glyphs(lang: str, figures: dict[str, Callable[[str], Any]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every glyph a font lacks
        for draw in figures.values():
            assert saved(draw(lang))[:4] == b"\x89PNG"


def test_units_stand_on_the_axes(tracks: Tracks, graded: Callable[..., Any]) -> None:
    labels = [panel.get_ylabel() for panel in overview(tracks, "en").axes]
    assert ["full scale" in labels[0], "semitones" in labels[1], "syllables/min" in labels[2]] == [True] * 3
    assert overview(tracks, "zh").axes[-1].get_xlabel() == "时间（秒）"
    assert track(tracks.f0, "en", name="f0").axes[0].get_ylabel() == "f0 (Hz)"
    assert "syllables/min" in requirement_cards(graded("on_target"), "en").axes[0].get_xlabel()
    assert value_distributions(TAKES, ["speech_rate"], "en").axes[0].get_xlabel() == "syllables/min"


def test_pitch_is_drawn_about_the_speakers_own_median(tracks: Tracks) -> None:
    drawn = pitch_contour(tracks).axes[0].lines[0].get_ydata()
    assert np.nanmedian(drawn) == pytest.approx(0, abs=1e-3)


def test_no_peak_of_a_waveform_is_lost() -> None:
    samples = np.zeros(60 * RATE, np.float32)
    samples[123_457] = 0.9
    panel = overview(from_array(samples, RATE)).axes[0]
    assert panel.collections[0].get_paths()[0].vertices[:, 1].max() == pytest.approx(0.9)


def test_a_card_shows_the_value_on_its_curve(graded: Callable[..., Any]) -> None:
    report = graded("on_target")
    row = next(one for one in report["criteria"] if one["id"] == "speech_rate")
    panel = requirement_cards(report, "en").axes[0]
    dot = next(line for line in panel.lines if line.get_marker() == "o")
    assert dot.get_xdata() == [row["value"]]
    assert dot.get_ydata() == pytest.approx(np.interp(row["value"], *np.transpose(row["curve"])))
    assert panel.get_title(loc="right").startswith(f"{report['requirements'][0]['score']:.0f} ")


def test_a_card_without_a_value_says_why() -> None:
    report = vc.grade(from_array(np.zeros(2 * RATE), RATE))
    texts = ["".join(text.get_text().split()) for panel in requirement_cards(report).axes for text in panel.texts]
    reasons = [report.criterion(one.lead).words["reason"] for one in report.requirements]
    assert texts == ["".join(reason["zh"].split()) for reason in reasons if reason]


def test_a_distribution_shows_every_take_and_its_quartiles() -> None:
    panel = value_distributions(TAKES, ["speech_rate"]).axes[0]
    dots = next(line for line in panel.lines if line.get_marker() == "o")
    assert sorted(dots.get_xdata()) == [take["speech_rate_value"] for take in TAKES]
    box = panel.patches[0]
    assert [box.get_x(), box.get_x() + box.get_width()] == pytest.approx([101.75, 105.25])


def test_takes_without_a_score_are_counted_not_drawn() -> None:
    takes = [*TAKES, {"cohort": "spring", "tone_score": float("nan")}, {"cohort": "winter", "tone_score": ""}]
    labels = [text.get_text() for text in score_distributions(takes, "en", by="cohort").axes[0].get_yticklabels()]
    assert "Tone of voice  n = 8" in labels


def test_a_pandas_table_does_as_well() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(TAKES)
    assert saved(score_distributions(table)) == saved(score_distributions(TAKES))


def test_rows_of_a_cohort_can_be_drawn(graded: Callable[..., Any]) -> None:
    """Their columns are those that the functions ask for; cells may be texts, as a CSV file gives them."""
    rows = [{key: str(cell or "") for key, cell in cells_of(graded(name)).items()} for name in ("rushed", "on_target")]
    scores = score_distributions(rows, "en").axes[0]
    assert "Speech rate  n = 2" in [text.get_text() for text in scores.get_yticklabels()]
    values = value_distributions(rows, ["speech_rate"], "en").axes[0]
    drawn = next(line for line in values.lines if line.get_marker() == "o").get_xdata()
    assert list(drawn) == [float(row["speech_rate_value"]) for row in rows]


@pytest.mark.parametrize(
    ("takes", "by", "said"),
    [
        ([{"name": "a"}], None, "rate_score"),
        ([], None, "rate_score"),
        (TAKES, "trainer", "trainer"),
        ([{"cohort": str(number), "rate_score": 1.0} for number in range(7)], "cohort", "7 groups"),
    ],
)
def test_tables_that_do_not_fit_are_refused(takes: list[Any], by: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        score_distributions(takes, by=by)


def test_a_row_that_the_rubric_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="no_such_row"):
        value_distributions(TAKES, ["no_such_row"])


def test_a_notebook_can_show_a_figure_as_it_stands(tracks: Tracks) -> None:
    """IPython asks an object for ``_repr_png_``; matplotlib gives its figures none unless pyplot is used."""
    assert pitch_contour(tracks, "en")._repr_png_().startswith(b"\x89PNG")


def test_parameters_of_the_session_stay_as_they_are(figures: dict[str, Callable[[str], Any]]) -> None:
    import matplotlib as mpl
    from matplotlib import font_manager

    before, fonts = dict(mpl.rcParams), len(font_manager.fontManager.ttflist)
    for draw in figures.values():
        draw("zh")
    assert (dict(mpl.rcParams), len(font_manager.fontManager.ttflist)) == (before, fonts)
