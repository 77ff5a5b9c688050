"""Figures whose value is known by hand."""

import numpy as np

from voicecoach.validation.checks import OURS, Observation
from voicecoach.validation.statistics import auc, d_prime, highest, largest, median, spearman


def seen(**columns: list[float]) -> list[Observation]:
    return [Observation(OURS, f"{k}", "", "", {name: v}) for name, row in columns.items() for k, v in enumerate(row)]


def test_separated_values_have_an_area_of_one_and_equal_ones_of_a_half() -> None:
    assert auc("up", "down")(seen(up=[3.0, 4.0], down=[1.0, 2.0])) == 1.0
    assert auc("down", "up")(seen(up=[3.0, 4.0], down=[1.0, 2.0])) == 0.0
    assert auc("up", "down")(seen(up=[1.0, 1.0], down=[1.0])) == 0.5
    assert auc("up", "down")(seen(up=[1.0])) is None


def test_d_prime_is_counted_in_deviations_and_has_a_sign() -> None:
    noise = np.array([-1.0, 0.0, 1.0])
    assert d_prime(noise, noise + 3.0) == 3.0
    assert d_prime(noise + 3.0, noise) == -3.0


def test_rank_correlation_needs_no_straight_line() -> None:
    assert spearman([1, 2, 3, 4], [1, 10, 100, 1000]) == 1.0
    assert spearman([1, 2, 3, 4], [5, 5, 5, 5]) == 0.0


def test_highest_keeps_the_sign_that_largest_drops() -> None:
    observations = seen(rho=[-0.9, -0.5])
    assert (highest("rho")(observations), largest("rho")(observations)) == (-0.5, 0.9)


def test_a_clip_without_the_value_is_left_out_of_the_median() -> None:
    seen = [Observation("pyin", "a", "", "", {"fine": 2.0}), Observation("pyin", "b", "", "", {"both": 0.0})]
    assert median("fine")(seen) == 2.0
    assert median("fine")(seen[1:]) is None
