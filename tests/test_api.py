"""What a researcher asks of the package from Python: tracks, tables, own measures, plain arrays."""

import ast
import dataclasses
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import voicecoach as vc
from voicecoach import extras
from voicecoach.report.text import show
from voicecoach.report.wire import schema
from voicecoach.rubric import load_rubric, profiles
from voicecoach.timeline import Span, Track

SAMPLES = Path(__file__).parents[1] / "sample_audio"
ROWS = {row.measure: row for name in profiles() for row in load_rubric(name).criteria}


@pytest.fixture(scope="module")
def call() -> vc.Recording:
    """The first 40 s of the sample call that is on target."""
    whole = vc.load(SAMPLES / "on_target.flac")
    return vc.from_array(whole.samples[: 40 * whole.sr], whole.sr, name="call")


@pytest.fixture(scope="module")
def tracks(call: vc.Recording) -> vc.Tracks:
    return vc.tracks(call)


@pytest.fixture(scope="module")
def baseline(tracks: vc.Tracks) -> vc.Baseline:
    return vc.baseline_from(tracks)


def long_units(ipus: Any, settings: Any, longer_than: float = 2.0) -> vc.Measurement:
    """Units of speech longer than 2 s; each of them is evidence."""
    long = [span for span in ipus if span.duration > longer_than]
    places = tuple(vc.Evidence(*span, "long_unit", {"seconds": span.duration}) for span in long)
    return vc.Measurement(float(len(long)), "count", evidence=places)


OWN = {
    "unit": "count",
    "title": {"zh": "长句段", "en": "Long units"},
    "codes": {"long_unit": {"zh": "{seconds:.1f} 秒没有停", "en": "{seconds:.1f} s without a pause"}},
}


# tracks


def test_the_name_tracks_is_both_what_one_calls_and_the_package(call: vc.Recording) -> None:
    from voicecoach.tracks import Tracks
    from voicecoach.tracks.f0 import f0

    assert callable(f0)
    assert isinstance(vc.tracks(call), Tracks)


@pytest.mark.parametrize("first", ["import voicecoach.tracks.f0", "import voicecoach.grading", "pass"])
def test_it_stays_callable_whatever_was_imported_first(first: str) -> None:
    script = f"{first}\nimport voicecoach as vc\nprint(vc.tracks.__name__, callable(vc.tracks))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["voicecoach.tracks", "True"]


def test_pitch_has_times_values_unit_and_is_a_table(tracks: vc.Tracks) -> None:
    table = tracks.f0.to_frame("f0_hz")
    assert list(table.columns) == ["time_s", "f0_hz"]
    assert table.attrs["unit"] == tracks.f0.unit == "Hz"
    np.testing.assert_array_equal(table["f0_hz"], tracks.f0.values)
    np.testing.assert_array_equal(table["time_s"], tracks.f0.times)


def test_without_pandas_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    track = Track(np.arange(2.0), np.arange(2.0), "dB")
    with pytest.raises(vc.UsageError, match=r"pandas.*pip install 'voicecoach\[notebooks\]'"):
        track.to_frame()


def test_a_package_that_lacks_something_of_its_own_says_so_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise ModuleNotFoundError("No module named 'inner'", name="inner")

    monkeypatch.setattr(extras, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="inner"):
        extras.needed("pandas")


# measures on plain arrays


