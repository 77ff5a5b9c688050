"""The figures: published table, closed forms of known raters, and intervals that hold what they say."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from voicecoach.agreement import bootstrap, statistics, study
from voicecoach.agreement.compare import Chance, biases, compare
from voicecoach.agreement.panel import Panel, cells, panel
from voicecoach.agreement.records import Agreement, Grades, Take

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def figures(raters: Any) -> Agreement:
    takes, grades = raters.takes()
    return study(Grades(tuple(grades), "0-100", False, "trainers.csv", "00"), takes, Path("trainers.csv")).agreements[0]


def test_shrout_and_fleiss_1979() -> None:
    single, mean = statistics.icc(SHROUT_FLEISS) or (0, 0)
    assert (round(single, 2), round(mean, 2)) == (0.29, 0.62)


def test_kappa_by_hand() -> None:
    """Grades 1 1 5 5 and 1 5 1 5: agreement by chance alone. Weights 16 on 2 of 4, and on half by chance: 0."""
    assert statistics.kappa(np.array([0, 0, 100.0, 100]), np.array([0, 100.0, 0, 100])) == pytest.approx(0)


@pytest.mark.parametrize("seed", range(5))
def test_every_drawn_figure_is_that_of_the_library(seed: int) -> None:
    """The closed forms under the intervals, on a draw with repeated takes, against the libraries on the same takes."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 20, 30)
    table = np.clip(np.round((truth[:, None] + rng.normal([0, 5, -3], 12, (30, 3))) / 5) * 5, 0, 100)
    w = np.vstack([np.ones(30), rng.multinomial(30, np.full(30, 1 / 30))]).astype(float)
    for draw, weight in enumerate(w):
        picked = np.repeat(np.arange(30), weight.astype(int))
        a, b = table[picked, 0], table[picked, 1]
        for name, figure in statistics.PAIR.items():
            assert bootstrap.PAIR[name](table[:, 0], table[:, 1], w)[draw] == pytest.approx(figure(a, b)), name
        single, mean = bootstrap.icc(table, w)
        assert (single[draw], mean[draw]) == pytest.approx(statistics.icc(table[picked]))


def test_icc_of_known_raters(simulated: ModuleType) -> None:
    """ICC(2,1) of two raters: true variance over true variance, half the squared difference of biases, mean error."""
    raters = simulated.Raters(speakers=400, machine_error=10)
    found = figures(raters)
    expected = [
        raters.variance / (raters.variance + (raters.machine_bias - bias) ** 2 / 2 + (100 + error**2) / 2)
        for bias, error in zip(raters.biases, raters.errors, strict=True)
    ]
    assert found.machine["icc"].value == pytest.approx(np.mean(expected), abs=0.02)
    pairs = [
        raters.variance / (raters.variance + (one - other) ** 2 / 2 + 36)
        for one, other in combinations(raters.biases, 2)
    ]
    assert found.trainers["icc"].value == pytest.approx(np.mean(pairs), abs=0.02)
    spread = np.var(raters.biases, ddof=1)
    panel_of_three = raters.variance / (raters.variance + (spread + 36) / 3)
    assert found.trainers["icc_k"].value == pytest.approx(panel_of_three, abs=0.02)
    everybody = np.var([*raters.biases, raters.machine_bias], ddof=1)
    with_machine = raters.variance / (raters.variance + (everybody + (3 * 36 + 100) / 4) / 4)
    assert found.machine["icc_k"].value == pytest.approx(with_machine, abs=0.02)


def test_kappa_and_bands_of_known_raters(simulated: ModuleType) -> None:
    raters = simulated.Raters(speakers=400)
    found = figures(raters)
    machine = (50 + raters.machine_bias, raters.variance + raters.machine_error**2)
    trainers = [(50 + bias, raters.variance + 36) for bias in raters.biases]
    expected = np.mean([simulated.population_kappa(machine, other, raters.variance) for other in trainers])
    assert found.machine["kappa"].value == pytest.approx(expected, abs=0.02)
    ceiling = np.mean([simulated.population_kappa(a, b, raters.variance) for a, b in combinations(trainers, 2)])
    assert found.trainers["kappa"].value == pytest.approx(ceiling, abs=0.02)
    assert found.gap.value == pytest.approx(expected - ceiling, abs=0.03)


def test_biases_of_known_trainers(simulated: ModuleType) -> None:
    found = figures(simulated.Raters(speakers=200))
    assert found.bias.value == pytest.approx(4 - (-1), abs=0.7)
    from_the_others = [-8 - 2.5, 0 - -1.5, 5 - -4]
    assert [who.bias.value for who in found.people] == pytest.approx(from_the_others, abs=0.7)
    assert [who.against_machine.value for who in found.people] == pytest.approx([12, 4, -1], abs=0.7)


def test_biases_where_trainers_saw_different_takes() -> None:
    """A trainer who was handed the weak takes is not severe for that: grade-less cells are not guessed at."""
    rng = np.random.default_rng(3)
    truth = rng.normal(50, 15, 600)
    table = truth[:, None] + np.array([-6.0, 0, 6]) + rng.normal(0, 3, (600, 3))
    table[truth > 45, 0] = np.nan  # the severe one graded weak takes only
    table[truth < 40, 2] = np.nan  # the lenient one strong takes only
    assert statistics.effects(table) == pytest.approx([-6, 0, 6], abs=0.7)
    assert np.nanmean(table, axis=0)[0] - np.nanmean(table) < -15  # what plain means would say


