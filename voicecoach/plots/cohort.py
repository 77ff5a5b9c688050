"""How scores and values spread over many takes: every take a dot, quartiles behind."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from voicecoach.plots.style import (
    FAINT,
    GRID,
    INK,
    MARKERS,
    PAUSE,
    SERIES,
    TARGET,
    finished,
    font,
    label,
    note,
    panels,
)
from voicecoach.rubric import Rubric, load_rubric
from voicecoach.rubric.curve import target
from voicecoach.timeline import FloatArray
from voicecoach.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# A pandas table, or its lines as mappings: a line a take
Table = Any
Groups = dict[str, FloatArray]


def score_distributions(
    table: Table, lang: str = "zh", *, by: str | None = None, rubric: Rubric | None = None
) -> "Figure":
    """Scores of the six requirements over many takes.

    Parameters
    ----------
    table : DataFrame or sequence of mappings     a line a take, with columns ``rate_score``, ``pause_score``, …
    lang : {"zh", "en"}
    by : str or None                              column that tells groups apart, at most six of them
    rubric : Rubric or None                       titles and target band; default: ``etiquette``

    Returns
    -------
    Figure      score 0-100; the target band tinted, boxes from the first to the third quartile with the median, a dot
                a take. Takes that were not judged are counted in the label, not drawn.

    Raises
    ------
    ValueError    no line has a score, no such column as ``by``, or more than six groups
    """
    chosen = rubric or load_rubric()
    columns = {row.id: f"{row.id}_score" for row in chosen.requirements}
    found = {id: _groups(table, column, by) for id, column in columns.items()}
    if not any(len(values) for groups in found.values() for values in groups.values()):
        raise ValueError(f"no scores in the table: expected columns {', '.join(columns.values())}")
    names = list(next(iter(found.values())))
    figure, (panel,) = panels(1, 1, (10.0, 1.6 + len(columns) * (0.28 + 0.3 * len(names))))
    panel.grid(axis="y", visible=False)
    panel.grid(axis="x", color=GRID, linewidth=0.6)
    panel.axvspan(chosen.bands.on_target, 100, color=TARGET, linewidth=0, zorder=0.5)
    said = []
    for place, requirement in enumerate(chosen.requirements):
        groups = found[requirement.id]
        for index, name in enumerate(names):
            _spread(panel, groups[name], _height(place, index, len(names)), 0.7 / len(names), index)
        count = sum(len(values) for values in groups.values())
        said.append(f"{requirement.title.text(lang)}  n = {count}")
    panel.set(xlim=(0, 100), ylim=(len(columns) - 0.4, -0.6))
    panel.set_yticks(range(len(said)), said)
    label(panel, x=say("plots", "score", lang), title=say("plots", "spread", lang, target=chosen.bands.on_target))
    _legend(figure, names, by)
    return finished(figure)


def value_distributions(
    table: Table, criteria: Sequence[str], lang: str = "zh", *, by: str | None = None, rubric: Rubric | None = None
) -> "Figure":
    """Measured values of some rows over many takes, each on its own axis.

    Parameters
    ----------
    table : DataFrame or sequence of mappings     a line a take, with columns ``ID_value``, as ``measure_many`` gives
    criteria : sequence of str                    ids of rows of the rubric
    lang : {"zh", "en"}
    by : str or None                              column that tells groups apart, at most six of them
    rubric : Rubric or None                       titles, units and targets; default: ``etiquette``

    Returns
    -------
    Figure      one panel a row of the rubric, in its unit; targets tinted

    Raises
    ------
    KeyError      the rubric has no such row
    ValueError    no such column as ``by``, or more than six groups
    """
    chosen = rubric or load_rubric()
    rows = [(id, chosen.criterion(id)) for id in criteria]
    lacking = [id for id, row in rows if row is None]
    if lacking or not rows:
        raise KeyError(lacking[0] if lacking else "no criteria")
    found = {id: _groups(table, f"{id}_value", by) for id in criteria}
    names = list(next(iter(found.values())))
    figure, drawn = panels(len(rows), 1, (10.0, 0.5 + len(rows) * (0.85 + 0.3 * len(names))))
    for panel, (id, row) in zip(drawn, rows, strict=True):
        assert row is not None
        groups = found[id]
        count = sum(len(values) for values in groups.values())
        for index, name in enumerate(names):
            _spread(panel, groups[name], index, 0.6, index)
        panel.set(ylim=(len(names) - 0.4, -0.6), yticks=[])
        panel.grid(axis="x", color=GRID, linewidth=0.6)
        if not count:
            panel.set_xticks([])
            note(panel, say("plots", "nothing", lang), width=60)
        elif row.curve:
            low, high = target(row.curve)
            edges = [*panel.get_xlim(), *(edge for edge in (low, high) if edge is not None)]
            left, right = min(edges), max(edges)
            tint = (left if low is None else low, right if high is None else high)
            panel.axvspan(*tint, color=TARGET, linewidth=0, zorder=0.5)
            panel.set_xlim(left, right)
        label(panel, x=say("units", row.unit, lang), title=f"{row.title.text(lang)}  n = {count}")
    _legend(figure, names, by)
    return finished(figure)


def _groups(table: Table, column: str, by: str | None) -> Groups:
    """Finite values by group, in order of appearance; groups without any are there, empty."""
    lines = _lines(table)
    if by is not None and not any(by in line for line in lines):
        raise ValueError(f"no column {by!r} in the table")
    groups: dict[str, list[float]] = {}
    for line in lines:
        mine = groups.setdefault(str(line.get(by)) if by else "", [])
        value = line.get(column)
        if value is not None and value != "" and np.isfinite(float(value)):
            mine.append(float(value))
    if len(groups) > len(SERIES):
        raise ValueError(f"{by}: {len(groups)} groups, expected at most {len(SERIES)}")
    return {name: np.array(values, float) for name, values in groups.items()} or {"": np.zeros(0)}


def _lines(table: Table) -> list[Mapping[str, Any]]:
    if hasattr(table, "to_dict") and hasattr(table, "columns"):  # a pandas table; no need to import it for that
        records: list[Mapping[str, Any]] = table.to_dict("records")
        return records
    given: Iterable[Mapping[str, Any]] = table
    return list(given)


def _height(place: int, index: int, count: int) -> float:
    return place + (index - (count - 1) / 2) * 0.8 / count


def _spread(panel: "Axes", values: FloatArray, height: float, thickness: float, index: int) -> None:
    """A box over the quartiles, the median, and a dot a take, set apart so that none hides another."""
    if not len(values):
        return
    low, middle, high = np.percentile(values, [25, 50, 75])
    if len(values) >= 4:
        panel.barh(height, high - low, thickness, left=low, color=PAUSE, edgecolor=FAINT, linewidth=0.8, zorder=1)
        panel.plot([middle] * 2, [height - thickness / 2, height + thickness / 2], color=INK, linewidth=2, zorder=3)
    offsets = np.zeros(len(values))
    offsets[np.argsort(values, kind="stable")] = np.resize([0.0, 0.5, -0.5, 0.25, -0.25], len(values))
    panel.plot(
        values, height + offsets * 0.6 * thickness, MARKERS[index], color=SERIES[index], markersize=5,
        markeredgecolor="white", markeredgewidth=0.4, alpha=0.85, zorder=2, clip_on=False,
    )  # fmt: skip


def _legend(figure: "Figure", names: Sequence[str], by: str | None) -> None:
    if by is None:
        return
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker=MARKERS[index], color=SERIES[index], label=name)
        for index, name in enumerate(names)
    ]
    figure.legend(handles=handles, loc="outside upper left", frameon=False, prop=font(), ncols=len(names))


