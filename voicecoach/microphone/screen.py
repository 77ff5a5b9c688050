"""What a person sees while recording: how long, how strong, and what to do about it.

On a terminal a few lines that stay in place; anywhere else (a log, a pipe) one line every five seconds.
"""

import time
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from voicecoach.microphone.meter import Reading, Zone, floor
from voicecoach.report.numbers import clock, number
from voicecoach.settings import DEFAULT
from voicecoach.words import say

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.text import Text

REFRESH_S = 0.1
LINE_EVERY_S = 5.0
LAST_S = 30.0  # s before the end of the three minutes from which on the screen asks to come to an end
WIDEST = 76
TIME_WIDTH = 18  # columns of the three minutes: one for ten seconds
COLOURS: dict[Zone, str] = {
    "dead": "bold white on red", "waiting": "dim", "soft": "bold black on yellow", "good": "bold white on green",
    "loud": "bold white on dark_orange3", "clipping": "bold white on red",
}  # fmt: skip
FILLED: dict[Zone, str] = {
    "dead": "dim", "waiting": "dim", "soft": "yellow", "good": "green", "loud": "red", "clipping": "red",
}  # fmt: skip
PARTS: tuple[tuple[Zone, str], ...] = (("soft", "yellow"), ("good", "green"), ("loud", "red"))


class Screen:
    """Shows a recording in progress; use as a context.

    Parameters
    ----------
    stream : TextIO          a terminal or not
    lang : {"zh", "en"}
    band : tuple of float    lowest and highest level with the full score, dB re full scale
    name : str               of the microphone
    """

    def __init__(self, stream: TextIO, lang: str, band: tuple[float, float], name: str) -> None:
        from rich.console import Console
        from rich.live import Live

        self.lang = lang
        self.band = band
        self.name = name
        self._console = Console(file=stream, markup=False, highlight=False, emoji=False)
        self._live: Live | None = None
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._shown_at = -float("inf")
        self._next_line = 0.0

    def __enter__(self) -> "Screen":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, reading: Reading, seconds: float) -> None:
        """Show a reading, ``seconds`` into the recording; more often than can be seen is passed over."""
        if self._live is None:
            if seconds >= self._next_line:
                self._next_line = seconds // LINE_EVERY_S * LINE_EVERY_S + LINE_EVERY_S
                self._console.print(line(reading, seconds, self.lang), soft_wrap=True)
            return
        now = time.monotonic()
        if now - self._shown_at >= REFRESH_S:
            self._shown_at = now
            self._live.update(picture(reading, seconds, self.lang, self.band, self.name, self._console), refresh=True)


def line(reading: Reading, seconds: float, lang: str) -> str:
    """A reading as one line of a log.

    Examples
    --------
    >>> line(Reading(-25.0, -24.0, "good"), 65.0, "en")
    '1:05 of 3:00  good  voice −24 dB'
    """
    said = [time_told(seconds, lang), say("meter", reading.zone, lang)]
    if reading.voice_db is not None:
        said.append(say("meter", "voice", lang, level=number(round(reading.voice_db))))
    return "  ".join(said)


def time_told(seconds: float, lang: str) -> str:
    """How long, against the three-minute rule.

    Examples
    --------
    >>> for seconds in (72, 160, 192):
    ...     print(time_told(seconds, "en"))
    1:12 of 3:00
    2:40 of 3:00: bring it to an end
    3:12: 0:12 over the three minutes
    """
    limit = DEFAULT.call_longest_s
    facts = {"time": clock(seconds), "limit": clock(limit), "over": clock(max(0.0, seconds - limit))}
    if seconds >= limit:
        return say("meter", "over", lang, **facts)
    if seconds >= limit - LAST_S:
        return say("meter", "nearly", lang, **facts)
    return say("meter", "elapsed", lang, **facts)