def unbalanced(seed: int) -> tuple[Panel, list[float], np.ndarray]:
    """Who graded what depends on the take; some takes are one trainer's alone. With what each bias must come to."""
    rng = np.random.default_rng(seed)
    known = np.array([-8.0, 0, 5, 12])
    speakers = np.repeat(np.arange(40), 6)
    truth = rng.normal(50, 12, 40)[speakers] + rng.normal(0, 8, len(speakers))
    table = truth[:, None] + known + rng.normal(0, 6, (len(truth), 4))
    table[truth > 52, 0] = np.nan
    table[truth < 40, 2] = np.nan
    table[rng.random(len(truth)) < 0.6, 3] = np.nan
    table[rng.random(len(truth)) < 0.3, 1] = np.nan
    table = table[np.isfinite(table).any(axis=1)]
    there = np.isfinite(table)
    expected = []
    for rater in range(4):
        shared = [row for row in there if row[rater] and row.sum() > 1]
        others = [np.mean([known[one] for one in range(4) if row[one] and one != rater]) for row in shared]
        expected.append(known[rater] - float(np.mean(others)))
    takes = tuple(Take(f"t{n}", "", "", "", str(n), {"rate": 50.0}) for n in range(len(table)))
    return Panel("rate", takes, ("A", "B", "C", "D"), np.full(len(table), 50.0), table, 0), expected, there


def test_biases_are_against_the_others_in_an_unbalanced_grid() -> None:
    """The known biases come back without a lean, and some 95 of 100 intervals hold them."""
    off, held = [], []
    for seed in range(60):
        found, expected, _ = unbalanced(seed)
        people = biases(found, Chance(bootstrap.weights(range(len(found.takes)), draws=300), len(found.takes)))
        for who, put_in in zip(people, expected, strict=True):
            assert who.bias.value is not None
            assert who.bias.interval is not None
            off.append(who.bias.value - put_in)
            held.append(who.bias.interval[0] <= put_in <= who.bias.interval[1])
    assert np.reshape(off, (60, 4)).mean(axis=0) == pytest.approx([0, 0, 0, 0], abs=0.3)
    assert 0.91 <= np.mean(held) <= 0.99


def test_takes_that_a_trainer_graded_alone_do_not_count() -> None:
    found, _, there = unbalanced(1)
    before = biases(found, Chance(None, 0))
    alone = there.sum(axis=1) == 1
    assert alone.sum() > 5
    changed = replace(found, grades=np.where(alone[:, None] & there, 100.0, found.grades))
    after = biases(changed, Chance(None, 0))
    assert [who.bias for who in after] == [who.bias for who in before]
    assert [who.bias.takes for who in before] == [int((there[:, one] & ~alone).sum()) for one in range(4)]


def test_trainers_without_a_take_in_common_have_no_bias() -> None:
    table = np.array([[1.0, np.nan], [2, np.nan], [np.nan, 3], [np.nan, 4]])
    assert np.isnan(statistics.effects(table)).all()
    found = Panel("rate", (), ("A", "B"), np.zeros(4), table, 0)
    assert [who.bias.value for who in biases(found, Chance(None, 0))] == [None, None]


def test_missing_grades_leave_the_figures_where_they_were(simulated: ModuleType) -> None:
    whole, part = figures(simulated.Raters(speakers=300)), figures(simulated.Raters(speakers=300, given=0.7))
    for name in ("kappa", "icc", "icc_k", "spearman", "within_one", "same"):
        tolerance = 2.5 if name in ("within_one", "same") else 0.03
        assert part.machine[name].value == pytest.approx(whole.machine[name].value, abs=tolerance), name
        assert part.trainers[name].value == pytest.approx(whole.trainers[name].value, abs=tolerance), name
    assert part.trainers["icc_k"].takes == pytest.approx(3000 * 0.7**3, rel=0.1)  # complete takes only
    assert part.takes == pytest.approx(3000 * (1 - 0.3**3), rel=0.02)


def test_the_verdict_knows_a_good_machine_from_a_bad_one(simulated: ModuleType) -> None:
    assert figures(simulated.Raters(speakers=60, machine_bias=0, machine_error=5, take=20)).verdict == "as_good"
    assert figures(simulated.Raters(speakers=60, machine_error=40)).verdict == "weaker"
    assert figures(simulated.Raters(speakers=60, biases=(0.0,), errors=(6.0,))).verdict == "no_ceiling"
    assert figures(simulated.Raters(speakers=4, per_speaker=2)).verdict == "too_few"
    assert figures(simulated.Raters(speakers=60, errors=(25.0, 25, 25))).verdict == "both_low"


def test_intervals_hold_the_true_kappa(simulated: ModuleType) -> None:
    """Of 95 % intervals some 93 % hold the truth; drawing takes instead of speakers would hold fewer."""

    def raters(seed: int) -> Any:
        return simulated.Raters(30, 4, speaker=18, take=6, biases=(0.0,), errors=(6.0,), seed=seed)

    by_speaker, by_take = simulated.held(raters, studies=200, draws=400)
    assert 0.88 <= by_speaker <= 0.98
    assert by_take < 0.85


def test_raters_who_never_vary_have_no_figure(simulated: ModuleType) -> None:
    takes, grades = simulated.Raters(speakers=6, per_speaker=5).takes()
    flat = [type(g)(g.line, g.take, g.trainer, g.requirement, 50.0) for g in grades]
    table = panel(cells([(g, takes[int(g.take[1:])]) for g in flat], "rate"), "rate")
    found = compare(table, [take.trainee for take in table.takes])
    assert found.trainers["kappa"].value is None
    assert found.trainers["spearman"].value is None
    assert found.machine["spearman"].value is None
    assert found.trainers["same"].value == 100
