"""Fit the weights of the syllable detector (voicecoach/tracks/syllables.toml) from counts alone.

    python benchmarks/fit_syllables.py [--out voicecoach/tracks/syllables.toml] [--voices] MANIFEST.csv [...]

A manifest has the columns path, speaker, n_syllables (…/practice_calls/*.json: counts by sentence). Nobody marked
where the syllables are: the path through the candidates is a linear chain (semi-Markov) whose weights make the true
count likely, sum over all paths with that count / sum over all paths. ``--voices`` fits once more without each voice
in turn and prints the error on the voice left out.

Tried and left out, as none made the sets better together: weights from the places of synthetic vowels (the places
better, the counts worse); the mean count over all paths instead of the best path; a term of the expected pace; dips of
single bands, the way the spectrum travels, steps of pitch; peaks of more heights in the expected length; a correction
by anything measured of the whole recording. A term for a steady sound after a silence removes part of the syllables
found in the hum before slow synthetic sentences, but the fitted rest then makes up for it. What remains are voices:
at as many peaks a second, the rushed call of zm_yunxi holds 5.8 syllables a second and that of zm_yunjian 5.3.
"""

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from voicecoach.timeline import Span, inside
from voicecoach.tracks.f0 import f0
from voicecoach.tracks.intensity import intensity
from voicecoach.tracks.ipus import ipus
from voicecoach.tracks.resampled import at_rate
from voicecoach.tracks.syllable_evidence import PAIR, REACH, UNARY, Candidates, band_strengths, candidates, curves
from voicecoach.tracks.syllables import best_path, pair_evidence, peak_rates

SETS = ("zh_read_aishell3", "kokoro_zh", "practice_calls", "syn_rate", "kokoro_more")
START = {  # where the search starts and what it is drawn to: the direction each term must have
    "nucleus": 0.0, "height": 0.5, "voiced": 3.0, "shoulder": -0.8,
    "dip": 1.0, "small_dip": 2.0, "high_dip": 0.5, "contrast": 0.0, "flux": 2.0, "sharp_flux": 1.0, "rise": 0.5,
    "unvoiced": 0.5, "short": -4.0, "long": -3.0,
}  # fmt: skip
STRETCH = 1.25  # 1 and 1.25 tried: the same mean error, smaller worst one
PULL = 0.2  # strength of that draw, in squared weight against log likelihood


@dataclass
class Utterance:
    """A stretch of speech with a known number of syllables and what the detector sees of it."""

    group: str
    voice: str
    count: int
    seconds: float
    rates: np.ndarray
    found: Candidates
    weight: float = 1.0
    evidence: np.ndarray | None = None


def utterances(manifest: Path) -> list[Utterance]:
    """Every utterance of a manifest that belongs to the sets above."""
    import soundfile

    result = []
    for row in csv.DictReader(manifest.open(encoding="utf-8")):
        group = row["path"].split("/")[0]
        if group not in SETS:
            continue
        path = manifest.parent / row["path"]
        samples, sr = soundfile.read(path, dtype="float32")
        wave = at_rate(samples, sr, 16000)
        pitch = f0(wave, 16000)
        speech = ipus(wave, 16000, intensity(wave, 16000), pitch)
        strengths = band_strengths(wave, 16000)
        seen = curves(strengths, speech)
        found, rates = candidates(seen, pitch), peak_rates(strengths, seen)
        for span, count in known_counts(path, row):
            here = inside(found.times, (span,))
            frames = inside(seen.times, (span,)) & seen.speech
            if here.sum() >= count and frames.any():
                part = Candidates(*(values[here] for values in found))
                seconds = float(frames.sum() * 0.005)
                utterance = Utterance(group, row["speaker"], count, seconds, rates[:, frames].mean(1), part)
                utterance.weight = 3.0 if group == "zh_read_aishell3" else 1.0  # the only people among the voices
                result.append(utterance)
    return result


def known_counts(path: Path, row: dict[str, str]) -> list[tuple[Span, int]]:
    """Spans with their number of syllables: sentences where they are known, else the whole file."""
    truth = path.with_suffix(".json")
    if row["path"].startswith("practice_calls"):
        sentences = json.loads(truth.read_text(encoding="utf-8"))["sentences"]
        return [(Span(s["start"], s["end"]), s["n_syllables"]) for s in sentences]
    return [(Span(0.0, float("inf")), int(row["n_syllables"]))]


def fit_length(data: Sequence[Utterance]) -> np.ndarray:
    """Weights of the three peak rates and a constant for log(syllables per second of speech).

    Least squares, then stretched by more than the regression shrinks to the middle: the path shrinks once more.
    """
    x = np.array([[*u.rates, 1.0] for u in data])
    y = np.array([np.log(u.count / u.seconds) for u in data])
    w = np.linalg.solve(x.T @ x + 0.05 * np.eye(4), x.T @ y)
    w *= STRETCH / np.polyfit(y, x @ w, 1)[0]
    w[3] += (y - x @ w).mean()
    return w


def prepare(data: Sequence[Utterance], length: np.ndarray) -> None:
    """Lay out the evidence of every pair with the length expected there."""
    for u in data:
        expected = np.full(len(u.found.times), np.clip(np.exp(-(np.append(u.rates, 1) @ length)), 0.1, 0.6))
        u.evidence = pair_evidence(u.found, expected).astype(float)


