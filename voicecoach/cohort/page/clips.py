"""Short excerpts that prove weak scores, cut from the recordings and small enough to travel in the page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from voicecoach.cohort import storage
from voicecoach.cohort.page.records import Cohort, Weak
from voicecoach.errors import VoiceCoachError
from voicecoach.results import Text

BUDGET_BYTES = 6_000_000  # of sound as it stands in the page (base64): it still goes through most mailboxes
BEFORE_S, AFTER_S = 1.0, 0.5  # heard around a moment, so that it is heard in its place
LONGEST_S = 6.0  # of an excerpt
FADE_S = 0.01  # no click at either end


@dataclass(frozen=True)
class Clip:
    """An excerpt: place of its take, requirement, where it was cut (s), what to hear, and the MP3 of it."""

    take: int
    requirement: str
    start: float
    end: float
    words: Text | None
    data: bytes

    @property
    def size(self) -> int:
        """Bytes in the page."""
        return 4 * ((len(self.data) + 2) // 3)


@dataclass(frozen=True)
class Clips:
    """What was cut; ``wanted`` weak scores there are in all, ``unread`` of which the recording could not be read."""

    cut: tuple[Clip, ...]
    wanted: int
    unread: int

    @property
    def size(self) -> int:
        """Bytes of all in the page."""
        return sum(clip.size for clip in self.cut)


def clips(cohort: Cohort, first: Sequence[int], budget: int = BUDGET_BYTES) -> Clips:
    """Cut excerpts until the budget is used up.

    Parameters
    ----------
    cohort : Cohort
    first : sequence of int     places of takes whose excerpts come first
    budget : int                bytes in the page

    Notes
    -----
    The order is fair, so that a large cohort's budget is not used up by its first trainees: what needs an ear first,
    then for every trainee the newest weak score of each requirement, then the one before it, and so on.
    """
    from voicecoach.recording import load

    wanted = order(cohort, first)
    by_take: dict[int, list[Weak]] = defaultdict(list)
    for place, weak in wanted:
        by_take[place].append(weak)
    cut: list[Clip] = []
    used = unread = 0
    for place, several in by_take.items():
        take = cohort.takes[place]
        if take.handed.recording is None:
            continue
        try:
            speaker = take.speaker if take.speaker in ("left", "right") else "auto"
            with storage.here(take.handed.recording) as file:
                heard = load(file, speaker=speaker)
        except (VoiceCoachError, OSError):
            unread += len(several)
            continue
        for weak in several:
            start, end = window(weak.start, weak.end, heard.duration)
            clip = Clip(place, weak.requirement, start, end, weak.words, excerpt(heard.samples, heard.sr, start, end))
            if used + clip.size > budget:  # others may be shorter, but to go through thousands for one is not worth it
                return Clips(tuple(cut), len(wanted), unread)
            used += clip.size
            cut.append(clip)
    return Clips(tuple(cut), len(wanted), unread)


def order(cohort: Cohort, first: Sequence[int]) -> list[tuple[int, Weak]]:
    """Every weak score (place of its take, where to cut), in the order in which they are cut."""
    seen: dict[tuple[object, str], int] = defaultdict(int)
    ranked = []
    for place in reversed(range(len(cohort.takes))):
        take = cohort.takes[place]
        for weak in take.weak:
            key = (take.handed.trainee or place, weak.requirement)
            ranked.append((seen[key], place, weak))
            seen[key] += 1
    urgent = {place: number for number, place in enumerate(first)}
    ranked.sort(key=lambda one: (urgent.get(one[1], len(urgent)), one[0], one[1]))
    return [(place, weak) for _, place, weak in ranked]


def window(start: float, end: float, duration: float) -> tuple[float, float]:
    """Where to cut: a little around the moment; of a long one its end, for there is what went wrong.

    Examples
    --------
    >>> window(10.0, 11.0, 60.0), window(0.2, 44.0, 44.5)
    ((9.0, 11.5), (38.5, 44.5))
    """
    until = min(end + AFTER_S, duration)
    return max(start - BEFORE_S, until - LONGEST_S, 0.0), until


def excerpt(samples: npt.NDArray[Any], sr: int, start: float, end: float) -> bytes:
    """The stretch as MP3, faded in and out."""
    import numpy as np

    from voicecoach.report.audio import embed

    part = np.array(samples[int(start * sr) : max(int(end * sr), int(start * sr) + 1)], dtype=np.float32)
    ramp = np.linspace(0, 1, min(int(FADE_S * sr), len(part)), dtype=np.float32)
    part[: len(ramp)] *= ramp
    part[len(part) - len(ramp) :] *= ramp[::-1]
    return embed(part, sr)[1]


def by_requirement(found: Clips) -> Iterator[tuple[str, list[Clip]]]:
    """Excerpts of each requirement."""
    names = dict.fromkeys(clip.requirement for clip in found.cut)
    for name in names:
        yield name, [clip for clip in found.cut if clip.requirement == name]
