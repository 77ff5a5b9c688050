"""Know your own voice: ``baseline``."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicecoach.cli.console import Lang, console, exits, must_be_file, must_be_speaker, spoken, talk
from voicecoach.cli.keeping import Keeping, StoreUrl, keeping, stored_voice
from voicecoach.cli.recording import SIGNALLED, open_page, record_into, tell, tell_unfinished
from voicecoach.errors import UsageError
from voicecoach.words import printable, say

if TYPE_CHECKING:
    from voicecoach.own_voice import OwnVoice
    from voicecoach.recording import Recording


def baseline(
    trainee: Annotated[str, typer.Option("--trainee", help="Whose voice it is; a new name makes a new trainee.")],
    files: Annotated[
        list[str], typer.Argument(help="Neutral recordings of one voice. Default: the passage is shown and recorded.")
    ] = [],  # noqa: B006
    smiling: Annotated[str | None, typer.Option("--smiling", help="The same passage, read smiling.")] = None,
    no_smiling: Annotated[bool, typer.Option("--no-smiling", help="Record no smiling take.")] = False,
    device: Annotated[
        list[str] | None,
        typer.Option("--device", help="A microphone, or file:PATH. Given twice: the second for the smiling take."),
    ] = None,
    speaker: Annotated[str, typer.Option("--speaker", help="The trainee's channel: left, right or auto.")] = "auto",
    same_person: Annotated[
        bool, typer.Option("--same-person", help="Keep it although it sounds like somebody else.")
    ] = False,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave the voice out of the page.")] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the page.")] = False,
    pseudonym: Annotated[str | None, typer.Option("--pseudonym", help="What reports call the trainee.")] = None,
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """Get to know a voice, and keep it as what its takes are compared with.

    Shows a passage to read, records it neutral and then smiling (or takes files), and says what the voice is like.
    """
    language = spoken(lang)
    with exits(language):
        must_be_speaker(speaker)
        if smiling is not None and not files:
            raise UsageError("own_voice_smiling_alone")
        for file in [*files, *([smiling] if smiling else [])]:
            must_be_file(file)
        with keeping(store, trainee, pseudonym) as kept:
            assert kept is not None
            before = stored_voice(kept)
            paths = [Path(file) for file in files]
            smile = Path(smiling) if smiling else None
            recorded: list[Path] = []
            try:
                if not paths:
                    paths, smile = _read_aloud(device or [], not no_smiling, recorded, language)
                voice, takes = _known(paths, smile, speaker, before and before[0], same_person)
                page = _keep(kept, voice, takes, language, voiced=not no_audio)
            except BaseException:
                for path in recorded:
                    talk(say("record", "kept", language, path=path))
                raise
            for path in recorded:
                path.unlink()  # they are in the store now, and nowhere else
    if not no_open:
        open_page(page)


def _read_aloud(devices: list[str], smiling: bool, recorded: list[Path], lang: str) -> tuple[list[Path], Path | None]:
    """Show the passage and record it, neutral and smiling; whatever is on the disk is noted in ``recorded``."""
    from voicecoach.microphone import open_microphone
    from voicecoach.rubric import load_rubric

    rubric = load_rubric()
    tell_unfinished(Path(), lang)
    chosen = [devices[0] if devices else None, devices[-1] if devices else None]
    microphones = [open_microphone(one) for one in (chosen if smiling else chosen[:1])]
    for microphone, what in zip(microphones, ("read_neutral", "read_smiling"), strict=False):
        _show_passage(say("own_voice", what, lang), lang, gloss=what == "read_neutral")
        if sys.stdin.isatty():
            typer.prompt(say("own_voice", "begin", lang), default="", show_default=False, prompt_suffix=" ", err=True)
        found, leaving = record_into(Path(), microphone, rubric, lang)
        recorded.append(found.path)
        code = tell(found, microphone.name, lang)
        if code or leaving:
            raise typer.Exit(SIGNALLED if leaving else code)
    return recorded[:1], recorded[1] if smiling else None


def _show_passage(what: str, lang: str, *, gloss: bool) -> None:
    from rich.console import Console

    from voicecoach.own_voice.passage import passage

    screen = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
    screen.print(what, style="bold")
    text = passage()
    for paragraph, meaning in zip(text["zh"], text["en"], strict=True):
        screen.print()
        screen.print(paragraph)
        if gloss and lang == "en":
            screen.print(meaning, style="dim")
    screen.print()


def _known(
    paths: list[Path], smile: Path | None, speaker: str, before: Any, same_person: bool
) -> "tuple[OwnVoice, tuple[list[Recording], Recording | None]]":
    from voicecoach.own_voice import own_voice
    from voicecoach.recording import load

    neutral = [load(path, speaker=speaker) for path in paths]
    smiled = load(smile, speaker=speaker) if smile else None
    return own_voice(neutral, smiled, before=before, same_person=same_person), (neutral, smiled)


def _keep(
    kept: Keeping, voice: "OwnVoice", takes: "tuple[list[Recording], Recording | None]", lang: str, *, voiced: bool
) -> Path:
    """Put it into the store with its page, print what was found, and the page's path."""
    from voicecoach.report import own_voice as told
    from voicecoach.report.audio import embed

    neutral, smiled = takes
    stored = kept.store.set_baseline(
        kept.trainee, voice.baseline.to_dict(), neutral, [smiled] if smiled else [], facts=voice.findings,
        smile_evidence=voice.baseline.smile_evidence,
    )  # fmt: skip
    made = stored.made.astimezone().date().isoformat()
    page = told.render(
        voice.findings, made, lang=lang,
        neutral=embed(neutral[0].samples, neutral[0].sr) if voiced else None,
        smiling=embed(smiled.samples, smiled.sr) if voiced and smiled else None,
    )  # fmt: skip
    target = kept.store.put_voice_page(stored, page)
    told.show(voice.findings, console(), lang)
    talk(say("own_voice", "kept", lang, trainee=stored.trainee, made=made))
    typer.echo(printable(os.fspath(target)))
    return target
