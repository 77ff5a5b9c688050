"""The glossary, out of ``docs/glossary.toml``."""

import tomllib
from pathlib import Path

from generators.markdown import plain, table

FILE = Path(__file__).parents[1] / "glossary.toml"


def pages() -> dict[str, str]:
    """Path of the page and its Markdown."""
    groups = tomllib.loads(FILE.read_text(encoding="utf-8"))
    parts = ["# Glossary 术语", "The field's words as this project uses them, in both languages."]
    for group in groups["group"]:
        parts.append(f"## {group['en']} {group['zh']}")
        rows = [
            [
                f'<span id="{one["id"]}"></span>**{plain(one["term_zh"])}**<br>{plain(one["term_en"])}',
                plain(one["zh"]), plain(one["en"]), link(one),
            ]
            for one in groups["term"] if one["group"] == group["id"]
        ]  # fmt: skip
        parts.append(table(["term 术语", "中文", "English", "in voicecoach"], rows))
    return {"glossary.md": "\n\n".join(parts) + "\n"}


def link(term: dict[str, str]) -> str:
    """Where the term is at home here: a row of the rubric, a name of the reference, or nowhere."""
    if row := term.get("row"):
        return f"[`{row}`](rubrics/etiquette.md#{row})"
    if name := term.get("name"):
        return f"[`{name}`][voicecoach.{name}]"
    return ""
