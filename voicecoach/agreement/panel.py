"""The grades of one requirement as a table: takes by trainers, with what the machine gave beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from voicecoach.agreement.records import Cell, Grade, Take
from voicecoach.timeline import FloatArray

BoolArray = npt.NDArray[np.bool_]

PANEL_SHARE = 0.5  # of the takes: who graded fewer is not on the panel, or few takes would be complete


@dataclass(frozen=True)
class Panel:
    """Takes that a trainer graded and the machine scored.

    Attributes
    ----------
    machine : ndarray, shape (takes,)           points
    grades : ndarray, shape (takes, trainers)   points; NaN where a trainer gave none
    """

    requirement: str
    takes: tuple[Take, ...]
    trainers: tuple[str, ...]
    machine: FloatArray
    grades: FloatArray
    unmeasured: int

    @property
    def mean(self) -> FloatArray:
        """Trainers' mean of each take, points."""
        return np.asarray(np.nanmean(self.grades, axis=1)) if len(self.takes) else np.zeros(0)

    def both(self, one: int | None, other: int) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Points of two raters on takes that both have (None: the machine), and which takes those are."""
        a = self.machine if one is None else self.grades[:, one]
        b = self.grades[:, other]
        there = np.isfinite(a) & np.isfinite(b)
        return a[there], b[there], there

    def from_the_others(self) -> FloatArray:
        """How far each grade is above the mean of the other trainers' grades of the same take, points.

        Returns
        -------
        ndarray, shape (takes, trainers)    NaN where there is no grade, or none of another trainer

        Examples
        --------
        >>> Panel("rate", (), ("A", "B", "C"), np.zeros(2), np.array([[40.0, 50, 60], [np.nan, 70, np.nan]]), 0
        ...     ).from_the_others().tolist()
        [[-15.0, 0.0, 15.0], [nan, nan, nan]]
        """
        there = np.isfinite(self.grades)
        others = there.sum(axis=1, keepdims=True) - 1
        total = np.nansum(self.grades, axis=1, keepdims=True)
        mean = (total - self.grades) / np.where(others > 0, others, 1)
        return np.asarray(np.where(there & (others > 0), self.grades - mean, np.nan))

    def pairs(self) -> list[tuple[int, int]]:
        """Every two trainers."""
        return list(combinations(range(len(self.trainers)), 2))

    def complete(self) -> tuple[tuple[str, ...], BoolArray, FloatArray]:
        """The panel: who graded at least half the takes, the takes that all of them graded, and their grades.

        Returns
        -------
        (trainers, there, table)    there: shape (takes,), bool; table: shape (complete takes, trainers)
        """
        there = np.isfinite(self.grades)
        on = there.sum(axis=0) >= PANEL_SHARE * max(len(self.takes), 1)
        rows = np.asarray(there[:, on].all(axis=1) & bool(on.any()))
        return tuple(np.array(self.trainers, object)[on]), rows, self.grades[np.ix_(rows, on)]


def cells(pairs: Sequence[tuple[Grade, Take]], requirement: str) -> tuple[Cell, ...]:
    """Every graded take of a requirement, in the order of the grades file, and whether it entered.

    Examples
    --------
    >>> take = Take("t1", "a.wav", "a.wav", "00", "", {"rate": None})
    >>> [cell.left_out for cell in cells([(Grade(2, "t1", "Li", "rate", 50.0), take)], "rate")]
    ['no_machine_score']
    """
    of: dict[str, tuple[Take, dict[str, float]]] = {}
    for grade, take in pairs:
        if grade.requirement == requirement:
            of.setdefault(take.id, (take, {}))[1][grade.trainer] = grade.points
    return tuple(
        Cell(take, requirement, score, given, "" if score is not None else "no_machine_score")
        for take, given in of.values() for score in [take.scores[requirement]]
    )  # fmt: skip


def panel(found: Sequence[Cell], requirement: str) -> Panel:
    """The table of the takes that entered; trainers in alphabetical order, without those who gave no grade here.

    Examples
    --------
    >>> take = Take("t1", "a.wav", "a.wav", "00", "", {"rate": 40.0})
    >>> seen = panel(cells([(Grade(2, "t1", "Li", "rate", 50.0), take)], "rate"), "rate")
    >>> seen.trainers, seen.machine.tolist(), seen.grades.tolist()
    (('Li',), [40.0], [[50.0]])
    """
    entered = [cell for cell in found if not cell.left_out]
    trainers = tuple(sorted({name for cell in entered for name in cell.grades}))
    grades = np.array([[cell.grades.get(name, np.nan) for name in trainers] for cell in entered], float)
    return Panel(
        requirement, tuple(cell.take for cell in entered), trainers,
        np.array([cell.machine for cell in entered], float), grades.reshape(len(entered), len(trainers)),
        len(found) - len(entered),
    )  # fmt: skip
