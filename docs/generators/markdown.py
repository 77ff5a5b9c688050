"""Pieces of Markdown: text that is only text, and tables."""

import re
from collections.abc import Iterable, Sequence


def plain(text: object) -> str:
    """A text that Markdown shows as it stands, on one line. Code in backticks stays code.

    A place that a program fills in, ``{value:.0f}``, becomes ``‹value›``: braces would be read as attributes.

    Examples
    --------
    >>> plain("about {value:.0f} a|b *c*, `x_y` < 3")
    'about ‹value› a&#124;b \\\\*c\\\\*, `x_y` &lt; 3'
    """
    filled = re.sub(r"\{(\w+)(?:[:!][^{}]*)?\}", r"‹\1›", " ".join(str(text).split()))
    parts = re.split(r"(`[^`]*`)", filled)
    escaped = [
        part if index % 2 else re.sub(r"([\\*_\[\]])", r"\\\1", part.replace("&", "&amp;").replace("<", "&lt;"))
        for index, part in enumerate(parts)
    ]
    return "".join(escaped).replace("|", "&#124;")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown.

    Examples
    --------
    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = [" | ".join(cells) for cells in [heads, *rows]]
    lines = [f"| {line} |" for line in lines]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])
