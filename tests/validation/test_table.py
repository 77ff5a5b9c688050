"""From observations to lines: figures, intervals, bars, and the forms they are written in."""

import csv
import io

import pytest

from voicecoach.errors import UsageError
from voicecoach.validation import csv_text, lines, markdown, records, validate
from voicecoach.validation.checks import OURS, Observation, every
from voicecoach.validation.document import document
from voicecoach.validation.run import Seen, jobs, run
from voicecoach.validation.signals import signals
from voicecoach.validation.statistics import interval, mean_abs
from voicecoach.validation.table import Bar, Result


def seen(errors: list[float], tool: str = OURS, condition: str = "clean") -> Seen:
    observations = tuple(
        Observation(tool, f"clip {i}", f"speaker {i % 4}", "fm"[i % 2], {"error": e}) for i, e in enumerate(errors)
    )
    return Seen("syllable_count", "zh_read_aishell3", condition, observations, ())


def test_a_line_says_figure_interval_sexes_and_bar() -> None:
    first, bias = lines([seen([3.0, -3.0, 3.0, -3.0])])
    assert (first.figure, first.tools[OURS].value, first.met) == ("mean abs. error", 3.0, True)
    assert first.tools[OURS].interval == (3.0, 3.0)
    assert (first.clips, first.speakers) == (4, 4)
    assert bias.tools[OURS].value == 0.0
    assert bias.by_sex == {"f": 3.0, "m": -3.0}


def test_a_bar_is_missed() -> None:
    first, bias = lines([seen([5.0, 5.0, 5.0, 5.0])])
    assert (first.met, bias.met) == (False, False)
    assert "**missed**" in markdown([first])


def test_a_bar_over_another_tool_needs_that_tool() -> None:
    bar = Bar(over="silero", by=0.05)
    assert bar.met({OURS: Result(0.9), "silero": Result(0.8)}) is True
    assert bar.met({OURS: Result(0.9), "silero": Result(0.86)}) is False
    assert bar.met({OURS: Result(0.9)}) is None


def test_intervals_are_over_speakers_and_wider_with_few() -> None:
    def spread(errors: list[float], speakers: int) -> float:
        few = [Observation(OURS, str(i), str(i % speakers), "", {"error": e}) for i, e in enumerate(errors)]
        found = interval(few, mean_abs("error"))
        assert found is not None
        return found[1] - found[0]

    by_speaker = [float(i % 4) for i in range(40)]  # four speakers, each with an error of their own
    assert spread(by_speaker, 4) > 2 * spread(by_speaker, 40)


def test_a_pooled_check_also_speaks_for_all_sets_together() -> None:
    def windows(set_: str, held: float) -> Seen:
        seen = [Observation(OURS, f"{set_} {i}", set_, "", {"speech_rate held": held}) for i in range(4)]
        return Seen("interval coverage", set_, "clean", tuple(seen), ())

    found = {line.set: line.tools[OURS].value for line in lines([windows("calls", 1.0), windows("sentences", 0.0)])}
    assert found == {"calls": 100.0, "sentences": 0.0, "all sets": 50.0}


def test_two_clips_have_no_interval() -> None:
    assert lines([seen([1.0, 2.0])])[0].tools[OURS].interval is None


def test_csv_has_a_row_a_tool() -> None:
    one = seen([3.0, 4.0, 5.0])
    both = one._replace(observations=one.observations + seen([9.0, 9.0, 9.0], "librosa onset").observations)
    rows = list(csv.DictReader(io.StringIO(csv_text(lines([both])))))
    assert [(row["tool"], row["value"]) for row in rows[:2]] == [(OURS, "4"), ("librosa onset", "9")]
    assert {len(row) for row in rows} == {13}
    assert records(lines([both]))[0]["tools"]["librosa onset"]["value"] == 9.0


def test_the_document_names_command_missed_bars_and_sources() -> None:
    text = document([("data", lines([seen([5.0, 5.0, 5.0])]))], "voicecoach validate data.csv")
    assert "`voicecoach validate data.csv`" in text
    assert "0 of 2 bars are met" in text
    assert "openslr.org/93" in text


def test_results_do_not_depend_on_the_number_of_processes() -> None:
    clips = [clip for clip in signals() if clip.name.startswith("tones 4")]
    todo = jobs(clips, [c for c in every() if c.measure == "speech_rate"], ["clean", "telephone"])
    assert len(todo) == 4
    assert run(todo, 1) == run(todo, 2)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UsageError, match="--measure: found loudnes"):
        validate([], measures=["loudnes"])
    with pytest.raises(UsageError, match="--set: found nowhere"):
        validate(signals(), sets=["nowhere"])


def test_every_measure_has_one_name_and_figures_that_a_table_can_hold() -> None:
    names = [check.measure for check in every()]
    assert len(names) == len(set(names))
    assert not [f.name for check in every() for f in check.figures if "|" in f.name]
