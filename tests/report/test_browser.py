"""The page as a person meets it: in Chromium, from a file, with nothing else to load."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest

from voicecoach.report.audio import embed
from voicecoach.report.html import render

pytestmark = pytest.mark.browser
Report = dict[str, Any]
Open = Callable[..., Any]

# Whether characters are drawn as themselves: each on a canvas, in the page's own font list; equal pictures are tofu.
DISTINCT = """([text, family]) => {
  const font = family || getComputedStyle(document.documentElement).fontFamily;
  const draw = (char) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 40;
    const pen = canvas.getContext("2d");
    pen.font = "32px " + font;
    pen.fillText(char, 2, 34);
    return canvas.toDataURL();
  };
  return new Set([...new Set(text)].map(draw)).size;
}"""


@pytest.fixture(scope="module")
def sound(voice: tuple[np.ndarray, int]) -> tuple[str, bytes]:
    return embed(*voice)


@pytest.fixture
def opened(new_page: Callable[..., Any], tmp_path: Path, sound: tuple[str, bytes]) -> Open:
    """Open a report's page."""

    def open_page(
        report: Report, *, lang: str = "en", voice: bool = True, width: int = 1280, scripts: bool = True
    ) -> Any:
        path = tmp_path / "录音 1.report.html"
        path.write_text(render(report, lang=lang, audio=sound if voice else None), encoding="utf-8")
        page = new_page(width=width, scripts=scripts)
        page.goto(path.as_uri())
        if scripts and voice:
            wait_until(page, "document.getElementById('player').readyState >= 1")
        return page

    return open_page


