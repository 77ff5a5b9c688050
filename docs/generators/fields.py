"""Pages on classes whose fields say in a comment what they mean: the analysis' settings, and what a rubric may say.

The comments are read out of the source, so that the place where a field is defined is the place where it is explained.
"""

import ast
import inspect
import re
from dataclasses import dataclass
from typing import get_args

from generators.markdown import plain, table
from voicecoach.rubric.model import Bands, Criterion, Holds, Moves, Need, Requirement, Rubric, Words
from voicecoach.settings import Settings
from voicecoach.words import catalogue

SETTINGS = """# Settings

`vc.Settings(pause_min_s=0.3)` changes a parameter of the analysis; a report names the ones that differ from these
defaults. What a score is made of lives in [the rubric](../rubrics/format.md) instead. In the sources, M is measured in
this project, P published, C a convention.
"""
FORMAT = """# What a rubric file may say

A rubric is a TOML file: `voicecoach rubric show > mine.toml` gives one to edit, `extends = "etiquette"` at its top
begins a short one that says only what differs, and `voicecoach rubric check FILE` names what is wrong in it: unknown
fields are refused. `[[requirement]]` and `[[criterion]]` begin a requirement and a row.

Units: {units}. Needs: {needs}. What `moves` and `holds` may name is in `voicecoach/manipulation/`.
"""
MODELS = {
    "The file": Rubric,
    "`bands`": Bands,
    "`[[requirement]]`": Requirement,
    "`[[criterion]]`": Criterion,
    "`moves`": Moves,
    "`holds`": Holds,
    "Texts: `title`, `statement`, `heard` …": Words,
}
NOT_IN_A_FILE = {"sha256", "function", "codes"}  # made by the program, or given in Python
IN_THE_FILE = {"requirements": "[[requirement]]", "criteria": "[[criterion]]"}
IN_WORDS = [
    (r" \| None$", ""),
    (r"Annotated\[Number, Field\(ge=0\)\]", "number ≥ 0"),
    (r"Annotated\[Number, Field\(gt=0\)\]", "number > 0"),
    (r"RequirementId", "requirement's id"),
    (r"Literal\[(.*)\]", r"\1"),
    (r" \| ", " or "),
    (r"\bWords\b", "text in zh and en"),
    (r"\bstr\b", "text"),
    (r"\bint\b", "whole number"),
    (r"\b(?:Number|float)\b", "number"),
    (r"\bScore\b", "score"),
    (r"\bNeed\b", "need"),
    (r"dict\[(.*), (.*)\]", r"table: \1 = \2"),
    (r"list\[tuple\[(.*)\]\]", r"list of [\1]"),
    (r"list\[Requirement\]", "the six, in order"),
    (r"list\[Criterion\]", "one or more rows"),
    (r"tuple\[(.*)\]", r"[\1]"),
    (r"\b(Bands|Moves|Holds)\b", "table, see below"),
]


@dataclass(frozen=True)
class Field:
    """One field as its source has it."""

    name: str
    type: str
    default: str | None
    comment: str


def pages() -> dict[str, str]:
    """Path of each page and its Markdown."""
    rows = [[f"`{one.name}`", f"`{one.default}`", plain(one.comment)] for one in fields(Settings)]
    settings = f"{SETTINGS}\n{table(['setting', 'default', 'unit and source'], rows)}\n"
    units, needs = (", ".join(f"`{one}`" for one in names) for names in (catalogue("en")["units"], get_args(Need)))
    parts = [FORMAT.format(units=units, needs=needs)]
    for title, model in MODELS.items():
        parts.append(f"## {title}")
        parts.append(table(["field", "what it holds", "default", "meaning"], [
            [
                f"`{IN_THE_FILE.get(one.name, one.name)}`", plain(one.type),
                given(one), plain(one.comment),
            ]
            for one in fields(model) if one.name not in NOT_IN_A_FILE
        ]))  # fmt: skip
    return {"reference/settings.md": settings, "rubrics/format.md": "\n\n".join(parts) + "\n"}


def fields(model: type) -> list[Field]:
    """The fields of a class, with the comment at the end of each one's last line."""
    source = inspect.getsource(model)
    lines = source.splitlines()
    (body,) = ast.parse(source).body
    assert isinstance(body, ast.ClassDef)
    found = []
    for one in body.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            after = lines[(one.end_lineno or 1) - 1].encode()[one.end_col_offset :].decode()
            comment = after.partition("#")[2].strip()
            found.append(Field(one.target.id, type_of(one.annotation), default_of(one.value), comment))
    return found


def given(field: Field) -> str:
    """What holds where the field is left out; rows of a file must say what moves them, though the class need not."""
    if field.default is None or field.type == "table, see below":
        return "as below" if field.name == "bands" else "must be given"
    return "–" if field.default in ("None", "{}") else f"`{field.default}`"


def type_of(annotation: ast.expr) -> str:
    """The type in the words of the file.

    Examples
    --------
    >>> type_of(ast.parse("Annotated[Number, Field(ge=0)] | None", mode="eval").body)
    'number ≥ 0'
    >>> type_of(ast.parse("dict[Need, Number]", mode="eval").body)
    'table: need = number'
    """
    text = ast.unparse(annotation)
    for pattern, words in IN_WORDS:
        text = re.sub(pattern, words, text)
    return text


def default_of(value: ast.expr | None) -> str | None:
    """What holds where the field is left out; None where it must be given."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "Field":
        given = {one.arg: one.value for one in value.keywords}
        return ast.unparse(given["default"]) if "default" in given else None
    return None if value is None else ast.unparse(value)
