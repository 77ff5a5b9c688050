"""How well the smile shift follows resonances that were moved by a known ratio, and what else moves it.

    VOICECOACH_DATA=… python benchmarks/smile_shift.py [--takes 6] [--telephone]

For each voice of practice_calls: the baseline is made of one text (its good call, or its sentences in kokoro_zh), the
takes are stretches of at least 15 s of the other text. Each take is measured as it is, and with its resonances moved
by 3, 6 and 12 % in two independent ways, and with only its pitch raised by 3 st. Prints by voice the shift of the
takes as they are, what each change adds, and d' = difference of means / pooled standard deviation.
"""

import argparse
import csv
import json
import os
from pathlib import Path

import numpy as np
import soundfile as sf

from voicecoach.manipulation import shift_f0, shift_formants, telephone, warp_formants
from voicecoach.measures.smile import smile_shift
from voicecoach.recording import from_array
from voicecoach.tracks import Tracks
from voicecoach.tracks.neutral import baseline_from

RATIOS = (1.03, 1.06, 1.12)
LEAST_S = 15.0
GAP_S = 0.3


def texts(data, voice):
    """Sentences of one voice by text and speed: {name: [samples, ...]}, and their rate."""
    found, rate = {}, 0
    for path in sorted((data / "practice_calls").glob(f"{voice}_*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        x, rate = sf.read(path.with_suffix(".flac"))
        spans = [(s["start"], s["end"]) for s in truth["sentences"]]
        found[truth["condition"]] = [x[int(a * rate) : int(b * rate)] for a, b in spans]
    with open(data / "manifest.csv", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["path"].startswith("kokoro_zh") and row["speaker"] == voice:
                found.setdefault("kokoro", []).append(sf.read(data / row["path"])[0])
    return found, rate


def joined(sentences, rate):
    gap = np.zeros(int(GAP_S * rate))
    return np.concatenate([part for one in sentences for part in (one, gap)])


def takes(sentences, rate):
    """Stretches of at least 15 s."""
    found, held = [], []
    for one in sentences:
        held.append(one)
        if sum(map(len, held)) >= LEAST_S * rate:
            found.append(joined(held, rate))
            held = []
    return found


def changes():
    yield "pitch +3 st", lambda x, sr: shift_f0(x, sr, 3.0)
    for ratio in RATIOS:
        yield f"Praat {ratio}", lambda x, sr, ratio=ratio: shift_formants(x, sr, ratio)
        yield f"warp {ratio}", lambda x, sr, ratio=ratio: warp_formants(x, sr, ratio)


def tracks_of(x, sr, over_telephone):
    if over_telephone:
        x, sr = telephone(x, sr)
    return Tracks(from_array(np.asarray(x, np.float32), sr))


def shift(tracks, baseline):
    return smile_shift(tracks.envelopes, tracks.ipus, tracks.capture, baseline)


def d_prime(a, b):
    return (np.mean(b) - np.mean(a)) / np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--takes", type=int, default=6, help="per voice and baseline")
    parser.add_argument("--telephone", action="store_true")
    options = parser.parse_args()
    data = Path(os.environ["VOICECOACH_DATA"])
    voices = sorted({p.name.rsplit("_", 1)[0] for p in (data / "practice_calls").glob("*.json")})
    neutral_all, sd_all, pitch_effects = [], [], []
    for voice in voices:
        found, rate = texts(data, voice)
        kokoro, calls = found.pop("kokoro"), found
        spoken = [take for name in sorted(calls) for take in takes(calls[name], rate)]
        splits = [(calls["good"], takes(kokoro, rate)), (kokoro, spoken)]
        as_is, moved = [], {name: [] for name, _ in changes()}
        for base, others in splits:
            baseline = baseline_from(tracks_of(joined(base, rate), rate, options.telephone))
            every = max(1, len(others) // options.takes)
            for take in others[::every][: options.takes]:
                plain = shift(tracks_of(take, rate, options.telephone), baseline)
                as_is.append(plain.value)
                sd_all.append(plain.sd)
                for name, change in changes():
                    got = shift(tracks_of(change(take, rate), rate, options.telephone), baseline)
                    moved[name].append(got.value)
                    if name.startswith("pitch"):
                        pitch_effects.append(
                            (got.facts["warp"] - plain.facts["warp"]) / (got.facts["f0_st"] - plain.facts["f0_st"])
                        )
        neutral_all += as_is
        print(f"{voice}: as it is {np.mean(as_is):+.2f} +-{np.std(as_is, ddof=1):.2f} % ({len(as_is)} takes)")
        for name, values in moved.items():
            gain = np.subtract(values, as_is)
            d = d_prime(as_is, values)
            print(f"   {name:12s} {gain.mean():+6.2f} +-{gain.std(ddof=1):.2f}  d' {d:5.1f}", flush=True)
    neutral = np.array(neutral_all)
    print(f"neutral pairs: rms {np.sqrt(np.mean(neutral**2)):.2f} %, stated sd {np.mean(sd_all):.2f} %")
    alarms = np.mean(neutral - 1.645 * np.array(sd_all) > 0)
    print(f"false alarms (lower end of the 90 % interval above 0): {alarms:.3f}")
    print(f"pitch alone: {np.mean(pitch_effects):.2f} % per st before the correction")


if __name__ == "__main__":
    main()
