"""Rows of a cohort's results → takes of the page, and rows without names for whoever is shown around.

A row is a mapping by column; the columns looked at are those of ``results.csv``: ``take``, ``recording``, ``name``,
``cohort``, ``trainee``, ``date``, ``failure``, ``report`` (the page of the report, seen from the results' folder; its
data lie beside it). An empty text and None both say that something is not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from voicecoach.cohort.page.pseudonyms import Pseudonyms
from voicecoach.cohort.page.records import Handed
from voicecoach.report.wire import read_report

Row = Mapping[str, Any]
PAGE, DATA = ".report.html", ".report.json"
# Columns that tell neither a name nor a file. Named one by one, so that a new column is left out and not let through
HARMLESS = {"take", "trainee", "cohort", "date", "status", "failure", "duration_s", "rubric_sha256", "voicecoach"}
FIGURES = ("_score", "_low", "_high", "_reason", "_value", "_unit", "_band")


def from_rows(rows: Iterable[Row], folder: Path) -> list[Handed]:
    """Takes as the page is handed them.

    Parameters
    ----------
    rows : iterable of Mapping     see above
    folder : Path                  of the results

    Notes
    -----
    Excerpts are cut only from recordings that lie on this machine; one in object storage has none.
    """
    return [_handed(row, folder) for row in rows]


def nameless(rows: Iterable[Row], names: Pseudonyms) -> list[dict[str, Any]]:
    """Rows with pseudonyms for names, and without whatever tells a name, a file or a place.

    Examples
    --------
    >>> row = {"take": "1", "name": "wang.wav", "trainee": "王芳", "cohort": "", "rate_score": 70}
    >>> nameless([row], Pseudonyms("k", {"王芳": "P07"}, {}))
    [{'take': 'P07-0aa205', 'trainee': 'P07', 'cohort': '', 'rate_score': 70}]
    """
    return [
        {column: value for column, value in row.items() if column in HARMLESS or column.endswith(FIGURES)}
        | {
            "take": names.take(str(row["take"]), row["trainee"] or None),
            "trainee": names.trainees[row["trainee"]] if row["trainee"] else "",
            "cohort": names.cohorts[row["cohort"]] if row["cohort"] else "",
        }
        for row in rows
    ]


def link_to(page: str) -> str:
    """The address of a file beside the page, whatever its name holds.

    Examples
    --------
    >>> link_to("reports/王 1#?.report.html")
    'reports/%E7%8E%8B%201%23%3F.report.html'
    """
    return quote(page.replace("\\", "/"), errors="surrogateescape")


def recorded_at(date: object) -> datetime | None:
    """A date as rows tell it, in this machine's time zone where it names none; None where it tells nothing.

    Examples
    --------
    >>> recorded_at("2026-11-03").date().isoformat(), recorded_at(""), recorded_at("some day")
    ('2026-11-03', None, None)
    """
    try:
        told = date if isinstance(date, datetime) else datetime.fromisoformat(str(date))
    except ValueError:
        return None
    return told if told.tzinfo else told.astimezone()


def _handed(row: Row, folder: Path) -> Handed:
    page, where = str(row.get("report") or ""), str(row.get("recording") or "")
    data = folder / f"{page.removesuffix(PAGE)}{DATA}" if page.endswith(PAGE) else None
    recording = Path(where) if where and "://" not in where else None
    return Handed(
        id=str(row["take"]), name=str(row.get("name") or PurePosixPath(where.replace("\\", "/")).name),
        trainee=row.get("trainee") or None, cohort=row.get("cohort") or None, recorded=recorded_at(row.get("date")),
        link=link_to(page) if page else None, failure=row.get("words"), code=row.get("failure") or None,
        read=None if data is None else partial(read_report, data), recording=recording,
    )  # fmt: skip


def people(rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Everybody's names and the cohorts', for pseudonyms."""
    return (
        sorted({str(row["trainee"]) for row in rows if row.get("trainee")}),
        sorted({str(row["cohort"]) for row in rows if row.get("cohort")}),
    )
