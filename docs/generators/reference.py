"""Pages of the reference: which names are public stands in the package, what they are in their docstrings."""

from importlib import import_module
from types import ModuleType

import voicecoach
from generators.numpydoc import numpydoc
from voicecoach import plots
from voicecoach.rubric import load_rubric, profiles

IN_WORDS = {"__version__", "plots", "tracks"}  # modules and the version: told in API, below

API = """# Python

`import voicecoach as vc`. These names are the interface: they keep their meaning between minor versions. They are
loaded when they are first used. Times are in seconds; [plots](plots.md) and [measures](measures.md) have pages of
their own.

<span id="voicecoach.__version__"></span>`voicecoach.__version__` is the version as text; this is the
documentation of {version}.

<span id="voicecoach.plots"></span>[`voicecoach.plots`](plots.md) makes figures.

## Functions

### tracks {{ #voicecoach.tracks }}

`vc.tracks(recording, settings=DEFAULT)` gives the [`Tracks`][voicecoach.Tracks] of a recording: pitch, level, speech,
syllables and the rest, each computed on first request. It is the package `voicecoach.tracks`, which can be called.
"""


def pages() -> dict[str, str]:
    """Path of each page and its Markdown."""
    return {"reference/index.md": api(), "reference/plots.md": figures(), "reference/measures.md": measures()}


def api() -> str:
    """All of ``voicecoach.__all__``: functions first, then what they return, then errors."""
    names = [name for name in voicecoach.__all__ if name not in IN_WORDS]
    classes = [name for name in names if isinstance(getattr(voicecoach, name), type)]
    errors = [name for name in classes if issubclass(getattr(voicecoach, name), Exception)]
    functions = [name for name in names if name not in classes]
    parts = [API.format(version=voicecoach.__version__), *(entry(f"voicecoach.{name}") for name in functions)]
    parts += ["## What they give", *(entry(f"voicecoach.{name}") for name in classes if name not in errors)]
    parts += ["## Errors", *(entry(f"voicecoach.{name}") for name in errors)]
    return "\n\n".join(parts) + "\n"


def figures() -> str:
    """The functions of ``voicecoach.plots``."""
    entries = [entry(f"voicecoach.plots.{name}") for name in plots.__all__]
    return "\n\n".join(["# Plots", numpydoc(plots.__doc__ or ""), *entries]) + "\n"


def measures() -> str:
    """Every function that a row of a shipped rubric names, by module; with the rows that it stands behind."""
    rows: dict[str, set[str]] = {}
    for name in profiles():
        for row in load_rubric(name).criteria:
            rows.setdefault(row.measure, set()).add(row.id)
    parts = [
        "# Measures",
        "Each is a function of plain arrays. Its parameters name the [tracks][voicecoach.Tracks] that it is handed; "
        "`vc.measure(recording)` calls all of them, and each can be called on arrays of your own.",
    ]
    module = ""
    for measure in sorted(rows):
        home, function = measure.split(":")
        if home != module:
            module = home
            parts += [f"## {home}", first_paragraph(import_module(f"voicecoach.measures.{home}"))]
        links = ", ".join(f"[`{id}`](../rubrics/etiquette.md#{id})" for id in sorted(rows[measure]))
        parts += [entry(f"voicecoach.measures.{home}.{function}"), f"Behind: {links}"]
    return "\n\n".join(parts) + "\n"


def entry(path: str) -> str:
    """What mkdocstrings is to put there."""
    return f"::: {path}\n    options:\n      heading_level: 3"


def first_paragraph(module: ModuleType) -> str:
    """What a module's docstring says first."""
    return numpydoc((module.__doc__ or "").strip().split("\n\n")[0])
