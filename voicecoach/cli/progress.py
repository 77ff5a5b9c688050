"""How far the work has come, on a terminal."""

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from voicecoach.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(name: str, lang: str) -> "Iterator[Callable[[str], None]]":
    """The progress of grading, stage by stage."""
    stages = (*stage_names(), "page")
    with _bar(name) as step:
        yield lambda stage: step(stages.index(stage), len(stages), say("stages", stage, lang))


@contextmanager
def counted(name: str) -> "Iterator[Callable[[int, int], None]]":
    """The progress of many things of one kind: how many are done, of how many."""
    with _bar(name) as step:
        yield lambda done, total: step(done, total, f"{done}/{total}")


@contextmanager
def _bar(name: str) -> "Iterator[Callable[[int, int, str], None]]":
    """A progress bar on stderr, shown only on a terminal and only when the work takes longer than a second."""
    if not sys.stderr.isatty():
        yield lambda done, total, words: None
        return
    from threading import Timer

    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn(escape(name)), BarColumn(), TextColumn("{task.fields[words]}"), TimeElapsedColumn(),
        console=Console(file=sys.stderr), transient=True,
    )  # fmt: skip
    task = bar.add_task("", total=None, words="")
    timer = Timer(1.0, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda done, total, words: bar.update(task, completed=done, total=total, words=words)
    finally:
        timer.cancel()
        bar.stop()


def stage_names() -> tuple[str, ...]:
    from voicecoach.grading import STAGES

    return ("load", *STAGES, "measures")
