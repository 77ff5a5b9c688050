"""How long one recording may take, and how the processes that grade say where they are with theirs.

A decoder that never ends holds its process for ever, and nothing inside that process can be relied on to end it. So
whoever handed the recording out keeps the time, and the processes only say, in memory shared with it, who has begun
what and how long the recording turned out to be.
"""

from collections.abc import Callable
from contextvars import ContextVar
from multiprocessing.context import BaseContext
from time import monotonic
from typing import Any

from voicecoach.settings import TAKE_LIMIT_PER_S, TAKE_LIMIT_S

LOOK_S = 0.5  # s between two looks at the time
MOST_S = 10.0  # s counted from one look to the next: a machine that was put to sleep has not worked in between
PID, LENGTH = 0, 1  # what stands on the board for a recording: which process has it, how long it is [s]

length_known: ContextVar[Callable[[float], None]] = ContextVar("length_known", default=lambda length_s: None)
"""Told the length of a recording [s] as soon as it is known."""


def allowed_s(length_s: float = 0.0, limit_s: float = TAKE_LIMIT_S) -> float:
    """How long a recording may take, s: the limit, and its own length on top.

    Parameters
    ----------
    length_s : float    its length, s; 0 while that is not known
    limit_s : float     for any recording, s

    Examples
    --------
    >>> allowed_s(), allowed_s(60), allowed_s(3600)
    (300.0, 360.0, 3900.0)
    """
    return limit_s + TAKE_LIMIT_PER_S * length_s


class Board:
    """Where processes say what they are at. One place a recording under way; without locks, which a process that is
    ended while it holds one would leave shut.

    Parameters
    ----------
    context : BaseContext    that the processes are started by
    places : int             recordings that are handed out at most
    """

    def __init__(self, context: BaseContext, places: int) -> None:
        self.shared: Any = context.RawArray("d", 2 * places)
        self._free = list(range(places))
        self._spent = [0.0] * places
        self._looked = monotonic()

    def take(self) -> int:
        """A place that is free, cleared."""
        place = self._free.pop()
        self.shared[2 * place + PID] = self.shared[2 * place + LENGTH] = self._spent[place] = 0.0
        return place

    def give_back(self, place: int) -> None:
        """The recording of this place is done."""
        self._free.append(place)

    def look(self) -> None:
        """Count the time since the last look, for every recording that a process has begun."""
        now = monotonic()
        passed, self._looked = min(now - self._looked, MOST_S), now
        for place in range(len(self._spent)):
            if self.shared[2 * place + PID]:
                self._spent[place] += passed

    def process(self, place: int) -> int | None:
        """Which process has begun this place's recording."""
        return int(self.shared[2 * place + PID]) or None

    def late(self, place: int, limit_s: float) -> int | None:
        """Which process has been at this place's recording for too long."""
        return self.process(place) if self._spent[place] > self.allowed_s(place, limit_s) else None

    def allowed_s(self, place: int, limit_s: float) -> float:
        """How long this place's recording may take, s."""
        return allowed_s(self.shared[2 * place + LENGTH], limit_s)
