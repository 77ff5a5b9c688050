"""Whose recordings these are: rosters and manifests as trainers have them."""

import re
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from voicecoach.cli import app
from voicecoach.cohort.sources import find, read_roster, unmatched, with_roster
from voicecoach.errors import UsageError

ROSTER = "姓名,学号,班级,声道\r\n王芳,007,三班,左\r\n李娜,008,=2班,\r\n"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    for name in ("王芳/1.wav", "王芳/2.MP3", "008_第一次 20261105.m4a", "0081.wav", "note.txt", ".hidden.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def check(calls: Path, roster: Path) -> None:
    found = {Path(one.path).name: one for one in with_roster(find([str(calls)]), read_roster(roster))}
    assert (found["1.wav"].trainee, found["1.wav"].cohort, found["1.wav"].speaker) == ("王芳", "三班", "left")
    first = found["008_第一次 20261105.m4a"]
    assert (first.trainee, first.cohort, first.date) == ("李娜", "=2班", "2026-11-05")
    assert found["0081.wav"].trainee == ""
    assert len(found) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_roster_is_read_in_every_encoding(calls: Path, encoding: str) -> None:
    (calls / "名单.csv").write_bytes(ROSTER.encode(encoding))
    check(calls, calls / "名单.csv")


def test_a_roster_is_read_from_a_workbook(calls: Path) -> None:
    with xlsxwriter.Workbook(str(calls / "名单.xlsx"), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(ROSTER.splitlines()):
            for place, cell in enumerate(line.split(",")):
                sheet.write_string(number, place, cell)
    check(calls, calls / "名单.xlsx")


def test_a_manifest_tells_all_and_what_is_not_there_stays_in(calls: Path) -> None:
    lines = "路径,姓名,班级,话术,日期,声道\n王芳/1.wav,王芳,A,开场白,2026/11/05,右\ngone.wav,李娜,A,,,\n"
    (calls / "清单.csv").write_bytes(lines.encode("gb18030"))
    first, second = find([str(calls / "清单.csv")], "left")
    assert (first.script, first.date, first.speaker) == ("开场白", "2026-11-05", "right")
    assert (Path(second.path).name, second.trainee, second.speaker) == ("gone.wav", "李娜", "left")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("who,when\na,b\n", "cohort_manifest"),
        ("path,date\na.wav,yesterday\n", "cohort_manifest_row"),
        ("path,speaker\na.wav,both\n", "cohort_manifest_row"),
        ("", "table_unreadable"),
    ],
)
def test_a_wrong_manifest_is_told(text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(UsageError) as wrong:
        find([str(tmp_path / "m.csv")])
    assert wrong.value.code == code
    assert wrong.value.text("zh")


def test_who_on_the_roster_has_no_recording_and_what_is_nobodys_is_told(calls: Path) -> None:
    (calls / "名单.csv").write_text(ROSTER + "赵云,009,三班,\r\n", encoding="utf-8")
    roster = read_roster(calls / "名单.csv")
    assert unmatched(with_roster(find([str(calls)]), roster), roster) == (("赵云",), ("0081.wav",))
    assert unmatched(find([str(calls)]), {}) == ((), ())


def test_the_command_tells_it_and_what_it_is_busy_with(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "008.wav").write_bytes(b"")
    (tmp_path / "calls" / "x.wav").write_bytes(b"no recording")
    (tmp_path / "名单.csv").write_bytes(ROSTER.encode("gb18030"))
    asked = ["cohort", str(tmp_path / "calls"), "--out", str(tmp_path / "out"), "--roster", str(tmp_path / "名单.csv")]
    done = CliRunner().invoke(app, [*asked, "--jobs", "1", "--lang", "en"])
    assert done.exit_code == 1, done.output
    assert "2 of 2 done, 2 failed; writing tables and pages …" in done.output
    assert "On the roster, but without a recording: 1 (王芳)." in done.output
    assert "Of nobody on the roster: 1 (x.wav)." in done.output
    shown = (tmp_path / "out" / "cohort.html").read_text(encoding="utf-8")
    check_page(shown)
    again = CliRunner().invoke(app, [*asked, "--resume", "--pseudonyms", "--lang", "zh"])
    assert "其中 2 个在以前的运行中已经处理过。" in again.output
    assert "名单上有、但没有录音的学员：1 位（王芳）。" in again.output
    check_page((tmp_path / "out" / "cohort.html").read_text(encoding="utf-8"))
    veiled = (tmp_path / "out" / "pseudonymous" / "cohort.html").read_text(encoding="utf-8")
    assert "王芳" not in veiled
    assert "need-strange" not in veiled


def check_page(page: str) -> None:
    """What a page says of the roster, in both languages: of whom there is nothing, and what is of nobody."""
    absent = card(page, "absent")
    assert re.findall(r"<bdi[^>]*>([^<]*)</bdi>", absent) == ["王芳"]
    assert "名单上有，但没有录音" in absent
    assert "On the roster, without a recording" in absent
    strange = card(page, "strange")
    assert re.findall(r"<bdi[^>]*>([^<]*)</bdi>", strange) == ["x.wav"]
    assert "不属于名单上任何人" in strange
    assert "Of nobody on the roster" in strange


def card(page: str, kind: str) -> str:
    found = re.search(f'<section class="card need {kind}".*?</section>', page, re.DOTALL)
    assert found, kind
    return found[0]
