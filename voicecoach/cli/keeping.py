"""What is kept: ``takes``, ``show``, ``export``, ``forget``, and the keeping of what ``grade`` makes."""

import sys
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicecoach.cli.console import Lang, console, exits, made, spoken, talk
from voicecoach.cli.progress import counted
from voicecoach.errors import StoreError, UsageError
from voicecoach.words import printable, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicecoach.baseline import Baseline
    from voicecoach.store import Store, Take

StoreUrl = Annotated[
    str | None,
    typer.Option("--store", help="sqlite:///FILE or postgresql://USER@HOST/DATABASE. Default: in your user data."),
]
ID_DIGITS = 8  # of a take's id, where it is shown: enough to name it


@dataclass(frozen=True)
class Keeping:
    """Where the takes of a trainee go as they are graded.

    Attributes
    ----------
    store : Store
    trainee : str            name or pseudonym; a new one makes a new trainee
    note : str               about the takes
    baseline : str or None   id of the stored baseline that they are graded with
    """

    store: "Store"
    trainee: str
    note: str = ""
    baseline: str | None = None

    def keep(self, path: Path, report: Mapping[str, Any], lang: str, *, shown: str | None = None) -> "Take":
        """Put a recording and its report into the store, and say so; ``shown``: what to call the file."""
        take = self.store.add_take(self.trainee, path, report, note=self.note, baseline=self.baseline)
        talk(say("store", "kept", lang, path=shown or path, take=take.id[:ID_DIGITS], trainee=take.trainee))
        return take


@contextmanager
def opening(url: str | None, lang: str | None, *, telling: bool = True) -> "Iterator[tuple[Store, str]]":
    """An open store and the language spoken; errors become one line and an exit code.

    ``telling``: say first which recordings were broken off and wait to be taken in.
    """
    language = spoken(lang)
    with exits(language):
        from voicecoach.store import open_store

        with open_store(url) as store:
            if telling:
                tell_broken_off(store, language)
            yield store, language


def tell_broken_off(store: "Store", lang: str) -> None:
    """One line for each recording that never became a take, and what to do."""
    from voicecoach.report.numbers import clock

    for one in store.broken_off():
        when = one.recorded.astimezone().strftime("%Y-%m-%d %H:%M")
        talk(say("store", "broken_off", lang, trainee=one.trainee, date=when, time=clock(one.seconds)))


@contextmanager
def keeping(
    url: str | None, trainee: str | None, pseudonym: str | None = None, note: str = ""
) -> "Iterator[Keeping | None]":
    """An open store for a trainee's takes; None where no trainee is named. Found out before anything is graded."""
    if trainee is None:
        for option, given in (("--store", url), ("--pseudonym", pseudonym), ("--note", note)):
            if given:
                raise UsageError("needs_trainee", option=option)
        yield None
        return
    from voicecoach.store import open_store
    from voicecoach.store.people import cleaned

    name = cleaned(trainee)
    with open_store(url) as store:
        if pseudonym is not None:
            store.set_pseudonym(name, pseudonym)
        yield Keeping(store, name, note)


def stored_voice(kept: Keeping) -> "tuple[Baseline, str] | None":
    """The active baseline of the trainee and its id, if there is one."""
    from voicecoach.baseline import Baseline

    if all(kept.trainee not in (who.name, who.pseudonym) for who in kept.store.trainees()):
        return None
    found = kept.store.baseline(kept.trainee)
    if found is None:
        return None
    try:
        own = Baseline.from_dict(found.data)
        return replace(own, smile_evidence=own.smile_evidence and found.smile_evidence), found.id
    except ValueError as error:
        raise StoreError("store_damaged", store=kept.store.place.shown, found=error) from None


