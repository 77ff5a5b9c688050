"""What every command shares: its language, its two streams, and how errors become exit codes."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicecoach.errors import UsageError, VoiceCoachError
from voicecoach.words import LANGUAGES, locale_language, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

Lang = Annotated[str | None, typer.Option("--lang", help="First language: zh or en. Default: the locale.")]
RubricName = Annotated[str, typer.Option("--rubric", help="A shipped rubric's name, or a TOML file.")]


def spoken(asked: str | None) -> str:
    """The language asked for, or that of the person's locale."""
    if asked is not None and asked not in LANGUAGES:
        raise typer.BadParameter(f"{asked!r}: expected zh or en", param_hint="--lang")
    return asked or locale_language()


def console() -> Any:
    """Where results are printed."""
    from rich.console import Console

    return Console(file=sys.stdout, soft_wrap=not sys.stdout.isatty(), markup=False, highlight=False, emoji=False)


def talk(text: str) -> None:
    """One line on stderr, whatever a file's name holds."""
    typer.echo(f"voicecoach: {printable(text)}", err=True)


@contextmanager
def exits(lang: str) -> "Iterator[None]":
    """Turn our errors into one line on stderr and the right exit code."""
    try:
        yield
    except VoiceCoachError as error:
        talk(error.text(lang))
        raise typer.Exit(error.exit_code) from None


def must_be_file(path: str) -> None:
    """Refuse a folder and what is not there."""
    if os.path.isdir(path):
        raise UsageError("folder", path=path)
    if not os.path.exists(path):
        raise UsageError("missing_path", path=path)


def must_be_speaker(channel: str) -> None:
    """Refuse what ``--speaker`` does not know (:data:`voicecoach.recording.SPEAKERS`)."""
    if channel not in ("auto", "left", "right"):
        raise UsageError("bad_option", option="--speaker", found=channel, expected="auto, left, right")


def made(folder: Path) -> Path:
    """A folder, made where it is not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("cannot_write", path=folder, found=error.strerror or error) from None
    return folder
