"""Grades and results → what a fit of each requirement may learn from."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from voicecoach.agreement import statistics
from voicecoach.agreement.calibration.records import Material, Row
from voicecoach.agreement.panel import BoolArray, Panel, cells, panel
from voicecoach.agreement.records import Grade, Take
from voicecoach.rubric import Criterion, Rubric
from voicecoach.timeline import FloatArray

AGREES = 1.0  # points between a requirement's score and the weighted mean of its rows: rounding


def material(pairs: Sequence[tuple[Grade, Take]], requirement: str, rubric: Rubric) -> Material:
    """Everything that was graded in one requirement and scored by rows.

    A take whose score is not the weighted mean of its rows (a row's effect was limited) is left out and counted.
    """
    whole = panel(cells(pairs, requirement), requirement)
    weighed = [row for row in rubric.rows(requirement) if row.weight > 0]
    shares, scores = _shares(whole.takes, weighed)
    explained = np.abs((shares * np.nan_to_num(scores)).sum(axis=0) - whole.machine) <= AGREES
    kept = _only(whole, explained)
    rows = {
        row.id: _row(row, kept.takes, shares[place, explained], scores[place, explained])
        for place, row in enumerate(weighed) if row.max_total_effect is None and row.curve
    }  # fmt: skip
    _, _, table = kept.complete()
    found = statistics.icc(table) if table.shape[1] > 1 else None
    return Material(
        requirement, kept, tuple(take.trainee for take in kept.takes), mean_trainer(kept.grades), rows,
        int((~explained).sum()), int((np.isfinite(kept.grades).sum(axis=1) > 1).sum()), found[1] if found else None,
    )  # fmt: skip


def mean_trainer(grades: FloatArray) -> FloatArray:
    """What the mean trainer would give each take: the mean of its grades less their givers' biases.

    Parameters
    ----------
    grades : ndarray, shape (takes, trainers)    points; NaN where there is none

    Examples
    --------
    >>> mean_trainer(np.array([[40.0, 60], [10, 30], [50, np.nan]])).tolist()
    [50.0, 20.0, 60.0]
    """
    if not grades.size:
        return np.zeros(0)
    bias = statistics.effects(grades) if grades.shape[1] > 1 else np.zeros(grades.shape[1])
    return np.asarray(np.nanmean(grades - np.nan_to_num(bias), axis=1))


def _only(found: Panel, there: BoolArray) -> Panel:
    takes = tuple(take for take, stays in zip(found.takes, there, strict=True) if stays)
    return replace(found, takes=takes, machine=found.machine[there], grades=found.grades[there])


def _shares(takes: Sequence[Take], rows: Sequence[Criterion]) -> tuple[FloatArray, FloatArray]:
    """Each row's part of each take's score, and its score (NaN: not scored); both of shape (rows, takes)."""
    scores = np.array([[take.row_scores.get(row.id, np.nan) for take in takes] for row in rows], float)
    scores = scores.reshape(len(rows), len(takes))
    weight = np.where(np.isfinite(scores), np.array([row.weight for row in rows])[:, None], 0.0)
    total = weight.sum(axis=0)
    return weight / np.where(total > 0, total, 1.0), scores


def _row(row: Criterion, takes: Sequence[Take], share: FloatArray, scores: FloatArray) -> Row:
    values = np.array([take.values.get(row.id, np.nan) for take in takes], float)
    there = np.isfinite(values) & np.isfinite(scores)
    spreads = np.array([take.spreads.get(row.id, 0.0) for take in takes], float)
    return Row(row.id, tuple(row.curve or ()), values, spreads, np.nan_to_num(scores), np.where(there, share, 0.0))
