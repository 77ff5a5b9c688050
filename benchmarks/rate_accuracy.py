"""How right the syllable counts, rates and pauses are on recordings with known truth.

    VOICECOACH_DATA=... python benchmarks/rate_accuracy.py [--conditions clean telephone snr15 snr10] [--calls]

Errors are relative to the known number of syllables: of a clip, of a call; pauses of 0.25 s and more are hit where
overlap / union >= 0.5. ``--calls`` prints every practice call.
"""

import argparse
import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import numpy as np

from voicecoach.manipulation import add_noise, telephone
from voicecoach.recording import from_array, load
from voicecoach.timeline import Span, Spans, gaps, merged
from voicecoach.tracks import Tracks

COUNTED = ("zh_read_aishell3", "kokoro_zh", "syn_rate", "practice_calls")
CONDITIONS = ("clean", "telephone", "snr15", "snr10")


def tracks(path: Path, condition: str = "clean") -> Tracks:
    """The tracks of a recording as it is, on the telephone (8 kHz A-law), or with pink noise at so many dB."""
    recording = load(path)
    samples, sr = recording.samples, recording.sr
    if condition == "telephone":
        samples, sr = telephone(samples, sr)
    elif condition.startswith("snr"):
        samples = add_noise(samples, sr, float(condition[3:]), "pink", seed=1)
    elif condition != "clean":
        raise ValueError(f"condition is {condition!r}, expected one of {CONDITIONS}")
    return Tracks(from_array(np.clip(samples, -1, 1), sr))


def matched(found: Spans, true: Spans) -> list[tuple[Span, Span]]:
    """Pairs of a true pause and the found one that shares at least half of what both cover."""

    def overlap(a: Span, b: Span) -> float:
        return max(0.0, min(a.end, b.end) - max(a.start, b.start)) / (max(a.end, b.end) - min(a.start, b.start))

    return [(t, f) for t in true for f in found if overlap(t, f) >= 0.5]


def labelled_speech(path: Path) -> Spans:
    """Speech of a .scv file: its name, then start, end, 1 or 0 in turn."""
    numbers = [float(word) for word in path.with_suffix(".scv").read_text(encoding="utf-8").strip().split(",")[1:]]
    return merged([Span(a, b) for a, b, flag in zip(*[iter(numbers)] * 3, strict=True) if flag], gap=1e-6)


def f1(hits: int, found: int, true: int) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * hits / max(1, found + true)


def clip_pauses(path: Path, ipus: Spans) -> tuple[int, int, int, list[tuple[Span, Span]]]:
    """Hits, found, true of the pauses between first and last labelled speech of a vad_ten clip, and the pairs."""
    speech = labelled_speech(path)
    true = gaps(speech, 0.25)
    found = tuple(g for g in gaps(ipus, 0.25) if g.end > speech[0].start and g.start < speech[-1].end)
    pairs = matched(found, true)
    return len(pairs), len(found), len(true), pairs


def call_pauses(path: Path, ipus: Spans) -> tuple[int, int, int, list[tuple[Span, Span]]]:
    """The same for the pauses between the sentences of a practice call; pauses inside a sentence are not counted."""
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    true = tuple(Span(*p) for p in truth["pauses_between_sentences"] if p[1] - p[0] >= 0.25)
    sentences = [Span(s["start"], s["end"]) for s in truth["sentences"]]
    found = tuple(g for g in gaps(ipus, 0.25) if not any(s.start <= g.start and g.end <= s.end for s in sentences))
    pairs = matched(found, true)
    return len(pairs), len(found), len(true), pairs


def line(condition: str, name: str, errors: Sequence[float]) -> str:
    """One row of the table of counts."""
    e = np.array(errors)
    spread = f"bias {e.mean():+6.1%}  mean |e| {np.abs(e).mean():5.1%}  worst {np.abs(e).max():5.1%}"
    return f"{condition:10s} {name:18s} n {len(e):3d}  {spread}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conditions", nargs="+", default=list(CONDITIONS))
    parser.add_argument("--calls", action="store_true")
    options = parser.parse_args()
    root = Path(os.environ["VOICECOACH_DATA"])
    rows = list(csv.DictReader((root / "manifest.csv").open(encoding="utf-8")))
    started, seconds = process_time(), 0.0
    for condition in options.conditions:
        errors: dict[str, list[float]] = {name: [] for name in COUNTED}
        tally: dict[str, list[int]] = {"vad_ten": [0, 0, 0], "practice_calls": [0, 0, 0]}
        edges: list[float] = []
        for row in rows:
            name, path = row["path"].split("/")[0], root / row["path"]
            if name not in (*COUNTED, "vad_ten"):
                continue
            seen = tracks(path, condition)
            seconds += seen.duration
            if name in COUNTED:
                errors[name].append(len(seen.syllables) / int(row["n_syllables"]) - 1)
                if options.calls and name == "practice_calls":
                    print(f"{condition:10s} {path.stem:30s} {errors[name][-1]:+6.1%}")
            if name in tally:
                *counts, pairs = (clip_pauses if name == "vad_ten" else call_pauses)(path, seen.ipus)
                tally[name] = [a + b for a, b in zip(tally[name], counts, strict=True)]
                if name == "practice_calls":
                    edges += [abs(x - y) for true, found in pairs for x, y in zip(true, found, strict=True)]
        for name in COUNTED:
            print(line(condition, name, errors[name]), flush=True)
        for name, (hits, found, true) in tally.items():
            where = f"  median edge error {1000 * np.median(edges):.0f} ms" if name == "practice_calls" else ""
            rates = f"precision {hits / max(1, found):.3f}  recall {hits / true:.3f}  F1 {f1(hits, found, true):.3f}"
            print(f"{condition:10s} {name:18s} pauses {true:3d}  {rates}{where}", flush=True)
    print(f"{60 * (process_time() - started) / seconds:.2f} s of CPU a minute, reading and noise included")


if __name__ == "__main__":
    main()