def wait_until(page: Any, expression: str, seconds: float = 8.0) -> None:
    """Poll: the page's own policy forbids the eval that playwright's wait_for_function needs."""
    for _ in range(int(seconds / 0.05)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true in {seconds} s: {expression}")


def now(page: Any) -> float:
    return float(page.evaluate("document.getElementById('player').currentTime"))


def playing(page: Any) -> bool:
    return bool(page.evaluate("!document.getElementById('player').paused"))


def wait_until_playing(page: Any) -> None:
    wait_until(page, "!document.getElementById('player').paused && document.getElementById('player').currentTime > 0")


def test_a_moment_plays_from_a_second_before_it(opened: Open, report: Report) -> None:
    page = opened(report)
    button = page.locator("#rate button[data-from]").first
    button.click()
    wait_until_playing(page)
    assert 20.3 <= now(page) <= 25.0  # the moment is 21.4 to 29.8
    assert button.get_attribute("aria-pressed") == "true"


def test_a_moment_stops_a_second_after_it(opened: Open, report: Report) -> None:
    page = opened(report)
    button = page.locator("article.small-card").get_by_role("button", name="Possibly an “um”")
    button.click()
    wait_until(page, "document.getElementById('player').currentTime > 33.7")  # the moment is 33.2 to 33.7
    wait_until(page, "document.getElementById('player').paused")
    assert now(page) == pytest.approx(34.7, abs=0.3)
    assert button.get_attribute("aria-pressed") == "false"


def test_pressing_a_playing_moment_stops_it_and_another_takes_over(opened: Open, report: Report) -> None:
    page = opened(report)
    first, second = page.locator("#rate button[data-from]").all()[:2]
    first.click()
    wait_until_playing(page)
    second.click()
    wait_until(page, "document.getElementById('player').currentTime > 69")
    assert first.get_attribute("aria-pressed") == "false"
    assert second.get_attribute("aria-pressed") == "true"
    second.click()
    assert not playing(page)


def test_clicking_the_timeline_plays_from_there(opened: Open, report: Report) -> None:
    page = opened(report)
    box = page.locator("#live").bounding_box()
    for share, height in ((0.25, 60), (0.9, 400)):  # the waveform, and a lane below it
        page.locator("#live").click(position={"x": box["width"] * share, "y": height})
        wait_until_playing(page)
        assert now(page) == pytest.approx(128 * share, abs=1.5)
        assert playing(page)


def test_clicking_a_mark_plays_the_finding(opened: Open, report: Report) -> None:
    page = opened(report)
    page.locator("#live .bar", has_text="5").click()
    wait_until_playing(page)
    assert 54.9 <= now(page) <= 57.0  # the fifth finding begins at 55 s


def test_zoomed_in_the_lanes_stay_under_the_wave(opened: Open, report: Report) -> None:
    page = opened(report)
    widths = "() => { const w = document.querySelector('#live > div').shadowRoot.querySelector('.wrapper');" \
             "return [w.clientWidth, w.querySelector('.lane-pitch svg').getBoundingClientRect().width]; }"  # fmt: skip
    before = page.evaluate(widths)
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    after = page.evaluate(widths)
    assert before[0] == pytest.approx(before[1], abs=1)
    assert after[0] == pytest.approx(after[1], abs=1)
    assert after[0] == pytest.approx(4 * before[0], rel=0.02)
    page.get_by_role("button", name="Show all").click()
    assert page.evaluate(widths)[0] == pytest.approx(before[0], abs=1)


def test_a_sample_plays_alone_beside_the_own_moment(opened: Open, report: Report) -> None:
    page = opened(report)
    own, sample = page.locator("#rate button[data-from]").first, page.locator("#rate button.sample")
    own.click()
    wait_until_playing(page)
    sample.click()
    wait_until(page, "!document.getElementById('clip-rate').paused")
    assert not playing(page)
    own.click()
    wait_until_playing(page)
    assert page.evaluate("document.getElementById('clip-rate').paused")


def test_the_language_switch_changes_every_word_without_loading(opened: Open, report: Report) -> None:
    page = opened(report, lang="en")
    sentence = report["summary"]["sentence"]
    assert page.locator("h1").inner_text() == sentence["en"]
    page.get_by_role("button", name="中文").click()
    assert page.locator("h1").inner_text() == sentence["zh"]
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    hidden = page.evaluate("[...document.querySelectorAll('.en')].filter(e => e.getClientRects().length).length")
    assert hidden == 0
    assert page.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "0:00"


def test_everything_works_from_the_keyboard(opened: Open, report: Report) -> None:
    page = opened(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("(e => e.dataset.show || e.dataset.from || e.dataset.zoom || e.id)(document.activeElement)")
        )
        if reached[-1] == "player":
            break
    assert {"zh", "en", "live", "in", "out", "fit", "player", "20.40"} <= set(reached)
    outline = page.evaluate("(e => { e.focus({focusVisible: true}); return getComputedStyle(e).outlineWidth })"
                            "(document.querySelector('button.moment'))")  # fmt: skip
    assert float(outline.rstrip("px")) >= 2
    page.keyboard.press(" ")  # on a focused moment
    wait_until_playing(page)
    assert now(page) == pytest.approx(54.0, abs=1.5)
    page.keyboard.press(" ")
    assert not playing(page)


def test_space_plays_and_arrows_jump(opened: Open, report: Report) -> None:
    page = opened(report)
    page.locator("body").press(" ")
    wait_until_playing(page)
    page.locator("body").press(" ")
    assert not playing(page)
    live = page.locator("#live")
    live.press("Home")
    live.press("ArrowRight")
    live.press("ArrowRight")
    live.press("ArrowLeft")
    assert now(page) == pytest.approx(5.0, abs=0.1)
    wait_until(page, "document.getElementById('live').getAttribute('aria-valuetext') === '0:05'")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", ["full", "nothing_judged", "wild_name", "telephone"])
def test_a_phone_never_scrolls_sideways(
    opened: Open, make_report: Callable[[str], Report], case: str, lang: str
) -> None:
    page = opened(make_report(case), lang=lang, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    small = page.evaluate("Math.min(...[...document.querySelectorAll('button')].map(b => b.getBoundingClientRect())"
                          ".filter(r => r.width).map(r => r.height))")  # fmt: skip
    assert small >= 34  # a finger finds it


def test_three_hours_open_too(opened: Open, make_report: Callable[[str], Report]) -> None:
    page = opened(make_report("three_hours"))
    assert page.locator("#live").is_visible()


def test_on_paper_there_are_charts_and_no_player(opened: Open, report: Report) -> None:
    page = opened(report)
    page.emulate_media(media="print")
    assert not page.locator(".player").is_visible()
    assert not page.locator("#live").is_visible()
    for lane in ("wave", "pitch", "pauses", "rate"):
        svg = page.locator(f".lane-{lane} svg").first
        assert svg.is_visible()
        assert svg.bounding_box()["height"] > 20
    assert page.evaluate("getComputedStyle(document.querySelector('.next')).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    assert page.pdf(format="A4", print_background=True).startswith(b"%PDF")


def test_without_the_voice_nothing_plays_and_all_is_drawn(opened: Open, report: Report) -> None:
    page = opened(report, voice=False)
    assert page.locator("audio").count() == 0
    assert page.locator("button.moment").count() == 0
    assert page.locator(".lane-pitch svg").is_visible()
    page.get_by_role("button", name="中文").click()
    assert page.locator("h1").inner_text() == report["summary"]["sentence"]["zh"]


def test_without_scripts_the_page_still_reads_and_sounds(opened: Open, report: Report) -> None:
    page = opened(report, scripts=False)
    assert page.locator("h1").inner_text() == report["summary"]["sentence"]["en"]
    assert page.locator(".lane-wave svg").is_visible()
    assert page.locator("#player").is_visible()


def test_a_hostile_name_stays_text(opened: Open, make_report: Callable[[str], Report]) -> None:
    page = opened(make_report("wild_name"))
    assert page.locator("img").count() == 0
    assert "onerror=alert(1)" in page.locator(".top bdi").inner_text()


def test_chinese_is_drawn_where_no_chinese_font_is_installed(
    launch: Callable[..., Any], report: Report, tmp_path: Path
) -> None:
    dejavu = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    config = tmp_path / "fonts.conf"
    config.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{dejavu}</dir>'
        f"<cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    path = tmp_path / "page.html"
    path.write_text(render(report, lang="zh"), encoding="utf-8")
    running = launch(env={**os.environ, "FONTCONFIG_FILE": str(config)})
    page = running.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    hanzi = "".join(sorted({char for char in page.locator("main").inner_text() if "一" <= char <= "鿿"}))
    assert len(hanzi) > 100
    assert page.evaluate(DISTINCT, ["语速停顿", "sans-serif"]) == 1  # without our font: four equal boxes
    assert page.evaluate(DISTINCT, [hanzi, None]) == len(hanzi)
    named = "selector => getComputedStyle(document.querySelector(selector)).fontFamily"
    for selector in ("h1", "[data-show=zh]"):  # what is shaped before the font is there is not shaped again
        assert page.evaluate(named, selector).startswith('"Voicecoach Sans SC"')
    running.close()
