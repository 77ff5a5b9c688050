"""What a cohort costs: takes a minute with one process and with more, and the memory of a process.

    python benchmarks/cohort_speed.py [--calls 16] [--jobs 1 2] [--seconds 45]

The calls are stretches of the sample calls, each at another place and so distinct. The pace is that between the first
takes that are done, one a process, and the last: the start of the processes is paid once a run, not once a take. The
share of cores that the processes got says whether something else had the machine: with two processes and less than 1.9
cores, the factor says little about voicecoach. Memory is the largest that any process had.
"""

import argparse
import os
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
import soundfile

from voicecoach import grade_cohort

SAMPLES = Path(__file__).parents[1] / "sample_audio"
CALLS = ("on_target", "rushed", "monotone", "smiling")


@dataclass(frozen=True)
class Run:
    """Takes a minute; CPU time of a take [s] and cores that the processes got, start included; memory of one [MB]."""

    pace: float
    cpu_s: float
    cores: float
    peak_mb: float


def make(folder: Path, count: int, seconds: float) -> Path:
    """``count`` different calls of one length."""
    folder.mkdir()
    whole = np.concatenate([soundfile.read(SAMPLES / f"{name}.flac", dtype="float32")[0] for name in CALLS])
    sr = soundfile.info(SAMPLES / f"{CALLS[0]}.flac").samplerate
    for number in range(count):
        call = np.resize(np.roll(whole, -number * len(whole) // max(count, 1)), int(seconds * sr))
        soundfile.write(folder / f"{number:03}.flac", call, sr)
    return folder


def timed(folder: Path, out: Path, jobs: int) -> Run:
    """Grade a folder with so many processes."""
    done: list[float] = []
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), monotonic()

    def told(count: int, total: int, failed: int, new: int) -> None:
        if new:
            done.append(monotonic())

    rows = grade_cohort([folder], out, jobs=jobs, told=told).rows
    wall = done[-1] - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pace = 60 * (len(done) - jobs) / (done[-1] - done[jobs - 1])
    return Run(pace, cpu / len(rows), cpu / wall, after.ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=16)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=45.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        calls = make(Path(name) / "calls", asked.calls, asked.seconds)
        print(f"{asked.calls} calls of {asked.seconds:g} s")
        print("processes  takes/min  x audio  CPU s/take  cores got  MB a process  times first")
        first = None
        for jobs in asked.jobs:
            run = timed(calls, Path(name) / f"out{jobs}", jobs)
            first = first or run.pace
            print(
                f"{jobs:9}  {run.pace:9.1f}  {run.pace * asked.seconds / 60:7.0f}  {run.cpu_s:10.2f}  "
                f"{run.cores:9.2f}  {run.peak_mb:12.0f}  {run.pace / first:11.2f}"
            )
        print(f"load of this machine when it ended: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
