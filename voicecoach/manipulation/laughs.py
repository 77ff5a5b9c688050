"""Laughter put into a recording: bursts of "ha" made from nothing."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Span, Spans

Samples = npt.NDArray[Any]

VOWELS = ((850, 1400, 2600), (600, 1800, 2500), (500, 1500, 2500), (400, 2200, 2900))  # Hz: ha, he, hö, hi
WIDTHS = (90, 110, 150)  # Hz
LOUDER_DB = (6.0, 14.0)  # the first burst's peak over the mean level of the recording
GAP_S = 0.2


def insert_laughs(samples: Samples, sr: int, count: int, seed: int = 0) -> FloatArray:
    """``count`` laughs put in, evenly spread: the recording is cut there and grows longer.

    Each has four to nine bursts of one vowel, 60-110 ms long and 170-250 ms apart, with breath between, falling in
    pitch and level.

    Raises
    ------
    ValueError    count under 0

    References
    ----------
    Provine & Yong (1991), Laughter: a stereotyped human vocalization, Ethology 89:115-124.

    Examples
    --------
    >>> talk = np.sin(np.arange(16000))
    >>> len(insert_laughs(talk, 8000, 1)) > 16000, len(insert_laughs(talk, 8000, 0))
    (True, 16000)
    """
    return laughs_inserted(samples, sr, count, seed)[0]


def laughs_inserted(samples: Samples, sr: int, count: int, seed: int = 0) -> tuple[FloatArray, Spans]:
    """As :func:`insert_laughs`, and where each laugh is, s.

    Examples
    --------
    >>> samples, (one,) = laughs_inserted(np.sin(np.arange(16000)), 8000, 1)
    >>> one.start, round(len(samples) / 8000 - one.end, 3)
    (1.2, 1.2)
    """
    if count < 0:
        raise ValueError(f"count is {count}, expected 0 or more")
    x = np.asarray(samples, np.float64)
    random = np.random.default_rng(seed)
    level = float(np.sqrt(np.mean(x**2))) if len(x) else 0.0
    gap = np.zeros(round(GAP_S * sr))
    parts: list[FloatArray] = []
    spans = []
    for piece in np.array_split(x, count + 1)[:-1] if count else []:
        sound = level * 10 ** (random.uniform(*LOUDER_DB) / 20) * laugh(random, sr)
        start = sum(map(len, parts)) + len(piece) + len(gap)
        spans.append(Span(start / sr, (start + len(sound)) / sr))
        parts += [piece, gap, sound, gap]
    return np.concatenate([*parts, np.array_split(x, count + 1)[-1]]), tuple(spans)


def laugh(random: np.random.Generator, sr: int) -> FloatArray:
    """One laugh, peak 1.0; no two are alike.

    Examples
    --------
    >>> one = laugh(np.random.default_rng(0), 8000)
    >>> round(float(abs(one).max()), 2), len(one) > 4 * 0.17 * 8000
    (1.0, True)
    """
    from scipy.signal import lfilter

    notes, pitch, interval = int(random.integers(4, 10)), random.uniform(150, 420), random.uniform(0.17, 0.25)
    vowel, fall = VOWELS[random.integers(len(VOWELS))], random.uniform(0, 2)
    out, at = np.zeros(int(sr * (1.15 * notes * interval + 0.4))), 0.1
    for k in range(notes):
        length = random.uniform(0.06, 0.11)
        t = np.arange(int(length * sr)) / sr
        hz = pitch * 2 ** ((random.uniform(-0.5, 0.5) - 0.3 * k - 2 * t / length) / 12)
        voice = lfilter([1], [1, -0.95], np.diff(np.floor(np.cumsum(hz) / sr), prepend=0.0))
        voice = voice * np.sin(np.pi * t / length) ** 0.7
        breath = random.uniform(0.01, 0.05) * random.standard_normal(int(0.8 * (interval - length) * sr))
        burst = np.concatenate([voice, breath])
        for f, width in zip(vowel, WIDTHS, strict=True):
            radius = np.exp(-np.pi * width / sr)
            burst = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * f / sr), radius**2], burst)
        burst = burst * (10 ** (-fall * k / 20) / np.abs(burst).max())
        first = int(at * sr)
        out[first : first + len(burst)] += burst[: len(out) - first]
        at += interval * (1 + 0.06 * random.standard_normal())
    return np.asarray(out / np.abs(out).max())
