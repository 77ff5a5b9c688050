"""How much scores vary although nothing has changed (voicecoach/progress/steadiness.toml).

    VOICECOACH_DATA=… python benchmarks/fit_progress.py [--out FILE] [--cache FOLDER]

Two things are measured. ``[chain]``: the same take through another gain, codec or noise, row by row: how far the
row's score moves. Rows that move further than a bar are left out when takes are compared; what is left of the others
is noise of the comparison. ``[takes]``: one speaker says other sentences in the same manner on another day: how far a
requirement's score (of the rows that are left) varies beyond its own stated uncertainty.

There are no people who made many takes in the labelled data. Takes are made of the single sentences of synthetic
voices, twelve drawn with replacement, in three manners; as synthetic voices never have an off day, each take is also
made a little faster or slower, softer or louder, flatter or livelier by chance (``DAY``: conventions).
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import voicecoach
from voicecoach import manipulation
from voicecoach.progress.likeness import Part, mixed, parts_of
from voicecoach.recording import Recording, from_array, load

ROOT = Path(__file__).parents[1]
GAINS = ("gain:-12", "gain:6", "gain:15")
OTHERS = ("coded:mp3:64", "coded:opus:24", "coded:alaw", "add_noise:25:pink", "add_noise:15:white", "lowpass:5000")
CHAINS = (*GAINS, *OTHERS)
BAR = 8.0  # points of a row: one that codec or noise move further describes the recording as well as the voice
SAMPLES = ("on_target", "rushed", "monotone", "smiling")  # not the one that is noise already
CALLS = ("zf_xiaobei_good", "zf_xiaoxiao_natural", "zm_yunjian_halting", "zm_yunxi_rushed")
DAY = {"pace": 0.05, "range": 0.05, "level_db": 1.5, "pause": 0.15}  # sd from take to take: relative, dB, relative
MANNERS = {  # times as long, range of pitch, pause, level: on the plateau of the scores, on their slopes, far down
    "good": {"stretch": 1.45, "range": 1.0, "pause": 1.0, "level_db": -26.0},
    "fair": {"stretch": 1.2, "range": 0.6, "pause": 0.8, "level_db": -34.0},
    "poor": {"stretch": 1.0, "range": 0.45, "pause": 1.6, "level_db": -38.0},
}
SENTENCES, TAKES, SEED = 12, 6, 4
LEAST = 2.0  # points; no requirement is steadier from take to take than that (convention)


def graded(recording: Recording, key: str, cache: Path | None, baseline: voicecoach.Baseline | None = None) -> dict:
    """The report on a recording, kept under ``key`` in the folder ``cache``."""
    path = cache / f"{key.replace(':', '_')}.json" if cache else None
    if path and path.exists():
        return json.loads(path.read_text())
    report = voicecoach.grade(recording, baseline=baseline).to_dict()
    if path:
        path.write_text(json.dumps(report))
    return report


def chain(data: Path, cache: Path | None) -> dict[str, dict[str, float]]:
    """Row → change → largest difference of its score, over all calls."""
    moved: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    files = [ROOT / f"sample_audio/{name}.flac" for name in SAMPLES]
    files += [data / f"practice_calls/{name}.flac" for name in CALLS]
    own_voice = voicecoach.baseline_from(voicecoach.tracks(load(ROOT / "sample_audio/neutral_baseline.flac")))
    for file in files:
        call, baseline = load(file), own_voice if file.stem == "smiling" else None
        clean = _scores(graded(call, file.stem, cache, baseline))
        for change in CHAINS:
            samples, sr = manipulation.apply(change, call.samples, call.sr)
            other = _scores(graded(from_array(np.clip(samples, -1, 1), sr), f"{file.stem}-{change}", cache, baseline))
            for row in clean:
                if row in other:
                    moved[row][change].append(other[row] - clean[row])
    return {row: {c: float(np.sqrt(np.mean(np.square(d)))) for c, d in of.items()} for row, of in moved.items()}


def _scores(report: dict) -> dict[str, float]:
    return {row["id"]: row["score"] for row in report["criteria"] if row["score"] is not None}


def sentences(data: Path) -> dict[str, list[np.ndarray]]:
    """Voice → its single sentences at natural speed, 16 kHz, cut to the speech."""
    import csv

    import soxr

    found = defaultdict(list)
    with (data / "manifest.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["path"].startswith("kokoro_zh/") and "speed 1.0;" in row["notes"]:
                start, end = (float(t) for t in row["notes"].split("speech ")[1].split(" s")[0].split("-"))
                one = load(data / row["path"])
                cut = one.samples[int(start * one.sr) : int(end * one.sr)]
                found[row["speaker"]].append(soxr.resample(cut.astype(np.float64), one.sr, 16000))
    return dict(found)


def takes(data: Path) -> Iterator[tuple[str, str, int, Recording]]:
    """Voice, manner, number and recording of every made take."""
    sr, rng = 16000, np.random.default_rng(SEED)
    for voice, said in sorted(sentences(data).items()):
        for manner, of in MANNERS.items():
            for number in range(TAKES):
                day = {key: rng.normal(0, sd) for key, sd in DAY.items()}
                parts = [np.zeros(sr // 2)]
                for place, which in enumerate(rng.integers(len(said), size=SENTENCES), 1):
                    rest = of["pause"] * (1 + day["pause"] + rng.normal(0, 0.15)) if place % 2 == 0 else 0.3
                    parts += [said[which], np.zeros(int(sr * max(rest / of["stretch"], 0.1)))]
                x = np.concatenate([*parts, np.zeros(sr // 2)])
                x = manipulation.scale_f0_range(x, sr, of["range"] * (1 + day["range"]))
                x = manipulation.stretch(x, sr, of["stretch"] * (1 + day["pace"]))
                level = voicecoach.active_level.active_level(x, sr)[0]
                x = x * 10 ** ((of["level_db"] + day["level_db"] - level) / 20)
                x = x + 10 ** (-75 / 20) * rng.standard_normal(len(x))
                yield voice, manner, number, from_array(np.clip(x, -1, 1), sr)


def between(data: Path, kept: set[str], cache: Path | None) -> dict[str, tuple[float, float, float]]:
    """Requirement → sd between takes [points], root mean stated variance, and what is left over."""
    cells: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    for voice, manner, number, recording in takes(data):
        report = graded(recording, f"take-{voice}-{manner}-{number}", cache)
        by_requirement: dict[str, list[Part]] = defaultdict(list)
        for part in parts_of(report):
            if part.row in kept:
                by_requirement[part.requirement].append(part)
        for requirement, parts in by_requirement.items():
            like = mixed(parts)
            cells[requirement, voice, manner].append((like.score, like.sd))
    found = {}
    for requirement in sorted({key[0] for key in cells}):
        mine = [np.array(cell) for key, cell in cells.items() if key[0] == requirement and len(cell) > 2]
        seen = float(np.mean([cell[:, 0].var(ddof=1) for cell in mine]))
        stated = float(np.mean([np.mean(cell[:, 1] ** 2) for cell in mine]))
        found[requirement] = (seen**0.5, stated**0.5, max(max(seen - stated, 0.0) ** 0.5, LEAST))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "voicecoach/progress/steadiness.toml")
    parser.add_argument("--cache", type=Path, help="folder that keeps the reports")
    given = parser.parse_args()
    data = Path(os.environ["VOICECOACH_DATA"])
    if given.cache:
        given.cache.mkdir(parents=True, exist_ok=True)
    moved = chain(data, given.cache)
    for row, of in moved.items():
        print(f"{row:22}", "  ".join(f"{change} {rms:.1f}" for change, rms in of.items()))
    worst = {row: max((rms for c, rms in of.items() if c not in GAINS), default=0.0) for row, of in moved.items()}
    # A row that is not scored with another gain is not compared with another gain either
    by_gain = {row: max((rms for c, rms in of.items() if c in GAINS), default=0.0) for row, of in moved.items()}
    steady = {row: max(rms, by_gain[row]) for row, rms in worst.items() if rms <= BAR >= by_gain[row]}
    level = {row: rms for row, rms in worst.items() if rms <= BAR < by_gain[row]}
    lines = [
        "# How much scores vary although nothing has changed, in points. Made by",
        "#     VOICECOACH_DATA=… python benchmarks/fit_progress.py",
        "",
        "# Rows that stay the same through another gain, codec or noise (rms of the row's score under the worst of",
        f"# {', '.join(CHAINS)}). Rows that codec or noise move by more than {BAR:g} are not here:",
        "# " + ", ".join(f"{row} {rms:.0f}" for row, rms in sorted(worst.items()) if rms > BAR),
        "[chain]",
        *(f"{row} = {rms:.1f}" for row, rms in sorted(steady.items())),
        "",
        "# Rows that only another gain moves (by " + ", ".join(f"{by_gain[row]:.0f}" for row in sorted(level))
        + "): what codec and noise do to them",
        "[level]",
        *(f"{row} = {rms:.1f}" for row, rms in sorted(level.items())),
        "",
        "# From take to take of one person: what is seen beyond the stated uncertainty (seen; stated)",
        "[takes]",
    ]
    for requirement, (seen, stated, rest) in between(data, {*steady, *level}, given.cache).items():
        lines.append(f"{requirement} = {rest:.1f}  # {seen:.1f}; {stated:.1f}")
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(given.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
