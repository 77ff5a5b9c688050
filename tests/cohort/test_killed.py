"""Killed at any moment, a run goes on: no take is lost, none is graded twice, no file is half written."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import voicecoach
from voicecoach.cohort.processes import on_processes
from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import Task, failure, keep
from voicecoach.errors import RecordingError

Calls = Callable[[Path, int], Path]  # makes a folder of so many


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes where Linux shows them")
def test_killed_and_resumed_a_run_gives_what_an_undisturbed_one_gives(tmp_path: Path, calls: Calls) -> None:
    folder, out = calls(tmp_path / "in", 8), tmp_path / "out"
    command = [sys.executable, "-m", "voicecoach", "cohort", folder, "--out", out, "--jobs", "1", "--no-audio"]
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(out.glob("rows/*.json"))) < 3:
        assert killed.poll() is None
        time.sleep(0.01)
    children = [int(one) for one in Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text().split()]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not (out / "results.csv").exists()
    assert (out / "running.lock").exists()  # and stands in nobody's way
    until = time.monotonic() + 30
    while any(alive(child) for child in children):  # its workers end with it
        assert time.monotonic() < until
        time.sleep(0.05)
    reports = {path: path.stat().st_mtime_ns for path in out.glob("reports/*.json")}
    assert all(json.loads(path.read_text(encoding="utf-8")) for path in [*reports, *out.glob("rows/*.json")])
    done = subprocess.run([*command, "--resume", "--lang", "en"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for path, moment in reports.items():
        assert path.stat().st_mtime_ns == moment, "graded twice"
    other = voicecoach.grade_cohort([folder], tmp_path / "other", voices=False, mapper=on_processes(2))
    assert len(other.rows) == 8
    for table in ("results.csv", "results.parquet"):
        assert (out / table).read_bytes() == (tmp_path / "other" / table).read_bytes()
    assert "\x1b" not in done.stderr


def poisoned(task: Task) -> Row:
    if task.source.name == "3.wav":
        os.kill(os.getpid(), signal.SIGKILL)
    return keep(task, failure(task, RecordingError("empty_file", path=task.source.path)))


def test_a_process_that_dies_costs_only_the_recording_that_it_died_of(tmp_path: Path, calls: Calls) -> None:
    folder = calls(tmp_path / "in", 6)

    def mapper(work, tasks):
        return on_processes(2)(poisoned, tasks)

    rows = voicecoach.grade_cohort([folder], tmp_path / "out", mapper=mapper).rows
    assert {row["name"]: row["failure"] for row in rows} == {
        f"{number}.wav": "process_died" if number == 3 else "empty_file" for number in range(6)
    }
    again = voicecoach.grade_cohort([folder], tmp_path / "out", mapper=here, resume=True, voices=False).rows
    assert [row["status"] for row in again] == ["failed" if "3" not in row["name"] else "graded" for row in again]


def here(work, tasks):
    return ((task, work(task)) for task in tasks)


def test_a_damaged_row_is_made_again_from_its_report(tmp_path: Path, calls: Calls) -> None:
    folder, out = calls(tmp_path / "in", 2), tmp_path / "out"
    before = voicecoach.grade_cohort([folder], out, mapper=here, voices=False).rows
    moments = {path: path.stat().st_mtime_ns for path in out.glob("reports/*")}
    damaged = next(out.glob("rows/*.json"))
    damaged.write_text(damaged.read_text(encoding="utf-8")[:50], encoding="utf-8")
    after = voicecoach.grade_cohort([folder], out, mapper=here, voices=False, resume=True)
    assert (after.rows, after.known) == (before, 1)
    assert {path: path.stat().st_mtime_ns for path in out.glob("reports/*")} == moments


def test_a_recording_longer_than_the_limit_is_a_row(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicecoach.cohort.work.LONGEST_S", 0.5)
    (row,) = voicecoach.grade_cohort([calls(tmp_path / "in", 1)], tmp_path / "out", mapper=here).rows
    assert row["failure"] == "too_long"
