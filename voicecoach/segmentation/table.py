"""Segments as CSV: one line a part, ``tier,start_s,end_s,label``; a syllable starts and ends at its nucleus."""

import csv
from pathlib import Path

from voicecoach.segmentation.tiers import LABELS, NAMES, Tiers, checked
from voicecoach.timeline import Span

COLUMNS = ("tier", "start_s", "end_s", "label")


def write(file: Path, tiers: Tiers, duration: float) -> None:
    """Write the tiers; the last line, of tier ``recording``, is the whole recording."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(COLUMNS)
        for name, spans in tiers.items():
            lines.writerows((name, f"{span.start:.4f}", f"{span.end:.4f}", LABELS[name]) for span in spans)
        lines.writerow(("recording", f"{0:.4f}", f"{duration:.4f}", ""))


def read(file: Path) -> tuple[Tiers, float]:
    """The tiers and the recording's length; without a line of tier ``recording``, the last end.

    Raises
    ------
    ValueError, LookupError    a column is not there, a time is no number, or parts overlap
    """
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = [(line["tier"], Span(float(line["start_s"]), float(line["end_s"]))) for line in csv.DictReader(opened)]
    named = {name for name, _ in lines}
    tiers = {name: checked(name, (span for tier, span in lines if tier == name)) for name in NAMES if name in named}
    ends = [span.end for tier, span in lines if tier == "recording"] or [span.end for _, span in lines]
    return tiers, max(ends, default=0.0)
