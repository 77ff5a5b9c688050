"""Recording: ``record``."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicecoach.cli.console import Lang, RubricName, exits, made, must_be_file, spoken, talk
from voicecoach.cli.grading import grade_into_store, grade_one, own_voice_of
from voicecoach.cli.keeping import StoreUrl, keeping, tell_broken_off
from voicecoach.errors import MicrophoneError, UsageError, VoiceCoachError
from voicecoach.words import say

if TYPE_CHECKING:
    from voicecoach.microphone import Block, Microphone, Recorded
    from voicecoach.rubric import Rubric

STILL_GROWING_S = 10.0  # s; a file written to since is being recorded by somebody else right now
SIGNALLED = 143  # 128 + SIGTERM: the usual exit code of what a signal has ended


def record(
    device: Annotated[
        str | None,
        typer.Option(
            "--device", help="A microphone's number or part of its name. file:PATH plays a recording instead."
        ),
    ] = None,
    list_devices: Annotated[bool, typer.Option("--list-devices", help="Print the microphones and exit.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for recording and report. Default: this one; with --trainee the store."),
    ] = None,
    rubric: RubricName = "etiquette",
    baseline: Annotated[str | None, typer.Option("--baseline", help="A neutral recording of the same speaker.")] = None,
    no_grade: Annotated[bool, typer.Option("--no-grade", help="Only record.")] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report.")] = False,
    lang: Lang = None,
    trainee: Annotated[str | None, typer.Option("--trainee", help="Keep the take of this person.")] = None,
    pseudonym: Annotated[str | None, typer.Option("--pseudonym", help="What reports call the trainee.")] = None,
    note: Annotated[str, typer.Option("--note", help="Kept with the take.")] = "",
    store: StoreUrl = None,
) -> None:
    """Record a practice call, grade it and open the report. Stop with q, Enter, space or Ctrl-C."""
    language = spoken(lang)
    with exits(language):
        from voicecoach.microphone import open_microphone

        if list_devices:
            _list_devices(language)
            return
        if no_grade and trainee is not None:
            raise UsageError("kept_ungraded")
        # What could be wrong is found out now, not after somebody has spoken for three minutes.
        from voicecoach.rubric import load_rubric

        chosen = load_rubric(rubric)
        if baseline is not None:
            must_be_file(baseline)
        with keeping(store, trainee, pseudonym, note) as kept:
            own_voice, kept = own_voice_of(baseline, "auto", kept)
            if out is not None:
                made(out)
            microphone = open_microphone(device)
            tell_unfinished(out or Path(), language)
            inside = kept if out is None else None  # recorded in the store itself: killed on the way, nothing is lost
            if inside:
                tell_broken_off(inside.store, language)
            folder = inside.store.begin(inside.trainee, note) if inside else out or Path()
            try:
                recorded, leaving = record_into(folder, microphone, chosen, language)
            except VoiceCoachError:  # not a sample was recorded
                if inside:
                    inside.store.settled(folder)
                raise
            code = tell(recorded, microphone.name, language, passing=inside is not None)
            if code or leaving or no_grade:
                typer.echo(str(recorded.path))
                raise typer.Exit(SIGNALLED if leaving else code)
            try:
                if inside is None:
                    page = grade_one(recorded.path, None, chosen, own_voice, "auto", language, embed=True, kept=kept)
                else:
                    page = grade_into_store(recorded.path, chosen, own_voice, language, inside)
                    inside.store.settled(folder)  # what was recorded is a take now
            except (VoiceCoachError, KeyboardInterrupt):
                talk(say("record", "kept", language, path=recorded.path))
                raise
        if not no_open:
            open_page(page)


def _list_devices(lang: str) -> None:
    from voicecoach.microphone.portaudio import inputs

    there = inputs()
    if not there:
        raise MicrophoneError("no_microphone")
    for one in there:
        mark = "*" if one.default else " "
        typer.echo(
            say(
                "record", "device", lang, mark=mark, index=one.index, name=one.name, system=one.system, rate=one.sr,
                channels=one.channels,
            )
        )  # fmt: skip


def tell_unfinished(folder: Path, lang: str) -> None:
    """One line for each recording in a folder that a crash left without its final name."""
    from voicecoach.microphone.wave_file import unfinished

    for path in unfinished(folder, older_than=time.time() - STILL_GROWING_S):
        talk(say("record", "unfinished", lang, path=path))


def record_into(folder: Path, microphone: "Microphone", rubric: "Rubric", lang: str) -> tuple["Recorded", bool]:
    """Record with the meter in sight until a key stops it; the recording, and whether the program is to end now."""
    from voicecoach.microphone import GrowingWave
    from voicecoach.microphone import record as recorded
    from voicecoach.microphone.keys import stopping
    from voicecoach.microphone.meter import Meter, band_of
    from voicecoach.microphone.screen import Screen

    wave = GrowingWave(folder, time.strftime("%Y-%m-%d_%H-%M-%S"), microphone.sr)
    meter = Meter(microphone.sr, band_of(rubric))
    with stopping() as stop, Screen(sys.stderr, lang, meter.band, microphone.name) as screen:

        def heard(block: "Block") -> None:
            meter.add(block.samples)
            screen.show(meter.reading(), wave.seconds)

        return recorded(microphone, wave, stop=stop, heard=heard), stop.leaving


def tell(recorded: "Recorded", name: str, lang: str, *, passing: bool = False) -> int:
    """One line for each thing worth knowing; the exit code where grading is of no use now.

    ``passing``: the file lies where it is only until it is in the store; its name is told then, not its place.
    """
    from voicecoach.report.numbers import clock

    facts = {"time": clock(recorded.seconds), "path": recorded.path, "name": name, "found": recorded.why}
    if recorded.losses:
        talk(say("record", "lost_sound", lang, count=recorded.losses))
    if recorded.ended == "disk_full":
        talk(say("record", "disk_full", lang, **facts))
        return 1
    if recorded.ended == "unplugged":
        talk(say("record", "unplugged", lang, **facts))
    if recorded.ended == "too_long":
        talk(say("record", "too_long", lang, **facts))
    talk(say("record", "saved", lang, **(facts | {"path": recorded.path.name} if passing else facts)))
    return 0


def open_page(page: Path) -> None:
    """Show a page in the person's browser; without a desktop nothing happens, as its path has been printed."""
    import webbrowser

    desktop = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if desktop:
        webbrowser.open(page.resolve().as_uri())
