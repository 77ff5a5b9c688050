"""How often a baseline is taken for another person's, microphone's or room's, and whether a smile is told, by mistake.

    VOICECOACH_DATA=... python benchmarks/own_voice.py

Practice calls of the labelled data (4 voices, 4 calls each). Every call is the baseline once. Persons: against all
other calls, as they are and with resonances and pitch raised as by a smile. Microphones and rooms: against the other
calls of the same voice, as they are and changed. Smile: the second half of a call, as it is and raised, as the smiling
take of the first half (calls with 30 s of speech in each half).
"""

import os
from collections import Counter
from pathlib import Path

import numpy as np

from voicecoach import Tracks, baseline_from, from_array, load, manipulation
from voicecoach.measures.likeness import unlike
from voicecoach.own_voice.smiles import smile_told
from voicecoach.timeline import FloatArray

CHANGES = ("", "gain:-12", "telephone", "lowpass:4500", "add_noise:12:pink", "reverberate:0.6", "coded:opus:16")
SMILES = (1.0, 1.03, 1.06)
SMILE_ST = 1.0  # pitch rises with it


def tracks(samples: FloatArray, sr: int) -> Tracks:
    """Of samples as a microphone would give them."""
    return Tracks(from_array(np.clip(samples, -1, 1).astype(np.float32), sr))


def smiled(samples: FloatArray, sr: int, ratio: float) -> FloatArray:
    """Resonances higher by a ratio, and pitch by a semitone; unchanged at 1."""
    if ratio == 1:
        return samples
    return manipulation.warp_formants(manipulation.shift_f0(samples, sr, SMILE_ST), sr, ratio)


def main() -> None:
    """Count, and print."""
    folder = Path(os.environ["VOICECOACH_DATA"]) / "practice_calls"
    calls = {path.stem: load(path) for path in sorted(folder.glob("*.flac"))}
    voice = {name: name.rsplit("_", 1)[0] for name in calls}
    heard = {name: tracks(one.samples, one.sr) for name, one in calls.items()}
    base = {name: baseline_from(one) for name, one in heard.items()}
    count, of = Counter[str](), Counter[str]()

    def note(kind: str, found: bool) -> None:
        of[kind] += 1
        count[kind] += found

    def differs(name: str, now: Tracks) -> dict[str, dict[str, float]]:
        return unlike(now.envelopes, now.capture, now.levels, now.decay, base[name])

    for name in calls:
        for other, now in heard.items():
            if other != name:
                kind = "same voice" if voice[name] == voice[other] else "another voice"
                note(f"person alarm, {kind}", "baseline_person" in differs(name, now))
        one = calls[name]
        lively = tracks(smiled(one.samples, one.sr, 1.06), one.sr)
        for own in (other for other in calls if voice[other] == voice[name] and other != name):
            note("person alarm, same voice smiling (6 %, +1 st)", "baseline_person" in differs(own, lively))
        if name.endswith("natural"):
            for change in CHANGES:
                now = tracks(*manipulation.apply(change, one.samples, one.sr)) if change else heard[name]
                for own in (other for other in calls if voice[other] == voice[name] and other != name):
                    found = set(differs(own, now))
                    note(f"microphone or room alarm, {change or 'unchanged'}", bool(found - {"baseline_person"}))
                    note(f"   taken for another person, {change or 'unchanged'}", "baseline_person" in found)
        middle = len(one.samples) // 2
        plain = tracks(one.samples[:middle], one.sr)
        for ratio in SMILES:
            told = smile_told(plain, tracks(smiled(one.samples[middle:], one.sr, ratio), one.sr), baseline_from(plain))
            if not told["code"].startswith("unknown"):
                note(f"smile told, resonances x {ratio}", told["code"] == "told")
    for kind in sorted(of):
        print(f"{kind}: {count[kind]} of {of[kind]}")


if __name__ == "__main__":
    main()
