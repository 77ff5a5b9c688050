"""Does the machine agree with trainers? Grades of people beside scores of a cohort.

A trainer is held against the machine, and trainers against each other: what people agree on among themselves is the
most that can be asked of a machine.
"""

from collections.abc import Sequence
from pathlib import Path

from voicecoach.agreement.compare import compare
from voicecoach.agreement.panel import cells, panel
from voicecoach.agreement.records import Agreement, Cell, Difference, Figure, Grade, Grades, Study, Take, Trainer
from voicecoach.agreement.statistics import need_libraries
from voicecoach.agreement.takes import match
from voicecoach.errors import UsageError
from voicecoach.rubric.model import REQUIREMENTS
from voicecoach.words import printable

__all__ = ["Agreement", "Difference", "Figure", "Grade", "Grades", "Study", "Take", "Trainer", "study"]

FEWEST_SPEAKERS = 3  # to draw from; with fewer, takes are drawn


def study(grades: Grades, takes: Sequence[Take], path: Path) -> Study:
    """Everything there is to say about grades and scores of the same takes.

    Parameters
    ----------
    grades : Grades              of :func:`voicecoach.agreement.grades.read_grades`
    takes : sequence of Take     of :func:`voicecoach.agreement.takes.read_takes`
    path : Path                  the grades file, for messages

    Raises
    ------
    UsageError    no grade is of any of these takes, a grade's take is ambiguous, or the extra is not installed
    """
    need_libraries()
    matched = match(grades.grades, takes, path)
    if not matched.pairs:
        expected = takes[0].id if takes else "-"
        raise UsageError("grades_of_nothing", path=path, found=printable(matched.unmatched[0]), expected=expected)
    found = {name: cells(matched.pairs, name) for name in REQUIREMENTS}
    graded = [take for _, take in matched.pairs]
    by_speaker = all(take.trainee for take in graded) and len({take.trainee for take in graded}) >= FEWEST_SPEAKERS
    agreements = []
    for name in REQUIREMENTS:
        if found[name]:
            table = panel(found[name], name)
            agreements.append(compare(table, [take.trainee if by_speaker else take.id for take in table.takes]))
    return Study(
        grades, tuple(sorted({grade.trainer for grade, _ in matched.pairs})), tuple(agreements),
        _differences([cell for name in REQUIREMENTS for cell in found[name]]),
        tuple(cell for name in REQUIREMENTS for cell in found[name]), matched.unmatched,
        "speakers" if by_speaker else "takes",
    )  # fmt: skip


def _differences(found: Sequence[Cell]) -> tuple[Difference, ...]:
    """Takes and requirements that entered, the largest difference first."""
    differences = [
        Difference(cell.take, cell.requirement, cell.machine, cell.grades,
                   cell.machine - sum(cell.grades.values()) / len(cell.grades))
        for cell in found if cell.machine is not None
    ]  # fmt: skip
    return tuple(sorted(differences, key=lambda one: -abs(one.points)))
