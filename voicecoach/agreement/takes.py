"""Takes out of a cohort's results, and which grade is of which take."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from voicecoach.agreement.records import Grade, Take
from voicecoach.errors import UsageError
from voicecoach.rubric.model import REQUIREMENTS
from voicecoach.sheets import read_rows
from voicecoach.words import printable

RESULTS = "results.csv"
Z90 = 1.645  # an interval of results runs from the 5th to the 95th percentile


@dataclass(frozen=True)
class Matched:
    """Grades by the take that they are of, and the names that are of none."""

    pairs: tuple[tuple[Grade, Take], ...]
    unmatched: tuple[str, ...]


def read_takes(path: Path) -> tuple[Take, ...]:
    """The takes of ``results.csv``, or of the folder that holds it.

    Raises
    ------
    UsageError    no such file, or not results of ``voicecoach cohort``
    """
    file = path / RESULTS if path.is_dir() else path
    header, rows = read_rows(file)
    needed = {"take", "recording", "sha256", *(f"{name}_score" for name in REQUIREMENTS)}
    if not needed <= set(header):
        raise UsageError("not_results", path=file, lacking=", ".join(sorted(needed - set(header))))
    return tuple(_take(cells, file.parent) for _, cells in rows)


def match(grades: Sequence[Grade], takes: Sequence[Take], path: Path) -> Matched:
    """Find the take of each grade: by its id, else the recording as it was given, else its file name, with or
    without ending.

    Raises
    ------
    UsageError    a name fits several takes of different sound

    Examples
    --------
    >>> take = Take("t1", "calls/a.wav", "a.wav", "00", "", {})
    >>> seen = match([Grade(2, "a", "Li", "rate", 50.0), Grade(3, "b", "Li", "rate", 50.0)], [take], Path("g.csv"))
    >>> [(grade.line, take.id) for grade, take in seen.pairs], seen.unmatched
    ([(2, 't1')], ('b',))
    """
    indexes = [
        _index(takes, lambda take: [take.id]),
        _index(takes, lambda take: [take.recording]),
        _index(takes, lambda take: {take.name, _posix(take.recording).name}),
        _index(takes, lambda take: {_posix(take.name).stem, _posix(take.recording).stem}),
    ]
    first: dict[str, Take] = {}
    for take in takes:  # a recording under two names is two rows of one take: it counts once
        first.setdefault(take.id, take)
    pairs: list[tuple[Grade, Take]] = []
    unmatched: dict[str, None] = {}
    of: dict[tuple[str, str, str], Grade] = {}
    for grade in grades:
        candidates = next((index[grade.take] for index in indexes if grade.take in index), [])
        if not candidates:
            unmatched[grade.take] = None
            continue
        if len({take.sha256 or take.id for take in candidates}) > 1:
            expected = ", ".join(printable(take.recording) for take in candidates[:3])
            raise UsageError(
                "grades_ambiguous", path=path, line=grade.line, found=printable(grade.take), expected=expected
            )
        take = first[candidates[0].id]
        before = of.setdefault((take.id, grade.trainer, grade.requirement), grade)
        if before.points != grade.points:
            raise UsageError("grades_twice", path=path, line=before.line, other=grade.line)
        if before is grade:
            pairs.append((grade, take))
    return Matched(tuple(pairs), tuple(unmatched))


def _index(takes: Iterable[Take], names: Callable[[Take], Iterable[str]]) -> dict[str, list[Take]]:
    index: dict[str, list[Take]] = {}
    for take in takes:
        for name in names(take):
            index.setdefault(unicodedata.normalize("NFC", name), []).append(take)
    return index


def _posix(path: str) -> PurePosixPath:
    return PurePosixPath(path.replace("\\", "/"))


def _take(cells: Mapping[str, str], folder: Path) -> Take:
    scores: dict[str, float | None] = {name: _number(cells.get(f"{name}_score", "")) for name in REQUIREMENTS}
    values = {key.removesuffix("_value"): value for key in cells if key.endswith("_value")
              if (value := _number(cells[key])) is not None}  # fmt: skip
    page = cells.get("report", "")
    report = folder / page if page else None
    return Take(
        id=cells["take"] or cells["recording"], recording=cells["recording"],
        name=cells.get("name", "") or _posix(cells["recording"]).name,
        sha256=cells["sha256"], trainee=cells.get("trainee", ""), scores=scores,
        intervals={name: _interval(cells, name) for name in REQUIREMENTS},
        reasons={name: reason for name in REQUIREMENTS if (reason := cells.get(f"{name}_reason", ""))},
        values=values,
        spreads={name: spread(value, both) for name, value in values.items()
                 if (both := _interval(cells, name)) is not None},
        row_scores={key.removesuffix("_score"): value for key in cells
                    if key.endswith("_score") and key.removesuffix("_score") not in (*REQUIREMENTS, "overall")
                    if (value := _number(cells[key])) is not None},
        speaker=cells.get("speaker", ""), rubric=cells.get("rubric", ""), rubric_sha256=cells.get("rubric_sha256", ""),
        report=report if report is not None and report.is_file() else None, folder=folder,
    )  # fmt: skip


def spread(value: float, interval: tuple[float, float]) -> float:
    """Standard uncertainty of a value: from the wider side, for the other may have been cut where the quantity ends.

    Examples
    --------
    >>> round(spread(1.0, (0.0, 4.29)), 3)
    2.0
    """
    return max(interval[1] - value, value - interval[0], 0.0) / Z90


def _interval(cells: Mapping[str, str], name: str) -> tuple[float, float] | None:
    low, high = _number(cells.get(f"{name}_low", "")), _number(cells.get(f"{name}_high", ""))
    return None if low is None or high is None else (low, high)


def _number(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
