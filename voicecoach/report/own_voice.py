"""What a voice is like, in words: in a terminal, and as one self-contained HTML page. Reads the findings only."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from rich.console import Console
from rich.text import Text as TerminalText

from voicecoach.report.audio import data_uri
from voicecoach.report.fonts import cut
from voicecoach.report.html import FONT, environment, filled, frame, text_of, two
from voicecoach.report.voice_plots import range_plot, smile_plot
from voicecoach.words import both, say

Text = dict[str, str]
Sound = tuple[str, bytes]  # MIME type and file


def sentences(findings: Mapping[str, Any]) -> dict[str, Text]:
    """One sentence or two in both languages on each subject, in the order in which they are told.

    Parameters
    ----------
    findings : Mapping    of :class:`voicecoach.own_voice.OwnVoice`
    """
    of = findings["character"]
    found = {"pitch": _joined(both("own_voice", "pitch", **of["pitch"]), height(findings))}
    for name in ("liveliness", "rate", "level", "noise"):
        found[name] = both("own_voice", f"{name}_{of[name]['side']}", **of[name])
    found["register"] = _register(findings["register"])
    told = findings["smile"]
    found["smile"] = both("own_voice", f"smile_{told['code']}", shift=told["shift"], d=told["d_prime"])
    return found


def height(findings: Mapping[str, Any]) -> Text:
    """Where the pitch lies among adults' voices."""
    return both("own_voice", f"height_{findings['character']['pitch']['height']}")


def differences(findings: Mapping[str, Any]) -> list[Text]:
    """What differs from the earlier baseline, and what is wrong with the recording."""
    since = [both("own_voice", code, **facts) for code, facts in findings["differs"].items()]
    return [*findings["notes"], *since]


def show(findings: Mapping[str, Any], console: Console, lang: str) -> None:
    """Print it."""
    console.print(say("own_voice", "title", lang), style="bold")
    for name, words in sentences(findings).items():
        console.print(TerminalText.assemble((say("own_voice", f"{name}_title", lang), "bold"), "  ", words[lang]))
    console.print(say("own_voice", "register_basis", lang), style="dim")
    for note in differences(findings):
        console.print(note[lang], style="yellow")


def render(
    findings: Mapping[str, Any], made: str, *, lang: str = "zh", neutral: Sound | None = None,
    smiling: Sound | None = None,
) -> str:  # fmt: skip
    """The page.

    Parameters
    ----------
    findings : Mapping
    made : str                           date of the baseline, ISO 8601
    lang : {"zh", "en"}                  which language shows first
    neutral, smiling : (mime, bytes)     the takes, to be listened to; None leaves the voice out

    Returns
    -------
    str    HTML, complete in itself. It names nobody

    Raises
    ------
    ValueError    unknown language
    """
    framed = frame(lang, "\n" + text_of("static/own_voice.css"), text_of("static/own_voice.js"))
    takes = {name: sound for name, sound in (("neutral", neutral), ("smiling", smiling)) if sound}
    marks = {name: f"<!--{name}-->" for name in takes}
    page = environment().get_template("own_voice.html").render(
        **framed, made=made, found=findings, told=sentences(findings), height=height(findings),
        notes=differences(findings), range_plot=range_plot(findings["register"]),
        smile_plot=smile_plot(findings["smile"]),
        takes={name: Markup(mark) for name, mark in marks.items()},
        w=two_of,
    )  # fmt: skip
    parts = {FONT: data_uri("font/woff", cut(page))}
    return filled(page, parts | {marks[name]: data_uri(*sound) for name, sound in takes.items()})


def two_of(code: str, **facts: object) -> Markup:
    """Words of the section ``own_voice`` in both languages."""
    return two(both("own_voice", code, **facts))


def _register(found: Mapping[str, Any]) -> Text:
    if not found["parts"]:
        return both("own_voice", "register_short")
    if found["best"] is None:
        return both("own_voice", "register_none")
    best = found["parts"][found["best"]]
    return both("own_voice", f"register_{found['best']}", low=best["low_hz"], high=best["high_hz"])


def _joined(one: Text, other: Text) -> Text:
    return {"zh": one["zh"] + other["zh"], "en": f"{one['en']} {other['en']}"}
