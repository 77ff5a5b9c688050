"""A cohort from recordings to tables: what is graded, what is known, what is refused."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import openpyxl
import pytest
import soundfile

from voicecoach.cohort import grade_cohort
from voicecoach.cohort.processes import Work
from voicecoach.cohort.rows import Row, columns_of
from voicecoach.cohort.work import Task
from voicecoach.errors import UsageError
from voicecoach.rubric import load_rubric

SAMPLE = Path(__file__).parents[2] / "sample_audio" / "rushed.flac"


class Here:
    """A mapper that works in this process, and remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]:
        for task in tasks:
            self.seen.append(task.source.name)
            yield task, work(task)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two trainees: a short call twice under two names, a file that is no recording, and one with a hostile name."""
    folder = tmp_path_factory.mktemp("calls")
    samples, sr = soundfile.read(SAMPLE, frames=16000 * 3)
    for name in ("王芳/=1+1 😀.wav", "王芳/again.wav", "li/broken.wav", "li/@call.wav"):
        (folder / name).parent.mkdir(exist_ok=True)
        soundfile.write(folder / name, samples if "call" not in name else samples / 2, sr)
    (folder / "li/broken.wav").write_bytes(b"not a recording")
    (folder / "notes.txt").write_text("not looked at")
    return folder


def graded(calls: Path, out: Path, mapper: Here, **asked: object) -> tuple[Row, ...]:
    return grade_cohort([calls], out, mapper=mapper, voices=False, **asked).rows  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def results(calls: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Row, ...], Here]:
    out, mapper = tmp_path_factory.mktemp("results"), Here()
    return out, graded(calls, out, mapper), mapper


def test_every_recording_is_a_row_and_the_same_sound_is_graded_once(
    results: tuple[Path, tuple[Row, ...], Here],
) -> None:
    _, rows, mapper = results
    told = [(row["trainee"], row["name"], row["status"]) for row in rows]
    assert told == [
        ("li", "@call.wav", "graded"), ("li", "broken.wav", "failed"),
        ("王芳", "=1+1 😀.wav", "graded"), ("王芳", "again.wav", "duplicate"),
    ]  # fmt: skip
    assert len(mapper.seen) == 3
    assert rows[3]["take"] == rows[2]["take"]
    assert rows[1]["failure"] == "not_audio"
    assert str(rows[1]["failure_zh"]) != str(rows[1]["failure_en"])


def test_the_tables_hold_the_rows(results: tuple[Path, tuple[Row, ...], Here]) -> None:
    out, rows, _ = results
    names = list(columns_of(load_rubric()))
    text = (out / "results.csv").read_bytes().decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(read[0]) == names
    assert [row["name"] for row in read] == ["'@call.wav", "broken.wav", "'=1+1 😀.wav", "again.wav"]
    assert (out / "results.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    book = openpyxl.load_workbook(out / "results.xlsx")
    cells = list(book["results"].iter_rows(values_only=True))
    assert list(cells[0]) == names
    place = names.index("name")
    assert [row[place] for row in cells[1:]] == ["@call.wav", "broken.wav", "=1+1 😀.wav", "again.wav"]
    assert book["results"].cell(4, place + 1).data_type == "s"
    place = names.index("speech_rate_value")
    assert cells[1][place] == rows[0]["speech_rate_value"]
    assert cells[2][place] is None
    assert [row[0] for row in book["columns"].iter_rows(min_row=2, values_only=True)] == names


def test_parquet_is_typed(results: tuple[Path, tuple[Row, ...], Here]) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet(results[0] / "results.parquet")
    assert frame["rate_score"].dtype == polars.Float64
    assert frame["duration_s"].to_list()[0] == results[1][0]["duration_s"]


def test_going_on_grades_nothing_twice(calls: Path, results: tuple[Path, tuple[Row, ...], Here]) -> None:
    out, rows, _ = results
    before = (out / "results.csv").read_bytes()
    again = Here()
    assert graded(calls, out, again, resume=True) == rows
    assert again.seen == []
    assert (out / "results.csv").read_bytes() == before


def test_what_was_lost_is_graded_again(calls: Path, results: tuple[Path, tuple[Row, ...], Here]) -> None:
    out, rows, _ = results
    (out / "rows" / f"{rows[0]['take']}.json").unlink()
    (out / "results.csv").unlink()
    again = Here()
    assert graded(calls, out, again, resume=True) == rows
    assert again.seen == ["@call.wav"]


@pytest.mark.parametrize(
    ("prepare", "asked", "code"),
    [
        (lambda out: None, {}, "cohort_exists"),
        (lambda out: None, {"resume": True, "rubric": "contemporary"}, "cohort_other_run"),
        (lambda out: (out / "run.json").unlink(), {"resume": True}, "cohort_taken"),
    ],
)
def test_results_of_another_run_are_left_alone(
    calls: Path, tmp_path: Path, prepare: object, asked: dict[str, object], code: str
) -> None:
    (tmp_path / "run.json").write_text(
        json.dumps({"voicecoach": __import__("voicecoach").__version__, "rubric": "etiquette",
                    "rubric_sha256": load_rubric().sha256})
    )  # fmt: skip
    (tmp_path / "results.csv").write_text("mine")
    prepare(tmp_path)  # type: ignore[operator]
    if "rubric" in asked:
        asked = asked | {"rubric": load_rubric(str(asked["rubric"]))}
    with pytest.raises(UsageError) as caught:
        graded(calls, tmp_path, Here(), **asked)
    assert caught.value.code == code
    assert (tmp_path / "results.csv").read_text() == "mine"
