"""The page as text: complete, well formed, self-contained, escaped, the same twice."""

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from voicecoach.report.audio import embed
from voicecoach.report.html import render
from voicecoach.words import LANGUAGES

Report = dict[str, Any]
SHORT = ("audio/mpeg", b"\xff\xfb\x10\xc4" + bytes(500))  # stands for a recording where nothing is played
SHORT_BASE64 = base64.b64encode(SHORT[1]).decode()
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """Fails on tags that do not close in order; gathers addresses, ids and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "poster", "srcset"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a start"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


@pytest.mark.parametrize("audio", [None, SHORT], ids=["no audio", "audio"])
def test_every_case_renders_whole_and_well_formed(any_report: Report, audio: tuple[str, bytes] | None) -> None:
    found = outline(render(any_report, lang="zh", audio=audio))
    assert len(found.ids) == len(set(found.ids))
    anchors = {address[1:] for address in found.addresses if address.startswith("#")}
    assert anchors <= set(found.ids)
    text = "".join(found.text)
    for title in (row["words"]["title"] for row in any_report["criteria"]):
        assert title["zh"] in text
        assert title["en"] in text
    assert not re.search(r"\b(None|nan|Undefined)\b", text)


def test_nothing_is_fetched_from_anywhere(report: Report) -> None:
    html = render(report, audio=SHORT)
    assert all(address.startswith(("data:", "#")) for address in outline(html).addresses)
    outside_scripts = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r"https?://|url\((?!data:)|@import", outside_scripts)
    assert "default-src 'none'" in html
    assert "connect-src" not in html  # falls back to none


def test_the_only_script_that_may_run_is_ours(report: Report) -> None:
    html = render(report, audio=SHORT)
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.S)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html


def test_text_of_the_report_is_never_markup(make_report: Callable[[str], Report]) -> None:
    html = render(make_report("wild_name"), audio=SHORT)
    assert "<img" not in html
    assert "<b>x" not in html
    assert "<b>甲" not in html
    assert html.count("</script>") == 2  # the data and the script
    assert html.count("<!--") == html.count("&lt;!--") == 0 or "&lt;!--font--&gt;" in html
    assert "{{ 7*7 }}" in html


def test_same_report_same_page(report: Report) -> None:
    assert render(report, audio=SHORT) == render(report, audio=SHORT)


def test_rendering_leaves_the_report_alone(report: Report) -> None:
    before = repr(report)
    render(report, audio=SHORT)
    assert repr(report) == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_language_is_the_one_asked_for(report: Report, lang: str) -> None:
    html = render(report, lang=lang)
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}" data-lang="{lang}">' in html


def test_the_reports_own_language_is_the_default_and_others_are_refused(report: Report) -> None:
    assert 'data-lang="en">' in render(report | {"lang": "en"})
    with pytest.raises(ValueError, match="expected one of"):
        render(report, lang="de")


def test_first_screen_is_in_the_order_that_the_reader_needs(report: Report) -> None:
    html = render(report, lang="en")
    summary = report["summary"]
    parts = [
        summary["sentence"]["en"],
        summary["strength"]["words"]["en"],
        summary["next"]["words"]["en"],
        "5 of 6 judged",
        "Good recording",
        'id="rate"',
        'id="secondary-title"',
        'id="timeline-title"',
        'id="limits-title"',
        'id="used-title"',
    ]
    places = [html.index(part) for part in parts]
    assert places == sorted(places)


def test_band_comes_in_words_before_digits(report: Report) -> None:
    card = render(report, lang="en").split('id="rate"')[1].split("</header>")[0]
    assert card.index("practise") < card.index("47")


def test_without_the_voice_there_are_times_and_no_player(report: Report) -> None:
    html = render(report)
    found = outline(html)
    assert "audio" not in found.tags
    assert 'class="moment" data-from' not in html
    assert "<time>0:21</time>" in html
    assert "This page contains no recording" in html
    assert "audio/mpeg" not in html


def test_with_the_voice_the_page_says_that_it_holds_one(report: Report) -> None:
    html = render(report, audio=SHORT)
    assert "本页包含录音" in html
    assert 'data-from="20.40" data-until="30.80"' in html  # a second before and after 21.4 to 29.8


def test_advice_of_a_card_fits_its_band(report: Report) -> None:
    def card(band: str | None, advice: bool) -> str:
        row = next(row for row in report["requirements"] if row["id"] == "loudness")
        row["band"] = band
        lead = next(row for row in report["criteria"] if row["id"] == "active_level")
        lead["words"]["advice"] = {"zh": "调高音量。", "en": "Turn it up."} if advice else None
        return render(report).split('id="loudness"')[1].split("</article>")[0]

    assert "Keep doing this" in card("on_target", advice=False)
    assert "Turn it up." in card("close", advice=True)
    assert "Listen to your own moments" in card("practise", advice=False)
    assert "Nothing to change yet" in card(None, advice=False)


def test_limits_are_stated(report: Report) -> None:
    html = render(report)
    for sentence in ("不用于招聘、薪酬或处分", "not for hiring, pay or discipline", "only in scripted practice",
                     "只有照稿练习时才能判断", "estimated from the voice", "根据声音估计"):  # fmt: skip
        assert sentence in html


def test_what_was_used_is_named(make_report: Callable[[str], Report]) -> None:
    report = make_report("telephone")
    html = render(report)
    for part in (report["recording"]["sha256"], report["rubric"]["sha256"], report["baseline"]["sha256"],
                 "voicecoach 0.1.0", "pause_min_s = 0.3", "left channel judged"):  # fmt: skip
        assert part in html


def test_samples_play_only_where_a_requirement_is_weak(report: Report) -> None:
    found = outline(render(report, audio=SHORT))
    clips = {name for name in found.ids if name.startswith("clip-")}
    weak = {f"clip-{row['id']}" for row in report["requirements"] if row["band"] in ("close", "practise")}
    assert clips == weak == {"clip-rate", "clip-pause", "clip-tone"}


def test_three_minutes_stay_under_three_megabytes(make_report: Callable[[str], Report]) -> None:
    report = make_report("full")
    report["recording"]["duration_s"] = 180.0
    for row in report["requirements"]:
        row["band"] = "practise"  # every sample clip is in it
    noise = np.random.default_rng(1).normal(0, 0.1, 180 * 16000).astype(np.float32)
    assert len(render(report, audio=embed(noise, 16000)).encode()) < 3_000_000
