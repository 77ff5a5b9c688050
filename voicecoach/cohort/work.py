"""One recording of a cohort: heard, graded, its report and row written. Runs wherever a mapper puts it."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from voicecoach import __version__
from voicecoach.baseline import Baseline
from voicecoach.cohort import rows, storage
from voicecoach.cohort.limit import length_known
from voicecoach.cohort.rows import Row
from voicecoach.cohort.sources import Source
from voicecoach.errors import RecordingError, UsageError, VoiceCoachError
from voicecoach.grading import grade
from voicecoach.recording import load
from voicecoach.report import audio, html
from voicecoach.report.numbers import clock
from voicecoach.report.wire import to_json
from voicecoach.rubric import Rubric
from voicecoach.tracks import Tracks
from voicecoach.tracks.neutral import baseline_from
from voicecoach.words import LANGUAGES, printable

LIMIT = "time_limit_s"  # in the row of a take that took too long: the limit that it had
RUN, REPORTS, ROWS = "run.json", "reports", "rows"
NAME_BYTES = 120  # of a recording's name in its report's: most file systems allow 255 with all endings
LONGEST_S = 3600.0  # s; bounds the memory of a process: 314 MB for 30 s, 377 for 3 min, 698 for an hour (16 kHz mono)
UNFIT = re.compile(r'[\\/:*?"<>|]')  # what Windows allows in no file name


@dataclass(frozen=True)
class Task:
    """A recording to be graded, and where what comes of it goes.

    Attributes
    ----------
    source : Source
    sha256 : str or None     of its bytes; None where they could not be read
    key : str                of the same work: recording, channel, baseline
    out : str                folder or address of the results
    rubric : Rubric
    lang : {"zh", "en"}      which language the page shows first
    voice : bool             put the voice into the page
    lies : str               where the recording is found from where the work is done; empty: as the source has it
    """

    source: Source
    sha256: str | None
    key: str
    out: str
    rubric: Rubric
    lang: str
    voice: bool
    lies: str = ""


def work(task: Task) -> Row:
    """Grade a recording and write report and row, the row last: where there is a row, the work is done.

    A recording that cannot be graded is a row that says why.

    Raises
    ------
    UsageError    the results cannot be written; this ends the run
    """
    path = task.source.path
    stem = f"{REPORTS}/{report_name(task.source.name, task.key)}"
    there = _graded_before(task, stem)
    if there is not None:
        return keep(task, there)
    try:
        report, page = _graded(task)
    except VoiceCoachError as error:
        return keep(task, failure(task, _about_the(task, error)))
    except MemoryError:
        return keep(task, failure(task, RecordingError("out_of_memory", path=path)))
    except Exception as error:  # a fault of ours, met with one recording, must not cost the others
        return keep(task, failure(
            task, RecordingError("grading_broke", path=path, found=f"{type(error).__name__}: {error}")
        ))
    storage.put({  # the page first: where the data are, it is too
        storage.join(task.out, f"{stem}.report.html"): page,
        storage.join(task.out, f"{stem}.report.json"): to_json(report),
    })  # fmt: skip
    return keep(task, rows.cells_of(report) | {"report": f"{stem}.report.html"})


def keep(task: Task, row: Row) -> Row:
    """Write a row, so that a later run knows it; what could not even be read is looked at again."""
    if task.sha256 is not None:
        path = storage.join(storage.join(task.out, ROWS), f"{task.key}.json")
        storage.put({path: json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"})
    return row


def _graded_before(task: Task, stem: str) -> Row | None:
    """The row of a recording whose report an earlier run wrote, but not its row: it was killed in between."""
    text = storage.get(storage.join(task.out, f"{stem}.report.json"))
    try:
        report = json.loads(text or "null")
        if not report or report["recording"]["sha256"] != task.sha256:
            return None
        if (report["voicecoach"], report["rubric"]["sha256"]) != (__version__, task.rubric.sha256):
            return None
        return rows.cells_of(report) | {"report": f"{stem}.report.html"}
    except (ValueError, KeyError, TypeError):
        return None


def report_name(name: str, key: str) -> str:
    """What the files of a report are called: the recording's name, as far as it fits, and the key.

    Examples
    --------
    >>> report_name("王 1?.wav", "0123456789ab")
    '王 1_.0123456789ab'
    """
    stem = UNFIT.sub("_", printable(name).rpartition(".")[0] or printable(name))
    short = stem.encode()[:NAME_BYTES].decode(errors="ignore").strip(" .")
    return f"{short}.{key}".lstrip(".")


def failure(task: Task, error: VoiceCoachError) -> Row:
    """The row of a recording that could not be graded."""
    words = {lang: printable(error.text(lang)) for lang in LANGUAGES}
    return rows.failed(error.code, words) | {"sha256": task.sha256}


def too_slow(task: Task, allowed_s: float, limit_s: float) -> Row:
    """The row of a recording that was given up; it keeps the limit, since it is tried again under a longer one only."""
    row = failure(task, RecordingError("took_too_long", path=task.source.path, expected=clock(allowed_s)))
    return row | {LIMIT: limit_s}


def _graded(task: Task) -> tuple[dict[str, object], str]:
    source = task.source
    with storage.here(task.lies or source.path) as path:
        recording = load(path, speaker=source.speaker, longest_s=LONGEST_S)
    length_known.get()(recording.duration)
    neutral = _neutral(source.baseline) if source.baseline else None
    report = grade(recording, task.rubric, neutral, lang=task.lang).to_dict()
    sound = audio.embed(recording.samples, recording.sr) if task.voice else None
    return report, html.render(report, lang=task.lang, audio=sound)


@lru_cache(maxsize=8)  # takes of one trainee come together
def _neutral(path: str) -> Baseline:
    with storage.here(path) as file:
        return baseline_from(Tracks(load(file)))


def _about_the(task: Task, error: VoiceCoachError) -> VoiceCoachError:
    """An error that names the recording as the trainer does, not where it lies for a worker or was fetched to."""
    if isinstance(error, UsageError) and error.code == "extra_missing":
        raise error
    if (task.lies or storage.is_remote(task.source.path)) and "path" in error.facts:
        return type(error)(error.code, **(error.facts | {"path": task.source.path}))
    return error
