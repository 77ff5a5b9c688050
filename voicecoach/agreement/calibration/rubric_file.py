"""A calibration as a rubric file: only what differs from the rubric that it began with, and where it comes from."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicecoach.agreement.calibration.records import Outcome, RowOutcome
from voicecoach.agreement.sentences import gain_text
from voicecoach.report.numbers import span
from voicecoach.rubric import Criterion, Rubric, profiles
from voicecoach.rubric.curve import target
from voicecoach.words import LANGUAGES, both, say


@dataclass(frozen=True)
class Origin:
    """What a fit rests on: file names and hashes, and the command that repeats it."""

    grades: str
    grades_sha256: str
    results: str
    results_sha256: str
    command: str


def rubric_text(base: Rubric, outcomes: Sequence[Outcome], origin: Origin, name: str) -> str:
    """The TOML of the new rubric.

    A row whose target moved says so in its own words, for the base's sentences name the old figures; a row whose target
    stayed keeps them. Of a base that ships with the package the file ``extends`` it, of another it is a whole copy.

    Parameters
    ----------
    base : Rubric                     what the results were graded with
    outcomes : sequence of Outcome    of :func:`voicecoach.agreement.calibration.crossvalidation.calibrate`
    name : str                        of the new rubric
    """
    fitted = {row.id: (row, one) for one in outcomes for row in one.rows if row.fitted is not None}
    own = {row: _fields(base.criterion(row), *found, origin) for row, found in fitted.items()}  # type: ignore[arg-type]
    titles = {lang: say("calibrate", "title", lang, title=base.title.text(lang)) for lang in LANGUAGES}
    lines = [*_head(base, outcomes, origin), ""]
    if base.name in profiles():
        lines += [_line("extends", base.name), _line("name", name), _line("title", titles)]
        for row, fields in own.items():
            lines += ["", "[[criterion]]", _line("id", row), *(_line(key, value) for key, value in fields.items())]
    else:
        whole = base.model_dump(exclude={"sha256", "requirements", "criteria"}) | {"name": name, "title": titles}
        lines += [_line(key, value) for key, value in whole.items()]
        for requirement in base.requirements:
            lines += ["", "[[requirement]]", *_lines(requirement.model_dump())]
        for criterion in base.criteria:
            lines += ["", "[[criterion]]", *_lines(criterion.model_dump() | own.get(criterion.id, {}))]
    return "\n".join(lines) + "\n"


def _head(base: Rubric, outcomes: Sequence[Outcome], origin: Origin) -> list[str]:
    told = [
        f"{origin.command}",
        f"{origin.grades}: sha256 {origin.grades_sha256}",
        f"{origin.results}: sha256 {origin.results_sha256}",
        f"{base.name}: sha256 {base.sha256}",
    ]
    for lang in LANGUAGES:
        told.append(say("calibrate", "head", lang))
        told += [_gained(one, lang) for one in outcomes if one.status == "fitted"]
    return [f"# {line}" for line in told]


def _gained(one: Outcome, lang: str) -> str:
    return say(
        "calibrate", "gained", lang, requirement=one.requirement, before=one.error_before, after=one.error_after,
        gain=gain_text(one.gain), takes=one.takes, speakers=one.speakers, trainers=one.trainers,
    )  # fmt: skip


def _fields(row: Criterion, found: RowOutcome, one: Outcome, origin: Origin) -> dict[str, Any]:
    """The fields of a refitted row."""
    assert found.fitted is not None
    curve = found.fitted.curve
    data = (
        f"{origin.grades} {origin.grades_sha256[:12]}, {origin.results} {origin.results_sha256[:12]}: {origin.command}"
    )
    gained = " / ".join(_gained(one, lang) for lang in LANGUAGES)
    fields: dict[str, Any] = {
        "curve": [list(point) for point in curve], "basis": "fitted",
        "source": say("calibrate", "source", LANGUAGES[0], gained=gained, data=data, before=row.source),
    }  # fmt: skip
    if target(curve) != target(row.curve or curve):
        digits = max((len(str(x).partition(".")[2].rstrip("0")) for x, _ in curve), default=0)
        told = {"target": span(*target(curve)), "value": f"{{value:.{digits}f}}"}
        unit = both("units", row.unit)
        for code in ("statement", "heard"):
            fields[code] = {
                lang: say("calibrate", code, lang, title=row.title.text(lang), unit=unit[lang], **told)
                for lang in LANGUAGES
            }
    return fields


def _lines(fields: Mapping[str, Any]) -> list[str]:
    return [_line(key, value) for key, value in fields.items() if value is not None and value != {}]


def _line(key: str, value: object) -> str:
    """A key with its value.

    Examples
    --------
    >>> _line("title", {"zh": "语速", "en": "Rate"})
    'title = {zh = "语速", en = "Rate"}'
    >>> _line("limits", (0.0, math.inf))
    'limits = [0.0, inf]'
    """
    return f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(_line(key, item) for key, item in value.items() if item is not None)
        return "{" + inside + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):  # a basic string of TOML escapes as JSON does, and DEL too
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return json.dumps(value)
