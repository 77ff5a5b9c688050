"""The worked example of CONTRIBUTING.md works as it stands there: one file and one row make a measure."""

import doctest
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import voicecoach
from voicecoach import Recording, manipulation
from voicecoach.report.explain import explain

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def rubric(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> voicecoach.Rubric:
    """The shipped rubric with the example's row, and its file in place."""
    file = tmp_path / "opening.py"
    file.write_text(block("python"), encoding="utf-8")
    module = ModuleType("voicecoach.measures.opening")
    module.__file__ = str(file)
    exec(compile(block("python"), str(file), "exec"), vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    row = tmp_path / "with_opening.toml"
    row.write_text('extends = "etiquette"\nname = "with_opening"\n' + block("toml"), encoding="utf-8")
    return voicecoach.load_rubric(row)


@pytest.fixture
def opening() -> Recording:
    """The first 20 s of the sample call that is on target."""
    call = voicecoach.load(ROOT / "sample_audio" / "on_target.flac")
    return voicecoach.from_array(call.samples[: 20 * call.sr], call.sr)


@pytest.fixture
def rate_of(rubric: voicecoach.Rubric) -> Callable[[Recording], float]:
    row = rubric.criterion("opening_rate")
    assert row is not None
    alone = rubric.model_copy(update={"criteria": [row]})

    def measured(recording: Recording) -> float:
        value = voicecoach.measure(voicecoach.tracks(recording), alone)["opening_rate"].value
        assert value is not None
        return float(value)

    return measured


def test_the_row_moves_and_holds_as_it_says(rubric: Any, opening: Recording, rate_of: Any) -> None:
    row = rubric.criterion("opening_rate")
    plain = rate_of(opening)
    moved, held = (
        rate_of(voicecoach.from_array(*manipulation.apply(change, opening.samples, opening.sr)))
        for change in (row.moves.by, row.holds.by)
    )
    assert 110 < plain < 190
    assert plain - moved >= row.moves.at_least
    assert abs(plain - held) <= row.holds.within


def test_it_is_shown_and_explained(rubric: Any, opening: Recording) -> None:
    shown = voicecoach.grade(opening, rubric, lang="en").criterion("opening_rate")
    assert shown.status == "informative"
    assert shown.words["heard"] is not None
    assert "first ten seconds" in shown.words["heard"]["en"]
    assert "rate = 60 n / 10 s" in explain(rubric.criterion("opening_rate"), rubric, "en")


def test_its_docstring_example_is_right() -> None:
    module: dict[str, Any] = {"__name__": "opening"}
    exec(block("python"), module)
    (example,) = doctest.DocTestFinder().find(module["opening_rate"], "opening_rate", globs=module)
    result = doctest.DocTestRunner().run(example)
    assert (result.attempted, result.failed) == (2, 0)
