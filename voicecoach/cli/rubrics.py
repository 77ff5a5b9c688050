"""The rubrics: ``explain``, ``rubric list``, ``rubric show``, ``rubric check``."""

from typing import Annotated

import typer

from voicecoach.cli.console import Lang, RubricName, exits, spoken
from voicecoach.errors import UsageError
from voicecoach.words import say


def explain(
    criterion: Annotated[str | None, typer.Argument(help="A criterion's id. Default: list them all.")] = None,
    rubric: RubricName = "etiquette",
    lang: Lang = None,
) -> None:
    """Print the whole chain of a criterion: requirement, source, measure, formula, parameters, curve, known error."""
    language = spoken(lang)
    with exits(language):
        from voicecoach.report.explain import explain as explained
        from voicecoach.report.explain import index
        from voicecoach.rubric import load_rubric

        chosen = load_rubric(rubric)
        if criterion is None:
            typer.echo(index(chosen, language))
            return
        row = chosen.criterion(criterion)
        if row is None:
            raise UsageError("unknown_criterion", found=criterion, expected=", ".join(r.id for r in chosen.criteria))
        typer.echo(explained(row, chosen, language))


def rubric_list(lang: Lang = None) -> None:
    """Names and titles of the rubrics that ship with voicecoach."""
    language = spoken(lang)
    from voicecoach.rubric import load_rubric, profiles

    for name in profiles():
        loaded = load_rubric(name)
        typer.echo(f"{name:14} {loaded.title.text(language)}  {loaded.sha256[:12]}")


def rubric_show(name: Annotated[str, typer.Argument(help="A rubric's name.")] = "etiquette", lang: Lang = None) -> None:
    """Print a rubric's file, to be copied and edited."""
    with exits(spoken(lang)):
        from voicecoach.rubric import source_text

        typer.echo(source_text(name), nl=False)


def rubric_check(file: Annotated[str, typer.Argument(help="A rubric file.")], lang: Lang = None) -> None:
    """Check a rubric file; names the file, row, field and what was expected where it is wrong."""
    language = spoken(lang)
    with exits(language):
        from voicecoach.rubric import load_rubric

        loaded = load_rubric(file)
        typer.echo(say("terminal", "rubric_ok", language, name=loaded.name, rows=len(loaded.criteria)))
