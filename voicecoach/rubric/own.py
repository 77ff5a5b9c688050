"""Rows made in Python: one more for a rubric, with a function of one's own, checked like any other row."""

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from voicecoach.results import Measurement
from voicecoach.rubric.model import OWN, Criterion, Rubric, Words
from voicecoach.words import LANGUAGES, both, catalogue

TEXTS = ("title", "statement", "heard", "why", "praise", "known_error")
LABEL = "with_criterion"  # stands in errors where a rubric's file would be named


def with_row(
    rubric: Rubric, id: str, measure: Callable[..., Measurement] | str | None, fields: Mapping[str, Any]
) -> Rubric:
    """The rubric with one row more, or with fields of that row changed; see :meth:`Rubric.with_criterion`.

    Raises
    ------
    RubricError    the row is not what a row must be, or the function asks for a track that there is not
    """
    from voicecoach.rubric import explained

    base = rubric.criterion(id)
    row: dict[str, Any] = {}
    if base is not None:
        row = base.model_dump() | {"function": base.function, "codes": base.codes}
    row |= {"id": id} | {name: _texts(name, value) for name, value in fields.items()}
    if callable(measure):
        row |= {"measure": name_of(measure), "function": measure}
    elif measure is not None:
        row |= {"measure": measure, "function": None}
    if base is None:
        row = _defaults(row) | row
    if row.get("function") is not None:
        _must_be_askable(id, row["function"])
    criteria: list[Any] = [row if one is base else one for one in rubric.criteria]
    table = dict(rubric) | {"criteria": criteria if base is not None else [*criteria, row]}
    try:
        changed = Rubric.model_validate(table)
    except ValidationError as error:
        raise explained(error, table, LABEL) from None
    return changed.model_copy(update={"sha256": fingerprint(changed)})


def fingerprint(rubric: Rubric) -> str:
    """SHA-256 of a rubric's content: its rows, and one's own functions and codes where it has some."""
    content: dict[str, Any] = rubric.model_dump(exclude={"sha256"})
    own = own_measures(rubric)
    if own:
        content["own"] = own
    codes = {row.id: {code: words.model_dump() for code, words in row.codes.items()} for row in rubric.criteria}
    if any(codes.values()):
        content["codes"] = codes
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def own_measures(rubric: Rubric) -> dict[str, dict[str, str | None]]:
    """Which functions the rows with functions of one's own call: by row, ``function`` and ``sha256`` of its source.

    The hash is None where there is no source to be read, as for functions typed into a bare interpreter.
    """
    return {
        row.id: {"function": _full_name(row.function), "sha256": _source_hash(row.function)}
        for row in rubric.criteria
        if row.function is not None
    }


def name_of(function: Callable[..., Measurement]) -> str:
    """What a report calls a function of one's own.

    Examples
    --------
    >>> def MyRate(syllables): ...
    >>> name_of(MyRate)
    'own:myrate'
    """
    name = getattr(function, "__name__", type(function).__name__)
    return OWN + re.sub(r"[^a-z0-9_]", "_", name.lower())


def askable() -> frozenset[str]:
    """Names that the parameters of a measure may have: those of the tracks, and ``baseline``."""
    from voicecoach.tracks import Tracks

    return frozenset(name for name in vars(Tracks) if not name.startswith("_")) | {"recording", "settings", "baseline"}


def must_fit(row: Criterion, found: object) -> Measurement:
    """What a function of one's own gave back, if a row can be judged by it.

    Raises
    ------
    RubricError    not a measurement, in another unit, or with a code that has no words
    """
    from voicecoach.rubric import refused

    if not isinstance(found, Measurement):
        raise refused("own_measurement", LABEL, row.id, "measure", repr(found)[:80])
    if found.unit != row.unit:
        raise refused("literal_error", LABEL, row.id, "unit", found.unit, expected=row.unit)
    known = set(row.codes) | set(catalogue("en")["evidence"])
    codes = {one.code for one in found.evidence} - known
    if found.reason is not None and found.reason not in set(row.codes) | set(catalogue("en")["reasons"]):
        codes.add(found.reason)
    if codes:
        raise refused("own_code", LABEL, row.id, "codes", min(codes))
    return found


def _texts(name: str, value: Any) -> Any:
    """A plain text as the same in both languages, where a row has words."""
    if name in TEXTS and isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value)
    if name in ("advice", "codes") and isinstance(value, Mapping):
        return {key: dict.fromkeys(LANGUAGES, text) if isinstance(text, str) else text for key, text in value.items()}
    return value


def _defaults(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a new row says where nothing was said: only what is plainly so."""
    unit = row.get("unit")
    words = both("units", unit) if unit in catalogue("en")["units"] else dict.fromkeys(LANGUAGES, "")
    function = row.get("function")
    title = row.get("title")
    return {
        "requirement": "secondary",
        "basis": "convention",
        "source": _full_name(function) if function is not None else row.get("measure", ""),
        "known_error": both("own_row", "known_error"),
        "heard": {lang: f"{{value:.3g}} {text.replace('{', '{{').replace('}', '}}')}" for lang, text in words.items()},
    } | ({"statement": title} if isinstance(title, Mapping | Words) else {})


def _must_be_askable(id: str, function: Callable[..., Measurement]) -> None:
    """Refuse a function with a parameter that no track fills."""
    from voicecoach.rubric import refused

    names = askable()
    for parameter in inspect.signature(function).parameters.values():
        needs_value = parameter.default is parameter.empty
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY or (needs_value and parameter.name not in names):
            expected = ", ".join(sorted(names))
            raise refused("literal_error", LABEL, id, "measure", parameter.name, expected=expected)


def _full_name(function: Callable[..., Measurement]) -> str:
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}:{named.__qualname__}"


def _source_hash(function: Callable[..., Measurement]) -> str | None:
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError):
        return None
    return hashlib.sha256(source.encode()).hexdigest()


