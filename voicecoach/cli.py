"""The command line. Thin: what a command does lives in the library, and science is imported when it is needed.

stdout is data, stderr is talk. Exit 0: all graded (a report with rows that could not be judged is graded too);
1: some recordings could not be read; 2: the call itself was wrong and nothing was written (of several
recordings, the one that the call does not fit is left out and the others are graded).
"""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicecoach import __version__
from voicecoach.errors import UsageError, VoiceCoachError
from voicecoach.words import LANGUAGES, locale_language, printable, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicecoach.baseline import Baseline
    from voicecoach.rubric import Rubric

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Measure how a practice call sounds, and say what to do next."
)
rubric_app = typer.Typer(no_args_is_help=True, help="List, show and check rubrics.")
app.add_typer(rubric_app, name="rubric")

# What click raises for a wrong option. Newer versions of typer bring click along, older ones import it: this name
# is right for both.
WrongCall: Any = typer.BadParameter.__mro__[1]

Lang = Annotated[str | None, typer.Option("--lang", help="First language: zh or en. Default: the locale.")]
RubricName = Annotated[str, typer.Option("--rubric", help="A shipped rubric's name, or a TOML file.")]


@app.command()
def grade(
    recordings: Annotated[list[str], typer.Argument(help="Recordings: wav, flac, mp3, ogg, m4a, webm, amr, 3gp …")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the reports. Default: by each call.")] = None,
    rubric: RubricName = "etiquette",
    baseline: Annotated[str | None, typer.Option("--baseline", help="A neutral recording of the same speaker.")] = None,
    speaker: Annotated[str, typer.Option("--speaker", help="The trainee's channel: left, right or auto.")] = "auto",
    lang: Lang = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave the voice out of the page.")] = False,
) -> None:
    """Grade recordings: prints a short result and writes NAME.report.html and NAME.report.json."""
    language = _language(lang)
    with _exits(language):
        if speaker not in ("auto", "left", "right"):
            raise UsageError("bad_option", option="--speaker", found=speaker, expected="auto, left, right")
        for recording in recordings:
            _must_be_file(recording)
        from voicecoach.rubric import load_rubric

        chosen = load_rubric(rubric)
        own_voice = _own_voice(baseline, speaker)
        failed = 0
        for recording in recordings:
            try:
                _grade_one(Path(recording), out, chosen, own_voice, speaker, language, embed=not no_audio)
            except VoiceCoachError as error:  # the others are graded all the same
                failed = max(failed, error.exit_code)
                _talk(error.text(language))
    raise typer.Exit(failed)


@app.command()
def render(
    report: Annotated[Path, typer.Argument(help="A report as JSON, NAME.report.json.")],
    audio: Annotated[str | None, typer.Option("--audio", help="The recording, to be played in the page.")] = None,
    lang: Lang = None,
) -> None:
    """Make the page of a report again, without grading. Without --audio the page holds no voice."""
    language = _language(lang)
    with _exits(language):
        from voicecoach.report.html import render as page
        from voicecoach.report.wire import is_page_of, read_report, write_together

        data = read_report(report)
        target = report.with_suffix(".html")
        if not is_page_of(target, data["recording"]["sha256"]):
            raise UsageError("name_taken", path=target)
        sound = _sound_of(audio, data["recording"]) if audio else None
        write_together({target: page(data, lang=lang and language, audio=sound)})
        typer.echo(str(target))


@app.command()
def explain(
    criterion: Annotated[str | None, typer.Argument(help="A criterion's id. Default: list them all.")] = None,
    rubric: RubricName = "etiquette",
    lang: Lang = None,
) -> None:
    """Print the whole chain of a criterion: requirement, source, measure, formula, parameters, curve, known error."""
    language = _language(lang)
    with _exits(language):
        from voicecoach.report.explain import explain as explained
        from voicecoach.report.explain import index
        from voicecoach.rubric import load_rubric

        chosen = load_rubric(rubric)
        if criterion is None:
            typer.echo(index(chosen, language))
            return
        row = chosen.criterion(criterion)
        if row is None:
            raise UsageError("unknown_criterion", found=criterion, expected=", ".join(r.id for r in chosen.criteria))
        typer.echo(explained(row, chosen, language))


@app.command()
def validate(
    manifests: Annotated[list[Path], typer.Argument(help="CSV files that list labelled recordings.")] = [],  # noqa: B006
    out: Annotated[list[Path] | None, typer.Option("--out", help="Also write there: .md, .csv or .json.")] = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="Only this one; may be repeated.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="Only this set; may be repeated.")] = None,
    condition: Annotated[list[str] | None, typer.Option("--condition", help="Only this one; may be repeated.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes.")] = 1,
    lang: Lang = None,
) -> None:
    """Check the measures against recordings with known truth, beside other tools; prints a table in Markdown.

    Generated signals are always measured; without a manifest only these. A manifest's columns: path (relative to
    it), set, speaker, sex (f, m), kind (read, tts, spontaneous, syllable, emotion, conversation, noise), n_syllables,
    emotion, lufs, notes; all but path may be missing. Truth may lie beside a recording: NAME.json, NAME.scv,
    NAME.f0.txt. `voicecoach.validation.manifest` says more.
    """
    with _exits(_language(lang)):
        from voicecoach.validation.command import run_and_write

        typer.echo(run_and_write(manifests, out or [], measure, sets, condition, jobs, sys.stderr), nl=False)


@rubric_app.command("list")
def rubric_list(lang: Lang = None) -> None:
    """Names and titles of the rubrics that ship with voicecoach."""
    language = _language(lang)
    from voicecoach.rubric import load_rubric, profiles

    for name in profiles():
        loaded = load_rubric(name)
        typer.echo(f"{name:14} {loaded.title.text(language)}  {loaded.sha256[:12]}")


@rubric_app.command("show")
def rubric_show(name: Annotated[str, typer.Argument(help="A rubric's name.")] = "etiquette", lang: Lang = None) -> None:
    """Print a rubric's file, to be copied and edited."""
    with _exits(_language(lang)):
        from voicecoach.rubric import source_text

        typer.echo(source_text(name), nl=False)


@rubric_app.command("check")
def rubric_check(file: Annotated[str, typer.Argument(help="A rubric file.")], lang: Lang = None) -> None:
    """Check a rubric file; names the file, row, field and what was expected where it is wrong."""
    language = _language(lang)
    with _exits(language):
        from voicecoach.rubric import load_rubric

        loaded = load_rubric(file)
        typer.echo(say("terminal", "rubric_ok", language, name=loaded.name, rows=len(loaded.criteria)))


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"voicecoach {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Measure how a practice call sounds, and say what to do next."""


def main() -> None:
    """The ``voicecoach`` command. Characters that a terminal's encoding lacks are shown as ``?``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
    except WrongCall as error:
        found = error.format_message().strip().removesuffix(".")
        if found and "\n" not in found:  # else nothing was asked, and the help has been shown
            _talk(say("errors", "wrong_call", locale_language(), found=found))
        code = 2
    except typer.Abort:
        code = 130
    sys.exit(code)


def _grade_one(
    path: Path, out: Path | None, rubric: "Rubric", baseline: "Baseline | None", speaker: str, lang: str, *,
    embed: bool,
) -> None:
    from voicecoach.grading import grade as judged
    from voicecoach.recording import load
    from voicecoach.report import audio, html, text, wire

    with _progress(path.name, lang) as step:
        step("load")
        recording = load(path, speaker=speaker)
        folder = path.parent if out is None else _made(out)
        stem = wire.report_stem(path, folder, recording.sha256, beside=out is None)
        report = judged(recording, rubric, baseline, lang=lang, progress=step).to_dict()
        step("page")
        sound = audio.embed(recording.samples, recording.sr) if embed else None
        page_file, data_file = wire.both_files(stem)
        wire.write_together({page_file: html.render(report, lang=lang, audio=sound), data_file: wire.to_json(report)})
    text.show(report, _console(), lang)
    typer.echo(str(page_file))
    said = text.notice(report, lang)
    if said:
        _talk(f"{path}: {said}")


def _own_voice(path: str | None, speaker: str) -> "Baseline | None":
    if path is None:
        return None
    from voicecoach.recording import load
    from voicecoach.tracks import Tracks
    from voicecoach.tracks.neutral import baseline_from

    return baseline_from(Tracks(load(path, speaker=speaker)))


def _sound_of(path: str, about: dict[str, Any]) -> tuple[str, bytes]:
    """The compressed voice of the recording that a report is about; another recording is refused."""
    from voicecoach.recording import load
    from voicecoach.report.audio import embed

    speaker = about["speaker"] if about["speaker"] in ("left", "right") else "auto"
    recording = load(path, speaker=speaker)
    if recording.sha256 != about["sha256"]:
        raise UsageError("other_recording", path=path, expected=about["name"])
    return embed(recording.samples, recording.sr)


def _must_be_file(path: str) -> None:
    if os.path.isdir(path):
        raise UsageError("folder", path=path)
    if not os.path.exists(path):
        raise UsageError("missing_path", path=path)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("cannot_write", path=folder, found=error.strerror or error) from None
    return folder


def _language(asked: str | None) -> str:
    if asked is not None and asked not in LANGUAGES:
        raise typer.BadParameter(f"{asked!r}: expected zh or en", param_hint="--lang")
    return asked or locale_language()


def _console() -> Any:
    from rich.console import Console

    return Console(file=sys.stdout, soft_wrap=not sys.stdout.isatty(), markup=False, highlight=False, emoji=False)


def _talk(text: str) -> None:
    """One line on stderr, whatever a file's name holds."""
    typer.echo(f"voicecoach: {printable(text)}", err=True)


@contextmanager
def _exits(lang: str) -> "Iterator[None]":
    """Turn our errors into one line on stderr and the right exit code."""
    try:
        yield
    except VoiceCoachError as error:
        _talk(error.text(lang))
        raise typer.Exit(error.exit_code) from None


@contextmanager
def _progress(name: str, lang: str) -> "Iterator[Callable[[str], None]]":
    """A progress bar on stderr, shown only on a terminal and only when the work takes longer than a second."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from threading import Timer

    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    stages = (*_stages(), "page")
    bar = Progress(
        TextColumn(escape(name)), BarColumn(), TextColumn("{task.fields[stage]}"), TimeElapsedColumn(),
        console=Console(file=sys.stderr), transient=True,
    )  # fmt: skip
    task = bar.add_task("", total=len(stages), stage="")
    timer = Timer(1.0, bar.start)
    timer.daemon = True
    timer.start()

    def step(stage: str) -> None:
        bar.update(task, completed=stages.index(stage), stage=say("stages", stage, lang))

    try:
        yield step
    finally:
        timer.cancel()
        bar.stop()


def _stages() -> tuple[str, ...]:
    from voicecoach.grading import STAGES

    return ("load", *STAGES, "measures")
