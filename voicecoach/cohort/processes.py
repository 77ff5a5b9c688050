"""Work on several processes of this machine, where a recording that kills its process costs only itself.

Processes and not threads: Praat's code holds the interpreter's lock. They are started anew (spawn), so that nothing
of this process is shared, and end when this one ends, however it does.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import Protocol

from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import Task, failure, keep
from voicecoach.errors import RecordingError

AHEAD = 2  # tasks a process that are handed out: enough to keep it busy, few to lose
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # one each: the processes fill the machine

Work = Callable[[Task], Row]


class Mapper(Protocol):
    """Does the same work on every task, wherever, and gives each with its row as it is done."""

    def __call__(self, work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]: ...


def on_processes(jobs: int) -> Mapper:
    """A mapper onto ``jobs`` processes."""
    return lambda work, tasks: _mapped(work, tasks, jobs)


def _mapped(work: Work, tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Row]]:
    remaining = iter(tasks)
    with _one_thread_each():
        more = True
        while more:
            suspects: list[Task] = []
            yield from _until_broken(work, remaining, jobs, suspects)
            more = bool(suspects)
            yield from each_alone(suspects, lambda task, left: _until_broken(work, iter([task]), 1, left))


def each_alone(
    suspects: Iterable[Task], attempt: Callable[[Task, list[Task]], Iterator[tuple[Task, Row]]]
) -> Iterator[tuple[Task, Row]]:
    """Tasks that were under way when a process died: each once more, alone. The one that kills again is the culprit.

    Parameters
    ----------
    suspects : iterable of Task
    attempt : callable     does a task, or puts it into the list where a process died of it
    """
    for task in suspects:
        left: list[Task] = []
        yield from attempt(task, left)
        if left:
            yield task, keep(task, failure(task, RecordingError("process_died", path=task.source.path)))


def _until_broken(
    work: Work, tasks: Iterator[Task], jobs: int, suspects: list[Task]
) -> Iterator[tuple[Task, Row]]:
    """Rows as they come. Where a process dies, the pool is lost: ``suspects`` then takes what was under way."""
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin)
    running: dict[Future[Row], Task] = {}
    try:
        while True:
            for task in islice(tasks, jobs * AHEAD - len(running)):
                running[_submitted(pool, work, task)] = task
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                task = running.pop(future)
                try:
                    row = future.result()
                except BrokenProcessPool:
                    suspects.append(task)
                    continue
                yield task, row
            if suspects:
                for future, task in running.items():
                    wait([future])
                    if future.exception() is None:
                        yield task, future.result()
                    else:
                        suspects.append(task)
                return
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, work: Work, task: Task) -> "Future[Row]":
    """The task handed out; a pool that is broken already gives a future that says so, and the task is not lost."""
    try:
        return pool.submit(work, task)
    except BrokenProcessPool as error:
        lost: Future[Row] = Future()
        lost.set_exception(error)
        return lost


@contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin() -> None:
    """Deaf to Ctrl-C, which the parent answers; and gone with it, since one left alone would wait for work for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
