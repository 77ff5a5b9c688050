"""How much of the pitch range creak takes, and how right range and deviation are over ten seconds of voice.

    VOICECOACH_DATA=… python benchmarks/f0_accuracy.py

Speech resynthesised with a known pitch (syn_f0), clean, by telephone and in pink noise at 10 dB. All clips of one range
factor together: the range read, the true one over the frames that truth and track both call voiced, the true one over
all voiced frames (creak included), and how far the deviation is off. Octave errors, frames missed and invented, slopes
and other trackers: ``voicecoach validate --measure f0 --measure f0_range``; stated errors: ``--measure 'interval
coverage'``.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import soundfile as sf

from voicecoach.manipulation import add_noise, telephone
from voicecoach.semitones import st
from voicecoach.tracks.f0 import f0
from voicecoach.tracks.resampled import at_rate

STILL_ST = 0.1  # less is a voice that does not move: no deviation to be off from


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


def pooled(paths, condition):
    """Pitch of all clips of each factor [st]: as tracked, as it is in the same frames, and in all voiced frames."""
    found = {}
    for path in paths:
        track = f0(sound(path, condition), 16000)
        known = truth(path, track.times)
        v, w = np.isfinite(known), np.isfinite(track.values)
        reference = float(np.median(known[v & w]))
        for key, hz in (("track", track.values[w]), ("clear", known[v & w]), ("all", known[v])):
            found.setdefault(path.stem.rsplit("_", 1)[1], {}).setdefault(key, []).append(st(hz, reference))
    return {take: {key: np.concatenate(v) for key, v in by.items()} for take, by in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("VOICECOACH_DATA"), help="folder with syn_f0")
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("no data: set VOICECOACH_DATA or give --data")
    paths = sorted((Path(arguments.data) / "syn_f0").glob("*.flac"))
    print("| condition | factor | voice s | range st | true, same frames | true, all frames | deviation off by % |")
    print("|---|---|---|---|---|---|---|")
    for condition in ("clean", "telephone", "noise 10 dB"):
        for take, values in pooled(paths, condition).items():
            wide = {key: float(np.subtract(*np.quantile(v, [0.95, 0.05]))) for key, v in values.items()}
            true = float(np.std(values["clear"]))
            off = f"{100 * (np.std(values['track']) / true - 1):+.1f}" if true > STILL_ST else ""
            print(
                f"| {condition} | {take} | {len(values['track']) / 100:.0f} | {wide['track']:.2f} "
                f"| {wide['clear']:.2f} | {wide['all']:.2f} | {off} |"
            )


if __name__ == "__main__":
    main()
