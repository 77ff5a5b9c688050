"""What to listen to where machine and trainers differ: an excerpt of the recording, small enough for the page."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach.agreement.records import Difference, Take
from voicecoach.errors import VoiceCoachError
from voicecoach.report.wire import read_report
from voicecoach.results import Text

BEFORE_S, AFTER_S = 1.5, 1.5  # s heard around a moment
LONGEST_S = 8.0  # s of an excerpt: 40 kb/s make 55 kB of it in a page
ENDING = ".report.html"


@dataclass(frozen=True)
class Clip:
    """An excerpt of a recording, s, and what its report says is to be heard there (None: no place stands out)."""

    start: float
    end: float
    words: Text | None
    mime: str
    data: bytes


def clip(difference: Difference) -> Clip | None:
    """The excerpt for a difference: the moment that the machine's verdict rests on most, else the middle of the call.

    Returns
    -------
    Clip or None    None where the recording is not there, is not the one that was graded, or cannot be read
    """
    from voicecoach.recording import load
    from voicecoach.report.audio import embed

    source = recording_of(difference.take)
    if source is None:
        return None
    report = _report(difference.take)
    side = difference.take.speaker
    try:
        heard = load(source, speaker=side if side in ("left", "right") else "auto")
    except (VoiceCoachError, OSError):
        return None
    found = None if report is None else moment(report, difference.requirement)
    start, end = stretch(None if found is None else (found["start"], found["end"]), len(heard.samples) / heard.sr)
    mime, data = embed(heard.samples[int(start * heard.sr) : int(end * heard.sr)], heard.sr)
    return Clip(start, end, None if found is None else dict(found["words"]), mime, data)


def recording_of(take: Take) -> Path | None:
    """The take's recording, if it is still where it was and still the same."""
    for path in (Path(take.recording), take.folder / take.recording):
        try:
            if path.is_file() and _sha256(path) == take.sha256:
                return path
        except OSError:
            continue
    return None


def moment(report: Mapping[str, Any], requirement: str) -> Mapping[str, Any] | None:
    """Of the moments of a requirement, the first of the row that costs most points; None without any.

    Examples
    --------
    >>> rows = [{"requirement": "rate", "weight": 0.2, "score": 0.0, "evidence": [{"start": 1}]},
    ...         {"requirement": "rate", "weight": 0.8, "score": 10.0, "evidence": [{"start": 2}]}]
    >>> moment({"criteria": rows}, "rate"), moment({"criteria": rows}, "tone")
    ({'start': 2}, None)
    """
    rows = [row for row in report["criteria"] if row["requirement"] == requirement and row["evidence"]]
    rows.sort(key=lambda row: -row["weight"] * (100 - (row["score"] if row["score"] is not None else 100)))
    found: Sequence[Mapping[str, Any]] = rows[0]["evidence"] if rows else ()
    return found[0] if found else None


def stretch(found: tuple[float, float] | None, duration: float) -> tuple[float, float]:
    """Where to cut: around the moment, no longer than an excerpt may be; without one, the middle.

    Examples
    --------
    >>> stretch((10.0, 11.0), 60.0), stretch((5.0, 50.0), 60.0), stretch(None, 60.0), stretch(None, 3.0)
    ((8.5, 12.5), (3.5, 11.5), (26.0, 34.0), (0.0, 3.0))
    """
    if found is None:
        start = max((duration - LONGEST_S) / 2, 0.0)
        return start, min(start + LONGEST_S, duration)
    start = max(min(found[0], duration) - BEFORE_S, 0.0)
    return start, min(found[1] + AFTER_S, start + LONGEST_S, duration)


def _report(take: Take) -> Mapping[str, Any] | None:
    """The data of the take's report, which lies beside its page."""
    if take.report is None or not take.report.name.endswith(ENDING):
        return None
    try:
        report = read_report(take.report.with_name(take.report.name.removesuffix(ENDING) + ".report.json"))
    except VoiceCoachError:
        return None
    return report if report["recording"]["sha256"] == take.sha256 else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
