"""Tables as people keep them in a spreadsheet program: read from CSV or XLSX, written as CSV that Excel opens rightly.

Read are CSV in UTF-8 (with or without byte order mark), UTF-16 or GB18030, with comma, semicolon or tab between cells,
and the first sheet of an XLSX. Written is CSV in UTF-8 with the mark, in which no text of ours is run as a formula.
"""

import csv
import io
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

from voicecoach.errors import UsageError

BOM = "\ufeff"  # Excel on Chinese Windows takes a file without one for GBK
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with what a text begins that a spreadsheet runs (OWASP, CSV Injection)

Row = tuple[int, dict[str, str]]  # line in the file, cells by column


def read_rows(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    """Header and rows of a table; empty rows are left out.

    Raises
    ------
    UsageError    ``missing_path``, ``folder``, ``unreadable_file`` or, where it is no table, ``table_unreadable``
    """
    if path.is_dir():
        raise UsageError("folder", path=path)
    if not path.exists():
        raise UsageError("missing_path", path=path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError("unreadable_file", path=path, found=error.strerror or error) from None
    lines = _workbook(data, path) if data[:2] == b"PK" else _csv(data, path)
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise UsageError("table_unreadable", path=path)
    header = tuple(filled[0][1])
    return header, [
        (number, dict(zip(header, map(unguarded, cells), strict=False))) for number, cells in filled[1:]
    ]


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV, every text guarded; None is an empty cell.

    Examples
    --------
    >>> csv_text(["take", "score"], [["=1+1", None]])
    "\\ufefftake,score\\r\\n'=1+1,\\r\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in (header, *rows))
    return BOM + out.getvalue()


def guarded(cell: object) -> object:
    """A text that a spreadsheet would take for a formula with an apostrophe in front; anything else as it is.

    Examples
    --------
    >>> guarded("=1+1"), guarded("王芳"), guarded(-3.0)
    ("'=1+1", '王芳', -3.0)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """A cell as it was before ``guarded``.

    Examples
    --------
    >>> unguarded("'=a.wav"), unguarded("'tis.wav")
    ('=a.wav', "'tis.wav")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def _csv(data: bytes, path: Path) -> list[tuple[int, list[str]]]:
    text = _decoded(data)
    if text is None or "\0" in text:
        raise UsageError("table_unreadable", path=path)
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error:
        raise UsageError("table_unreadable", path=path) from None


def _decoded(data: bytes) -> str | None:
    """A text by its byte order mark, else UTF-8, else GB18030, which Excel writes on Chinese Windows."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _workbook(data: bytes, path: Path) -> list[tuple[int, list[str]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of drawings and rules that it does not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            rows = list(book.worksheets[0].iter_rows(values_only=True))
    except Exception:  # a damaged workbook breaks the reader wherever the damage lies, with whatever error that is
        raise UsageError("table_unreadable", path=path) from None
    return [(number, [_shown(cell) for cell in cells]) for number, cells in enumerate(rows, 1)]


def _shown(cell: object) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell).strip()
