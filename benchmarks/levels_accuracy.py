"""What single clarity and level measures do where `voicecoach validate` asks only for loudness, ratio and scores.

    VOICECOACH_DATA=… python benchmarks/levels_accuracy.py [--part ladders …]

Prints: reverberation and articulation contrast on ladders (Spearman within a clip, and the values of the first); every
measure under changes that must not move it; filled-pause candidates in calls without fillers; CPU time per minute.
Loudness, the ratio of speech to noise, and clarity on all its ladders: ``voicecoach validate --measure loudness
--measure snr --measure clarity``.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from voicecoach import manipulation
from voicecoach.measures import call, clarity, loudness
from voicecoach.recording import Recording, from_array, load
from voicecoach.results import Measurement
from voicecoach.settings import DEFAULT
from voicecoach.tracks import Tracks

SECONDS = 30

MEASURES: dict[str, Callable[[Tracks], Measurement]] = {
    "clarity_noise": lambda t: clarity.clarity_noise(t.levels, t.ipus),
    "reverberation": lambda t: clarity.reverberation(t.decay),
    "bandwidth": lambda t: clarity.bandwidth(t.capture),
    "clipping": lambda t: loudness.clipping(t.capture, t.samples, t.sr),
    "swallowed_endings": lambda t: clarity.swallowed_endings(t.intensity, t.syllables, t.ipus, t.sentences, t.levels),
    "articulation_contrast": lambda t: clarity.articulation_contrast(t.dips, t.ipus),
    "fade": lambda t: loudness.fade(t.intensity, t.ipus, t.sentences, t.levels),
    "snr": lambda t: loudness.snr(t.levels, t.ipus),
}
LADDERS = {
    "reverberation": ["gain:0", *(f"reverberate:{rt60}" for rt60 in (0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0))],
    "articulation_contrast": [f"add_noise:{ratio}:pink" for ratio in (45, 40, 35, 30, 25, 20, 15, 10, 5, 0)],
}
HOLDS = [
    "gain:12", "gain:-12", "pad_silence:5", "coded:mp3:64", "coded:opus:24", "coded:alaw", "stretch:0.8",
    "stretch:1.25", "telephone",
]  # fmt: skip


def calls(data: Path, condition: str) -> Iterator[tuple[str, Recording]]:
    for path in sorted((data / "practice_calls").glob(f"*_{condition}.flac")):
        recording = load(path)
        yield path.stem, from_array(recording.samples[: SECONDS * recording.sr], recording.sr)


def changed(recording: Recording, spec: str) -> Tracks:
    samples, sr = manipulation.apply(spec, recording.samples, recording.sr)
    return Tracks(from_array(samples, sr))


def print_ladders(data: Path) -> None:
    from scipy.stats import spearmanr

    print("\nLadders: measure | Spearman in each clip | values of the first clip")
    for name, specs in LADDERS.items():
        found = [[MEASURES[name](changed(r, spec)).value for spec in specs] for _, r in calls(data, "good")]
        order = [abs(float(spearmanr(range(len(specs)), np.array(values, float))[0])) for values in found]
        shown = " ".join(f"{v:.3g}" for v in found[0] if v is not None)
        print(f"  {name:22s} {' '.join(f'{rho:.3f}' for rho in order)} | {shown}")


def print_holds(data: Path) -> None:
    print("\nWhat must not move: change | largest difference over four calls, by measure")
    base = {name: (r, Tracks(r)) for name, r in calls(data, "good")}
    for spec in HOLDS:
        row = []
        for name, measure in MEASURES.items():
            differences = []
            for recording, tracks in base.values():
                before, after = measure(tracks).value, measure(changed(recording, spec)).value
                differences.append(np.nan if before is None or after is None else after - before)
            row.append(f"{name} {max(differences, key=abs):+.3g}")
        print(f"  {spec:14s} {'  '.join(row)}")


def print_fillers(data: Path) -> None:
    found = []
    for condition in ("good", "natural", "rushed", "halting"):
        for _, recording in calls(data, condition):
            t = Tracks(recording)
            result = call.filled_pause_candidates(t.f0, t.intensity, t.ipus, t.wave16, DEFAULT)
            found.append(result.value or 0.0)
    print(f"\nFilled-pause candidates in {len(found)} calls without fillers: {np.mean(found):.2f} a minute of speech")


def print_cost(data: Path) -> None:
    recording = load(data / "practice_calls" / "zf_xiaobei_good.flac")
    tracks = Tracks(recording)
    _ = tracks.sentences, tracks.syllables, tracks.capture
    minutes = recording.duration / 60
    print("\nCPU seconds per minute of audio (24 kHz)")
    for name in ("levels", "decay"):
        start = time.process_time()
        getattr(tracks, name)
        print(f"  {name:22s} {(time.process_time() - start) / minutes:.3f}")
    for name, measure in MEASURES.items():
        start = time.process_time()
        measure(tracks)
        print(f"  {name:22s} {(time.process_time() - start) / minutes:.3f}")


PARTS: dict[str, Callable[[Path], None]] = {
    "cost": print_cost,
    "fillers": print_fillers,
    "ladders": print_ladders,
    "holds": print_holds,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--part", choices=sorted(PARTS), nargs="+", default=list(PARTS), help="default: all")
    wanted = parser.parse_args().part
    if "VOICECOACH_DATA" not in os.environ:
        raise SystemExit("VOICECOACH_DATA is not set: it names the folder of labelled recordings")
    data = Path(os.environ["VOICECOACH_DATA"])
    for part in wanted:
        PARTS[part](data)


if __name__ == "__main__":
    main()
