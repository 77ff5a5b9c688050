"""Parts of files at the top of the project, quoted into a page when it is built, so that nothing is told twice.

A page says ``<!-- quote README.md: Two commands -->`` and gets that section without its heading, or
``<!-- quote benchmarks/accuracy.csv: en -->`` for the accuracy table in that language.
"""

import posixpath
import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST_AFTER_TEXT = re.compile(r"^((?![-*|>\s]).+)\n(?=[-*] )", re.MULTILINE)  # GitHub needs no blank line between
QUOTE = re.compile(r"^<!-- quote (?P<file>[\w./]+)(?:: (?P<part>.+?))? -->$", re.MULTILINE)


def filled(markdown: str, page: str) -> str:
    """A page with what it quotes."""
    return QUOTE.sub(lambda found: quoted(found["file"], found["part"] or "", page), markdown)


def quoted(file: str, part: str, page: str) -> str:
    """One quotation, its links made right for the page; a link to a file that no page shows becomes its text."""
    if file == "benchmarks/accuracy.csv":
        return accuracy(part)
    text = (ROOT / file).read_text(encoding="utf-8")
    text = section(text, part, file) if part else re.sub(r"\A# .*\n", "", text)
    text = LIST_AFTER_TEXT.sub(r"\1\n\n", text)
    return re.sub(r"(!?)\[((?:[^\[\]]|`[^`]*`)*)\]\(([^)\s]+)\)", lambda found: relinked(*found.groups(), page), text)


def section(text: str, title: str, file: str) -> str:
    """What stands under a heading of the second level.

    Raises
    ------
    ValueError    there is no such heading

    Examples
    --------
    >>> section("# T\\n\\n## One\\n\\ntext\\n\\n## Two\\n\\nmore\\n", "One", "x.md")
    'text'
    """
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, flags=re.DOTALL | re.MULTILINE)
    if not found:
        raise ValueError(f"{file} has no heading '## {title}'; a page of the documentation quotes it")
    return found[1].strip()


def relinked(image: str, shown: str, target: str, page: str) -> str:
    """A link of a quoted text as the page needs it."""
    if "://" in target or target.startswith("#"):
        return f"{image}[{shown}]({target})"
    if target.startswith("docs/"):
        return f"{image}[{shown}]({posixpath.relpath(target.removeprefix('docs/'), posixpath.dirname(page) or '.')})"
    return shown


def accuracy(lang: str) -> str:
    """The table that also stands in the README, by the same script."""
    script = runpy.run_path(str(ROOT / "benchmarks" / "readme_table.py"))
    return str(script["table"](script["figures"](ROOT / "benchmarks" / "accuracy.csv"), lang))
