"""How far grading has come, on a terminal."""

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from voicecoach.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(name: str, lang: str) -> "Iterator[Callable[[str], None]]":
    """A progress bar on stderr, shown only on a terminal and only when the work takes longer than a second."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from threading import Timer

    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    stages = (*stage_names(), "page")
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


def stage_names() -> tuple[str, ...]:
    from voicecoach.grading import STAGES

    return ("load", *STAGES, "measures")
