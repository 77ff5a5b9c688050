"""What a run writes of the page: ``cohort.html`` beside the tables, and a folder without names to show around."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voicecoach.cohort import storage
from voicecoach.cohort.page import MARK, NAME, page_of
from voicecoach.cohort.page.pseudonyms import FILE, Pseudonyms, pseudonyms, read_pseudonyms, veiled
from voicecoach.cohort.page.rows import from_rows, nameless, people
from voicecoach.cohort.tables import tables
from voicecoach.errors import UsageError
from voicecoach.rubric import Rubric

SHOWN = "pseudonymous"  # folder that may be given away whole


def pages(
    out: str, rows: Sequence[Mapping[str, Any]], places: Sequence[str], rubric: Rubric, *,
    lang: str = "zh", roster: Sequence[str] = (), voices: bool = True, without_names: bool = False,
) -> dict[str, str | bytes]:  # fmt: skip
    """The files by path, each to be written whole.

    Parameters
    ----------
    out : str                       folder or address of the results; reports are there already
    rows : sequence of Mapping      all rows of the results
    places : sequence of str        path or address of each row's recording
    rubric : Rubric                 that of the results
    lang : {"zh", "en"}             which language the page shows first
    roster : sequence of str        trainees in the order in which the page shows them
    voices : bool                   put excerpts into the page
    without_names : bool            page and tables under pseudonyms, too, in the folder ``pseudonymous``; who is who
                                    stands in ``pseudonyms.json`` beside the results

    Raises
    ------
    UsageError    ``cohort.html`` is there and no such page; the file of pseudonyms is none
    """
    handed = from_rows(rows, places, out)
    made: dict[str, str | bytes] = {_own(out): page_of(handed, lang=lang, roster=roster, voices=voices)}
    if without_names:
        mine = storage.join(out, FILE)
        names = pseudonyms(read_pseudonyms(storage.get(mine), mine), *people(rows))
        made[mine] = names.text()  # before what is shown: whoever was shown under a pseudonym keeps it
        made |= dict(_nameless(storage.join(out, SHOWN), rows, names, rubric))
        page = page_of(veiled(handed, names), lang=lang, pseudonyms=True)
        made[_own(storage.join(out, SHOWN))] = page
    return made


def _nameless(
    folder: str, rows: Sequence[Mapping[str, Any]], names: Pseudonyms, rubric: Rubric
) -> Iterator[tuple[str, str | bytes]]:
    """The tables, in an order that tells no names either."""
    veiled_rows = sorted(nameless(rows, names), key=lambda row: (row["trainee"], row.get("date") or "", row["take"]))
    for name, table in tables(veiled_rows, rubric).items():
        yield storage.join(folder, name), table


def _own(folder: str) -> str:
    path = storage.join(folder, NAME)
    there = storage.get(path)
    if there is not None and MARK not in there:
        raise UsageError("page_taken", path=path)
    return path
