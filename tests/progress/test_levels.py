"""Levels, smallest differences, bests: answers known by hand, and what chance makes of them."""

import numpy as np
import pytest

from voicecoach.progress.levels import Seen, best, change, level, own_variation, quantile, recency
from voicecoach.progress.likeness import Z95, Like

SIX = 6


def seen(*scores: float, sd: float = 5.0) -> list[Seen]:
    return [Seen(0.0, Like(score, sd)) for score in scores]


def test_two_takes_are_compared_by_the_sum_of_their_variances() -> None:
    found = change(seen(50, 60, sd=3.0), 1.96)
    assert found is not None
    assert found.smallest == pytest.approx(1.96 * 18**0.5)
    assert found.difference == pytest.approx(10)
    assert found.real
    assert found.direction == 1


def test_a_step_just_short_of_the_smallest_difference_is_none() -> None:
    short = change(seen(50, 50 + 1.96 * 18**0.5 - 0.01, sd=3.0), 1.96)
    assert short is not None
    assert not short.real
    assert short.direction == 0
    down = change(seen(80, 60, sd=3.0), 1.96)
    assert down is not None
    assert down.direction == -1


def test_one_take_tells_no_change() -> None:
    assert change(seen(50), 1.96) is None
    assert change([], 1.96) is None


@pytest.mark.parametrize(("takes", "newest"), [(2, 1), (3, 1), (4, 2), (6, 3), (20, 3)])
def test_the_newest_are_never_more_than_half_nor_than_three(takes: int, newest: int) -> None:
    found = change(seen(*[50.0] * takes), 1.96)
    assert found is not None
    assert (found.takes_now, found.takes_before) == (newest, takes - newest)


def test_one_bad_take_is_no_change() -> None:
    found = change(seen(60, 61, 59, 60, 58, 5, 62, sd=4.0), quantile(SIX))
    assert found is not None
    assert not found.real


def test_a_level_weighs_the_surer_and_the_newer_more() -> None:
    assert level([Seen(0, Like(40, 2)), Seen(0, Like(60, 20))]).score < 42
    old_and_new = [Seen(0.0, Like(40, 5)), Seen(60.0, Like(60, 5))]
    assert level(old_and_new).score > 55
    assert level(old_and_new, fading=False).score == pytest.approx(50)
    assert recency(old_and_new)[0] == pytest.approx(0.5 ** (1 / 4 + 2))


def test_a_climb_of_one_step_is_no_restlessness() -> None:
    step = [Like(score, 1.0) for score in (40, 41, 40, 80, 81, 80)]
    assert own_variation(step, 6.0) < 7.0
    restless = [Like(score, 1.0) for score in (40, 60, 38, 62, 41, 59)]
    assert own_variation(restless, 6.0) > 10.0


def test_the_highest_of_many_alike_is_no_best() -> None:
    assert best(seen(50, 52, 49, 53, 48), SIX) is None
    assert best(seen(50, 52, 49, 90, 60), SIX) == 3
    assert best(seen(90, 52, 49, 60), SIX) is None
    assert best(seen(50, 51, 90, 92), SIX) == 3
    assert best(seen(50, 51, 92, 90), SIX) == 2


def test_looking_at_six_at_once_asks_for_more() -> None:
    assert quantile(1) == pytest.approx(2.054, abs=0.001)  # 2 x 0.98 - 1 = 0.96
    assert quantile(SIX) == pytest.approx(2.707, abs=0.001)  # Φ(2.707) = 0.99661, and (2 x 0.99661 - 1)^6 = 0.96


def drawn(rng: np.random.Generator, truths: np.ndarray) -> list[Seen]:
    """Takes around their truths: stated sd 4, from take to take 6, which is the default."""
    scores = truths + rng.normal(0, (4.0**2 + 6.0**2) ** 0.5, len(truths))
    own = own_variation([Like(float(score), 4.0) for score in scores], 6.0)
    return [Seen(n / 2, Like(float(score), (4.0**2 + own**2) ** 0.5)) for n, score in enumerate(scores)]


@pytest.mark.parametrize("takes", [2, 4, 10])
def test_what_has_not_changed_is_seldom_called_a_change(takes: int) -> None:
    """At most 5 % of pages of six requirements; 400 pages give that to within 2.2 % (two standard errors)."""
    rng, z = np.random.default_rng(7), quantile(SIX)
    pages = [[change(drawn(rng, np.full(takes, 60.0)), z) for _ in range(SIX)] for _ in range(400)]
    assert np.mean([any(one and one.real for one in page) for page in pages]) <= 0.05 + 0.022
    assert np.mean([bool(one and one.real) for page in pages for one in page]) <= 0.02


def test_a_step_of_the_bands_width_is_found() -> None:
    """In most pages as soon as there are three takes behind it and some before; hardly ever is its sign wrong."""
    rng, z = np.random.default_rng(8), quantile(SIX)
    width = 2 * Z95 * (4.0**2 + 6.0**2) ** 0.5
    found = []
    for _ in range(300):
        truths = np.concatenate([np.full(8, 40.0), np.full(3, 40.0 + width)])
        one = change(drawn(rng, truths), z)
        found.append(one.direction if one else 0)
    assert np.mean(np.array(found) == 1) >= 0.85
    assert found.count(-1) == 0
