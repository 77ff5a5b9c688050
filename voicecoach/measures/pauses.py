"""Deliberate pauses: how long they are, how often they come, and what runs on without one.

A deliberate pause is a silence of at least ``settings.deliberate_pause_s`` at the end of a sentence; it has no upper
limit, since its length is judged by :func:`pause_length`. Where sentences end is estimated from the voice
(:mod:`voicecoach.tracks.sentences`) as long as no text is known, so every measure but :func:`longest_run`
inherits the errors of that estimate, and states them.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.measures.method_errors import method_error
from voicecoach.measures.pause_errors import DRAWS, PAUSE_SPREAD, SEED, edge_error, miscounting_error
from voicecoach.results import Evidence, Measurement, missing
from voicecoach.settings import Settings
from voicecoach.timeline import FloatArray, Span, Spans, gaps, merged, total, unanswered

if TYPE_CHECKING:
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.levels import Levels

MISSED, INVENTED = 0.12, 0.12  # share of sentence ends overlooked and falsely found (fit_sentences.py)
COUNTING = 0.05  # relative error of a number of syllables in a stretch (tracks/syllables.py)


def pause_length(
    sentences: Spans, settings: Settings, customer: Spans = (), levels: "Levels | None" = None,
    capture: "Capture | None" = None,
) -> Measurement:  # fmt: skip
    """Median length of the deliberate pauses [s].

    Parameters
    ----------
    sentences : tuple of Span     s; what lies between two of them is the pause
    settings : Settings           deliberate_pause_s, good_pause_from_s, good_pause_to_s, overlong_pause_s
    customer : tuple of Span      s; where the other side speaks: a gap filled by the customer is no pause
    levels, capture : or None     noise and band, which widen ``sd``; without them none is assumed

    Returns
    -------
    Measurement
        s; ``sd`` is what the measured error of the edges does to the median in such a band and noise, also by letting
        silences close to the limit in or keeping them out (:func:`pause_errors.edge_error`), and what it does that
        some pauses are wrongly counted or left out altogether. Evidence: every pause over ``overlong_pause_s``
        (``pause_overlong``) and every one of good length (``pause_good``). Facts: ``pauses``, ``sentences``. Missing
        (``no_deliberate_pauses``) where there is none, and without speech (``no_speech``).

    Notes
    -----
    Mandarin readers' pauses at sentence ends have a median of about half a second; the documents ask a second.
    A pause is measured between the edges of speech, which lie about 10 ms outside the last audible sound.

    References
    ----------
    Campione & Véronis (2002), A large-scale multilingual study of silent pause duration, Speech Prosody: medians
    rather than means, since lengths of pauses are log-normal.

    Examples
    --------
    >>> talk = (Span(0, 4), Span(4.3, 8), Span(9, 12), Span(13.2, 16))
    >>> pause_length(talk, Settings()).value
    1.1
    """
    pauses = unanswered(gaps(sentences, settings.deliberate_pause_s), customer)
    if not pauses:
        return missing("s", _why_none(sentences), sentences=len(sentences))
    lengths = np.array([p.duration for p in pauses])
    silences = np.array([p.duration for p in unanswered(gaps(sentences), customer)])
    shift, spread = (method_error(figure, levels, capture) for figure in ("pause_shift", "pause_spread"))
    edges = edge_error(silences, settings.deliberate_pause_s, shift, spread)
    return Measurement(
        round(float(np.median(lengths)), 6),
        "s",
        sd=float(np.hypot(edges, miscounting_error(lengths))),
        evidence=tuple(e for e in (_length_evidence(p, settings) for p in pauses) if e),
        facts={"pauses": len(pauses), "sentences": len(sentences)},
    )


def _why_none(sentences: Spans) -> str:
    """Why there is no deliberate pause: nobody paused, or nobody spoke."""
    return "no_deliberate_pauses" if sentences else "no_speech"


def sentences_per_pause(
    sentences: Spans, syllables: FloatArray, settings: Settings, customer: Spans = ()
) -> Measurement:
    """How many sentences are spoken at a time, from one deliberate pause to the next.

    value = number of sentences / (number of deliberate pauses + 1). A reply of the customer is no pause.

    Parameters
    ----------
    sentences : tuple of Span             s
    syllables : ndarray, shape (n,)       nuclei, s, increasing
    settings : Settings                   deliberate_pause_s, pause_missing_sentences, pause_missing_syllables
    customer : tuple of Span              s; where the other side speaks

    Returns
    -------
    Measurement
        sentences; ``sd`` is the error of the mean over the stretches between pauses, and that of the sentence ends:
        of S sentences ``MISSED`` and ``INVENTED`` shares are lost and gained. Evidence: where a pause would have
        fitted (``pause_missing``), and pauses that came after a single sentence (``pause_after_one``). Facts:
        ``pauses``, ``sentences``. Missing (``no_deliberate_pauses``)
        where there is none, and without speech (``no_speech``).

    Notes
    -----
    Without a text the ends of sentences are estimates; commas that a slow speaker draws out are taken for ends
    now and then, and ends rushed over are overlooked.

    Examples
    --------
    >>> talk = (Span(0, 4), Span(4.3, 8), Span(9, 12), Span(12.4, 16))
    >>> sentences_per_pause(talk, np.arange(0, 16, 0.5), Settings()).value
    2.0
    """
    pauses = unanswered(gaps(sentences, settings.deliberate_pause_s), customer)
    stretches = _stretches(sentences, settings, customer)
    fitting = tuple(e for run in stretches for e in _fitting_places(run, syllables, settings))
    if not pauses:
        return missing("sentences", _why_none(sentences), evidence=fitting, sentences=len(sentences))
    counts = np.array([len(run) for run in stretches], float)
    value = len(sentences) / (len(pauses) + 1)
    sampling = float(np.std(counts, ddof=1)) / np.sqrt(len(counts))
    boundaries = value * np.sqrt((MISSED + INVENTED) / len(sentences))
    alone = {run[0].end for run in stretches if len(run) == 1}
    single = tuple(
        Evidence(pause.start, pause.end, "pause_after_one", {"length": pause.duration})
        for pause in pauses
        if pause.start in alone
    )
    return Measurement(
        value,
        "sentences",
        sd=float(np.hypot(sampling, boundaries)),
        evidence=fitting + single,
        facts={"pauses": len(pauses), "sentences": len(sentences)},
    )


def syllables_per_pause(
    sentences: Spans, syllables: FloatArray, settings: Settings, customer: Spans = ()
) -> Measurement:
    """Median number of syllables from one deliberate pause to the next.

    Parameters
    ----------
    sentences : tuple of Span             s
    syllables : ndarray, shape (n,)       nuclei, s, increasing
    settings : Settings                   deliberate_pause_s
    customer : tuple of Span              s; where the other side speaks

    Returns
    -------
    Measurement
        syllables (字); ``sd`` is the bootstrap error of the median and ``COUNTING``. Missing
        (``no_deliberate_pauses``) where there is none, and without speech (``no_speech``).

    Notes
    -----
    Two Mandarin sentences are about 20-45 字. Surer than a number of sentences, since only the pauses need be right.

    Examples
    --------
    >>> talk = (Span(0, 4), Span(4.3, 8), Span(9, 12), Span(12.4, 17))
    >>> syllables_per_pause(talk, np.arange(0, 17, 0.5) + 0.25, Settings()).value
    16.0
    """
    if not unanswered(gaps(sentences, settings.deliberate_pause_s), customer):
        return missing("syllables", _why_none(sentences), sentences=len(sentences))
    runs = _stretches(sentences, settings, customer)
    counts = np.array([_count(syllables, run[0].start, run[-1].end) for run in runs], float)
    value = float(np.median(counts))
    return Measurement(value, "syllables", sd=float(np.hypot(_median_error(counts, PAUSE_SPREAD), COUNTING * value)))


def longest_run(ipus: Spans, syllables: FloatArray, settings: Settings) -> Measurement:
    """Syllables in the longest stretch without any pause of ``settings.deliberate_pause_s``.

    A pause inside a sentence ends a stretch too: the listener gets a rest. No sentence need be estimated.

    Parameters
    ----------
    ipus : tuple of Span                  inter-pausal units, s
    syllables : ndarray, shape (n,)       nuclei, s, increasing
    settings : Settings                   deliberate_pause_s

    Returns
    -------
    Measurement
        syllables (字); ``sd`` is ``COUNTING`` and one syllable for the edges. Evidence: the stretch
        (``run_without_pause``). Missing (``no_speech``) where there is none.

    Notes
    -----
    A recording without a pause counts whole, however long it is.

    Examples
    --------
    >>> longest_run((Span(0, 4), Span(4.5, 8), Span(9, 12)), np.arange(0, 12, 0.5), Settings()).value
    16.0
    """
    if not ipus:
        return missing("syllables", "no_speech")
    runs = merged(ipus, gap=settings.deliberate_pause_s)
    counts = [_count(syllables, run.start, run.end) for run in runs]
    most = int(np.argmax(counts))
    evidence = Evidence(runs[most].start, runs[most].end, "run_without_pause", {"syllables": counts[most]})
    return Measurement(
        float(counts[most]), "syllables", sd=float(np.hypot(COUNTING * counts[most], 1.0)), evidence=(evidence,)
    )


def mid_sentence_pauses(
    ipus: Spans, sentences: Spans, turns: Spans, settings: Settings, customer: Spans = ()
) -> Measurement:
    """Pauses of at least ``settings.deliberate_pause_s`` inside a sentence, per minute of the speaker's turns.

    Parameters
    ----------
    ipus, sentences, turns : tuple of Span      s
    settings : Settings                         deliberate_pause_s
    customer : tuple of Span                    s; where the other side speaks

    Returns
    -------
    Measurement
        1/min; ``sd`` is the Poisson error of the number, with ``MISSED`` of the pauses at sentence ends mistaken for
        such. Evidence: each one (``pause_mid_sentence``). Missing (``no_speech``) where there is no turn.

    Examples
    --------
    >>> talk = (Span(0, 4), Span(5, 29), Span(30, 60))
    >>> mid_sentence_pauses(talk, (Span(0, 29), Span(30, 60)), (Span(0, 60),), Settings()).value
    1.0
    """
    minutes = total(turns) / 60
    if not minutes:
        return missing("per min", "no_speech")
    at_ends = {(a.end, b.start) for a, b in pairwise(sentences)}
    pauses = unanswered(gaps(ipus, settings.deliberate_pause_s), customer)
    inner = [p for p in pauses if (p.start, p.end) not in at_ends]
    variance = len(inner) + MISSED * (len(pauses) - len(inner))
    evidence = tuple(Evidence(p.start, p.end, "pause_mid_sentence", {"length": p.duration}) for p in inner)
    return Measurement(len(inner) / minutes, "per min", sd=float(np.sqrt(variance)) / minutes, evidence=evidence)


def _stretches(sentences: Spans, settings: Settings, customer: Spans) -> list[Spans]:
    """The sentences in groups, a deliberate pause or a reply of the customer between one group and the next."""
    own = set(unanswered(gaps(sentences, 0), customer))
    groups: list[list[Span]] = []
    for sentence in sentences:
        before = Span(groups[-1][-1].end, sentence.start) if groups else None
        if before and before in own and before.duration < settings.deliberate_pause_s:
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return [tuple(group) for group in groups]


def _fitting_places(run: Spans, syllables: FloatArray, settings: Settings) -> list[Evidence]:
    """Every second sentence end of a stretch that is too long: there a pause would have fitted."""
    count = _count(syllables, run[0].start, run[-1].end)
    if len(run) <= settings.pause_missing_sentences and count <= settings.pause_missing_syllables:
        return []
    ends = list(pairwise(run))[1::2] or list(pairwise(run))
    facts = {"sentences": len(run), "syllables": count}
    # half a second on either side: the place itself may be too short to hear or to point at
    return [Evidence(max(a.start, a.end - 0.5), min(b.end, b.start + 0.5), "pause_missing", facts) for a, b in ends]


def _length_evidence(pause: Span, settings: Settings) -> Evidence | None:
    facts = {"length": pause.duration}
    if pause.duration > settings.overlong_pause_s:
        return Evidence(pause.start, pause.end, "pause_overlong", facts)
    if settings.good_pause_from_s <= pause.duration <= settings.good_pause_to_s:
        return Evidence(pause.start, pause.end, "pause_good", facts)
    return None


def _count(syllables: FloatArray, start: float, end: float) -> int:
    first, last = np.searchsorted(syllables, [start, end])
    return int(last - first)


def _median_error(values: FloatArray, spread: float) -> float:
    """Standard error of the median by bootstrap; below three values from the assumed relative spread."""
    if len(values) < 3:
        return float(spread * np.median(values) / np.sqrt(len(values)))
    drawn = np.random.default_rng(SEED).choice(values, (DRAWS, len(values)))
    return float(np.std(np.median(drawn, axis=1)))
