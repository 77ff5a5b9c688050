"""Graded sample calls, each made once a run: most tests of whole reports look at the same few."""

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest

import voicecoach
from voicecoach import Baseline, Recording, manipulation

# Imports and a busy machine make first calls slow: how long an example takes says nothing about the code
hypothesis.settings.register_profile("voicecoach", deadline=None)
hypothesis.settings.load_profile("voicecoach")

collect_ignore = ["remake_golden.py", "remake_active_level.py"]  # commands, not tests

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_audio"

Graded = Callable[..., dict[str, Any]]


@cache
def truth(name: str) -> dict[str, Any]:
    """What is true of a sample call."""
    known: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return known


@cache
def sample(name: str) -> Recording:
    """A sample call; of the one in stereo, the trainee."""
    return voicecoach.load(SAMPLES / truth(name)["file"], speaker="left" if truth(name)["channels"] == 2 else "auto")


@cache
def baseline_of(name: str) -> Baseline | None:
    """The neutral voice that a sample call is to be graded against, for the one that has it."""
    neutral = truth(name).get("baseline")
    return voicecoach.baseline_from(voicecoach.tracks(voicecoach.load(SAMPLES / neutral))) if neutral else None


@cache
def report_on(name: str, change: str) -> dict[str, Any]:
    recording = sample(name)
    if change:
        recording = voicecoach.from_array(*manipulation.apply(change, recording.samples, recording.sr), name=name)
    return voicecoach.grade(recording, baseline=baseline_of(name)).to_dict()


def grade_sample(name: str, change: str = "") -> dict[str, Any]:
    """The report on a sample call, or on it after a known change (see :mod:`voicecoach.manipulation`)."""
    return report_on(name, change)


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Import a script by its path in the project, ``benchmarks/readme_table.py``: scripts are no package."""

    @cache
    def imported(path: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    return imported


@pytest.fixture(scope="session")
def graded() -> Graded:
    """The report on a sample call by name, and by a known change of it; made once, not to be altered."""
    return grade_sample


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command in this process, in English unless told otherwise."""
    from voicecoach import cli

    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def runs(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["voicecoach", *(str(a) for a in arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return Ran(int(stop.value.code or 0), out, err)

    return runs


CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--mute-audio", "--autoplay-policy=no-user-gesture-required")  # fmt: skip


@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[..., Any]]:
    """Start a Chromium, with an environment of its own if one is given; skipped, and said so, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")
    program = os.environ.get("VOICECOACH_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not program:
        pytest.skip(f"no Chromium found (looked for {', '.join(CHROMIUM)} and $VOICECOACH_CHROMIUM): page not tried")
    with playwright.sync_playwright() as started:
        yield lambda **more: started.chromium.launch(executable_path=program, args=list(FLAGS), **more)


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Any]) -> Iterator[Any]:
    """One Chromium for all pages that a file of tests tries; kept longer, its event loop would be in others' way."""
    running = launch()
    yield running
    running.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """An empty page of Chromium. At the end: nothing was fetched from outside, and the console is clean."""
    requested: list[str] = []
    complaints: list[str] = []
    contexts: list[Any] = []

    def new(*, width: int = 1280, height: int = 800, scripts: bool = True) -> Any:
        size = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, java_script_enabled=scripts))
        page = contexts[-1].new_page()
        page.on("request", lambda request: requested.append(request.url[:60]))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert [url for url in requested if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
