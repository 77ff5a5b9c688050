"""``doctor``: is everything here that a practice call needs?"""

from typing import Annotated

import typer

from voicecoach.cli.console import Lang, spoken, talk
from voicecoach.cli.keeping import StoreUrl
from voicecoach.words import printable, say

COLOURS = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}


def doctor(
    device: Annotated[
        str | None, typer.Option("--device", help="A microphone's number or part of its name, or file:PATH.")
    ] = None,
    no_microphone: Annotated[bool, typer.Option("--no-microphone", help="Do not listen.")] = False,
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """Check microphone, room, formats, fonts, store and disk, and say what to do. Exit 1 if something fails."""
    from voicecoach.doctor import checks, examine

    language = spoken(lang)
    verdicts = set()
    every = checks(
        device=device, microphone=not no_microphone, store=store,
        listening=lambda: talk(say("doctor", "listening", language)),
    )  # fmt: skip
    for name, found in examine(every):
        verdicts.add(found.verdict)
        verdict = typer.style(say("doctor", found.verdict, language), fg=COLOURS[found.verdict], bold=True)
        typer.echo(f"{verdict}  {say('doctor', f'check_{name}', language)}  {printable(found.text(language))}")
    raise typer.Exit(1 if "fail" in verdicts else 0)
