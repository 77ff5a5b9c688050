"""Whether refitted curves come closer to trainers on speakers that they were not fitted to, and by how much.

Everything that is chosen from the data is chosen anew without the speakers that it is tested on: the model of a curve
as well as its points. Rows are taken one by one, the one with most to gain first; a row stays as it is unless its gain
is more than chance, at a level that allows for all the rows that were tried.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from voicecoach.agreement import bootstrap
from voicecoach.agreement.calibration.records import (
    FEWEST_SPEAKERS,
    FEWEST_TAKES,
    Material,
    Outcome,
    Row,
    RowOutcome,
    status_of,
)
from voicecoach.agreement.calibration.shapes import MODELS, Fitted, IntArray, Sample, expected, fit, rounded
from voicecoach.agreement.compare import mean_kappa
from voicecoach.agreement.records import Figure
from voicecoach.rubric.curve import Curve, target
from voicecoach.timeline import FloatArray

FOLDS, INNER_FOLDS = 10, 3
MOST_ROWS = 3  # of a requirement that are refitted
FLAT = 10.0  # points between a curve's worst and best: with less, grades do not follow the row
EDGE_DRAWS = 200  # refits for the interval of a target
SEED = 20261126


def calibrate(material: Material) -> Outcome:
    """Fit what can be fitted of a requirement.

    Returns
    -------
    Outcome    with a row's outcome for every scored row; ``fitted`` if any row's curve is better than its own
    """
    status = status_of(material)
    told = {
        "requirement": material.requirement, "takes": len(material.wanted), "both": material.both,
        "speakers": len(set(material.speakers) - {""}), "trainers": len(material.panel.trainers),
        "apart": material.apart, "reliability": material.reliability,
    }  # fmt: skip
    if status != "enough":
        return Outcome(status=status, **told)  # type: ignore[arg-type]
    trial = _Trial(material)
    chosen, outcomes = _forward(trial)
    before, after = material.panel.machine, trial.tested(chosen)
    gain = trial.gain(before, after, 0.05)
    return Outcome(
        status="fitted" if chosen else "no_gain", rows=outcomes, error_before=_rmse(before - material.wanted),
        error_after=_rmse(after - material.wanted), gain=gain, kappa_before=mean_kappa(material.panel),
        kappa_after=mean_kappa(replace(material.panel, machine=after)), **told,  # type: ignore[arg-type]
    )  # fmt: skip


def folds(speakers: Sequence[str], count: int) -> IntArray:
    """The fold of each take: a speaker's takes are all in one, folds of about as many takes.

    Examples
    --------
    >>> found = folds(["a", "a", "b", "c", "d", "d"], 2)
    >>> bool(found[0] == found[1]), bool(found[4] == found[5]), sorted(np.bincount(found).tolist())
    (True, True, [3, 3])
    """
    names, of = np.unique(np.array(speakers, object), return_inverse=True)
    sizes = np.bincount(of)
    order = np.random.default_rng(SEED).permutation(len(names))
    load = np.zeros(min(count, len(names)), int)
    fold = np.zeros(len(names), int)
    for speaker in sorted(order, key=lambda one: -sizes[one]):
        fold[speaker] = int(np.argmin(load))
        load[fold[speaker]] += sizes[speaker]
    return np.asarray(fold[of])


def learned(sample: Sample, own: Row, speakers: Sequence[str]) -> Fitted:
    """The curve, of the model that does better on speakers left out; ``level`` unless ``band`` is better by more than
    one standard error over speakers, for it leaves the target where the documents put it.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, § 7.10 (one-standard-error rule).
    """
    parts = folds(speakers, INNER_FOLDS)
    names, of = np.unique(np.array(speakers, object), return_inverse=True)
    better = np.zeros(len(sample.values))
    for part in range(parts.max() + 1):
        test, train = np.flatnonzero(parts == part), np.flatnonzero(parts != part)
        tried = sample.of(test)
        level, band = (fit(sample.of(train), own.curve, model) for model in MODELS)
        better[test] = _squared(tried, level) - _squared(tried, band)
    by_speaker = np.bincount(of, better) / np.bincount(of)
    error = float(np.std(by_speaker, ddof=1) / np.sqrt(len(names))) if len(names) > 1 else np.inf
    return fit(sample, own.curve, "band" if by_speaker.mean() > error else "level")


class _Trial:
    """Cross-validated scores of orders of refitted rows; what was fitted without a fold is kept."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.parts = folds(material.speakers, FOLDS)
        self.weights = bootstrap.weights(material.speakers)
        self._scores: dict[tuple[int, tuple[str, ...]], FloatArray] = {}

    def tested(self, order: tuple[str, ...]) -> FloatArray:
        """Score of each take by curves fitted without its speaker's fold, shape (takes,)."""
        scores = self.material.panel.machine.copy()
        for part in range(self.parts.max() + 1):
            test = self.parts == part
            scores[test] = self._without(part, order)[test]
        return scores

    def _without(self, part: int, order: tuple[str, ...]) -> FloatArray:
        """Scores of all takes, rows refitted in order without one fold (-1: with all)."""
        if not order:
            return self.material.panel.machine
        if (part, order) not in self._scores:
            before = self._without(part, order[:-1])
            found, _ = self.fitted(order, part)
            self._scores[part, order] = rescored(before, self.material.rows[order[-1]], found)
        return self._scores[part, order]

    def fitted(self, order: tuple[str, ...], part: int = -1) -> tuple[Fitted, Sample]:
        """The last row of the order, refitted after those before it without one fold; and what it learned from."""
        row = self.material.rows[order[-1]]
        sample, there = self.material.sample(row, self._without(part, order[:-1]))
        train = self.parts[there] != part
        speakers = np.array(self.material.speakers, object)[there][train]
        learnt = sample.of(train)
        return learned(learnt, row, list(speakers)), learnt

    def gain(self, before: FloatArray, after: FloatArray, beyond: float) -> Figure:
        """Error before less error after, with an interval that misses the truth in a share ``beyond``."""
        wanted = self.material.wanted
        value = _rmse(before - wanted) - _rmse(after - wanted)
        if self.weights is None:
            return Figure(value, None, len(wanted))
        drawn = np.sqrt(bootstrap.mean((before - wanted) ** 2, self.weights)) - np.sqrt(
            bootstrap.mean((after - wanted) ** 2, self.weights)
        )
        return Figure(
            value, bootstrap.interval(drawn, value, len(set(self.material.speakers)), beyond), len(wanted)
        )  # fmt: skip


