"""What grading costs: CPU seconds per minute of audio, by track and by measure, and peak memory.

    python benchmarks/speed.py [--minutes 5] [--rubric etiquette]

The audio is the sample calls one after the other, repeated up to the length asked for. Every time is CPU time of the
process, all threads together, after a first short grade has paid for the imports; a busy machine distorts it less
than the wall clock, but does. Beside it, measured in the same run on the same samples: Praat's pitch alone with its
own defaults, as a yardstick that any machine has, and openSMILE's eGeMAPS functionals if openSMILE happens to be
installed (its licence keeps it from being a dependency). Last, the command as a person runs it, in a process of its
own: CPU with start-up, imports and page, and its peak memory.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import parselmouth
import soundfile

from voicecoach import Recording, Rubric, Tracks, from_array, grade, load, load_rubric
from voicecoach.grading import measure
from voicecoach.report.audio import embed
from voicecoach.report.html import render

SAMPLES = Path(__file__).parents[1] / "sample_audio"
CALLS = ("on_target", "rushed", "monotone", "soft_in_noise", "smiling")
MEASURES_SHOWN = 5


def audio(minutes: float) -> Recording:
    """The sample calls in a row, 16 kHz, as long as asked for."""
    calls = [load(SAMPLES / f"{name}.flac") for name in CALLS]
    row = np.concatenate([call.samples for call in calls])
    return from_array(np.resize(row, int(minutes * 60 * calls[0].sr)), calls[0].sr, name="samples")


def seconds(work: Callable[[], Any]) -> float:
    """CPU time of a call, s."""
    started = process_time()
    work()
    return process_time() - started


def by_track(recording: Recording) -> tuple[Tracks, dict[str, float]]:
    """CPU time of each track, in the order of their definition, in which none needs a later one."""
    tracks = Tracks(recording)
    names = [name for name, made in vars(Tracks).items() if isinstance(made, cached_property)]
    return tracks, {name: seconds(partial(getattr, tracks, name)) for name in names}


def by_measure(tracks: Tracks, rubric: Rubric) -> dict[str, float]:
    """CPU time of each row's measure when all tracks are there."""
    alone = {row.id: rubric.model_copy(update={"criteria": [row]}) for row in rubric.criteria}
    return {name: seconds(partial(measure, tracks, one)) for name, one in alone.items()}


def yardsticks(tracks: Tracks) -> dict[str, float]:
    """CPU time of others' tools on the same samples."""
    wave = tracks.wave16
    sound = parselmouth.Sound(wave.astype(np.float64), 16000)
    found = {"Praat pitch (ac), its defaults": seconds(lambda: sound.to_pitch_ac())}
    if find_spec("opensmile"):
        import opensmile

        smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
        smile.process_signal(wave[:16000], 16000)
        found[f"openSMILE {opensmile.__version__} eGeMAPSv02"] = seconds(lambda: smile.process_signal(wave, 16000))
    return found


# The child reads its own high-water mark: what wait4 tells of a child includes its parent's size when it was forked.
CHILD = """
import atexit, re, sys
from pathlib import Path
def peak():
    status = Path("/proc/self/status")
    if status.exists():
        print(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1], file=sys.stderr)
atexit.register(peak)
from voicecoach.cli import main
main()
"""


def command(recording: Recording, rubric: str) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of ``voicecoach grade`` in a process of its own; NaN MB without /proc."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "call.flac"
        soundfile.write(file, recording.samples, recording.sr, subtype="PCM_16")
        before = os.times()
        child = subprocess.run(
            [sys.executable, "-c", CHILD, "grade", str(file), "--rubric", rubric], capture_output=True, text=True
        )
        after = os.times()
    if child.returncode:
        raise SystemExit(child.stderr)
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    words = child.stderr.split()
    return spent, int(words[-1]) * 1024 / 1e6 if words and words[-1].isdigit() else float("nan")


def table(title: str, costs: Mapping[str, float], minutes: float, reference: float) -> None:
    """Print one line a thing: CPU s per minute of audio, times real time, share of the yardstick."""
    print(f"\n{title}")
    for name, spent in costs.items():
        each = spent / minutes
        faster = f"{60 / each:7.0f} x real time" if each > 1e-4 else " " * 18
        print(f"  {name:34} {each:7.3f} s/min {faster}   {spent / reference:6.2f} x Praat pitch")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5.0, help="of audio; default 5")
    parser.add_argument("--rubric", default="etiquette", help="name or file")
    options = parser.parse_args()
    rubric, minutes = load_rubric(options.rubric), options.minutes
    recording = audio(minutes)
    short = from_array(recording.samples[: 12 * recording.sr], recording.sr)
    render(grade(short, rubric).to_dict(), audio=embed(short.samples, short.sr))  # imports and first-use costs
    report: dict[str, Any] = {}

    tracks, per_track = by_track(recording)
    per_measure = by_measure(tracks, rubric)
    dearest = dict(sorted(per_measure.items(), key=lambda item: -item[1])[:MEASURES_SHOWN])
    others = yardsticks(tracks)
    reference = next(iter(others.values()))
    whole = {
        "grade (tracks, measures, scores)": seconds(lambda: report.update(grade(recording, rubric).to_dict())),
        "page with the voice in it": seconds(lambda: render(report, audio=embed(recording.samples, recording.sr))),
    }
    cpu, peak_mb = command(recording, options.rubric)

    print(f"{minutes:g} minutes of audio at {recording.sr} Hz; CPU seconds per minute of audio")
    table("whole", whole, minutes, reference)
    table("tracks", per_track | {"all tracks": sum(per_track.values())}, minutes, reference)
    table("measures", dearest | {"all measures": sum(per_measure.values())}, minutes, reference)
    table("others, same run", others, minutes, reference)
    print(f"\nvoicecoach grade, a process of its own: {cpu:.1f} s CPU with start-up and page, peak {peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
