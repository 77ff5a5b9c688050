"""Rows as tables: results.csv for any program, results.xlsx for Excel, results.parquet for data frames."""

import io
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from voicecoach.cohort.columns import meanings
from voicecoach.cohort.rows import Cell, Row, columns_of, is_number
from voicecoach.results import Text
from voicecoach.rubric import Rubric
from voicecoach.sheets import csv_text
from voicecoach.words import LANGUAGES, catalogue, unfilled

CSV, XLSX, PARQUET = "results.csv", "results.xlsx", "results.parquet"
LEADING = 6  # columns that stay in view: what the take is, and whose
CELL_LONGEST = 32_767  # characters that a cell of Excel holds


def tables(rows: Sequence[Row], rubric: Rubric) -> dict[str, str | bytes]:
    """Every table, by file name. Parquet only where polars (extra ``tables``) is installed."""
    columns = columns_of(rubric)
    made: dict[str, str | bytes] = {CSV: as_csv(rows, columns), XLSX: as_xlsx(rows, columns, meanings(rubric))}
    return made | ({PARQUET: as_parquet(rows, columns)} if find_spec("polars") else {})


def as_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Comma-separated, with the mark by which Excel on Chinese Windows knows UTF-8.

    A text that a spreadsheet would take for a formula gets an apostrophe in front: a name is never run.

    Examples
    --------
    >>> as_csv([{"take": "=1+1"}], ["take", "rate_score"])
    "\\ufefftake,rate_score\\r\\n'=1+1,\\r\\n"
    """
    return csv_text(columns, (tuple(_cells(row, columns)) for row in rows))


def as_xlsx(rows: Sequence[Row], columns: Sequence[str], meanings: Mapping[str, Text]) -> bytes:
    """A workbook: the results, with a filter on every column and the first ones kept in view; what columns mean."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    results = book.add_worksheet("results")
    results.write_row(0, 0, columns, bold)
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(_cells(row, columns)):
            if isinstance(cell, str):
                results.write_string(number, place, cell[:CELL_LONGEST])
            elif cell is not None:
                results.write_number(number, place, cell)
    results.freeze_panes(1, LEADING)
    results.autofilter(0, 0, len(rows), len(columns) - 1)
    for place, column in enumerate(columns):
        results.set_column(place, place, 28 if column in ("recording", "name") else max(10, len(column) + 2))
    sheet = book.add_worksheet("columns")
    sheet.write_row(0, 0, ["column", *LANGUAGES], bold)
    for number, column in enumerate(columns, 1):
        sheet.write_string(number, 0, column)
        for place, lang in enumerate(LANGUAGES, 1):
            sheet.write_string(number, place, meanings[column][lang], wrapped)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(LANGUAGES), 70)
    _codes(book, rows, columns, bold)
    book.close()
    return out.getvalue()


def _codes(book: Any, rows: Sequence[Row], columns: Sequence[str], bold: Any) -> None:
    """A sheet with the words of the reason codes that occur; figures of one recording stand in its report."""
    reasons = [column for column in columns if column.endswith("_reason")]
    found = {str(row[name]) for row in rows for name in reasons if row.get(name)}
    sheet = book.add_worksheet("reasons")
    sheet.write_row(0, 0, ["code", *LANGUAGES], bold)
    for number, code in enumerate(sorted(found), 1):
        known = code in catalogue(LANGUAGES[0])["reasons"]
        words = [unfilled("reasons", code, lang) if known else code for lang in LANGUAGES]
        sheet.write_row(number, 0, [code, *words])
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(LANGUAGES), 70)


def as_parquet(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """Typed columns, nulls where nothing is known."""
    import polars

    out = io.BytesIO()
    polars.DataFrame(
        {column: [row.get(column) for row in rows] for column in columns},
        schema={column: polars.Float64 if is_number(column) else polars.String for column in columns},
        strict=False,  # counts are numbers too
    ).write_parquet(out)
    return out.getvalue()


def _cells(row: Row, columns: Sequence[str]) -> Iterator[Cell]:
    return (row.get(column) for column in columns)
