"""Fit the weights of the speech score (voicecoach/tracks/ipus.toml).

    VOICECOACH_DATA=... python benchmarks/fit_ipus.py            print the file of weights

Logistic regression on 10 ms frames: manual labels of vad_ten; of the practice calls, clean and at 10 dB above pink
noise, the pauses between sentences, what lies outside the speech, 0.2 s at both ends of every sentence, and frames the
detector is sure of. A clip of vad_ten weighs six times a call. Pauses with each clip and each voice left out of the fit
are what the head of the file quotes.
"""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rate_accuracy import call_pauses, clip_pauses, f1, labelled_speech, tracks
from scipy.optimize import minimize

from voicecoach.timeline import Span, inside
from voicecoach.tracks import ipus as model
from voicecoach.tracks.voice_activity import voice_activity

NAMES = ("bias", "detector", "detector_ahead", "level")


class Clip(NamedTuple):
    """Evidence and labels of the frames of one recording."""

    path: Path
    condition: str
    voice: str
    evidence: np.ndarray  # (n, 4)
    speech: np.ndarray  # (n,), 0 or 1
    weight: float


def clips(root: Path) -> Iterator[Clip]:
    """All labelled frames."""
    for row in csv.DictReader((root / "manifest.csv").open(encoding="utf-8")):
        name, path = row["path"].split("/")[0], root / row["path"]
        for condition in {"vad_ten": ("clean",), "practice_calls": ("clean", "snr10")}.get(name, ()):
            seen = tracks(path, condition)
            detector = voice_activity(seen.wave16, 16000)
            times, level = seen.intensity.times, model._smoothed(seen.intensity.values)
            probability = np.interp(times, detector.times, detector.values)
            heard = model.with_hysteresis(probability, 0.5, 0.35)
            evidence = np.column_stack([np.ones(len(times)), *model.speech_evidence(times, level, heard, detector)])
            label = clip_labels(path, times) if name == "vad_ten" else call_labels(path, times, probability)
            known = np.isfinite(label)
            voice = path.stem if name == "vad_ten" else row["speaker"]
            yield Clip(path, condition, voice, evidence[known], label[known], 6.0 if name == "vad_ten" else 1.0)


def clip_labels(path: Path, times: np.ndarray) -> np.ndarray:
    """1 in labelled speech, else 0."""
    return inside(times, labelled_speech(path)).astype(float)


def call_labels(path: Path, times: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """1 and 0 where the truth of a call says so; NaN inside sentences, whose own pauses are not listed."""
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    label = np.full(len(times), np.nan)
    label[(times < truth["speech_span"][0]) | (times > truth["speech_span"][1])] = 0
    label[inside(times, tuple(Span(*p) for p in truth["pauses_between_sentences"]))] = 0
    for sentence in truth["sentences"]:
        start, end = sentence["start"] + 0.02, sentence["end"] - 0.02  # listed edges lie 10-20 ms outside
        within = (times >= start) & (times < end)
        label[within & ((times < start + 0.23) | (times >= end - 0.18) | (probability > 0.9))] = 1
    return label


def fit(data: list[Clip]) -> np.ndarray:
    """Weights of the logistic regression, lightly drawn to zero."""
    x, y = np.concatenate([c.evidence for c in data]), np.concatenate([c.speech for c in data])
    weight = np.concatenate([np.full(len(c.speech), c.weight) for c in data])
    weight /= weight.sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z, ridge = x @ w, 1e-4 * np.array([0.0, 1, 1, 1])
        value = weight @ (np.logaddexp(0, z) - y * z) + ridge @ w**2
        return value, x.T @ (weight * (1 / (1 + np.exp(-z)) - y)) + 2 * ridge * w

    return minimize(loss, np.zeros(4), jac=True).x


def main() -> None:
    """Fit all; fit again without each clip and voice in turn, and find the pauses of what was left out."""
    data = list(clips(Path(os.environ["VOICECOACH_DATA"])))
    counts: dict[str, np.ndarray] = {}
    for voice in sorted({c.voice for c in data}):
        weights = dict(zip(NAMES, fit([c for c in data if c.voice != voice]).tolist(), strict=True))
        for c in data:
            if c.voice == voice:
                seen = tracks(c.path, c.condition)
                spans = model.ipus(seen.wave16, 16000, seen.intensity, seen.f0, seen.settings, weights)
                hits = (clip_pauses if c.weight > 1 else call_pauses)(c.path, spans)[:3]
                name = f"{c.path.parent.name} {c.condition}"
                counts[name] = counts.get(name, np.zeros(3, int)) + hits
    quoted = ", ".join(f"{name} {f1(*values.tolist()):.2f}" for name, values in counts.items())
    print("# Weights of the speech score (tracks/ipus.py), made by: python benchmarks/fit_ipus.py")
    print("# Logistic regression on 10 ms frames of vad_ten and practice_calls (clean and at 10 dB SNR).")
    print(f"# F1 of pauses, the clip or the voice left out of the fit: {quoted}.\n\n[weights]")
    for name, value in zip(NAMES, fit(data), strict=True):
        print(f"{name} = {value:.2f}")


if __name__ == "__main__":
    main()
