"""What the store hands out: plain records that cannot be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Trainee:
    """A person who practises.

    Attributes
    ----------
    id : str                     random
    name : str                   what the person is called here; with a pseudonym it never leaves the store
    pseudonym : str or None      what reports and exports call the person instead
    created : datetime           UTC
    """

    id: str
    name: str
    pseudonym: str | None
    created: datetime

    @property
    def shown(self) -> str:
        """The name that may be shown: the pseudonym where there is one."""
        return self.pseudonym or self.name


@dataclass(frozen=True)
class Graded:
    """That a take was graded once: with which rubric, version and baseline, and to which overall score.

    A rubric's version is the hash of its content, ``rubric_sha256``. ``score`` is None where too little could be
    judged. ``baseline`` is the id of one in the store, or None.
    """

    rubric: str
    rubric_sha256: str
    voicecoach: str
    graded: datetime
    baseline: str | None
    score: float | None


@dataclass(frozen=True)
class Take:
    """One recording of one trainee.

    Attributes
    ----------
    id : str                     random; any unambiguous beginning of it names the take
    trainee : str                the name that may be shown
    name : str                   of the recording's file (with a pseudonym: made from that)
    sha256 : str                 of the recording's bytes
    duration_s, sr, bytes        of the recording: s, Hz, size of its file
    recorded, added : datetime   UTC
    note, script : str           empty where there is none
    reports : tuple of Graded    newest first
    """

    id: str
    trainee: str
    name: str
    sha256: str
    duration_s: float
    sr: int
    bytes: int
    recorded: datetime
    note: str
    script: str
    added: datetime
    reports: tuple[Graded, ...]

    @property
    def score(self) -> float | None:
        """The overall score of the newest report."""
        return self.reports[0].score if self.reports else None


@dataclass(frozen=True)
class StoredBaseline:
    """A trainee's own voice, as it was taken once.

    Attributes
    ----------
    id, trainee : str            random; the trainee's name that may be shown
    made : datetime              UTC
    data : Mapping               what :meth:`voicecoach.Baseline.to_dict` gives
    facts : Mapping              about microphone and room, whatever the maker notes
    smile_evidence : bool        whether a smile can be told from the neutral voice at all
    active : bool                the one that new takes are compared with
    neutral, smiling : tuple of str      hashes of the recordings
    """

    id: str
    trainee: str
    made: datetime
    data: Mapping[str, Any]
    facts: Mapping[str, Any]
    smile_evidence: bool
    active: bool
    neutral: tuple[str, ...]
    smiling: tuple[str, ...]


@dataclass(frozen=True)
class Exported:
    """What an export holds; ``missing`` names recordings whose files were not there or not whole."""

    path: Path
    takes: int
    reports: int
    baselines: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Forgotten:
    """What was removed of a person, and what was still found afterwards (nothing, if all went well).

    Attributes
    ----------
    takes, reports, baselines, recordings : int     how many were removed
    shared : int                 recordings that stay because they are another trainee's, too
    left : tuple of str          what could not be removed; it is tried again when the store is opened
    held : tuple of str          files of the database that still hold bytes of what was deleted, because another
                                 program is reading: they are overwritten when that ends
    """

    takes: int
    reports: int
    baselines: int
    recordings: int
    shared: int
    left: tuple[str, ...]
    held: tuple[str, ...]
