"""The whole call as lanes over one time axis: waveform, pitch, pauses, running rate, and the marks on them.

Each lane is an SVG that stretches with its box (seconds along x, 100 units high), so the same drawing serves the
screen at any zoom, the printed page and a browser without scripts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from voicecoach.report.numbers import clock, number, span

HEIGHT = 100.0
TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)
MOST_TICKS = 8
SMALLEST_RANGE_ST = 6.0
TOUCHING = 16.0  # % of the height under which two labels would run into each other
DENSE = 400  # strokes from which they are drawn lighter, or a long call would be one dark block


@dataclass(frozen=True)
class Lane:
    """One lane.

    Attributes
    ----------
    name : str                              ``wave``, ``pitch``, ``pauses`` or ``rate``
    svg : Markup                            the drawing
    ticks : tuple of (float, str)           where a label stands (% from the top) and what it says
    """

    name: str
    svg: Markup
    ticks: tuple[tuple[float, str], ...] = ()


def lanes(report: dict[str, Any]) -> list[Lane]:
    """All lanes of a report that have something to draw, top to bottom."""
    drawn = report["timeline"]
    duration = float(report["recording"]["duration_s"])
    segments = report["segments"]
    made = [
        wave(drawn["waveform"], duration),
        pitch(drawn["f0"], duration),
        pauses(segments["pauses"], segments["sentences"], duration),
        rate(drawn["rate"], rate_target(report), duration),
    ]
    return [lane for lane in made if lane]


def wave(waveform: dict[str, Any], duration: float) -> Lane:
    """The envelope, mirrored about the middle line."""
    step, peaks = float(waveform["step_s"]), waveform["peaks"]
    top = [(i * step, 50 - 48 * peak) for i, peak in enumerate(peaks)]
    bottom = [(at, 100 - y) for at, y in reversed(top)]
    return Lane("wave", _svg(duration, _path("wave", [[*top, *bottom]], closed=True)))


def pitch(f0: dict[str, Any], duration: float) -> Lane | None:
    """The contour in semitones about the speaker's own middle; unvoiced stretches are gaps, never zero."""
    voiced = [abs(st) for st in f0["st"] if st is not None]
    if not voiced:
        return None
    largest = sorted(voiced)[int(0.99 * (len(voiced) - 1))]
    half = max(SMALLEST_RANGE_ST, largest * 1.1)
    step, start = float(f0["step_s"]), float(f0.get("start_s") or 0.0)

    def y(st: float) -> float:
        return 50.0 - 48.0 * max(-1.0, min(1.0, float(st / half)))

    runs = _runs((start + i * step, None if st is None else y(st)) for i, st in enumerate(f0["st"]))
    mark = 5.0 if half >= 5 else 3.0
    body = _rule(y(0), duration, "zero") + _rule(y(mark), duration) + _rule(y(-mark), duration) + _path("pitch", runs)
    ticks = ((y(mark), f"+{number(mark)}"), (y(0), "0"), (y(-mark), number(-mark)))
    return Lane("pitch", _svg(duration, body), ticks)


def pauses(spans: Sequence[Sequence[float]], sentences: Sequence[Sequence[float]], duration: float) -> Lane | None:
    """Pauses as blocks, sentence ends as short strokes."""
    if not spans and not sentences:
        return None
    blocks = [_rect("pause", start, end, 14, 72) for start, end in spans]
    ends = [_stroke("sentence", end, 0, 100) for _, end in sentences]
    dense = "dense" if len(blocks) + len(ends) > DENSE else ""
    group = Markup('<g class="{}">{}</g>').format(dense, Markup("").join(blocks + ends))
    return Lane("pauses", _svg(duration, group))


