"""Rubrics: what counts as good, as data. ``etiquette.toml`` follows the source documents and is the default.

A rubric file may be whole, or say ``extends = "etiquette"`` and then only what differs: its ``[[criterion]]``
and ``[[requirement]]`` tables overwrite fields of the rows with the same ``id``, and new ids are added.
"""

import os
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from voicecoach.errors import RubricError
from voicecoach.rubric.model import Criterion, Requirement, Rubric, measure_function
from voicecoach.rubric.own import fingerprint, own_measures
from voicecoach.words import catalogue

__all__ = [
    "Criterion",
    "Requirement",
    "Rubric",
    "explained",
    "load_rubric",
    "measure_function",
    "own_measures",
    "profiles",
    "refused",
    "source_text",
]

Table = dict[str, Any]


def profiles() -> tuple[str, ...]:
    """Names of the rubrics that ship with the package.

    Examples
    --------
    >>> profiles()
    ('etiquette', 'contemporary')
    """
    return ("etiquette", "contemporary")


def load_rubric(name_or_path: str | Path = "etiquette") -> Rubric:
    """Read and check a rubric.

    Parameters
    ----------
    name_or_path : str or Path    a shipped profile (``etiquette``, ``contemporary``) or a TOML file

    Raises
    ------
    RubricError    names the file, the row, the field and what was expected there

    Examples
    --------
    >>> load_rubric("contemporary").criterion("speech_rate").curve[2:4]
    [(180.0, 100.0), (240.0, 100.0)]
    """
    label = str(name_or_path)
    table = _resolved(_read(label), label)
    try:
        rubric = Rubric.model_validate(table)
    except ValidationError as error:
        raise explained(error, table, label) from None
    return rubric.model_copy(update={"sha256": fingerprint(rubric)})


def source_text(name: str) -> str:
    """The TOML text of a shipped rubric, to be copied and edited.

    Raises
    ------
    RubricError    no such profile
    """
    if name not in profiles():
        raise RubricError("rubric_missing", path=name, profiles=", ".join(profiles()))
    return files("voicecoach.rubric").joinpath(f"{name}.toml").read_text(encoding="utf-8")


def _read(label: str) -> Table:
    if label in profiles():
        return tomllib.loads(source_text(label))
    if not os.path.isfile(label):
        raise RubricError("rubric_missing", path=label, profiles=", ".join(profiles()))
    try:
        return tomllib.loads(Path(label).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RubricError("unreadable_file", path=label, found=error.strerror or error) from None
    except UnicodeDecodeError:
        raise RubricError("rubric_not_utf8", path=label) from None
    except tomllib.TOMLDecodeError as error:
        raise RubricError("rubric_not_toml", path=label, found=error) from None


def _resolved(table: Table, label: str) -> Table:
    """The table with its parent's rows beneath its own, and in the models' names."""
    rows = {"requirements": _rows(table, "requirement", label), "criteria": _rows(table, "criterion", label)}
    parent = table.pop("extends", None)
    if parent is None:
        return table | rows
    if parent not in profiles():
        raise RubricError("rubric_extends", path=label, found=parent, profiles=", ".join(profiles()))
    base = _resolved(_read(parent), parent)
    for kind, own in rows.items():
        base[kind] = _overlaid(base[kind], own, label)
    return base | table


def _rows(table: Table, name: str, label: str) -> list[Table]:
    rows = table.pop(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise refused("rows", label, "-", name, repr(rows)[:80], name=name)
    return rows


def _overlaid(base: list[Table], own: list[Table], label: str) -> list[Table]:
    """Fields of own rows over those of the base's rows of the same id; other rows are added."""
    merged, seen = list(base), []
    for row in own:
        name = row.get("id")
        if name is not None and name in seen:
            raise refused("unique", label, name, "id", name)
        seen.append(name)
        at = next((i for i, below in enumerate(base) if below["id"] == name), None)
        if at is None:
            merged.append(row)
        else:
            merged[at] = base[at] | row
    return merged


def explained(error: ValidationError, table: Table, label: str) -> RubricError:
    """The first of pydantic's complaints, in our words: file, row, field, what was found and expected."""
    first = error.errors()[0]
    place = list(first["loc"])
    row: Any = "-"
    if len(place) >= 2 and isinstance(place[1], int):
        kind = {"criteria": "criterion", "requirements": "requirement"}.get(str(place[0]), place[0])
        row = table[str(place[0])][place[1]].get("id", f"[[{kind}]] {place[1] + 1}")
        place = place[2:]
    facts = dict(first.get("ctx", {}))
    field = facts.pop("field", ".".join(str(part) for part in place) or "-")
    given = facts.pop("found", first["input"])
    found = "nothing" if first["type"] == "missing" else repr(given)[:80]
    return refused(first["type"], label, facts.pop("row", row), field, found, message=first["msg"], **facts)


def refused(code: str, path: object, row: object, field: object, found: object, **facts: object) -> RubricError:
    """A rubric's fault as an error that names file, row, field, what was found there and what was expected.

    Parameters
    ----------
    code : str      key under ``[expected]`` in the word files; ``message`` is told for one that has no words
    **facts         what its sentence fills in
    """

    def expected(lang: str) -> str:
        sentences = catalogue(lang)["expected"]
        return sentences.get(code, sentences["other"]).format_map(facts)

    return RubricError(
        "rubric_field", path=path, row=row, field=field, found=found, expected_zh=expected("zh"),
        expected_en=expected("en"),
    )
