"""The page of a whole cohort: what needs the trainer's ear, how the takes lie, who has changed, how cohorts compare.

It opens with what a person must listen to and ranks nobody: takes stand in the order of the roster, and a score is
looked for only by whoever sorts the table by it.
"""

from collections.abc import Sequence
from pathlib import Path

from voicecoach.cohort.page.records import Handed
from voicecoach.errors import UsageError

__all__ = ["Handed", "is_page", "write"]

NAME = "cohort.html"
MARK = '<meta name="voicecoach-cohort" content="1">'
HEAD_BYTES = 4_000  # the mark stands in the first lines of a page


def write(
    folder: Path, handed: Sequence[Handed], *, lang: str = "zh", roster: Sequence[str] = (), pseudonyms: bool = False
) -> Path:
    """Write ``cohort.html`` into a folder.

    Parameters
    ----------
    folder : Path                   there already; links of the takes are seen from it
    handed : sequence of Handed     takes in any order; with ``pseudonyms`` veiled already (:func:`veiled`)
    lang : {"zh", "en"}             which language shows first
    roster : sequence of str        trainees in the order in which they are shown; others follow by name
    pseudonyms : bool               the names are pseudonyms: no excerpt is put in, since a voice is as good as a name

    Raises
    ------
    UsageError    there is a file of this name that is no such page (``page_taken``), or it cannot be written
    """
    from voicecoach.cohort.page.attention import attention
    from voicecoach.cohort.page.clips import Clips, clips
    from voicecoach.cohort.page.gather import gather
    from voicecoach.cohort.page.html import render
    from voicecoach.cohort.page.records import FAR, TWICE, UNSURE
    from voicecoach.report.wire import write_together

    path = folder / NAME
    if not is_page(path):
        raise UsageError("page_taken", path=path)
    cohort = gather(handed, roster=roster)
    found = attention(cohort)
    if pseudonyms:
        cut = Clips((), sum(len(take.weak) for take in cohort.takes), 0)
    else:
        cut = clips(cohort, [needs.take for kind in (FAR, UNSURE, TWICE) for needs in found.of(kind)])
    write_together({path: render(cohort, found, cut, lang=lang, pseudonyms=pseudonyms)})
    return path


def is_page(path: Path) -> bool:
    """Whether the file is a cohort page, or is not there at all."""
    if not path.is_symlink() and not path.exists():
        return True
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return MARK in file.read(HEAD_BYTES).decode("utf-8", "replace")
