"""Scales and lanes as drawings: what stands where."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from voicecoach.report.lanes import lanes, pitch, rate, ticks
from voicecoach.report.meter import at_least, meter, scale
from voicecoach.report.moments import findings

RATE = {
    "target": [120, 150],
    "curve": [[70, 0], [95, 50], [120, 100], [150, 100], [185, 50], [220, 0]],
    "value": 188.0,
    "interval": [180.0, 196.0],
}


def place(svg: str, kind: str) -> tuple[float, float]:
    x, width = re.search(rf'<rect class="{kind}" x="([\d.]+)%" width="([\d.]+)%"', svg).groups()  # type: ignore[union-attr]
    return float(x), float(x) + float(width)


def marker(svg: str) -> float:
    return float(re.search(r'class="marker" x="([\d.]+)%"', svg)[1])  # type: ignore[index]


def test_marker_band_and_margin_stand_where_the_numbers_say() -> None:
    svg = str(meter(RATE))

    def at(value: float) -> float:  # 70 to 220 over the middle 92 % of the width
        return 4 + 92 * (value - 70) / 150

    assert place(svg, "target") == pytest.approx((at(120), at(150)), abs=0.02)
    assert place(svg, "range") == pytest.approx((at(180), at(196)), abs=0.02)
    assert marker(svg) == pytest.approx(at(188), abs=0.02)
    assert ">188<" in svg
    assert ">120<" in svg
    assert ">150<" in svg


@pytest.mark.parametrize(("value", "side"), [(110, "left"), (135, "inside"), (170, "right")])
def test_a_marker_is_on_the_right_side_of_its_band(value: float, side: str) -> None:
    svg = str(meter(RATE | {"value": value, "interval": [value - 3, value + 3]}))
    left, right = place(svg, "target")
    found = "left" if marker(svg) < left else "right" if marker(svg) > right else "inside"
    assert found == side


def test_a_value_far_off_is_drawn_at_the_edge_as_beyond() -> None:
    far = str(meter(RATE | {"value": 900.0, "interval": [880.0, 920.0]}))
    assert marker(far) == 96.0
    assert "L8 0 L-6 9 Z" in far  # an arrowhead pointing outwards, not the diamond
    assert ">900<" in far


def test_open_targets_reach_the_edge() -> None:
    assert place(str(meter({"target": [20, None], "curve": [[5, 0], [20, 100]], "value": 31.0})), "target")[1] == 100
    assert place(str(meter({"target": [None, 180], "curve": [[180, 100], [420, 0]], "value": 128.0})), "target")[0] == 0


def test_without_a_value_only_the_target_is_drawn() -> None:
    svg = str(meter(RATE | {"value": None, "interval": None}))
    assert 'class="target"' in svg
    assert "marker" not in svg
    assert 'class="value"' not in svg


def test_narrow_bands_share_one_label() -> None:
    assert ">1–1.2<" in str(
        meter({"target": [1.0, 1.2], "curve": [[0, 0], [1, 100], [1.2, 100], [9, 0]], "value": 2.0})
    )


def test_the_tint_of_close_follows_the_curve() -> None:
    assert at_least(RATE["curve"], 60, 70, 220) == [(100.0, 178.0)]  # type: ignore[arg-type]


def test_a_scale_is_never_empty() -> None:
    low, high = scale([0, 0], [], 0.0, None)
    assert low < high


def test_gaps_in_pitch_and_rate_stay_gaps() -> None:
    contour = {"step_s": 1.0, "start_s": 0.0, "reference_hz": 200.0, "st": [0.0, 1.0, None, None, 2.0, 2.0]}
    path = re.search(r'class="pitch" d="([^"]+)"', str(pitch(contour, 6.0).svg))[1]  # type: ignore[index, union-attr]
    assert path.count("M") == 2
    running = {"times": [0, 2, 4, 6], "values": [100.0, None, 120.0, 130.0]}
    path = re.search(r'class="rate" d="([^"]+)"', str(rate(running, [120, 150], 8.0).svg))[1]  # type: ignore[index, union-attr]
    assert path.count("M") == 2


def test_octave_wide_outliers_do_not_flatten_the_contour() -> None:
    st = [float(i % 7 - 3) for i in range(500)] + [30.0]
    lane = pitch({"step_s": 0.1, "start_s": 0.0, "st": st, "reference_hz": 200.0}, 60.0)
    assert lane is not None
    assert [label for _, label in lane.ticks] == ["+5", "0", "−5"]


def test_lanes_with_nothing_to_draw_are_left_out(make_report: Callable[[str], dict[str, Any]]) -> None:
    assert [lane.name for lane in lanes(make_report("full"))] == ["wave", "pitch", "pauses", "rate"]
    assert [lane.name for lane in lanes(make_report("nothing_judged"))] == ["wave"]


@pytest.mark.parametrize("duration", [0.4, 3, 20, 128, 600, 3600, 10800])
def test_time_axis_has_a_readable_number_of_labels(duration: float) -> None:
    assert 1 <= len(ticks(duration)) <= 9


def test_findings_are_in_order_of_time_and_numbered(report: dict[str, Any]) -> None:
    found = findings(report)
    assert [m["start"] for m in found] == sorted(m["start"] for m in found)
    assert [m["number"] for m in found] == list(range(1, len(found) + 1))
    assert found[0]["left"] == pytest.approx(100 * 12.0 / 128.0, abs=0.001)


def test_too_many_findings_carry_no_numbers(make_report: Callable[[str], dict[str, Any]]) -> None:
    assert {m["number"] for m in findings(make_report("three_hours"))} == {None}
