"""One take as one row: nothing of the report's figures gets lost or into the wrong column."""

from collections.abc import Callable
from typing import Any

from voicecoach.cohort.rows import cells_of, columns_of, failed, is_number
from voicecoach.rubric import load_rubric
from voicecoach.words import both

Graded = Callable[..., dict[str, Any]]


def test_every_figure_of_the_report_has_its_column(graded: Graded) -> None:
    report = graded("rushed")
    row = cells_of(report)
    assert set(row) <= set(columns_of(load_rubric()))
    for requirement in report["requirements"]:
        assert row[f"{requirement['id']}_score"] == requirement["score"]
        assert [row[f"{requirement['id']}_low"], row[f"{requirement['id']}_high"]] == requirement["interval"]
    for criterion in report["criteria"]:
        assert row[f"{criterion['id']}_value"] == criterion["value"]
        assert row[f"{criterion['id']}_reason"] == criterion["reason_code"]
    assert 40 < row["speech_s"] <= row["duration_s"] < 46
    assert (row["judged"], row["coverage"]) == (6, 1.0)


def test_columns_are_distinct_and_numbers_are_where_they_are_said_to_be(graded: Graded) -> None:
    names = columns_of(load_rubric())
    assert len(set(names)) == len(names)
    for name, cell in cells_of(graded("rushed")).items():
        if cell is not None:
            assert is_number(name) == isinstance(cell, int | float), name


def test_a_failure_says_why_in_both_languages() -> None:
    row = failed("empty_file", both("errors", "empty_file", path="甲.wav"))
    assert row["failure"] == "empty_file"
    assert "空" in str(row["failure_zh"])
    assert "empty" in str(row["failure_en"])
