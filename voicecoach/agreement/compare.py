"""From a table of grades to figures: the machine with each trainer, trainers with each other, and chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from voicecoach.agreement import bootstrap, statistics
from voicecoach.agreement.panel import BoolArray, Panel
from voicecoach.agreement.records import NOTHING, Agreement, Figure, Trainer
from voicecoach.timeline import FloatArray

FEWEST_COMMON = 10  # takes in common: with fewer, a figure of two raters says nothing
FEW_UNITS = 10
"""With fewer clusters drawn anew, intervals are too narrow to rest a verdict on: Cameron, Gelbach & Miller (2008),
Review of Economics and Statistics 90:414."""
GOOD_KAPPA, MOST_BEHIND = 0.70, 0.10
"""Kappa that a machine's scores should reach, and by how much it may fall short of that between people: Williamson,
Xi & Breyer (2012), A framework for evaluation and use of automated scoring. Educational Measurement 31:2."""
CHUNK = 2_000_000  # numbers of one table of draws that are held at a time



@dataclass(frozen=True)
class Chance:
    """What is drawn for intervals: weights of shape (draws, takes), None with too few units; how many units."""

    weights: FloatArray | None
    units: int

    def of(self, drawn: Callable[[FloatArray], FloatArray], there: BoolArray) -> FloatArray | None:
        """A figure in each draw, from the takes that are there; in parts, so that memory stays bounded."""
        if self.weights is None:
            return None
        w = self.weights[:, there]
        step = max(CHUNK // max(w.shape[1], 1), 1)
        return np.concatenate([drawn(w[first : first + step]) for first in range(0, len(w), step)])

    def figure(self, value: float, drawn: FloatArray | None, takes: int) -> Figure:
        """A figure with its interval."""
        return Figure(value, None if drawn is None else bootstrap.interval(drawn, value, self.units), takes)


def compare(panel: Panel, units: Sequence[str]) -> Agreement:
    """All figures of one requirement.

    Figures of two raters (``kappa``, ``icc``, ``within_one``, ``same``, ``spearman``) are means over trainers, and over
    pairs of trainers as the ceiling, each weighted by the takes in common: so that both are of single raters, and can
    be held against each other. ``icc_k`` is that of the mean of a panel: of the trainers, and of trainers and machine.

    Parameters
    ----------
    panel : Panel
    units : sequence of str    what is drawn anew for intervals, one for each take: its speaker, or itself
    """
    chance = Chance(bootstrap.weights(units), len(set(units)))
    machine_pairs = [(None, place) for place in range(len(panel.trainers))]
    machine, trainers, drawn = {}, {}, {}
    for name in statistics.PAIR:
        machine[name], one = _pairs(panel, name, machine_pairs, chance)
        trainers[name], other = _pairs(panel, name, panel.pairs(), chance)
        drawn[name] = one, other
    members, there, table = panel.complete()
    trainers["icc_k"] = _panel(table, there, chance)
    machine["icc_k"] = _panel(np.column_stack([table, panel.machine[there]]), there, chance)
    gap = _gap(machine["kappa"], trainers["kappa"], *drawn["kappa"], chance)
    every = np.ones(len(panel.takes), bool)
    return Agreement(
        panel.requirement, len(panel.takes), panel.unmeasured, len({take.trainee for take in panel.takes} - {""}),
        machine, trainers, members, _mean(panel.machine - panel.mean, every, chance), gap,
        verdict(machine["kappa"], trainers["kappa"], gap, chance.units), biases(panel, chance),
    )  # fmt: skip


def mean_kappa(panel: Panel) -> float | None:
    """Kappa of machine and trainers, averaged over trainers; None with too few takes in common."""
    return _pairs(panel, "kappa", [(None, rater) for rater in range(len(panel.trainers))], Chance(None, 0))[0].value


def verdict(machine: Figure, trainers: Figure, gap: Figure, units: int) -> str:
    """What may be said of the machine's kappa beside the trainers'; ``units`` are the speakers or takes drawn anew.

    Examples
    --------
    >>> strong, between = Figure(0.8, (0.75, 0.85), 90), Figure(0.82, (0.78, 0.86), 90)
    >>> verdict(strong, between, Figure(-0.02, (-0.06, 0.02), 90), 30)
    'as_good'
    >>> verdict(Figure(0.3, (0.1, 0.5), 90), between, Figure(-0.5, (-0.7, -0.3), 90), 30)
    'weaker'
    >>> verdict(strong, Figure(None, None, 0), Figure(None, None, 0), 30)
    'no_ceiling'
    >>> verdict(strong, between, Figure(-0.02, (-0.06, 0.02), 90), 5)
    'unsure'
    """
    if machine.value is None or machine.interval is None:
        return "too_few"
    if trainers.value is None or gap.interval is None:
        return "no_ceiling"
    if units < FEW_UNITS:
        return "unsure"
    if gap.interval[1] < -MOST_BEHIND:
        return "weaker"
    if gap.interval[0] >= -MOST_BEHIND:
        return "as_good" if machine.value >= GOOD_KAPPA else "both_low"
    return "unsure"


def _pairs(
    panel: Panel, name: str, pairs: Sequence[tuple[int | None, int]], chance: Chance
) -> tuple[Figure, FloatArray | None]:
    """A figure of two raters, averaged over pairs of them; with its draws."""
    values: list[float] = []
    counts: list[int] = []
    draws: list[FloatArray] = []
    entered = np.zeros(len(panel.takes), bool)
    for one, other in pairs:
        a, b, there = panel.both(one, other)
        value = statistics.PAIR[name](a, b) if len(a) >= FEWEST_COMMON else None
        if value is None:
            continue
        values.append(value)
        counts.append(len(a))
        entered |= there
        drawn = chance.of(partial(bootstrap.PAIR[name], a, b), there)
        draws += [] if drawn is None else [drawn]
    if not values:
        return NOTHING, None
    together = _weighted(draws, counts) if draws else None
    value = float(np.average(values, weights=counts))
    return chance.figure(value, together, int(entered.sum())), together


def _weighted(draws: Sequence[FloatArray], counts: Sequence[int]) -> FloatArray:
    """Mean over pairs in each draw, of those pairs that have a value in it."""
    table, weight = np.array(draws), np.array(counts, float)[:, None]
    there = np.isfinite(table)
    with np.errstate(all="ignore"):
        return np.asarray(np.where(there, table * weight, 0).sum(axis=0) / (there * weight).sum(axis=0))


def _panel(table: FloatArray, there: BoolArray, chance: Chance) -> Figure:
    """ICC(2,k) of complete takes."""
    found = statistics.icc(table) if len(table) >= FEWEST_COMMON else None
    if found is None:
        return NOTHING
    return chance.figure(found[1], chance.of(lambda w: bootstrap.icc(table, w)[1], there), len(table))


def biases(panel: Panel, chance: Chance) -> tuple[Trainer, ...]:
    """Every trainer's bias: mean differences from the other trainers' mean, and from the machine."""
    apart = panel.from_the_others()
    people = []
    for rater, name in enumerate(panel.trainers):
        machine, grades, there = panel.both(None, rater)
        shared = np.isfinite(apart[:, rater])
        bias = _mean(apart[shared, rater], shared, chance) if shared.sum() >= FEWEST_COMMON else NOTHING
        people.append(Trainer(name, len(grades), bias, _mean(machine - grades, there, chance)))
    return tuple(people)


def _mean(differences: FloatArray, there: BoolArray, chance: Chance) -> Figure:
    if not len(differences):
        return NOTHING
    drawn = chance.of(partial(bootstrap.mean, differences), there)
    return chance.figure(float(differences.mean()), drawn, len(differences))


def _gap(
    machine: Figure, trainers: Figure, one: FloatArray | None, other: FloatArray | None, chance: Chance
) -> Figure:
    if machine.value is None or trainers.value is None:
        return NOTHING
    drawn = None if one is None or other is None else one - other
    return chance.figure(machine.value - trainers.value, drawn, min(machine.takes, trainers.takes))