def takes(
    trainee: Annotated[str | None, typer.Argument(help="Name or pseudonym. Default: everybody.")] = None,
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """List what is kept, newest first: id, date, trainee, length, overall score, file, note."""
    with opening(store, lang) as (opened, language):
        found = opened.takes(trainee)
        if not found:
            talk(say("store", "no_takes", language))
        for line in _aligned([_cells(take, language) for take in found]):
            typer.echo(line)


def show(
    take: Annotated[str, typer.Argument(help="The beginning of a take's id, as `voicecoach takes` shows it.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the page. Default: kept in the store.")] = None,
    rubric: Annotated[str | None, typer.Option("--rubric", help="The report of this rubric. Default: newest.")] = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave the voice out of the page.")] = False,
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """Print the result of a take again and make its page."""
    with opening(store, lang) as (opened, language):
        from voicecoach.report import text
        from voicecoach.store.export import page

        found = opened.take(take)
        report = opened.report(found, rubric)
        heard = None if no_audio else _heard(opened, found, language)
        content = page(report, heard, lang=language)
        target = opened.put_page(found, content) if out is None else _page_file(out, found, content)
        console().print(printable("  ".join(cell for cell in _cells(found, language) if cell)))
        text.show(report, console(), language)
        typer.echo(str(target))


def export(
    trainee: Annotated[str, typer.Argument(help="Name or pseudonym.")],
    out: Annotated[Path | None, typer.Option("--out", help="The zip, or a folder for it. Default: here.")] = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave the voice out of the pages.")] = False,
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """Write everything of a person into one zip: recordings, reports, notes, baselines. Replaces no file."""
    with opening(store, lang) as (opened, language):
        from voicecoach.store.export import safe_name

        name = f"voicecoach-{safe_name(opened.trainee(trainee).shown)}.zip"
        target = Path(name) if out is None else out / name if out.is_dir() else out
        with counted(target.name) as step:
            wrote = opened.export(trainee, target, voice=not no_audio, progress=step)
        talk(say("store", "exported", language, takes=wrote.takes, reports=wrote.reports, baselines=wrote.baselines))
        typer.echo(str(target))
        for sha256 in wrote.missing:
            talk(say("store", "not_exported", language, recording=sha256[:ID_DIGITS]))
        if wrote.missing:
            raise typer.Exit(1)


def forget(
    trainee: Annotated[str, typer.Argument(help="Name or pseudonym.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """Remove every recording, report and note of a person for good, and check that it was done."""
    with opening(store, lang, telling=False) as (opened, language):
        who = opened.trainee(trainee).shown
        count = len(opened.takes(trainee))
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("not_confirmed", trainee=who)
            if not typer.confirm(say("store", "really", language, trainee=who, takes=count), err=True):
                talk(say("store", "nothing_removed", language))
                return
        gone = opened.forget(trainee)
        typer.echo(
            say(
                "store", "forgotten", language, trainee=printable(who), takes=gone.takes, reports=gone.reports,
                recordings=gone.recordings, baselines=gone.baselines,
            )
        )  # fmt: skip
        if gone.shared:
            talk(say("store", "shared", language, count=gone.shared))
        for where in gone.left:
            talk(say("store", "left_over", language, where=where))
        for where in gone.held:
            talk(say("store", "held", language, where=where))
        talk(say("store", "outside", language))
        if gone.left or gone.held:
            raise typer.Exit(1)


def _cells(take: "Take", lang: str) -> list[str]:
    from voicecoach.report.numbers import clock

    score = say("store", "no_score", lang) if take.score is None else f"{take.score:.0f}"
    when = take.recorded.astimezone().strftime("%Y-%m-%d %H:%M")
    return [take.id[:ID_DIGITS], when, take.trainee, clock(take.duration_s), score, take.name, take.note]


def _aligned(rows: list[list[str]]) -> list[str]:
    """Columns under each other; a Chinese character takes the room of two."""
    from rich.cells import cell_len

    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    padded = [[cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return ["  ".join(row).rstrip() for row in padded]


def _heard(store: "Store", take: "Take", lang: str) -> Path | None:
    """The recording for the page; where its file is gone, a page without the voice is better than none."""
    try:
        return store.recording_path(take)
    except StoreError as error:
        talk(error.text(lang))
        return None


def _page_file(folder: Path, take: "Take", page: str) -> Path:
    from voicecoach.report.wire import is_page_of, write_together

    target = made(folder) / f"{take.id[:ID_DIGITS]}.report.html"
    if not is_page_of(target, take.sha256):
        raise UsageError("name_taken", path=target)
    write_together({target: page})
    return target
