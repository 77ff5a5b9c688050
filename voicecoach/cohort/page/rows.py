"""Rows of a cohort's results → takes of the page, and rows without names for whoever is shown around.

Columns are those of :mod:`voicecoach.cohort.rows`; an empty text, None and a column that is not there all say that
something is not known.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from voicecoach.cohort import storage
from voicecoach.cohort.page.pseudonyms import Pseudonyms
from voicecoach.cohort.page.records import Handed
from voicecoach.errors import UsageError
from voicecoach.words import LANGUAGES

Row = Mapping[str, Any]
PAGE, DATA = ".report.html", ".report.json"
# Columns that tell neither a name nor a file. Named one by one, so that a new column is left out and not let through
HARMLESS = {
    "take", "trainee", "cohort", "date", "status", "failure", "duration_s", "speech_s", "voicecoach_version",
    "rubric_sha256", "judged", "coverage", "warnings",
}  # fmt: skip
FIGURES = ("_score", "_low", "_high", "_reason", "_value", "_unit", "_band")


def from_rows(rows: Iterable[Row], places: Iterable[str], out: str) -> list[Handed]:
    """Takes as the page is handed them.

    Parameters
    ----------
    rows : iterable of Mapping     see above
    places : iterable of str       path or address of each row's recording; empty: nothing can be cut from it
    out : str                      folder or address of the results
    """
    rows = list(rows)
    return [_handed(*one, out) for one in zip(ids(rows), rows, places, strict=True)]


def nameless(rows: Sequence[Row], names: Pseudonyms) -> list[dict[str, Any]]:
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
            "take": names.take(id, row.get("trainee") or None),
            "trainee": names.trainees[row["trainee"]] if row.get("trainee") else "",
            "cohort": names.cohorts[row["cohort"]] if row.get("cohort") else "",
        }
        for id, row in zip(ids(rows), rows, strict=True)
    ]


def ids(rows: Iterable[Row]) -> list[str]:
    """What tells each row from all others: its take, counted on where the same sound is there again.

    Examples
    --------
    >>> ids([{"take": "a"}, {"take": "b"}, {"take": "a"}])
    ['a', 'b', 'a 2']
    """
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        take = str(row.get("take") or "")
        seen[take] += 1
        found.append(take if seen[take] == 1 else f"{take} {seen[take]}")
    return found


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


def _handed(id: str, row: Row, place: str, out: str) -> Handed:
    page = str(row.get("report") or "")
    words = {lang: str(row.get(f"failure_{lang}") or "") for lang in LANGUAGES}
    data = storage.join(out, f"{page.removesuffix(PAGE)}{DATA}") if page.endswith(PAGE) else None
    return Handed(
        id=id, name=str(row.get("name") or ""), trainee=row.get("trainee") or None,
        cohort=row.get("cohort") or None, recorded=recorded_at(row.get("date")), link=link_to(page) if page else None,
        failure=words if all(words.values()) else None, code=row.get("failure") or None,
        read=None if data is None else partial(_report, data), recording=place or None,
    )  # fmt: skip


def _report(path: str) -> dict[str, Any]:
    """A report as the run wrote it.

    Raises
    ------
    UsageError    it is gone, or no report
    """
    text = storage.get(path)
    if text is None:
        raise UsageError("report_missing", path=path)
    try:
        report: dict[str, Any] = json.loads(text)
    except ValueError:
        raise UsageError("not_a_report", path=path) from None
    return report


def people(rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Everybody's names and the cohorts', for pseudonyms."""
    return (
        sorted({str(row["trainee"]) for row in rows if row.get("trainee")}),
        sorted({str(row["cohort"]) for row in rows if row.get("cohort")}),
    )
