"""The progress page: whole, self-contained, in both languages, and as a person meets it in Chromium."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicecoach.progress import progress
from voicecoach.progress.page import render
from voicecoach.progress.playlist import Sound, chosen
from voicecoach.progress.records import Progress
from voicecoach.report.audio import embed
from voicecoach.words import catalogue

from .conftest import NOW, Told, entry

TEMPLATES = Path(__file__).parents[2] / "voicecoach/progress/templates"


@pytest.fixture
def found(told: Told) -> Progress:
    older = told("rushed") | {"voicecoach": "0.0.1"}
    takes = [older, told("rushed"), told("rushed"), told("monotone"), told(), told()]
    return progress([entry(report, len(takes) - n) for n, report in enumerate(takes)], NOW)


@pytest.fixture
def sounds() -> list[Sound]:
    """Two voices that can be told apart by eye: 12 s and 9 s, three and two sentences."""
    made = []
    for take, seconds in ((1, 12), (5, 9)):
        at = np.arange(seconds * 16000) / 16000
        mime, data = embed((0.1 * np.sin(2 * np.pi * 220 * at)).astype(np.float32), 16000)
        sentences = tuple((3.0 * n + 0.5, 3.0 * n + 2.5) for n in range(seconds // 3))
        moments = {"rate": ((1.0, 2.0, {"zh": "快</script>", "en": "fast</script>"}),), "pause": ()}
        made.append(Sound(take, mime, data, float(seconds), tuple([0.1, 0.9] * 50), sentences, moments))
    return made


def test_every_word_of_the_page_is_in_the_word_files() -> None:
    said = set()
    for template in TEMPLATES.glob("*.html"):
        said |= set(re.findall(r'\bt\("(\w+)"', template.read_text(encoding="utf-8")))
    assert len(said) > 40
    known = catalogue("zh")["progress"]
    assert {code for code in said if code not in known and not code.endswith("_")} == set()
    for reason in ("rubric", "version", "settings", "line", "baseline", "gain", "not_judged", "recording", "few_rows"):
        assert f"why_{reason}" in known


def test_the_page_is_whole_and_asks_for_nothing(found: Progress, sounds: list[Sound]) -> None:
    page = render(found, "<王芳>", "id", lang="zh", sounds=sounds, links={found.takes[0].id: "file:///a.html"})
    assert "<王芳>" not in page
    assert "&lt;王芳&gt;" in page
    assert not re.search(r"(None|nan|Undefined)<", page)
    outside_scripts = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert "<!--" not in outside_scripts
    addresses = re.findall(r' (?:src|href)="([^"]*)"', outside_scripts)
    assert len(addresses) > 6
    assert all(one.startswith(("data:", "#", "file:///a.html")) for one in addresses)
    assert "fast</script>" not in page
    assert page == render(found, "<王芳>", "id", lang="zh", sounds=sounds, links={found.takes[0].id: "file:///a.html"})
    with pytest.raises(ValueError, match="expected one of"):
        render(found, "x", "id", lang="fr")


def test_one_take_makes_a_page_too(told: Told) -> None:
    page = render(progress([entry(told(), 1)], NOW), "Ana", "id", lang="en")
    assert "One take so far" in page
    assert "This page holds no recordings." in page


def test_the_page_holds_the_newest_the_first_and_the_bests(told: Told) -> None:
    takes = [told("rushed")] * 4 + [told()] * 8
    found = progress([entry(report, len(takes) - n) for n, report in enumerate(takes)], NOW)
    bests = {one.best for one in found.courses if one.best is not None}
    assert bests
    assert {0, 11} | bests <= set(chosen(found))
    assert len(chosen(found)) == 6
    assert chosen(found, most=1) == (11,)
    assert chosen(found, seconds=130.0) == (0, 11)
    assert chosen(found, seconds=1.0) == (11,)


@pytest.fixture
def opened(new_page: Callable[..., Any], tmp_path: Path, found: Progress, sounds: list[Sound]) -> Callable[..., Any]:
    """Open the page."""

    def open_page(lang: str = "en", width: int = 1280) -> Any:
        path = tmp_path / "progress.html"
        path.write_text(render(found, "王芳", "id", lang=lang, sounds=sounds), encoding="utf-8")
        page = new_page(width=width)
        page.goto(path.as_uri())
        return page

    return open_page


def until(page: Any, expression: str, seconds: float = 10.0) -> None:
    for _ in range(int(seconds / 0.05)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true in {seconds} s: {expression}")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_fits_every_screen_in_both_languages(opened: Callable[..., Any], lang: str, width: int) -> None:
    page = opened(lang, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    six = {"zh": "六项要求", "en": "The six requirements"}
    for shown_lang, other_lang in (("zh", "en"), ("en", "zh")):
        word, other = six[shown_lang], six[other_lang]
        page.click(f"[data-show={shown_lang}]")
        shown = page.locator("main").inner_text()
        assert word in shown
        assert other not in shown
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
def test_dots_lie_on_the_plot_and_their_heights_are_their_scores(opened: Callable[..., Any], found: Progress) -> None:
    page = opened()
    tops = page.evaluate("""[...document.querySelectorAll("#rate > svg .dot")].map(d => {
      const a = d.getBoundingClientRect(), b = d.closest("svg.course").getBoundingClientRect();
      return (a.top + a.bottom) / 2 - b.top;
    })""")
    scores = [point.score for point in next(one for one in found.courses if one.id == "rate").points]
    assert len(tops) == len(scores) == 6
    for top, score in zip(tops, scores, strict=True):
        assert top == pytest.approx(8 + 112 * (1 - score / 100), abs=1.0)  # type: ignore[operator]


@pytest.mark.browser
def test_two_takes_play_one_after_the_other_at_the_same_sentence(opened: Callable[..., Any]) -> None:
    page = opened()
    assert page.locator("#pick-0 option").count() == 2
    page.click("#later")
    assert "Sentence 2" in page.locator("#sentence").inner_text()
    page.evaluate("""() => { window.begun = [];
      for (const a of document.querySelectorAll("audio"))
        a.addEventListener("playing", () => window.begun.push([a.id, Math.round(a.currentTime * 10) / 10])); }""")
    page.click("#sentence-both")
    until(page, "window.begun.length >= 2")
    begun = page.evaluate("window.begun")
    assert [one[0] for one in begun] == ["audio-1", "audio-5"]
    for _, at in begun:
        assert at == pytest.approx(3.5, abs=0.3)
    until(page, "[...document.querySelectorAll('audio')].every(a => a.paused)")
    assert page.evaluate("document.getElementById('audio-5').currentTime") == pytest.approx(5.5, abs=0.4)
    assert page.locator("#later").is_enabled()  # the shorter take has three sentences
    page.click("#later")
    assert page.locator("#later").is_disabled()


@pytest.mark.browser
def test_moments_stand_side_by_side_and_stop_stops(opened: Callable[..., Any]) -> None:
    page = opened()
    assert page.locator("#moments-0 button").count() == page.locator("#moments-1 button").count() == 1
    page.click("#moments-1 button")
    until(page, "!document.getElementById('audio-5').paused")
    page.click("#stop")
    until(page, "document.getElementById('audio-5').paused")
    page.click("[data-requirement=pause]")
    assert page.locator("#moments-0").inner_text() == "no marked moment"
    page.select_option("#pick-0", "1")
    assert page.locator("#pick-1").input_value() == "0"  # never the same take twice


@pytest.mark.browser
def test_a_dot_leads_to_its_report(browser: Any, tmp_path: Path, found: Progress) -> None:
    target = tmp_path / "report.html"
    target.write_text("<title>the report</title>", encoding="utf-8")
    path = tmp_path / "progress.html"
    links = {take.id: target.as_uri() for take in found.takes}
    path.write_text(render(found, "王芳", "id", lang="en", links=links), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.locator("#rate > svg a").last.click()
    until(page, "document.title === 'the report'")
    page.close()
