"""Labelled recordings: what a manifest says of each, and the truth that lies beside it.

A manifest is a CSV file with a header. Columns, all but ``path`` optional; others are ignored:

path          the recording, relative to the manifest
set           what it belongs to; default: the first folder of ``path``, else the manifest's folder
speaker, sex  whose voice; f or m. Intervals are bootstrapped over speakers where there are several
kind          ``read``, ``tts``, ``spontaneous``, ``syllable``: one voice, whole utterances, its syllables may be
              counted against ``n_syllables``; ``emotion``, ``conversation``, ``noise`` and others are not counted
n_syllables   how many were spoken
transcript    what was said; recordings of the same words are told by it
emotion       neutral, happiness, boredom, anger, …
segments      a TextGrid or CSV file corrected by hand, relative to the manifest (:mod:`voicecoach.segmentation`): its
              tiers ``ipus``, ``sentences``, ``syllables`` are the truth, over what else is told; those that were not
              corrected have to be left out
lufs          integrated loudness, LUFS, of all channels
notes         free; JSON after ``TRUTH`` is read as the truth file would be

Truth beside the recording, with its stem: ``.json`` (``sentences`` with start, end, n_syllables;
``pauses_between_sentences`` as [start, end]; ``speech_rate_syl_per_min``; …), ``.scv`` (name, then start, end, 1 for
speech or 0, in turn) and ``.f0.txt`` (s and Hz, 0 where unvoiced).
"""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.errors import UsageError
from voicecoach.recording import Recording, from_array, load
from voicecoach.timeline import Span, Spans, Track, merged
from voicecoach.validation.corrected import corrected_truth

COUNTED = ("", "read", "tts", "spontaneous", "syllable")


@dataclass(frozen=True)
class Clip:
    """One labelled recording, or a generated signal.

    Attributes
    ----------
    name : str            path in the manifest, without its ending; unique
    set, speaker, sex, kind, emotion, text : str      empty where unknown
    n_syllables : int or None
    truth : Mapping       the JSON beside the recording or in its notes
    path : Path or None   None for a generated signal
    made : callable or None      gives a generated signal's samples and rate
    """

    name: str
    set: str
    speaker: str = ""
    sex: str = ""
    kind: str = ""
    emotion: str = ""
    text: str = ""
    n_syllables: int | None = None
    truth: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
    made: Callable[[], tuple[npt.NDArray[Any], int]] | None = None

    def recording(self) -> Recording:
        """The clip as it is; of several channels, the left."""
        if self.path is not None:
            return load(self.path, speaker="left")
        assert self.made is not None, "a clip has a path or is made"
        return from_array(*self.made(), name=self.name)

    def beside(self, ending: str) -> Path | None:
        """The truth file of that ending, if there is one."""
        if self.path is None:
            return None
        found = self.path.with_name(self.path.stem + ending)
        return found if found.is_file() else None

    @property
    def counted(self) -> bool:
        """Whether its syllables may be counted against the known number."""
        return self.n_syllables is not None and self.kind in COUNTED

    @property
    def sentences(self) -> Spans:
        """Where each sentence lies, s; empty where unknown."""
        return tuple(Span(s["start"], s["end"]) for s in self.truth.get("sentences", ()))

    @property
    def sentence_pauses(self) -> Spans | None:
        """The pauses between sentences, s; None where unknown."""
        pauses = self.truth.get("pauses_between_sentences")
        return None if pauses is None else tuple(Span(*pause) for pause in pauses)

    @property
    def speech(self) -> Spans | None:
        """Speech as labelled by hand, s; None where unknown."""
        if "speech" in self.truth:
            return tuple(Span(*span) for span in self.truth["speech"])
        file = self.beside(".scv")
        if file is None:
            return None
        numbers = [float(word) for word in file.read_text(encoding="utf-8").strip().split(",")[1:]]
        triples = zip(*[iter(numbers)] * 3, strict=True)
        return merged([Span(a, b) for a, b, flag in triples if flag], gap=1e-6)

    @property
    def f0(self) -> Track | None:
        """The known pitch, Hz, NaN where unvoiced; None where unknown."""
        file = self.beside(".f0.txt")
        table = np.loadtxt(file, ndmin=2) if file is not None else np.array(self.truth.get("f0", ()), float)
        if not len(table):
            return None
        return Track(table[:, 0], np.where(table[:, 1] > 0, table[:, 1], np.nan), "Hz")


def read_manifest(file: Path) -> list[Clip]:
    """The clips of a manifest, in its order.

    Raises
    ------
    UsageError    no such file, no column ``path``, a recording that is not there, a number that is none
    """
    if not file.is_file():
        raise UsageError("missing_path", path=file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or "path" not in rows[0]:
        raise UsageError("bad_manifest", path=file, found=", ".join(rows[0]) if rows else "-")
    return [_clip(file, number, row) for number, row in enumerate(rows, start=2)]


def _clip(file: Path, line: int, row: Mapping[str, str | None]) -> Clip:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    path = file.parent / cells["path"]
    if not path.is_file():
        raise UsageError("manifest_row", path=file, line=line, found=cells["path"])
    truth = _truth(path, cells.get("notes", ""))
    try:
        if cells.get("segments"):
            truth |= corrected_truth(file.parent / cells["segments"])
        given = cells.get("n_syllables") or (truth.get("n_syllables") if cells.get("segments") else None)
        count = int(given) if given is not None else None
        truth |= {"lufs": float(cells["lufs"])} if cells.get("lufs") else {}
    except ValueError as error:
        raise UsageError("manifest_row", path=file, line=line, found=error) from None
    return Clip(
        name=str(Path(cells["path"]).with_suffix("")),
        set=cells.get("set") or (Path(cells["path"]).parts[:-1] or (file.resolve().parent.name,))[0],
        n_syllables=count,
        truth=truth,
        path=path,
        speaker=cells.get("speaker", ""),
        sex=cells.get("sex", ""),
        kind=cells.get("kind", ""),
        emotion=cells.get("emotion", ""),
        text=cells.get("transcript", ""),
    )


def _truth(path: Path, notes: str) -> dict[str, Any]:
    beside = path.with_suffix(".json")
    if beside.is_file():
        found: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
        return found
    if "TRUTH" not in notes or "{" not in notes:
        return {}
    try:
        told: dict[str, Any] = json.JSONDecoder().raw_decode(notes[notes.index("{") :])[0]
    except ValueError:  # cut off: free text, not a truth
        return {}
    return told


def by_speaker(clips: Sequence[Clip]) -> list[tuple[Clip, ...]]:
    """Clips of one set and one speaker together, in order of appearance.

    Examples
    --------
    >>> a, b, c = Clip("1", "x", "ann"), Clip("2", "x", "bo"), Clip("3", "x", "ann")
    >>> by_speaker([a, b, c]) == [(a, c), (b,)]
    True
    """
    groups: dict[tuple[str, str], list[Clip]] = {}
    for clip in clips:
        groups.setdefault((clip.set, clip.speaker), []).append(clip)
    return [tuple(group) for group in groups.values()]
