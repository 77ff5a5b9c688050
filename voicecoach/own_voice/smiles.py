"""Whether a speaker's neutral and smiling takes can be told apart by the smile shift at all."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.baseline import Baseline
from voicecoach.measures.smile import smile_shift
from voicecoach.timeline import FloatArray, Spans, total
from voicecoach.tracks import Tracks
from voicecoach.tracks.envelopes import Envelopes
from voicecoach.tracks.neutral import codebook

PIECE_S = 15.0  # s of speech: as much as the row smile_shift asks for
FEWEST = 2  # pieces of each take
SPREAD = 0.8  # %; pieces of one take differ by at least so much, whatever two or three of them say
TOLD_D = 1.5  # distance of the means in standard deviations
TOLD_SHIFT = 2.0  # %; less means nothing, says the row smile_shift


def smile_told(neutral: Tracks, smiling: Tracks, baseline: Baseline) -> dict[str, Any]:
    """Compare the smile shift of the pieces of a smiling take with that of held-out pieces of the neutral one.

    Each neutral piece is measured against the rest of the neutral take, each smiling piece against all of it. They are
    told apart if the means lie at least 2 % and 1.5 standard deviations apart, the smiling one above.

    Returns
    -------
    dict
        ``code``: ``told``, ``not_told``, or why it is not known: ``unknown_short``, ``unknown_channel``; ``neutral``
        and ``smiling``: the shifts of the pieces, %; ``shift``: difference of the means, %; ``d_prime``
    """
    found: dict[str, Any] = {"code": "unknown_short", "neutral": [], "smiling": [], "shift": None, "d_prime": None}
    if neutral.capture.telephone != smiling.capture.telephone:
        return found | {"code": "unknown_channel"}
    plain, smiled = pieces(neutral.envelopes.times, neutral.ipus), pieces(smiling.envelopes.times, smiling.ipus)
    if max(plain, default=-1) + 1 < FEWEST or max(smiled, default=-1) + 1 < FEWEST:
        return found
    zero = _shifts(neutral, plain, baseline, held_out=True)
    shifts = _shifts(smiling, smiled, baseline, held_out=False)
    shift = float(np.mean(shifts) - np.mean(zero))
    distance = d_prime(shifts, zero)
    told = shift >= TOLD_SHIFT and distance >= TOLD_D
    return {
        "code": "told" if told else "not_told",
        "neutral": [round(float(x), 1) for x in zero],
        "smiling": [round(float(x), 1) for x in shifts],
        "shift": round(shift, 1),
        "d_prime": round(distance, 1),
    }


def d_prime(high: FloatArray, low: FloatArray) -> float:
    """Difference of means over the pooled standard deviation, which is taken to be 0.8 % at least.

    Examples
    --------
    >>> round(d_prime(np.array([4.0, 6.0]), np.array([0.0, 2.0])), 2), d_prime(np.full(2, 4.0), np.zeros(2))
    (2.83, 5.0)
    """
    pooled = float(np.sqrt((np.var(high, ddof=1) + np.var(low, ddof=1)) / 2))
    return float(np.mean(high) - np.mean(low)) / max(SPREAD, pooled)


def pieces(times: FloatArray, ipus: Spans) -> npt.NDArray[np.intp]:
    """Number of the piece of speech that each time lies in: as many equal ones as hold 15 s of speech.

    Examples
    --------
    >>> from voicecoach.timeline import Span
    >>> pieces(np.array([1.0, 14.0, 41.0, 55.0]), (Span(0, 16), Span(40, 56))).tolist()
    [0, 0, 1, 1]
    """
    speech = total(ipus)
    count = int(speech // PIECE_S)
    if not count or not len(times):
        return np.full(len(times), -1, np.intp)
    starts = np.array([ipu.start for ipu in ipus])
    before = np.concatenate([[0.0], np.cumsum([ipu.duration for ipu in ipus])])
    unit = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, None)
    clock = before[unit] + times - starts[unit]
    return np.asarray(np.clip(clock / speech * count, 0, count - 1), np.intp)


def _shifts(tracks: Tracks, piece: npt.NDArray[np.intp], baseline: Baseline, *, held_out: bool) -> Any:
    values = []
    for number in range(int(piece.max()) + 1):
        against = baseline
        if held_out:
            rest = _part(tracks.envelopes, piece != number)
            pitch = float(np.median(rest.f0_hz))
            against = replace(baseline, codebook=codebook(rest.shapes()), f0_median_hz=pitch)
        found = smile_shift(_part(tracks.envelopes, piece == number), tracks.ipus, tracks.capture, against)
        if found.value is not None:
            values.append(found.value)
    return np.array(values)


def _part(envelopes: Envelopes, kept: npt.NDArray[np.bool_]) -> Envelopes:
    return Envelopes(envelopes.times[kept], envelopes.f0_hz[kept], envelopes.log_power[kept])