def surprise(u: Utterance, w: np.ndarray) -> tuple[float, np.ndarray]:
    """-log p(count) and its gradient: forward recursion over candidates, columns by number of nuclei so far.

    The last column sums over all paths whatever their number.
    """
    n, own, count = len(u.found.times), len(UNARY), u.count
    nuclei, boundaries = u.found.unary @ w[:own], u.evidence @ w[own:]
    total = np.full((n, count + 1), -1e9)
    slope = np.zeros((n, count + 1, len(w)))
    for j in range(n):
        reach = min(REACH, j)
        options = np.full((reach + 1, count + 1), -1e9)
        if reach:
            options[:reach, 1:count] = total[j - reach : j][::-1, : count - 1]
            options[:reach, count] = total[j - reach : j][::-1, count]
            options[:reach] += boundaries[j, :reach, None]
        if j < REACH:
            options[reach, [0, count]] = 0
        top = options.max(0)
        share = np.exp(options - top)
        total[j] = np.where(top > -1e8, top + np.log(share.sum(0)), -1e9) + nuclei[j]
        if reach:
            share = share[:reach] / share.sum(0)
            before = slope[j - reach : j][::-1]
            slope[j, 1:count] = np.einsum("kc,kcf->cf", share[:, 1:count], before[:, : count - 1])
            slope[j, count] = share[:, count] @ before[:, count]
            slope[j, :, own:] += share.T @ u.evidence[j, :reach]
        slope[j, :, :own] += u.found.unary[j]
    last = slice(max(0, n - REACH), n)
    top = total[last].max(0)
    share = np.exp(total[last] - top)
    ends = top + np.log(share.sum(0))
    if ends[count - 1] < -1e8:
        return 0.0, np.zeros(len(w))
    share /= share.sum(0)
    gradient = share[:, count] @ slope[last, count] - share[:, count - 1] @ slope[last, count - 1]
    return float(ends[count] - ends[count - 1]), gradient


def fit_path(data: Sequence[Utterance], start: np.ndarray) -> np.ndarray:
    """Weights of nuclei and boundaries that make the known counts likely."""
    prior = np.array(list(START.values()))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = PULL * np.sum((w - prior) ** 2) / 2, PULL * (w - prior)
        for u in data:
            one, slope = surprise(u, w)
            value, gradient = value + u.weight * one, gradient + u.weight * slope
        return value / len(data), gradient / len(data)

    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 30}).x


def errors(data: Sequence[Utterance], w: np.ndarray) -> np.ndarray:
    """Relative error of the count of every utterance, as the product decides."""
    own = len(UNARY)
    counts = [len(best_path(u.found.unary @ w[:own], u.evidence @ w[own:])) for u in data]
    return np.array(counts) / [u.count for u in data] - 1


def report(title: str, data: Sequence[Utterance], found: np.ndarray) -> None:
    """Bias and mean absolute error by set."""
    for group in SETS:
        e = found[[u.group == group for u in data]]
        if len(e):
            print(f"{title:24s} {group:18s} n {len(e):4d}  bias {e.mean():+6.1%}  mean |e| {np.abs(e).mean():5.1%}")


def toml(length: np.ndarray, w: np.ndarray, command: str, note: str) -> str:
    """The file of weights."""
    names = {"length": ["fine", "middle", "coarse", "bias"], "nucleus": list(UNARY), "boundary": list(PAIR)}
    values = iter([*length, *w])
    sections = [f"[{s}]\n" + "".join(f"{n} = {next(values):.3f}\n" for n in ns) for s, ns in names.items()]
    head = "# Weights of the syllable detector (tracks/syllables.py), made by: " + command + "\n" + note
    return head + "\n" + "\n".join(sections)


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifests", nargs="+", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--voices", action="store_true", help="leave one voice out in turn")
    options = parser.parse_args()
    data = [u for manifest in options.manifests for u in utterances(manifest)]
    length = fit_length(data)
    prepare(data, length)
    weights = fit_path(data, np.array(list(START.values())))
    fitted = errors(data, weights)
    report("fitted", data, fitted)
    note = ""
    if options.voices:
        left_out = np.zeros(len(data))
        folds = defaultdict(list)
        for index, u in enumerate(data):
            folds["people " + str(index % 5) if u.group == "zh_read_aishell3" else u.voice].append(index)
        for voice, indices in folds.items():
            rest = [u for index, u in enumerate(data) if index not in set(indices)]
            prepare(data, fit_length(rest))
            own = fit_path(rest, weights)
            left_out[indices] = errors([data[i] for i in indices], own)
            print(f"left out {voice:24s} bias {left_out[indices].mean():+6.1%}", flush=True)
        report("voice left out", data, left_out)
        parts = [(g, left_out[[u.group == g for u in data]]) for g in SETS]
        quoted = "; ".join(f"{g} {100 * e.mean():+.1f} %, {100 * np.abs(e).mean():.1f} %" for g, e in parts if len(e))
        note = f"# Error of the count of an utterance, its voice left out (bias, mean absolute): {quoted}\n"
    text = toml(length, weights, "python benchmarks/fit_syllables.py --voices manifest.csv …", note)
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
