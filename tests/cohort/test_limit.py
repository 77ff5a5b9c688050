"""A recording that holds its process for ever costs the run its time limit, and nothing else."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import voicecoach
from voicecoach.cohort.limit import length_known
from voicecoach.cohort.processes import Work, on_processes
from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import Task, failure, keep, work
from voicecoach.errors import RecordingError

Calls = Callable[[Path, int], Path]  # makes a folder of so many
LIMIT_S = 1.0


def here(work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]:
    return ((task, work(task)) for task in tasks)


def hang() -> None:
    """As native code does that never returns: no other thread of the process gets a turn either."""
    library = ctypes.PyDLL(None) if os.name != "nt" else ctypes.PyDLL("kernel32")
    library.sleep(1000) if os.name != "nt" else library.Sleep(1_000_000)


def held(task: Task) -> Row:
    if task.source.name in ("1.wav", "4.wav"):
        hang()
    return keep(task, failure(task, RecordingError("empty_file", path=task.source.path)))


def slow_and_long(task: Task) -> Row:
    length_known.get()(60.0)
    time.sleep(2 * LIMIT_S)
    return keep(task, failure(task, RecordingError("empty_file", path=task.source.path)))


def seconds_ago(began: float) -> float:
    return time.monotonic() - began


def test_a_recording_that_holds_its_process_is_a_row_and_the_run_goes_on(tmp_path: Path, calls: Calls) -> None:
    folder, out = calls(tmp_path / "in", 6), tmp_path / "out"
    began = time.monotonic()
    rows = voicecoach.grade_cohort(
        [folder], out, mapper=lambda work, tasks: on_processes(2, LIMIT_S)(held, tasks), limit_s=LIMIT_S
    ).rows
    assert seconds_ago(began) < 60
    assert {row["name"]: row["failure"] for row in rows} == {
        f"{number}.wav": "took_too_long" if number in (1, 4) else "empty_file" for number in range(6)
    }
    assert "took longer than 0:01" in str(rows[1]["failure_en"])
    assert "超过 0:01" in str(rows[1]["failure_zh"])
    again = voicecoach.grade_cohort([folder], out, mapper=here, limit_s=LIMIT_S, resume=True)
    assert again.known == 6, "nothing is tried again: it would hang again"
    assert again.rows == rows
    longer = voicecoach.grade_cohort([folder], out, mapper=here, limit_s=2 * LIMIT_S, resume=True, voices=False)
    assert longer.known == 4
    assert [row["status"] for row in longer.rows] == ["failed", "graded", "failed", "failed", "graded", "failed"]


def test_the_limit_grows_with_the_length_of_the_recording(tmp_path: Path, calls: Calls) -> None:
    (row,) = voicecoach.grade_cohort(
        [calls(tmp_path / "in", 1)], tmp_path / "out",
        mapper=lambda work, tasks: on_processes(1, LIMIT_S)(slow_and_long, tasks),
    ).rows  # fmt: skip
    assert row["failure"] == "empty_file"


def test_grading_tells_how_long_the_recording_is(tmp_path: Path, calls: Calls) -> None:
    told: list[float] = []
    before = length_known.set(told.append)
    try:
        voicecoach.grade_cohort([calls(tmp_path / "in", 1)], tmp_path / "out", mapper=here, voices=False)
    finally:
        length_known.reset(before)
    assert told == [1.0]


RUN = """
import sys, test_limit, voicecoach
from voicecoach.cohort.processes import on_processes
if __name__ == "__main__":
    try:
        voicecoach.grade_cohort(
            [sys.argv[1]], sys.argv[2], mapper=lambda _, tasks: on_processes(2)(test_limit.held, tasks)
        )
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="sends Ctrl-C as Unix does")
def test_ctrl_c_does_not_wait_for_what_holds_its_process(tmp_path: Path, calls: Calls) -> None:
    (tmp_path / "run.py").write_text(RUN)
    command = [sys.executable, tmp_path / "run.py", calls(tmp_path / "in", 6), tmp_path / "out"]
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(voicecoach.__file__).parents[1])])
    run = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})
    until = time.monotonic() + 60
    while len(list(tmp_path.glob("out/rows/*.json"))) < 3:
        assert run.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=40) == 130


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes among files")
def test_pipes_sockets_and_devices_are_refused_at_once(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = calls(tmp_path / "in", 1)
    os.mkfifo(folder / "pipe.wav")
    monkeypatch.chdir(folder)  # the name of a socket is at most 107 bytes long
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.wav")
        rows = voicecoach.grade_cohort(
            [folder, "/dev/zero"], tmp_path / "out", mapper=lambda _, tasks: on_processes(1, 60)(work, tasks)
        ).rows
    assert [(row["name"], row.get("failure")) for row in rows] == [
        ("0.wav", None), ("pipe.wav", "not_a_file"), ("socket.wav", "not_a_file"), ("zero", "not_a_file"),
    ]  # fmt: skip
