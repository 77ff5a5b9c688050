"""How a trainee comes on: ``progress``."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicecoach.cli.console import Lang, console, exits, spoken, talk
from voicecoach.cli.keeping import StoreUrl, opening
from voicecoach.cli.progress import counted
from voicecoach.errors import UsageError
from voicecoach.words import printable, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voicecoach.progress import Progress
    from voicecoach.store import Store


def progress(
    trainee: Annotated[str, typer.Argument(help="Name or pseudonym.")],
    out: Annotated[Path | None, typer.Option("--out", help="Also write a page: FILE.html.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Leave out takes before this day: YYYY-MM-DD.")] = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave the voice out of the page.")] = False,
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """Show each requirement over takes, what has changed for real, and what to work on next.

    With --out also as a page, with plots, and takes to listen to side by side.
    """
    with exits(spoken(lang)):
        begin = _day(since)
    with opening(store, lang) as (opened, language):
        from voicecoach.progress import progress as made
        from voicecoach.progress import terminal
        from voicecoach.progress.history import history

        who = opened.trainee(trainee)
        if out is not None:
            _must_be_ours(out, who.id)
        entries = history(opened, trainee, since=begin)
        found = made(entries, datetime.now().astimezone(), weights=_weights(entries[0].report["rubric"]))
        terminal.show(found, console(), language)
        if out is not None:
            _write(out, who.id, who.shown, found, opened, language, voice=not no_audio)
            typer.echo(str(out))


def _day(given: str | None) -> date | None:
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError:
        raise UsageError("bad_date", option="--since", found=printable(given or "")) from None


def _weights(rubric: "Mapping[str, str]") -> "Mapping[str, float]":
    """Weights of the requirements, where the rubric is one that ships; a file's own are not kept with a report."""
    from voicecoach.errors import RubricError
    from voicecoach.rubric import load_rubric

    try:
        known = load_rubric(rubric["name"])
    except RubricError:
        return {}
    return {r.id: r.weight for r in known.requirements} if known.sha256 == rubric["sha256"] else {}


def _must_be_ours(out: Path, trainee: str) -> None:
    from voicecoach.progress.page import is_page_of

    if out.is_dir():
        raise UsageError("folder", path=out)
    if not is_page_of(out, trainee):
        raise UsageError("progress_exists", path=out)


def _write(
    out: Path, trainee: str, shown: str, found: "Progress", store: "Store", lang: str, *, voice: bool
) -> None:
    from voicecoach.cli.console import made as folder_made
    from voicecoach.errors import StoreError
    from voicecoach.progress import playlist
    from voicecoach.progress.page import render
    from voicecoach.report.wire import write_together
    from voicecoach.store.export import page

    reports = {take.id: store.report(take.id, found.rubric if take.reason is None else None) for take in found.takes}
    chosen = playlist.chosen(found) if voice else ()
    links, sounds, gone = {}, [], 0
    with counted(out.name) as step:
        for place, take in enumerate(found.takes):
            step(place, len(found.takes))
            if not store.page_path(take.id).exists():
                store.put_page(take.id, page(reports[take.id], None, lang=lang))
            links[take.id] = store.page_path(take.id).as_uri()
            if place in chosen:
                try:
                    sounds.append(playlist.sound(place, reports[take.id], store.recording_path(take.id)))
                except StoreError as error:  # a page without this voice is better than none
                    gone += 1
                    talk(error.text(lang))
    content = render(found, shown, trainee, lang=lang, links=links, sounds=sounds, gone=gone)
    folder_made(out.parent)
    _must_be_ours(out, trainee)
    write_together({out: content})
    if voice:
        talk(say("progress", "wrote", lang, shown=len(sounds), all=len(found.takes)))
