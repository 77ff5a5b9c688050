"""Every measure of many recordings as one tidy table: values and reasons, no verdicts."""

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, NamedTuple

from voicecoach.errors import RubricError, UsageError, VoiceCoachError
from voicecoach.extras import needed
from voicecoach.grading import measure
from voicecoach.recording import Recording, load
from voicecoach.results import Measurement
from voicecoach.rubric import Rubric, load_rubric
from voicecoach.rubric.own import name_of
from voicecoach.settings import DEFAULT, Settings
from voicecoach.tracks import Tracks

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline

FORMS = ("takes", "rows", "evidence")
Line = dict[str, Any]


class Measured(NamedTuple):
    """One take: what it is, and its measurements by criterion id, or why there are none."""

    about: Line
    found: dict[str, Measurement]


def measure_many(
    paths: Iterable[str | os.PathLike[str] | Recording],
    rubric: Rubric | None = None,
    baseline: "Baseline | None" = None,
    *,
    jobs: int = 1,
    form: str = "takes",
    speaker: str = "auto",
    settings: Settings = DEFAULT,
) -> Any:
    """Every measure of many recordings, as a pandas table.

    Parameters
    ----------
    paths : iterable of paths or Recordings
    rubric : Rubric or None        whose rows to measure; default: ``etiquette``
    baseline : Baseline or None    the neutral voice of the one speaker of all these takes
    jobs : int                     processes, started anew (spawn); 1 stays in this one
    form : {"takes", "rows", "evidence"}     what a line is: a take, a take's criterion, or a place in a take
    speaker : {"auto", "left", "right"}      whose channel, in stereo files
    settings : Settings

    Returns
    -------
    pandas.DataFrame    in the order of ``paths``. All forms begin with ``take`` (path, or name of a Recording).

        ``takes``: ``duration_s``, ``error``, ``error_code``, and for each criterion ``ID_value``, ``ID_sd`` and
        ``ID_reason``; units in ``attrs["units"]``. A file that cannot be read is a line with its error and no values.

        ``rows``: ``criterion``, ``requirement``, ``value``, ``sd``, ``unit``, ``reason``; lines of unreadable files
        have only ``error`` and ``error_code``.

        ``evidence``: ``criterion``, ``start_s``, ``end_s``, ``code``; unreadable files as in ``rows``.

    Raises
    ------
    UsageError     pandas is not installed (extra ``notebooks``); a function of one's own cannot be sent to processes
    RubricError    a function of one's own gave back what a row cannot be judged by
    ValueError     another ``form``, or ``jobs`` below 1

    Notes
    -----
    A script that asks for several jobs must do so under ``if __name__ == "__main__":``, since spawned processes import
    it; a notebook need not. Where a function of one's own fails on a take, that take's line says how.

    Examples
    --------
    >>> import numpy as np
    >>> from voicecoach.recording import from_array
    >>> silence = from_array(np.zeros(16000), 16000, name="silence")
    >>> table = measure_many([silence, "no such file.wav"])
    >>> table[["take", "duration_s", "error_code", "speech_rate_reason"]].values.tolist()
    [['silence', 1.0, None, 'no_speech'], ['no such file.wav', nan, 'missing_path', None]]
    """
    if form not in FORMS:
        raise ValueError(f"form is {form!r}, expected one of {list(FORMS)}")
    if jobs < 1:
        raise ValueError(f"jobs is {jobs}, expected 1 or more")
    pandas = needed("pandas")
    chosen = rubric or load_rubric()
    one = partial(_one, rubric=chosen, baseline=baseline, speaker=speaker, settings=settings)
    takes = list(_all(one, list(paths), jobs, chosen))
    lines = [line for take in takes for line in _LINES[form](take, chosen)]
    table = pandas.DataFrame(lines, columns=_columns(form, chosen))
    texts = [name for name in table if name in _TEXTS or name.endswith("_reason")]
    table[texts] = table[texts].astype(object).where(table[texts].notna(), None)
    numbers = [name for name in table if name not in texts and name != "take"]
    table[numbers] = table[numbers].astype(float)  # also where no take has a value
    table.attrs["units"] = {row.id: row.unit for row in chosen.criteria}
    return table


def _all(one: "partial[Measured]", takes: Sequence[Any], jobs: int, rubric: Rubric) -> Iterator[Measured]:
    if jobs == 1 or len(takes) < 2:
        yield from map(one, takes)
        return
    for row in rubric.criteria:
        if row.function is not None:
            _must_travel(row.function)
    with ProcessPoolExecutor(min(jobs, len(takes)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, takes)


def _must_travel(function: Any) -> None:
    """Refuse a function that a spawned process would not find: one of a notebook, or made inside another."""
    try:
        pickle.dumps(function)
        travels = getattr(function, "__module__", "__main__") != "__main__"
    except (pickle.PicklingError, AttributeError, TypeError):
        travels = False
    if not travels:
        raise UsageError("own_function_jobs", found=name_of(function))


def _one(
    take: Any, *, rubric: Rubric, baseline: "Baseline | None", speaker: str, settings: Settings
) -> Measured:
    """One take, in whatever process. What is wrong with the rubric is the whole call's fault, not this take's."""
    name = take.name if isinstance(take, Recording) else str(take)
    try:
        recording = take if isinstance(take, Recording) else load(take, speaker=speaker)
        found = measure(Tracks(recording, settings), rubric, baseline)
    except RubricError:
        raise
    except VoiceCoachError as error:
        return Measured({"take": name, "error": str(error), "error_code": error.code}, {})
    except Exception as error:  # one take must not cost the table of a thousand; its line says what it was
        return Measured({"take": name, "error": f"{type(error).__name__}: {error}", "error_code": "failed"}, {})
    return Measured({"take": name, "duration_s": recording.duration}, found)


def _take(take: Measured, rubric: Rubric) -> list[Line]:
    line = dict(take.about)
    for name, one in take.found.items():
        line |= {f"{name}_value": one.value, f"{name}_reason": one.reason}
        line[f"{name}_sd"] = None if one.value is None else one.sd
    return [line]


def _rows(take: Measured, rubric: Rubric) -> list[Line]:
    if not take.found:
        return [take.about]
    return [
        take.about
        | {"criterion": row.id, "requirement": row.requirement, "unit": row.unit}
        | {"value": one.value, "sd": None if one.value is None else one.sd, "reason": one.reason}
        for row, one in ((row, take.found[row.id]) for row in rubric.criteria)
    ]


def _evidence(take: Measured, rubric: Rubric) -> list[Line]:
    if not take.found:
        return [take.about]
    return [
        take.about | {"criterion": name, "start_s": place.start, "end_s": place.end, "code": place.code}
        for name, one in take.found.items()
        for place in one.evidence
    ]


_LINES = {"takes": _take, "rows": _rows, "evidence": _evidence}
_TEXTS = ("error", "error_code", "criterion", "requirement", "unit", "reason", "code")


def _columns(form: str, rubric: Rubric) -> list[str]:
    if form == "takes":
        parts = [f"{row.id}_{part}" for row in rubric.criteria for part in ("value", "sd", "reason")]
        return ["take", "duration_s", "error", "error_code", *parts]
    if form == "rows":
        return ["take", "criterion", "requirement", "value", "sd", "unit", "reason", "error", "error_code"]
    return ["take", "criterion", "start_s", "end_s", "code", "error", "error_code"]
