"""How right the pitch track is, on speech resynthesised with a known pitch, and what that means for intonation.

    VOICECOACH_DATA=… python benchmarks/f0_accuracy.py

Prints, clean, in the telephone band and with white noise at 10 dB: gross errors (over 20 %) among the frames that
truth and track call voiced, frames missed and invented, fine error, the slope of the measured range against the
known range factor, the error of range and deviation over all clips of one factor (about 10 s of voice), the range
with all frames of the truth (creak included), and CPU seconds per minute. Beside it librosa's yin and pyin on the
clean clips. Last, how far the range of 20-60 s of a practice call, clean, by telephone and in noise, lies from that of
the whole clean call, and how often its 90 % interval holds it.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import soundfile as sf

from voicecoach.manipulation import add_noise, apply, telephone
from voicecoach.measures import intonation
from voicecoach.recording import from_array, load
from voicecoach.semitones import st
from voicecoach.timeline import Span, Track
from voicecoach.tracks import Tracks
from voicecoach.tracks.f0 import f0
from voicecoach.tracks.resampled import at_rate

FACTORS = {"range0.0": 0.0, "range0.5": 0.5, "range1.0": 1.0, "range1.6": 1.6}


def sound(path, condition):
    x, sr = sf.read(path, dtype="float64")
    if condition == "telephone":
        x, sr = telephone(x, sr)
    if condition == "noise 10 dB":
        x = add_noise(x, sr, 10.0)
    return at_rate(np.asarray(x, np.float32), sr, 16000)


def truth(path, times):
    table = np.loadtxt(path.with_suffix("").with_name(path.stem + ".f0.txt"))
    nearest = np.clip(np.round(np.interp(times, table[:, 0], np.arange(len(table)))).astype(int), 0, len(table) - 1)
    return np.where(table[nearest, 1] > 0, table[nearest, 1], np.nan)


def spread(track):
    return intonation.f0_range(track, (Span(0.0, float(track.times[-1]) + 1),)).value


def track_with(tool, x):
    if tool == "voicecoach":
        return f0(x, 16000)
    import librosa

    common = {"fmin": 60, "fmax": 600, "sr": 16000, "frame_length": 1024, "hop_length": 160}
    hz = librosa.yin(x, **common) if tool == "yin" else librosa.pyin(x, **common)[0]
    return Track(np.arange(len(hz)) * 0.01, np.asarray(hz, np.float64), "Hz")


def compare(paths, condition, tool="voicecoach"):
    """All figures of one condition, and the measured and true values by clip."""
    gross = both = missed = spoken = invented = silent = 0
    fine, ranges, pooled = [], {}, {}
    seconds = cpu = 0.0
    for path in paths:
        x = sound(path, condition)
        began = time.process_time()
        track = track_with(tool, x)
        cpu, seconds = cpu + time.process_time() - began, seconds + len(x) / 16000
        known = truth(path, track.times)
        v, w = np.isfinite(known), np.isfinite(track.values)
        error = track.values[v & w] / known[v & w] - 1
        gross, both = gross + int((np.abs(error) > 0.2).sum()), both + len(error)
        missed, spoken = missed + int((v & ~w).sum()), spoken + int(v.sum())
        invented, silent = invented + int((w & ~v).sum()), silent + int((~v).sum())
        fine.append(np.abs(st(1 + error[np.abs(error) < 0.2], 1.0)))
        base, take = path.stem.rsplit("_", 1)
        ranges.setdefault(base, {})[take] = spread(track)
        reference = float(np.median(known[v & w]))
        for key, hz in (("track", track.values[w]), ("clear", known[v & w]), ("all", known[v])):
            pooled.setdefault(take, {}).setdefault(key, []).append(st(hz, reference))
    x = [FACTORS[take] for takes in ranges.values() for take in FACTORS if take in takes]
    y = [takes[take] / takes["range1.0"] for takes in ranges.values() for take in FACTORS if take in takes]
    figures = {
        "gross": 100 * gross / both,
        "missed": 100 * missed / spoken,
        "invented": 100 * invented / silent,
        "fine": float(np.median(np.concatenate(fine))),
        "slope": float(np.polyfit(x, y, 1)[0]),
        "cpu": 60 * cpu / seconds,
    }
    return figures, {take: {key: np.concatenate(v) for key, v in by.items()} for take, by in pooled.items()}


def windows_against_calls(folder, condition, count=15):
    """Deviation of windows of 20-60 s from the whole call heard clean, and their stated error."""
    chance, rows = np.random.default_rng(0), []
    for path in sorted(folder.glob("*.flac")):
        call = load(path)
        tracks = Tracks(call)
        whole = intonation.f0_range(tracks.f0, tracks.ipus).value
        if condition != "clean":
            tracks = Tracks(from_array(*apply(condition, call.samples, call.sr)))
        for _ in range(count):
            length = min(chance.uniform(20, 60), 0.8 * tracks.duration)
            a = chance.uniform(0, tracks.duration - length)
            cut = tuple(
                Span(max(s.start, a), min(s.end, a + length)) for s in tracks.ipus if s.end > a and s.start < a + length
            )
            found = intonation.f0_range(tracks.f0, cut, tracks.levels, tracks.capture)
            rows.append((found.value - whole, found.sd))
    return np.array(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("VOICECOACH_DATA"), help="folder with syn_f0, practice_calls")
    parser.add_argument("--alternatives", action="store_true", help="run librosa's yin and pyin too")
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("no data: set VOICECOACH_DATA or give --data")
    root = Path(arguments.data)
    paths = sorted((root / "syn_f0").glob("*.flac"))
    tools = [("voicecoach", c) for c in ("clean", "telephone", "noise 10 dB")]
    if arguments.alternatives:
        tools += [(tool, condition) for tool in ("yin", "pyin") for condition in ("clean", "telephone")]
    print(
        "| tool | condition | gross % | missed % | invented % | fine st | slope | CPU s/min |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    details = {}
    for tool, condition in tools:
        figures, details[tool, condition] = compare(paths, condition, tool)
        print(f"| {tool} | {condition} | " + " | ".join(f"{figures[key]:.3g}" for key in figures) + " |")
    print("\n| condition | factor | voice s | range st | true, same frames | true, all frames | deviation off by % |")
    print("|---|---|---|---|---|---|---|")
    for (tool, condition), by_take in details.items():
        for take, values in by_take.items():
            if tool != "voicecoach" or take == "range0.0":
                continue
            wide = {key: float(np.subtract(*np.quantile(v, [0.95, 0.05]))) for key, v in values.items()}
            off = 100 * (np.std(values["track"]) / np.std(values["clear"]) - 1)
            print(
                f"| {condition} | {take} | {len(values['track']) / 100:.0f} | {wide['track']:.2f} "
                f"| {wide['clear']:.2f} | {wide['all']:.2f} | {off:+.1f} |"
            )
    print()
    for condition in ("clean", "telephone", "add_noise:20:pink", "add_noise:10:pink"):
        rows = windows_against_calls(root / "practice_calls", condition)
        inside = np.mean(np.abs(rows[:, 0]) < 1.645 * rows[:, 1])
        off, stated = np.sqrt(np.mean(rows[:, 0] ** 2)), np.median(rows[:, 1])
        print(
            f"{len(rows)} windows of practice calls, {condition}: {off:.2f} st rms from the whole clean call, stated "
            f"{stated:.2f} st (median); 90 % intervals hold it in {100 * inside:.0f} %"
        )


if __name__ == "__main__":
    main()
