"""Fit and check the weights of ``voicecoach/tracks/sentences.toml``.

    VOICECOACH_DATA=... python benchmarks/fit_sentences.py            leave one voice out, then fit all and write
    VOICECOACH_DATA=... python benchmarks/fit_sentences.py --check    the table only, with the weights as they are

Learned from: sentences of kokoro_zh and practice_calls (five voices, 96-350 syllables a minute, four commas in ten
with a pause of the voice's own), joined nine at a time in random order with pauses that are known, from 0.1 to 2 s;
in three styles of eleven silences are also put inside sentences, so that length alone cannot be the answer; half
of the scenes are clean, the rest on a telephone line or 15 dB above pink noise.
Judged on: scenes of the voice left out, and the sixteen practice calls as they are, of the voice left out.
"""

import argparse
import csv
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

from voicecoach.manipulation import add_noise, telephone
from voicecoach.recording import from_array, load
from voicecoach.settings import DEFAULT
from voicecoach.timeline import FloatArray, Span, Spans, gaps, merged
from voicecoach.tracks import Tracks
from voicecoach.tracks import sentences as model
from voicecoach.tracks.resampled import at_rate

SR = 16000
TARGET = Path(__file__).parents[1] / "voicecoach" / "tracks" / "sentences.toml"
SCENES = 3  # for each voice and manner of speaking
SENTENCES = 9  # in a scene
CHANNELS = ("clean", "clean", "telephone", "noise")
# (median pauses between sentences, taken in turn; median silence put inside sentences or 0), s
STYLES = (
    ((0.12,), 0), ((0.25,), 0), ((0.45,), 0), ((0.6,), 0), ((1.0,), 0), ((1.8,), 0), ((0.35, 1.0), 0),
    ((0.12, 0.12, 1.0), 0), ((0.6,), 0.5), ((1.0,), 0.8), ((0.3,), 0.5),
)  # fmt: skip


class Case(NamedTuple):
    """One recording: where sentences may end, what speaks for it, and where they do."""

    voice: str
    manner: str
    tracks: Tracks
    breaks: Spans
    cues: FloatArray
    true: np.ndarray  # which breaks are ends
    lost: int  # ends without a break
    pauses: list[Span]  # the true ones


class Weights(NamedTuple):
    """A logistic model of standardised cues."""

    bias: float
    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    def log_odds(self, cues: FloatArray) -> FloatArray:
        return self.bias + np.nan_to_num((cues - self.mean) / self.sd) @ self.weight


