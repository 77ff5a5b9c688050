"""The READMEs tell the truth: what they show exists and runs, and both languages say the same."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import voicecoach
from voicecoach.cli import app
from voicecoach.rubric.curve import target

ROOT = Path(__file__).parents[1]
EN, ZH = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
BOTH = pytest.mark.parametrize("text", [EN, ZH], ids=["en", "zh"])


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language ("" for none), in order."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    return [body for named, body in fenced if named == language]


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text))


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_two_commands_are_one_line_each_and_the_same_in_both() -> None:
    commands = blocks(EN, "sh")
    assert blocks(ZH, "sh") == commands
    assert [command.count("\n") for command in commands] == [1, 1]
    assert "grade sample_audio/" in commands[0]
    assert "pytest" in commands[1]


@BOTH
def test_what_it_links_to_is_there(text: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    named = re.findall(r"`((?:benchmarks|voicecoach|notebooks|tracks)/[\w./]+)[`\s]", text)
    assert links
    for path in [*links, *named]:
        assert (ROOT / path).exists() or (ROOT / "voicecoach" / path).exists(), path


@BOTH
def test_the_commands_and_options_exist(text: str) -> None:
    from typer.main import get_command

    top = get_command(app)
    lines = [line for block in blocks(text, "") for line in block.splitlines() if line.startswith("voicecoach ")]
    assert len(lines) >= 8
    for line in lines:
        words = re.split(r"\s{3,}", line)[0].split()
        command = top.commands[words[1]]  # type: ignore[attr-defined]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


@BOTH
def test_every_scored_row_is_in_the_table_with_its_band_and_weight(text: str) -> None:
    """In the table's own writing: `row` 0.7-1.3 s (35)."""
    rubric = voicecoach.load_rubric()
    scored = [row for row in rubric.criteria if row.weight]
    assert len(re.findall(r"`\w+`†? [^<|]*[(（]\d+[)）]", text)) == len(scored)
    for row in scored:
        found = re.search(rf"`{row.id}`(†?) ([^<|]*?)[(（](\d+)[)）]", text)
        assert found, row.id
        own_voice, band, weight = found.groups()
        low, high = target(row.curve)  # type: ignore[arg-type]
        shown = [float(number.replace("−", "-")) for number in re.findall(r"−?\d+(?:\.\d+)?", band)]
        assert shown[: 2 if None not in (low, high) else 1] == [edge for edge in (low, high) if edge is not None], (
            row.id
        )
        assert int(weight) == round(100 * row.weight), row.id
        assert bool(own_voice) == ("baseline_s" in row.needs), row.id


def test_both_quote_the_same_figures() -> None:
    for en, zh in [("How right it is", "准不准"), ("How a score comes about", "分数是怎么来的")]:
        assert numbers(section(EN, en)) == numbers(section(ZH, zh)), en


def test_the_python_examples_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    example, research = blocks(EN, "python")
    for en, zh in zip((example, research), blocks(ZH, "python"), strict=True):
        assert [line.split("  #")[0] for line in en.splitlines()] == [line.split("  #")[0] for line in zh.splitlines()]
    (tmp_path / "sample_audio").symlink_to(ROOT / "sample_audio")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(example, names)
    printed = capsys.readouterr().out
    assert "intonation" in printed
    assert names["report"].overall.score > 0  # type: ignore[attr-defined]
    pytest.importorskip("praatio")
    exec(research, names)
    assert 1 < float(capsys.readouterr().out) < 15
    assert len(names["table"]) == 2  # type: ignore[arg-type]
    assert {path.name for path in tmp_path.iterdir()} >= {"pitch.png", "on_target.TextGrid"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_accuracy_table_holds_the_figures_of_the_csv(lang: str, script: Callable[[str], ModuleType]) -> None:
    readme_table = script("benchmarks/readme_table.py")
    text = {"en": EN, "zh": ZH}[lang]
    lines = readme_table.figures(ROOT / "benchmarks" / "accuracy.csv")
    assert text.count("<!-- accuracy:") == 1
    assert readme_table.renewed(text, lines, lang) == text
