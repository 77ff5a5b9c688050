"""What a notebook shows of a recording, a track and a report: complete in itself, both languages, nothing unescaped."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import voicecoach as vc
from voicecoach import notebook

RATE = 16000
SAMPLES = Path(__file__).parents[1] / "sample_audio"


class Elements(HTMLParser):
    """Elements with their attributes, all texts, and whether every element was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def buzz(seconds: float, name: str = "buzz") -> vc.Recording:
    t = np.arange(int(seconds * RATE)) / RATE
    return vc.from_array(0.3 * np.sign(np.sin(2 * np.pi * 150 * t)), RATE, name=name)


def outside(elements: Elements) -> list[str]:
    """Addresses that an element asks for and does not hold itself."""
    asked = [value or "" for _, given in elements.found for key, value in given.items() if key in ("src", "href")]
    return [address for address in asked if not address.startswith("data:")]


def test_a_recording_shows_its_waveform_and_a_player() -> None:
    seen = Elements(buzz(2, name="<b>王</b>.wav")._repr_html_())
    assert [tag for tag, _ in seen.found if tag in ("img", "audio", "script")] == ["img", "audio"]
    sound = dict(seen.found)["audio"]
    assert "controls" in sound
    assert (sound["src"] or "").startswith("data:audio/mpeg;base64,")
    assert outside(seen) == []
    assert "<b>王</b>.wav" in seen.text


def test_a_long_recording_has_no_player_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "LONGEST_S", 1.0)
    seen = Elements(buzz(2)._repr_html_())
    assert "audio" not in dict(seen.found)
    assert "15 minutes" in seen.text


def test_a_track_shows_its_plot() -> None:
    seen = Elements(vc.tracks(buzz(1)).f0._repr_html_())
    assert [tag for tag, _ in seen.found] == ["img"]
    assert outside(seen) == []


def test_a_report_shows_its_six_cards_in_both_languages() -> None:
    report = vc.grade(vc.load(SAMPLES / "rushed.flac"))
    seen = Elements(report._repr_html_())
    assert outside(seen) == []
    assert not {"script", "link"} & {tag for tag, _ in seen.found}
    family = re.search(r'^@font-face{font-family:"([^"]+)";src:url\(data:font/woff;base64,[^)]+\)}', seen.text)
    assert family is not None
    styles = [given.get("style") or "" for _, given in seen.found]
    assert any(f"'{family[1]}'" in style for style in styles)  # Chinese where the machine has no Chinese font
    for requirement in report.requirements:
        for language in ("zh", "en"):
            assert requirement.words["title"][language] in seen.text
            heard = report.criterion(requirement.lead).words["heard"]
            assert heard is None or heard[language] in seen.text
    assert report.summary["sentence"]["zh"] in seen.text
    assert f"{report.overall.score:.0f}" in seen.text


def test_a_report_that_could_not_be_scored_says_why() -> None:
    report = vc.grade(buzz(2))
    seen = Elements(report._repr_html_())
    assert seen.text.count("not scored") == sum(one.score is None for one in report.requirements)
    for one in report.requirements:
        assert one.words["reason"] is None or one.words["reason"]["en"] in re.sub(r"\s+", " ", seen.text)


def test_other_values_are_refused() -> None:
    with pytest.raises(TypeError, match="int"):
        notebook.html_of(3)


def test_nothing_is_drawn_before_somebody_looks() -> None:
    script = (
        "import sys, numpy as np, voicecoach as vc\n"
        "recording = vc.from_array(np.zeros(16000), 16000)\n"
        "print(sorted({'matplotlib', 'jinja2', 'voicecoach.notebook'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
