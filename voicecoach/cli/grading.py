"""From recordings to reports: ``grade``, ``render``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicecoach.cli.console import Lang, RubricName, console, exits, made, must_be_file, must_be_speaker, spoken, talk
from voicecoach.cli.keeping import Keeping, StoreUrl, keeping, stored_voice
from voicecoach.cli.progress import progress
from voicecoach.errors import UsageError, VoiceCoachError

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicecoach.baseline import Baseline
    from voicecoach.recording import Recording
    from voicecoach.rubric import Rubric


def grade(
    recordings: Annotated[list[str], typer.Argument(help="Recordings: wav, flac, mp3, ogg, m4a, webm, amr, 3gp …")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the reports. Default: by each call.")] = None,
    rubric: RubricName = "etiquette",
    baseline: Annotated[str | None, typer.Option("--baseline", help="A neutral recording of the same speaker.")] = None,
    speaker: Annotated[str, typer.Option("--speaker", help="The trainee's channel: left, right or auto.")] = "auto",
    lang: Lang = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave the voice out of the page.")] = False,
    trainee: Annotated[str | None, typer.Option("--trainee", help="Keep the takes of this person.")] = None,
    pseudonym: Annotated[str | None, typer.Option("--pseudonym", help="What reports call the trainee.")] = None,
    note: Annotated[str, typer.Option("--note", help="Kept with the takes.")] = "",
    store: StoreUrl = None,
) -> None:
    """Grade recordings: prints a short result and writes NAME.report.html and NAME.report.json.

    With --trainee the recordings and their reports are kept, too: see takes, show, export and forget.
    """
    language = spoken(lang)
    with exits(language):
        must_be_speaker(speaker)
        for recording in recordings:
            must_be_file(recording)
        from voicecoach.rubric import load_rubric

        chosen = load_rubric(rubric)
        with keeping(store, trainee, pseudonym, note) as kept:
            own_voice, kept = own_voice_of(baseline, speaker, kept)
            failed = 0
            for recording in recordings:
                try:
                    grade_one(
                        Path(recording), out, chosen, own_voice, speaker, language, embed=not no_audio, kept=kept
                    )
                except VoiceCoachError as error:  # the others are graded all the same
                    failed = max(failed, error.exit_code)
                    talk(error.text(language))
    raise typer.Exit(failed)


def render(
    report: Annotated[Path, typer.Argument(help="A report as JSON, NAME.report.json.")],
    audio: Annotated[str | None, typer.Option("--audio", help="The recording, to be played in the page.")] = None,
    lang: Lang = None,
) -> None:
    """Make the page of a report again, without grading. Without --audio the page holds no voice."""
    language = spoken(lang)
    with exits(language):
        from voicecoach.report.html import render as page
        from voicecoach.report.wire import is_page_of, read_report, write_together

        data = read_report(report)
        target = report.with_suffix(".html")
        if not is_page_of(target, data["recording"]["sha256"]):
            raise UsageError("name_taken", path=target)
        sound = _sound_of(audio, data["recording"]) if audio else None
        write_together({target: page(data, lang=lang and language, audio=sound)})
        typer.echo(str(target))


def grade_one(
    path: Path, out: Path | None, rubric: "Rubric", baseline: "Baseline | None", speaker: str, lang: str, *,
    embed: bool, kept: Keeping | None = None,
) -> Path:
    """Grade a recording, write its report, keep both if asked to, and print the short result; the page's path."""
    from voicecoach.recording import load
    from voicecoach.report import wire

    with progress(path.name, lang) as step:
        step("load")
        recording = load(path, speaker=speaker)
        folder = path.parent if out is None else made(out)
        stem = wire.report_stem(path, folder, recording.sha256, beside=out is None)
        report, page = _judged(recording, rubric, baseline, lang, step, embed=embed, kept=kept)
        page_file, data_file = wire.both_files(stem)
        wire.write_together({page_file: page, data_file: wire.to_json(report)})
    _shown(report, page_file, path, lang)
    if kept:
        kept.keep(path, report, lang)
    return page_file


def grade_into_store(path: Path, rubric: "Rubric", baseline: "Baseline | None", lang: str, kept: Keeping) -> Path:
    """Grade a recording, keep it with its report and page, and print the short result; the page in the store."""
    from voicecoach.recording import load

    with progress(path.name, lang) as step:
        step("load")
        report, page = _judged(load(path), rubric, baseline, lang, step, embed=True, kept=kept)
    page_file = kept.store.put_page(kept.keep(path, report, lang, shown=path.name), page)
    _shown(report, page_file, Path(path.name), lang)
    return page_file


def _judged(
    recording: "Recording", rubric: "Rubric", baseline: "Baseline | None", lang: str, step: "Callable[[str], None]", *,
    embed: bool, kept: Keeping | None,
) -> tuple[dict[str, Any], str]:
    """The report and its page."""
    from voicecoach.grading import grade as judged
    from voicecoach.report import audio, html

    report = judged(recording, rubric, baseline, lang=lang, progress=step).to_dict()
    if kept:
        report = kept.store.veiled(kept.trainee, report)
    step("page")
    sound = audio.embed(recording.samples, recording.sr) if embed else None
    return report, html.render(report, lang=lang, audio=sound)


def _shown(report: dict[str, Any], page: Path, path: Path, lang: str) -> None:
    from voicecoach.report import text

    text.show(report, console(), lang)
    typer.echo(str(page))
    said = text.notice(report, lang)
    if said:
        talk(f"{path}: {said}")


def own_voice_of(
    path: str | None, speaker: str, kept: Keeping | None
) -> "tuple[Baseline | None, Keeping | None]":
    """The neutral voice to compare with, of the recording that is named or else the stored one; and how to keep it."""
    own_voice = voice_of(path, speaker)
    stored = stored_voice(kept) if kept and own_voice is None else None
    if kept and stored:
        return stored[0], replace(kept, baseline=stored[1])
    return own_voice, kept


def voice_of(path: str | None, speaker: str) -> "Baseline | None":
    """The speaker's own neutral voice in a recording, if one is named."""
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
