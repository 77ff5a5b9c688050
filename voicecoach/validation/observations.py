"""Every observation of a run in a file: anybody can look up a clip, and a run that was broken off goes on from it.

One line of JSON a job, written as the job ends. The first line says what code observed: figures of other code are not
mixed with ours.
"""

import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import voicecoach
from voicecoach.errors import UsageError
from voicecoach.report.wire import write_together
from voicecoach.validation.checks import Observation
from voicecoach.validation.run import Job, Seen

CODE = ("*.py", "*.toml", "*.json")


class Observations:
    """What the file at ``path`` holds, and more as it comes. Recordings and truth are taken to be what they were.

    Raises
    ------
    UsageError    the file is of another kind, or holds observations of other code; it cannot be written
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        head = json.dumps({"voicecoach": voicecoach.__version__, "code": code_digest()})
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else f"{head}\n"
        if not text.startswith(f"{head}\n"):
            raise UsageError("other_observations", path=path.name)
        whole = text.split("\n")[1:-1]  # what follows the last line's end was being written when the run broke off
        self._held = {str(job): [_seen(part) for part in told] for job, told in map(json.loads, whole)}
        write_together({path: "".join(f"{line}\n" for line in (head, *whole))})

    def of(self, job: Job) -> list[Seen] | None:
        """What was observed of a job; None if it is still to be done."""
        return self._held.get(_key(job))

    def keep(self, job: Job, seen: Sequence[Seen]) -> None:
        """Write what a job has observed."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([_key(job), seen], ensure_ascii=False, default=_plain) + "\n")


def code_digest() -> str:
    """What the package's own code, rows and weights are, in twelve digits."""
    root = Path(str(files("voicecoach")))
    digest = hashlib.sha256()
    for path in sorted(path for pattern in CODE for path in root.rglob(pattern)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _key(job: Job) -> str:
    return json.dumps([[clip.name for clip in job.clips], job.condition, job.measures], ensure_ascii=False)


def _seen(told: list[Any]) -> Seen:
    measure, set_, condition, observations, failed = told
    return Seen(measure, set_, condition, tuple(Observation(*each) for each in observations), tuple(failed))


def _plain(value: Any) -> Any:
    """NumPy's numbers and lists as Python's."""
    return value.tolist()
