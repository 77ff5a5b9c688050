"""Small drawings of a study as inline SVG. Places along x are percent, so that they fit any box."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from voicecoach.agreement.records import Cell, Figure, band

ROW, TOP = 30, 4  # px
TRIANGLE = "M-6 -6 L6 -6 L0 5 Z"
GRADES = (1, 2, 3, 4, 5)


def whisker(figure: Figure, scale: tuple[float, float], kind: str, y: float) -> Markup:
    """A figure as a dot with its interval; nothing where there is none.

    Examples
    --------
    >>> "75.0%" in whisker(Figure(0.5, (0.0, 0.7), 9), (-1.0, 1.0), "machine", 10)
    True
    """
    if figure.value is None:
        return Markup("")
    drawn = Markup("")
    if figure.interval is not None:
        low, high = (percent(edge, scale) for edge in figure.interval)
        drawn = Markup('<line class="reach {}" x1="{}%" x2="{}%" y1="{y}" y2="{y}"/>').format(kind, low, high, y=y)
    at = percent(figure.value, scale)
    return drawn + Markup('<circle class="{}" cx="{}%" cy="{}" r="5"/>').format(kind, at, y)


def beside(machine: Figure, trainers: Figure, scale: tuple[float, float], goal: float) -> Markup:
    """Two figures under each other, on one scale with a line at the goal."""
    rule = Markup('<line class="goal" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>').format(percent(goal, scale), ROW + 8)
    track = Markup('<rect class="track" x="0" y="{}" width="100%" height="2"/>')
    return _svg(
        ROW + 8,
        track.format(10) + track.format(27) + rule + whisker(machine, scale, "machine", 11)
        + whisker(trainers, scale, "trainers", 28),
    )  # fmt: skip


def bias(figure: Figure, reach: float) -> Markup:
    """A bias on a scale from minus to plus ``reach`` points, with a line at 0."""
    middle = Markup('<line class="goal" x1="50%" x2="50%" y1="0" y2="20"/>')
    track = Markup('<rect class="track" x="0" y="9" width="100%" height="2"/>')
    return _svg(20, track + middle + whisker(figure, (-reach, reach), "trainers", 10))


def scores(machine: Figure, grades: Mapping[str, float], bands: Sequence[tuple[str, float, float]]) -> Markup:
    """Machine's score with its interval and each trainer's grade, on 0-100 over the rubric's bands."""
    tints = Markup("").join(
        Markup('<rect class="{}" x="{}%" width="{}%" y="0" height="34"/>').format(kind, low, high - low)
        for kind, low, high in bands
    )
    # a path cannot be placed by percent of the drawing, so each stands in a nested one
    people = Markup("").join(
        Markup('<svg x="{}%" y="9" overflow="visible"><path class="trainers" d="{}"><title>{}: {}</title></path></svg>')
        .format(round(points, 2), TRIANGLE, name, round(points)) for name, points in grades.items()
    )  # fmt: skip
    whole = Markup('<rect class="whole" x="0" width="100%" y="0" height="34"/>')
    return _svg(34, whole + tints + whisker(machine, (0.0, 100.0), "machine", 25) + people)


def grid(cells: Sequence[Cell]) -> list[list[int]]:
    """Takes by grades: rows the trainers' mean from 5 down to 1, columns the machine from 1 to 5.

    Examples
    --------
    >>> from voicecoach.agreement.records import Take
    >>> grid([Cell(Take("t", "", "", "", "", {}), "rate", 100.0, {"Li": 60.0, "Wu": 70.0}, "")])[1]
    [0, 0, 0, 0, 1]
    """
    counts = [[0] * len(GRADES) for _ in GRADES]
    for cell in cells:
        if cell.machine is not None:
            mean = sum(cell.grades.values()) / len(cell.grades)
            counts[len(GRADES) - band(mean)][band(cell.machine) - 1] += 1
    return counts


def percent(value: float, scale: tuple[float, float]) -> float:
    """Place on a scale, %; what lies beyond stands at the edge.

    Examples
    --------
    >>> percent(0.5, (0.0, 1.0)), percent(3.0, (0.0, 1.0))
    (50.0, 100.0)
    """
    low, high = scale
    return round(100 * min(max((value - low) / (high - low), 0.0), 1.0), 2)


def _svg(height: int, inside: Markup) -> Markup:
    return Markup('<svg class="drawing" width="100%" height="{}" focusable="false" aria-hidden="true">{}</svg>').format(
        height, inside
    )
