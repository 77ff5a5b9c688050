"""The page's data as one block of JSON: lists instead of records, numbers short, every text once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from voicecoach.cohort.page.attention import Attention
from voicecoach.cohort.page.clips import Clips
from voicecoach.cohort.page.records import NEEDS, Cohort, Judged
from voicecoach.report.audio import MIME, data_uri
from voicecoach.results import Text

DECIMALS = 1  # of a score


class Texts:
    """Texts by number, each kept once."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._places: dict[str, int] = {}

    def __call__(self, text: str | Text | None) -> int:
        """Number of a text; -1 for none.

        Examples
        --------
        >>> texts = Texts()
        >>> texts("a"), texts(None), texts({"zh": "甲", "en": "b"}), texts("a"), texts.all
        (0, -1, 1, 0, ['a', {'zh': '甲', 'en': 'b'}])
        """
        if text is None:
            return -1
        key = repr(text)
        if key not in self._places:
            self._places[key] = len(self.all)
            self.all.append(text)
        return self._places[key]


def payload(cohort: Cohort, found: Attention, clips: Clips, words: Mapping[str, Text]) -> dict[str, Any]:
    """What the page's script shows. ``words`` are those that it needs itself.

    ``takes`` are lists: name, trainee, cohort (numbers in ``texts``, -1 unknown), day, link, length (s), why an ear is
    needed (a bit for each of ``NEEDS``), why it failed (number), overall score, and for each requirement [score, low,
    high] or the number of the reason why there is no score.
    """
    texts = Texts()
    needs = {one.take: sum(1 << NEEDS.index(kind) for kind in one.kinds) for one in found.takes}
    names = [one.id for one in cohort.requirements]
    takes = [
        [
            take.handed.name, texts(take.handed.trainee), texts(take.handed.cohort), day(take.handed.recorded),
            take.handed.link, None if take.duration_s is None else round(take.duration_s), needs.get(place, 0),
            texts(take.handed.failure), _short(take.overall),
            *(_judged(take.judged.get(name), texts, cohort.bands) for name in names),
        ]
        for place, take in enumerate(cohort.takes)
    ]  # fmt: skip
    return {
        "requirements": [{"id": one.id, "title": one.title} for one in cohort.requirements],
        "bands": cohort.bands,
        "takes": takes,
        "trends": [
            [texts(trainee), names.index(name), trend.direction, round(trend.difference),
             round(trend.smallest, DECIMALS), list(trend.takes),
             _all_short(trend.middle), _all_short(trend.low), _all_short(trend.high)]
            for (trainee, name), trend in cohort.trends.items() if name in names
        ],
        "clips": [
            [clip.take, names.index(clip.requirement), round(clip.start, 2), texts(clip.words)] for clip in clips.cut
        ],
        "needs": list(NEEDS),
        "texts": texts.all,
        "words": words,
    }  # fmt: skip


def sounds(clips: Clips) -> list[str]:
    """Addresses of the excerpts, in the order of ``clips``; a block of its own, read when the first one is played."""
    return [data_uri(MIME, clip.data) for clip in clips.cut]


def day(recorded: datetime | None) -> str:
    """The day as pages write it; nothing where it is not known.

    Examples
    --------
    >>> day(datetime(2026, 3, 5, 12)), day(None)
    ('2026-03-05', '')
    """
    return "" if recorded is None else recorded.date().isoformat()


def as_json(value: object) -> Markup:
    """JSON that may stand in a script element: no character of it ends the element or begins a comment.

    Examples
    --------
    >>> as_json("</script>")
    Markup('"\\\\u003c/script\\\\u003e"')
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _judged(judged: Judged | None, texts: Texts, bands: Sequence[tuple[str, float]]) -> list[float | None] | int:
    if judged is None or judged.score is None:
        return texts(judged.reason if judged else None)
    low, high = judged.interval or (judged.score, judged.score)
    return [_short(within(judged.score, bands)), round(low), round(high)]


def within(score: float, bands: Sequence[tuple[str, float]]) -> float:
    """A score with one decimal, never rounded up into the next band.

    Examples
    --------
    >>> within(79.97, [("on_target", 80.0)]), within(79.92, [("on_target", 80.0)]), within(80.97, [("on_target", 80.0)])
    (79.9, 79.9, 81.0)
    """
    rounded = round(score, DECIMALS)
    return rounded - 0.1 if any(score < limit <= rounded for _, limit in bands) else rounded


def _short(value: float | None) -> float | None:
    if value is None:
        return None
    rounded = round(value, DECIMALS)
    return int(rounded) if rounded == int(rounded) else rounded


def _all_short(values: Sequence[float]) -> list[float | None]:
    return [_short(value) for value in values]
