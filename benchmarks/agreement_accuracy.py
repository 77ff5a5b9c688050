"""Whether figures of agreement, their intervals and fitted rubrics are right, on raters whose truth is known.

    python benchmarks/agreement_accuracy.py [--studies N]

1. Share of 95 % intervals of the weighted kappa that hold the kappa of the population, for studies of different size,
   drawing trainees anew, and (what would be wrong) drawing takes.
2. Trainers whose full score for the rate lies at 180-240 syllables a minute: the target that is found, and how often
   its intervals hold the truth.
3. Trainers who grade as the rubric does: how often something is fitted though there is nothing to fit.

The tests in ``tests/agreement`` use the same raters.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicecoach.agreement import bootstrap, statistics
from voicecoach.agreement.calibration.crossvalidation import calibrate
from voicecoach.agreement.calibration.material import material
from voicecoach.agreement.calibration.records import Outcome
from voicecoach.agreement.records import Grade, Take
from voicecoach.rubric import load_rubric
from voicecoach.rubric.curve import score_at
from voicecoach.rubric.model import REQUIREMENTS

Truth = Callable[[np.ndarray, np.ndarray], np.ndarray]
DESIGNS = ((12, 5), (30, 4), (60, 2), (100, 5))  # trainees, takes of each


@dataclass(frozen=True)
class Raters:
    """A truth of variance ``speaker**2 + take**2`` points, and raters with a bias and an error of their own."""

    speakers: int = 40
    per_speaker: int = 10
    speaker: float = 10.0
    take: float = 10.0
    biases: tuple[float, ...] = (-8.0, 0.0, 5.0)
    errors: tuple[float, ...] = (6.0, 6.0, 6.0)
    machine_bias: float = 4.0
    machine_error: float = 8.0
    given: float = 1.0  # share of grades that are given
    seed: int = 1

    @property
    def variance(self) -> float:
        return self.speaker**2 + self.take**2

    def drawn(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Speaker of each take, machine's points, trainers' points (takes, trainers) with NaN for none."""
        rng = np.random.default_rng(self.seed)
        count = self.speakers * self.per_speaker
        who = [f"s{place // self.per_speaker:03}" for place in range(count)]
        truth = 50 + np.repeat(rng.normal(0, self.speaker, self.speakers), self.per_speaker)
        truth = truth + rng.normal(0, self.take, count)
        machine = truth + self.machine_bias + rng.normal(0, self.machine_error, count)
        trainers = np.column_stack([
            truth + bias + rng.normal(0, error, count) for bias, error in zip(self.biases, self.errors, strict=True)
        ])  # fmt: skip
        trainers[rng.random(trainers.shape) >= self.given] = np.nan
        return who, np.clip(machine, 0, 100), np.clip(trainers, 0, 100)

    def takes(self, requirement: str = "rate") -> tuple[list[Take], list[Grade]]:
        """The same as takes and grades."""
        who, machine, trainers = self.drawn()
        takes = [
            Take(f"t{place}", f"calls/{place}.wav", f"{place}.wav", f"{place:064x}", speaker,
                 dict.fromkeys(REQUIREMENTS) | {requirement: float(score)})
            for place, (speaker, score) in enumerate(zip(who, machine, strict=True))
        ]  # fmt: skip
        grades = [
            Grade(2 + place, f"t{place}", f"trainer {rater}", requirement, float(points))
            for place, row in enumerate(trainers) for rater, points in enumerate(row) if np.isfinite(points)
        ]  # fmt: skip
        return takes, grades


def population_kappa(a: tuple[float, float], b: tuple[float, float], shared: float) -> float:
    """Quadratic-weighted kappa of bands of two normal raters: (mean, variance) each, covariance ``shared``."""
    from scipy.stats import multivariate_normal

    edges = np.clip([-np.inf, 12.5, 37.5, 62.5, 87.5, np.inf], -400, 500)
    law = multivariate_normal([a[0], b[0]], [[a[1], shared], [shared, b[1]]])
    below = np.array([[law.cdf([x, y]) for y in edges] for x in edges])
    cell = below[1:, 1:] - below[:-1, 1:] - below[1:, :-1] + below[:-1, :-1]
    weight = (np.arange(5)[:, None] - np.arange(5)) ** 2
    return float(1 - (weight * cell).sum() / (weight * np.outer(cell.sum(axis=1), cell.sum(axis=0))).sum())


def held(raters: Callable[[int], Raters], studies: int, draws: int = 1000) -> tuple[float, float]:
    """Share of intervals that hold the population's kappa: trainees drawn anew, and takes."""
    first = raters(0)
    truth = population_kappa(
        (50 + first.machine_bias, first.variance + first.machine_error**2),
        (50 + first.biases[0], first.variance + first.errors[0] ** 2), first.variance,
    )  # fmt: skip
    hits = np.zeros(2)
    for seed in range(studies):
        who, machine, trainers = raters(seed).drawn()
        value = statistics.kappa(machine, trainers[:, 0])
        for kind, units in enumerate((who, [str(place) for place in range(len(who))])):
            w = bootstrap.weights(units, draws, seed)
            if value is None or w is None:
                continue
            around = bootstrap.interval(bootstrap.kappa(machine, trainers[:, 0], w), value, len(set(units)))
            hits[kind] += around is not None and around[0] <= truth <= around[1]
    return float(hits[0] / studies), float(hits[1] / studies)


