"""Where speech, pauses, sentences and syllables lie, as a file: ``segments``."""

import os
from pathlib import Path
from typing import Annotated

import typer

from voicecoach.cli.console import Lang, exits, made, must_be_file, must_be_speaker, spoken, talk
from voicecoach.errors import UsageError, VoiceCoachError

ENDINGS = {"textgrid": ".TextGrid", "csv": ".csv"}


def segments(
    recordings: Annotated[list[str], typer.Argument(help="Recordings.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the files. Default: by each call.")] = None,
    form: Annotated[str, typer.Option("--format", help="textgrid (Praat; extra notebooks) or csv.")] = "textgrid",
    speaker: Annotated[str, typer.Option("--speaker", help="The trainee's channel: left, right or auto.")] = "auto",
    lang: Lang = None,
) -> None:
    """Write where speech, pauses, sentences and syllables lie: NAME.TextGrid for Praat, or NAME.csv.

    Correct them by hand, delete the tiers you did not correct, and name the file in the column segments of a manifest:
    validate then takes it for the truth. A file that is there already is never replaced.
    """
    with exits(spoken(lang)):
        if form not in ENDINGS:
            raise UsageError("bad_option", option="--format", found=form, expected=", ".join(ENDINGS))
        must_be_speaker(speaker)
        files: dict[str, Path] = {}
        for recording in recordings:
            must_be_file(recording)
            folder = Path(recording).parent if out is None else out
            file = folder / (Path(recording).stem + ENDINGS[form])
            if os.path.lexists(file) or file in files.values():
                raise UsageError("segments_exist", path=file)
            files[recording] = file
        from voicecoach.recording import load
        from voicecoach.segmentation import segments as found

        if out is not None:
            made(out)
        failed = 0
        for recording, file in files.items():
            try:
                typer.echo(str(found(load(recording, speaker=speaker)).save(file)))
            except VoiceCoachError as error:  # the others are written all the same
                failed = max(failed, error.exit_code)
                talk(error.text(spoken(lang)))
    raise typer.Exit(failed)
