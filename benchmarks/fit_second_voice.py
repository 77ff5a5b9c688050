"""Fit the weighing of features that tells speakers apart (voicecoach/tracks/second_voice.toml).

    VOICECOACH_DATA=... python benchmarks/fit_second_voice.py            print the file

Fisher's linear discriminant: the six directions in which speakers differ most for how much one speaker's stretches do.
Within: the practice calls (clean, telephone, a room; half of each call with a smile: formants x1.06, f0 +3 st),
kokoro_zh joined by voice, de_emodb joined by actor, all emotions together. Between: the means of these voices and of
zh_read_aishell3. The head of the file quotes how good the best division in two is for one voice and for two, the
voices in question left out of the fit.
"""

import csv
import os
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr

from voicecoach import manipulation
from voicecoach.active_level import active_level
from voicecoach.recording import from_array
from voicecoach.tracks import Tracks
from voicecoach.tracks.second_voice import STRETCHES, division, stretches

SR = 16000
DIRECTIONS = 6
FEW = 10  # values are listed up to this many
PAIR_SENTENCES = 10  # of each voice
EMOTIONS = ("all", "neutral", "happiness", "anger", "boredom")
Samples = np.ndarray


class Take(NamedTuple):
    """Stretches of one recording: how it was made, who speaks, features (n, 11), weights and seconds (n,)."""

    kind: str
    voices: tuple[str, ...]
    features: np.ndarray
    weights: np.ndarray
    seconds: np.ndarray


def read(path: Path) -> Samples:
    """Mono samples at 16 kHz."""
    x, sr = soundfile.read(path, dtype="float64")
    return np.asarray(x if sr == SR else soxr.resample(x, sr, SR, quality="HQ"))


def joined(paths: list[Path], levels: tuple[float, ...] = (0.0,)) -> Samples:
    """Sentences at one active level (taking turns in ``levels``, dB), their silent ends cut, 0.3-0.8 s between them."""
    random = np.random.default_rng(2)
    parts = []
    for k, path in enumerate(paths):
        x = read(path)
        power = np.convolve(x**2, np.ones(320) / 320, "same")
        loud = np.flatnonzero(power > 1e-4 * power.max())
        level = active_level(x, SR)
        db = -26 - (level[0] if level else -26) + levels[k % len(levels)]
        parts += [x[loud[0] : loud[-1]] * 10 ** (db / 20), np.zeros(round(SR * random.uniform(0.3, 0.8)))]
    x = np.concatenate(parts)
    return np.asarray(x + 10 ** (-75 / 20) * random.standard_normal(len(x)))


def half_smiling(x: Samples) -> Samples:
    """The second half with formants x1.06 and f0 +3 st."""
    half = len(x) // 2
    return np.concatenate([x[:half], manipulation.shift_f0(manipulation.warp_formants(x[half:], SR, 1.06), SR, 3.0)])


