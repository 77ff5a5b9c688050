"""Optional tools beside ours: one that is missing, one that crashes and one that gives nothing are told apart."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicecoach.validation import alternatives
from voicecoach.validation.alternatives import OPTIONAL, runs, tried, why_not
from voicecoach.validation.document import left_out
from voicecoach.validation.table import Line, Result

TOOL = "webrtcvad"


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    tried.cache_clear()
    yield
    tried.cache_clear()


def put(code: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """A module of that name, here and in every process started from here."""
    (folder / "webrtcvad.py").write_text(code, encoding="utf-8")
    patch.syspath_prepend(folder)
    patch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))


def line(tools: dict[str, Result]) -> Line:
    return Line("pauses", "vad_ten", "clean", "F1", "", 1, 1, {"voicecoach": Result(1.0), **tools}, {}, None, None, ())


def test_a_tool_that_is_not_there_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPTIONAL, TOOL, OPTIONAL[TOOL]._replace(modules=("no_such_module",)))
    assert why_not(TOOL) == "not installed"
    assert not runs(TOOL)
    assert f"{TOOL}: not installed" in left_out([])


def test_a_crash_ends_only_the_trial_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("import os\nos.abort()\n", tmp_path, monkeypatch)
    assert why_not(TOOL).startswith("did not run (")
    assert not runs(TOOL)


def test_an_error_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("raise RuntimeError('no licence')\n", tmp_path, monkeypatch)
    assert why_not(TOOL) == "did not run (RuntimeError: no licence)"


def test_one_that_runs_but_gives_nothing_is_not_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never = "class Vad:\n    def __init__(self, mode): ...\n    def is_speech(self, *a): return False\n"
    put(never, tmp_path, monkeypatch)
    assert runs(TOOL)
    assert any(told.startswith(f"{TOOL}: runs here, but gave no figure") for told in left_out([line({})]))
    assert not any(told.startswith(TOOL) for told in left_out([line({TOOL: Result(0.5)})]))


def test_every_optional_tool_has_a_trial() -> None:
    for tool in OPTIONAL:
        assert "no trial" not in why_not(tool)
    assert alternatives.why_not("silero") == ""
