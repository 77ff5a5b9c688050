"""``voicecoach progress`` as a person runs it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from voicecoach.store import open_store

from .conftest import Report, Told, recorded

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def keep(folder: Path, reports: list[Report], trainee: str = "王芳") -> None:
    """Takes of the last days, oldest first, the last one today."""
    with open_store() as store:
        for number, report in enumerate(reports):
            path, about = recorded(folder, report, number)
            when = datetime.now().astimezone() - timedelta(days=len(reports) - 1 - number)
            store.add_take(trainee, path, about, recorded=when)


def one_line(text: str) -> str:
    assert text.startswith("voicecoach: ")
    assert text.count("\n") == 1, text
    return text


def test_progress_in_a_terminal(run: Run, told: Told, tmp_path: Path) -> None:
    keep(tmp_path, [told("rushed")] * 3 + [told()] * 3)
    shown = run("progress", "王芳")
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0].startswith("Changed for real: Speech rate +")
    rate = next(line for line in lines if line.startswith("Speech rate"))
    assert "▂▂▂███" in rate
    assert "▲ +" in rate
    loudness = next(line for line in lines if line.startswith("Loudness"))
    assert "▲" not in loudness
    assert "▼" not in loudness
    assert any(line.startswith("Next: ") for line in lines)
    assert any("two hours" in line or "2 h" in line for line in lines)
    zh = run("progress", "王芳", "--lang", "zh").out
    assert zh.startswith("确有变化：语速提高 ")
    assert "下一步：" in zh


def test_one_take_and_none_alike_have_their_sentences(run: Run, told: Told, tmp_path: Path) -> None:
    keep(tmp_path, [told()])
    assert run("progress", "王芳").out.startswith("One take so far")
    keep(tmp_path, [told() | {"voicecoach": "0.0.1"}, told()], trainee="Ana")
    shown = run("progress", "Ana").out
    assert shown.startswith("None of the earlier takes can be compared")
    assert "Shown but not compared" in shown
    assert "graded with another version of voicecoach" in shown


def test_who_is_not_there_or_has_no_takes_is_said(run: Run, told: Told, tmp_path: Path) -> None:
    unknown = run("progress", "nobody")
    assert unknown.code == 2
    assert "no such trainee" in one_line(unknown.err)
    keep(tmp_path, [told()])
    none = run("progress", "王芳", "--since", "2999-01-01")
    assert none.code == 2
    assert "no graded take is kept" in one_line(none.err)
    wrong = run("progress", "王芳", "--since", "yesterday")
    assert wrong.code == 2
    assert "YYYY-MM-DD" in one_line(wrong.err)
    assert "没有保存评过分的录音" in run("progress", "王芳", "--since", "2999-01-01", "--lang", "zh").err


def test_since_leaves_earlier_takes_out(run: Run, told: Told, tmp_path: Path) -> None:
    keep(tmp_path, [told("rushed")] * 3 + [told()] * 2)
    day = (datetime.now().astimezone() - timedelta(days=1)).date().isoformat()
    shown = run("progress", "王芳", "--since", day)
    assert shown.out.startswith("No real change yet")


def test_the_page_replaces_only_pages_of_the_same_person(run: Run, told: Told, tmp_path: Path) -> None:
    keep(tmp_path, [told("rushed"), told()])
    keep(tmp_path, [told()], trainee="Ana")
    page = tmp_path / "out" / "progress.html"
    first = run("progress", "王芳", "--out", page)
    assert first.code == 0
    assert first.out.splitlines()[-1] == str(page)
    text = page.read_text(encoding="utf-8")
    assert text.count("data:audio/mpeg") == 2
    assert run("progress", "王芳", "--out", page, "--no-audio").code == 0
    assert "data:audio" not in page.read_text(encoding="utf-8")

    others = run("progress", "Ana", "--out", page)
    assert others.code == 2
    assert "never replaced" in one_line(others.err)
    notes = tmp_path / "notes.html"
    notes.write_text("mine", encoding="utf-8")
    assert run("progress", "王芳", "--out", notes).code == 2
    assert notes.read_text(encoding="utf-8") == "mine"
    link = tmp_path / "link.html"
    link.symlink_to(notes)
    assert run("progress", "王芳", "--out", link).code == 2
    assert run("progress", "王芳", "--out", tmp_path).code == 2


def test_a_lost_recording_costs_its_voice_only(run: Run, told: Told, tmp_path: Path) -> None:
    keep(tmp_path, [told("rushed"), told()])
    with open_store() as store:
        store.recording_path(store.takes("王芳")[0]).unlink()
    page = tmp_path / "p.html"
    made = run("progress", "王芳", "--out", page)
    assert made.code == 0
    assert page.read_text(encoding="utf-8").count("data:audio/mpeg") == 1
    assert "Recordings that are no longer there: 1." in page.read_text(encoding="utf-8")


def test_a_pseudonym_hides_the_name(run: Run, told: Told, tmp_path: Path) -> None:
    keep(tmp_path, [told("rushed"), told()])
    with open_store() as store:
        store.set_pseudonym("王芳", "P7")
    page = tmp_path / "p.html"
    shown = run("progress", "王芳", "--out", page)
    assert "王芳" not in shown.out + page.read_text(encoding="utf-8")
    assert "P7" in page.read_text(encoding="utf-8")