def by_voice(root: Path, folder: str) -> dict[str, list[dict[str, str]]]:
    """Rows of the manifest by speaker."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader((root / "manifest.csv").open(encoding="utf-8")):
        if row["path"].split("/")[0] == folder:
            found.setdefault(row["speaker"], []).append(row)
    return found


def one_voice(root: Path, *, calls: bool = True) -> Iterator[tuple[str, tuple[str, ...], Samples]]:
    """Recordings of one speaker each."""
    for voice, rows in by_voice(root, "practice_calls").items() if calls else ():
        for row in rows:
            x = read(root / row["path"])[: 60 * SR]
            yield "calls", (voice,), x
            yield "calls half smiling", (voice,), half_smiling(x)
            for kind, spec in (("telephone", "telephone"), ("room", "reverberate:0.5")):
                y, sr = manipulation.apply(spec, x, SR)
                yield f"calls {kind}", (voice,), np.asarray(soxr.resample(y, sr, SR) if sr != SR else y)
    for voice, rows in by_voice(root, "kokoro_zh").items():
        yield "sentences", (voice,), joined([root / row["path"] for row in rows])
    for voice, rows in by_voice(root, "de_emodb").items():
        for emotion in EMOTIONS:
            wanted = [r for r in rows if emotion == "all" or r["emotion"] in ("neutral", emotion)]
            order = np.random.default_rng(3).permutation(len(wanted))
            yield f"acted {emotion}", (voice,), joined([root / wanted[k]["path"] for k in order])
    for voice, rows in by_voice(root, "zh_read_aishell3").items():
        yield "read", (voice,), joined([root / row["path"] for row in rows])


def two_voices(root: Path) -> Iterator[tuple[str, tuple[str, ...], Samples]]:
    """Recordings of two speakers who take turns, as far as possible with neutral sentences."""
    for folder, kind in (("kokoro_zh", "sentences"), ("de_emodb", "acted")):
        voices = by_voice(root, folder)
        for pair in combinations(sorted(voices), 2):
            lists = [sorted(voices[v], key=lambda r: r["emotion"] != "neutral")[:PAIR_SENTENCES] for v in pair]
            paths = [root / row["path"] for both in zip(*lists, strict=False) for row in both]
            sex = "one sex" if len({rows[0]["sex"] for rows in lists}) == 1 else "two sexes"
            yield f"{kind}, {sex}", pair, joined(paths)
            if folder == "kokoro_zh":
                y, sr = manipulation.telephone(joined(paths), SR)
                yield f"{kind}, {sex}, telephone", pair, np.asarray(soxr.resample(y, sr, SR))
                yield f"{kind}, {sex}, second 14 dB softer", pair, joined(paths, (0.0, -14.0))


def takes(root: Path, made: Callable[[Path], Iterator[tuple[str, tuple[str, ...], Samples]]]) -> list[Take]:
    """Stretches of every recording."""
    found = []
    for kind, voices, x in made(root):
        tracks = Tracks(from_array(x, SR))
        spans, features, weights = stretches(tracks.envelopes, tracks.ipus)
        if spans:
            found.append(Take(kind, voices, features, weights, np.array([s.duration for s in spans])))
    return found


def fitted(solo: list[Take], left_out: tuple[str, ...] = ()) -> np.ndarray:
    """Features to directions, spread 1 within a speaker, shape (11, 6)."""
    used = [take for take in solo if not set(take.voices) & set(left_out)]
    within, frames = np.zeros((11, 11)), 0.0
    means: dict[str, list[np.ndarray]] = {}
    for take in used:
        mean = np.average(take.features, axis=0, weights=take.weights)
        if take.kind in ("calls", "sentences", "acted neutral", "read"):
            means.setdefault(take.voices[0], []).append(mean)
        if len(take.features) >= 4:
            about = take.features - mean
            within += (about * take.weights[:, None]).T @ about
            frames += take.weights.sum() * (1 - 1 / len(take.features))
    within /= frames
    between = np.cov(np.array([np.mean(m, axis=0) for m in means.values()]).T)
    whiten = np.linalg.inv(np.linalg.cholesky(within))
    vectors = np.linalg.eigh(whiten @ between @ whiten.T)[1]
    matrix = whiten.T @ vectors[:, ::-1][:, :DIRECTIONS]
    return np.asarray(matrix * np.sign(matrix[np.abs(matrix).argmax(axis=0), range(DIRECTIONS)]))


def main() -> None:
    """Print the file, headed by what it does on voices left out."""
    root = Path(os.environ["VOICECOACH_DATA"])
    solo, pairs = takes(root, one_voice), takes(root, two_voices)
    print("# Weighing of a stretch's features (tracks/second_voice.py), made by: python benchmarks/fit_second_voice.py")
    print("# Rows: mean pitch [st], coefficients 1-10 of the envelope; columns: directions, spread 1 within a speaker.")
    print("# Share of variation explained by the best division in two (how far apart; changes), voices left out:")
    kinds: dict[str, list[tuple[float, float, int]]] = {}
    for take in [*solo, *pairs]:
        if len(take.features) >= STRETCHES:
            divided = division(take.features @ fitted(solo, take.voices), take.weights, take.seconds)
            told = (*divided[1:], np.count_nonzero(np.diff(divided[0]))) if divided else (0.0, 0.0, 0)
            kinds.setdefault(take.kind, []).append(told)
    for kind, values in kinds.items():
        few = sorted(values) if len(values) <= FEW else [min(values), max(values)]
        note = "" if len(values) <= FEW else f", least and most of {len(values)}"
        print(f"#   {kind}{note}: " + ", ".join(f"{explained:.2f} ({apart:.1f}; {n})" for explained, apart, n in few))
    print("\n[weighing]\nrows = [")
    for row in fitted(solo):
        print("    [" + ", ".join(f"{value:.3f}" for value in row) + "],")
    print("]")


if __name__ == "__main__":
    main()
