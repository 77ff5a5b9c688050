"""What a run leaves of the page: beside the tables, and without names in a folder of its own."""

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import openpyxl
import pytest

from voicecoach.cohort import grade_cohort
from voicecoach.cohort.processes import Work
from voicecoach.cohort.rows import Row
from voicecoach.cohort.work import Task
from voicecoach.errors import UsageError

SAMPLES = Path(__file__).parents[2] / "sample_audio"
SECRET = ("司马相如", "卓文君班", "simaxiangru", "第一次")


def here(work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]:
    """A mapper that works in this process."""
    for task in tasks:
        yield task, work(task)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort of two, one of them with a name, a file name and a note that nobody should see."""
    folder = tmp_path_factory.mktemp("司马相如的录音")
    own = folder / SECRET[1] / SECRET[0]
    own.mkdir(parents=True)
    shutil.copy(SAMPLES / "rushed.flac", own / f"{SECRET[2]} {SECRET[3]}.flac")
    (own / f"{SECRET[2]} bad.wav").write_bytes(b"no sound")
    other = folder / SECRET[1] / "李娜"
    other.mkdir()
    shutil.copy(SAMPLES / "on_target.flac", other / "a.flac")
    return folder


def test_a_run_leaves_a_page_with_excerpts_and_links(calls: Path, tmp_path: Path) -> None:
    found = grade_cohort([calls], tmp_path, mapper=here, lang="en")
    assert str(tmp_path / "cohort.html") in found.files
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    assert "1 not graded" in page
    assert page.count("data:audio") >= 2
    for row in found.rows:
        if row.get("report"):
            assert (tmp_path / str(row["report"])).is_file()
    again = grade_cohort([calls], tmp_path, mapper=here, lang="en", resume=True)
    assert again.known == 3
    assert (tmp_path / "cohort.html").read_text(encoding="utf-8") == page


def test_what_is_shown_around_tells_no_names(calls: Path, tmp_path: Path) -> None:
    found = grade_cohort([calls], tmp_path, mapper=here, pseudonyms=True, voices=False)
    shown = tmp_path / "pseudonymous"
    assert {path.name for path in shown.iterdir()} >= {"cohort.html", "results.csv", "results.xlsx"}
    texts = [path.read_text(encoding="utf-8-sig") for path in (shown / "cohort.html", shown / "results.csv")]
    sheet = openpyxl.load_workbook(shown / "results.xlsx")
    texts.append("\n".join(str(cell.value) for one in sheet for row in one.iter_rows() for cell in row))
    hashes = [str(row["sha256"]) for row in found.rows if row.get("sha256")]
    for text in texts:
        for secret in (*SECRET, "李娜", "a.flac", str(calls), *hashes, *(one[:12] for one in hashes)):
            assert secret not in text
    names = json.loads((tmp_path / "pseudonyms.json").read_text(encoding="utf-8"))["trainees"]
    assert set(names) == {SECRET[0], "李娜"}
    assert all(name in text for name in names.values() for text in texts)
    grade_cohort([calls], tmp_path, mapper=here, pseudonyms=True, resume=True)
    assert json.loads((tmp_path / "pseudonyms.json").read_text(encoding="utf-8"))["trainees"] == names


def test_without_voices_the_page_holds_none(calls: Path, tmp_path: Path) -> None:
    grade_cohort([calls], tmp_path, mapper=here, voices=False)
    assert "data:audio" not in (tmp_path / "cohort.html").read_text(encoding="utf-8")


def test_a_file_that_is_no_page_is_not_replaced(calls: Path, tmp_path: Path) -> None:
    grade_cohort([calls], tmp_path, mapper=here, voices=False)
    (tmp_path / "cohort.html").write_text("my own notes", encoding="utf-8")
    with pytest.raises(UsageError):
        grade_cohort([calls], tmp_path, mapper=here, voices=False, resume=True)
    assert (tmp_path / "cohort.html").read_text(encoding="utf-8") == "my own notes"
