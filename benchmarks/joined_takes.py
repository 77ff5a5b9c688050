"""Takes of some 20 s joined from single sentences, with pauses of known length between them.

Sentences of kokoro_zh (a voice at a time, three speeds) and zh_read_aishell3 (fifteen people). Silence is what lies a
fixed range below the loud speech of the clean sentence for 0.12 s and more: those recordings have no noise to speak of.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from voicecoach.recording import load
from voicecoach.timeline import Span, Spans, merged
from voicecoach.tracks.intensity import intensity
from voicecoach.tracks.resampled import at_rate

SR, STEP = 16000, 160  # Hz; samples of 10 ms
LEVEL = 0.08  # root mean square of every sentence
SILENCE_DB = {"kokoro_zh": 38.0, "zh_read_aishell3": 34.0}  # below loud speech: a studio has a little room noise
CLOSURE_S = 0.12  # s; shorter silences are closures of consonants
PAUSES_S = (0.12, 1.5)  # s; shortest and longest pause put between sentences, uniform on a logarithmic scale
ROOM_DB = 45.0  # dB of the speech above white noise in all takes: nobody records in perfect silence


class Take(NamedTuple):
    """Sentences in a row: whose, the samples, and where the speech is."""

    voice: str
    samples: np.ndarray
    speech: Spans


def takes(data: Path, each: int = 3, seconds: float = 20.0) -> Iterator[Take]:
    """``each`` takes of every Kokoro voice, twice as many of the people of aishell3."""
    voices: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for row in csv.DictReader((data / "manifest.csv").open(encoding="utf-8")):
        name = row["path"].split("/")[0]
        if name in SILENCE_DB:
            voices[name, row["speaker"] if name == "kokoro_zh" else "aishell3"].append(data / row["path"])
    for index, ((name, voice), paths) in enumerate(sorted(voices.items())):
        random = np.random.default_rng(index)
        for _ in range(each * (2 if name == "zh_read_aishell3" else 1)):
            yield joined(voice, [paths[int(k)] for k in random.permutation(len(paths))], name, seconds, random)


def joined(voice: str, paths: list[Path], name: str, seconds: float, random: np.random.Generator) -> Take:
    """Sentences from the first on until there are ``seconds`` of them."""
    parts, speech, length = [np.zeros(60 * STEP)], [], 0.6
    for path in paths:
        sentence, spoken = sentence_of(path, SILENCE_DB[name])
        speech += [Span(length + a, length + b) for a, b in spoken]
        silence = round(100 * float(np.exp(random.uniform(*np.log(PAUSES_S))))) / 100
        parts += [sentence, np.zeros(round(silence * SR))]
        length += len(sentence) / SR + silence
        if length >= seconds:
            break
    samples = np.concatenate(parts)
    return Take(voice, samples + LEVEL * 10 ** (-ROOM_DB / 20) * random.standard_normal(len(samples)), tuple(speech))


def sentence_of(path: Path, down: float) -> tuple[np.ndarray, Spans]:
    """A sentence from its first to its last sound, and where in it there is speech, s."""
    recording = load(path)
    wave = at_rate(recording.samples, recording.sr, SR).astype(float)
    wave *= LEVEL / np.sqrt(np.mean(wave**2))
    spans = sounding(wave, down)
    start, end = spans[0].start, spans[-1].end
    piece = wave[round(start * SR) : round(end * SR)]
    piece[: STEP // 2] *= np.linspace(0, 1, STEP // 2)
    piece[-STEP // 2 :] *= np.linspace(1, 0, STEP // 2)
    return piece, tuple(Span(a - start, b - start) for a, b in spans)


def sounding(wave: np.ndarray, down: float) -> Spans:
    """Where a clean recording of 16 kHz sounds less than ``down`` dB below loud speech; closures are no silence."""
    level = intensity(wave.astype(np.float32), SR).values
    loud = level > np.quantile(level[level > level.max() - 30], 0.9) - down
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    spans = merged([Span(a / 100, b / 100) for a, b in zip(edges[::2], edges[1::2], strict=True)], gap=CLOSURE_S)
    return tuple(span for span in spans if span.duration >= 0.04)
