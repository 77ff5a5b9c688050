"""Cohort → one self-contained HTML page in both languages. Shows what it is given; nothing is judged here."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from voicecoach.cohort.page.attention import FAR_FROM, Attention, Needs
from voicecoach.cohort.page.clips import BUDGET_BYTES, Clip, Clips
from voicecoach.cohort.page.payload import as_json, day, payload, sounds
from voicecoach.cohort.page.records import EAR, FAILED, FAR, NEEDS, TWICE, UNSURE, Cohort
from voicecoach.cohort.page.spread import spreads
from voicecoach.cohort.page.versus import FEW, versus
from voicecoach.report import html
from voicecoach.report.audio import data_uri
from voicecoach.report.fonts import cut
from voicecoach.report.numbers import clock, number
from voicecoach.results import Text
from voicecoach.words import LANGUAGES, both, catalogue, say

MOST_LISTED = 6  # of each kind, told one by one; the rest is one click away, in the table
MOST_NAMED = 12  # trainees without a take, told at once; the rest unfolds
MOST_HEARD = 6  # excerpts of a requirement shown at once
SOUNDS = "<!--sounds-->"
VENDOR = ("vendor/uplot.iife.min.js", "vendor/tabulator.min.js")
SCRIPTS = (*VENDOR, "static/plots.js", "static/table.js", "static/cohort.js")
STYLES = ("vendor/tabulator_simple.min.css", "vendor/uplot.min.css", "static/cohort.css")
SECTION = "cohort_page"
FOR_SCRIPT = "js_"  # words whose code begins so travel in the data


def render(cohort: Cohort, found: Attention, clips: Clips, *, lang: str = "zh", pseudonyms: bool = False) -> str:
    """The page of a cohort.

    Parameters
    ----------
    cohort : Cohort
    found : Attention       what needs the trainer's ear
    clips : Clips           excerpts to embed
    lang : {"zh", "en"}     which language shows first
    pseudonyms : bool       the cohort's names are pseudonyms: the page says so

    Returns
    -------
    str    HTML that asks for nothing from anywhere

    Raises
    ------
    ValueError    unknown language
    """
    script = "\n".join(_text(name) for name in SCRIPTS)
    framed = html.frame(lang, "\n".join(_text(name) for name in STYLES), script)
    words = {code: both(SECTION, code) for code in catalogue(LANGUAGES[0])[SECTION] if code.startswith(FOR_SCRIPT)}
    words |= {f"{FOR_SCRIPT}band_{code}": both("bands", code) for code in html.BANDS}
    titles = {one.id: one.title for one in cohort.requirements}
    dates = sorted(filter(None, (day(take.handed.recorded) for take in cohort.takes)))
    page = _environment().get_template("cohort.html").render(
        cohort=cohort, **framed, pseudonyms=pseudonyms, dates=dates, titles=titles,
        headline=_headline(cohort, found), kinds=[_kind(kind, found, cohort, titles) for kind in NEEDS],
        absent=(cohort.absent[:MOST_NAMED], cohort.absent[MOST_NAMED:]),
        mostly=[{"title": titles[name], "count": n, "of": of} for name, (n, of) in found.mostly_undecided.items()],
        spreads=spreads(cohort), versus=versus(cohort), few=FEW, heard=_heard(cohort, clips, titles), clips=clips,
        kept_mb=f"{clips.size / 1e6:.1f}", budget_mb=f"{BUDGET_BYTES / 1e6:.0f}", far_from=number(FAR_FROM),
        data=as_json(payload(cohort, found, clips, words)), sounds=Markup(SOUNDS),
    )  # fmt: skip
    return html.filled(page, {html.FONT: data_uri("font/woff", cut(page)), SOUNDS: as_json(sounds(clips))})


def _headline(cohort: Cohort, found: Attention) -> Text:
    """How many takes to listen to, and why: the page opens with this and not with a mean."""
    counts = {kind: len(found.of(kind)) for kind in EAR}
    if not cohort.takes:
        return both(SECTION, "no_takes")
    if not found.ear:
        return both(SECTION, "nothing_odd", takes=len(cohort.takes))
    parts = {
        lang: say(SECTION, "comma", lang).join(
            say(SECTION, f"headline_{kind}", lang, count=count) for kind, count in counts.items() if count
        )
        for lang in LANGUAGES
    }
    return {
        lang: say(SECTION, "headline", lang, count=found.ear, takes=len(cohort.takes), parts=parts[lang])
        for lang in LANGUAGES
    }


def _kind(kind: str, found: Attention, cohort: Cohort, titles: Mapping[str, Text]) -> dict[str, Any]:
    all_of = found.of(kind)
    if kind == FAILED:
        return {"kind": kind, "count": len(all_of), "groups": _by_reason(all_of, cohort), "listed": []}
    listed = [_one(kind, needs, cohort, titles) for needs in all_of[:MOST_LISTED]]
    return {"kind": kind, "count": len(all_of), "groups": [], "listed": listed}


def _by_reason(failed: Sequence[Needs], cohort: Cohort) -> list[dict[str, Any]]:
    """Takes that failed, by code: fifty files with one fault are one line."""
    groups: dict[str, list[int]] = {}
    for needs in failed:
        groups.setdefault(cohort.takes[needs.take].handed.code or "", []).append(needs.take)
    return [
        {"words": cohort.takes[places[0]].handed.failure, "count": len(places), "code": code,
         "takes": [_told(place, cohort) for place in places[:MOST_LISTED]], "more": max(len(places) - MOST_LISTED, 0)}
        for code, places in sorted(groups.items(), key=lambda one: -len(one[1]))
    ]  # fmt: skip


def _one(kind: str, needs: Needs, cohort: Cohort, titles: Mapping[str, Text]) -> dict[str, Any]:
    take = cohort.takes[needs.take]
    why: list[Text] = []
    if kind == FAR:
        why = [
            {lang: say(SECTION, "far_own" if far.own else "far_all", lang, title=of.lead[lang], unit=of.unit[lang],
                       value=number(far.value), usual=number(far.usual)) for lang in LANGUAGES}
            for far in needs.far[:2]
            for of in cohort.requirements if of.id == far.requirement
        ]  # fmt: skip
    elif kind == UNSURE:
        why = [
            {lang: say(SECTION, "unjudged", lang, title=titles[name][lang], reason=reason[lang]) for lang in LANGUAGES}
            for name in needs.unjudged[:1] if (reason := take.judged[name].reason) is not None
        ]  # fmt: skip
        rest = needs.unjudged[1:]
        if rest:
            why.append(_listing("unjudged_too", [titles[name] for name in rest]))
        if needs.undecided:
            why.append(_listing("undecided", [titles[name] for name in needs.undecided]))
    elif kind == TWICE and needs.twin is not None:
        other = cohort.takes[needs.twin].handed
        named = " · ".join(filter(None, (other.trainee, other.name)))
        why = [both(SECTION, "same_recording", other=named)]
    heard = [far.requirement for far in needs.far] or list(needs.undecided)
    first = heard[0] if heard else None
    return _told(needs.take, cohort, first) | {"why": why, "requirement": first}


def _listing(code: str, titles: Sequence[Text]) -> Text:
    return {
        lang: say(SECTION, code, lang, titles=say(SECTION, "comma", lang).join(title[lang] for title in titles))
        for lang in LANGUAGES
    }


def _told(place: int, cohort: Cohort, requirement: str | None = None) -> dict[str, Any]:
    """A take as it is named; its link leads to the requirement's own card."""
    handed = cohort.takes[place].handed
    link = f"{handed.link}#{requirement}" if handed.link and requirement else handed.link
    return {
        "place": place, "name": handed.name, "trainee": handed.trainee, "date": day(handed.recorded),
        "link": link,
    }  # fmt: skip


def _heard(cohort: Cohort, clips: Clips, titles: Mapping[str, Text]) -> list[dict[str, Any]]:
    """Excerpts by requirement, in the order of the takes, which is the roster's: the worst does not stand first."""
    found: dict[str, list[tuple[int, Clip]]] = {one.id: [] for one in cohort.requirements}
    for number_of, clip in enumerate(clips.cut):
        found[clip.requirement].append((number_of, clip))
    return [
        {"title": titles[name], "id": name, "clips": [
            _told(clip.take, cohort, name) | {
                "number": number_of, "words": clip.words, "at": clock(clip.start),
                "score": round(cohort.takes[clip.take].judged[name].score or 0.0)}
            for number_of, clip in sorted(several, key=lambda one: one[1].take)
        ]}
        for name, several in found.items() if several
    ]  # fmt: skip


def _environment() -> Environment:
    environment = html.templates("voicecoach.cohort.page", SECTION)
    bands = {code: both("bands", code) for code in html.BANDS}
    environment.globals |= {"words_of_band": bands, "most": MOST_HEARD}
    environment.filters |= {"number": number}
    return environment


def _text(name: str) -> str:
    return files("voicecoach.cohort.page").joinpath(name).read_text(encoding="utf-8")
