"""Work on several processes of this machine, where a recording that kills or holds its process costs only itself.

Processes and not threads: Praat's code holds the interpreter's lock. They are started anew (spawn), so that nothing
of this process is shared, and end when this one ends, however it does.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from time import monotonic, sleep
from typing import Any, Protocol

from voicecoach.cohort.limit import LENGTH, LOOK_S, PID, Board, length_known
from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import Task, failure, keep, too_slow
from voicecoach.errors import RecordingError
from voicecoach.settings import TAKE_LIMIT_S

AHEAD = 2  # tasks a process that are handed out: enough to keep it busy, few to lose
GRACE_S = 10.0  # s for what is under way when a run is broken off: some calls' worth of grading
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # one each: the processes fill the machine

Work = Callable[[Task], Row]


class Mapper(Protocol):
    """Does the same work on every task, wherever, and gives each with its row as it is done."""

    def __call__(self, work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]: ...


@dataclass
class Left:
    """What a pool that broke leaves: tasks of which one killed its process; those that were in no such company."""

    suspects: list[Task] = field(default_factory=list)
    again: list[Task] = field(default_factory=list)
    broken: bool = False


def on_processes(jobs: int, limit_s: float = TAKE_LIMIT_S) -> Mapper:
    """A mapper onto ``jobs`` processes; a recording may take ``limit_s`` and its own length
    (:func:`voicecoach.cohort.limit.allowed_s`)."""
    return lambda work, tasks: _mapped(work, tasks, jobs, limit_s)


def _mapped(work: Work, tasks: Iterable[Task], jobs: int, limit_s: float) -> Iterator[tuple[Task, Row]]:
    remaining = iter(tasks)

    def alone(task: Task, left: list[Task]) -> Iterator[tuple[Task, Row]]:
        return _until_broken(work, iter([task]), 1, limit_s, Left(suspects=left))

    with _one_thread_each():
        more = True
        while more:
            left = Left()
            yield from _until_broken(work, remaining, jobs, limit_s, left)
            yield from each_alone(left.suspects, alone)
            remaining, more = chain(left.again, remaining), left.broken


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
    work: Work, tasks: Iterator[Task], jobs: int, limit_s: float, left: Left
) -> Iterator[tuple[Task, Row]]:
    """Rows as they come. Where a process dies, the pool is lost: ``left`` then takes what was under way.

    A process that has been at a recording for too long is ended, and with it the pool; what else was under way had no
    part in that.
    """
    context = get_context("spawn")
    board = Board(context, jobs * AHEAD)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(board.shared,))
    running: dict[Future[Row], tuple[Task, int]] = {}
    try:
        while True:
            for task in islice(tasks, jobs * AHEAD - len(running)):
                place = board.take()
                running[_submitted(pool, work, task, place)] = task, place
            if not running:
                return
            done, _ = wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            board.look()
            for future in done:
                task, place = running.pop(future)
                board.give_back(place)
                try:
                    row = future.result()
                except BrokenProcessPool:
                    left.suspects.append(task)
                    continue
                yield task, row
            late = [] if left.suspects else _ended(board, running, limit_s)
            left.broken = bool(left.suspects or late)
            if left.broken:
                for future, (task, place) in running.items():
                    wait([future])
                    if future.exception() is None:
                        yield task, future.result()
                    elif future in late:
                        yield task, keep(task, too_slow(task, board.allowed_s(place, limit_s), limit_s))
                    else:
                        (left.again if late else left.suspects).append(task)
                return
    finally:
        _stop(pool, board, running)


def _stop(pool: ProcessPoolExecutor, board: Board, running: "dict[Future[Row], tuple[Task, int]]") -> None:
    """Let what is under way be finished, and end what holds its process: Ctrl-C must not wait for that either."""
    pool.shutdown(wait=False, cancel_futures=True)
    until = monotonic() + GRACE_S
    while monotonic() < until and not all(future.done() for future in running):
        sleep(LOOK_S / 10)
    for future, (_, place) in running.items():
        if not future.done():
            _end(board.process(place))
    pool.shutdown(wait=True)


def _end(process: int | None) -> None:
    if process is not None:
        with suppress(OSError):  # gone by itself just now
            os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def _ended(board: Board, running: "dict[Future[Row], tuple[Task, int]]", limit_s: float) -> "list[Future[Row]]":
    """End the processes that have been at a recording for too long; which recordings those are."""
    late = []
    for future, (_, place) in running.items():
        process = board.late(place, limit_s)
        if process is not None and not future.done():
            late.append(future)
            _end(process)
    return late


def _submitted(pool: ProcessPoolExecutor, work: Work, task: Task, place: int) -> "Future[Row]":
    """The task handed out; a pool that is broken already gives a future that says so, and the task is not lost."""
    try:
        return pool.submit(_timed, work, task, place)
    except BrokenProcessPool as error:
        lost: Future[Row] = Future()
        lost.set_exception(error)
        return lost


def _timed(work: Work, task: Task, place: int) -> Row:
    """The work on a task, in its process, which says that it has begun and how long the recording is."""
    _board[2 * place + PID] = os.getpid()
    length_known.set(lambda length_s: _board.__setitem__(2 * place + LENGTH, length_s))
    return work(task)


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


_board: Any = None  # in a process that works: where it says what it is at


def _begin(board: Any) -> None:
    """Deaf to Ctrl-C, which the parent answers; and gone with it, since one left alone would wait for work for ever."""
    global _board
    _board = board
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
