"""Every row of a rubric keeps what it promises: it feels the change it names, and only what it should.

The changes are those of :mod:`voicecoach.manipulation`. Rows run on the call that is on target; rows that compare
with the speaker's own neutral voice run on the second half of the neutral recording, the first half being the
baseline. Each changed recording is made once and its tracks are shared by all rows.
"""

import inspect
import math
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from voicecoach import (
    Baseline,
    Measurement,
    Recording,
    RubricError,
    Tracks,
    baseline_from,
    from_array,
    load,
    load_rubric,
    manipulation,
)
from voicecoach.rubric import Criterion, measure_function, profiles, source_text
from voicecoach.words import LANGUAGES, catalogue

SAMPLES = Path(__file__).parents[1] / "sample_audio"
ROWS = {
    (row.id, row.measure, row.moves.by, row.holds.by): row
    for profile in profiles()
    for row in load_rubric(profile).criteria
}
CHINESE = re.compile("[\u4e00-\u9fff]")
FILLED_BY_GRADING = {"value", "low", "high", "gap"}
each_row = pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in ROWS.values()])


@cache
def take(name: str) -> Recording:
    if name == "on_target":
        return load(SAMPLES / "on_target.flac")
    whole = load(SAMPLES / "neutral_baseline.flac")
    half = len(whole.samples) // 2
    return from_array(whole.samples[:half] if name == "neutral_first" else whole.samples[half:], whole.sr, name=name)


@cache
def own_voice() -> Baseline:
    return baseline_from(Tracks(take("neutral_first")))


@cache
def tracks_of(name: str, change: str) -> Tracks:
    recording = take(name)
    if change:
        recording = from_array(*manipulation.apply(change, recording.samples, recording.sr))
    return Tracks(recording)


def take_for(row: Criterion) -> str:
    wanted = inspect.signature(measure_function(row.measure)).parameters
    return "neutral_second" if "baseline" in wanted else "on_target"


def measured(row: Criterion, change: str = "") -> Measurement:
    """What the row's measure says of its recording, after a change if one is named."""
    tracks, measure = tracks_of(take_for(row), change), measure_function(row.measure)
    wanted = inspect.signature(measure).parameters
    return measure(**{name: own_voice() if name == "baseline" else getattr(tracks, name) for name in wanted})


def moved_by(row: Criterion, change: str) -> float:
    before, after = measured(row), measured(row, change)
    assert before.value is not None, f"no value on the unchanged call: {before.reason}"
    assert after.value is not None, f"no value after {change}: {after.reason}"
    return after.value - before.value


def tracked(row: Criterion, change: str = "") -> float:
    """The value of a row that needs no baseline, on the recording of those that do."""
    tracks, measure = tracks_of("neutral_second", change), measure_function(row.measure)
    found = measure(**{name: getattr(tracks, name) for name in inspect.signature(measure).parameters}).value
    assert found is not None
    return float(found)


@each_row
def test_row_moves_with_what_it_measures(row: Criterion) -> None:
    change = moved_by(row, row.moves.by)
    assert (change if row.moves.direction == "up" else -change) >= row.moves.at_least


@each_row
def test_row_holds_where_it_must(row: Criterion) -> None:
    assert abs(moved_by(row, row.holds.by)) <= row.holds.within


@each_row
def test_what_holds_is_smaller_than_what_moves(row: Criterion) -> None:
    assert row.holds.within < row.moves.at_least


@each_row
def test_row_knows_how_sure_it_is(row: Criterion) -> None:
    found = measured(row)
    assert found.unit == row.unit
    assert math.isfinite(found.sd)
    assert found.sd >= 0
    duration = take(take_for(row)).duration
    assert all(0 <= e.start < e.end <= duration + 0.01 for e in found.evidence)
    assert {e.code for e in found.evidence} <= set(catalogue("en")["evidence"])


@each_row
def test_row_names_its_source_its_error_and_speaks_both_languages(row: Criterion) -> None:
    assert row.source.strip()
    texts = [row.title, row.statement, row.heard, row.known_error, *row.advice.values()]
    for text in [*texts, *(optional for optional in (row.why, row.praise) if optional)]:
        assert CHINESE.search(text.zh) or re.fullmatch(r"[\W\d]*[A-Za-z]{1,2}\W*", text.zh), text.zh
        assert not CHINESE.search(text.en.replace("嗯", "").replace("呃", "")), text.en
        assert fields(text.zh) == fields(text.en), "the two languages tell different figures"


@each_row
def test_every_figure_that_a_row_speaks_of_is_measured(row: Criterion) -> None:
    known = FILLED_BY_GRADING | set(measured(row).facts)
    said = [row.heard, row.praise, *(text for key, text in row.advice.items() if key.split("_")[0] in ("low", "high"))]
    assert {field for text in said if text for lang in LANGUAGES for field in fields(getattr(text, lang))} <= known


@each_row
def test_advice_is_for_a_direction_or_for_a_reason(row: Criterion) -> None:
    reasons = set(catalogue("en")["reasons"])
    for key in row.advice:
        assert key in reasons or re.fullmatch(r"(low|high)(_[a-z_]+)?", key), key


@each_row
def test_measure_documents_itself(row: Criterion) -> None:
    said = inspect.getdoc(measure_function(row.measure)) or ""
    assert "Examples" in said
    assert ">>>" in said


@pytest.mark.parametrize("row", [one for one in ROWS.values() if one.instead_of], ids=lambda one: one.id)
def test_who_stands_in_judges_the_same_thing(row: Criterion) -> None:
    """Against the own voice, in the same unit; what moves one moves the other, or that one says that it is no judge."""
    (general,) = [one for one in ROWS.values() if one.id == row.instead_of]
    assert row.unit == general.unit
    assert "baseline" in inspect.signature(measure_function(row.measure)).parameters
    assert "baseline" not in inspect.signature(measure_function(general.measure)).parameters
    better = {one.id: max(one.curve, key=lambda point: point[1])[0] - one.curve[0][0] > 0 for one in (row, general)}
    assert better[row.id] == better[general.id], "one is better upwards, the other downwards"
    for change in (row.moves.by, general.moves.by):
        after = measured(row, change)
        assert after.value is not None or after.reason, "then the general row is scored"
        if after.value is not None:
            assert moved_by(row, change) * (tracked(general, change) - tracked(general)) > 0


@pytest.mark.parametrize("field", ["moves", "holds", "source", "known_error"])
def test_a_row_without_them_is_refused(tmp_path: Path, field: str) -> None:
    text = source_text("etiquette")
    at = text.index('id = "pause_length"')
    mutilated = text[:at] + re.sub(rf"(?m)^{field} = .*\n", "", text[at:], count=1)
    file = tmp_path / "mine.toml"
    file.write_text(mutilated, encoding="utf-8")
    with pytest.raises(RubricError, match=f"pause_length.*{field}"):
        load_rubric(file)


def fields(text: str) -> set[str]:
    return {field.split(".")[0] for _, field, _, _ in Formatter().parse(text) if field}
