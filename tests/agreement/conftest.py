"""Raters whose bias and noise are known, and what must then come out."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from voicecoach.agreement.records import Grade, Grades, Take
from voicecoach.rubric import load_rubric
from voicecoach.rubric.curve import score_at
from voicecoach.rubric.model import REQUIREMENTS


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


Truth = Callable[[np.ndarray, np.ndarray], np.ndarray]


def graded_for_rate(
    truth: Truth, *, speakers: int = 24, per_speaker: int = 5, biases: Sequence[float] = (-6.0, 0.0, 6.0),
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
    unsteady = rng.gamma(4, 4, count)
    parts = {"speech_rate": rate, "rate_steadiness": unsteady}
    scored = {name: score_at(rows[name].curve or (), values) for name, values in parts.items()}
    total = sum(rows[name].weight for name in parts)
    score = sum(rows[name].weight * scored[name] for name in parts) / total
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
    believed = truth(rate, np.asarray(score))
    grades = [
        Grade(0, f"t{i}", f"trainer {j}", "rate", float(np.clip(believed[i] + bias + rng.normal(0, error), 0, 100)))
        for i in range(count) for j, bias in enumerate(biases) if rng.random() < 0.9
    ]  # fmt: skip
    return takes, grades


def as_file(grades: Sequence[Grade]) -> Grades:
    return Grades(tuple(grades), "0-100", False, "trainers.csv", "00")


@pytest.fixture
def write_results(tmp_path: Path) -> Callable[..., Path]:
    """Writes takes as ``results.csv`` of a cohort."""

    def write(takes: Sequence[Take], folder: Path = tmp_path) -> Path:
        file = folder / "results.csv"
        columns = ["take", "recording", "name", "sha256", "cohort", "trainee", "status"]
        columns += [f"{name}_{part}" for name in REQUIREMENTS for part in ("score", "low", "high", "reason")]
        rows = list(dict.fromkeys(name for take in takes for name in take.values))
        columns += [f"{name}_{part}" for name in rows for part in ("value", "low", "high", "score")]
        columns += ["rubric", "rubric_sha256", "report"]
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, columns, restval="")
            writer.writeheader()
            for take in takes:
                scores = {f"{name}_score": score for name, score in take.scores.items() if score is not None}
                writer.writerow({
                    "take": take.id, "recording": take.recording, "name": take.name, "sha256": take.sha256,
                    "trainee": take.trainee, "status": "graded", **scores, "rubric": take.rubric,
                    "rubric_sha256": take.rubric_sha256,
                    **{f"{name}_value": value for name, value in take.values.items()},
                    **{f"{name}_score": score for name, score in take.row_scores.items()},
                    **{f"{name}_low": take.values[name] - 1.645 * sd for name, sd in take.spreads.items()},
                    **{f"{name}_high": take.values[name] + 1.645 * sd for name, sd in take.spreads.items()},
                })  # fmt: skip
        return file

    return write
