"""Fit the weights of the speech score (voicecoach/tracks/ipus.toml).

    VOICECOACH_DATA=... python benchmarks/fit_ipus.py            print the file of weights

Logistic regression on 10 ms frames. Labels: those of vad_ten, set by hand; of the practice calls and of joined_takes.py
where the clean voices sound. Gaps under 0.15 s are no matter: they are filled. Every recording is seen under several
conditions, every third frame of it: neighbours say the same. Frames near an edge are few, so the fit alone finds
pauses too short; the bias is moved until those of vad_ten and joined_takes.py are as long as they are (mean of the two
median errors). Pauses with each clip and each voice left out of both steps are what the head of the file quotes.
"""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from backgrounds import REAL, changed, seed_of, turns
from joined_takes import SILENCE_DB, SR, sounding, takes
from pauses_in_backgrounds import call_pauses, clip_pauses, f1, labelled_speech, span_pauses
from scipy.optimize import minimize

from voicecoach.recording import from_array, load
from voicecoach.timeline import Span, Spans, Track, gaps, inside, merged
from voicecoach.tracks import Tracks
from voicecoach.tracks import ipus as model
from voicecoach.tracks.resampled import at_rate
from voicecoach.tracks.voice_activity import voice_activity

NAMES = ("bias", *model.EVIDENCE)
RIDGE = 1e-4
MOVES = (0.0, -0.1, -0.2, -0.3, -0.4)  # of the bias
VOICE_DB = SILENCE_DB["kokoro_zh"]  # the same voices speak in the practice calls
FILLED_S = 0.15  # s; frames of a shorter silence within speech are left out of the fit
ALWAYS = {"vad_ten": ("clean", "telephone", "snr15", "snr10"), "practice_calls": ("clean", "telephone", "snr10")}
REAL_NOISE = tuple(f"{name}{snr}" for snr in (10, 20, 5) for name in REAL)
CALLS_TOO = turns(("snr15", "reverb0.5", "white10", "babble15", *REAL_NOISE[:6]), 1)
TAKES = turns(
    ("clean", "telephone", "telephone+pink15", "reverb0.3", "reverb0.6", "pink5", "pink20", "white10", "babble15",
     *REAL_NOISE), 4,
)  # fmt: skip
WEIGHT = {"vad_ten": 4.0, "practice_calls": 1.0, "joined": 2.0}  # of a frame


class Clip(NamedTuple):
    """Evidence and labels of the frames of one recording under one condition."""

    kind: str
    path: Path
    condition: str
    voice: str
    evidence: np.ndarray  # (n, terms)
    heard: np.ndarray  # (n,), bool
    voiced: np.ndarray  # (n,), bool
    label: np.ndarray  # (n,), 1 speech, 0 none, NaN unknown or no matter
    speech: Spans  # true

    def spans(self, weights: np.ndarray) -> Spans:
        """What these weights find."""
        return model.stretches(self.evidence @ weights, self.heard, self.voiced)


def clips(data: Path) -> Iterator[Clip]:
    """All labelled frames."""
    calls = 0
    for row in csv.DictReader((data / "manifest.csv").open(encoding="utf-8")):
        kind, path = row["path"].split("/")[0], data / row["path"]
        if kind not in ALWAYS:
            continue
        recording, conditions = load(path), list(ALWAYS[kind])
        if kind == "vad_ten":
            voice, speech = path.stem, labelled_speech(path)
        else:
            voice, speech = row["speaker"], sounding(at_rate(recording.samples, recording.sr, SR), VOICE_DB)
            conditions += CALLS_TOO(calls)
            calls += 1
        for condition in conditions:
            heard = seen(recording.samples, recording.sr, condition, data, seed_of(path))
            yield clip(kind, path, condition, voice, heard, speech)
    for index, take in enumerate(takes(data)):
        for condition in TAKES(index):
            heard = seen(take.samples, SR, condition, data, index)
            yield clip("joined", Path(f"{take.voice}{index}"), condition, take.voice, heard, take.speech)


def seen(samples: np.ndarray, sr: int, condition: str, data: Path, seed: int) -> tuple[Tracks, Track]:
    """Tracks of the samples under a condition, and the detector's probability."""
    found = Tracks(from_array(*changed(samples, sr, condition, data, seed)))
    return found, voice_activity(found.wave16, SR)


