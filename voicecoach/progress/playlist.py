"""Which takes a page lets one listen to, and what of them is played side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach.progress.records import Progress
from voicecoach.results import Text

MOST_TAKES = 6  # convention: more than one compares by ear, and a page stays near 6 MB
MOST_S = 15 * 60.0  # s of sound together: 40 kb/s and base64 make 0.4 MB a minute
MOST_MOMENTS = 6  # of a requirement and take


@dataclass(frozen=True)
class Sound:
    """A take as the page plays it.

    Attributes
    ----------
    take : int                        place in ``Progress.takes``
    mime, data                        what :func:`voicecoach.report.audio.embed` gives
    duration_s : float                s
    peaks : tuple of float            envelope, 0-1
    sentences : tuple of (start, end)     s, as estimated
    moments : Mapping                 requirement → (start, end, words) of its evidence
    """

    take: int
    mime: str
    data: bytes
    duration_s: float
    peaks: tuple[float, ...]
    sentences: tuple[tuple[float, float], ...]
    moments: Mapping[str, tuple[tuple[float, float, Text], ...]]


def chosen(found: Progress, most: int = MOST_TAKES, seconds: float = MOST_S) -> tuple[int, ...]:
    """Places of the takes to embed, oldest first: the newest, the first, the personal bests, then from the newest back.

    A take that would make the sound too long is passed over; the newest is always there.
    """
    last = len(found.takes) - 1
    bests = sorted({course.best for course in found.courses if course.best is not None}, reverse=True)
    wanted = dict.fromkeys([last, 0, *bests, *range(last, -1, -1)])
    taken: list[int] = []
    for place in wanted:
        total = sum(found.takes[one].duration_s for one in [*taken, place])
        if len(taken) < most and (not taken or total <= seconds):
            taken.append(place)
    return tuple(sorted(taken))


def sound(place: int, report: Mapping[str, Any], recording: Path) -> Sound:
    """The voice of a take and the places in it that its report knows.

    Raises
    ------
    RecordingError    the recording cannot be read
    """
    from voicecoach.recording import load
    from voicecoach.report.audio import embed

    speaker = report["recording"]["speaker"]
    heard = load(recording, speaker=speaker if speaker in ("left", "right") else "auto")
    mime, data = embed(heard.samples, heard.sr)
    moments = {
        one["id"]: _told_once([
            (float(moment["start"]), float(moment["end"]), dict(moment["words"]))
            for row in report["criteria"] if row["requirement"] == one["id"]
            for moment in row["evidence"]
        ])
        for one in report["requirements"]
    }  # fmt: skip
    return Sound(
        place, mime, data, float(report["recording"]["duration_s"]),
        tuple(report["timeline"]["waveform"]["peaks"]),
        tuple((float(start), float(end)) for start, end in report["segments"]["sentences"]), moments,
    )  # fmt: skip


def _told_once(moments: Sequence[tuple[float, float, Text]]) -> tuple[tuple[float, float, Text], ...]:
    """The first few; two rows may point at one place with the same words."""
    once = [moment for i, moment in enumerate(moments) if moment not in moments[:i]]
    return tuple(once[:MOST_MOMENTS])
