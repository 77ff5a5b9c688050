"""What ``voicecoach calibrate`` does: read grades and results, fit what can be fitted, write a new rubric."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from voicecoach.agreement.calibration.crossvalidation import calibrate
from voicecoach.agreement.calibration.material import material
from voicecoach.agreement.calibration.records import (
    FEWEST_SPEAKERS,
    FEWEST_TAKES,
    FEWEST_TRAINERS,
    LEAST_RELIABLE,
    Outcome,
)
from voicecoach.agreement.calibration.rubric_file import Origin, rubric_text
from voicecoach.agreement.grades import read_grades
from voicecoach.agreement.records import Grades, Take
from voicecoach.agreement.statistics import need_libraries
from voicecoach.agreement.takes import RESULTS, match, read_takes
from voicecoach.errors import UsageError
from voicecoach.rubric import Rubric, load_rubric, profiles
from voicecoach.rubric.model import REQUIREMENTS
from voicecoach.words import printable


def must_be_free(out: Path) -> None:
    """Refuse a name that is taken, or is not a rubric's.

    Raises
    ------
    UsageError    there is a file, or the name does not end in .toml
    """
    if out.suffix.lower() != ".toml":
        raise UsageError("bad_option", option="--out", found=out.name, expected=".toml")
    if os.path.lexists(out):
        raise UsageError("rubric_exists", path=out)


def outcomes(
    grades: Grades, takes: Sequence[Take], path: Path, base: Rubric, step: Callable[[int, int], None]
) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """The outcome of every graded requirement, and the names in the grades that are no take of the results.

    Raises
    ------
    UsageError    the results were graded with another rubric; grades that fit no take, or several
    """
    need_libraries()
    matched = match(grades.grades, takes, path)
    pairs = matched.pairs
    if not pairs:
        expected = takes[0].id if takes else "-"
        raise UsageError("grades_of_nothing", path=path, found=printable(matched.unmatched[0]), expected=expected)
    graded = [name for name in REQUIREMENTS if any(grade.requirement == name for grade, _ in pairs)]
    found = []
    for place, name in enumerate(graded):
        step(place, len(graded))
        found.append(calibrate(material(pairs, name, base)))
    return tuple(found), matched.unmatched


def rubric_of(takes: Sequence[Take], asked: str | None) -> Rubric:
    """The rubric that the takes were graded with: as named, or one that ships.

    Raises
    ------
    UsageError    the takes were graded with several rubrics, or with another than this
    """
    graded = [take for take in takes if any(score is not None for score in take.scores.values())]
    hashes = sorted({take.rubric_sha256 for take in graded})
    names = sorted({take.rubric for take in graded})
    if len(hashes) != 1:
        raise UsageError("calibrate_rubrics", count=len(hashes))
    if asked is None and names[0] not in profiles():
        raise UsageError("calibrate_rubric", found=printable(names[0]) or "-")
    base = load_rubric(asked or names[0])
    if base.sha256 != hashes[0]:
        raise UsageError("calibrate_rubric", found=printable(f"{names[0]} {hashes[0][:12]}"))
    return base


def must_gain(found: Sequence[Outcome], path: Path) -> None:
    """Refuse to write where there is nothing to write: too few grades, or no gain.

    Raises
    ------
    UsageError    says how many takes, trainees and trainers are needed, or that nothing was gained
    """
    if any(one.status == "fitted" for one in found):
        return
    if all(one.status in ("too_few", "unreliable") for one in found):
        most = max(found, key=lambda one: (one.both, one.speakers))
        raise UsageError(
            "calibrate_too_few", path=path, takes=most.both, speakers=most.speakers, trainers=most.trainers,
            need_takes=FEWEST_TAKES, need_speakers=FEWEST_SPEAKERS, need_trainers=FEWEST_TRAINERS,
            need_icc=f"{LEAST_RELIABLE:.2f}",
        )  # fmt: skip
    raise UsageError("calibrate_no_gain", path=path)


def origin_of(grades: Grades, results: Path, out: Path) -> Origin:
    """What the new rubric says of where it comes from: names without the folders of this machine."""
    file = results / RESULTS if results.is_dir() else results
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    command = f"voicecoach calibrate --grades {grades.name} {file.name} --out {out.name}"
    return Origin(grades.name, grades.sha256, file.name, digest, printable(command))


def write(out: Path, base: Rubric, found: Sequence[Outcome], origin: Origin) -> Rubric:
    """Write the new rubric, once it has passed the check of rubrics, and never over a file.

    Raises
    ------
    UsageError    a file of that name has come in the meantime, or the folder cannot be written
    """
    text = rubric_text(base, found, origin, printable(out.stem))
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "trial.toml"
        trial.write_text(text, encoding="utf-8")
        rubric = load_rubric(trial)
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError("rubric_exists", path=out) from None
    except OSError as error:
        raise UsageError("cannot_write", path=out, found=error.strerror or error) from None
    return rubric


def read(grades: Path, results: Path, scale: str | None) -> tuple[Grades, tuple[Take, ...]]:
    """Grades and takes.

    Raises
    ------
    UsageError    a file cannot be read
    """
    return read_grades(grades, scale), read_takes(results)
