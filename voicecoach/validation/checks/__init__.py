"""What is checked: for each measure, which clips can tell, what is observed on them, and how right that is.

One module a family; :func:`every` gathers them. To add a check, write a function that is given a :class:`Take` (or
several that only together can tell) and gives observations, and list it in its module's ``CHECKS``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from voicecoach.recording import Recording
from voicecoach.tracks import Tracks

if TYPE_CHECKING:
    from voicecoach.validation.manifest import Clip

OURS = "voicecoach"
Found = TypeVar("Found")
FAMILIES = ("counts", "pauses", "pitch", "levels", "smile", "tone", "clarity", "scores", "intervals", "laughter")


class Observation(NamedTuple):
    """What one tool said of one clip, compared with the truth.

    Attributes
    ----------
    tool : str            :data:`OURS`, or the name of an alternative
    clip : str
    speaker, sex : str    empty where unknown
    values : Mapping      numbers, or lists of numbers: what the check's figures are made of
    """

    tool: str
    clip: str
    speaker: str
    sex: str
    values: Mapping[str, float | Sequence[float]]


class Take:
    """A clip as heard under one condition; its tracks are computed once and shared by all checks."""

    def __init__(self, clip: "Clip", condition: str) -> None:
        self.clip, self.condition = clip, condition
        self._found: dict[str, Any] = {}

    @cached_property
    def recording(self) -> Recording:
        """The recording under the condition."""
        from voicecoach.validation.conditions import heard

        return heard(self.clip.recording(), self.condition)

    @cached_property
    def tracks(self) -> Tracks:
        """Its tracks."""
        return Tracks(self.recording)

    def found(self, tool: str, find: Callable[[npt.NDArray[np.float32], int], Found]) -> Found:
        """What an alternative finds in the samples at 16 kHz; asked once for all checks."""
        if tool not in self._found:
            self._found[tool] = find(self.tracks.wave16, 16000)
        found: Found = self._found[tool]
        return found

    def observed(self, tool: str, **values: float | Sequence[float]) -> Observation:
        """An observation of this clip."""
        return Observation(tool, self.clip.name, self.clip.speaker, self.clip.sex, values)


Figured = Callable[[Sequence[Observation]], float | None]


@dataclass(frozen=True)
class Figure:
    """One number over all observations of a tool: ``"mean abs. error"`` in ``"%"``."""

    name: str
    unit: str
    of: Figured


@dataclass(frozen=True)
class Check:
    """How right one measure is.

    Attributes
    ----------
    measure : str       what is measured, for example ``"syllable_count"``
    units : callable    from all clips of a set to groups of them that are observed together; most often one clip each
    observe : callable  from the takes of one group, under one condition, to observations
    figures : tuple of Figure
    conditions : tuple of str       names of :data:`voicecoach.validation.conditions.CONDITIONS`
    across : bool       ``units`` is given the clips of all sets together, for groups that no set has whole
    pooled : bool       figures are also given for the observations of all sets together
    """

    measure: str
    units: Callable[[Sequence["Clip"]], list[tuple["Clip", ...]]]
    observe: Callable[[tuple[Take, ...]], list[Observation]]
    figures: tuple[Figure, ...]
    conditions: tuple[str, ...]
    across: bool = False
    pooled: bool = False


def each(wanted: Callable[["Clip"], bool]) -> Callable[[Sequence["Clip"]], list[tuple["Clip", ...]]]:
    """Every clip by itself, where it is wanted."""
    return lambda clips: [(clip,) for clip in clips if wanted(clip)]


def every() -> tuple[Check, ...]:
    """All checks there are."""
    return tuple(check for family in FAMILIES for check in import_module(f"{__name__}.{family}").CHECKS)
