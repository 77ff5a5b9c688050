"""The whole chain behind a criterion: requirement, source, measure, formula, parameters, curve, known error."""

import inspect
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec

from voicecoach.report.numbers import span
from voicecoach.rubric import Criterion, Rubric
from voicecoach.rubric.curve import target
from voicecoach.rubric.muting import INTRUDERS, mutes
from voicecoach.settings import DEFAULT
from voicecoach.words import say


def index(rubric: Rubric, lang: str) -> str:
    """Every criterion of a rubric by requirement: id, title, weight."""
    lines = [f"{rubric.title.text(lang)}  [{rubric.name} {rubric.sha256[:12]}]"]
    groups = [(r.id, r.title.text(lang)) for r in rubric.requirements]
    for group, title in [*groups, ("secondary", say("explain", "secondary", lang))]:
        lines += ["", f"{title}  ({group})"]
        for row in rubric.rows(group):
            share = f"{row.weight:g}" if row.weight else say("explain", "not_scored", lang)
            lines.append(f"  {row.id:24} {row.title.text(lang)}  [{share}]")
    return "\n".join(lines)


def explain(row: Criterion, rubric: Rubric, lang: str) -> str:
    """All that is known about one row of a rubric, as text."""
    function = row.called
    parameters = inspect.signature(function).parameters
    parts = [
        (f"{row.id}  {row.title.text(lang)}", ""),
        (say("explain", "requirement", lang), f"{row.requirement}: {row.statement.text(lang)}"),
        (say("explain", "source", lang), f"{row.source}  ({row.basis})"),
        (say("explain", "measure", lang), f"{function.__module__}.{function.__name__}({', '.join(parameters)})"),
        (say("explain", "unit", lang), say("units", row.unit, lang)),
        (say("explain", "formula", lang), "\n" + _indented(inspect.getdoc(function) or "")),
        (say("explain", "parameters", lang), _parameters(function)),
        (say("explain", "curve", lang), _curve(row, lang)),
        (say("explain", "needs", lang), _needs(row, rubric)),
        *_stands(row, rubric, lang),
        (say("explain", "muted_by", lang), _muted_by(parameters, lang)),
        (say("explain", "known_error", lang), row.known_error.text(lang)),
    ]
    if row.moves:
        moves = f"{row.moves.by} → {row.moves.direction} >= {row.moves.at_least:g}"
        parts.append((say("explain", "moves", lang), moves))
    if row.holds:
        parts.append((say("explain", "holds", lang), f"{row.holds.by} → +-{row.holds.within:g}"))
    return "\n".join(f"{label}: {text}" if text else label for label, text in parts)


def _curve(row: Criterion, lang: str) -> str:
    if not row.curve:
        return say("explain", "not_scored", lang)
    points = "  ".join(f"{value:g}→{score:g}" for value, score in row.curve)
    return say("explain", "curve_text", lang, points=points, band=span(*target(row.curve)), weight=f"{row.weight:g}")


def _needs(row: Criterion, rubric: Rubric) -> str:
    """What a score needs: the requirement's needs, and the row's own over them. A row without weight has no score."""
    if not row.weight:
        return "-"
    shared = next((dict(r.needs) for r in rubric.requirements if r.id == row.requirement), {})
    return ", ".join(f"{key} >= {value:g}" for key, value in (shared | dict(row.needs)).items()) or "-"


def _stands(row: Criterion, rubric: Rubric, lang: str) -> list[tuple[str, str]]:
    """Which row it is scored instead of, or which is scored instead of it, where there is a baseline."""
    told = [(say("explain", "stands_in", lang), row.instead_of)] if row.instead_of else []
    other = rubric.stand_in(row.id)
    if other is not None:
        told.append((say("explain", "stands_back", lang), say("explain", "stands_back_text", lang, id=other.id)))
    return told


def _muted_by(parameters: Iterable[str], lang: str) -> str:
    """What on the channel makes the row not measurable: it asks for a track that this spoils."""
    asked = list(parameters)
    codes = [code for code in INTRUDERS if mutes(asked, {code: True})]
    return "; ".join(f"{code} ({say('explain', code, lang)})" for code in codes) or "-"


def _parameters(function: Callable[..., object]) -> str:
    """The settings that the measure and the tracks it asks for read, with their values."""
    text = inspect.getsource(import_module(function.__module__))
    for name in inspect.signature(function).parameters:
        if find_spec(f"voicecoach.tracks.{name}"):
            text += inspect.getsource(import_module(f"voicecoach.tracks.{name}"))
    named = sorted(set(re.findall(r"settings\.(\w+)", text)))
    return ", ".join(f"{name} = {getattr(DEFAULT, name):g}" for name in named if hasattr(DEFAULT, name)) or "-"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