def utterances(data: Path) -> dict[tuple[str, str], list[np.ndarray]]:
    """Sentences cut out, 16 kHz, by voice and manner of speaking."""
    found: dict[tuple[str, str], list[np.ndarray]] = defaultdict(list)
    with (data / "manifest.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            stated = re.search(r"speech ([\d.]+)-([\d.]+) s", row["notes"])
            if row["path"].startswith("kokoro_zh/") and stated:
                start, end = (float(s) for s in stated.groups())
                found[row["speaker"], "speed " + row["path"][-8:-5]].append(cut(data / row["path"], [(start, end)])[0])
    for truth in sorted(data.glob("practice_calls/*.json")):
        call = json.loads(truth.read_text("utf-8"))
        spans = [(s["start"], s["end"]) for s in call["sentences"]]
        found[call["voice"], call["condition"]] = cut(truth.with_suffix(".flac"), spans)
    return found


def cut(path: Path, spans: list[tuple[float, float]]) -> list[np.ndarray]:
    recording = load(path)
    wave = at_rate(recording.samples, recording.sr, SR)
    return [wave[round(a * SR) : round(b * SR)].astype(float) for a, b in spans]


def scene(spoken: list[np.ndarray], style: tuple, channel: str, rng: np.random.Generator) -> tuple:
    """Sentences in random order with known pauses between them: samples, rate, the pauses."""
    (between, within) = style
    order = np.concatenate([rng.permutation(len(spoken)) for _ in range(2)])[:SENTENCES]
    parts, at, pauses = [np.zeros(SR // 2)], 0.5, []
    for k, index in enumerate(order):
        sentence = with_silences(spoken[index], within, rng) if within else spoken[index]
        parts.append(sentence)
        at += len(sentence) / SR
        if k + 1 < len(order):
            silence = np.zeros(round(SR * between[k % len(between)] * rng.lognormal(0, 0.25)))
            parts.append(silence)
            pauses.append(Span(at, at + len(silence) / SR))
            at = pauses[-1].end
    wave = np.concatenate([*parts, np.zeros(SR // 2)])
    if channel == "noise":
        return add_noise(wave, SR, 15, "pink", seed=int(rng.integers(1000))), SR, pauses
    wave = add_noise(wave, SR, 55, "pink", seed=int(rng.integers(1000)))
    return (*telephone(wave, SR), pauses) if channel == "telephone" else (wave, SR, pauses)


def with_silences(wave: np.ndarray, length: float, rng: np.random.Generator) -> np.ndarray:
    """Up to two silences put into quiet places at least half a second from either end."""
    power = lfilter(np.ones(320) / 320, 1, wave**2)
    quiet = power < 10**-1.5 * np.median(power[power > 1e-4 * power.max()])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]]))).reshape(-1, 2)
    places = [(a + b) // 2 for a, b in edges if b - a > SR // 20 and a > SR // 2 and b < len(wave) - SR // 2]
    for place in sorted(rng.permutation(places)[: rng.integers(0, 3)].astype(int), reverse=True):
        silence = np.zeros(round(SR * length * rng.lognormal(0, 0.3)))
        wave = np.concatenate([wave[:place], silence, wave[place:]])
    return wave


def case(voice: str, manner: str, samples: np.ndarray, sr: int, pauses: list[Span]) -> Case:
    tracks = Tracks(from_array(samples, sr))
    breaks = model.quiet_places(tracks.ipus, tracks.syllables, tracks.intensity, DEFAULT)
    true = np.zeros(len(breaks), bool)
    for pause in pauses:
        shared = [min(pause.end, b.end) - max(pause.start, b.start) for b in breaks]
        if shared and max(shared) > -0.03:
            true[int(np.argmax(shared))] = True
    cues = model.cues(breaks, tracks.ipus, tracks.syllables, tracks.f0, tracks.intensity)
    return Case(voice, manner, tracks, breaks, cues, true, len(pauses) - int(true.sum()), pauses)


def scenes(data: Path) -> Iterator[Case]:
    rng = np.random.default_rng(1)
    for (voice, _), spoken in sorted(utterances(data).items()):
        for style in rng.permutation(len(STYLES))[:SCENES]:
            channel = CHANNELS[rng.integers(len(CHANNELS))]
            yield case(voice, channel, *scene(spoken, STYLES[style], channel, rng))


def calls(data: Path) -> Iterator[Case]:
    for truth in sorted(data.glob("practice_calls/*.json")):
        call = json.loads(truth.read_text("utf-8"))
        pauses = [Span(*p) for p in call["pauses_between_sentences"]]
        recording = load(truth.with_suffix(".flac"))
        made = {
            "": (recording.samples, recording.sr),
            " telephone": telephone(recording.samples, recording.sr),
            " 15 dB": (add_noise(recording.samples, recording.sr, 15, "pink"), recording.sr),
        }
        for channel, (samples, sr) in made.items():
            yield case(call["voice"], call["condition"] + channel, samples, sr, pauses)


def fit(cases: Iterable[Case]) -> Weights:
    """Logistic regression by Newton's method, ridge 1 on the weights."""
    cues = np.concatenate([c.cues for c in cases])
    true = np.concatenate([c.true for c in cases]).astype(float)
    mean, sd = np.nanmean(cues, 0), np.nanstd(cues, 0)
    z = np.column_stack([np.ones(len(cues)), np.nan_to_num((cues - mean) / sd)])
    ridge = np.diag([1e-3] + [1.0] * len(mean))
    beta = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ beta))
        step = np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + ridge, z.T @ (true - p) - ridge @ beta)
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    return Weights(float(beta[0]), beta[1:], mean, sd)


def chosen(one: Case, weights: Weights) -> np.ndarray:
    """Which breaks are taken as ends."""
    found = model.split(one.tracks.ipus, one.tracks.syllables, one.breaks, weights.log_odds(one.cues), DEFAULT)
    ends = set(gaps(found))
    return np.array([b in ends for b in one.breaks], bool)


def measured(one: Case, pause: Span) -> float:
    """Length of the break that was found for a true pause, s."""
    places = (b for b, t in zip(one.breaks, one.true, strict=True) if t and b.start < pause.end and b.end > pause.start)
    return next((b.duration for b in places), np.nan)


