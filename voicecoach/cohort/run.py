"""Grading a cohort: what there is to do, what an earlier run has done, and what it all comes to."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicecoach import __version__
from voicecoach.cohort import rows, storage
from voicecoach.cohort.lock import alone_in
from voicecoach.cohort.page.results import pages
from voicecoach.cohort.processes import Mapper, on_processes
from voicecoach.cohort.rows import DUPLICATE, FAILED, GRADED, Row
from voicecoach.cohort.sources import Source, find, read_roster, unmatched, with_roster
from voicecoach.cohort.tables import CSV, PARQUET, XLSX, tables
from voicecoach.cohort.work import LIMIT, REPORTS, ROWS, RUN, Task, work
from voicecoach.errors import UsageError
from voicecoach.rubric import Rubric, load_rubric
from voicecoach.settings import TAKE_LIMIT_S
from voicecoach.words import printable

AGAIN = ("process_died", "out_of_memory", "grading_broke")  # failures of the machine or ours: tried again
TOO_SLOW = "took_too_long"  # tried again where the limit is longer
OWN = "-own-"  # before the neutral voice that a take was compared with
Told = Callable[[int, int, int, int], None]  # done, of how many, failed, done in this run


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Attributes
    ----------
    rows : tuple of dict     one a recording, by column, in the order in which the recordings were named
    files : tuple of str     tables and page that were written
    known : int              recordings that an earlier run had graded
    absent : tuple of str    trainees of the roster without a recording, in its order
    strange : tuple of str   names of recordings that belong to nobody on the roster
    """

    rows: tuple[Row, ...]
    files: tuple[str, ...]
    known: int
    absent: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Row, ...]:
        """Rows of recordings that could not be graded."""
        return tuple(row for row in self.rows if row["status"] == FAILED)


def grade_cohort(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    roster: str | os.PathLike[str] | None = None,
    rubric: Rubric | None = None,
    speaker: str = "auto",
    jobs: int | None = None,
    limit_s: float = TAKE_LIMIT_S,
    resume: bool = False,
    voices: bool = True,
    pseudonyms: bool = False,
    lang: str = "zh",
    mapper: Mapper | None = None,
    told: Told = lambda done, of, failed, new: None,
) -> Outcome:
    """Grade many recordings into a folder: a row and a report page each, tables of all.

    Parameters
    ----------
    paths : sequence of str      folders, patterns, files, manifests (``.csv``, ``.xlsx``), addresses
    out : str                    folder or address of the results
    roster : path or None        table of trainees: ``trainee``, ``folder``, ``cohort``, ``speaker``, ``baseline``
    rubric : Rubric or None      default: ``etiquette``
    speaker : {"auto", "left", "right"}     whose channel, where neither manifest nor roster says
    jobs : int or None           processes; default: one a processor
    limit_s : float              how long a recording may take beside its own length, s; longer, and it is a row that
                                 says so. A mapper that is given keeps its own time, or none
    resume : bool                go on with what an earlier run left
    voices : bool                put the voice into each report's page, and excerpts into the cohort's
    pseudonyms : bool            page and tables without names, too, in the folder ``pseudonymous``
    lang : {"zh", "en"}          which language pages show first
    mapper : Mapper or None      where the work is done; default: ``jobs`` processes of this machine
    told : callable              hears how many are done, of how many, how many of them failed, how many are new

    Raises
    ------
    UsageError    nothing to grade; results of another run are there, or one is at work there; a table cannot be read;
                  nothing can be written

    Notes
    -----
    A recording that cannot be read or graded is a row with its reason. The same bytes are graded once, whatever their
    names. A script must call this under ``if __name__ == "__main__":``, since processes are started anew.
    """
    rubric = rubric or load_rubric()
    target = os.fspath(out)
    sources = find([os.fspath(path) for path in paths], speaker)
    people = {} if roster is None else read_roster(Path(roster))
    sources = with_roster(sources, people)
    neutral = _hashes(one.baseline for one in sources if one.baseline)
    with alone_in(target):
        _begin(target, rubric, resume=resume)
        tasks = [_task(source, neutral.get(source.baseline), target, rubric, lang, voices=voices) for source in sources]
        first: dict[str, Task] = {}
        for task in tasks:
            first.setdefault(task.key, task)
        done = {key: row for key, row in _earlier(target, limit_s) if key in first}
        known = len(done)
        failed = sum(row["status"] == FAILED for row in done.values())
        told(len(done), len(first), failed, 0)
        todo = [task for key, task in first.items() if key not in done]
        for task, row in (mapper or on_processes(jobs or os.cpu_count() or 1, limit_s))(work, todo):
            done[task.key] = row
            failed += row["status"] == FAILED
            told(len(done), len(first), failed, len(done) - known)
        found = tuple(_row(task, first[task.key], done[task.key]) for task in tasks)
        files = _written(target, found, rubric)
        shown = pages(
            target, found, [source.path for source in sources], rubric, lang=lang, voices=voices,
            roster=[person.trainee for person in people.values()], without_names=pseudonyms,
        )  # fmt: skip
        for path, page in shown.items():
            storage.made(os.path.dirname(path))
            storage.put({path: page})
        return Outcome(found, (*files, *shown), known, *unmatched(sources, people))


