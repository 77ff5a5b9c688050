"""What was broken off: said by every command that opens the store, and taken in by ``recover``.

A recording of nobody's grows in the folder that ``record`` was started in, not in the store, and is looked for there.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicecoach.cli.console import Lang, RubricName, talk
from voicecoach.cli.keeping import Keeping, StoreUrl, opening
from voicecoach.cli.recording import STILL_GROWING_S, tell_unfinished
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
    """Take in recordings that were broken off (power cut, crash, kill): grade them and keep them as takes.

    Those made without --trainee lie in this folder (or the one that --out named): they are graded here and not kept.
    """
    with opening(store, lang, telling=False) as (opened, language):
        from voicecoach.rubric import load_rubric

        chosen = load_rubric(rubric)
        from voicecoach.microphone.wave_file import unfinished

        found = opened.broken_off()
        here = unfinished(Path(), older_than=time.time() - STILL_GROWING_S)
        if not found and not here:
            talk(say("store", "none_broken_off", language))
        failed = False
        for one in found:
            if discard:
                failed |= not opened.settled(one.path.parent)
            else:
                failed |= not _taken_in(opened, one, chosen, language)
        if discard and found:
            talk(say("store", "discarded", language, count=len(found)))
        if discard:
            tell_unfinished(Path(), language)  # somebody's own folder: what lies there is theirs to delete
        else:
            for path in here:
                failed |= not _graded_here(path, chosen, language)
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


def _graded_here(path: Path, rubric: "Rubric", lang: str) -> bool:
    """Grade a recording that belongs to nobody where it lies, under its final name, as ``record`` would have."""
    from voicecoach.cli.grading import grade_one
    from voicecoach.microphone.wave_file import finished

    path = finished(path)
    try:
        grade_one(path, None, rubric, None, "auto", lang, embed=True)
    except VoiceCoachError as error:
        talk(error.text(lang))
        return False
    return True


def _finished(path: Path) -> Path:
    """The recording under the name that it would have had in the end; its folder holds no other."""
    from voicecoach.microphone.wave_file import UNFINISHED

    final = path.with_name(path.name.removesuffix(UNFINISHED).removesuffix(".wav") + ".wav")
    return path if path == final else path.replace(final)
