"""A calibration in a terminal: what became of each requirement and of each of its rows, and why."""

from collections.abc import Sequence

from rich.console import Console

from voicecoach.agreement.calibration.records import (
    FEWEST_SPEAKERS,
    FEWEST_TAKES,
    FEWEST_TRAINERS,
    LEAST_RELIABLE,
    Outcome,
    RowOutcome,
)
from voicecoach.agreement.sentences import gain_text, titles
from voicecoach.report.numbers import number, span
from voicecoach.rubric import Rubric
from voicecoach.rubric.curve import target
from voicecoach.words import say


def show(outcomes: Sequence[Outcome], base: Rubric, console: Console, lang: str) -> None:
    """Print the outcome of every graded requirement."""
    names = titles(lang)
    for one in outcomes:
        colon = say("calibrate", "colon", lang)
        console.print(f"{names[one.requirement]}{colon}{told(one, lang)}", style="bold")
        if one.apart:
            console.print(say("calibrate", "apart", lang, count=one.apart))
        for row in one.rows:
            found = base.criterion(row.id)
            title = row.id if found is None else found.title.text(lang)
            parts = [row_told(row, lang), moved(row, found.curve if found else None, lang)]
            parts.append(top_told(row, base.bands.on_target, lang))
            text = say("calibrate", "joint", lang).join(filter(None, parts))
            console.print(f"  {title}{colon}{text}")


def told(one: Outcome, lang: str) -> str:
    """What became of a requirement.

    Examples
    --------
    >>> told(Outcome("rate", "too_few", 12, 8, 3, 2, 0, None), "en")
    '8 takes graded by two trainers or more, of 3 trainees, 2 trainers; needed are 60, 10 and 2. Kept as it is.'
    """
    facts = {
        "takes": one.takes, "both": one.both, "speakers": one.speakers, "trainers": one.trainers,
        "need_takes": FEWEST_TAKES, "need_speakers": FEWEST_SPEAKERS, "need_trainers": FEWEST_TRAINERS,
        "icc": "–" if one.reliability is None else f"{one.reliability:.2f}", "need_icc": f"{LEAST_RELIABLE:.2f}",
        "before": one.error_before or 0.0, "after": one.error_after or 0.0, "gain": gain_text(one.gain),
        "kappa_before": _kappa(one.kappa_before), "kappa_after": _kappa(one.kappa_after),
    }  # fmt: skip
    return say("calibrate", f"requirement_{one.status}", lang, **facts)


def row_told(row: RowOutcome, lang: str) -> str:
    """What became of a row."""
    return say("calibrate", f"row_{row.status}", lang, gain=gain_text(row.gain), takes=row.takes, need=FEWEST_TAKES)


def moved(row: RowOutcome, own: Sequence[tuple[float, float]] | None, lang: str) -> str:
    """Where a refitted row's full score lies now, and did; how surely its edges are known."""
    if row.fitted is None or own is None:
        return ""
    now, before = target(row.fitted.curve), target(own)
    if now == before:
        return say("calibrate", "target_kept", lang, target=span(*now))
    edges = [
        f"{number(edge.value)} ({number(edge.interval[0])}–{number(edge.interval[1])})"
        for edge in row.target or () if edge.value is not None and edge.interval is not None
    ]  # fmt: skip
    return say("calibrate", "target_moved", lang, before=span(*before), now=span(*now), edges=", ".join(edges))


def top_told(row: RowOutcome, limit: float, lang: str) -> str:
    """A word of warning where a refitted row's best does not reach the band ``on_target``."""
    top = max((score for _, score in row.fitted.curve), default=limit) if row.fitted else limit
    return say("calibrate", "top", lang, top=top, limit=limit) if top < limit else ""


def _kappa(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")