def clip(kind: str, path: Path, condition: str, voice: str, heard: tuple[Tracks, Track], speech: Spans) -> Clip:
    """A recording of which all speech is known."""
    found, detector = heard
    times, level = found.intensity.times, model._smoothed(found.intensity.values)
    probability = np.interp(times, detector.times, detector.values)
    where = model.with_hysteresis(probability, found.settings.speech_on, found.settings.speech_off)
    label = inside(times, speech).astype(float)
    for gap in gaps(speech):
        if gap.duration < FILLED_S:
            label[inside(times, (gap,))] = np.nan
    if where.any():
        terms = model.speech_evidence(times, level, where, detector)
    else:
        terms = tuple(np.zeros((len(model.EVIDENCE), len(times))))
    evidence = np.column_stack([np.ones(len(times)), *terms])
    return Clip(kind, path, condition, voice, evidence, where, np.isfinite(found.f0.values), label, speech)


def fit(data: list[Clip]) -> np.ndarray:
    """Weights of the logistic regression, lightly drawn to zero."""
    known = [np.isfinite(c.label) & (np.arange(len(c.label)) % 3 == 0) for c in data]
    x = np.concatenate([c.evidence[k] for c, k in zip(data, known, strict=True)])
    y = np.concatenate([c.label[k] for c, k in zip(data, known, strict=True)])
    weight = np.concatenate([np.full(k.sum(), WEIGHT[c.kind]) for c, k in zip(data, known, strict=True)])
    weight /= weight.sum()
    ridge = np.array([0.0] + [RIDGE] * len(model.EVIDENCE))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        value = weight @ (np.logaddexp(0, z) - y * z) + ridge @ w**2
        return value, x.T @ (weight * (1 / (1 + np.exp(-z)) - y)) + 2 * ridge * w

    return minimize(loss, np.zeros(len(NAMES)), jac=True).x


def calibrated(weights: np.ndarray, data: list[Clip]) -> np.ndarray:
    """The weights with the bias that makes pauses neither too long nor too short."""
    known = {kind: [c for c in data if c.kind == kind] for kind in ("vad_ten", "joined")}
    moved = [weights + np.eye(len(NAMES))[0] * by for by in MOVES]

    def error(w: np.ndarray) -> float:
        medians = []
        for recordings in known.values():
            pairs = [pair for c in recordings for pair in pauses(c, c.spans(w))[3]]
            medians.append(np.median([found.duration - true.duration for true, found in pairs]))
        return abs(float(np.mean(medians)))

    return min(moved, key=error)


def pauses(c: Clip, found: Spans) -> tuple[int, int, int, list[tuple[Span, Span]]]:
    """Hits, found and true pauses, and the pairs of a true and a found one."""
    if c.kind == "vad_ten":
        return clip_pauses(c.path, found)
    if c.kind == "practice_calls":
        return call_pauses(c.path, found)
    return span_pauses(merged(c.speech, gap=FILLED_S), found)


def main() -> None:
    """Fit all; fit again without each clip and voice in turn, and find the pauses of what was left out."""
    data = list(clips(Path(os.environ["VOICECOACH_DATA"])))
    counts: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(3, int))
    for voice in sorted({c.voice for c in data}):
        others = [c for c in data if c.voice != voice]
        weights = calibrated(fit(others), others)
        for c in data:
            if c.voice == voice:
                always = c.condition in ALWAYS.get(c.kind, ())
                name = f"{c.kind} {c.condition if always else 'other'}"
                counts[name] += pauses(c, c.spans(weights))[:3]
    print("# Weights of the speech score (tracks/ipus.py), made by: python benchmarks/fit_ipus.py")
    print("# Logistic regression on 10 ms frames of vad_ten, practice_calls and joined sentences in many conditions.")
    print("# F1 of pauses, the clip or the voice left out of the fit:")
    for name, values in counts.items():
        print(f"#   {name:26s} {f1(*values.tolist()):.3f} of {values[2]}")
    print("\n[weights]")
    for name, value in zip(NAMES, calibrated(fit(data), data), strict=True):
        print(f"{name} = {value:.2f}")


if __name__ == "__main__":
    main()
