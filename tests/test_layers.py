"""Which part may know of which: imports go down the list only, and measures are handed arrays, never tracks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import voicecoach

PACKAGE = Path(voicecoach.__file__).parent

# Lowest first. Parts of one line may know each other.
LAYERS = [
    {"errors", "words", "extras", "display"},
    {"sheets"},  # tables of a spreadsheet program
    {"settings", "timeline", "semitones", "active_level"},
    {"recording", "manipulation", "results", "baseline"},
    {"tracks"},
    {"segmentation"},
    {"measures"},
    {"rubric"},
    {"grading", "own_voice"},
    {"report"},
    {"plots"},  # figures for notebooks, in the report's font; the page draws its own
    {"notebook"},  # what values show of themselves
    {"store", "validation", "microphone"},
    {"progress", "doctor", "agreement"},
    {"cohort"},
    {"cli"},
]
# What a page embeds; the script that cut the sample clips; what is made to see whether it can be read
ENCODERS = {"report/audio.py", "report/clips/cut.py", "doctor/formats.py"}
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.name != "__main__.py")


# The only name of ours that is looked up by text at run time, from the bottom to the top; see voicecoach/display.py
LATE = {("display.py", "voicecoach.notebook")}


def part_of(module: Path) -> str:
    return module.parts[0].removesuffix(".py")


def imports(source: str, package: tuple[str, ...], *, for_types: bool) -> Iterator[str]:
    """Names of voicecoach's modules that a source imports: at run time, or also those for type checking only."""
    for node in walk(ast.parse(source), for_types=for_types):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join((*package[: len(package) - node.level + 1], *([base] if base else [])))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def walk(node: ast.AST, *, for_types: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test) and not for_types:
            for other in child.orelse:
                yield other
                yield from walk(other, for_types=for_types)
            continue
        yield child
        yield from walk(child, for_types=for_types)


def parts_imported(source: str, package: tuple[str, ...], *, for_types: bool) -> set[str]:
    names = [name.split(".") for name in imports(source, package, for_types=for_types)]
    return {name[1] for name in names if name[0] == "voicecoach" and len(name) > 1}


def source_of(module: Path) -> tuple[str, tuple[str, ...]]:
    return (PACKAGE / module).read_text(encoding="utf-8"), ("voicecoach", *module.parts[:-1])


def test_every_part_has_its_place() -> None:
    assert {part_of(module) for module in MODULES} - {"__init__"} <= set(LEVEL)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_go_down_only(module: Path) -> None:
    part = part_of(module)
    if part == "__init__":  # the public names, from everywhere
        return
    for imported in parts_imported(*source_of(module), for_types=True) & set(LEVEL):
        if part == "measures" and imported == "tracks":
            continue  # the names of what it is handed, for type checking; see the next test
        assert LEVEL[imported] <= LEVEL[part], f"{module} imports {imported}, which lies above it"


def late(source: str) -> Iterator[str]:
    """Names of our modules that stand in a source as texts on their own: what a look-up at run time would take."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.split(":")[0]
            if name.startswith("voicecoach.") and name.split(".")[1] in LEVEL and "\n" not in name and " " not in name:
                yield name


def test_nothing_is_looked_up_above_but_what_a_notebook_shows() -> None:
    """An import by name must not be a way round the order: any text that names a part above is known here."""
    found = set()
    for module in MODULES:
        if part_of(module) != "__init__":
            mine = LEVEL[part_of(module)]
            texts = late(source_of(module)[0])
            found |= {(module.as_posix(), name) for name in texts if LEVEL[name.split(".")[1]] > mine}
    assert found == LATE


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m) == "measures"], ids=str)
def test_measures_are_handed_arrays_and_never_import_tracks(module: Path) -> None:
    assert "tracks" not in parts_imported(*source_of(module), for_types=False)


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m) == "report"], ids=str)
def test_renderers_recompute_nothing(module: Path) -> None:
    assert not {"tracks", "grading"} & parts_imported(*source_of(module), for_types=True)


@pytest.mark.parametrize(
    ("source", "for_types", "expected"),
    [
        ("from voicecoach.tracks.f0 import f0", True, {"tracks"}),
        ("def f():\n    from voicecoach import tracks", False, {"tracks"}),
        ("import voicecoach.cli as c", False, {"cli"}),
        ("from ..report import wire", False, {"report"}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import voicecoach.cli", False, set()),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import voicecoach.cli", True, {"cli"}),
        ("import typing\nif typing.TYPE_CHECKING:\n    pass\nelse:\n    import voicecoach.cli", False, {"cli"}),
    ],
)
def test_the_reader_of_imports_sees_them_all(source: str, for_types: bool, expected: set[str]) -> None:
    assert parts_imported(source, ("voicecoach", "measures"), for_types=for_types) == expected


def test_the_reader_of_texts_sees_look_ups() -> None:
    assert list(late('import_module("voicecoach.report.html")')) == ["voicecoach.report.html"]
    assert list(late('import_module("voicecoach.nothing"); say("the voicecoach.report")')) == []


def test_only_the_recording_opens_audio() -> None:
    """Decoders are known to the part that reads them, and to those that encode what is to be played."""
    for module in MODULES:
        heads = {name.split(".")[0] for name in imports(*source_of(module), for_types=False)}
        if part_of(module) not in ("recording", "manipulation") and module.as_posix() not in ENCODERS:
            assert not {"av", "soundfile"} & heads, module
