"""The page on the columns of a cohort's results, out of ``columns.toml``."""

import tomllib
from importlib.resources import files

from generators.markdown import plain, table
from voicecoach.cohort.rows import columns_of
from voicecoach.rubric import load_rubric, profiles

INTRO = """# Columns of a cohort's results

`results.csv`, `results.xlsx` and `results.parquet` have a row a take and the same columns: with the rubric
{counts}. The workbook's second sheet holds this list as well. A cell is empty where there
is no figure; missing is not zero.
"""
GROUPS = {
    "take": ("Of the take 录音", ""),
    "requirement": ("Of each requirement 每项要求", "requirement"),
    "criterion": ("Of each row 每个指标", "row"),
}


def pages() -> dict[str, str]:
    """Path of the page and its Markdown."""
    known = tomllib.loads(files("voicecoach.cohort").joinpath("columns.toml").read_text(encoding="utf-8"))
    counts = ", ".join(f"`{name}` {len(columns_of(load_rubric(name)))}" for name in profiles())
    parts = [INTRO.format(counts=counts)]
    for group, meanings in known.items():
        title, prefix = GROUPS[group]
        parts.append(f"## {title}")
        if prefix:
            parts.append(f"`{prefix.upper()}` stands for the {prefix}'s id, see [the rubric](rubrics/etiquette.md).")
        rows = [
            [f"`{f'{prefix.upper()}_' if prefix else ''}{name}`", plain(text["zh"].replace("{title}", "……")),
             plain(text["en"].replace("{title}", "…"))]
            for name, text in meanings.items()
        ]  # fmt: skip
        parts.append(table(["column", "中文", "English"], rows))
    return {"columns.md": "\n\n".join(parts) + "\n"}