def plain(value: Any) -> Any:
    """A measure's argument taken apart into numbers, texts, lists and arrays."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init}
    if isinstance(value, Span):
        return [float(value.start), float(value.end)]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    assert value is None or isinstance(value, str | int | float | bool | np.generic | np.ndarray), type(value)
    return np.array(value) if isinstance(value, np.ndarray) else value


def rebuilt(model: Any, parts: Any) -> Any:
    """The argument put together again from those parts, as one would write it by hand."""
    if dataclasses.is_dataclass(model) and not isinstance(model, type):
        return type(model)(**{name: rebuilt(getattr(model, name), part) for name, part in parts.items()})
    if isinstance(model, Span):
        return Span(*parts)
    if isinstance(model, dict):
        return {key: rebuilt(item, parts[key]) for key, item in model.items()}
    if isinstance(model, list | tuple):
        return type(model)(rebuilt(one, part) for one, part in zip(model, parts, strict=True))
    return parts


@pytest.mark.parametrize("name", sorted(ROWS))
def test_every_measure_can_be_called_on_plain_arrays(name: str, tracks: vc.Tracks, baseline: vc.Baseline) -> None:
    function = ROWS[name].called
    given = {
        parameter: baseline if parameter == "baseline" else getattr(tracks, parameter)
        for parameter in inspect.signature(function).parameters
    }
    by_hand = {parameter: rebuilt(value, plain(value)) for parameter, value in given.items()}
    found, again = function(**given), function(**by_hand)
    assert isinstance(found, vc.Measurement)
    assert found == again


# measure, measure_many


def test_measure_takes_a_recording_or_its_tracks(call: vc.Recording, tracks: vc.Tracks) -> None:
    few = load_rubric().model_copy(update={"criteria": load_rubric().criteria[:3]})
    assert vc.measure(call, few) == vc.measure(tracks, few)
    assert list(vc.measure(tracks)) == [row.id for row in load_rubric().criteria]


def test_a_table_has_a_line_for_every_take_and_broken_files_say_why(call: vc.Recording, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"not sound at all" * 100)
    table = vc.measure_many([call, broken, tmp_path / "nowhere.wav"])
    assert table["take"].tolist() == ["call", str(broken), str(tmp_path / "nowhere.wav")]
    assert table["error_code"].tolist()[0] is None
    assert table["error_code"].tolist()[2] == "missing_path"
    assert str(broken) in table["error"].tolist()[1]
    known = vc.measure(call)
    for row in load_rubric().criteria:
        value = table[f"{row.id}_value"].tolist()[0]
        assert value == known[row.id].value or (np.isnan(value) and known[row.id].value is None)
        assert table[f"{row.id}_reason"].tolist()[0] == known[row.id].reason
    assert table.attrs["units"]["speech_rate"] == "syl/min"
    assert table["smile_shift_value"].dtype == float  # none without a baseline: still a column of numbers


def test_long_forms_have_a_line_for_every_criterion_and_every_place(call: vc.Recording) -> None:
    known = vc.measure(call)
    rows = vc.measure_many([call, "nowhere.wav"], form="rows")
    assert rows["criterion"].tolist() == [*known, None]
    assert rows.set_index("criterion").loc["speech_rate", "value"] == known["speech_rate"].value
    places = vc.measure_many([call, "nowhere.wav"], form="evidence")
    expected = [(name, one.start, one.end, one.code) for name, found in known.items() for one in found.evidence]
    assert expected
    assert list(places[["criterion", "start_s", "end_s", "code"]][:-1].itertuples(index=False, name=None)) == expected
    assert places["error_code"].tolist()[-1] == "missing_path"


def test_two_processes_give_the_same_table(tmp_path: Path, call: vc.Recording) -> None:
    pandas = pytest.importorskip("pandas")
    short = vc.from_array(call.samples[: 3 * call.sr], call.sr, name="short")
    takes = [short, tmp_path / "nowhere.wav"]
    pandas.testing.assert_frame_equal(vc.measure_many(takes, jobs=2), vc.measure_many(takes))


@pytest.mark.parametrize("wrong", [{"form": "wide"}, {"jobs": 0}])
def test_wrong_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        vc.measure_many([], **wrong)


def test_a_function_of_ones_own_that_fails_costs_one_line(call: vc.Recording) -> None:
    def failing(ipus: Any) -> vc.Measurement:
        raise ZeroDivisionError("no units")

    table = vc.measure_many([call], load_rubric().with_criterion("failing", failing, unit="count", title="x"))
    assert table["error"].tolist() == ["ZeroDivisionError: no units"]


def test_a_function_that_no_other_process_finds_is_refused(call: vc.Recording) -> None:
    def local(ipus: Any) -> vc.Measurement:
        return vc.missing("count", "no_speech")

    rubric = load_rubric().with_criterion("local", local, unit="count", title="x")
    with pytest.raises(vc.UsageError, match="jobs=1"):
        vc.measure_many([call, call], rubric, jobs=2)


# rows of one's own


def test_a_row_of_ones_own_is_graded_and_the_report_says_which_function_it_was(
    call: vc.Recording, tracks: vc.Tracks
) -> None:
    rubric = vc.load_rubric().with_criterion("long_units", long_units, **OWN)
    report = vc.grade(call, rubric, lang="en")
    row = report.criterion("long_units")
    expected = [span for span in tracks.ipus if span.duration > 2.0]
    assert expected
    assert (row.value, row.status, row.measure) == (len(expected), "informative", "own:long_units")
    assert [(place.start, place.end) for place in row.evidence] == expected
    assert row.evidence[0].note == f"{expected[0].duration:.1f} s without a pause"
    own = report.rubric["own_measures"]
    assert list(own) == ["long_units"]
    assert own["long_units"]["function"] == f"{__name__}:long_units"
    written = json.loads(json.dumps(report.to_dict()))
    jsonschema.validate(written, schema())
    others = vc.grade(call, lang="en")
    assert report.overall == others.overall  # a row that is shown, not scored, leaves the scores alone
    assert "own_measures" not in others.rubric


def test_a_scored_row_counts_in_its_requirement(call: vc.Recording) -> None:
    worst = {"requirement": "pause", "weight": 100, "curve": [(1000, 0), (1001, 100)]}
    plain, changed = (
        vc.grade(call, rubric)
        for rubric in (vc.load_rubric(), vc.load_rubric().with_criterion("long_units", long_units, **OWN, **worst))
    )
    before, after = ({r.id: r.score for r in report.requirements} for report in (plain, changed))
    assert changed.criterion("long_units").score == 0
    assert after["pause"] < 10 < before["pause"]
    assert {name: score for name, score in before.items() if name != "pause"} == {
        name: score for name, score in after.items() if name != "pause"
    }


def test_nothing_is_registered_anywhere() -> None:
    before = vc.load_rubric()
    changed = before.with_criterion("long_units", long_units, **OWN)
    assert before.criterion("long_units") is None
    assert vc.load_rubric() == before
    assert changed.sha256 != before.sha256
    assert [row.id for row in changed.criteria] == [*(row.id for row in before.criteria), "long_units"]


def test_two_functions_of_one_name_are_two_measures(tracks: vc.Tracks) -> None:
    rubric = vc.load_rubric()
    for number in (1.0, 2.0):
        rubric = rubric.with_criterion(
            f"row_{number:.0f}", lambda ipus, n=number: vc.Measurement(n, "count"), unit="count", title="x"
        )
    found = vc.measure(tracks, rubric)
    assert [found["row_1"].value, found["row_2"].value] == [1.0, 2.0]


def test_a_row_of_the_package_can_be_changed_for_one_grading() -> None:
    changed = vc.load_rubric().with_criterion("speech_rate", curve=[(180, 0), (200, 100), (240, 100), (280, 0)])
    assert changed.criterion("speech_rate").curve[1] == (200, 100)
    assert changed.criterion("speech_rate").title == vc.load_rubric().criterion("speech_rate").title


def bad_return(ipus: Any) -> Any:
    return 3.0


def unknown_track(loudness_of_the_room: Any) -> Any:
    return None


def other_unit(ipus: Any) -> vc.Measurement:
    return vc.Measurement(1.0, "s")


def unworded(ipus: Any) -> vc.Measurement:
    return vc.missing("count", "because_of_this")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"measure": unknown_track}, "loudness_of_the_room.*envelopes.*f0"),
        ({"unit": "furlongs"}, "furlongs.*syl/min"),
        ({"weight": 1}, "curve"),
        ({"curve": [(2, 0), (1, 100)]}, "increase"),
        ({"requirement": "smile"}, "requirement"),
        ({"colour": "red"}, "no such field"),
        ({"heard": "{value"}, "heard"),
        ({"measure": "own:anything"}, "a function of voicecoach.measures"),
        ({"measure": "rate:no_such"}, "a function of voicecoach.measures"),
    ],
)
def test_rows_of_ones_own_are_checked_like_others(fields: dict[str, Any], said: str) -> None:
    given = OWN | {"measure": long_units} | fields
    with pytest.raises(vc.RubricError, match=said):
        vc.load_rubric().with_criterion("long_units", **given)


@pytest.mark.parametrize(
    ("function", "said"),
    [(bad_return, "3.0.*Measurement"), (other_unit, "unit.*count"), (unworded, "because_of_this.*codes")],
)
def test_what_the_function_gives_back_is_checked(function: Any, said: str, tracks: vc.Tracks) -> None:
    rubric = vc.load_rubric().with_criterion("mine", function, unit="count", title="x")
    with pytest.raises(vc.RubricError, match=said):
        vc.measure(tracks, rubric)


def test_a_report_with_a_row_of_ones_own_can_be_shown_and_explained(call: vc.Recording) -> None:
    from rich.console import Console

    from voicecoach.report.explain import explain
    from voicecoach.report.html import render

    rubric = vc.load_rubric().with_criterion("long_units", long_units, **OWN)
    report = vc.grade(call, rubric).to_dict()
    assert "长句段" in render(report)
    console = Console(record=True, width=100)
    show(report, console, "en")
    assert "Long units" in explain(rubric.criterion("long_units"), rubric, "en")


def test_reports_with_rows_of_ones_own_can_be_compared(call: vc.Recording) -> None:
    """Progress asks of every row whether it needs a baseline, when its function may not be there any more."""
    from voicecoach.progress import likeness

    assert likeness._uses_baseline("own:long_units") is False
    assert likeness._uses_baseline("smile:smile_shift") is True


# the public names


def names_of_the_table() -> Iterator[str]:
    """The names that the package's docstring speaks of."""
    yield from (part.strip("`") for part in (vc.__doc__ or "").replace("``", "`").split("`")[1::2])


def test_every_public_name_is_documented() -> None:
    for name in vc.__all__:
        if name != "__version__":
            assert inspect.getdoc(getattr(vc, name)), name
    assert {name for name in names_of_the_table() if name in vc.__all__} >= {"measure_many", "segments", "plots"}


def test_public_names_are_typed_for_who_checks_types() -> None:
    """What the type checker sees and what is there at run time are the same names."""
    source = ast.parse(Path(vc.__file__).read_text(encoding="utf-8"))
    block = next(node for node in source.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.asname or alias.name for node in imports for alias in node.names}
    seen |= {node.name for node in block.body if isinstance(node, ast.FunctionDef)}
    assert seen - {"DEFAULT"} == set(vc.__all__) - {"__version__"}
