"""Effort: each of its three terms by hand, and what makes it missing."""

from types import SimpleNamespace

import numpy as np
import pytest

from voicecoach.measures.effort import effort
from voicecoach.timeline import Span, Track

TALK = (Span(0.0, 2.0),)
NEUTRAL = SimpleNamespace(alpha_db=-12.0, f0_median_hz=150.0, active_level_db=-26.0, noise_level_db=-60.0)


def voice(hz: float) -> Track:
    values = np.full(200, hz, float)
    values[::3] = np.nan
    return Track(np.arange(200) * 0.01 + 0.005, values, "Hz")


def level_of(db: float, noise_db: float = -60.0) -> SimpleNamespace:
    return SimpleNamespace(active_level_db=-26.0 + db, noise_level_db=noise_db)


@pytest.mark.parametrize(
    ("alpha", "st", "level", "z"), [(0, 0, 0, 0), (1.5, 0, 0, 0.4), (0, 2, 0, 0.7), (0, 0, -3, -0.25), (3, 2, 6, 2.0)]
)
def test_each_term_counts_as_its_formula_says(alpha: float, st: float, level: float, z: float) -> None:
    now = SimpleNamespace(alpha_db=-12.0 + alpha), level_of(level)
    found = effort(voice(150 * 2 ** (st / 12)), TALK, *now, NEUTRAL)
    assert found.value == pytest.approx(z, abs=1e-6)
    assert 0.2 < found.sd < 0.5
    assert found.facts["f0_st"] == pytest.approx(st)


def test_another_gain_is_no_effort() -> None:
    """The noise floor moved with the level: the other two terms carry the whole."""
    same, raised = (SimpleNamespace(alpha_db=alpha) for alpha in (-12.0, -10.5))
    assert effort(voice(150), TALK, same, level_of(-12, -72), NEUTRAL).value == pytest.approx(0, abs=1e-9)
    found = effort(voice(150), TALK, raised, level_of(12, -48), NEUTRAL)
    assert found.value == pytest.approx(0.4 / 0.75)
    assert found.facts["level_db"] == 12


def test_what_is_missing_is_said() -> None:
    now = SimpleNamespace(alpha_db=-12.0), level_of(0)
    assert effort(voice(150), TALK, *now, None).reason == "no_baseline"
    assert effort(voice(float("nan")), TALK, *now, NEUTRAL).reason == "no_speech"
    assert effort(voice(150), TALK, now[0], SimpleNamespace(active_level_db=None), NEUTRAL).reason == "no_speech"
    bare = SimpleNamespace(alpha_db=None, f0_median_hz=150.0, active_level_db=-26.0)
    assert effort(voice(150), TALK, *now, bare).reason == "baseline_without_levels"
