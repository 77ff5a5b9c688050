"""One take as one row: the columns of ``results.csv``, ``results.xlsx`` and ``results.parquet``, in their order.

==============================  =======================================================================================
``take``                        the take's id: first digits of the recording's hash, and of what else decides the grade
``recording``                   path or address as it was given or found
``name``                        the recording's file name
``sha256``                      hash of the file's bytes
``cohort``, ``trainee``         from roster, manifest or folders; empty: not known
``date``, ``script``            likewise; the date as 2026-11-05 or 2026-11-05T14:30:00
``speaker``                     the channel judged: ``solo``, ``left`` or ``right``
``status``                      ``graded``; ``failed``; ``duplicate``: graded under the name in ``duplicate_of``
``duplicate_of``                an earlier row's ``recording``, of the same bytes and channel
``failure``                     code of the reason why there is no grade
``failure_zh``, ``failure_en``  that reason in words
``duration_s``, ``speech_s``    length of the recording; of the stretches with speech, short breaks in them counted [s]
``voicecoach_version``          what graded
``rubric``, ``rubric_sha256``   name of the rubric, and the hash of its content, which is its version
``baseline``, ``…_sha256``      the neutral recording compared with, and its hash (``baseline_sha256``)
``overall_score``               0-100, with ``_low`` and ``_high`` (5th and 95th percentile), ``_band``, ``_reason``
``judged``, ``coverage``        how many of the six requirements were judged; as a share of six, 0-1
``{requirement}_…``             ``score``, ``low``, ``high``, ``band``, ``reason``: code of why there is no score
``{criterion}_…``               ``value``, ``unit``, ``low``, ``high`` (of the value), ``score``, ``reason``
``warnings``                    codes of what was noticed about the recording, with spaces between
``report``                      path of its page, seen from the table
==============================  =======================================================================================

Requirements are ``rate``, ``pause``, ``tone``, ``intonation``, ``loudness``, ``clarity``; criteria are the rows of the
rubric, in its order. A number that could not be had is empty, never 0.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from voicecoach.results import Text

if TYPE_CHECKING:
    from voicecoach.rubric import Rubric

Cell = str | float | int | None
Row = dict[str, Cell]
Report = Mapping[str, Any]

TAKE = (
    "take", "recording", "name", "sha256", "cohort", "trainee", "date", "script", "speaker", "status", "duplicate_of",
    "failure", "failure_zh", "failure_en", "duration_s", "speech_s", "voicecoach_version", "rubric", "rubric_sha256",
    "baseline", "baseline_sha256",
)  # fmt: skip
OVERALL = (
    "overall_score", "overall_low", "overall_high", "overall_band", "overall_reason", "judged", "coverage",
)  # fmt: skip
LAST = ("warnings", "report")
SIX: tuple[Literal["rate", "pause", "tone", "intonation", "loudness", "clarity"], ...] = (
    "rate", "pause", "tone", "intonation", "loudness", "clarity",
)  # fmt: skip
OF_REQUIREMENT = ("score", "low", "high", "band", "reason")
OF_CRITERION = ("value", "unit", "low", "high", "score", "reason")
NUMBERS = ("_score", "_low", "_high", "_value", "_s")  # how a column of numbers ends; and these:
COUNTS = ("judged", "coverage")
ID_DIGITS = 12  # of SHA-256: among a million recordings two share them once in some 500 cohorts
GRADED, FAILED, DUPLICATE = "graded", "failed", "duplicate"


def columns(criteria: Iterable[str]) -> tuple[str, ...]:
    """All columns, in order, for a rubric with these criteria.

    Examples
    --------
    >>> found = columns(["speech_rate"])
    >>> found[0], found.index("rate_score") < found.index("speech_rate_value"), found[-1]
    ('take', True, 'report')
    """
    six = tuple(f"{name}_{part}" for name in SIX for part in OF_REQUIREMENT)
    rows = tuple(f"{name}_{part}" for name in criteria for part in OF_CRITERION)
    return (*TAKE, *OVERALL, *six, *rows, *LAST)


def columns_of(rubric: "Rubric") -> tuple[str, ...]:
    """All columns of results that were graded with a rubric."""
    return columns(row.id for row in rubric.criteria)


def is_number(column: str) -> bool:
    """Whether a column holds numbers (and empty cells).

    Examples
    --------
    >>> is_number("rate_low"), is_number("duration_s"), is_number("rate_reason")
    (True, True, False)
    """
    return column.endswith(NUMBERS) or column in COUNTS


def cells_of(report: Report) -> Row:
    """What a report gives to its row: all cells that do not depend on where the recording lies and whose it is."""
    of, overall, baseline = report["recording"], report["overall"], report["baseline"]
    low, high = overall["interval"] or (None, None)
    row: Row = {
        "sha256": of["sha256"], "speaker": of["speaker"], "status": GRADED,
        "duration_s": of["duration_s"],
        "speech_s": round(sum(end - start for start, end in map(_ends, report["segments"]["speech"])), 3),
        "voicecoach_version": report["voicecoach"],
        "rubric": report["rubric"]["name"], "rubric_sha256": report["rubric"]["sha256"],
        "baseline": baseline and baseline["name"], "baseline_sha256": baseline and baseline["sha256"],
        "overall_score": overall["score"], "overall_low": low, "overall_high": high,
        "overall_band": overall["band"], "overall_reason": overall["reason_code"],
        "judged": overall["judged"], "coverage": round(overall["judged"] / overall["of"], 4),
        "warnings": " ".join(of["quality"]["codes"]),
    }  # fmt: skip
    for requirement in report["requirements"]:
        low, high = requirement["interval"] or (None, None)
        cells = (requirement["score"], low, high, requirement["band"], requirement["reason_code"])
        row |= _named(requirement["id"], OF_REQUIREMENT, cells)
    for criterion in report["criteria"]:
        low, high = criterion["interval"] or (None, None)
        row |= _named(
            criterion["id"], OF_CRITERION,
            (criterion["value"], criterion["unit"], low, high, criterion["score"], criterion["reason_code"]),
        )  # fmt: skip
    return row


def failed(code: str, words: Text) -> Row:
    """What a recording that could not be graded gives to its row."""
    return {"status": FAILED, "failure": code, "failure_zh": words["zh"], "failure_en": words["en"]}


def _named(name: str, parts: Iterable[str], cells: Iterable[Cell]) -> Row:
    return {f"{name}_{part}": cell for part, cell in zip(parts, cells, strict=True)}


def _ends(span: Any) -> tuple[float, float]:
    return (span["start"], span["end"]) if isinstance(span, Mapping) else (span[0], span[1])


def take_id(sha256: str, speaker: str) -> str:
    """The id of a take: the same sound has the same one, in every run.

    Examples
    --------
    >>> take_id("0123456789abcdef", "auto"), take_id("0123456789abcdef", "left")
    ('0123456789ab', '0123456789ab-left')
    """
    return sha256[:ID_DIGITS] + ("" if speaker == "auto" else f"-{speaker}")
