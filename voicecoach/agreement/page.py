"""Study → one self-contained HTML page in both languages. Shows what it is given; nothing is computed here."""

import os
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment

from voicecoach.agreement import plot, sentences
from voicecoach.agreement.clips import Clip
from voicecoach.agreement.compare import FEW_UNITS, FEWEST_COMMON, GOOD_KAPPA
from voicecoach.agreement.records import TOP, Agreement, Difference, Figure, Study
from voicecoach.report import html
from voicecoach.report.audio import data_uri
from voicecoach.report.fonts import cut
from voicecoach.report.numbers import clock
from voicecoach.results import Text
from voicecoach.rubric import load_rubric
from voicecoach.words import LANGUAGES

SECTION = "agreement"
KAPPA_SCALE = (-0.2, 1.0)
LEAST_REACH = 20.0  # points of the scale of biases
MOST_LISTED = 12  # differences that are told one by one; the table of takes has them all
SOUND = "<!--sound-{}-->"
STRONG, WEAK = ("as_good",), ("weaker",)


def listed(study: Study) -> tuple[Difference, ...]:
    """The differences that the page tells: the largest, in turn from each requirement's own, largest first.

    A machine that is far off in one requirement would otherwise fill the list with it.
    """
    ranked: dict[str, list[Difference]] = {}
    for one in study.differences:
        ranked.setdefault(one.requirement, []).append(one)
    rounds = max((len(several) for several in ranked.values()), default=0)
    order = [several[place] for place in range(rounds) for several in ranked.values() if place < len(several)]
    return tuple(sorted(order[:MOST_LISTED], key=lambda one: -abs(one.points)))


def render(study: Study, *, lang: str, place: Path, clips: Mapping[int, Clip] | None = None) -> str:
    """The page of a study.

    Parameters
    ----------
    study : Study
    lang : {"zh", "en"}     which language shows first
    place : Path            where the page will lie: links are seen from there
    clips : Mapping         place in :func:`listed` → excerpt

    Returns
    -------
    str    HTML that asks for nothing from anywhere

    Raises
    ------
    ValueError    unknown language
    """
    script = files("voicecoach.progress").joinpath("static/language.js").read_text(encoding="utf-8")
    framed = html.frame(lang, _text("agreement.css"), script)
    clips = clips or {}
    names = _titles()
    differences = listed(study)
    page = _environment().get_template("agreement.html").render(
        study=study, **framed, headline=_both(lambda one: sentences.headline(study, one)),
        by_verdict=_list(lambda one: sentences.by_verdict(study, one)),
        cards=[_card(one, study, names) for one in study.agreements],
        differences=[
            _difference(one, names, place, clips.get(number), number) for number, one in enumerate(differences)
        ],
        all_differences=len(study.differences), sounds=len(clips), goal=f"{GOOD_KAPPA:.2f}", few=FEW_UNITS,
        need=FEWEST_COMMON,
        notes=_list(lambda one: sentences.notes(study, one)),
    )  # fmt: skip
    parts = {html.FONT: data_uri("font/woff", cut(page))}
    parts |= {SOUND.format(number): data_uri(one.mime, one.data) for number, one in clips.items()}
    return html.filled(page, parts)


def _card(one: Agreement, study: Study, names: Mapping[str, Text]) -> dict[str, Any]:
    found = [cell for cell in study.cells if cell.requirement == one.requirement]
    counts = plot.grid(found)
    most = max(max(row) for row in counts) or 1
    biases = [bias for who in one.people for bias in (who.bias, who.against_machine)]
    edges = [abs(edge) for bias in biases for edge in (bias.interval or (bias.value,)) if edge is not None]
    reach = max([LEAST_REACH, *edges])
    return {
        "agreement": one, "title": names[one.requirement],
        "chip": "good" if one.verdict in STRONG else "bad" if one.verdict in WEAK else "open",
        "verdict": _both(lambda lang: sentences.verdict_text(one, lang)),
        "kappa": plot.beside(one.machine["kappa"], one.trainers["kappa"], KAPPA_SCALE, GOOD_KAPPA),
        "figures": [
            (name, sentences.figure_text(name, one.machine[name]), sentences.figure_text(name, one.trainers[name]))
            for name in sentences.FIGURES
        ],
        "grid": [[(count, round(count / most, 3)) for count in row] for row in counts],
        "bias": sentences.bias_text(one.bias), "reach": round(reach),
        "people": [
            {"name": who.name, "grades": who.grades, "bias": sentences.bias_text(who.bias),
             "drawn": plot.bias(who.bias, reach), "machine": sentences.bias_text(who.against_machine)}
            for who in one.people
        ],
    }  # fmt: skip


def _difference(
    one: Difference, names: Mapping[str, Text], place: Path, clip: Clip | None, number: int
) -> dict[str, Any]:
    bands = load_rubric().bands
    tints = (("near", bands.close, bands.on_target), ("target", bands.on_target, TOP))
    around = one.take.intervals.get(one.requirement)
    return {
        "take": one.take, "title": names[one.requirement], "number": number, "clip": clip,
        "at": f"{clock(clip.start)}–{clock(clip.end)}" if clip else None,
        "points": sentences.points_text(one.points), "machine": round(one.machine),
        "grades": [(name, round(points)) for name, points in one.grades.items()],
        "drawn": plot.scores(Figure(one.machine, around, 1), one.grades, tints),
        "link": None if one.take.report is None else _link(one.take.report, place),
    }  # fmt: skip


def _link(target: Path, page: Path) -> str:
    try:
        return quote(Path(os.path.relpath(target.resolve(), page.resolve().parent)).as_posix())
    except ValueError:  # another drive
        return target.resolve().as_uri()


def _titles() -> dict[str, Text]:
    return {str(r.id): r.title.model_dump() for r in load_rubric().requirements}


def _both(told: Callable[[str], str]) -> Text:
    return {lang: told(lang) for lang in LANGUAGES}


def _list(told: Callable[[str], list[str]]) -> list[Text]:
    return [dict(zip(LANGUAGES, pair, strict=True)) for pair in zip(*map(told, LANGUAGES), strict=True)]


def _environment() -> Environment:
    environment = html.templates("voicecoach.agreement", SECTION)
    environment.globals |= {"grades": plot.GRADES}
    return environment


def _text(name: str) -> str:
    return files("voicecoach.agreement").joinpath(f"static/{name}").read_text(encoding="utf-8")
