"""The drawings of the page about a voice, as SVG: how often each pitch occurs, and the smile shifts of the pieces."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from voicecoach.report.numbers import number

WIDTH, HEIGHT, FOOT = 560, 170, 24
SMILE_HEIGHT = 120
DOT = 7
LEAST_SPAN = (-4.0, 8.0)  # %; the axis of smile shifts holds at least this


def range_plot(register: Mapping[str, Any]) -> Markup:
    """Bars of the time spent at each semitone; the third of the range that stands out is filled, the others pale.

    Parameters
    ----------
    register : Mapping    of :func:`voicecoach.own_voice.register.register`
    """
    counts, low = register["histogram"], register["from_st"]
    if not counts:
        return Markup("")
    step = WIDTH / len(counts)
    most = max(counts)
    best = register["parts"].get(register["best"] or "")
    drawn = []
    for k, share in enumerate(counts):
        hz = 100 * 2 ** ((low + k) / 12)
        kind = "best" if best and best["low_hz"] <= hz <= best["high_hz"] else "pale"
        tall = (HEIGHT - FOOT - 4) * share / most
        drawn.append(
            f'<rect class="{kind}" x="{k * step + 1.5:.1f}" y="{HEIGHT - FOOT - tall:.1f}" width="{step - 3:.1f}" '
            f'height="{tall:.1f}" rx="2"/>'
        )
    every = max(1, round(len(counts) / 5))
    labelled = [((k + 0.5) * step, 100 * 2 ** ((low + k) / 12)) for k in range(every // 2, len(counts), every)]
    ticks = [f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{hz:.0f}</text>' for x, hz in labelled]
    return _svg(HEIGHT, [*drawn, f'<path class="axis" d="M0 {HEIGHT - FOOT}H{WIDTH}"/>', *ticks])


def smile_plot(smile: Mapping[str, Any]) -> Markup:
    """Each piece a dot on an axis in percent: neutral ones above, smiling ones below; nothing where there are none.

    Parameters
    ----------
    smile : Mapping    of :func:`voicecoach.own_voice.smiles.smile_told`
    """
    rows = [("neutral", smile["neutral"], 28), ("smiling", smile["smiling"], 66)]
    every: list[float] = [float(value) for _, values, _ in rows for value in values]
    if not every:
        return Markup("")
    low, high = min(LEAST_SPAN[0], *every) - 1, max(LEAST_SPAN[1], *every) + 1

    def x(value: float) -> float:
        return WIDTH * (value - low) / (high - low)

    drawn = [f'<path class="axis" d="M0 {y}H{WIDTH}"/>' for _, _, y in rows]
    drawn += [f'<path class="zero" d="M{x(0):.1f} 8V{SMILE_HEIGHT - FOOT}"/>']
    for kind, values, y in rows:
        drawn += [f'<circle class="{kind}" cx="{x(value):.1f}" cy="{y}" r="{DOT}"/>' for value in values]
    step = 2 if high - low < 18 else 5
    ticks = [k for k in range(int(low) - 1, int(high) + 1) if k % step == 0 and 14 < x(k) < WIDTH - 14]
    drawn += [
        f'<text x="{x(k):.1f}" y="{SMILE_HEIGHT - 6}" text-anchor="middle">{number(float(k))} %</text>' for k in ticks
    ]
    return _svg(SMILE_HEIGHT, drawn)


def _svg(height: int, drawn: list[str]) -> Markup:
    inside = "".join(drawn)
    return Markup(f'<svg class="drawing" viewBox="0 0 {WIDTH} {height}" role="img" aria-hidden="true">{inside}</svg>')
