"""Changes of level and of where the silences are."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Span, Spans

Samples = npt.NDArray[Any]


def gain(samples: Samples, db: float) -> FloatArray:
    """Louder or softer by ``db`` dB; nothing is clipped, so the result may pass full scale.

    Examples
    --------
    >>> gain(np.array([0.1, -0.2]), 20.0).tolist()
    [1.0, -2.0]
    """
    return np.asarray(samples, np.float64) * 10 ** (db / 20)


def pad_silence(samples: Samples, sr: int, seconds: float) -> FloatArray:
    """``seconds`` of digital silence before and after.

    Examples
    --------
    >>> pad_silence(np.ones(2), 4, 0.5).tolist()
    [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    """
    return np.pad(np.asarray(samples, np.float64), round(seconds * sr))


def fade_half(samples: Samples, sr: int, db: float) -> FloatArray:
    """The second half ``db`` dB louder (or softer, negative), over a second of smooth change in the middle.

    Examples
    --------
    >>> fade_half(np.ones(40), 10, 20.0)[[0, 20, 39]].round(1).tolist()
    [1.0, 3.2, 10.0]
    """
    middle = (np.arange(len(samples)) - len(samples) / 2) / sr
    share = (1 + np.sin(np.pi * np.clip(middle, -0.5, 0.5))) / 2
    return np.asarray(samples, np.float64) * 10 ** (db * share / 20)


def fade_ends(samples: Samples, sr: int, db: float) -> FloatArray:
    """The last 0.3 s before every pause of 0.25 s or more ``db`` dB softer: swallowed endings.

    The level falls within 50 ms and comes back over 50 ms in the pause.

    Examples
    --------
    >>> x = np.concatenate([np.ones(100), np.zeros(50), np.ones(100)])
    >>> fade_ends(x, 100, 20.0)[[50, 90, 160, 249]].round(1).tolist()
    [1.0, 0.1, 1.0, 1.0]
    """
    t = np.arange(len(samples)) / sr
    change = np.zeros(len(samples))
    for pause in quiet_spans(samples, sr):
        ends = [pause.start - 0.3, pause.start - 0.25, pause.start, pause.start + 0.05]
        change = np.maximum(change, np.interp(t, ends, [0.0, 1.0, 1.0, 0.0]))
    return np.asarray(samples, np.float64) * 10 ** (-abs(db) * change / 20)


def quiet_spans(samples: Samples, sr: int, shortest: float = 0.25) -> Spans:
    """Where the sound stays 35 dB below its loud parts for ``shortest`` s or more, head and tail left out.

    Deliberately plain (20 ms frames, 95th percentile): it only has to find places to work on.
    """
    width = max(1, round(0.02 * sr))
    frames = len(samples) // width
    if frames < 3:
        return ()
    power = np.square(np.asarray(samples[: frames * width], np.float64).reshape(frames, width)).mean(axis=1)
    loud = np.flatnonzero(power > np.quantile(power, 0.95) * 10**-3.5)
    steps = np.flatnonzero(np.diff(loud) * width / sr > shortest)
    return tuple(Span((loud[i] + 1) * width / sr, loud[i + 1] * width / sr) for i in steps)


def insert_pauses(samples: Samples, sr: int, seconds: float, times: Sequence[float] | None = None) -> FloatArray:
    """``seconds`` more of silence at each of ``times`` (s), faded over 5 ms at the cut.

    Without ``times``: in the middle of every stretch of at least 2 s without a pause, at its softest place there.

    Examples
    --------
    >>> len(insert_pauses(np.ones(100), 100, 0.5, [0.2, 0.5]))
    200
    """
    places = _softest_middles(samples, sr) if times is None else times
    cuts = [min(len(samples), max(0, round(t * sr))) for t in sorted(places)]
    parts: list[FloatArray] = []
    for part in np.split(np.asarray(samples, np.float64), cuts):
        parts += [_faded(part, sr), np.zeros(round(seconds * sr))]
    return np.concatenate(parts[:-1])


def _softest_middles(samples: Samples, sr: int) -> list[float]:
    pauses = [Span(0.0, 0.0), *quiet_spans(samples, sr), Span(len(samples) / sr, len(samples) / sr)]
    width = max(1, round(0.02 * sr))
    places = []
    for before, after in pairwise(pauses):
        talk = after.start - before.end
        if talk >= 2:
            first, last = round((before.end + talk / 3) * sr), round((after.start - talk / 3) * sr)
            middle = np.asarray(samples[first : last // width * width], np.float64)
            frames = np.square(middle[: len(middle) // width * width].reshape(-1, width)).mean(axis=1)
            places.append((first + (int(np.argmin(frames)) + 0.5) * width) / sr)
    return places


def lengthen_pauses(samples: Samples, sr: int, seconds: float) -> FloatArray:
    """Every pause of 0.25 s or more made ``seconds`` longer; speech is untouched."""
    return _with_pauses(samples, sr, quiet_spans(samples, sr), lambda found: found + seconds)


def scale_pauses(samples: Samples, sr: int, factor: float) -> FloatArray:
    """Every pause of 0.25 s or more made ``factor`` times as long; speech is untouched."""
    return _with_pauses(samples, sr, quiet_spans(samples, sr), lambda found: found * factor)


def shorten_pauses(samples: Samples, sr: int, longest: float) -> FloatArray:
    """Every pause of 0.25 s or more cut down to ``longest`` s."""
    return _with_pauses(samples, sr, quiet_spans(samples, sr), lambda found: min(found, longest))


def _with_pauses(samples: Samples, sr: int, spans: Spans, length: Callable[[float], float]) -> FloatArray:
    x = np.asarray(samples, np.float64)
    parts, done = [], 0
    for span in spans:
        start, end = round(span.start * sr), round(span.end * sr)
        wanted = round(length((end - start) / sr) * sr)
        middle = (start + end) // 2
        if wanted <= end - start:  # cut out of the middle, so that both edges stay as they were
            left = start + wanted // 2
            parts += [x[done:left]]
            done = end - (wanted - wanted // 2)
        else:
            parts += [_faded(x[done:middle], sr, head=False), np.zeros(wanted - (end - start))]
            done = middle
    return np.concatenate([*parts, x[done:]])


def _faded(part: FloatArray, sr: int, head: bool = True) -> FloatArray:
    ramp = np.linspace(0, 1, min(len(part), round(0.005 * sr)), endpoint=False)
    faded = part.copy()
    if len(ramp):
        faded[len(part) - len(ramp) :] *= ramp[::-1]
        if head:
            faded[: len(ramp)] *= ramp
    return faded
