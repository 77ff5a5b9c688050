"""A study in a terminal: a line a requirement, then each trainer's bias, then where machine and trainers differ."""

from rich.console import Console
from rich.table import Table

from voicecoach.agreement.records import Study
from voicecoach.agreement.sentences import (
    FIGURES,
    bias_text,
    by_verdict,
    figure_text,
    headline,
    notes,
    points_text,
    titles,
    verdict_text,
)
from voicecoach.words import printable, say

MOST_DIFFERENCES = 10


def show(study: Study, console: Console, lang: str) -> None:
    """Print a study."""
    names = titles(lang)
    console.print(headline(study, lang), style="bold")
    for line in by_verdict(study, lang):
        console.print(line)
    for one in study.agreements:
        console.print()
        colon = say("calibrate", "colon", lang)
        console.print(f"{names[one.requirement]}{colon}{verdict_text(one, lang)}", style="bold")
        table = _table(lang, "figure", "machine_trainers", "trainers_only")
        for name in FIGURES:
            between = figure_text(name, one.machine[name]), figure_text(name, one.trainers[name])
            table.add_row(say("agreement", name, lang), *between)
        console.print(table)
        console.print(say("agreement", "machine_bias", lang, bias=bias_text(one.bias)))
        people = _table(lang, "trainer", "graded", "bias_others", "bias_machine")
        for who in one.people:
            people.add_row(
                printable(who.name), str(who.grades), bias_text(who.bias), bias_text(who.against_machine)
            )
        console.print(people)
    console.print()
    console.print(say("agreement", "differences", lang), style="bold")
    table = _table(lang, "take", "requirement", "machine", "grades", "difference")
    for difference in study.differences[:MOST_DIFFERENCES]:
        table.add_row(
            printable(difference.take.name), names[difference.requirement], f"{difference.machine:.0f}",
            " ".join(f"{points:.0f}" for points in difference.grades.values()),
            points_text(difference.points),
        )  # fmt: skip
    console.print(table)
    console.print()
    for note in notes(study, lang):
        console.print(note)


def _table(lang: str, *columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(say("agreement", f"column_{column}", lang))
    return table
