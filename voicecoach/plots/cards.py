"""The six requirements of a report: each with the value that leads it, on its own scale and curve."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from voicecoach.plots.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    TARGET,
    VERMILION,
    finished,
    font,
    label,
    note,
    panels,
)
from voicecoach.results import Report
from voicecoach.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BANDS = {"on_target": GREEN, "close": ORANGE, "practise": VERMILION}


def requirement_cards(report: Report | Mapping[str, Any], lang: str = "zh") -> "Figure":
    """One panel a requirement: its score, and how its leading row came to its own.

    The line is the row's curve from value to score, the tinted stretch its target, the dot the value measured, with its
    90 % interval. A row that could not be measured says why.

    Parameters
    ----------
    report : Report, or Mapping as its JSON holds it
    lang : {"zh", "en"}

    Returns
    -------
    Figure      two rows of three panels: score over the leading row's unit
    """
    told = report.to_dict() if isinstance(report, Report) else report
    rows = {row["id"]: row for row in told["criteria"]}
    figure, cards = panels(2, 3, (10.0, 6.0))
    for index, (panel, requirement) in enumerate(zip(cards, told["requirements"], strict=True)):
        lead = rows[requirement["lead"]]
        _head(panel, requirement, lang)
        if lead["value"] is None or not lead["curve"]:
            panel.set(xticks=[], yticks=[])
            panel.spines[:].set_visible(False)
            note(panel, (lead["words"]["reason"] or lead["words"]["title"])[lang], width=34)
            continue
        _draw(panel, lead)
        label(panel, x=f"{lead['words']['title'][lang]} ({lead['words']['unit'][lang]})")
        if index % 3 == 0:
            label(panel, y=say("plots", "score", lang))
    return finished(figure)


def _head(panel: "Axes", requirement: Mapping[str, Any], lang: str) -> None:
    label(panel, title=requirement["words"]["title"][lang])
    if requirement["score"] is None:
        panel.set_title(say("plots", "not_scored", lang), loc="right", color=FAINT, fontproperties=font())
        return
    low, high = requirement["interval"]
    said = f"{requirement['score']:.0f}  ({low:.0f}–{high:.0f})  {say('bands', requirement['band'], lang)}"
    panel.set_title(said, loc="right", color=INK, fontproperties=font())
    panel.axhspan(104, 110, color=BANDS[requirement["band"]], linewidth=0)  # a strip in the band's colour
    panel.set(ylim=(0, 110))


def _draw(panel: "Axes", lead: Mapping[str, Any]) -> None:
    curve = np.array(lead["curve"], float)
    value, (low, high) = lead["value"], lead["interval"] or (lead["value"], lead["value"])
    left, right = min(curve[0, 0], low), max(curve[-1, 0], high)
    edge = 0.06 * (right - left)
    left, right = left - edge, right + edge
    target = lead["target"] or (None, None)
    panel.axvspan(
        left if target[0] is None else target[0], right if target[1] is None else target[1], ymax=100 / 110,
        color=TARGET, linewidth=0, zorder=0.5,
    )  # fmt: skip
    panel.plot([left, *curve[:, 0], right], [curve[0, 1], *curve[:, 1], curve[-1, 1]], color=FAINT, linewidth=1.4)
    height = float(np.interp(value, curve[:, 0], curve[:, 1]))
    panel.plot([low, high], [height, height], color=BLUE, linewidth=4, alpha=0.45, solid_capstyle="butt")
    panel.plot([value], [height], "o", color=BLUE, markersize=8, markeredgecolor="white", clip_on=False)
    panel.set(xlim=(left, right), ylim=(0, 110), yticks=[0, 20, 40, 60, 80, 100])
