"""What of two takes can be compared: the rows of a requirement, as the reports tell them, with their uncertainty.

A requirement's score in a report is a mean over rows; which rows those are may differ from take to take (no pause,
no length of pauses; no baseline, no smile), and some rows describe the microphone as much as the speaker. Takes are
therefore compared on the rows that both have and that stay the same through another gain, codec or noise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import numpy as np

from voicecoach.rubric import measure_function
from voicecoach.rubric.curve import normal_draws, score_at
from voicecoach.rubric.model import OWN
from voicecoach.timeline import FloatArray

Z95 = 1.645  # intervals of a report run from the 5th to the 95th percentile


@dataclass(frozen=True)
class Part:
    """One scored row of one take.

    Attributes
    ----------
    row, requirement : str
    weight : float            within the requirement
    draws : ndarray, shape (1000,)     the score under the uncertainty of the value, points
    uses_baseline : bool      whether the measure looks at the speaker's own voice, if it is given one
    """

    row: str
    requirement: str
    weight: float
    draws: FloatArray = field(repr=False, compare=False)
    uses_baseline: bool


@dataclass(frozen=True)
class Like:
    """A score made of certain rows only: mean and standard uncertainty, points."""

    score: float
    sd: float


def parts_of(report: Mapping[str, Any]) -> list[Part]:
    """The scored rows of a report.

    The scores are drawn as grading draws them: the value plus its uncertainty, through the row's curve. Where the
    interval is cut at the end of a quantity (no share below 0), the longer side tells the uncertainty.
    """
    rows = [row for row in report["criteria"] if row["status"] == "scored" and row["curve"] and row["weight"] > 0]
    z = normal_draws(len(rows))
    return [
        Part(
            row["id"], row["requirement"], float(row["weight"]),
            score_at(row["curve"], row["value"] + value_sd(row["value"], row["interval"]) * z[:, column]),
            _uses_baseline(row["measure"]),
        )
        for column, row in enumerate(rows)
    ]  # fmt: skip


def value_sd(value: float, interval: tuple[float, float] | None) -> float:
    """Standard uncertainty of a value with a 90 % interval, which may be cut on one side.

    Examples
    --------
    >>> round(value_sd(10.0, (8.355, 11.645)), 6), round(value_sd(0.0, (0.0, 3.29)), 6), value_sd(1.0, None)
    (1.0, 2.0, 0.0)
    """
    if interval is None:
        return 0.0
    return max(value - interval[0], interval[1] - value, 0.0) / Z95


def mixed(parts: Iterable[Part]) -> Like:
    """The weighted mean of rows, with its uncertainty; the errors of different rows are taken as independent.

    Examples
    --------
    >>> one = Part("a", "rate", 0.5, np.array([40.0, 60.0]), False)
    >>> mixed([one, Part("b", "rate", 0.5, np.array([100.0, 100.0]), False)])
    Like(score=75.0, sd=5.0)
    """
    mine = list(parts)
    mean = np.average(np.stack([part.draws for part in mine]), axis=0, weights=[part.weight for part in mine])
    return Like(float(np.clip(mean.mean(), 0, 100)), float(mean.std()))


def _uses_baseline(measure: str) -> bool:
    if measure.startswith(OWN):  # a function given for one grading, which is not here any more
        return False
    return "baseline" in signature(measure_function(measure)).parameters
