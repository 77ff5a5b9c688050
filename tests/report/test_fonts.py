"""The Chinese font and its cut."""

import re
from importlib.resources import files
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from voicecoach.report.fonts import FAMILY, covered, cut, font_path

HANZI = "语速停顿语气语调音量清晰度达标接近需练习"


def family(font: TTFont) -> str:
    return str(font["name"].getDebugName(1))


def test_the_font_holds_gb2312() -> None:
    table = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
    assert {ord(char) for char in table} <= covered()


def test_the_font_is_small_and_renamed_and_keeps_its_licence() -> None:
    assert font_path().stat().st_size < 2_000_000
    with TTFont(font_path(), lazy=True) as font:
        assert family(font) == FAMILY
        assert "Adobe" in font["name"].getDebugName(0)
        assert "SIL Open Font License" in font["name"].getDebugName(13)


def test_a_cut_holds_what_the_text_uses_and_little_else() -> None:
    woff = cut(HANZI + "abc🙂")
    with TTFont(BytesIO(woff)) as font:
        cmap = font.getBestCmap()
    assert set(cmap) == {ord(char) for char in HANZI}
    assert len(woff) < 20_000


def test_a_page_can_name_the_cut_first_as_it_draws_nothing_latin() -> None:
    with TTFont(BytesIO(cut("Zoë – 3 → 4 … ≥ · “语”"))) as font:
        assert set(font.getBestCmap()) == {ord(char) for char in "“语”"}
    rules = files("voicecoach.report").joinpath("static/report.css").read_text(encoding="utf-8")
    assert re.findall(r'font-family: "?([^",]+)', rules) == [FAMILY]  # named later, it comes too late for Chromium


def test_same_text_same_bytes_whatever_its_order() -> None:
    assert cut(HANZI) == cut(HANZI[::-1])


@pytest.mark.parametrize("text", ["", "plain Latin", "🙂"])
def test_text_without_chinese_gives_a_font_all_the_same(text: str) -> None:
    assert cut(text).startswith(b"wOFF")


def test_matplotlib_reads_it() -> None:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(font_path()))
    assert font.family_name == FAMILY
    assert all(font.get_char_index(ord(char)) > 0 for char in HANZI)
