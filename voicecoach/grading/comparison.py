"""What a report says about the baseline: its figures, how old it was, and what speaks against comparing with it."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from voicecoach.measures.likeness import unlike
from voicecoach.tracks import Tracks
from voicecoach.words import both

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline


def own_voice(tracks: Tracks, baseline: "Baseline | None") -> dict[str, Any] | None:
    """The part ``baseline`` of a report; None without one.

    ``age_days`` counts from the baseline's date to that of the call's file: None where either is not known, negative
    where the baseline is the later one. ``codes`` are those of :func:`voicecoach.measures.likeness.unlike`, ``words``
    a sentence for each.
    """
    if baseline is None:
        return None
    found = unlike(tracks.envelopes, tracks.capture, tracks.levels, tracks.decay, baseline)
    return baseline.summary() | {
        "age_days": age_days(baseline.created, _date(tracks)),
        "codes": list(found),
        "words": [both("baseline", code, **facts) for code, facts in found.items()],
    }


def age_days(made: str | None, called: date | None) -> int | None:
    """Days from the baseline to the call.

    Examples
    --------
    >>> age_days("2025-01-30", date(2025, 2, 2)), age_days(None, date(2025, 2, 2))
    (3, None)
    """
    return None if made is None or called is None else (called - date.fromisoformat(made)).days


def _date(tracks: Tracks) -> date | None:
    path = tracks.recording.path
    if path is None or not path.exists():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
