"""Reports on the sample calls, kept: a grade that drifts is noticed.

``python tests/remake_golden.py`` writes the kept reports anew, after a change that is meant. They leave out what
varies without meaning (versions, hashes, words) and what is long: of segments, moments and timeline they keep counts,
sums and means.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Graded = Callable[..., dict[str, Any]]

GOLDEN = Path(__file__).parent / "golden"
NAMES = (
    "monotone", "neutral_baseline", "on_target", "rushed", "smiling", "soft_in_noise", "two_sided",
)  # fmt: skip
RELATIVE, ABSOLUTE = 0.01, 0.002  # of a number; other processors and library versions round otherwise, no more
POINTS = 0.5  # of a score
SECONDS = 0.03  # of a place
LEAST_BYTES, MOST_BYTES = 30_000, 300_000
SAME = ("id", "requirement", "unit", "status", "reason_code", "direction", "confidence", "weight")


def compact(report: dict[str, Any]) -> dict[str, Any]:
    """What of a report is kept: every code, value and score, and a summary of all that is long."""
    recording = report["recording"]
    return {
        "schema": report["schema"],
        "recording": {key: recording[key] for key in ("name", "duration_s", "sr", "channels", "speaker", "truncated")}
        | {"quality": without(recording["quality"], "words")},
        "rubric": report["rubric"]["name"],
        "settings": report["settings"],
        "baseline": without(report["baseline"] or {}, "sha256", "created", "made", "age_days"),
        "overall": without(report["overall"], "words", "reason"),
        "summary": {
            key: report["summary"][key] and without(report["summary"][key], "words") for key in ("strength", "next")
        },
        "requirements": [without(requirement, "words", "reason") for requirement in report["requirements"]],
        "bands": report["bands"],
        "criteria": [criterion(row) for row in report["criteria"]],
        "segments": {
            "syllables": len(report["segments"]["syllables"]),
            **{key: spans(report["segments"][key]) for key in ("speech", "pauses", "sentences")},
        },
        "timeline": timeline(report["timeline"]),
    }


def criterion(row: dict[str, Any]) -> dict[str, Any]:
    codes = [moment["code"] for moment in row["evidence"]]
    return {key: row[key] for key in SAME} | {
        "value": row["value"],
        "interval": row["interval"],
        "score": row["score"],
        "target": row["target"],
        "moments": {code: codes.count(code) for code in sorted(set(codes))},
        "first_moment": [row["evidence"][0]["start"], row["evidence"][0]["end"]] if codes else None,
    }


def spans(found: list[list[float]]) -> dict[str, float]:
    return {"count": len(found), "seconds": sum(end - start for start, end in found)}


def timeline(found: dict[str, Any]) -> dict[str, Any]:
    series = {"waveform": found["waveform"]["peaks"], "f0": found["f0"]["st"], "rate": found["rate"]["values"]}
    known = {key: [value for value in values if value is not None] for key, values in series.items()}
    return {
        "reference_hz": found["f0"]["reference_hz"],
        **{
            key: {"points": len(series[key]), "known": len(values), "mean": sum(values) / max(1, len(values))}
            for key, values in known.items()
        },
    }


def without(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in keys}


def differences(kept: Any, found: Any, place: str = "") -> Iterator[str]:
    """Where two compact reports differ: numbers beyond tolerance, anything else at all."""
    if isinstance(kept, dict) and isinstance(found, dict):
        for key in sorted(kept.keys() | found.keys()):
            yield from differences(kept.get(key, "absent"), found.get(key, "absent"), f"{place}.{key}")
    elif isinstance(kept, list) and isinstance(found, list) and len(kept) == len(found):
        for index, (one, other) in enumerate(zip(kept, found, strict=True)):
            name = one["id"] if isinstance(one, dict) and "id" in one else index
            yield from differences(one, other, f"{place}[{name}]")
    elif is_number(kept) and is_number(found):
        if found != pytest.approx(kept, rel=RELATIVE, abs=tolerance(place)):
            yield f"{place}: kept {kept}, found {found}"
    elif kept != found:
        yield f"{place}: kept {kept!r}, found {found!r}"


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def tolerance(place: str) -> float:
    if place.startswith((".overall", ".requirements")) or place.endswith(".score"):
        return POINTS
    return SECONDS if "first_moment" in place else ABSOLUTE


def test_every_sample_has_a_kept_report() -> None:
    samples = Path(__file__).parents[1] / "sample_audio"
    assert {path.stem for path in samples.glob("*.json")} == set(NAMES)
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(NAMES)
    assert LEAST_BYTES < sum(path.stat().st_size for path in GOLDEN.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_report_is_as_it_was(graded: Graded, name: str) -> None:
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    found = json.loads(json.dumps(compact(graded(name))))
    assert list(differences(kept, found)) == [], "if this is meant: python tests/remake_golden.py"


def test_drift_is_noticed_and_rounding_is_not() -> None:
    kept = {"criteria": [{"id": "pause_length", "value": 1.0, "score": 90.0, "status": "scored", "n": 3}]}

    def changed(**fields: object) -> list[str]:
        return list(differences(kept, {"criteria": [kept["criteria"][0] | fields]}))

    assert changed(value=1.008, score=90.3) == []
    assert changed(value=1.05) == [".criteria[pause_length].value: kept 1.0, found 1.05"]
    assert changed(score=91.0)
    assert changed(status="informative")
    assert changed(n=4)
    assert changed(value=None)
    assert changed(new=1)