def place(level: float, band: tuple[float, float], width: int) -> int:
    """Column of a level on a scale whose halves are too soft | good, too loud; 0 to ``width``.

    The band takes a quarter of the scale, what lies above it a quarter, what lies below it a half.

    Examples
    --------
    >>> [place(level, (-30, -18), 40) for level in (-80, -54, -30, -18, -6, 0)]
    [0, 0, 20, 30, 40, 40]
    """
    lowest = floor(band)
    share = (level - lowest) / (4 * (band[1] - band[0]))
    return round(width * min(1.0, max(0.0, share)))


def picture(
    reading: Reading, seconds: float, lang: str, band: tuple[float, float], name: str, console: "Console"
) -> "Group":
    """The lines of the live screen."""
    from rich.console import Group
    from rich.text import Text

    width = min(console.width - 1, WIDEST)
    plain = not console.encoding.lower().startswith("utf")
    full, empty, mark, dot, edge, done, left = "#-^*|=." if plain else "█░▲●│━─"
    late = seconds >= DEFAULT.call_longest_s - LAST_S
    over = seconds >= DEFAULT.call_longest_s
    part = min(TIME_WIDTH, round(TIME_WIDTH * seconds / DEFAULT.call_longest_s))
    colour = "red" if over else "yellow" if late else "green"
    head = Text.assemble(
        (f"{dot} ", "bold red"), (say("meter", "recording", lang) + "  ", "bold"),
        (time_told(seconds, lang), "bold white on red" if over else "bold yellow" if late else "bold"), "  ",
        (done * part, colour), (left * (TIME_WIDTH - part), "dim"), (f"  {name}", "dim"),
    )  # fmt: skip
    lines = [head, _labels(lang, width, edge), _bar(reading, band, width, full, empty)]
    voice = reading.voice_db
    at = None if voice is None or voice < floor(band) else place(voice, band, width)
    label = say("meter", "your_voice", lang)
    lines.append(_under(mark, label, at, width))
    advice = Text.assemble(
        (f" {say('meter', reading.zone, lang).upper()} ", COLOURS[reading.zone]),
        f"  {say('meter', f'{reading.zone}_do', lang)}",
    )
    for text in lines:
        text.truncate(width)
        text.no_wrap = True
    return Group(*lines, advice, Text(say("meter", "keys", lang), style="dim"))  # these two may take a second line


def _labels(lang: str, width: int, edge: str) -> "Text":
    """The names of the three parts, each in the middle of its part."""
    from rich.cells import cell_len
    from rich.text import Text

    text = Text()
    edges = (0, width // 2, width // 2 + width // 4, width)
    for (part, colour), left, right in zip(PARTS, edges, edges[1:], strict=False):
        label = say("meter", part, lang)
        room = right - left - cell_len(label) - len(edge)
        text.append(" " * (room // 2) + label + " " * (room - room // 2), style=colour)
        text.append(edge if right < width else " ", style="bold")
    return text


def _bar(reading: Reading, band: tuple[float, float], width: int, full: str, empty: str) -> "Text":
    """The level now, filled in the colour of the zone so that a glance is enough; the rest in that of its part."""
    from rich.text import Text

    end = place(reading.now_db, band, width)
    edges = (0, width // 2, width // 2 + width // 4, width)
    text = Text()
    for (_, colour), left, right in zip(PARTS, edges, edges[1:], strict=False):
        filled = min(max(end - left, 0), right - left)
        text.append(full * filled, style=FILLED[reading.zone])
        text.append(empty * (right - left - filled), style=f"dim {colour}")
    return text


def _under(mark: str, label: str, at: int | None, width: int) -> "Text":
    """The mark of the voice's own level, with its name on the side that has room."""
    from rich.cells import cell_len
    from rich.text import Text

    if at is None:
        return Text("")
    at = min(at, width - 1)
    if at + 2 + cell_len(label) <= width:
        return Text(" " * at + f"{mark} {label}", style="bold")
    return Text(" " * max(0, at - cell_len(label) - 1) + f"{label} {mark}", style="bold")
