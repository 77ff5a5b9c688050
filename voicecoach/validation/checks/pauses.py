"""Pauses found, their edges, and sentences a pause, beside Silero and WebRTC as they come and an energy detector."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy.typing as npt

from voicecoach.measures.pauses import sentences_per_pause
from voicecoach.settings import DEFAULT
from voicecoach.timeline import Span, Spans, gaps
from voicecoach.validation.alternatives import energy, runs, silero, webrtc
from voicecoach.validation.checks import OURS, Check, Figure, Observation, Take, each
from voicecoach.validation.conditions import EVERY
from voicecoach.validation.manifest import Clip
from voicecoach.validation.statistics import f1, largest, mean_abs, median, median_abs, ratio

ALTERNATIVES: dict[str, Callable[[npt.NDArray[Any], int], Spans]] = {
    "silero": silero.speech,
    "webrtcvad": webrtc.speech,
    "energy": energy.speech,
}
SHORTEST_S = 0.25  # of a pause that is looked for
HIT = 0.5  # overlap over union of a true pause and a found one
CLEAR_S = 0.1  # pauses this far from the length that makes them deliberate are so whatever their edges


def pauses(takes: tuple[Take, ...]) -> list[Observation]:
    """Pauses of 0.25 s and more between the first and last speech labelled by hand; a hit shares half of the union."""
    (take,) = takes
    speech = take.clip.speech or ()
    true = gaps(speech, SHORTEST_S)
    return [take.observed(tool, **compared(between(found, speech), true)) for tool, found in heard(take).items()]


def sentence_pauses(takes: tuple[Take, ...]) -> list[Observation]:
    """Pauses of 0.25 s and more between sentences; pauses inside a sentence are neither asked for nor held against."""
    (take,) = takes
    true = tuple(pause for pause in take.clip.sentence_pauses or () if pause.duration >= SHORTEST_S)
    return [
        take.observed(tool, **compared(outside(gaps(found, SHORTEST_S), take.clip.sentences), true))
        for tool, found in heard(take).items()
    ]


def a_pause(takes: tuple[Take, ...]) -> list[Observation]:
    """Sentences from one pause of at least 0.6 s to the next; Silero: every pause of 0.25 s ends a sentence."""
    (take,) = takes
    true = len(take.clip.sentences) / (len(deliberate(take.clip)) + 1)
    tracks = take.tracks
    every = take.found("silero", ALTERNATIVES["silero"])
    stretches = {OURS: tracks.sentences, "silero": joined_between(every, SHORTEST_S)}
    return [take.observed(tool, error=_a_pause(found, take) - true) for tool, found in stretches.items()]


def _a_pause(sentences: Spans, take: Take) -> float:
    found = sentences_per_pause(sentences, take.tracks.syllables, DEFAULT).value
    return float(len(sentences)) if found is None else found  # no pause: all of them in one breath


def heard(take: Take) -> dict[str, Spans]:
    """Speech as each detector hears it."""
    others = {name: find for name, find in ALTERNATIVES.items() if runs(name)}
    return {OURS: take.tracks.ipus, **{name: take.found(name, find) for name, find in others.items()}}


def between(found: Spans, speech: Spans) -> Spans:
    """Pauses of found speech that touch what lies between the first and the last labelled speech.

    Examples
    --------
    >>> between((Span(0, 1), Span(2, 3), Span(5, 6)), speech=(Span(2, 2.5), Span(2.8, 3.5)))
    (Span(start=3, end=5),)
    """
    return tuple(p for p in gaps(found, SHORTEST_S) if p.end > speech[0].start and p.start < speech[-1].end)


def outside(found: Spans, sentences: Spans) -> Spans:
    """Those that do not lie within one of the sentences.

    Examples
    --------
    >>> outside((Span(1, 2), Span(4, 5)), sentences=(Span(0, 4), Span(5, 9)))
    (Span(start=4, end=5),)
    """
    return tuple(p for p in found if not any(s.start <= p.start and p.end <= s.end for s in sentences))


def joined_between(spans: Spans, shortest: float) -> Spans:
    """What lies between the gaps of at least ``shortest`` s.

    Examples
    --------
    >>> joined_between((Span(0, 1), Span(1.1, 2), Span(3, 4)), 0.25)
    (Span(start=0, end=2), Span(start=3, end=4))
    """
    if not spans:
        return ()
    pauses = gaps(spans, shortest)
    starts = [spans[0].start, *(pause.end for pause in pauses)]
    ends = [*(pause.start for pause in pauses), spans[-1].end]
    return tuple(Span(a, b) for a, b in zip(starts, ends, strict=True))


def matched(found: Spans, true: Spans) -> list[tuple[Span, Span]]:
    """Pairs of a true pause and the found one that shares at least half of what both cover.

    Examples
    --------
    >>> matched(found=(Span(0, 1), Span(5, 6)), true=(Span(0.2, 1.2), Span(5.5, 6.5)))
    [(Span(start=0.2, end=1.2), Span(start=0, end=1))]
    """

    def share(a: Span, b: Span) -> float:
        return max(0.0, min(a.end, b.end) - max(a.start, b.start)) / (max(a.end, b.end) - min(a.start, b.start))

    return [(t, f) for t in true for f in found if share(t, f) >= HIT]


def compared(found: Spans, true: Spans) -> Mapping[str, float | Sequence[float]]:
    """Hits, found and true pauses; of the hits, errors of length and of both edges [ms].

    Examples
    --------
    >>> told = compared(found=(Span(0.0, 1.25),), true=(Span(0.0, 1.0), Span(5.0, 6.0)))
    >>> told["hits"], told["found"], told["true"], told["length"], told["edges"]
    (1, 1, 2, [250.0], [0.0, 250.0])
    """
    pairs = matched(found, true)
    return {
        "hits": len(pairs),
        "found": len(found),
        "true": len(true),
        "length": [1000 * (f.duration - t.duration) for t, f in pairs],
        "edges": [1000 * (x - y) for t, f in pairs for x, y in zip(f, t, strict=True)],
    }


def deliberate(clip: Clip) -> Spans:
    """The true pauses between sentences that are long enough to be deliberate."""
    return tuple(pause for pause in clip.sentence_pauses or () if pause.duration >= DEFAULT.deliberate_pause_s)


def clear(clip: Clip) -> bool:
    """Whether there are deliberate pauses, and none of the others is so nearly one that its edges decide."""
    lengths = [pause.duration for pause in clip.sentence_pauses or ()]
    near = any(abs(length - DEFAULT.deliberate_pause_s) < CLEAR_S for length in lengths)
    return _has_deliberate(clip) and not near


def unclear(clip: Clip) -> bool:
    """Deliberate pauses, but some about as long as makes them so: the truth itself hangs on hundredths of a second."""
    return _has_deliberate(clip) and not clear(clip)


def _has_deliberate(clip: Clip) -> bool:
    spoken = bool(clip.sentences) and clip.kind != "syllable"  # trains of syllables are no sentences
    return spoken and bool(deliberate(clip))


FOUND = (Figure("F1", "", f1), Figure("precision", "", ratio("hits", "found", 1)),
         Figure("recall", "", ratio("hits", "true", 1)))  # fmt: skip
A_PAUSE = (Figure("mean abs. error", "", mean_abs("error")), Figure("largest abs. error", "", largest("error")))

CHECKS = (
    Check(
        "pauses",
        each(lambda clip: bool(clip.speech)),
        pauses,
        (
            *FOUND,
            Figure("median abs. error of length", "ms", median_abs("length")),
            Figure("median error of length", "ms", median("length")),
        ),
        EVERY,
    ),
    Check(
        "sentence_pauses",
        each(lambda clip: bool(clip.sentences) and clip.sentence_pauses is not None),
        sentence_pauses,
        (*FOUND, Figure("median abs. error of edges", "ms", median_abs("edges"))),
        EVERY,
    ),
    Check("sentences_per_pause", each(clear), a_pause, A_PAUSE, EVERY),
    Check("sentences_per_pause, pauses near 0.6 s", each(unclear), a_pause, A_PAUSE, EVERY),
)
