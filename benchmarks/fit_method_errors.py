"""What telephone band and noise do to what is measured (voicecoach/measures/method_errors.toml).

    VOICECOACH_DATA=… python benchmarks/fit_method_errors.py [--out FILE]

Practice calls (40 s of each), clean against the same call in the telephone band, in pink noise and in babble of the
same voice at 20, 15, 10 and 5 dB: root mean square of the relative difference of pitch range, pitch deviation and
number of syllables, and of the difference of the median pause [s], at the speech over noise that is measured within
200-3600 Hz. In noise soft and creaky ends of syllables are lost first: ranges shrink, counts fall, pauses grow; that is
part of the error. Babble is left out of counts and pauses: a recording with that much of it is not judged by them.
"""

import argparse
import os
from collections import defaultdict
from pathlib import Path

import numpy as np

from voicecoach import manipulation, measures
from voicecoach.measures import intonation
from voicecoach.measures.pauses import pause_length
from voicecoach.recording import from_array, load
from voicecoach.tracks import Tracks

SECONDS = 40
RATIOS = (20, 15, 10, 5)
CONDITIONS = ["telephone", *(f"add_noise:{ratio}:{kind}" for ratio in RATIOS for kind in ("pink", "babble"))]


FIGURES = ("range", "deviation", "count", "pause")


def figures(samples, sr):
    """Range and deviation [st], syllables, median pause [s], and speech over noise [dB]."""
    tracks = Tracks(from_array(samples, sr))
    values = [measure(tracks.f0, tracks.ipus).value for measure in (intonation.f0_range, intonation.f0_sd)]
    pause = pause_length(tracks.sentences, tracks.settings).value
    return np.array([*values, len(tracks.syllables), np.nan if pause is None else pause]), tracks.levels.band_snr_db


def off_by(found, clean):
    """Relative differences; of the pause in s."""
    return np.append(found[:3] / clean[:3] - 1, found[3] - clean[3])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("VOICECOACH_DATA"), help="folder with practice_calls")
    parser.add_argument("--out", default=Path(measures.__file__).with_name("method_errors.toml"), type=Path)
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
            difference = off_by(found, clean)
            if condition.endswith("babble"):
                difference[2:] = np.nan
            off[key].append(difference)
            heard[key].append(ratio)
    rms = {key: np.sqrt(np.nanmean(np.square(values), axis=0)) for key, values in off.items()}
    noisy = [f"add_noise:{ratio}" for ratio in reversed(RATIOS)]
    lines = [
        "# Error of pitch range and deviation, number of syllables (relative) and median pause (s) of a call by what",
        "# it is heard through: root mean square against the same call clean;",
        f"# {len(off['telephone'])} calls of {SECONDS} s; pink noise, and babble for pitch. Made by",
        "#     VOICECOACH_DATA=… python benchmarks/fit_method_errors.py",
    ]
    for name, ratios in [("telephone", ["telephone"]), ("noise", noisy)]:
        lines += ["", f"[{name}]"]
        if name == "noise":
            known = ", ".join(f"{np.mean(heard[key]):.1f}" for key in ratios)
            lines.append(f"snr_db = [{known}]  # within 200-3600 Hz, as measured")
        for column, figure in enumerate(FIGURES):
            values = ", ".join(f"{rms[key][column]:.3f}" for key in ratios)
            means = ", ".join(f"{np.nanmean(off[key], axis=0)[column]:+.3f}" for key in ratios)
            lines.append(f"{figure} = [{values}]  # mean {means}")
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(arguments.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
