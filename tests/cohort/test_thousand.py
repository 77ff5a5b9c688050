"""1,000 files, 50 of them broken in every way: nothing stops the run, the count is right, no cell is a formula."""

import csv
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import soundfile

import voicecoach
from voicecoach.cohort import Outcome
from voicecoach.cohort.processes import Work
from voicecoach.cohort.rows import Row, columns_of
from voicecoach.cohort.work import Task

SAMPLE = Path(__file__).parents[2] / "sample_audio" / "rushed.flac"
SR = 16000
DISTINCT = 6  # recordings under 950 names, so that it is quick
BYTES = {
    "empty.wav": b"", "text.mp3": "你好，这不是录音。".encode(), "noise.m4a": bytes(range(256)) * 40,
    "header.wav": b"RIFF\x24\x00\x00\x00WAVEfmt ", "zip.flac": b"PK\x03\x04" + b"\0" * 200,
    "fake.ogg": b"OggS" + b"\0" * 60,
}  # fmt: skip
SOUNDS = {
    "nan": (np.full(SR, np.nan, np.float32), SR, "FLOAT"),
    "loud": (np.full(SR, 1e6, np.float32), SR, "FLOAT"),
    "short": (np.zeros(SR // 10, np.float32), SR, "PCM_16"),
    "slow": (np.zeros(4000, np.float32), 4000, "PCM_16"),
}
CODES = {
    "empty_file", "not_audio", "not_finite", "too_short", "channel_choice", "missing_path", "sample_rate",
    "not_full_scale",
}  # fmt: skip


def here(work: Work, tasks: Iterable[Task], /) -> Iterator[tuple[Task, Row]]:
    return ((task, work(task)) for task in tasks)


def broken(folder: Path, number: int) -> None:
    """A file of some kind that cannot be graded."""
    kinds = [*BYTES, *SOUNDS, "stereo", "link"]
    kind = kinds[number % len(kinds)]
    path = folder / f"{number}.wav"
    if kind in BYTES:
        (folder / f"{number} {kind}").write_bytes(BYTES[kind])
    elif kind in SOUNDS:
        samples, sr, subtype = SOUNDS[kind]
        soundfile.write(path, samples, sr, subtype=subtype)
    elif kind == "stereo":
        left, _ = soundfile.read(SAMPLE, start=SR, frames=2 * SR)
        right, _ = soundfile.read(SAMPLE, start=20 * SR, frames=2 * SR)
        soundfile.write(path, np.stack([left, right], 1), SR)
    else:
        path.symlink_to("nowhere.wav")


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    root = tmp_path_factory.mktemp("thousand")
    calls = root / "录音 库"
    for number in range(DISTINCT):
        samples, _ = soundfile.read(SAMPLE, start=(1 + 2 * number) * SR, frames=SR)
        soundfile.write(root / f"{number}.wav", samples, SR)
    for number in range(950):
        folder = calls / f"学员{number % 40:02} 🙂"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"=第{number}次 2026-11-{number % 28 + 1:02} {'长' * 50}.wav"  # 180 bytes and more: systems allow 255
        shutil.copy(root / f"{number % DISTINCT}.wav", folder / name)
    (calls / "坏").mkdir()
    for number in range(50):
        broken(calls / "坏", number)
    return root / "out", voicecoach.grade_cohort([calls], root / "out", mapper=here, voices=False)


def table(out: Path) -> list[dict[str, str]]:
    data = (out / "results.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(data.decode("utf-8-sig").splitlines()))


def test_the_count_is_right_and_every_failure_has_its_reason(thousand: tuple[Path, Outcome]) -> None:
    rows = table(thousand[0])
    assert Counter(row["status"] for row in rows) == {"duplicate": 950 - DISTINCT, "failed": 50, "graded": DISTINCT}
    failed = [row for row in rows if row["status"] == "failed"]
    assert {row["failure"] for row in failed} >= CODES
    assert all(row["failure_zh"] and row["failure_en"] and row["failure"] != "grading_broke" for row in failed)
    assert len(thousand[1].failed) == 50


def test_the_same_recording_is_graded_once_and_reported_under_every_name(thousand: tuple[Path, Outcome]) -> None:
    out, _ = thousand
    assert len(list((out / "reports").glob("*.html"))) == DISTINCT
    rows = [row for row in table(out) if row["status"] != "failed"]
    alike = [row for row in rows if row["sha256"] == rows[0]["sha256"]]
    assert len({(row["speech_rate_value"], row["rate_reason"], row["report"]) for row in alike}) == 1
    assert [row["duplicate_of"] for row in alike] == ["", *[alike[0]["recording"]] * (len(alike) - 1)]


def test_a_row_tells_whose_take_it_is_of_which_day_and_where_its_report_lies(thousand: tuple[Path, Outcome]) -> None:
    out, _ = thousand
    row = next(row for row in table(out) if "第7次" in row["name"])
    assert (row["trainee"], row["date"], row["duration_s"]) == ("学员07 🙂", "2026-11-08", "1.0")
    assert (out / row["report"]).is_file()


def test_no_cell_is_a_formula_and_the_workbook_says_what_the_csv_says(thousand: tuple[Path, Outcome]) -> None:
    out, _ = thousand
    rows = table(out)
    assert sum(row["name"].startswith("'=第") for row in rows) == 950
    assert not any(cell.startswith(tuple("=+@")) for row in rows for cell in row.values())
    book = openpyxl.load_workbook(out / "results.xlsx", read_only=True)
    header, *cells = book["results"].iter_rows()
    book.close()
    names = tuple(cell.value for cell in header)
    assert names == columns_of(voicecoach.load_rubric()) == tuple(rows[0])
    assert len(cells) == len(rows) == 1000
    assert all(cell.data_type != "f" for row in cells for cell in row)
    for told, row in zip(cells[::100], rows[::100], strict=True):
        for name, cell in zip(names, told, strict=True):
            text = "" if cell.value is None else cell.value
            assert text == (float(row[name]) if isinstance(text, int | float) else row[name].removeprefix("'")), name


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode there")
def test_names_that_are_no_text_are_graded_all_the_same(tmp_path: Path) -> None:
    samples, _ = soundfile.read(SAMPLE, start=SR, frames=SR // 2)
    soundfile.write(tmp_path / "a.wav", samples, SR)
    os.rename(tmp_path / "a.wav", os.fsencode(tmp_path) + b"/\xff 1\n.wav")
    (row,) = voicecoach.grade_cohort([tmp_path], tmp_path / "out", mapper=here, voices=False).rows
    assert (row["status"], row["name"]) == ("graded", "? 1?.wav")
    assert (tmp_path / "out" / str(row["report"])).is_file()
