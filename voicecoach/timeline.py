"""Time as a value: spans, tracks and the few set operations the measures need. Seconds everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from voicecoach.display import shown
from voicecoach.extras import needed

FloatArray = npt.NDArray[np.float64]


class Span(NamedTuple):
    """A stretch of the recording.

    Examples
    --------
    >>> Span(1.0, 2.5).duration
    1.5
    """

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Track:
    """One quantity over time.

    Attributes
    ----------
    times : ndarray, shape (n,)     s, increasing: the middle of each frame
    values : ndarray, shape (n,)    in ``unit``; NaN where the quantity does not exist (unvoiced f0)
    unit : str
    """

    times: FloatArray
    values: FloatArray
    unit: str

    def __post_init__(self) -> None:
        if self.times.shape != self.values.shape or self.times.ndim != 1:
            raise ValueError(f"times {self.times.shape} and values {self.values.shape}: expected one equal length")

    @property
    def step(self) -> float:
        """Time between frames in s; NaN below two frames."""
        return float(self.times[1] - self.times[0]) if len(self.times) > 1 else float("nan")

    def within(self, span: Span) -> FloatArray:
        """The values whose time lies in ``[start, end)``.

        Examples
        --------
        >>> Track(np.array([0.0, 1.0, 2.0]), np.array([5.0, 6.0, 7.0]), "dB").within(Span(1, 2)).tolist()
        [6.0]
        """
        first, last = np.searchsorted(self.times, [span.start, span.end])
        return self.values[first:last]

    def to_frame(self, name: str | None = None) -> Any:
        """The track as a pandas table, one row a frame.

        Parameters
        ----------
        name : str or None      of the column of values; default: ``value``

        Returns
        -------
        pandas.DataFrame        columns ``time_s`` and ``name``; the unit is in ``attrs["unit"]``

        Raises
        ------
        UsageError    pandas is not installed (extra ``notebooks``)

        Examples
        --------
        >>> Track(np.array([0.0, 1.0]), np.array([5.0, 6.0]), "dB").to_frame("level_db")["level_db"].tolist()
        [5.0, 6.0]
        """
        frame = needed("pandas").DataFrame({"time_s": self.times, name or "value": self.values})
        frame.attrs["unit"] = self.unit
        return frame

    def _repr_html_(self) -> str:
        """The plot that a notebook shows."""
        return shown(self)


def total(spans: Iterable[Span]) -> float:
    """Summed length in s.

    Examples
    --------
    >>> total([Span(0, 1), Span(2, 2.5)])
    1.5
    """
    return float(sum(end - start for start, end in spans))


def merged(spans: Iterable[Span], gap: float = 0.0) -> Spans:
    """Spans in order, those closer than ``gap`` s (or overlapping) joined.

    Examples
    --------
    >>> merged([Span(2, 3), Span(0, 1), Span(1.1, 2)], gap=0.2)
    (Span(start=0, end=3),)
    """
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and (span.start - joined[-1].end < gap or span.start <= joined[-1].end):
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def joined(spans: Spans, bridges: Spans, longest: float) -> Spans:
    """Ordered spans, neighbours made one where the gap between them is one of ``bridges`` and under ``longest`` s.

    Examples
    --------
    >>> joined((Span(0, 1), Span(2, 3), Span(4, 5)), bridges=(Span(1, 2),), longest=3.0)
    (Span(start=0, end=3), Span(start=4, end=5))
    """
    allowed = {bridge for bridge in bridges if bridge.duration < longest}
    found: list[Span] = []
    for span in spans:
        if found and Span(found[-1].end, span.start) in allowed:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return tuple(found)


def gaps(spans: Spans, shortest: float = 0.0) -> Spans:
    """What lies between ordered spans, from ``shortest`` s on.

    Examples
    --------
    >>> gaps((Span(0, 1), Span(1.1, 2), Span(3, 4)), shortest=0.25)
    (Span(start=2, end=3),)
    """
    between = (Span(a.end, b.start) for a, b in pairwise(spans))
    return tuple(gap for gap in between if gap.duration >= shortest)


def overlap(span: Span, others: Iterable[Span]) -> float:
    """How much of ``span`` the others cover, s; the others do not overlap each other.

    Examples
    --------
    >>> overlap(Span(1, 3), (Span(0, 1.5), Span(2, 2.25)))
    0.75
    """
    return float(sum(max(0.0, min(span.end, other.end) - max(span.start, other.start)) for other in others))


def unanswered(pauses: Spans, customer: Spans, least: float = 0.3) -> Spans:
    """The pauses in which nobody else speaks for ``least`` s: those that are the speaker's own.

    Examples
    --------
    >>> unanswered((Span(1, 2), Span(5, 9)), customer=(Span(5.5, 8),))
    (Span(start=1, end=2),)
    """
    return tuple(pause for pause in pauses if overlap(pause, customer) < least)


def inside(times: FloatArray, spans: Spans) -> npt.NDArray[np.bool_]:
    """Which times lie in one of the ordered, disjoint spans (start included, end not).

    Examples
    --------
    >>> inside(np.array([0.0, 0.5, 1.0]), (Span(0.5, 1.0),)).tolist()
    [False, True, False]
    """
    if not spans:
        return np.zeros(len(times), bool)
    starts, ends = np.array(spans, float).T
    index = np.searchsorted(starts, times, side="right") - 1
    return np.asarray((index >= 0) & (times < ends[np.maximum(index, 0)]))
