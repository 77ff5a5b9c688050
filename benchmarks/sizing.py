"""What a day's calls take in cores and storage, for docs/sizing.md.

    python benchmarks/sizing.py [--calls 6] [--minutes 3]

Grading is CPU time of one process after a first call, which pays for the imports; time of the clock would measure what
else the machine does. The cost of the command is that of hashing, tables and page, without grading. Dask's is the CPU
time of command and scheduler, which share a process here, where workers do nothing but write a row, ten a task.
"""

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import process_time

from cohort_speed import make

from voicecoach import grade_cohort
from voicecoach.cohort.cluster import on_cluster
from voicecoach.cohort.processes import Work
from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import Task, failure, keep
from voicecoach.errors import RecordingError

DAYS = (10_000, 1_000_000)
DAY_S, NIGHT_S = 24 * 3600, 8 * 3600
BUSY = 0.7  # of the cores' time that is planned for: the rest is for what is late, repeated or longer than usual


class Timed:
    """A mapper in this process that notes the CPU time of each take."""

    def __init__(self) -> None:
        self.cpu_s: list[float] = []

    def __call__(self, work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]:
        for task in tasks:
            began = process_time()
            row = work(task)
            self.cpu_s.append(process_time() - began)
            yield task, row


def nothing(task: Task) -> Row:
    return keep(task, failure(task, RecordingError("empty_file", path=task.source.path)))


def dask_ms(folder: Path, out: Path) -> float:
    """CPU time a take of a run whose work is nothing [ms], without the start: that of many less that of few."""
    spent = []
    files = sorted(folder.iterdir())
    with on_cluster("local", 1) as mapper:
        for number, some in enumerate((files[:40], files)):
            before = process_time()
            grade_cohort(some, out / str(number), mapper=lambda work, tasks: mapper(nothing, tasks))
            spent.append(process_time() - before)
    return 1000 * (spent[1] - spent[0]) / (len(files) - 40)


def size_mb(out: Path, pattern: str, takes: int) -> float:
    return sum(path.stat().st_size for path in out.glob(pattern)) / takes / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=6)
    parser.add_argument("--minutes", type=float, default=3.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base, takes = Path(name), asked.calls + 1
        calls = make(base / "calls", takes, 60 * asked.minutes)
        timed, whole = Timed(), process_time()
        grade_cohort([calls], base / "voices", mapper=timed)
        command_ms = 1000 * (process_time() - whole - sum(timed.cpu_s)) / takes
        grade_cohort([calls], base / "mute", mapper=timed, voices=False)
        loud, mute = timed.cpu_s[1:takes], timed.cpu_s[takes:]
        a_minute = sum(loud) / len(loud) / asked.minutes
        print(f"calls of {asked.minutes:g} minutes")
        print(f"grading: {a_minute:.2f} s of CPU a minute of audio ({min(loud):.1f}-{max(loud):.1f} s a call)")
        print(f"  without voices in the pages: {sum(mute) / len(mute) / asked.minutes:.2f} s")
        print(f"one core: {60 / a_minute:.0f} x real time, {3600 / a_minute / asked.minutes:.0f} calls an hour")
        print(f"the command itself, page and tables of {takes} takes included: {command_ms:.0f} ms of CPU a take")
        page, mute_page = (size_mb(base / out, "reports/*.html", takes) for out in ("voices", "mute"))
        data = size_mb(base / "voices", "reports/*.json", takes) + size_mb(base / "voices", "rows/*", takes)
        print(f"storage a take: page {page:.2f} MB, without the voice {mute_page:.2f} MB; report and row {data:.3f} MB")
        many = make(base / "many", 240, 0.5)
        print(f"Dask, hash and tables of a take: {dask_ms(many, base / 'dask'):.1f} ms of CPU in command and scheduler")
        for count in DAYS:
            core_s = count * asked.minutes * a_minute / BUSY
            print(
                f"{count:,} calls a day: {count * asked.minutes * a_minute / 3600:,.0f} core hours; "
                f"{core_s / DAY_S:,.1f} cores all day, {core_s / NIGHT_S:,.1f} in a night of 8 h, {BUSY:.0%} busy; "
                f"{count * (page + data) / 1000:,.0f} GB of results a day, {count * (mute_page + data) / 1000:,.0f} GB "
                "without voices"
            )


if __name__ == "__main__":
    main()
