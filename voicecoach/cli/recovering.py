"""What was broken off: said by every command that opens the store, and taken in by ``recover``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicecoach.cli.console import Lang, RubricName, talk
from voicecoach.cli.keeping import Keeping, StoreUrl, opening
from voicecoach.errors import VoiceCoachError
from voicecoach.words import say

if TYPE_CHECKING:
    from voicecoach.rubric import Rubric
    from voicecoach.store import Store, Unfinished


def recover(
    discard: Annotated[bool, typer.Option("--discard", help="Remove them instead.")] = False,
    rubric: RubricName = "etiquette",
    store: StoreUrl = None,
    lang: Lang = None,
) -> None:
    """Take in recordings that were broken off (power cut, crash, kill): grade them and keep them as takes."""
    with opening(store, lang, telling=False) as (opened, language):
        from voicecoach.rubric import load_rubric

        chosen = load_rubric(rubric)
        found = opened.broken_off()
        if not found:
            talk(say("store", "none_broken_off", language))
        failed = False
        for one in found:
            if discard:
                failed |= not opened.settled(one.path.parent)
            else:
                failed |= not _taken_in(opened, one, chosen, language)
        if discard and found:
            talk(say("store", "discarded", language, count=len(found)))
        if failed:
            raise typer.Exit(1)


def _taken_in(store: "Store", one: "Unfinished", rubric: "Rubric", lang: str) -> bool:
    from voicecoach.cli.grading import grade_into_store, own_voice_of

    try:
        path = _finished(one.path)
        own_voice, kept = own_voice_of(None, "auto", Keeping(store, one.trainee, one.note))
        assert kept is not None
        grade_into_store(path, rubric, own_voice, lang, kept)
    except VoiceCoachError as error:
        talk(error.text(lang))
        return False
    return store.settled(path.parent)


def _finished(path: Path) -> Path:
    """The recording under the name that it would have had in the end; its folder holds no other."""
    from voicecoach.microphone.wave_file import UNFINISHED

    final = path.with_name(path.name.removesuffix(UNFINISHED).removesuffix(".wav") + ".wav")
    return path if path == final else path.replace(final)