def _task(source: Source, neutral: str | None, out: str, rubric: Rubric, lang: str, *, voices: bool) -> Task:
    """What there is to do for a recording; ``neutral``: hash of the neutral one that it is compared with."""
    sha256 = storage.sha256(source.path)
    key = rows.take_id(sha256 or _hash_of(source.path), source.speaker)
    key = f"{key}{OWN}{neutral[:8]}" if neutral else key
    return Task(source, sha256, key, out, rubric, lang, voices)


def _hash_of(path: str) -> str:
    """What stands for the hash of a recording whose bytes cannot be read: that of its path."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()


def _row(task: Task, first: Task, row: Row) -> Row:
    """A recording's whole row; one that sounds like an earlier one has that one's figures and says so."""
    source = task.source
    about: Row = {
        "take": task.key.partition(OWN)[0], "recording": printable(source.path), "name": printable(source.name),
        "cohort": source.cohort, "trainee": source.trainee, "date": source.date, "script": source.script,
    }  # fmt: skip
    whole = about | row
    if first is not task:
        whole["duplicate_of"] = printable(first.source.path)
        if row["status"] == GRADED:
            whole["status"] = DUPLICATE
    return whole


def _hashes(baselines: Iterable[str]) -> dict[str, str]:
    """Each neutral recording's hash, read once: a trainee's takes share one.

    Raises
    ------
    UsageError    one is not there: a slip in the roster, found before hours of work and not after
    """
    found = {}
    for path in dict.fromkeys(baselines):
        sha256 = storage.sha256(path)
        if sha256 is None:
            raise UsageError("missing_path", path=path)
        found[path] = sha256
    return found


def _begin(out: str, rubric: Rubric, *, resume: bool) -> None:
    """Make the folder ready, or refuse what cannot be gone on with.

    Raises
    ------
    UsageError    results are there and ``resume`` is not asked for; they rest on another rubric or version; files
                  are there that are no results
    """
    mark = storage.join(out, RUN)
    now = {"voicecoach": __version__, "rubric": rubric.name, "rubric_sha256": rubric.sha256}
    text = storage.get(mark)
    if text is None:
        taken = {CSV, XLSX, PARQUET, REPORTS, ROWS} & set(storage.names(out))
        if taken:
            raise UsageError("cohort_taken", path=storage.join(out, min(taken)))
        for folder in (out, storage.join(out, REPORTS), storage.join(out, ROWS)):
            storage.made(folder)
        storage.put({mark: json.dumps(now, ensure_ascii=False) + "\n"})
        return
    if not resume:
        raise UsageError("cohort_exists", path=out)
    try:
        before = {name: str(json.loads(text)[name]) for name in now}
    except (ValueError, KeyError, TypeError):
        raise UsageError("cohort_taken", path=mark) from None
    if before != now:
        raise UsageError("cohort_other_run", path=out, before=_told(before), now=_told(now))


def _told(run: dict[str, str]) -> str:
    return f"voicecoach {run['voicecoach']}, {run['rubric']} {run['rubric_sha256'][:8]}"


def _earlier(out: str, limit_s: float) -> Iterator[tuple[str, Row]]:
    """Rows of earlier runs, by key, without those of failures that may not befall a recording twice.

    What took too long is tried again where it may take longer now.
    """
    folder = storage.join(out, ROWS)
    for name in storage.names(folder):
        if name.endswith(".json") and not name.startswith("."):
            text = storage.get(storage.join(folder, name))
            try:
                row: Row = json.loads(text or "")
            except ValueError:  # damaged: done again
                continue
            longer = row.get("failure") == TOO_SLOW and limit_s > float(row.get(LIMIT) or 0)
            if row.get("failure") not in AGAIN and not longer:
                yield name.removesuffix(".json"), row


def _written(out: str, found: Sequence[Row], rubric: Rubric) -> tuple[str, ...]:
    made = {storage.join(out, name): table for name, table in tables(found, rubric).items()}
    for path, table in made.items():
        try:
            storage.put({path: table})
        except UsageError as error:
            raise UsageError("table_taken", path=path, found=error.facts.get("found", error.code)) from None
    return tuple(made)
