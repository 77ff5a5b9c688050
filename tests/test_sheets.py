"""Tables as trainers save them: any encoding, any separator, and what is no table."""

import contextlib
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from voicecoach.errors import UsageError
from voicecoach.sheets import csv_text, read_rows

EXPECTED = (("take", "名字"), [(2, {"take": "1.wav", "名字": "王芳"}), (4, {"take": "", "名字": "李, 娜"})])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_of_any_encoding_is_one_table(tmp_path: Path, encoding: str, mark: str, end: str) -> None:
    file = tmp_path / "表.csv"
    lines = [("take", "名字"), ("1.wav", " 王芳 "), ("", ""), ("", '"李, 娜"')]
    file.write_bytes(end.join(mark.join(cells) for cells in lines).encode(encoding))
    assert read_rows(file) == EXPECTED


def test_a_workbook_is_the_same_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("take", "名字"), ("1.wav", "王芳"), (None, None), (None, "李, 娜")):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert read_rows(tmp_path / "t.xlsx") == EXPECTED


def test_numbers_and_dates_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["grade", "points", "day"])
    book.active.append([4, 87.5, datetime(2026, 11, 5)])
    book.save(tmp_path / "t.xlsx")
    assert read_rows(tmp_path / "t.xlsx")[1] == [(2, {"grade": "4", "points": "87.5", "day": "2026-11-05 00:00:00"})]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Formulas, separators, quotes and Chinese come back as they were; no cell begins as a formula does."""
    texts = ["=1+1", "+86", "-3", "@x", "'tis", "王芳", 'a "b", c']
    written = csv_text(["text", "empty"], [[text, None] for text in texts])
    (tmp_path / "t.csv").write_bytes(written.encode())
    assert [cells["text"] for _, cells in read_rows(tmp_path / "t.csv")[1]] == texts
    assert not [line for line in written.splitlines() if line[0] in "=+-@"]


def test_a_control_character_does_not_hide_a_formula(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(csv_text(["text"], [["\t=1+1"], ["\r=1+1"]]).encode())
    assert [cells["text"] for _, cells in read_rows(tmp_path / "t.csv")[1]] == ["\t=1+1", "\r=1+1"]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04 no zip", b"\xff\xfe\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"]
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_rows(tmp_path / "t.csv")
    assert refused.value.code == "table_unreadable"


def test_every_damage_of_a_workbook_is_refused_or_read(tmp_path: Path) -> None:
    """A byte turned over anywhere must not end in a traceback."""
    book = openpyxl.Workbook()
    book.active.append(["take", "grade"])
    book.save(tmp_path / "t.xlsx")
    whole = (tmp_path / "t.xlsx").read_bytes()
    for place in range(0, len(whole), 97):
        (tmp_path / "broken.xlsx").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with contextlib.suppress(UsageError):
            read_rows(tmp_path / "broken.xlsx")
