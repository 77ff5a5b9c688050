"""The smile shift over takes: which are compared, and that chance, noise or another baseline is no change."""

from collections.abc import Sequence

import numpy as np
import pytest

from voicecoach.measures.smile import TEXT_ERROR
from voicecoach.progress import progress
from voicecoach.progress.levels import quantile
from voicecoach.progress.likeness import Z95
from voicecoach.progress.page import render
from voicecoach.progress.smiles import DAY_ERROR, ROW, smile_change
from voicecoach.progress.terminal import smile_line

from .conftest import NOW, Report, Told, entry

Z = quantile(7)


def smiling(value: float | None, *, snr: float = 40.0, voice: str | None = "a", sd: float = TEXT_ERROR) -> Report:
    interval = None if value is None else [value - Z95 * sd, value + Z95 * sd]
    return {
        "recording": {"quality": {"snr_db": snr}}, "baseline": voice and {"sha256": voice},
        "criteria": [{"id": ROW, "value": value, "interval": interval}],
    }  # fmt: skip


def compared(reports: Sequence[Report], whole: Sequence[str | None] | None = None):
    return smile_change(reports, whole or [None] * len(reports), [float(day) for day in range(len(reports))], Z)


def test_two_takes_are_told_by_the_error_of_both() -> None:
    found = compared([smiling(1.0), smiling(9.0)])
    assert found is not None
    assert found.difference == pytest.approx(8.0)
    assert found.smallest == pytest.approx(Z * np.sqrt(2 * (TEXT_ERROR**2 + DAY_ERROR**2)))
    assert found.real
    assert not compared([smiling(1.0), smiling(6.0)]).real


def test_only_what_can_be_compared_is() -> None:
    plain, raised = smiling(0.0), smiling(9.0)
    for left_out in (smiling(9.0, snr=24.9), smiling(None), smiling(9.0, voice=None)):
        assert compared([plain, left_out]) is None
        assert compared([plain, raised, left_out]).difference == pytest.approx(9.0)
    assert compared([smiling(0.0, voice="b"), raised]) is None
    assert compared([plain, raised], ["rubric", None]) is None
    assert compared([]) is None


def test_chance_is_no_change_and_a_step_of_a_smile_is_found() -> None:
    """2000 trainees with six takes: values that vary by text and day, and the last three up by 6 % or not."""
    rng = np.random.default_rng(5)
    spread = float(np.hypot(TEXT_ERROR, DAY_ERROR))
    for step, least, most in ((0.0, 0.0, 0.02), (6.0, 0.8, 1.0)):
        takes = rng.normal(0, spread, (2000, 6)) + step * (np.arange(6) >= 3)
        real = np.mean([compared([smiling(value) for value in row]).direction == 1 for row in takes.tolist()])
        assert least <= real <= most, (step, real)


def test_it_is_told_in_both_languages_on_the_terminal_and_the_page(told: Told) -> None:
    def take(value: float) -> Report:
        report = told("smiling")
        row = next(row for row in report["criteria"] if row["id"] == ROW)
        assert row["value"] is not None
        row |= {"value": value, "interval": [value - 2, value + 2]}
        return report

    found = progress([entry(take(value), days) for value, days in ((0.0, 6), (0.5, 5), (8.0, 2), (9.0, 1))], NOW)
    assert found.smile is not None
    assert found.smile.real
    for lang, words in (("en", "up for real"), ("zh", "确实提高")):
        line = smile_line(found, lang)
        assert line is not None
        assert words in line
        assert "+8.3" in line
        assert line in render(found, "Ana", "id", lang=lang)
    down = progress([entry(take(value), days) for value, days in ((9.0, 2), (0.0, 1))], NOW)
    assert "−9.0" in (smile_line(down, "en") or "")
    assert smile_line(progress([entry(told("on_target"), days) for days in (2, 1)], NOW), "en") is None
