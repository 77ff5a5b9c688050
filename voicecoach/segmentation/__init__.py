"""Where speech, pauses, sentences and syllables lie: to be looked at in Praat, corrected by hand and read back."""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from voicecoach.errors import UsageError
from voicecoach.recording import Recording
from voicecoach.segmentation import table, textgrid
from voicecoach.segmentation.tiers import Tiers
from voicecoach.timeline import FloatArray, Span, Spans, gaps
from voicecoach.tracks import Tracks

FORMATS: dict[str, ModuleType] = {".textgrid": textgrid, ".csv": table}


@dataclass(frozen=True, eq=False)
class Segments:
    """The segments of one recording. In a hand-corrected file tiers may be left out: these are then None.

    Attributes
    ----------
    ipus : tuple of Span or None        inter-pausal units: speech between pauses, s
    pauses : tuple of Span or None      silences between the units, s
    sentences : tuple of Span or None   s; estimated from the voice, unless corrected by hand
    syllables : ndarray, shape (n,), or None      nuclei, s, increasing
    duration : float                    length of the recording, s

    Examples
    --------
    >>> one = Segments(ipus=(Span(0, 1), Span(1.5, 2)), pauses=(Span(1, 1.5),), syllables=np.array([0.5]), duration=2)
    >>> [(tier, len(parts)) for tier, parts in one.tiers().items()]
    [('ipus', 2), ('pauses', 1), ('syllables', 1)]
    """

    ipus: Spans | None = None
    pauses: Spans | None = None
    sentences: Spans | None = None
    syllables: FloatArray | None = None
    duration: float = 0.0

    def tiers(self) -> Tiers:
        """The tiers that there are, by name, as spans; a syllable is a span without length."""
        points = None if self.syllables is None else tuple(Span(float(t), float(t)) for t in self.syllables)
        every = {"ipus": self.ipus, "pauses": self.pauses, "sentences": self.sentences, "syllables": points}
        return {name: spans for name, spans in every.items() if spans is not None}

    def save(self, path: str | Path) -> Path:
        """Write a Praat TextGrid or a CSV file, as the name's ending says; an older file of that name is replaced.

        Raises
        ------
        UsageError    another ending, no such folder, or praatio is not installed (extra ``notebooks``)
        """
        file = Path(path)
        form = _format(file)
        try:
            form.write(file, self.tiers(), self.duration)
        except OSError as error:
            raise UsageError("cannot_write", path=file, found=error.strerror or error) from None
        return file


def segments(recording: Recording | Tracks) -> Segments:
    """Where speech, pauses, sentences and syllables were found in a recording.

    Parameters
    ----------
    recording : Recording or Tracks

    Returns
    -------
    Segments      all four tiers; pauses from ``settings.pause_min_s`` on, whoever fills them
    """
    tracks = recording if isinstance(recording, Tracks) else Tracks(recording)
    pauses = gaps(tracks.ipus, tracks.settings.pause_min_s)
    return Segments(tracks.ipus, pauses, tracks.sentences, tracks.syllables, tracks.duration)


def read_segments(path: str | Path) -> Segments:
    """Segments from a Praat TextGrid or a CSV file, as :meth:`Segments.save` wrote it or a person corrected it.

    Tiers are told by name (``ipus``, ``pauses``, ``sentences``, ``syllables``); others are ignored, and so are
    intervals without a label. A tier that is not there is None.

    Raises
    ------
    UsageError    no such file, another ending, not readable, none of the tiers, or praatio is not installed
    """
    file = Path(path)
    form = _format(file)
    if not file.is_file():
        raise UsageError("segments_missing", path=file)
    try:
        tiers, duration = form.read(file)
    except (OSError, ValueError, LookupError) as error:  # praatio's own errors are among these, see there
        raise UsageError("segments_unreadable", path=file, found=error) from None
    points = tiers.pop("syllables", None)
    syllables = None if points is None else np.array(sorted(span.start for span in points), float)
    if not tiers and syllables is None:
        raise UsageError("segments_unreadable", path=file, found="-")
    return Segments(**tiers, syllables=syllables, duration=duration)


def _format(file: Path) -> Any:
    try:
        return FORMATS[file.suffix.lower()]
    except KeyError:
        raise UsageError("segments_format", path=file, found=file.suffix or "-") from None
