"""One look for all figures: colours that every common colour vision tells apart, one font for both languages."""

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from voicecoach.report.fonts import font_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

# Okabe & Ito (2008), "Color Universal Design", https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"
SERIES = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P")  # groups differ in shape too: for prints without colour
INK, FAINT, GRID = "#1b1f24", "#6b7280", "#e5e7eb"
TARGET, PAUSE = "#d9f0e8", "#dfe3e8"  # tints of GREEN and of FAINT, behind the data
TITLE_PT, LABEL_PT, TICK_PT = 11, 10, 9


def panels(rows: int, columns: int, size: tuple[float, float], *, same_x: bool = False) -> "tuple[Figure, list[Axes]]":
    """A new figure and its empty panels, row by row.

    Parameters
    ----------
    rows, columns : int
    size : (width, height)     of the figure, inches
    same_x : bool              one horizontal axis for all
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    grid: Any = figure.subplots(rows, columns, sharex=same_x, squeeze=False)
    found = [panel for row in grid for panel in row]
    for panel in found:
        panel.spines[["top", "right"]].set_visible(False)
        panel.spines[["left", "bottom"]].set_color(FAINT)
        panel.set_axisbelow(True)
        panel.grid(axis="y", color=GRID, linewidth=0.6)
        panel.tick_params(colors=INK, labelsize=TICK_PT, length=3, color=FAINT)
    return figure, found


def font(points: float = LABEL_PT) -> "FontProperties":
    """The shipped font, in that size."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(font_path()), size=points)


def label(panel: "Axes", *, x: str | None = None, y: str | None = None, title: str | None = None) -> None:
    """Name the axes and the panel."""
    if x is not None:
        panel.set_xlabel(x, color=INK, fontproperties=font())
    if y is not None:
        panel.set_ylabel(y, color=INK, fontproperties=font())
    if title is not None:
        panel.set_title(title, color=INK, fontproperties=font(TITLE_PT), loc="left")


def finished(figure: "Figure") -> "Figure":
    """The figure with the numbers on its axes in the shipped font, too. It has no minus sign: a dash stands for it."""
    from matplotlib.ticker import FuncFormatter, ScalarFormatter

    for panel in figure.axes:
        for axis in (panel.xaxis, panel.yaxis):
            if isinstance(axis.get_major_formatter(), ScalarFormatter):
                axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "–")))
            for tick in axis.get_ticklabels():
                tick.set_fontproperties(font(TICK_PT))
    vars(figure)["_repr_png_"] = partial(_png, figure)
    return figure


def _png(figure: "Figure") -> bytes:
    """What a notebook shows: it knows figures of its own only once pyplot has been used, which these never do."""
    out = BytesIO()
    figure.savefig(out, format="png", bbox_inches="tight")
    return out.getvalue()


def note(panel: "Axes", text: str, *, width: int = 36) -> None:
    """A sentence in the middle of an empty panel."""
    panel.text(
        0.5, 0.5, wrapped(text, width), transform=panel.transAxes, ha="center", va="center", color=FAINT,
        fontproperties=font(),
    )  # fmt: skip


def wrapped(text: str, width: int) -> str:
    """A text on lines of at most ``width`` columns; Chinese characters are two columns wide and may part anywhere.

    Examples
    --------
    >>> wrapped("too little speech", 10)
    'too little\\nspeech'
    >>> wrapped("语音太少，无法评分。", 12)
    '语音太少，无\\n法评分。'
    """
    lines, line, used = [], "", 0
    for word in _pieces(text):
        columns = sum(2 if east_asian_width(c) in "WF" else 1 for c in word.rstrip())
        closing = word[0] in "，。；：！？、）”"  # never begins a line
        if line and used + columns > width and not closing:
            lines.append(line.rstrip())
            line, used = "", 0
        line += word
        used += columns + len(word) - len(word.rstrip())
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> list[str]:
    """Where a line may break: after a space, and before and after every Chinese character."""
    pieces: list[str] = []
    for char in text:
        wide = east_asian_width(char) in "WF"
        if not pieces or wide or pieces[-1].endswith(" ") or east_asian_width(pieces[-1][-1]) in "WF":
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces
