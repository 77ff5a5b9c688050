"""How all takes lie: for each requirement a histogram of its leading figure against the target, as inline SVG."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from voicecoach.cohort.page.records import Cohort, Requirement
from voicecoach.report.numbers import number, span

BINS, TICKS = 26, 5  # at most
WIDTH, HEIGHT, FOOT = 320, 96, 20  # units of the drawing
OUTER = (1.0, 99.0)  # percentiles that are surely drawn to scale
STRAYING = 2.0  # times their range: where all values need more room than that, the strays stand in the outermost bins
ROOM = 0.08  # of the range, left free beside the target


@dataclass(frozen=True)
class Spread:
    """One requirement over all takes: the drawing, and how many takes stand in each band."""

    requirement: Requirement
    drawing: Markup | None
    target: str
    counts: tuple[tuple[str | None, int], ...]
    clipped: bool


def spreads(cohort: Cohort) -> list[Spread]:
    """All requirements, in the rubric's order; takes graded otherwise than most are left out."""
    return [_spread(one, cohort) for one in cohort.requirements]


def edges(values: Sequence[float], target: tuple[float | None, float | None] | None) -> list[float]:
    """Round edges of bins over most of the values and the target.

    Examples
    --------
    >>> edges([100.0, 110.0, 148.0], (120, 150))[:3]
    [100.0, 102.5, 105.0]
    """
    low, high = (float(edge) for edge in np.percentile(values, OUTER))
    if max(values) - min(values) <= STRAYING * (high - low):
        low, high = min(values), max(values)
    known = [float(edge) for edge in target or () if edge is not None]
    if known:
        room = ROOM * (max([high, *known]) - min([low, *known]))
        low, high = min(low, min(known) - room), max(high, max(known) + room)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    locator = MaxNLocator(nbins=BINS, steps=[1, 2, 2.5, 5, 10])
    return [round(float(edge), 9) for edge in locator.tick_values(low, high)]


def _spread(requirement: Requirement, cohort: Cohort) -> Spread:
    judged = [one for take in cohort.takes if take.alike and (one := take.judged.get(requirement.id))]
    values = [one.value for one in judged if one.value is not None]
    counted = Counter(one.band for one in judged)
    target = requirement.target
    limits = edges(values, target) if values else []
    return Spread(
        requirement, histogram(values, limits, target) if values else None, span(*target) if target else "",
        tuple((name, counted[name]) for name in [*(name for name, _ in cohort.bands), None]),
        clipped=bool(values) and (min(values) < limits[0] or max(values) > limits[-1]),
    )  # fmt: skip


def histogram(
    values: Sequence[float], limits: Sequence[float], target: tuple[float | None, float | None] | None
) -> Markup:
    """Bars over round bins, the target as a tinted stretch; a bar's title says how many takes it holds."""
    low, high = limits[0], limits[-1]
    counts, _ = np.histogram(np.clip(values, low, high), limits)
    tallest = max(int(counts.max()), 1)

    def x(value: float) -> float:
        return WIDTH * (value - low) / (high - low)

    parts = []
    if target is not None:
        left, right = x(low if target[0] is None else target[0]), x(high if target[1] is None else target[1])
        tint = Markup('<rect class="target" x="{}" y="0" width="{}" height="{}"/>')
        parts.append(tint.format(_n(left), _n(right - left), HEIGHT))
    for count, left, right in zip(counts, limits, limits[1:], strict=False):
        if count:
            tall = max((HEIGHT - 8) * int(count) / tallest, 1.5)
            parts.append(
                Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
                    _n(x(left) + 0.5), _n(HEIGHT - tall), _n(x(right) - x(left) - 1), _n(tall), span(left, right), count
                )
            )
    parts.append(Markup('<line class="rule" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, HEIGHT, HEIGHT))
    for tick in MaxNLocator(nbins=TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high):
        if low <= tick <= high:
            at = x(float(tick))
            anchor = "start" if at < 12 else "end" if at > WIDTH - 12 else "middle"
            parts.append(
                Markup('<text class="edge" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                    _n(at), HEIGHT + 14, anchor, number(float(tick))
                )
            )
    return Markup('<svg class="spread" viewBox="0 0 {} {}" focusable="false" aria-hidden="true">{}</svg>').format(
        WIDTH, HEIGHT + FOOT, Markup("").join(parts)
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
