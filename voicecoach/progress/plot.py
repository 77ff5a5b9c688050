"""Small plots over takes: target bands, the ribbon of the level, a dot with its margin for each take.

Inline SVG. Places along x are percent, so that a plot fits its box and dots stay round; what must stretch (ribbon,
line) lies in a drawing of its own inside. Nothing is computed here but places.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from voicecoach.report.numbers import number

MARGIN = 7.0  # % left free at either end
TOP, HEIGHT, FOOT = 8, 112, 8  # px
DIAMOND = "M0 -8 L7 0 L0 8 L-7 0 Z"


@dataclass(frozen=True)
class Dot:
    """A take on a plot. ``link`` leads to its report; ``told`` is what a pointer shows."""

    place: int
    value: float
    interval: tuple[float, float] | None
    solid: bool
    best: bool
    link: str | None
    told: str


@dataclass(frozen=True)
class Level:
    """The ribbon at a take: middle, low, high."""

    place: int
    middle: float
    low: float
    high: float


def plot(
    dots: Sequence[Dot], count: int, scale: tuple[float, float], *,
    bands: Sequence[tuple[str, float, float]] = (), levels: Sequence[Level] = (), ticks: Sequence[float] = (),
) -> Markup:  # fmt: skip
    """Draw dots over ``count`` takes on a scale.

    Parameters
    ----------
    dots : sequence of Dot
    count : int                     takes along x, evenly spaced
    scale : (float, float)          lowest and highest value shown; what lies beyond is drawn at the edge
    bands : sequence of (kind, low, high)     tinted stretches of the scale
    levels : sequence of Level      oldest first
    ticks : sequence of float       values that are labelled
    """
    low, high = scale

    def y(value: float) -> float:
        return TOP + HEIGHT * (1 - min(max((value - low) / (high - low), 0.0), 1.0))

    parts = [_band(kind, y(top), y(bottom)) for kind, bottom, top in bands]
    parts += [Markup('<line class="rule" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(_n(y(tick))) for tick in ticks]
    if levels:
        parts.append(_ribbon([(x(one.place, count), y(one.middle), y(one.low), y(one.high)) for one in levels]))
    parts += [_dot(dot, x(dot.place, count), y) for dot in dots]
    parts += [
        Markup('<text class="edge" x="2" y="{}">{}</text>').format(
            _n(y(tick) + (12 if y(tick) < 2 * TOP else -3)), number(tick)
        )
        for tick in ticks
    ]
    total = TOP + HEIGHT + FOOT
    return Markup('<svg class="course" width="100%" height="{}" focusable="false">{}</svg>').format(
        total, Markup("").join(parts)
    )


def x(place: int, count: int) -> float:
    """Where a take stands, % of the width.

    Examples
    --------
    >>> x(0, 3), x(1, 3), x(2, 3), x(0, 1)
    (7.0, 50.0, 93.0, 50.0)
    """
    return 50.0 if count == 1 else MARGIN + (100 - 2 * MARGIN) * place / (count - 1)


def row_scale(
    values: Sequence[float], target: tuple[float | None, float | None] | None
) -> tuple[float, float]:
    """Lowest and highest value of a plot of a row: values and target with some room.

    Examples
    --------
    >>> row_scale([100.0, 200.0], (120, 150))
    (85.0, 215.0)
    >>> row_scale([5.0], None)
    (4.25, 5.75)
    """
    edges = [float(edge) for edge in target or () if edge is not None]
    low, high = min([*values, *edges]), max([*values, *edges])
    room = 0.15 * ((high - low) or abs(high) or 1.0)
    return low - room, high + room


def _band(kind: str, top: float, bottom: float) -> Markup:
    return Markup('<rect class="{}" x="0" width="100%" y="{}" height="{}"/>').format(kind, _n(top), _n(bottom - top))


def _ribbon(places: Sequence[tuple[float, float, float, float]]) -> Markup:
    """The ribbon and its middle line, (x, middle, low, high) each; of one take a short stroke."""
    if len(places) == 1:
        at, middle_y, low_y, high_y = places[0]
        places = [(at - 2, middle_y, low_y, high_y), (at + 2, middle_y, low_y, high_y)]
    upper = [f"{_n(at)} {_n(high)}" for at, _, _, high in places]
    lower = [f"{_n(at)} {_n(low)}" for at, _, low, _ in reversed(places)]
    middle = [f"{_n(at)} {_n(mid)}" for at, mid, _, _ in places]
    height = TOP + HEIGHT + FOOT
    return Markup(
        '<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">'
        '<path class="ribbon" d="M{1}Z"/><path class="level" d="M{2}"/></svg>'
    ).format(height, "L".join([*upper, *lower]), "L".join(middle))


def _dot(dot: Dot, at: float, y: Callable[[float], float]) -> Markup:
    place, middle = f"{_n(at)}%", y(dot.value)
    bar = Markup("")
    if dot.interval:
        bar = Markup('<line class="margin" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(
            place, _n(y(dot.interval[0])), _n(y(dot.interval[1]))
        )
    kind = "dot" if dot.solid else "dot apart"
    if dot.best:
        mark = Markup('<svg x="{}" y="{}" overflow="visible"><path class="dot best" d="{}"/></svg>').format(
            place, _n(middle), DIAMOND
        )
    else:
        mark = Markup('<circle class="{}" cx="{}" cy="{}" r="4.5"/>').format(kind, place, _n(middle))
    drawn = Markup("<g><title>{}</title>{}{}</g>").format(dot.told, bar, mark)
    if dot.link is None:
        return drawn
    return Markup('<a href="{}" aria-label="{}">{}</a>').format(dot.link, dot.told, drawn)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
