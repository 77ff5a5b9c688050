"""What ``voicecoach agreement`` does: read grades and results, compare, write."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.agreement import study
from voicecoach.agreement.files import FIGURE_COLUMNS, TAKE_COLUMNS, figures_csv, takes_csv
from voicecoach.agreement.grades import read_grades
from voicecoach.agreement.records import Study
from voicecoach.agreement.statistics import need_libraries
from voicecoach.agreement.takes import read_takes
from voicecoach.errors import UsageError
from voicecoach.report.wire import write_together
from voicecoach.sheets import BOM

if TYPE_CHECKING:
    from voicecoach.agreement.clips import Clip

PAGE, FIGURES, TAKES = "agreement.html", "agreement.csv", "agreement_takes.csv"


def read_and_compare(grades: Path, results: Path, scale: str | None) -> Study:
    """The study of a grades file and a cohort's results.

    Raises
    ------
    UsageError    a file cannot be read or does not fit the other; the extra is not installed
    """
    need_libraries()
    return study(read_grades(grades, scale), read_takes(results), grades)


def places(out: Sequence[Path]) -> dict[Path, str]:
    """Where what goes: a folder takes page and tables; a file by its ending, .html or .csv (and its takes beside it).

    Raises
    ------
    UsageError    another ending, or a file of that name that is not ours

    Examples
    --------
    >>> {path.name: kind for path, kind in places([Path("no_such_folder/x.csv")]).items()}
    {'x.csv': 'agreement.csv', 'x_takes.csv': 'agreement_takes.csv'}
    """
    found: dict[Path, str] = {}
    for path in out:
        if path.suffix.lower() == ".html" and not path.is_dir():
            found[path] = PAGE
        elif path.suffix.lower() == ".csv" and not path.is_dir():
            found |= {path: FIGURES, path.with_name(f"{path.stem}_takes{path.suffix}"): TAKES}
        elif path.is_dir() or not path.suffix:
            found |= {path / name: name for name in (PAGE, FIGURES, TAKES)}
        else:
            raise UsageError("bad_option", option="--out", found=path.name, expected="FOLDER, .html, .csv")
    for path, kind in found.items():
        if not _ours(path, kind):
            raise UsageError("agreement_exists", path=path)
    return found


def write(found: Study, where: dict[Path, str], lang: str, *, voices: bool) -> None:
    """Put page and tables in their places, all or none; ``voices``: the page lets hear where they differ."""
    texts = {}
    clips = _clips(found) if voices and PAGE in where.values() else {}
    for path, kind in where.items():
        if kind == PAGE:
            from voicecoach.agreement.page import render

            texts[path] = render(found, lang=lang, place=path, clips=clips)
        else:
            texts[path] = figures_csv(found) if kind == FIGURES else takes_csv(found)
    write_together(texts)


def _clips(found: Study) -> "dict[int, Clip]":
    from voicecoach.agreement.clips import clip
    from voicecoach.agreement.page import listed

    cut = {number: clip(one) for number, one in enumerate(listed(found))}
    return {number: one for number, one in cut.items() if one is not None}


def _ours(path: Path, kind: str) -> bool:
    """Whether there is nothing of that name, or what this command wrote."""
    if not path.exists() and not path.is_symlink():
        return True
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        head = file.read(4000)
    if kind == PAGE:
        return '<meta name="voicecoach-agreement"' in head
    return head.startswith(BOM + ",".join(FIGURE_COLUMNS if kind == FIGURES else TAKE_COLUMNS))
