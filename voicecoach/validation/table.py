"""The table of accuracy: one line a figure, ours beside the others', and whether our bar is met."""

import csv
import io
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from voicecoach.validation.checks import OURS, Check, Figure, Observation, every
from voicecoach.validation.run import JOINED, Seen
from voicecoach.validation.statistics import interval

Interval = tuple[float, float]
TOGETHER = "all sets"


@dataclass(frozen=True)
class Result:
    """A figure of one tool, with its 95 % interval where there are enough speakers or clips."""

    value: float
    interval: Interval | None = None


@dataclass(frozen=True)
class Bar:
    """What a figure must be."""

    at_most: float | None = None
    at_least: float | None = None
    within: Interval | None = None
    over: str | None = None  # a tool that ours must beat by ``by``, in the same run
    by: float = 0.0

    def text(self) -> str:
        """As the table shows it.

        Examples
        --------
        >>> Bar(at_most=4.0).text(), Bar(over="silero", by=0.05).text()
        ('<= 4', '>= silero + 0.05')
        """
        if self.over is not None:
            return f">= {self.over} + {self.by:g}"
        if self.within is not None:
            return f"{self.within[0]:g} to {self.within[1]:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else f">= {self.at_least:g}"

    def met(self, tools: dict[str, Result]) -> bool | None:
        """Whether ours meets it; None where the tool to be beaten did not run."""
        value = tools[OURS].value
        if self.over is not None:
            return None if self.over not in tools else value >= tools[self.over].value + self.by
        if self.within is not None:
            return self.within[0] <= value <= self.within[1]
        if self.at_most is not None:
            return value <= self.at_most
        return self.at_least is None or value >= self.at_least


@dataclass(frozen=True)
class Line:
    """One line: a figure of one measure on one set under one condition.

    ``by_sex`` holds our figure for each sex that is known; ``met`` is None where there is no bar or it cannot be told.
    """

    measure: str
    set: str
    condition: str
    figure: str
    unit: str
    clips: int
    speakers: int
    tools: dict[str, Result]
    by_sex: dict[str, float]
    bar: str | None
    met: bool | None
    failed: tuple[str, ...]

    @property
    def sets(self) -> list[str]:
        """The sets that its recordings are from."""
        return self.set.split(JOINED)


def lines(seen: Sequence[Seen]) -> list[Line]:
    """The table, in the order of the checks, then sets, then conditions."""
    found = []
    for check in every():
        parts = sorted((s for s in seen if s.measure == check.measure), key=lambda s: s.set)
        for part in [*parts, *(_pooled(parts) if check.pooled else ())]:
            found += [line for figure in check.figures if (line := _line(check, figure, part)) is not None]
    return found


def _pooled(parts: Sequence[Seen]) -> list[Seen]:
    """The observations of all sets together, for each condition that several of them were heard under."""
    by_condition: dict[str, list[Seen]] = {}
    for part in parts:
        by_condition.setdefault(part.condition, []).append(part)
    return [
        Seen(same[0].measure, TOGETHER, condition, tuple(o for part in same for o in part.observations), ())
        for condition, same in by_condition.items()
        if len(same) > 1
    ]


def _line(check: Check, figure: Figure, seen: Seen) -> Line | None:
    by_tool: dict[str, list[Observation]] = {}
    for observation in seen.observations:
        by_tool.setdefault(observation.tool, []).append(observation)
    tools = {
        tool: Result(value, interval(observations, figure.of))
        for tool, observations in by_tool.items()
        if (value := figure.of(observations)) is not None
    }
    if OURS not in tools:
        return None
    ours = by_tool[OURS]
    bar = _bar(check.measure, seen.set, seen.condition, figure.name)
    sexes = {sex: figure.of([o for o in ours if o.sex == sex]) for sex in ("f", "m") if any(o.sex == sex for o in ours)}
    return Line(
        measure=check.measure, set=seen.set, condition=seen.condition, figure=figure.name, unit=figure.unit,
        clips=len({o.clip for o in ours}), speakers=len({o.speaker for o in ours if o.speaker}), tools=tools,
        by_sex={sex: value for sex, value in sexes.items() if value is not None and len(sexes) > 1},
        bar=bar.text() if bar else None, met=bar.met(tools) if bar else None, failed=seen.failed,
    )  # fmt: skip


@cache
def _bars() -> list[dict[str, Any]]:
    text = files("voicecoach.validation").joinpath("bars.toml").read_text(encoding="utf-8")
    bars: list[dict[str, Any]] = tomllib.loads(text)["bar"]
    return bars


def _bar(measure: str, set_: str, condition: str, figure: str) -> Bar | None:
    """The bar of ``bars.toml`` that fits; a bar without ``set`` or ``condition`` fits every one."""
    here = {"measure": measure, "set": set_, "condition": condition, "figure": figure}
    for row in _bars():
        if all(row.get(key, value) == value for key, value in here.items()):
            within = row.get("within")
            return Bar(
                row.get("at_most"), row.get("at_least"), tuple(within) if within else None, row.get("over"),
                row.get("by", 0.0),
            )  # fmt: skip
    return None


def markdown(table: Sequence[Line]) -> str:
    """As a GitHub table; a figure is followed by its 95 % interval."""
    rows = ["| measure | recordings | condition | clips (speakers) | figure | voicecoach | others | f / m | bar |",
            "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for line in table:
        others = "; ".join(f"{tool} {shown(result)}" for tool, result in line.tools.items() if tool != OURS)
        sexes = " / ".join(f"{value:.3g}" for value in line.by_sex.values())
        met = {None: "", True: ", met", False: ", **missed**"}[line.met]
        cells = [
            line.measure, line.set, line.condition, f"{line.clips} ({line.speakers or '?'})",
            f"{line.figure}{', ' + line.unit if line.unit else ''}", shown(line.tools[OURS]), others, sexes,
            f"{line.bar}{met}" if line.bar else "",
        ]  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    failures = sorted({failure for line in table for failure in line.failed})
    notes = [f"- not measured: {failure}" for failure in failures]
    return "\n".join(rows + (["", *notes] if notes else [])) + "\n"


def shown(result: Result) -> str:
    """A figure and its interval.

    Examples
    --------
    >>> shown(Result(3.14159, (2.0, 4.5)))
    '3.14 (2 to 4.5)'
    """
    if result.interval is None:
        return f"{result.value:.3g}"
    return f"{result.value:.3g} ({result.interval[0]:.3g} to {result.interval[1]:.3g})"


def csv_text(table: Sequence[Line]) -> str:
    """Long form: one row a line and tool."""
    out = io.StringIO()
    names = ["measure", "set", "condition", "clips", "speakers", "figure", "unit", "tool", "value", "low", "high",
             "bar", "met"]  # fmt: skip
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for line in table:
        for tool, result in line.tools.items():
            own = [line.bar, line.met] if tool == OURS else [None, None]
            ends = [f"{x:.6g}" for x in result.interval or ()] or ["", ""]
            writer.writerow([
                line.measure, line.set, line.condition, line.clips, line.speakers, line.figure, line.unit, tool,
                f"{result.value:.6g}", *ends, *own,
            ])  # fmt: skip
    return out.getvalue()


def records(table: Sequence[Line]) -> list[dict[str, Any]]:
    """As plain dicts, for JSON or a data frame."""
    return [asdict(line) for line in table]


FORMATS: dict[str, Callable[[Sequence[Line]], str]] = {".md": markdown, ".csv": csv_text}
