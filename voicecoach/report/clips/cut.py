"""Cut the on-target samples that a page plays beside a trainee's own moment.

    python voicecoach/report/clips/cut.py sample_audio

Each comes from a sample call by sentence number, so it can be cut again when the calls are made again.
"""

import json
import sys
from pathlib import Path

import numpy as np
import soundfile

from voicecoach.report.audio import embed

# requirement: (sample call, first sentence, last sentence, seconds kept before the first one's end or None for all)
CUTS: dict[str, tuple[str, int, int, float | None]] = {
    "rate": ("on_target", 2, 2, None),
    "pause": ("on_target", 1, 2, 2.0),  # the end of a pair, the second of silence, the next sentence
    "tone": ("smiling", 0, 0, None),
    "intonation": ("on_target", 7, 7, None),
    "loudness": ("on_target", 4, 4, None),
    "clarity": ("on_target", 0, 0, None),
}
LONGEST_S = 8.0
ROOM_S = 0.15
FADE_S = 0.02


def cut(folder: Path, requirement: str) -> bytes:
    """One clip as MP3."""
    call, first, last, tail = CUTS[requirement]
    sentences = json.loads((folder / f"{call}.json").read_text(encoding="utf-8"))["sentences"]
    samples, sr = soundfile.read(folder / f"{call}.flac", dtype="float32")
    start = sentences[first]["start"] - ROOM_S if tail is None else sentences[first]["end"] - tail
    end = min(sentences[last]["end"] + ROOM_S, start + LONGEST_S)
    clip = samples[int(start * sr) : int(end * sr)].copy()
    ramp = np.linspace(0, 1, int(FADE_S * sr), dtype=np.float32)
    clip[: len(ramp)] *= ramp
    clip[-len(ramp) :] *= ramp[::-1]
    return embed(clip, sr)[1]


if __name__ == "__main__":
    for name in CUTS:
        Path(__file__).with_name(f"{name}.mp3").write_bytes(cut(Path(sys.argv[1]), name))
