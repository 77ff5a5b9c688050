"""Make the Chinese font that ships with the package from the full Noto Sans SC.

    pip download --no-deps pylopdf-fonts-zh-cn==0.1.1 && unzip pylopdf_fonts_zh_cn-*.whl
    python voicecoach/report/vendor/build_font.py pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf

Kept: every character of GB 2312 (6763 hanzi and its 682 signs), Latin-1, and the signs of the pages. The family
is renamed, since "Noto" is a trademark and the OFL asks that changed fonts do not pass for the original.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Voicecoach Sans SC"
SIGNS = "–—‘’“”•…′″‰→←↑↓≈≤≥≠×÷±√∞■□●○◐▲△▶◆◇★☆✓❚⏸"


def gb2312() -> str:
    """All characters that the GB 2312 table assigns."""
    table = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in table)


def build(source: Path, target: Path) -> None:
    """Write the subset of ``source`` to ``target`` (same input, same bytes)."""
    latin = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)]))
    options = subset.Options(hinting=False, layout_features=["kern", "locl"], name_IDs=["*"], desubroutinize=False)
    options.drop_tables += ["DSIG", "VORG", "vhea", "vmtx", "BASE"]
    with TTFont(source, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=gb2312() + latin + SIGNS)
        subsetter.subset(font)
        for record in list(font["name"].names):
            if record.nameID in (1, 3, 4, 6, 16):
                record.string = FAMILY.replace(" ", "") if record.nameID == 6 else FAMILY
        cff = font["CFF "].cff
        cff.fontNames = [FAMILY.replace(" ", "")]
        top = cff.topDictIndex[0]
        top.FullName = top.FamilyName = FAMILY
        font.save(target)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(__file__).with_name("voicecoach-sans-sc.otf"))
