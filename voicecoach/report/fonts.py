"""The Chinese font that travels with the package, and the small cut of it that travels with each page."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

FAMILY = "Voicecoach Sans SC"
FIRST_CJK = 0x2460  # enclosed numbers and everything after them: every Latin font draws the dashes and arrows before
CHINESE_QUOTES = frozenset(map(ord, "“”"))  # as wide as a hanzi here; the English words have straight ones


def font_path() -> Path:
    """Where the font file lies: 7600 characters (GB 2312 and Latin-1) of Noto Sans SC, OFL 1.1.

    Notes
    -----
    For matplotlib: ``font_manager.fontManager.addfont(font_path())`` and ``font.family = ["DejaVu Sans", FAMILY]``.

    Examples
    --------
    >>> font_path().name
    'voicecoach-sans-sc.otf'
    """
    return Path(str(files("voicecoach.report").joinpath("vendor/voicecoach-sans-sc.otf")))


@cache
def covered() -> frozenset[int]:
    """Code points that the font can draw.

    Examples
    --------
    >>> ord("语") in covered(), ord("🙂") in covered()
    (True, False)
    """
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def cut(text: str) -> bytes:
    """The font reduced to the Chinese characters and signs in ``text``, as WOFF 1.0.

    It holds nothing that a Latin font draws, so that a page can name it first in its list of fonts, and must: Chromium
    shapes a text before a font that is named later is there, and keeps the boxes.

    WOFF 1.0 is zlib-compressed and read by every browser since 2012; WOFF 2 would need brotli. Characters that
    GB 2312 does not hold (emoji, rare hanzi) are left to the reader's fonts. Same text, same bytes.

    Examples
    --------
    >>> cut("语速")[:4]
    b'wOFF'
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    used = {ord(char) for char in text}
    wanted = sorted({code for code in used if code >= FIRST_CJK or code in CHINESE_QUOTES} & covered())
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    woff = BytesIO()
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(woff)
    return woff.getvalue()
