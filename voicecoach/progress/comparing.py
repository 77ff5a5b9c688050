"""Which takes can be compared with the newest one, on which rows, and why the others cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from voicecoach.progress.likeness import Like, Part, mixed, parts_of

SAME_GAIN_DB = 3.0  # dB that the noise floor may differ: more, and the input was set otherwise, or the room is another
ENOUGH = 0.5  # of the weight of the newest take's rows: a take that has less of them is not compared
OWN_DOING = ("no_deliberate_pauses",)  # a row without a value for this reason is a result, not a gap


@dataclass(frozen=True)
class Steadiness:
    """How much scores vary though nothing changed, points; ``steadiness.toml`` says how that was measured.

    Attributes
    ----------
    chain : Mapping     row → under another gain, codec or noise. Rows that are in neither are not compared
    level : Mapping     row → the same for rows that another gain moves: compared only where the gain was the same
    takes : Mapping     requirement → from take to take of one person, beyond the stated uncertainty
    """

    chain: Mapping[str, float]
    level: Mapping[str, float]
    takes: Mapping[str, float]

    def of(self, parts: Sequence[Part]) -> float:
        """What the recording adds to the uncertainty of a mean of these rows, points."""
        known = {**self.chain, **self.level}
        total = sum(part.weight for part in parts)
        return float(sum((part.weight * known[part.row]) ** 2 for part in parts) ** 0.5 / total)


@cache
def steadiness() -> Steadiness:
    """The measured figures that ship with the package."""
    found = loads(files("voicecoach.progress").joinpath("steadiness.toml").read_text(encoding="utf-8"))
    return Steadiness(found["chain"], found["level"], found["takes"])


@dataclass(frozen=True)
class Compared:
    """A requirement of a take: its score on the compared rows (``sd`` as stated, nothing added), or why it has none."""

    like: Like | None
    parts: tuple[Part, ...]
    reason: str | None


def unlike(report: Mapping[str, Any], newest: Mapping[str, Any]) -> str | None:
    """Why two reports cannot be compared at all; None if they can.

    Examples
    --------
    >>> one = {"rubric": {"sha256": "a"}, "voicecoach": "1", "settings": {}, "recording": {"quality": {"band": "x"}}}
    >>> unlike(one, one), unlike(one | {"voicecoach": "2"}, one), unlike(one | {"rubric": {"sha256": "b"}}, one)
    (None, 'version', 'rubric')
    """
    if report["rubric"]["sha256"] != newest["rubric"]["sha256"]:
        return "rubric"
    if report["voicecoach"] != newest["voicecoach"]:
        return "version"
    if report["settings"] != newest["settings"]:
        return "settings"
    band, wanted = report["recording"]["quality"]["band"], newest["recording"]["quality"]["band"]
    return "line" if band != wanted and "no_speech" not in report["recording"]["quality"].get("codes", ()) else None


def compare(reports: Sequence[Mapping[str, Any]], figures: Steadiness) -> dict[str, list[Compared]]:
    """Requirement → one entry a report, oldest first, on the rows that all compared ones have.

    The newest report in which the requirement was judged says which rows count. A row is left out where codec, noise
    or gain move it (``figures``), where it looks at the speaker's own voice and that is another recording now, and
    where another gain moves it and the noise floor says that the gain was another.
    """
    newest = reports[-1]
    unlikeness = [unlike(report, newest) for report in reports]
    parts = [[] if why else parts_of(report) for report, why in zip(reports, unlikeness, strict=True)]
    found = {}
    for requirement in newest["requirements"]:
        mine = [[part for part in of if part.requirement == requirement["id"]] for of in parts]
        found[requirement["id"]] = _compare(requirement["id"], reports, unlikeness, mine, figures)
    return found


def _compare(
    requirement: str, reports: Sequence[Mapping[str, Any]], unlikeness: Sequence[str | None],
    parts: Sequence[Sequence[Part]], figures: Steadiness,
) -> list[Compared]:  # fmt: skip
    known = {*figures.chain, *figures.level}
    usable = [[part for part in of if part.row in known] for of in parts]
    reference = next((i for i in reversed(range(len(reports))) if usable[i]), None)
    if reference is None:
        return [Compared(None, (), why or _missing(requirement, of, report))
                for why, of, report in zip(unlikeness, parts, reports, strict=True)]  # fmt: skip
    wanted = {part.row: part.weight for part in usable[reference]}
    kept: list[list[Part]] = []
    reasons: list[str | None] = []
    for report, why, of, all_parts in zip(reports, unlikeness, usable, parts, strict=True):
        mine, left_out = _alike(of, report, reports[reference], figures)
        absent = _own_doing(report, requirement)
        has = sum(wanted.get(part.row, part.weight) for part in mine) + sum(wanted.get(row, 0.0) for row in absent)
        short = not mine or has < ENOUGH * sum(wanted.values()) or (left_out is not None and not _leads(mine, wanted))
        kept.append([] if why or short else mine)
        reasons.append(why or (left_out or _missing(requirement, all_parts, report) if short else None))
    common = _common(kept, reports, requirement)
    result = []
    for of, reason in zip(kept, reasons, strict=True):
        mine = [part for part in of if part.row in common]
        empty = reason is None and not mine
        result.append(Compared(mixed(mine) if mine else None, tuple(mine), "few_rows" if empty else reason))
    return result


def _alike(
    parts: Sequence[Part], report: Mapping[str, Any], reference: Mapping[str, Any], figures: Steadiness
) -> tuple[list[Part], str | None]:
    """The rows that were measured under the same circumstances, and why some were not."""
    same_voice = _voice(report) == _voice(reference)
    same_gain = _same_gain(report, reference)
    kept, why = [], None
    for part in parts:
        if part.uses_baseline and not same_voice:
            why = "baseline"
        elif part.row in figures.level and not same_gain:
            why = "gain"
        else:
            kept.append(part)
    return kept, why


def _leads(parts: Sequence[Part], wanted: Mapping[str, float]) -> bool:
    """Whether the weightiest of the wanted rows is among these."""
    return max(wanted, key=lambda row: wanted[row]) in {part.row for part in parts}


def _common(kept: Sequence[Sequence[Part]], reports: Sequence[Mapping[str, Any]], requirement: str) -> set[str]:
    """Rows that every compared take has, or lacks by the speaker's own doing."""
    used = [
        {part.row for part in of} | _own_doing(report, requirement)
        for of, report in zip(kept, reports, strict=True) if of
    ]  # fmt: skip
    return set.intersection(*used) if used else set()


def _own_doing(report: Mapping[str, Any], requirement: str) -> set[str]:
    return {
        row["id"] for row in report["criteria"]
        if row["requirement"] == requirement and row["reason_code"] in OWN_DOING
    }  # fmt: skip


def _missing(requirement: str, parts: Sequence[Part], report: Mapping[str, Any]) -> str:
    """Why there is nothing to compare: it was not judged, or all that was judged describes the recording."""
    judged = any(row["id"] == requirement and row["score"] is not None for row in report["requirements"])
    return "recording" if judged and parts else "not_judged"


def _voice(report: Mapping[str, Any]) -> str | None:
    return report["baseline"]["sha256"] if report["baseline"] else None


def _same_gain(report: Mapping[str, Any], reference: Mapping[str, Any]) -> bool:
    """Whether the noise floors are known and alike: another gain would have moved them with the voice."""
    floors = [one["recording"]["quality"]["noise_level_db"] for one in (report, reference)]
    return None not in floors and abs(floors[0] - floors[1]) <= SAME_GAIN_DB
