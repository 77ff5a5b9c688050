"""Raters whose bias and noise are known, as the benchmark makes them, and results as a cohort writes them."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from voicecoach.agreement.records import Take
from voicecoach.rubric.model import REQUIREMENTS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def simulated(script: Callable[[str], ModuleType]) -> ModuleType:
    """The benchmark of agreement, whose raters are those of the tests too."""
    return script("benchmarks/agreement_accuracy.py")


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
