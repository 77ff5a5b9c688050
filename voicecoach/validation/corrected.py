"""Segments corrected by hand, as the truth of a recording."""

from pathlib import Path
from typing import Any

from voicecoach.segmentation import Segments, read_segments
from voicecoach.timeline import gaps, inside


def corrected_truth(file: Path) -> dict[str, Any]:
    """What a corrected TextGrid or CSV file makes known of its recording; see :func:`truth_of`.

    Raises
    ------
    UsageError    no such file, or nothing can be read from it
    """
    return truth_of(read_segments(file))


def truth_of(segments: Segments) -> dict[str, Any]:
    """Segments in the words of a truth file. A tier that is not there says nothing.

    ``ipus`` gives ``speech``; ``sentences`` gives ``sentences`` and ``pauses_between_sentences``; ``syllables`` gives
    ``n_syllables``, and with sentences their counts and ``speech_rate_syl_per_min``. The tier ``pauses`` is not asked:
    what lies between the units is a pause.

    Examples
    --------
    >>> import numpy as np
    >>> from voicecoach.timeline import Span
    >>> told = truth_of(Segments(sentences=(Span(0, 2), Span(3, 4)), syllables=np.array([0.5, 1.0, 3.5])))
    >>> told["pauses_between_sentences"], told["speech_rate_syl_per_min"], told["sentences"][1]
    ([[2, 3]], 45.0, {'start': 3, 'end': 4, 'n_syllables': 1})
    """
    told: dict[str, Any] = {}
    if segments.ipus is not None:
        told["speech"] = [list(span) for span in segments.ipus]
    if segments.syllables is not None:
        told["n_syllables"] = len(segments.syllables)
    if segments.sentences:
        told["sentences"] = [{"start": span.start, "end": span.end} for span in segments.sentences]
        told["pauses_between_sentences"] = [list(pause) for pause in gaps(segments.sentences) if pause.duration > 0]
    if segments.sentences and segments.syllables is not None:
        for sentence, span in zip(told["sentences"], segments.sentences, strict=True):
            sentence["n_syllables"] = int(inside(segments.syllables, (span,)).sum())
        seconds = segments.sentences[-1].end - segments.sentences[0].start
        told["speech_rate_syl_per_min"] = 60 * sum(one["n_syllables"] for one in told["sentences"]) / seconds
    return told
