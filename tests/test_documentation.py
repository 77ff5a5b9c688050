"""The documentation builds strictly, fetches nothing, and holds every command, option, row and public name.

What must be in it is asked of the program by another way than the pages are made: help as the terminal prints it, the
rubric files as they stand, ``__all__``.
"""

import dataclasses
import doctest
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import voicecoach
from voicecoach import plots
from voicecoach.cli import app
from voicecoach.rubric import Criterion, Requirement

ROOT = Path(__file__).parents[1]
RUBRICS = ROOT / "voicecoach" / "rubric"
Pages = dict[str, str]

pytest.importorskip("material", reason="mkdocs-material is not installed (extra docs): documentation not built")
pytest.importorskip("mkdocstrings_handlers.python", reason="mkdocstrings is not installed: documentation not built")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as CI builds it; with no way to any network."""
    site = tmp_path_factory.mktemp("site")
    nowhere = "http://127.0.0.1:9"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "http_proxy": nowhere, "https_proxy": nowhere},
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return site


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    """Every page of the site by its path."""
    return {str(file.relative_to(site)): file.read_text(encoding="utf-8") for file in site.rglob("*.html")}


def sections(page: str) -> dict[str, str]:
    """What stands under each heading, up to the next, by the heading's id."""
    parts = re.split(r'<h[1-6] id="([^"]+)"', page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def visible(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def words_under(page: str, ids: Iterable[str]) -> dict[str, int]:
    """How many words stand under each of these headings; none where the heading is missing."""
    found = sections(page)
    return {id: len(visible(found.get(id, "")).split()) for id in ids}


def helps(names: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Every command that help names, and the options that its help names."""
    from typer.testing import CliRunner

    told = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}).output
    above, _, below = told.partition("─ Commands ─")
    options = above.partition("Options ─")[2]
    yield " ".join(("voicecoach", *names)), set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", options))
    for command in re.findall(r"^\W+([a-z]+)  ", below, flags=re.MULTILINE):
        yield from helps((*names, command))


def undocumented(page: str, name: str, options: set[str]) -> set[str]:
    """The options that the section of a command does not explain, or the command where there is no section."""
    section = sections(page).get(name.replace(" ", "-"))
    if section is None:
        return {name}
    rows = re.findall(r"<tr>\s*<td>(.*?)</td>\s*<td>(.*?)</td>", section, flags=re.DOTALL)
    explained = {option for cell, meaning in rows if visible(meaning) for option in re.findall(r"--[a-z-]+", cell)}
    return options - explained


def test_every_command_and_option_is_explained(pages: Pages) -> None:
    found = dict(helps())
    assert {"voicecoach grade", "voicecoach rubric check", "voicecoach cohort"} <= set(found)
    assert sum(map(len, found.values())) > 60
    left = {name: undocumented(pages["cli.html"], name, options) for name, options in found.items()}
    assert {name: options for name, options in left.items() if options} == {}


def test_a_missing_command_or_option_is_noticed(pages: Pages) -> None:
    page = pages["cli.html"]
    assert undocumented(page, "voicecoach grade", {"--lang", "--no-such-thing"}) == {"--no-such-thing"}
    assert undocumented(page, "voicecoach sing", set()) == {"voicecoach sing"}
    without = re.sub(r"<tr>\s*<td><code>--baseline.*?</tr>", "", page, flags=re.DOTALL)
    assert undocumented(without, "voicecoach grade", {"--lang", "--baseline"}) == {"--baseline"}


def row_ids(name: str) -> set[str]:
    """Ids of a rubric file's rows, with those of the file that it extends."""
    table = tomllib.loads((RUBRICS / f"{name}.toml").read_text(encoding="utf-8"))
    own = {row["id"] for row in table["criterion"]}
    return own | (row_ids(table["extends"]) if "extends" in table else set())


@pytest.mark.parametrize("name", ["etiquette", "contemporary"])
def test_every_row_has_its_words_in_both_languages(pages: Pages, name: str) -> None:
    rows = row_ids(name)
    assert len(rows) > 40
    found = sections(pages[f"rubrics/{name}.html"])
    assert rows - set(found) == set()
    for row in rows:
        told = visible(found[row])
        criterion = voicecoach.load_rubric(name).criterion(row)
        assert criterion is not None
        for words in (criterion.title, criterion.statement, criterion.known_error):
            for text in (words.zh, words.en):
                plain = re.sub(r"\{(\w+)[^}]*\}", r"‹\1›", text).replace("`", "")
                assert " ".join(plain.split()) in told, (row, text)


def test_all_rubric_files_have_a_page() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for file in RUBRICS.glob("*.toml"):
        assert f"rubrics/{file.stem}.md" in nav


def test_every_public_name_is_in_the_reference(pages: Pages) -> None:
    page = pages["reference/index.html"]
    assert [f"voicecoach.{name}" for name in voicecoach.__all__ if f'id="voicecoach.{name}"' not in page] == []
    titled = [f"voicecoach.{name}" for name in voicecoach.__all__ if name not in ("__version__", "plots")]
    told = words_under(page, titled)
    assert {name: count for name, count in told.items() if count < 5} == {}
    figures = words_under(pages["reference/plots.html"], [f"voicecoach.plots.{name}" for name in plots.__all__])
    assert {name: count for name, count in figures.items() if count < 20} == {}
    assert words_under(page, ["voicecoach.no_such_name"]) == {"voicecoach.no_such_name": 0}


def test_every_measure_behind_a_row_is_in_the_reference(pages: Pages) -> None:
    measures = {row.measure.replace(":", ".") for row in voicecoach.load_rubric().criteria}
    told = words_under(pages["reference/measures.html"], [f"voicecoach.measures.{name}" for name in measures])
    assert {name: count for name, count in told.items() if count < 15} == {}


def explained(page: str) -> set[str]:
    """The names in the first column of tables whose last column says something."""
    rows = [re.findall("<td>(.*?)</td>", row, flags=re.DOTALL) for row in re.findall("(?s)<tr>(.*?)</tr>", page)]
    return {visible(row[0]) for row in rows if row and visible(row[-1])}


def test_every_setting_and_every_field_of_a_rubric_is_explained(pages: Pages) -> None:
    settings = {field.name for field in dataclasses.fields(voicecoach.Settings)}
    assert settings - explained(pages["reference/settings.html"]) == set()
    format_page = sections(pages["rubrics/format.html"])
    for id, model, elsewhere in [
        ("criterion", Criterion, {"function", "codes"}),
        ("requirement", Requirement, set()),
        ("the-file", voicecoach.Rubric, {"requirements", "criteria", "sha256"}),
    ]:
        assert set(model.model_fields) - elsewhere - explained(format_page[id]) == set()
    assert explained("<tr> <td><code>a</code></td> <td>text</td> <td></td> </tr>") == set()


def test_every_column_of_a_cohort_has_its_meaning(pages: Pages) -> None:
    known = tomllib.loads((ROOT / "voicecoach" / "cohort" / "columns.toml").read_text(encoding="utf-8"))
    told = visible(pages["columns.html"])
    for prefix, group in [("", "take"), ("REQUIREMENT_", "requirement"), ("ROW_", "criterion")]:
        for name, meaning in known[group].items():
            assert f" {prefix}{name} " in told
            assert " ".join(meaning["zh"].replace("{title}", "……").replace("`", "").split())[:12] in told


def test_the_glossary_has_both_languages_and_the_fields_terms(pages: Pages) -> None:
    terms = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))["term"]
    ids = [term["id"] for term in terms]
    assert len(ids) == len(set(ids))
    asked = {"f0", "ipu", "articulation-rate", "ltas", "cpps", "lufs", "semitone", "snr", "rt60", "kappa", "icc"}
    assert asked <= set(ids)
    for term in terms:
        assert re.search("[一-鿿]", term["zh"]), term["id"]
        assert not re.search("[一-鿿]", term["en"].replace("字", "").replace("嗯", "")), term["id"]
        assert f'id="{term["id"]}"' in pages["glossary.html"]


def test_the_accuracy_table_has_the_lines_of_the_readme(pages: Pages) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- accuracy: .*?-->\n(.*?)<!-- /accuracy -->", readme, flags=re.DOTALL)
    assert block is not None
    told = visible(pages["accuracy.html"])
    for line in block[1].splitlines()[2:]:
        assert " ".join(line.split("|")[4].split()) in told


def test_no_page_fetches_anything_and_nothing_is_left_to_fill_in(pages: Pages) -> None:
    for path, page in pages.items():
        fetched = re.findall(r'<(?:script|img|iframe|source)[^>]*\ssrc="([^"]+)"', page)
        fetched += re.findall(r'<link[^>]*rel="(?:stylesheet|preconnect|icon|preload)"[^>]*href="([^"]+)"', page)
        assert [url for url in fetched if re.match(r"(https?:)?//", url)] == [], path
        assert "<!-- quote" not in page, path


def test_no_markup_is_left_in_the_text(pages: Pages) -> None:
    for path, page in pages.items():
        text = visible(re.sub(r"(?s)<pre.*?</pre>|<code.*?</code>|<script.*?</script>", " # ", page))
        assert re.findall(r":\w+: #|``|\]\(|\]\[|\{ #\w|\*\*\w|:{3} ", text) == [], path


def test_the_font_has_all_the_chinese_that_the_pages_show(pages: Pages) -> None:
    from fontTools.ttLib import TTFont

    with TTFont(ROOT / "voicecoach" / "report" / "vendor" / "voicecoach-sans-sc.otf") as font:
        drawn = set(font.getBestCmap())
    shown = {letter for page in pages.values() for letter in re.findall("[　-〿㐀-鿿＀-￯]", visible(page))}
    assert len(shown) > 500
    assert sorted(letter for letter in shown if ord(letter) not in drawn) == []


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on a port of this machine, as ``mkdocs serve`` would have it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.browser
def test_chinese_is_drawn_and_found_and_nothing_comes_from_elsewhere(browser: Any, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(f"{address}/glossary.html")
    page.wait_for_function("[...document.fonts].some(one => one.family.includes('SC') && one.status === 'loaded')")
    box = page.locator("input.md-search__input")
    for query, found in [("语速", "语速"), ("articulation", "articulation_rate")]:
        box.click()
        box.fill(query)
        page.keyboard.press("Shift")  # the search listens to keys
        page.wait_for_selector(f".md-search-result__item:has-text('{found}')")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert failed == []
    page.close()


@pytest.mark.browser
def test_no_page_is_wider_than_a_phone(browser: Any, address: str, pages: Pages) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    for path in sorted(set(pages) - {"404.html"}):
        page.goto(f"{address}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.close()


@pytest.mark.parametrize("name", ["fields", "markdown", "numpydoc", "quoted"])
def test_the_examples_of_the_generators_are_right(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    result = doctest.testmod(importlib.import_module(f"generators.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_the_worked_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "measure.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(example, names)
    assert re.fullmatch(r"The longest stretch without a pause lasts \d+\.\d s\.\n", capsys.readouterr().out)
