"""Trainers' grades out of a file: take, trainer, requirement, grade."""

import hashlib
import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

from voicecoach.agreement.records import STEP, TOP, Grade, Grades, Scale
from voicecoach.errors import UsageError
from voicecoach.rubric import load_rubric
from voicecoach.sheets import Row, read_rows
from voicecoach.words import printable

# Headings as trainers may write them.
COLUMNS = {
    "take": ("take", "recording", "file", "录音", "文件", "通话"),
    "trainer": ("trainer", "rater", "培训师", "教员", "评分人"),
    "requirement": ("requirement", "要求", "项目"),
    "grade": ("grade", "score", "评分", "分数", "得分"),
}
SCALES = get_args(Scale)
MOST_SMALL = 0.5  # of a file that goes beyond 5: share of grades from 1 to 5 from which on its scale is not certain


def read_grades(path: Path, scale: str | None = None) -> Grades:
    """The grades of a file, in points from 0 to 100.

    Grades all within 1-5 are five grades (1 is 0 points, 3 is 50, 5 is 100); beyond that they are points. A file that
    could be either is refused rather than guessed at.

    Parameters
    ----------
    path : Path                         CSV or XLSX with the columns take, trainer, requirement, grade
    scale : {"1-5", "0-100"} or None    None: seen in the file

    Raises
    ------
    UsageError    a column is missing; a cell is not what it must be; one trainer graded a take twice, differently
    """
    if scale is not None and scale not in SCALES:
        raise UsageError("bad_option", option="--scale", found=scale, expected=", ".join(SCALES))
    header, rows = read_rows(path)
    names = _columns(header, path)
    known = requirement_names()
    found: list[tuple[Grade, float]] = []
    for row in rows:
        if row[1].get(names["grade"], ""):  # an empty grade is one not given
            found.append(_grade(row, names, known, path))
    if not found:
        raise UsageError("grades_empty", path=path)
    chosen = cast(Scale, scale or _scale([value for _, value in found], path))
    low, high = (1.0, 5.0) if chosen == "1-5" else (0.0, TOP)
    for grade, value in found:
        if not low <= value <= high:
            raise UsageError("grades_cell", path=path, line=grade.line, found=f"{value:g}", expected=chosen)
    told = [
        Grade(g.line, g.take, g.trainer, g.requirement, (value - 1) * STEP if chosen == "1-5" else value)
        for g, value in found
    ]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Grades(_once(told, path), chosen, scale is not None, path.name, sha256)


def requirement_names() -> dict[str, str]:
    """What a requirement may be called, in lower case → its id: the id, and its titles in both languages.

    Examples
    --------
    >>> names = requirement_names()
    >>> names["rate"], names["语速"], names["speech rate"]
    ('rate', 'rate', 'rate')
    """
    names = {}
    for requirement in load_rubric().requirements:
        for name in (requirement.id, requirement.title.zh, requirement.title.en):
            names[name.lower()] = str(requirement.id)
    return names


def _columns(header: Sequence[str], path: Path) -> dict[str, str]:
    seen = {name.strip().lower(): name for name in header}
    names = {}
    for column, aliases in COLUMNS.items():
        name = next((seen[alias] for alias in aliases if alias in seen), None)
        if name is None:
            raise UsageError("grades_column", path=path, lacking=column, found=printable(", ".join(header)))
        names[column] = name
    return names


def _grade(row: Row, names: dict[str, str], known: dict[str, str], path: Path) -> tuple[Grade, float]:
    line, cells = row
    take, trainer, requirement, text = (
        unicodedata.normalize("NFC", cells.get(names[column], "")) for column in COLUMNS
    )
    if not take or not trainer:
        raise UsageError("grades_cell", path=path, line=line, found="-", expected="take, trainer")
    if requirement.lower() not in known:
        expected = ", ".join(sorted(set(known.values())))
        raise UsageError("grades_cell", path=path, line=line, found=printable(requirement) or "-", expected=expected)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError("grades_cell", path=path, line=line, found=printable(text), expected="1-5, 0-100")
    return Grade(line, take, trainer, known[requirement.lower()], math.nan), value


def _scale(values: Sequence[float], path: Path) -> str:
    """The scale that grades are on.

    Examples
    --------
    >>> _scale([1, 3.5, 5], Path("a.csv")), _scale([40, 85, 3], Path("a.csv"))
    ('1-5', '0-100')
    """
    within = sum(1 <= value <= 5 for value in values)
    if within == len(values):
        return "1-5"
    if within > MOST_SMALL * len(values) or max(values) <= 5:
        raise UsageError("grades_scale", path=path, low=f"{min(values):g}", high=f"{max(values):g}")
    return "0-100"


def _once(grades: Sequence[Grade], path: Path) -> tuple[Grade, ...]:
    kept: dict[tuple[str, str, str], Grade] = {}
    for grade in grades:
        before = kept.setdefault((grade.take, grade.trainer, grade.requirement), grade)
        if before.points != grade.points:
            raise UsageError("grades_twice", path=path, line=before.line, other=grade.line)
    return tuple(kept.values())
