"""Many recordings at once: ``cohort``."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicecoach.cli.console import Lang, RubricName, console, exits, must_be_speaker, spoken, talk
from voicecoach.errors import UsageError
from voicecoach.words import printable, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicecoach.cohort import Outcome
    from voicecoach.cohort.processes import Mapper

EVERY_S = 10.0  # between two lines where there is no terminal
SHOWN = 5  # kinds of failure, names


def cohort(
    paths: Annotated[list[str], typer.Argument(help="Folders, files, patterns, manifests (.csv, .xlsx), s3://…")],
    out: Annotated[str, typer.Option("--out", help="Folder (or address) for the results.")],
    roster: Annotated[
        Path | None, typer.Option("--roster", help="Table of trainees: trainee, folder, cohort, speaker, baseline.")
    ] = None,
    rubric: RubricName = "etiquette",
    speaker: Annotated[str, typer.Option("--speaker", help="The trainees' channel: left, right or auto.")] = "auto",
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Processes. Default: one a processor.")] = None,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", min=0.01, help="Minutes a recording may take beside its own length. Default: 5."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what an earlier run left.")] = False,
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Page and tables without names, too, to show around.")
    ] = False,
    cluster: Annotated[str | None, typer.Option("--cluster", help="local: a Dask cluster on this machine.")] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Grade on a Dask cluster: its address, tcp://host:8786.")
    ] = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Leave voices out of the pages.")] = False,
    lang: Lang = None,
) -> None:
    """Grade many recordings into one table: results.csv, results.xlsx, a page for each and one for all.

    A recording that cannot be read is a row that says why. A run that was broken off goes on with --resume.
    """
    language = spoken(lang)
    with exits(language):
        must_be_speaker(speaker)
        if cluster not in (None, "local"):
            raise UsageError("bad_option", option="--cluster", found=cluster, expected="local")
        if cluster and scheduler:
            raise UsageError("cluster_twice")
        if time_limit is not None and (cluster or scheduler):
            raise UsageError("cluster_time_limit")
        from voicecoach.cohort import grade_cohort
        from voicecoach.rubric import load_rubric
        from voicecoach.settings import TAKE_LIMIT_S

        limit_s = TAKE_LIMIT_S if time_limit is None else 60 * time_limit
        chosen = load_rubric(rubric)
        try:
            with _mapper(scheduler or cluster, jobs) as mapper, _progress(language) as told:
                outcome = grade_cohort(
                    paths, out, roster=roster, rubric=chosen, speaker=speaker, jobs=jobs, limit_s=limit_s,
                    resume=resume, voices=not no_audio, pseudonyms=pseudonyms, lang=language, mapper=mapper, told=told,
                )  # fmt: skip
        except KeyboardInterrupt:
            talk(say("cohort", "stopped", language))
            raise typer.Exit(130) from None
    _show(outcome, language)
    raise typer.Exit(1 if outcome.failed else 0)


@contextmanager
def _mapper(cluster: str | None, jobs: int | None) -> "Iterator[Mapper | None]":
    """A mapper onto the cluster that was asked for, if one was."""
    if cluster is None:
        yield None
        return
    from voicecoach.cohort.cluster import on_cluster

    with on_cluster(cluster, jobs) as mapper:
        yield mapper


def _show(outcome: "Outcome", lang: str) -> None:
    from voicecoach.cohort.tables import PARQUET

    screen, failed = console(), outcome.failed
    screen.print(say("cohort", "graded", lang, graded=len(outcome.rows) - len(failed), failed=len(failed)))
    twice = sum("duplicate_of" in row for row in outcome.rows)
    for code, count in (("known", outcome.known), ("twice", twice)):
        if count:
            screen.print(say("cohort", code, lang, count=count))
    kinds: dict[str, list[str]] = {}
    for row in failed:
        kinds.setdefault(str(row["failure"]), []).append(str(row[f"failure_{lang}"]))
    for code, found in sorted(kinds.items(), key=lambda kind: -len(kind[1]))[:SHOWN]:
        talk(say("cohort", "why", lang, count=len(found), kind=code, example=found[0]))
    for code, names in (("absent", outcome.absent), ("strange", outcome.strange)):
        if names:
            listed = ", ".join(map(printable, names[:SHOWN])) + (" …" if len(names) > SHOWN else "")
            talk(say("cohort", code, lang, count=len(names), names=listed))
    for path in outcome.files:
        typer.echo(printable(path))
    if not any(path.endswith(PARQUET) for path in outcome.files):
        talk(say("cohort", "no_parquet", lang))


@contextmanager
def _progress(lang: str) -> "Iterator[Callable[[int, int, int, int], None]]":
    """A live bar on a terminal, a line now and then elsewhere."""
    from time import monotonic

    from voicecoach.report.numbers import clock

    began = monotonic()

    def words(done: int, total: int, failed: int, new: int) -> str:
        if done == total or not new:  # nothing to reckon a rate from, or the tables and pages of all still to come
            code = "writing" if done == total else "begun"
            return say("cohort", code, lang, done=done, total=total, failed=failed)
        passed = max(monotonic() - began, 1e-3)
        left = clock(round(passed / new * (total - done)))
        return say("cohort", "plain", lang, done=done, total=total, failed=failed, rate=60 * new / passed, left=left)

    if not sys.stderr.isatty():
        last = [began]

        def line(done: int, total: int, failed: int, new: int) -> None:
            if monotonic() - last[0] >= EVERY_S or done == total:
                last[0] = monotonic()
                talk(words(done, total, failed, new))

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(
        BarColumn(), TextColumn("{task.fields[words]}", markup=False), console=Console(file=sys.stderr), transient=True
    ) as bar:
        task = bar.add_task("", total=None, words=say("cohort", "finding", lang))
        yield lambda done, total, failed, new: bar.update(
            task, completed=done, total=total, words=words(done, total, failed, new)
        )
