"""The machine beside trainers: ``agreement``, ``calibrate``."""

from pathlib import Path
from typing import Annotated

import typer

from voicecoach.cli.console import Lang, console, exits, made, spoken
from voicecoach.cli.progress import counted
from voicecoach.words import say

GradesFile = Annotated[
    Path, typer.Option("--grades", help="Trainers' grades: CSV or XLSX with take, trainer, requirement, grade.")
]
Results = Annotated[Path, typer.Argument(help="results.csv of voicecoach cohort, or the folder that holds it.")]
ScaleName = Annotated[
    str | None, typer.Option("--scale", help="Scale of the grades: 1-5 or 0-100. Default: seen in the file.")
]


def agreement(
    results: Results,
    grades: GradesFile,
    out: Annotated[
        list[Path] | None, typer.Option("--out", help="Also write there: a folder, a page .html, tables .csv.")
    ] = None,
    scale: ScaleName = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave voices out of the page.")] = False,
    lang: Lang = None,
) -> None:
    """Hold scores against trainers' grades, and trainers against each other.

    For each requirement: weighted kappa, ICC, agreement within one grade, rank correlation, every trainer's bias, with
    95 % intervals; and the takes on which machine and trainers differ most.
    """
    language = spoken(lang)
    with exits(language):
        from voicecoach.agreement import command, terminal

        where = command.places(out or [])
        found = command.read_and_compare(grades, results, scale)
        terminal.show(found, console(), language)
        if where:
            for folder in {path.parent for path in where}:
                made(folder)
            command.write(found, where, language, voices=not no_audio)
            for path in where:
                typer.echo(str(path))


def calibrate(
    results: Results,
    grades: GradesFile,
    out: Annotated[Path, typer.Option("--out", help="The new rubric: FILE.toml. Never replaces a file.")],
    rubric: Annotated[
        str | None, typer.Option("--rubric", help="What the results were graded with, where it is a file of yours.")
    ] = None,
    scale: ScaleName = None,
    lang: Lang = None,
) -> None:
    """Fit the curves of a rubric to trainers' grades, cross-validated by trainee, and write a new rubric.

    Refits only rows that come closer to the trainers on trainees that were left out; refuses with too few grades.
    """
    language = spoken(lang)
    with exits(language):
        from voicecoach.agreement.calibration import command, terminal
        from voicecoach.agreement.sentences import unmatched_text

        command.must_be_free(out)
        given, takes = command.read(grades, results, scale)
        base = command.rubric_of(takes, rubric)
        with counted(out.name) as step:
            found, unmatched = command.outcomes(given, takes, grades, base, step)
        terminal.show(found, base, console(), language)
        if unmatched:
            console().print(unmatched_text(unmatched, language))
        command.must_gain(found, grades)
        made(out.parent)
        written = command.write(out, base, found, command.origin_of(given, results, out))
        console().print(say("calibrate", "wrote", language, name=written.name, base=base.name))
        typer.echo(str(out))
