"""Read this project's docstrings: numpydoc with a parameter's meaning on its own line, behind the type.

A griffe extension (``mkdocs.yml`` names it). ``samples : ndarray, shape (n,)    full scale 1.0`` becomes the two lines
that numpydoc has, and roles of reStructuredText become code.
"""

import re
from typing import Any

import griffe

SECTIONS = ("Parameters", "Returns", "Yields", "Raises", "Attributes")


class OneLineNumpydoc(griffe.Extension):
    """Rewrites each docstring before it is parsed."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for every module, class, function and attribute."""
        if obj.docstring:
            obj.docstring.value = numpydoc(obj.docstring.value)


def numpydoc(text: str) -> str:
    """The same docstring as numpydoc writes it.

    Examples
    --------
    >>> print(numpydoc("Do.\\n\\nParameters\\n----------\\nx : float    s"))
    Do.
    <BLANKLINE>
    Parameters
    ----------
    x : float
        s
    """
    text = re.sub(r":(?:func|class|mod|meth|attr|data):`~?([^`]+)`", r"`\1`", text)
    lines, section = [], ""
    given = text.splitlines()
    for index, line in enumerate(given):
        below = given[index + 1] if index + 1 < len(given) else ""
        if line.strip() and re.fullmatch(r"-{3,}", below.strip()):
            section = line.strip()
        split = re.match(r"(\S.*?)\s{3,}(\S.*)", line)
        if section in SECTIONS and split:
            lines += [typed(split[1]), f"    {split[2]}"]
        elif section in SECTIONS and re.match(r"\S.* : ", line):
            lines.append(typed(line))
        elif section == "Returns" and lines and re.match(r"\s{2,}\S", line) and lines[-1][:1] == " ":
            lines.append(f"    {line.strip()}")
        else:
            lines.append(line)
    return "\n".join(lines)


def typed(line: str) -> str:
    """A parameter with its type in words that griffe takes for words: it reads what it can as Python, and garbles it.

    Examples
    --------
    >>> typed("x : ndarray, shape (n,)"), typed('lang : {"zh", "en"}')
    ('x : ndarray of shape (n,)', 'lang : one of "zh", "en"')
    """
    return re.sub(r" : \{(.+)\}$", r" : one of \1", line.replace(", shape (", " of shape ("))
