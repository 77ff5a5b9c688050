"""Report → one self-contained HTML page. Reads the report only; nothing is measured or judged here."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from voicecoach.report.audio import MIME, data_uri
from voicecoach.report.cards import cards, figures, secondary
from voicecoach.report.compared import compared
from voicecoach.report.fonts import FAMILY, cut
from voicecoach.report.lanes import lanes, ticks
from voicecoach.report.moments import findings
from voicecoach.report.numbers import clock, number, points
from voicecoach.words import LANGUAGES, both, say

SCRIPTS = (
    "vendor/wavesurfer.min.js",
    "vendor/wavesurfer.timeline.min.js",
    "vendor/wavesurfer.hover.min.js",
    "static/report.js",
)
BANDS = ("on_target", "close", "practise")
# Large parts are put in after the template has run. No text of a report can contain these marks: the template
# escapes "<" everywhere, in JSON too.
FONT, SOUND = "<!--font-->", "<!--sound-->"


def render(report: Mapping[str, Any], *, lang: str | None = None, audio: tuple[str, bytes] | None = None) -> str:
    """The page of a report.

    Parameters
    ----------
    report : Mapping                    the report as JSON holds it (``schema: 1``)
    lang : {"zh", "en"} or None         which language shows first; both are in the page. None: the report's own
    audio : (mime, bytes) or None       what :func:`voicecoach.report.audio.embed` gives for the speaker's channel.
                                        None leaves the voice out: moments are then times, without a player

    Returns
    -------
    str     HTML, complete in itself: it asks for nothing from anywhere. Same input, same text

    Raises
    ------
    ValueError    unknown language
    """
    scripts = "\n".join(text_of(name) for name in SCRIPTS) if audio else text_of("static/report.js")
    framed = frame(lang or str(report.get("lang") or "zh"), "", scripts)
    data = dict(report)
    found = findings(data)
    html = (
        environment()
        .get_template("report.html")
        .render(
            report=data,
            **framed,
            cards=cards(data, with_clips=audio is not None),
            secondary=secondary(data),
            figures=figures(data),
            compared=compared(data),
            lanes=lanes(data),
            ticks=ticks(float(data["recording"]["duration_s"])),
            findings=found,
            mark_rows=max((m["row"] for m in found), default=0) + 1,
            timeline=_live_timeline(data) if audio else None,
            mime=audio[0] if audio else None,
            lane_css=Markup(text_of("static/lanes.css")),
            sound=Markup(SOUND),
        )
    )
    font = data_uri("font/woff", cut(html))
    return filled(html, {FONT: font, SOUND: data_uri(*audio) if audio else ""})


def _live_timeline(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's script needs to draw the timeline; the lanes it takes from the page itself."""
    return {
        "duration": report["recording"]["duration_s"],
        "peaks": report["timeline"]["waveform"]["peaks"],
    }


def environment() -> Environment:
    """The templates of a report's pages, with what they may call."""
    environment = templates("voicecoach.report", "page")
    bands = {code: both("bands", code) for code in BANDS}
    environment.globals |= {"t_unit": _unit, "words_of_band": bands}
    environment.filters |= {"number": number, "points": points, "clock": clock, "clip": _clip}
    return environment


def templates(package: str, section: str) -> Environment:
    """The templates of a package, from its folder ``templates``: all is escaped, and an unknown name is an error.

    Pages extend ``frame.html`` of this package, which asks for what :func:`frame` gives.
    In them ``t`` tells words of ``section`` of the word files, ``two`` any text, in both languages.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates"), PackageLoader("voicecoach.report", "templates")]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"t": teller(section), "two": two}
    return environment


def frame(lang: str, css: str, scripts: str) -> dict[str, Any]:
    """What ``frame.html`` asks for: the language that shows first, styles beside the report's own, scripts.

    The font is put in afterwards, in the place of ``FONT``, cut to the characters of the page.

    Raises
    ------
    ValueError    unknown language
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}, expected one of {list(LANGUAGES)}")
    return {
        "lang": lang, "css": Markup(text_of("static/report.css") + css), "scripts": Markup(scripts),
        "script_hash": sha256_of(scripts), "font_family": FAMILY, "font": Markup(FONT),
    }  # fmt: skip


def teller(section: str) -> Callable[..., Markup]:
    """A function from a code of ``section`` and its facts to the words in both languages.

    A fact that is itself in both languages is told in each its own.

    Examples
    --------
    >>> teller("bands")("close")
    Markup('<span class="zh" lang="zh-CN">接近</span><span class="en" lang="en">close</span>')
    """

    def told(code: str, **facts: object) -> Markup:
        return two({
            lang: say(section, code, lang, **{k: v[lang] if isinstance(v, Mapping) else v for k, v in facts.items()})
            for lang in LANGUAGES
        })  # fmt: skip

    return told


def two(words: Mapping[str, str] | None) -> Markup:
    """A text in both languages, each marked with its own; the page shows one.

    Examples
    --------
    >>> two({"zh": "停顿", "en": "<Pauses>"})
    Markup('<span class="zh" lang="zh-CN">停顿</span><span class="en" lang="en">&lt;Pauses&gt;</span>')
    """
    if not words:
        return Markup("")
    return Markup('<span class="zh" lang="zh-CN">{}</span><span class="en" lang="en">{}</span>').format(
        words["zh"], words["en"]
    )


def _unit(unit: str) -> Markup:
    return two(both("units", unit))


def _clip(requirement: str) -> Markup:
    """``data:`` address of the on-target sample of a requirement."""
    return Markup(escape(data_uri(MIME, files("voicecoach.report").joinpath(f"clips/{requirement}.mp3").read_bytes())))


def text_of(name: str) -> str:
    """A file of this package."""
    return files("voicecoach.report").joinpath(name).read_text(encoding="utf-8")


def sha256_of(script: str) -> str:
    """As a page's policy names the script that may run."""
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def filled(html: str, parts: Mapping[str, str]) -> str:
    """Large parts in the place of their marks."""
    for mark, part in parts.items():
        html = html.replace(mark, part)
    return html