def rescored(scores: FloatArray, row: Row, found: Fitted) -> FloatArray:
    """Scores with one row's curve replaced; takes in which it was not scored stay."""
    there = row.share > 0
    sample = Sample(row.values, row.spreads, row.share, row.share).of(there)
    changed = scores.copy()
    changed[there] += row.share[there] * (expected(sample, found.curve) - row.scores[there])
    return np.asarray(np.clip(changed, 0, 100))


def _forward(trial: _Trial) -> tuple[tuple[str, ...], tuple[RowOutcome, ...]]:
    """Rows worth refitting, in the order of what they bring; and the outcome of every row."""
    material = trial.material
    able = [row.id for row in material.rows.values() if _enough(row, material.speakers)]
    gains: dict[str, Figure] = {}
    status = {row: "no_gain" if row in able else "too_few" for row in material.rows}
    order: tuple[str, ...] = ()
    found: dict[str, tuple[Fitted, Sample]] = {}
    while len(order) < MOST_ROWS:
        left = [row for row in able if row not in order and status[row] != "flat"]
        current = trial.tested(order)
        tried = {row: trial.gain(current, trial.tested((*order, row)), 0.05 / len(able)) for row in left}
        gains |= tried
        real = [row for row in left if (around := tried[row].interval) is not None and around[0] > 0]
        if not real:
            break
        best = max(real, key=lambda row: tried[row].value or 0.0)
        fitted, sample = trial.fitted((*order, best))
        scores = [score for _, score in fitted.curve]
        if max(scores) - min(scores) < FLAT:
            status[best] = "flat"
            continue
        order, status[best] = (*order, best), "fitted"
        found[best] = fitted, sample
    return order, tuple(_outcome(row, status[row], gains.get(row), found.get(row), material) for row in material.rows)


def _outcome(
    row: str, status: str, gain: Figure | None, found: tuple[Fitted, Sample] | None, material: Material
) -> RowOutcome:
    takes = int((material.rows[row].share > 0).sum())
    told = gain or Figure(None, None, 0)
    if found is None:
        return RowOutcome(row, status, takes, told)
    fitted, sample = found
    curve = rounded(fitted.curve, sample.values)
    edges = _edges(material.rows[row], curve, found, material.speakers)
    return RowOutcome(row, status, takes, told, Fitted(curve, fitted.model), edges)


def _edges(
    row: Row, curve: Curve, found: tuple[Fitted, Sample], speakers: Sequence[str]
) -> tuple[Figure, Figure]:
    """The target's two edges with their intervals: how well the grades say where full score lies."""
    fitted, sample = found
    who = [speaker for speaker, share in zip(speakers, row.share, strict=True) if share > 0]
    w = bootstrap.weights(who, EDGE_DRAWS, SEED) if fitted.model == "band" else None
    drawn: list[tuple[float | None, float | None]] = []
    for weight in () if w is None else w:
        picked = sample.of(np.repeat(np.arange(len(weight)), weight.astype(int)))
        drawn.append(target(fit(picked, row.curve, "band").curve))
    low, high = target(curve)
    return _edge(low, [one for one, _ in drawn], len(who)), _edge(high, [one for _, one in drawn], len(who))


def _edge(value: float | None, drawn: Sequence[float | None], takes: int) -> Figure:
    known = [one for one in drawn if one is not None]
    if value is None or not known:
        return Figure(value, None, takes)
    low, high = np.quantile(known, [0.025, 0.975])
    return Figure(value, (float(low), float(high)), takes)


def _enough(row: Row, speakers: Sequence[str]) -> bool:
    there = row.share > 0
    who = {speaker for speaker, is_there in zip(speakers, there, strict=True) if is_there}
    return bool(there.sum() >= FEWEST_TAKES and len(who) >= FEWEST_SPEAKERS and np.unique(row.values[there]).size >= 10)


def _squared(sample: Sample, found: Fitted) -> FloatArray:
    """Squared error of each take, points²."""
    return np.asarray((sample.share * expected(sample, found.curve) - sample.wanted) ** 2)


def _rmse(differences: FloatArray) -> float:
    return float(np.sqrt(np.mean(differences**2)))


