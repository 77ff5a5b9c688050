"""Two runs into one folder: the second is refused and touches nothing; one that was killed stands in nobody's way."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import voicecoach
from voicecoach.cohort.lock import LOCK, alone_in
from voicecoach.cohort.processes import Work
from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import Task
from voicecoach.errors import UsageError


def broken(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.wav").write_text(f"no recording {number}")
    return folder


def seen(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "another run is at work here (process {} on"), ("zh", "另一次运行正在这里写结果")]
)
@pytest.mark.parametrize("more", [[], ["--resume"]])
def test_a_second_run_is_refused_and_touches_nothing(tmp_path: Path, lang: str, words: str, more: list[str]) -> None:
    folder, out = broken(tmp_path / "in", 2), tmp_path / "out"
    second: list[subprocess.CompletedProcess[str]] = []

    def meanwhile(work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]:
        for task in tasks:
            yield task, work(task)
            if not second:
                before = seen(out)
                command = [sys.executable, "-m", "voicecoach", "cohort", folder, "--out", out, "--lang", lang, *more]
                second.append(subprocess.run(command, capture_output=True, text=True, check=False))
                assert seen(out) == before

    rows = voicecoach.grade_cohort([folder], out, mapper=meanwhile).rows
    assert second[0].returncode == 2
    (line,) = second[0].stderr.splitlines()
    assert words.format(os.getpid()) in line
    assert str(os.getpid()) in line
    assert second[0].stdout == ""
    assert len(rows) == 2
    assert not (out / LOCK).exists()
    assert voicecoach.grade_cohort([folder], out, resume=True).known == 2


def test_what_a_killed_run_left_is_taken_over(tmp_path: Path) -> None:
    held = (
        "import os, signal, sys\nfrom voicecoach.cohort.lock import alone_in\n"
        "with alone_in(sys.argv[1]):\n    os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
    )
    assert subprocess.run([sys.executable, "-c", held, tmp_path], check=False).returncode != 0
    assert (tmp_path / LOCK).exists()
    with alone_in(str(tmp_path)), pytest.raises(UsageError) as caught, alone_in(str(tmp_path)):
        pass
    assert caught.value.code == "cohort_running"
    assert caught.value.facts["process"] == str(os.getpid())
    with alone_in(str(tmp_path)):
        pass


def test_a_lock_that_its_holder_removed_in_between_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened while another held it, locked when that one had gone: whoever comes next would lock another file."""
    from voicecoach.cohort import lock

    locked: list[int] = []

    def once_removed(held: int) -> None:
        if not locked:
            (tmp_path / LOCK).unlink()
        locked.append(held)

    monkeypatch.setattr(lock, "_lock", once_removed)
    with alone_in(str(tmp_path)):
        assert len(locked) == 2
        assert (tmp_path / LOCK).read_bytes()


def test_nothing_is_left_where_results_are_refused(tmp_path: Path) -> None:
    (tmp_path / "results.csv").write_text("mine")
    with pytest.raises(UsageError, match="is not of a cohort's results"):
        voicecoach.grade_cohort([broken(tmp_path / "in", 1)], tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {"results.csv", "in"}