def rate(running: dict[str, Any], target: Sequence[float | None] | None, duration: float) -> Lane | None:
    """Syllables a minute in a moving window over the target band; stretches without speech are gaps."""
    known = [value for value in running["values"] if value is not None]
    if not known:
        return None
    edges = [edge for edge in target or () if edge is not None]
    low, high = min([*known, *edges]), max([*known, *edges])
    room = max((high - low) * 0.15, 10.0)
    low, high = max(low - room, 0.0), high + room

    def y(value: float) -> float:
        return HEIGHT * float((high - value) / (high - low))

    band = Markup("")
    if target:
        top = 0.0 if target[1] is None else y(target[1])
        bottom = HEIGHT if target[0] is None else y(target[0])
        band = _rect("target", 0, duration, top, bottom - top)
    runs = _runs(
        (at, None if value is None else y(value)) for at, value in zip(running["times"], running["values"], strict=True)
    )
    if len(edges) == 2 and y(edges[0]) - y(edges[1]) < TOUCHING:
        ticks: tuple[tuple[float, str], ...] = (((y(edges[0]) + y(edges[1])) / 2, span(*edges)),)
    else:
        ticks = tuple((y(edge), number(edge)) for edge in edges) or ((y(known[0]), number(known[0])),)
    return Lane("rate", _svg(duration, band + _path("rate", runs)), ticks)


def rate_target(report: dict[str, Any]) -> Sequence[float | None] | None:
    """The band that the rubric asks of the speech rate."""
    rows = (row for row in report["criteria"] if row["id"] == "speech_rate")
    target: Sequence[float | None] | None = next((row.get("target") for row in rows), None)
    return target


def ticks(duration: float) -> list[tuple[float, str]]:
    """Labels of the time axis: place in % of the width, and time.

    Examples
    --------
    >>> ticks(20)
    [(0.0, '0:00'), (25.0, '0:05'), (50.0, '0:10'), (75.0, '0:15')]
    """
    step = next((s for s in TICK_STEPS_S if duration / s <= MOST_TICKS), TICK_STEPS_S[-1])
    return [(100 * at / duration, clock(at)) for at in range(0, int(duration) + 1, step) if at < 0.97 * duration]


def _svg(duration: float, body: Markup) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {} 100" preserveAspectRatio="none" width="100%" height="100%" aria-hidden="true"'
        ' focusable="false">{}</svg>'
    ).format(_n(duration), body)


def _path(kind: str, runs: Iterable[Sequence[tuple[float, float]]], *, closed: bool = False) -> Markup:
    strokes = []
    for run in runs:
        points = [f"{_n(at)} {y:.1f}" for at, y in run]
        if len(points) == 1:  # a single frame: a stroke of no length still shows its round cap
            points *= 2
        strokes.append("M" + "L".join(points) + ("Z" if closed else ""))
    return Markup('<path class="{}" d="{}"/>').format(kind, "".join(strokes))


def _runs(points: Iterable[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """Split at None: a gap is drawn as a gap.

    Examples
    --------
    >>> _runs([(0, 1.0), (1, None), (2, 3.0), (3, 4.0)])
    [[(0, 1.0)], [(2, 3.0), (3, 4.0)]]
    """
    runs: list[list[tuple[float, float]]] = []
    broken = True
    for at, y in points:
        if y is None:
            broken = True
            continue
        if broken:
            runs.append([])
            broken = False
        runs[-1].append((at, y))
    return runs


def _rect(kind: str, start: float, end: float, top: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{}" width="{}" y="{}" height="{}"/>').format(
        kind, _n(start), _n(max(end - start, 0)), f"{top:.1f}", f"{max(height, 0):.1f}"
    )


def _stroke(kind: str, at: float, top: float, bottom: float) -> Markup:
    return Markup('<path class="{}" d="M{} {:.0f}V{:.0f}"/>').format(kind, _n(at), top, bottom)


def _rule(y: float, duration: float, kind: str = "rule") -> Markup:
    return Markup('<path class="{}" d="M0 {:.1f}H{}"/>').format(kind, y, _n(duration))


def _n(seconds: float) -> str:
    return f"{seconds:.2f}".rstrip("0").rstrip(".")
