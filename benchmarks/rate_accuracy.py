"""How right the syllable counts, rates and pauses are on recordings with known truth.

    VOICECOACH_DATA=... python benchmarks/rate_accuracy.py [--conditions clean rain10 ...] [--pauses] [--calls]

Errors are relative to the known number of syllables: of a clip, of a call; pauses of 0.25 s and more are hit where
overlap / union >= 0.5. Conditions are those of backgrounds.py; ``snr10`` is pink noise. ``--pauses`` leaves the
syllables out, ``--calls`` prints every practice call.
"""

import argparse
import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import numpy as np
from backgrounds import changed, seed_of

from voicecoach.recording import from_array, load
from voicecoach.timeline import Span, Spans, gaps, merged
from voicecoach.tracks import Tracks

COUNTED = ("zh_read_aishell3", "kokoro_zh", "syn_rate", "practice_calls")
CONDITIONS = ("clean", "telephone", "snr15", "snr10")


def tracks(path: Path, condition: str = "clean") -> Tracks:
    """The tracks of a recording under a condition, noises starting elsewhere in every recording."""
    recording = load(path)
    data, seed = Path(os.environ["VOICECOACH_DATA"]), 1 if condition.startswith("snr") else seed_of(path)
    return Tracks(from_array(*changed(recording.samples, recording.sr, condition, data, seed)))


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
    return span_pauses(labelled_speech(path), ipus)


def span_pauses(speech: Spans, ipus: Spans) -> tuple[int, int, int, list[tuple[Span, Span]]]:
    """The same where all speech is known."""
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
    parser.add_argument("--pauses", action="store_true")
    parser.add_argument("--calls", action="store_true")
    options = parser.parse_args()
    root = Path(os.environ["VOICECOACH_DATA"])
    rows = list(csv.DictReader((root / "manifest.csv").open(encoding="utf-8")))
    counted = () if options.pauses else COUNTED
    started, seconds = process_time(), 0.0
    for condition in options.conditions:
        errors: dict[str, list[float]] = {name: [] for name in counted}
        tally: dict[str, list[int]] = {"vad_ten": [0, 0, 0], "practice_calls": [0, 0, 0]}
        edges: list[float] = []
        longer: dict[str, list[float]] = {"vad_ten": [], "practice_calls": []}
        for row in rows:
            name, path = row["path"].split("/")[0], root / row["path"]
            if name not in (*counted, *tally):
                continue
            seen = tracks(path, condition)
            seconds += seen.duration
            if name in counted:
                errors[name].append(len(seen.syllables) / int(row["n_syllables"]) - 1)
                if options.calls and name == "practice_calls":
                    print(f"{condition:10s} {path.stem:30s} {errors[name][-1]:+6.1%}")
            if name in tally:
                *counts, pairs = (clip_pauses if name == "vad_ten" else call_pauses)(path, seen.ipus)
                tally[name] = [a + b for a, b in zip(tally[name], counts, strict=True)]
                longer[name] += [found.duration - true.duration for true, found in pairs]
                if name == "practice_calls":
                    edges += [abs(x - y) for true, found in pairs for x, y in zip(true, found, strict=True)]
        for name in counted:
            print(line(condition, name, errors[name]), flush=True)
        for name, (hits, found, true) in tally.items():
            where = f"  median length {1000 * np.median(longer[name]):+.0f} ms"
            where += f"  edge error {1000 * np.median(edges):.0f} ms" if name == "practice_calls" else ""
            rates = f"precision {hits / max(1, found):.3f}  recall {hits / true:.3f}  F1 {f1(hits, found, true):.3f}"
            print(f"{condition:10s} {name:18s} pauses {true:3d}  {rates}{where}", flush=True)
    print(f"{60 * (process_time() - started) / seconds:.2f} s of CPU a minute, reading and noise included")


if __name__ == "__main__":
    main()
