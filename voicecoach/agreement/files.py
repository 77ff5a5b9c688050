"""A study as tables: one line a figure, and one line a graded take and requirement."""

from collections.abc import Iterator, Sequence

from voicecoach.agreement.records import Figure, Study
from voicecoach.agreement.sentences import FIGURES
from voicecoach.sheets import csv_text

FIGURE_COLUMNS = ("requirement", "between", "who", "figure", "value", "low", "high", "takes")
TAKE_COLUMNS = ("take", "recording", "trainee", "requirement", "entered", "left_out", "machine", "low", "high", "trainers_mean", "difference")  # fmt: skip  # noqa: E501


def figures_csv(study: Study) -> str:
    """Every figure: ``between`` is ``machine`` (machine and trainers) or ``trainers`` (among themselves).

    Intervals are of 95 %. ``bias`` is in points of 100: of the machine against the trainers' mean, of a trainer
    against the mean of the other trainers on the same takes (``bias``) and of the machine against that trainer
    (``machine_bias``).
    """
    return csv_text(FIGURE_COLUMNS, _figures(study))


def _figures(study: Study) -> Iterator[Sequence[object]]:
    for one in study.agreements:
        for name in FIGURES:
            yield _line(one.requirement, "machine", "", name, one.machine[name])
            yield _line(one.requirement, "trainers", "", name, one.trainers[name])
        yield _line(one.requirement, "machine", "", "kappa_gap", one.gap)
        yield _line(one.requirement, "machine", "", "bias", one.bias)
        for who in one.people:
            yield _line(one.requirement, "trainers", who.name, "bias", who.bias)
            yield _line(one.requirement, "machine", who.name, "machine_bias", who.against_machine)


def takes_csv(study: Study) -> str:
    """Every graded take in every requirement: what machine and trainers gave [points], whether it entered, why not."""
    rows = []
    for cell in study.cells:
        interval = cell.take.intervals.get(cell.requirement) or (None, None)
        mean = sum(cell.grades.values()) / len(cell.grades)
        rows.append([
            cell.take.id, cell.take.recording, cell.take.trainee, cell.requirement, "no" if cell.left_out else "yes",
            cell.left_out, _short(cell.machine), _short(interval[0]), _short(interval[1]), _short(mean),
            _short(None if cell.machine is None else cell.machine - mean),
            *(_short(cell.grades.get(name)) for name in study.trainers),
        ])  # fmt: skip
    return csv_text((*TAKE_COLUMNS, *study.trainers), rows)


def _line(requirement: str, between: str, who: str, name: str, figure: Figure) -> Sequence[object]:
    low, high = figure.interval or (None, None)
    return requirement, between, who, name, _short(figure.value), _short(low), _short(high), figure.takes


def _short(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)