def check(cases: list[Case], weights: dict[str, Weights]) -> str:
    """Print precision and recall of ends, and the two measures that rest on them, by manner; give the sum of it."""
    sums: dict[str, list] = defaultdict(list)
    for one in cases:
        taken = chosen(one, weights[one.voice])
        turns = len(merged(one.tracks.ipus, DEFAULT.dead_air_s))
        long = [p.duration for p in one.pauses if p.duration >= DEFAULT.deliberate_pause_s]
        found = [b.duration for b, t in zip(one.breaks, taken, strict=True) if t]
        deliberate = sum(d >= DEFAULT.deliberate_pause_s for d in found)
        cadence = (int(taken.sum()) + turns) / (deliberate + 1) if deliberate else np.nan
        errors = [measured(one, p) - p.duration for p in one.pauses if p.duration >= DEFAULT.pause_min_s]
        sums[one.manner].append((
            int((taken & one.true).sum()), int(taken.sum()), len(one.pauses),
            cadence, (len(one.pauses) + 1) / (len(long) + 1), errors,
        ))  # fmt: skip
        if "good" in one.manner or "halting" in one.manner:
            true = sums[one.manner][-1][4]
            print(f"  {one.voice:12s} {one.manner:18s} sentences per pause {cadence:.2f}, true {true:.2f}")
    for manner, rows in sums.items():
        hit, taken, true = np.sum([r[:3] for r in rows], axis=0)
        away = np.array([r[3] - r[4] for r in rows])
        errors = np.concatenate([r[5] for r in rows])
        line = f"{manner:18s} precision {hit / max(taken, 1):.2f} recall {hit / true:.2f}"
        if np.isfinite(away).any():
            mean, most = np.nanmean(np.abs(away)), np.nanmax(np.abs(away))
            line += f"  sentences per pause off by {mean:.2f}, at most {most:.2f}"
        if np.isfinite(errors).any():
            line += f"  length of pause {np.nanmedian(errors):+.3f} s, rms {np.sqrt(np.nanmean(errors**2)):.3f}"
        print(line)
    hit, taken, true = np.sum([r[:3] for rows in sums.values() for r in rows], axis=0)
    return f"precision {hit / taken:.2f}, recall {hit / true:.2f}"


def toml(weights: Weights, note: str) -> str:
    lines = [
        "# Log odds of a sentence end (tracks/sentences.py): bias + sum of weight x (cue - mean) / sd.",
        "# Made by: python benchmarks/fit_sentences.py (logistic regression on joined sentences of known pauses).",
        *(f"# {line}" for line in note.splitlines()),
        "# Every weight is positive: a longer pause, a higher start of pitch and of level speak for an end.",
        "", f"bias = {weights.bias:.2f}",
    ]  # fmt: skip
    for cue, weight, mean, sd in zip(model.CUES, weights.weight, weights.mean, weights.sd, strict=True):
        lines += ["", f"[{cue}]", f"weight = {weight:.2f}", f"mean = {mean:.2f}", f"sd = {sd:.2f}"]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="judge the stored weights, fit nothing")
    options = parser.parse_args()
    if "VOICECOACH_DATA" not in os.environ:
        sys.exit("VOICECOACH_DATA is not set: it names the folder with practice_calls, kokoro_zh and manifest.csv")
    data = Path(os.environ["VOICECOACH_DATA"])
    whole = list(calls(data))
    if options.check:
        stored = model.model()
        columns = [np.array([stored[cue][name] for cue in model.CUES]) for name in ("weight", "mean", "sd")]
        check(whole, defaultdict(lambda: Weights(stored["bias"], *columns)))
        return
    made = list(scenes(data))
    voices = sorted({c.voice for c in made})
    held_out = {voice: fit([c for c in made if c.voice != voice]) for voice in voices}
    print("left out one voice at a time, joined sentences:")
    joined = check(made, held_out)
    print("left out one voice at a time, practice calls:")
    practised = check(whole, held_out)
    weights = fit(made)
    if (weights.weight <= 0).any():
        sys.exit(f"a weight has the wrong sign: {weights}")
    note = (
        f"{len(made)} scenes of {len(voices)} voices. Left out one voice at a time: {joined};\n"
        f"practice calls, clean, on the telephone and in noise: {practised}."
    )
    TARGET.write_text(toml(weights, note), "utf-8")
    print(TARGET.read_text("utf-8"))


if __name__ == "__main__":
    main()
