"""The machine beside trainers: ``agreement``."""

from pathlib import Path
from typing import Annotated

import typer

from voicecoach.cli.console import Lang, console, exits, made, spoken

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
