"""The command line. Thin: what a command does lives in the library, and science is imported when it is needed.

stdout is data, stderr is talk. Exit 0: all graded (a report with rows that could not be judged is graded too);
1: some recordings could not be read; 2: the call itself was wrong and nothing was written (of several
recordings, the one that the call does not fit is left out and the others are graded).

Commands of one topic are one file; what they share is in ``console.py``.
"""

import sys
from typing import Annotated, Any

import typer

from voicecoach import __version__
from voicecoach.cli import (
    agreeing,
    checking,
    examining,
    grading,
    grouping,
    improving,
    keeping,
    own_voice,
    recording,
    recovering,
    rubrics,
    segmenting,
)
from voicecoach.cli.console import talk
from voicecoach.words import locale_language, say

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Measure how a practice call sounds, and say what to do next."
)
app.command()(grading.grade)
app.command()(grading.render)
app.command()(own_voice.baseline)
app.command()(recording.record)
app.command()(keeping.takes)
app.command()(keeping.show)
app.command()(improving.progress)
app.command()(recovering.recover)
app.command()(keeping.export)
app.command()(keeping.forget)
app.command()(rubrics.explain)
app.command()(segmenting.segments)
app.command()(checking.validate)
app.command()(grouping.cohort)
app.command()(agreeing.agreement)
app.command()(agreeing.calibrate)
app.command()(examining.doctor)

rubric_app = typer.Typer(no_args_is_help=True, help="List, show and check rubrics.")
rubric_app.command("list")(rubrics.rubric_list)
rubric_app.command("show")(rubrics.rubric_show)
rubric_app.command("check")(rubrics.rubric_check)
app.add_typer(rubric_app, name="rubric")

# What click raises for a wrong option. Newer versions of typer bring click along, older ones import it: this name
# is right for both.
WrongCall: Any = typer.BadParameter.__mro__[1]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"voicecoach {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Measure how a practice call sounds, and say what to do next."""


def main() -> None:
    """The ``voicecoach`` command. Characters that a terminal's encoding lacks are shown as ``?``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
    except WrongCall as error:
        found = error.format_message().strip().removesuffix(".")
        if found and "\n" not in found:  # else nothing was asked, and the help has been shown
            talk(say("errors", "wrong_call", locale_language(), found=found))
        code = 2
    except typer.Abort:
        code = 130
    sys.exit(code)
