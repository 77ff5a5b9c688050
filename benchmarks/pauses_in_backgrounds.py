"""Pauses in front of real backgrounds: rain, sea, machines, other people.

    VOICECOACH_DATA=... python benchmarks/pauses_in_backgrounds.py [--conditions rain10 eight10 ...]

Pauses of 0.25 s and more are hit where overlap / union >= 0.5. Conditions are those of backgrounds.py, which need the
noises of a data folder; counts, rates and pauses under noises, lines and rooms made from nothing are what
``voicecoach validate`` is for. fit_ipus.py counts hits by the functions here.
"""

import argparse
import csv
import json
import os
from pathlib import Path

import numpy as np
from backgrounds import changed, seed_of

from voicecoach.recording import from_array, load
from voicecoach.timeline import Span, Spans, gaps, merged
from voicecoach.tracks import Tracks

CONDITIONS = ("clean", "rain10", "sea_waves10", "helicopter10", "chainsaw10", "clock_tick10", "babble10")


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


SETS = {"vad_ten": clip_pauses, "practice_calls": call_pauses}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conditions", nargs="+", default=list(CONDITIONS))
    options = parser.parse_args()
    root = Path(os.environ["VOICECOACH_DATA"])
    rows = list(csv.DictReader((root / "manifest.csv").open(encoding="utf-8")))
    for condition in options.conditions:
        for name, pauses in SETS.items():
            tally, edges = np.zeros(3, int), list[float]()
            for row in rows:
                if row["path"].split("/")[0] == name:
                    path = root / row["path"]
                    *counts, pairs = pauses(path, tracks(path, condition).ipus)
                    tally += counts
                    edges += [abs(x - y) for true, found in pairs for x, y in zip(true, found, strict=True)]
            hits, found, true = tally.tolist()
            rates = f"precision {hits / max(1, found):.3f}  recall {hits / true:.3f}  F1 {f1(hits, found, true):.3f}"
            edge = f"edges {1000 * np.median(edges):.0f} ms" if edges else ""
            print(f"{condition:12s} {name:15s} pauses {true:3d}  {rates}  {edge}", flush=True)


if __name__ == "__main__":
    main()
