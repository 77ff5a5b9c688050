"""Whether the stated 90 % intervals hold the truth as often as they say, on short windows of speech."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from voicecoach.measures.intonation import f0_range
from voicecoach.measures.pauses import pause_length
from voicecoach.measures.rate import speech_rate
from voicecoach.recording import Recording, from_array
from voicecoach.results import Measurement
from voicecoach.settings import DEFAULT
from voicecoach.timeline import Span, Spans, gaps
from voicecoach.tracks import Tracks
from voicecoach.validation.checks import OURS, Check, Figure, Figured, Observation, Take
from voicecoach.validation.conditions import CLEAN, TELEPHONE, heard
from voicecoach.validation.manifest import Clip
from voicecoach.validation.utterances import at_rate, is_call, joined, single_sentence, trimmed, utterances

SHORTEST, LONGEST = 20.0, 60.0  # s
SEED = 20260103
WINDOWS = 8  # of each call, and twice that of each voice's joined sentences
EDGE_S = 0.3  # left on either side of a window, within the pause
PAUSES_S = (0.4, 1.4)  # between joined sentences
Z90 = 1.645
MEASURES: Mapping[str, Callable[[Tracks], Measurement]] = {
    "speech_rate": lambda t: speech_rate(t.syllables, t.turns, levels=t.levels, capture=t.capture),
    "f0_range": lambda t: f0_range(t.f0, t.ipus, t.levels, t.capture),
    "pause_length": lambda t: pause_length(t.sentences, t.settings, levels=t.levels, capture=t.capture),
}


class Speech(NamedTuple):
    """Speech whose sentences are known: where each is, s, and how many syllables it has."""

    recording: Recording
    sentences: Spans
    counts: Sequence[int]


def known(clips: Sequence[Clip]) -> list[tuple[Clip, ...]]:
    """Every call by itself; single sentences of one voice together, where they make up a longest window and more."""
    found: list[tuple[Clip, ...]] = [(clip,) for clip in clips if _counted_call(clip)]
    voices: dict[str, list[Clip]] = {}
    for clip in clips:
        if clip.speaker and clip.kind == "tts" and single_sentence(clip):
            voices.setdefault(clip.speaker, []).append(clip)
    return found + [tuple(own) for own in voices.values() if len(own) >= 8]


def coverage(takes: tuple[Take, ...]) -> list[Observation]:
    """Share of stated 90 % intervals that hold the truth, on windows of 20-60 s of speech.

    Windows are cut at random (fixed seed) between known sentences of calls, and of one voice's sentences set in a row
    0.4-1.4 s apart. Truth: of the speech rate, the known number of syllables over the window's speech; of the pause
    length, the median of the known pauses between its sentences from 0.6 s on; of the pitch range, what the whole of
    that call or row reads in the clean recording, as nobody knows a voice's own. *Width* is that of the interval over
    the truth. Conditions other than clean hear every second window.
    """
    whole = spoken(takes)
    broad = f0_range(*(getattr(Tracks(whole.recording), name) for name in ("f0", "ipus"))).value
    observations = []
    drawn = windows(whole, WINDOWS * min(2, len(takes)))
    for number, (first, last) in enumerate(drawn if takes[0].condition == CLEAN else drawn[::2]):
        tracks = Tracks(heard(cut(whole, first, last), takes[0].condition))
        truth = {"f0_range": broad, **true_values(whole, first, last)}
        values: dict[str, float] = {}
        for name, measure in MEASURES.items():
            found, true = measure(tracks), truth[name]
            if found.value is not None and true is not None:
                values[f"{name} held"] = float(abs(found.value - true) <= Z90 * found.sd)
                values[f"{name} width"] = 100 * 2 * Z90 * found.sd / true
        observations.append(takes[0].observed(OURS, **values)._replace(clip=f"{takes[0].clip.name} {number}"))
    return observations


def spoken(takes: tuple[Take, ...]) -> Speech:
    """The call, or the sentences in a row with pauses between."""
    clip = takes[0].clip
    if len(takes) == 1:
        return Speech(clip.recording(), clip.sentences, [one["n_syllables"] for one in clip.truth["sentences"]])
    random = np.random.default_rng(SEED)
    found = [one for take in takes for one in utterances(take.clip, take.clip.recording())]
    sr = found[0].sr
    parts = [trimmed(samples, sr) for samples in at_rate(found, sr)]
    pauses = random.uniform(*PAUSES_S, size=len(parts))
    ends = np.cumsum([len(part) + round(pause * sr) for part, pause in zip(parts, pauses, strict=True)])
    spans = tuple(
        Span((end - round(pause * sr) - len(part)) / sr, (end - round(pause * sr)) / sr)
        for end, part, pause in zip(ends, parts, pauses, strict=True)
    )
    row = from_array(joined(parts, sr, list(pauses)), sr, name=clip.speaker)
    return Speech(row, spans, [one.n_syllables for one in found])


def windows(whole: Speech, most: int) -> list[tuple[int, int]]:
    """First and last sentence of up to ``most`` windows of 20-60 s, drawn from all there are."""
    spans = whole.sentences
    fitting = [
        (a, b) for a in range(len(spans)) for b in range(a, len(spans))
        if SHORTEST <= spans[b].end - spans[a].start <= LONGEST
    ]  # fmt: skip
    picked = np.random.default_rng(SEED).permutation(len(fitting))[:most]
    return [fitting[k] for k in sorted(picked)]


def cut(whole: Speech, first: int, last: int) -> Recording:
    """The recording from just before one sentence to just after another."""
    spans, sr = whole.sentences, whole.recording.sr
    before = spans[first - 1].end if first else 0.0
    after = spans[last + 1].start if last + 1 < len(spans) else whole.recording.duration
    start = max(spans[first].start - EDGE_S, (before + spans[first].start) / 2 if first else 0.0)
    end = min(spans[last].end + EDGE_S, (after + spans[last].end) / 2 if last + 1 < len(spans) else after)
    return from_array(whole.recording.samples[round(start * sr) : round(end * sr)], sr, name=whole.recording.name)


def true_values(whole: Speech, first: int, last: int) -> dict[str, float | None]:
    """Speech rate [syl/min] and median deliberate pause [s] of a window; None where there is no such pause.

    Examples
    --------
    >>> call = Speech(None, (Span(0, 2), Span(3, 6), Span(6.2, 8)), (8, 12, 20))
    >>> true_values(call, 0, 2)
    {'speech_rate': 300.0, 'pause_length': 1.0}
    """
    spans = whole.sentences[first : last + 1]
    rate = 60 * sum(whole.counts[first : last + 1]) / (spans[-1].end - spans[0].start)
    pauses = [pause.duration for pause in gaps(spans, DEFAULT.deliberate_pause_s)]
    return {"speech_rate": rate, "pause_length": float(np.median(pauses)) if pauses else None}


def _counted_call(clip: Clip) -> bool:
    return is_call(clip) and all("n_syllables" in one for one in clip.truth["sentences"])


def held(name: str) -> Figured:
    """Share of intervals that hold the truth [%]."""
    return lambda seen: _figure(seen, f"{name} held", lambda values: 100 * float(np.mean(values)))


def width(name: str) -> Figured:
    """Median width of the intervals [% of the truth]."""
    return lambda seen: _figure(seen, f"{name} width", lambda values: float(np.median(values)))


def _figure(seen: Sequence[Observation], name: str, of: Callable[[list[float]], float]) -> float | None:
    values = [float(np.asarray(one.values[name])) for one in seen if name in one.values]
    return of(values) if values else None


CHECKS = (
    Check(
        "interval coverage",
        known,
        coverage,
        tuple(
            figure
            for name in MEASURES
            for figure in (
                Figure(f"{name} within its 90 % interval", "% of windows", held(name)),
                Figure(f"{name}: median width", "% of truth", width(name)),
            )
        ),
        (CLEAN, TELEPHONE, "pink 15 dB"),
        pooled=True,
    ),
)
