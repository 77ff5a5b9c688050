"""What each card shows: rows of the report chosen and put into words' order. Nothing is computed anew."""

from importlib.resources import files
from typing import Any

from voicecoach.report.meter import meter
from voicecoach.report.moments import moment, said_once
from voicecoach.report.numbers import number, span

Row = dict[str, Any]
MOST_MOMENTS = 4
NOTES = {"pause": "sentence_limit", "clarity": "clarity_limit"}


def cards(report: Row, *, with_clips: bool) -> list[Row]:
    """One card for each of the six requirements, in the report's order."""
    rows = {row["id"]: row for row in report["criteria"]}
    close = dict(report.get("bands") or []).get("close", 60)
    return [_card(requirement, rows, close, with_clips=with_clips) for requirement in report["requirements"]]


def secondary(report: Row) -> list[Row]:
    """Findings outside the six."""
    close = dict(report.get("bands") or []).get("close", 60)
    return [view(row, close) for row in report["criteria"] if row["requirement"] == "secondary"]


def view(row: Row, close: float = 60) -> Row:
    """A criterion with its drawing and its figures as text."""
    target = row.get("target")
    value, interval = row.get("value"), row.get("interval")
    return {
        **row,
        "meter": meter(row, close),
        "value_text": None if value is None else number(value),
        "low": number(interval[0]) if interval else None,
        "high": number(interval[1]) if interval else None,
        "target_text": span(*target) if target else "",
        "moments": said_once([moment(m) for m in row["evidence"]]),
    }


def figures(report: Row) -> list[Row]:
    """The verdict on the recording in four figures; None where one could not be measured."""
    quality = report["recording"]["quality"]
    bandwidth, clipped = quality.get("bandwidth_hz"), quality.get("clipped_share")
    return [
        {"word": "level", "value": quality.get("active_level_db"), "unit": "dBFS"},
        {"word": "noise", "value": quality.get("noise_level_db"), "unit": "dBFS", "snr": quality.get("snr_db")},
        {"word": "clipping", "value": None if clipped is None else 100 * clipped, "unit": "%"},
        {"word": "bandwidth", "value": None if bandwidth is None else bandwidth / 1000, "unit": "kHz"},
    ]


def _card(requirement: Row, rows: dict[str, Row], close: float, *, with_clips: bool) -> Row:
    lead_id = requirement.get("lead") or requirement["criteria"][0]
    lead = view(rows[lead_id], close)
    rest = [rows[id] for id in requirement["criteria"] if id != lead_id]
    also = [view(row, close) for row in rest if _needs_work(row)]
    others = [view(row, close) for row in rest if not _needs_work(row)]
    moments = [*lead["moments"], *(m for row in also for m in row["moments"])]
    weak = requirement["band"] is not None and requirement["band"] != "on_target"
    return {
        **requirement,
        "lead": lead,
        "do": _do(requirement, lead, also),
        "also": also,
        "others": others,
        "moments": said_once(moments[:MOST_MOMENTS]),
        "moments_of": {id: [moment(found) for found in rows[id]["evidence"]] for id in requirement["criteria"]},
        "more": max(len(moments) - MOST_MOMENTS, 0),
        "clip": weak and with_clips and has_clip(requirement["id"]),
        "note": NOTES.get(requirement["id"]),
    }


def _needs_work(row: Row) -> bool:
    return row.get("score") is not None and bool(row["words"].get("advice"))


def _do(requirement: Row, lead: Row, also: list[Row]) -> Row | str:
    """What to do: the advice of the first row that has some, else the code of what the page says instead."""
    advised: list[Row] = [row["words"]["advice"] for row in (lead, *also) if row["words"].get("advice")]
    if advised:
        return advised[0]
    return {"on_target": "keep", None: "no_advice"}.get(requirement["band"], "no_tip")


def has_clip(requirement: str) -> bool:
    """Whether an on-target sample ships for this requirement."""
    return files("voicecoach.report").joinpath(f"clips/{requirement}.mp3").is_file()
