"""Recordings, tracks and reports as a notebook shows them: HTML that is complete in itself, without scripts.

Values find their way here by :mod:`voicecoach.display`. Reports speak both languages; figures are labelled in that of
the locale.
"""

import base64
import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

from voicecoach.plots import track as track_figure
from voicecoach.plots.cards import BANDS
from voicecoach.plots.over_time import waveform
from voicecoach.recording import Recording
from voicecoach.report.audio import data_uri, embed
from voicecoach.report.cards import cards
from voicecoach.report.fonts import FAMILY, cut
from voicecoach.report.html import templates
from voicecoach.report.numbers import clock, points
from voicecoach.results import Report
from voicecoach.timeline import Track
from voicecoach.words import both, locale_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_S = 15 * 60.0  # s; a longer recording is shown without a player: a notebook of 20 MB is no use to anybody
DPI = 80
FONT = "--font--"  # stands for the name of the font until the text is there that it is cut for


def html_of(value: object) -> str:
    """A recording's waveform and player, a track's plot, or a report's cards.

    Raises
    ------
    TypeError    anything else

    Examples
    --------
    >>> import numpy as np
    >>> html_of(Track(np.array([0.0, 1.0]), np.array([5.0, 6.0]), "dB")).startswith('<img alt="dB" src="data:image/png')
    True
    """
    if isinstance(value, Recording):
        return recording_html(value)
    if isinstance(value, Track):
        return picture(track_figure(value, locale_language()), alt=value.unit)
    if isinstance(value, Report):
        return report_html(value)
    raise TypeError(f"{type(value).__name__}: expected a Recording, a Track or a Report")


def recording_html(recording: Recording) -> str:
    """Waveform and player of the analysed channel; without a player above 15 minutes."""
    sound = None
    if recording.duration <= LONGEST_S:
        sound = data_uri(*embed(recording.samples, recording.sr))
    return _page(
        "recording.html", recording=recording, sound=sound, length=clock(recording.duration),
        wave=picture(waveform(recording, locale_language()), alt=recording.name), silent=both("notebook", "no_player"),
    )  # fmt: skip


def report_html(report: Report) -> str:
    """The six cards of a report in both languages: score, what was heard, and what to do."""
    told = report.to_dict()
    shown = [_card(card) for card in cards(told, with_clips=False)]
    judged = both("notebook", "judged", judged=report.overall.judged, of=report.overall.of)
    html = _page("report.html", report=told, cards=shown, judged=judged, family=FONT)
    data = cut(html)
    # First of its list: Chromium keeps the boxes of a font that it tried while this one was still being read.
    # A family of its own for each text: a page keeps one font of a name, and another report needs other characters
    family = f"{FAMILY} {hashlib.sha256(data).hexdigest()[:8]}"
    face = f'<style>@font-face{{font-family:"{family}";src:url({data_uri("font/woff", data)})}}</style>'
    return face + html.replace(FONT, family)


def picture(figure: "Figure", *, alt: str) -> str:
    """A figure as an image element that holds its data."""
    png = BytesIO()
    figure.savefig(png, format="png", dpi=DPI)
    data = base64.b64encode(png.getvalue()).decode("ascii")
    return _page("picture.html", alt=alt, data=data)


def _card(card: dict[str, Any]) -> dict[str, Any]:
    """A card of the report page with its advice in words, and the colour of its band."""
    do = card["do"]
    return card | {"do": both("page", do) if isinstance(do, str) else do, "colour": BANDS.get(card["band"])}


def _page(name: str, **parts: Any) -> str:
    environment = templates("voicecoach.notebook", "notebook")
    environment.globals |= {"both": both}
    environment.filters |= {"points": points}
    return environment.get_template(name).render(**parts).strip()
