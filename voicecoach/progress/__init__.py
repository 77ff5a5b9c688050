"""How a trainee comes on: the six requirements over takes, and what has changed for real.

>>> from voicecoach.progress import levels
>>> round(levels.quantile(6), 2)  # instead of 2.05, for looking at six requirements at once
2.71
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from voicecoach.progress.comparing import Compared, Steadiness, compare, steadiness, unlike
from voicecoach.progress.levels import Seen, best, change, level, own_variation, quantile, recency
from voicecoach.progress.likeness import Like
from voicecoach.progress.next_step import next_step
from voicecoach.progress.practice import practice
from voicecoach.progress.records import Course, Entry, Point, Progress, RowCourse, RowPoint, TakeShown
from voicecoach.progress.smiles import smile_change

__all__ = ["Entry", "Progress", "progress"]

LEAST_SD = 1.0  # points; no score is surer than that
DAY_S = 86400.0
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def progress(
    entries: Sequence[Entry], now: datetime, *, weights: Mapping[str, float] | None = None,
    figures: Steadiness | None = None,
) -> Progress:  # fmt: skip
    """How a trainee comes on.

    Parameters
    ----------
    entries : sequence of Entry     at least one, in any order
    now : datetime                  with a zone: it says when a day begins
    weights : Mapping               of the requirements, as in the rubric; default: all the same
    figures : Steadiness            default: the measured ones that ship with the package

    Raises
    ------
    ValueError    no entries
    """
    if not entries:
        raise ValueError("no takes: progress needs one at the least")
    figures = figures or steadiness()
    ordered = sorted(entries, key=lambda entry: (entry.recorded, entry.take))
    reports = [entry.report for entry in ordered]
    newest = reports[-1]
    found = compare(reports, figures)
    looks = sum(1 for of in found.values() if sum(one.like is not None for one in of) > 1)
    z = quantile(looks)
    days = [(entry.recorded - EPOCH).total_seconds() / DAY_S for entry in ordered]
    whole = [unlike(report, newest) for report in reports]
    courses = tuple(
        _course(requirement, reports, whole, found[requirement["id"]], days, figures, z, looks)
        for requirement in newest["requirements"]
    )
    return Progress(
        rubric=newest["rubric"]["name"],
        rubric_title=newest["rubric"]["title"],
        rubric_sha256=newest["rubric"]["sha256"],
        voicecoach=newest["voicecoach"],
        bands=tuple((name, limit) for name, limit in newest["bands"]),
        takes=tuple(
            TakeShown(entry.take, entry.recorded, entry.duration_s, entry.name, entry.note,
                      entry.report["overall"]["score"], why)
            for entry, why in zip(ordered, whole, strict=True)
        ),
        courses=courses,
        quantile=z,
        smile=smile_change(reports, whole, days, quantile(looks + 1)),  # one look more, and the page's risk stays small
        next=next_step(courses, reports, whole, weights or {}),
        practice=practice(ordered, now),
    )  # fmt: skip


def _course(
    requirement: Mapping[str, Any], reports: Sequence[Mapping[str, Any]], whole: Sequence[str | None],
    compared: Sequence[Compared], days: Sequence[float], figures: Steadiness, z: float, looks: int,
) -> Course:  # fmt: skip
    name = requirement["id"]
    places = [place for place, one in enumerate(compared) if one.like]
    stated = [Like(one.like.score, _with(one.like.sd, figures.of(one.parts))) for one in compared if one.like]
    take_sd = own_variation(stated, figures.takes[name])
    seen = [Seen(days[place], Like(like.score, max(_with(like.sd, take_sd), LEAST_SD)))
            for place, like in zip(places, stated, strict=True)]  # fmt: skip
    likes = {place: one.like for place, one in zip(places, seen, strict=True)}
    judged = [_judged(report, name) for report in reports]
    points = tuple(
        Point(place, judged[place]["score"], _pair(judged[place]["interval"]), likes.get(place), one.reason)
        for place, one in enumerate(compared)
    )
    standing = _standing([(days[p.take], p.score) for p in points if p.score is not None and not whole[p.take]])
    rows = {part.row for one in compared for part in one.parts}
    top = best(seen, looks)
    return Course(
        id=name, title=requirement["words"]["title"], points=points, rows=_rows(name, reports, whole, rows),
        standing=standing, band=_band(standing, reports[-1]["bands"]), take_sd=take_sd,
        own_sd=take_sd != figures.takes[name],
        levels=tuple((place, level(seen[: number + 1])) for number, place in enumerate(places)),
        change=change(seen, z), best=None if top is None else places[top],
    )  # fmt: skip


def _with(*sds: float) -> float:
    return float(sum(sd**2 for sd in sds) ** 0.5)


def _judged(report: Mapping[str, Any], requirement: str) -> Mapping[str, Any]:
    nothing = {"score": None, "interval": None}
    return next((one for one in report["requirements"] if one["id"] == requirement), nothing)


def _pair(interval: Sequence[float] | None) -> tuple[float, float] | None:
    return None if interval is None else (float(interval[0]), float(interval[1]))


def _standing(scores: Sequence[tuple[float, float]]) -> float | None:
    """Scores (day, points) weighted towards the newest."""
    if not scores:
        return None
    weights = recency([Seen(day, Like(score, 1.0)) for day, score in scores])
    return sum(w * score for w, (_, score) in zip(weights, scores, strict=True)) / sum(weights)


def _band(score: float | None, bands: Sequence[Sequence[Any]]) -> str | None:
    return None if score is None else next((str(name) for name, limit in bands if score >= limit), None)


def _rows(
    requirement: str, reports: Sequence[Mapping[str, Any]], whole: Sequence[str | None], compared: set[str]
) -> tuple[RowCourse, ...]:
    scored = [row for row in reports[-1]["criteria"] if row["requirement"] == requirement and row["weight"]]
    by_take = [{row["id"]: row for row in report["criteria"]} for report in reports]
    return tuple(
        RowCourse(
            row["id"], row["words"]["title"], row["words"]["unit"], _target(row["target"]), row["id"] in compared,
            tuple(
                RowPoint(place, of[row["id"]]["value"], _pair(of[row["id"]]["interval"]), of[row["id"]]["score"])
                for place, (of, why) in enumerate(zip(by_take, whole, strict=True))
                if why != "rubric" and row["id"] in of
            ),
        )
        for row in scored
    )  # fmt: skip


def _target(target: Sequence[float | None] | None) -> tuple[float | None, float | None] | None:
    return None if target is None else (target[0], target[1])
