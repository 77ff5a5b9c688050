"""The measures against known truth: ``validate``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from voicecoach.cli.console import Lang, exits, spoken


def validate(
    manifests: Annotated[list[Path], typer.Argument(help="CSV files that list labelled recordings.")] = [],  # noqa: B006
    out: Annotated[list[Path] | None, typer.Option("--out", help="Also write there: .md, .csv or .json.")] = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="Only this one; may be repeated.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="Only this set; may be repeated.")] = None,
    condition: Annotated[list[str] | None, typer.Option("--condition", help="Only this one; may be repeated.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes.")] = 1,
    observations: Annotated[
        Path | None,
        typer.Option(help="Keep what was observed of every clip there, as lines of JSON; a broken-off run goes on."),
    ] = None,
    lang: Lang = None,
) -> None:
    """Check the measures against recordings with known truth, beside other tools; prints a table in Markdown.

    Generated signals are always measured; without a manifest only these. A manifest's columns: path (relative to
    it), set, speaker, sex (f, m), kind (read, tts, spontaneous, syllable, emotion, conversation, noise), n_syllables,
    segments (TextGrid or CSV, corrected by hand), emotion, lufs, notes; all but path may be missing. Truth may lie
    beside a recording: NAME.json, NAME.scv, NAME.f0.txt. `voicecoach.validation.manifest` says more.
    """
    with exits(spoken(lang)):
        from voicecoach.validation.command import run_and_write

        text = run_and_write(manifests, out or [], measure, sets, condition, jobs, observations, sys.stderr)
        typer.echo(text, nl=False)
