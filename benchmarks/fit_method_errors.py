"""What telephone band and noise do to the measured pitch range (voicecoach/measures/pitch_errors.toml).

    VOICECOACH_DATA=… python benchmarks/fit_pitch_errors.py [--out FILE]

Practice calls (40 s of each), clean against the same call in the telephone band, in pink noise and in babble of the
same voice at 20, 15, 10 and 5 dB: root mean square of the relative difference of range and of deviation, at the speech
over noise that is measured within 200-3600 Hz. In noise soft and creaky ends of syllables are lost first, so ranges
shrink; that is part of the error.
"""

import argparse
import os
from collections import defaultdict
from pathlib import Path

import numpy as np

from voicecoach import manipulation, measures
from voicecoach.measures import intonation
from voicecoach.recording import from_array, load
from voicecoach.tracks import Tracks

SECONDS = 40
RATIOS = (20, 15, 10, 5)
CONDITIONS = ["telephone", *(f"add_noise:{ratio}:{kind}" for ratio in RATIOS for kind in ("pink", "babble"))]


def figures(samples, sr):
    """Range and deviation [st], and speech over noise [dB]."""
    tracks = Tracks(from_array(samples, sr))
    values = [measure(tracks.f0, tracks.ipus).value for measure in (intonation.f0_range, intonation.f0_sd)]
    return np.array(values), tracks.levels.band_snr_db


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("VOICECOACH_DATA"), help="folder with practice_calls")
    parser.add_argument("--out", default=Path(measures.__file__).with_name("pitch_errors.toml"), type=Path)
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("no data: set VOICECOACH_DATA or give --data")
    off, heard = defaultdict(list), defaultdict(list)
    for path in sorted((Path(arguments.data) / "practice_calls").glob("*.flac")):
        call = load(path)
        samples = call.samples[: SECONDS * call.sr]
        clean, _ = figures(samples, call.sr)
        for condition in CONDITIONS:
            found, ratio = figures(*manipulation.apply(condition, samples, call.sr))
            key = condition.rpartition(":")[0] or condition  # both kinds of noise together
            off[key].append(found / clean - 1)
            heard[key].append(ratio)
    rms = {key: np.sqrt(np.mean(np.square(values), axis=0)) for key, values in off.items()}
    noisy = [f"add_noise:{ratio}" for ratio in reversed(RATIOS)]
    lines = [
        "# Relative error of the pitch range and deviation of a call by what it is heard through: root mean square",
        f"# against the same call clean; {len(off['telephone'])} calls of {SECONDS} s; pink noise and babble. Made by",
        "#     VOICECOACH_DATA=… python benchmarks/fit_pitch_errors.py",
    ]
    for name, ratios in [("telephone", ["telephone"]), ("noise", noisy)]:
        lines += ["", f"[{name}]"]
        if name == "noise":
            known = ", ".join(f"{np.mean(heard[key]):.1f}" for key in ratios)
            lines.append(f"snr_db = [{known}]  # within 200-3600 Hz, as measured")
        for column, figure in enumerate(("range", "deviation")):
            values = ", ".join(f"{rms[key][column]:.3f}" for key in ratios)
            means = ", ".join(f"{np.mean(off[key], axis=0)[column]:+.3f}" for key in ratios)
            lines.append(f"{figure} = [{values}]  # mean {means}")
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(arguments.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