def graded_for_rate(
    truth: Truth, *, speakers: int = 24, per_speaker: int = 5, biases: Sequence[float] = (-5.0, 0.0, 5.0),
    error: float = 9.0, seed: int = 1, base: str | Path = "etiquette",
) -> tuple[list[Take], list[Grade]]:  # fmt: skip
    """Takes scored for their rate by a rubric, and trainers who grade by a truth of their own.

    ``truth`` gives points from (speech rate [syl/min], score of the rubric).
    """
    rubric = load_rubric(base)
    rows = {row.id: row for row in rubric.rows("rate") if row.weight}
    rng = np.random.default_rng(seed)
    count = speakers * per_speaker
    rate = np.repeat(rng.normal(190, 45, speakers), per_speaker) + rng.normal(0, 25, count)
    parts = {"speech_rate": rate, "rate_steadiness": rng.gamma(4, 4, count)}
    scored = {name: score_at(rows[name].curve or (), values) for name, values in parts.items()}
    total = sum(rows[name].weight for name in parts)
    score = np.asarray(sum(rows[name].weight * scored[name] for name in parts) / total)
    takes = [
        Take(
            f"t{i}", f"calls/{i}.wav", f"{i}.wav", f"{i:064x}", f"s{i // per_speaker}",
            dict.fromkeys(REQUIREMENTS) | {"rate": float(score[i])},
            values={name: float(values[i]) for name, values in parts.items()}, spreads={"speech_rate": 5.0},
            row_scores={name: float(values[i]) for name, values in scored.items()}, rubric=rubric.name,
            rubric_sha256=rubric.sha256,
        )
        for i in range(count)
    ]  # fmt: skip
    believed = truth(rate, score)
    grades = [
        Grade(0, f"t{i}", f"trainer {j}", "rate", float(np.clip(believed[i] + bias + rng.normal(0, error), 0, 100)))
        for i in range(count) for j, bias in enumerate(biases) if rng.random() < 0.9
    ]  # fmt: skip
    return takes, grades


def faster(rate: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Trainers whose full score lies at 180-240 syllables a minute."""
    return np.interp(rate, [110, 180, 240, 310], [5, 90, 90, 5])


def alike(rate: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Trainers who grade as the rubric does."""
    return score


def outcome(takes: Sequence[Take], grades: Sequence[Grade]) -> Outcome:
    """What a fit makes of it."""
    by_id = {take.id: take for take in takes}
    return calibrate(material([(grade, by_id[grade.take]) for grade in grades], "rate", load_rubric()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=100)
    studies = parser.parse_args().studies
    for speakers, per in DESIGNS:
        shares = held(
            lambda seed, speakers=speakers, per=per: Raters(  # type: ignore[misc]
                speakers, per, speaker=16.0, take=8.0, biases=(0.0,), errors=(6.0,), seed=seed
            ),
            studies,
        )
        print(f"{speakers} trainees, {per} takes each: intervals that hold the kappa: {100 * shares[0]:.0f} %, "
              f"of takes drawn: {100 * shares[1]:.0f} %")  # fmt: skip
    edges, inside, gains = [], [], []
    for seed in range(studies // 2):
        found = outcome(*graded_for_rate(faster, seed=1000 + seed))
        row = next(row for row in found.rows if row.id == "speech_rate")
        if row.target is None:
            continue
        edges.append([edge.value for edge in row.target])
        inside.append([
            edge.interval is not None and edge.interval[0] <= true <= edge.interval[1]
            for edge, true in zip(row.target, (180, 240), strict=True)
        ])  # fmt: skip
        gains.append((found.error_before, found.error_after))
    table = np.array(edges, float)
    low, middle, high = np.quantile(table, [0.05, 0.5, 0.95], axis=0)
    print(f"target 180-240 found in {len(edges)} of {studies // 2}: "
          f"lower edge {middle[0]:.0f} ({low[0]:.0f} to {high[0]:.0f}), upper {middle[1]:.0f} ({low[1]:.0f} to "
          f"{high[1]:.0f}); intervals that hold the edge: {100 * np.mean(inside, axis=0).round(2)} %; "
          f"error {np.mean(gains, axis=0).round(1)}")  # fmt: skip
    nothing = sum(outcome(*graded_for_rate(alike, seed=2000 + seed)).status == "fitted" for seed in range(studies))
    print(f"nothing to fit, something fitted: {nothing} of {studies}")


if __name__ == "__main__":
    main()
