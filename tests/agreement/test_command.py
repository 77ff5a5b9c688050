"""``voicecoach agreement``: files in, figures and files out, and what is refused."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from voicecoach.agreement.records import Grade, Grades, Take
from voicecoach.agreement.sentences import by_verdict, headline, verdict_text
from voicecoach.cli import app
from voicecoach.words import LANGUAGES

HEADER = "take,trainer,requirement,grade\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["agreement", *map(str, arguments), "--lang", "en"])


def graded(path: Path, grades: Sequence[Grade], five: bool = False) -> Path:
    lines = [
        f"{g.take},{g.trainer},{g.requirement},{1 + round(g.points / 25) if five else round(g.points, 1)}"
        for g in grades
    ]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path, write_results: Callable[..., Path], simulated: ModuleType) -> tuple[Path, Path]:
    """Results and grades of twelve trainees."""
    takes, grades = simulated.Raters(speakers=12, per_speaker=4).takes()
    return write_results(takes), graded(tmp_path / "trainers.csv", grades)


def records(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_figures_are_printed_and_written(small: tuple[Path, Path], tmp_path: Path) -> None:
    results, grades = small
    done = run(results, "--grades", grades, "--out", tmp_path / "a.csv")
    assert done.exit_code == 0, done.output
    assert "48 takes entered, of 12 trainees" in done.output
    assert "0-100 (seen in the file)" in done.output
    figures = {(r["between"], r["who"], r["figure"]): r for r in records(tmp_path / "a.csv")}
    kappa = figures["machine", "", "kappa"]
    assert float(kappa["low"]) < float(kappa["value"]) < float(kappa["high"])
    assert f"{float(kappa['value']):.2f} (" in done.output
    assert ("trainers", "trainer 2", "bias") in figures
    assert len(records(tmp_path / "a_takes.csv")) == 48


def test_a_folder_of_results_will_do(small: tuple[Path, Path]) -> None:
    assert run(small[0].parent, "--grades", small[1]).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_grades_in_any_encoding(small: tuple[Path, Path], encoding: str, tmp_path: Path) -> None:
    rows = small[1].read_text(encoding="utf-8").removeprefix(HEADER)
    text = "录音,培训师,要求,评分\n" + rows.replace("trainer 0", "王芳").replace("rate", "语速")
    file = tmp_path / "打分.csv"
    file.write_bytes(text.encode(encoding))
    done = run(small[0], "--grades", file)
    assert done.exit_code == 0, done.output
    assert "王芳" in done.output


def test_grades_of_a_workbook(small: tuple[Path, Path], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(small[1].read_text(encoding="utf-8"))):
        book.active.append([float(cell) if cell[:1].isdigit() else cell for cell in row])
    book.save(tmp_path / "trainers.xlsx")
    one, other = run(small[0], "--grades", tmp_path / "trainers.xlsx"), run(small[0], "--grades", small[1])
    assert one.exit_code == 0, one.output
    assert one.output == other.output


def test_five_grades_are_seen_and_said(small: tuple[Path, Path], tmp_path: Path, simulated: ModuleType) -> None:
    _, grades = simulated.Raters(speakers=12, per_speaker=4).takes()
    done = run(small[0], "--grades", graded(tmp_path / "five.csv", grades, five=True))
    assert "1-5 (seen in the file)" in done.output
    assert "each further one as 25" in done.output


def test_takes_without_a_machine_score_are_told(
    tmp_path: Path, write_results: Callable[..., Path], simulated: ModuleType
) -> None:
    takes, grades = simulated.Raters(speakers=12, per_speaker=4).takes()
    takes[5] = Take(**{**takes[5].__dict__, "scores": dict.fromkeys(takes[5].scores)})
    results = write_results(takes)
    file = graded(tmp_path / "trainers.csv", [*grades, Grade(0, "unheard.wav", "trainer 0", "rate", 40.0)])
    done = run(results, "--grades", file, "--out", tmp_path / "a.csv")
    assert "without a machine score, which did not enter: 1" in done.output
    assert "not in the results and did not enter (1): unheard.wav" in done.output
    left = [r for r in records(tmp_path / "a_takes.csv") if r["entered"] == "no"]
    assert [(r["take"], r["left_out"], r["machine"]) for r in left] == [("t5", "no_machine_score", "")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("t1,Li,rate,3\nt2,Li,rate,44\nt3,Li,rate,2\n", "may be 1-5 or 0-100"),
        ("t1,Li,rate,0\nt2,Li,rate,4\nt3,Li,rate,5\n", "may be 1-5 or 0-100"),
        ("t1,Li,rate,50\nt2,Li,rate,144\n", "line 3: found 144"),
        ("t1,Li,rate,good\n", "line 2: found good"),
        ("t1,Li,speed,60\n", "line 2: found speed"),
        ("t1,,rate,60\n", "line 2"),
        ("t1,Li,rate,60\nt1,Li,rate,70\n", "lines 2 and 3"),
        ("t1,Li,rate,60\n1.wav,Li,rate,70\n", "lines 2 and 3"),
        ("", "no grade"),
        ("nobody.wav,Li,rate,60\n", "no grade is of a take"),
    ],
)
def test_what_is_refused(small: tuple[Path, Path], tmp_path: Path, rows: str, said: str) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    done = run(small[0], "--grades", file, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "out").exists()


def test_a_name_of_two_takes_is_refused(tmp_path: Path, write_results: Callable[..., Path]) -> None:
    takes = [
        Take("t1", "a/call.wav", "call.wav", "01", "", {"rate": 50.0}),
        Take("t2", "b/call.wav", "call.wav", "02", "", {"rate": 60.0}),
    ]
    results = write_results(takes)
    (tmp_path / "g.csv").write_text(HEADER + "call.wav,Li,rate,60\n", encoding="utf-8")
    done = run(results, "--grades", tmp_path / "g.csv")
    assert done.exit_code == 2
    assert "a/call.wav, b/call.wav" in done.output
    (tmp_path / "g.csv").write_text(HEADER + "b/call.wav,Li,rate,60\n", encoding="utf-8")
    assert run(results, "--grades", tmp_path / "g.csv").exit_code == 0


def test_results_of_something_else_are_refused(small: tuple[Path, Path]) -> None:
    done = run(small[1], "--grades", small[1])
    assert done.exit_code == 2
    assert "not a results.csv" in done.output


def test_files_of_others_are_never_replaced(small: tuple[Path, Path], tmp_path: Path) -> None:
    mine = tmp_path / "a.csv"
    mine.write_text("my own\n", encoding="utf-8")
    assert run(small[0], "--grades", small[1], "--out", mine).exit_code == 2
    assert mine.read_text(encoding="utf-8") == "my own\n"
    mine.unlink()
    assert [run(small[0], "--grades", small[1], "--out", mine).exit_code for _ in range(2)] == [0, 0]


def test_a_formula_stays_a_text(small: tuple[Path, Path], tmp_path: Path) -> None:
    text = small[1].read_text(encoding="utf-8").replace("trainer 0", "=cmd()")
    small[1].write_text(text, encoding="utf-8")
    assert run(small[0], "--grades", small[1], "--out", tmp_path / "a.csv").exit_code == 0
    assert "'=cmd()" in {row["who"] for row in records(tmp_path / "a.csv")}


def test_without_the_extra_it_says_what_to_install(
    small: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pingouin" else object())
    done = run(small[0], "--grades", small[1])
    assert done.exit_code == 2
    assert "pip install 'voicecoach[agreement]'" in done.output


def test_every_verdict_has_its_words(simulated: ModuleType) -> None:
    from dataclasses import replace

    from voicecoach.agreement import study

    takes, grades = simulated.Raters(speakers=6).takes()
    found = study(Grades(tuple(grades), "0-100", False, "trainers.csv", "00"), takes, Path("g.csv"))
    for verdict in ("as_good", "both_low", "weaker", "unsure", "no_ceiling", "too_few"):
        one = replace(found.agreements[0], verdict=verdict)
        for lang in LANGUAGES:
            assert headline(replace(found, agreements=(one,)), lang)
            assert len(by_verdict(replace(found, agreements=(one,)), lang)) == 1
            assert verdict_text(one, lang)


def test_a_recording_under_two_names_counts_once(tmp_path: Path, write_results: Callable[..., Path]) -> None:
    """Its second row has the same take and no trainee of its own; grades under either name are of the one take."""
    one = Take("t1", "a/call.wav", "call.wav", "01", "Ann", {"rate": 50.0})
    results = write_results([one, Take("t1", "b/again.wav", "again.wav", "01", "", {"rate": 50.0})])
    file = tmp_path / "g.csv"
    file.write_text(HEADER + "call.wav,Li,rate,60\nagain.wav,Wu,rate,70\n", encoding="utf-8")
    done = run(results, "--grades", file, "--out", tmp_path / "a.csv")
    assert done.exit_code == 0, done.output
    (row,) = records(tmp_path / "a_takes.csv")
    assert (row["take"], row["trainee"], row["Li"], row["Wu"]) == ("t1", "Ann", "60.0", "70.0")
    file.write_text(HEADER + "call.wav,Li,rate,60\nagain.wav,Li,rate,70\n", encoding="utf-8")
    assert run(results, "--grades", file).exit_code == 2
