"""How often company on the channel is noticed, and how often where there is none (tracks/company.py).

    VOICECOACH_DATA=… python benchmarks/company_accuracy.py [--part solo babble music voices meetings]

A line for each kind of recording: how many, and in how many a second voice, music or babble was found. Solo kinds must
have none. The weighing behind the second voice was fitted on some of these voices: what it does on voices left out of
the fit stands at the head of tracks/second_voice.toml. The last line is what the track costs beside those it asks for.
"""

import argparse
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from fit_second_voice import SR, joined, one_voice, read, two_voices

from voicecoach import manipulation
from voicecoach.active_level import active_level
from voicecoach.recording import from_array, load
from voicecoach.tracks import Tracks

SECONDS = 30
SOLO = [
    "gain:0", "telephone", "warp_formants:1.06 | shift_f0:3",
    "add_noise:20:white", "add_noise:10:white", "add_noise:5:white", "add_noise:20:pink", "add_noise:10:pink",
    "add_noise:5:pink", "reverberate:0.3", "reverberate:0.8", "reverberate:0.4 | add_noise:15:pink", "coded:opus:16",
    "scale_f0_range:0", "insert_hums:0.5", "insert_laughs:2",
]  # fmt: skip
TALKERS = 6
Made = Iterator[tuple[str, np.ndarray, int]]


def calls(root: Path) -> list[Path]:
    """The practice calls."""
    return sorted((root / "practice_calls").glob("*.flac"))


def changed(path: Path, spec: str) -> tuple[np.ndarray, int]:
    """The first seconds of a call after a change."""
    x, sr = soundfile.read(path, frames=SECONDS * 24000)
    return manipulation.apply(spec, x, sr)


def solo(root: Path) -> Made:
    """Recordings without company."""
    for kind, _, x in one_voice(root, calls=False):
        yield f"solo {kind}", x, SR
    for spec in SOLO:
        for path in calls(root)[::2]:
            yield f"solo calls, {spec}", *changed(path, spec)
    for folder, kind in (("zh_read_aishell3", "sentences read"), ("vad_ten", "vad_ten clips"), ("syn_f0", "syn_f0")):
        for path in sorted((root / folder).glob("*.flac")):
            x, sr = soundfile.read(path)
            yield f"solo {kind}", x, sr
    for path in sorted((root / "syn_call").glob("*stereo*.*a*")):
        x, sr = soundfile.read(path)
        yield "solo side of a call", x[:, 0], sr
    for path in sorted((Path(__file__).parents[1] / "sample_audio").glob("*.flac")):
        yield "solo sample_audio", (one := load(path, speaker="left" if "two" in path.stem else "auto")).samples, one.sr


def babble(root: Path) -> Made:
    """Calls with people talking behind: the call itself reversed eight times over, or six voices of other sentences."""
    for ratio in (5, 10, 15, 20):
        for path in calls(root)[::2]:
            yield f"babble of itself at {ratio} dB", *changed(path, f"add_noise:{ratio}:babble")
    sentences = sorted((root / "kokoro_zh").rglob("*.flac"))
    for count in (TALKERS, 1):
        for ratio in (5, 10, 15, 20):
            for k, path in enumerate(calls(root)[1::4]):
                x, random = read(path)[: SECONDS * SR], np.random.default_rng(k)
                behind = np.zeros(len(x))
                for _ in range(count):
                    talk = joined([sentences[i] for i in random.permutation(len(sentences))[:16]])
                    behind += np.roll(np.resize(talk, len(x)), int(random.integers(len(x))))
                level, at = active_level(x, SR), 10 * np.log10(np.mean(behind**2))
                loudness = (level or (0.0,))[0] - ratio - at
                yield f"{count} talking behind at {ratio} dB", x + behind * 10 ** (loudness / 20), SR


def music(root: Path) -> Made:
    """Calls with music under them or in their middle, and telephone tones before them."""
    for seed, path in enumerate(calls(root)[::2]):
        for ratio in (0, 5, 10, 15, 20, 25):
            yield f"music under speech at {ratio} dB", *changed(path, f"add_music:{ratio}:{seed + 100}")
        yield "music on hold, 8 s", *changed(path, f"insert_music:8:{seed + 200}")
    for kind in ("dial", "ringing", "busy"):
        for path in calls(root)[::4]:
            yield f"{kind} tone", *changed(path, f"insert_tone:10:{kind}")


def voices(root: Path) -> Made:
    """Two voices taking turns on one channel."""
    for kind, _, x in two_voices(root):
        yield f"two voices, {kind}", x, SR
    for path in sorted((root / "syn_call").glob("*mono*.*[ag]*")):
        x, sr = soundfile.read(path)
        yield "two voices, calls in mono", x, sr


def meetings(root: Path) -> Made:
    """Half a minute each of meetings of two and more."""
    for path in sorted((root / "conv_ami").glob("*.[wf]*")):
        x, sr = soundfile.read(path)
        yield "meetings", x, sr


PARTS: dict[str, Callable[[Path], Made]] = {f.__name__: f for f in (solo, babble, music, voices, meetings)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    root, cpu, minutes = Path(os.environ["VOICECOACH_DATA"]), 0.0, 0.0
    print(f"{'':44}   n  second voice  music  babble")
    for part in parser.parse_args().part:
        told: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for kind, x, sr in PARTS[part](root):
            tracks = Tracks(from_array(x, sr))
            _ = tracks.envelopes, tracks.f0, tracks.intensity, tracks.ipus
            begun = time.process_time()
            told[kind].update(["n", *tracks.company.found])
            cpu, minutes = cpu + time.process_time() - begun, minutes + tracks.duration / 60
        for kind, count in told.items():
            row = [count[code] for code in ("n", "second_voice", "music", "babble")]
            print("{:44} {:3}  {:12}  {:5}  {:6}".format(kind, *row), flush=True)
    print(f"{cpu / minutes:.3f} s of CPU a minute of audio, over {minutes:.0f} minutes")


if __name__ == "__main__":
    main()
