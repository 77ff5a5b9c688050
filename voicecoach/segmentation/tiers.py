"""What the two file formats share: which tiers there are, and what holds of their parts."""

from collections.abc import Iterable

from voicecoach.timeline import Span, Spans

Tiers = dict[str, Spans]  # parts by the tier's name; a point is a span without length

SPANS = ("ipus", "pauses", "sentences")
POINTS = ("syllables",)
NAMES = (*SPANS, *POINTS)
LABELS = {"ipus": "speech", "pauses": "pause", "sentences": "sentence", "syllables": "syllable"}


def checked(tier: str, spans: Iterable[Span]) -> Spans:
    """The spans in order.

    Raises
    ------
    ValueError    one ends before it starts, or two overlap

    Examples
    --------
    >>> checked("ipus", [Span(2, 3), Span(0, 1)])
    (Span(start=0, end=1), Span(start=2, end=3))
    """
    ordered = tuple(sorted(spans))
    for index, span in enumerate(ordered):
        if not 0 <= span.start <= span.end or (tier in SPANS and span.start == span.end):
            raise ValueError(f"{tier}: {span.start:g}-{span.end:g} s")
        if index and span.start < ordered[index - 1].end:
            raise ValueError(f"{tier}: {ordered[index - 1].end:g} s > {span.start:g} s")
    return ordered
