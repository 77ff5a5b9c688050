"""From reports to progress: what is compared with what, and what is said."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from voicecoach.progress import progress
from voicecoach.progress.comparing import compare, steadiness, unlike
from voicecoach.progress.practice import practice
from voicecoach.progress.records import Course, Entry, Progress
from voicecoach.rubric import load_rubric

from .conftest import NOW, Report, Told, entry

CHANGES = ("gain:-9", "coded:mp3:48", "coded:opus:24", "coded:alaw", "add_noise:25:pink")


def course(found: Progress, name: str) -> Course:
    return next(one for one in found.courses if one.id == name)


def test_no_takes_are_the_programmers_error() -> None:
    with pytest.raises(ValueError, match="no takes"):
        progress([], NOW)


def test_one_take_shows_its_scores_and_tells_no_change(told: Told) -> None:
    found = progress([entry(told("rushed"), 1)], NOW)
    assert len(found.courses) == 6
    for one in found.courses:
        assert one.change is None
        assert one.best is None
        assert one.points[0].score is not None
    assert found.next is not None
    assert found.next.requirement == "pause"
    assert found.next.words["zh"]


def test_slower_for_real(told: Told) -> None:
    """From 200 to 140 syllables a minute: row scores 29 and 100 by the curve, weight 0.8 of the requirement."""
    takes = [entry(told(rate=200.0 if days > 5 else 140.0), days) for days in (9, 8, 7, 3, 2, 1)]
    found = progress(takes, NOW)
    rate = course(found, "rate")
    assert rate.change is not None
    assert rate.change.direction == 1
    assert rate.change.difference == pytest.approx(0.8 * (100 - 28.6), abs=4)
    assert rate.best in (3, 4, 5)
    for other in found.courses:
        if other.id != "rate":
            assert other.change is not None
            assert not other.change.real
    assert rate.rows[0].points[0].value == 200.0
    assert rate.rows[0].target == (120, 150)


def test_the_order_of_entries_does_not_matter(told: Told) -> None:
    takes = [entry(told(rate=rate), days) for rate, days in ((200.0, 3), (180.0, 2), (140.0, 1))]
    assert progress(takes, NOW) == progress(takes[::-1], NOW)


@pytest.mark.parametrize("name", ["on_target", "monotone"])
@pytest.mark.parametrize("chain", CHANGES)
def test_gain_codec_and_noise_are_no_change(graded: Callable[..., Report], name: str, chain: str) -> None:
    clean, other = graded(name), graded(name, chain)
    for takes in ([clean, other], [clean] * 3 + [other] * 3, [other] * 3 + [clean] * 3):
        found = progress([entry(report, len(takes) - n) for n, report in enumerate(takes)], NOW)
        assert [one.id for one in found.courses if one.change and one.change.real] == []


def test_another_gain_is_said_and_speaking_up_is_not_taken_for_it(told: Told) -> None:
    """The noise floor moves with the gain, and stays where somebody speaks up."""

    def at(level: float, floor: float) -> Report:
        report = told(quality={"active_level_db": level, "noise_level_db": floor})
        row = next(row for row in report["criteria"] if row["id"] == "active_level")
        row |= {"value": level, "interval": [level - 0.3, level + 0.3]}
        return report

    spoke_up = progress([entry(at(-41, -74), 2), entry(at(-25, -74), 1)], NOW)
    change = course(spoke_up, "loudness").change
    assert change is not None
    assert change.direction == 1
    turned_up = progress([entry(at(-41, -90), 2), entry(at(-25, -74), 1)], NOW)
    assert course(turned_up, "loudness").change is None
    assert course(turned_up, "loudness").points[0].reason == "gain"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rubric": {"name": "mine", "sha256": "0" * 64, "title": {"zh": "我", "en": "mine"}}}, "rubric"),
        ({"voicecoach": "0.0.1"}, "version"),
        ({"settings": {"pause_min_s": 0.3}}, "settings"),
    ],
)
def test_other_rules_are_shown_but_not_compared(told: Told, change: Report, reason: str) -> None:
    older = told("rushed") | change
    found = progress([entry(older, 3), entry(told(), 2), entry(told(), 1)], NOW)
    assert [take.reason for take in found.takes] == [reason, None, None]
    for one in found.courses:
        assert one.points[0].reason == reason
        assert one.points[0].like is None
        assert one.points[0].score is not None
        assert one.change is not None
        assert one.change.takes_before + one.change.takes_now == 2


def test_another_line_is_not_compared(told: Told) -> None:
    narrow = told(quality={"band": "telephone"})
    assert unlike(narrow, told()) == "line"
    assert unlike(narrow, narrow) is None


def test_with_another_baseline_rows_that_use_it_are_left_out(told: Told) -> None:
    """The smiling call was graded with its neutral voice: its tone was judged against that, its pace was not."""
    other = told("smiling")
    other["baseline"] = other["baseline"] | {"sha256": "1" * 64}
    found = progress([entry(other, 2), entry(told("smiling"), 1)], NOW)
    assert course(found, "tone").points[0].reason == "baseline"
    assert course(found, "tone").change is None
    assert course(found, "rate").change is not None
    assert not {"f0_height"} & {row.id for row in course(found, "intonation").rows if row.compared}
    same = progress([entry(told("smiling"), 2), entry(told("smiling"), 1)], NOW)
    assert course(same, "tone").change is not None


def test_no_pause_at_all_is_a_result_and_not_a_gap(told: Told) -> None:
    found = progress([entry(told("rushed"), days) for days in (6, 5, 4)] + [entry(told(), d) for d in (3, 2, 1)], NOW)
    pause = course(found, "pause")
    assert pause.points[0].like is not None
    assert pause.change is not None
    assert pause.change.direction == 1


def test_what_was_not_judged_is_said(told: Told) -> None:
    silent = told()
    for row in silent["criteria"]:
        row |= {"value": None, "score": None, "status": "not_measurable", "reason_code": "no_speech"}
    for row in silent["requirements"]:
        row |= {"score": None, "interval": None}
    found = progress([entry(told(), 2), entry(silent, 1)], NOW)
    for one in found.courses:
        assert one.points[1].reason == "not_judged"
        assert one.change is None
    nothing = progress([entry(silent, 1)], NOW)
    assert nothing.next is None
    assert all(one.standing is None for one in nothing.courses)


def test_next_is_where_the_newest_takes_lose_most_by_weight(told: Told) -> None:
    assert progress([entry(told("rushed"), 1)], NOW).next.requirement == "pause"  # type: ignore[union-attr]
    rushed = progress([entry(told("rushed"), 1)], NOW, weights={"pause": 0.1})
    assert rushed.next is not None
    assert rushed.next.requirement == "rate"
    assert rushed.next.direction == "high"


def test_days_begin_where_the_person_is() -> None:
    late = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    told = [Entry("a", late, 600.0, "", "", {})]
    assert practice(told, NOW).today_s == 0
    in_china = timezone(timedelta(hours=8))  # there it is 04:00 on the 25th
    assert practice(told, datetime(2026, 11, 25, 9, 0, tzinfo=in_china)).today_s == 600.0
    assert practice(told, NOW).limit_s == 7200


def test_the_measured_figures_are_of_rows_and_requirements_that_exist() -> None:
    rubric, figures = load_rubric(), steadiness()
    rows = {row.id for row in rubric.criteria if row.weight}
    assert {*figures.chain, *figures.level} <= rows
    assert set(figures.takes) == {requirement.id for requirement in rubric.requirements}
    assert "active_level" in figures.level
    assert not {"snr", "clarity_noise", "bandwidth", "reverberation"} & {*figures.chain, *figures.level}


def test_like_for_like_uses_the_rows_that_all_have(told: Told) -> None:
    lacking: dict[str, Any] = told()
    row = next(row for row in lacking["criteria"] if row["id"] == "rate_steadiness")
    row |= {"value": None, "score": None, "status": "not_measurable", "reason_code": "too_few_windows"}
    found = compare([lacking, told()], steadiness())["rate"]
    assert [[part.row for part in one.parts] for one in found] == [["speech_rate"], ["speech_rate"]]
    assert found[0].like == found[1].like or abs(found[0].like.score - found[1].like.score) < 1  # type: ignore[union-attr]
