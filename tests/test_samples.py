"""The sample calls come out as they were built: the rushed one is rated rushed, the monotone one monotone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Graded = Callable[..., dict[str, Any]]

SAMPLES = Path(__file__).parents[1] / "sample_audio"
TRUTH: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SAMPLES.glob("*.json"))
}


def expected(kind: str) -> list[Any]:
    """One case for each thing that the truth beside a sample says of its grade."""
    return [
        pytest.param(name, key, wanted, id=f"{name}-{key}")
        for name, known in TRUTH.items()
        for key, wanted in known["expect"].get(kind, {}).items()
    ]


def test_every_sample_says_what_its_grade_must_be() -> None:
    assert len(TRUTH) == 7
    assert {path.stem for path in SAMPLES.glob("*.flac")} == set(TRUTH)
    assert all(known["expect"] for known in TRUTH.values())


@pytest.mark.parametrize(("name", "requirement", "bands"), expected("bands"))
def test_band(graded: Graded, name: str, requirement: str, bands: list[str]) -> None:
    report = graded(name)
    found = next(r for r in report["requirements"] if r["id"] == requirement)
    rows = [(row["id"], row["value"], row["score"]) for row in report["criteria"] if row["requirement"] == requirement]
    assert found["band"] in bands, (found["score"], found["reason_code"], rows)


@pytest.mark.parametrize(("name", "criterion", "limits"), expected("values"))
def test_value(graded: Graded, name: str, criterion: str, limits: list[float]) -> None:
    found = next(row for row in graded(name)["criteria"] if row["id"] == criterion)
    assert found["value"] is not None, found["reason_code"]
    assert limits[0] <= found["value"] <= limits[1]


@pytest.mark.parametrize("name", TRUTH)
def test_the_whole_call_is_judged(graded: Graded, name: str) -> None:
    """All six requirements can be judged on every sample: none is too short, too noisy or too narrow."""
    report = graded(name)
    assert report["overall"]["score"] is not None
    assert [r["id"] for r in report["requirements"] if r["status"] != "scored"] == []


def test_what_is_wrong_is_what_to_work_on_next(graded: Graded) -> None:
    next_step = {name: (graded(name)["summary"]["next"] or {}).get("requirement") for name in TRUTH}
    assert next_step["rushed"] in ("rate", "pause")
    assert next_step["monotone"] == "intonation"
    assert next_step["soft_in_noise"] in ("loudness", "clarity")


@pytest.mark.parametrize(
    ("requirement", "worst"), [("rate", "rushed"), ("pause", "rushed"), ("intonation", "monotone")]
)
def test_the_flaw_of_a_call_costs_it_30_points(graded: Graded, requirement: str, worst: str) -> None:
    def score(name: str) -> float:
        return float(next(r["score"] for r in graded(name)["requirements"] if r["id"] == requirement))

    assert score(worst) <= score("on_target") - 30


def test_the_recording_that_is_wrong_says_so(graded: Graded) -> None:
    quality = {name: graded(name)["recording"]["quality"] for name in TRUTH}
    assert {"soft", "noisy"} <= set(quality["soft_in_noise"]["codes"])
    assert quality["on_target"]["verdict"] == "good"
    assert quality["two_sided"]["verdict"] == "good"


def test_only_the_trainees_channel_is_graded(graded: Graded) -> None:
    known = TRUTH["two_sided"]["turns"]
    report = graded("two_sided")
    assert report["recording"]["speaker"] == "left"
    for turn in known:
        within = [t for t in report["segments"]["syllables"] if turn["start"] - 0.05 < t < turn["end"] + 0.05]
        if turn["speaker"] == "customer":
            assert within == []
        else:
            assert len(within) == pytest.approx(turn["n_syllables"], rel=0.2)
