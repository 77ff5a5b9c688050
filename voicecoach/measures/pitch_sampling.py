"""How sure a figure of the pitch distribution is: the bootstrap over stretches of speech, on counted semitones.

Neighbouring frames say the same, so whole stretches (units of speech, cut to three seconds at most) are drawn with
replacement. Each is a row of counts over bins of a twentieth of a semitone, so that two hundred drawings of an hour
are one product of matrices.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.semitones import st
from voicecoach.timeline import FloatArray, Spans, Track

LONGEST = 3.0  # s; a longer unit is cut: a breath of ten seconds is more than one sample
FEW = 4  # stretches; fewer cannot be resampled
BIN, REACH = 0.05, 40.0  # st; bins, and how far about the median they go
DRAWS, SEED = 200, 4
SHOWN = 0.5  # of the bootstrap error shows between 20-60 s of a call and all of it (0.4-0.7 in 240 windows)


@dataclass(frozen=True)
class Voice:
    """The pitch of a recording, as stretches.

    Attributes
    ----------
    st : ndarray, shape (n,)                semitones re the median, voiced frames of all stretches
    median_hz : float                       Hz; NaN without voice
    voiced_s : float                        s
    counts : ndarray, shape (stretches, bins)
    """

    st: FloatArray
    median_hz: float
    voiced_s: float
    counts: npt.NDArray[np.float32]

    @property
    def facts(self) -> dict[str, float]:
        """What every measure of pitch tells beside its value."""
        return {"median_hz": round(self.median_hz, 1), "voiced_s": round(self.voiced_s, 2)}


def voice(f0: Track, ipus: Spans) -> Voice:
    """The voiced frames inside speech.

    Examples
    --------
    >>> from voicecoach.timeline import Span
    >>> track = Track(np.arange(400) / 100 + 0.005, np.full(400, 200.0), "Hz")
    >>> heard = voice(track, (Span(0, 1), Span(2, 4)))
    >>> heard.median_hz, round(heard.voiced_s, 2), heard.counts.sum(1).tolist()
    (200.0, 3.0, [100.0, 200.0])
    """
    stretches: list[FloatArray] = []
    for ipu in ipus:
        values = f0.within(ipu)
        pieces = np.array_split(values, max(1, int(np.ceil(ipu.duration / LONGEST - 1e-6))))
        stretches += [piece[np.isfinite(piece)] for piece in pieces]
    stretches = [stretch for stretch in stretches if len(stretch)]
    if not stretches:
        return Voice(np.zeros(0), float("nan"), 0.0, np.zeros((0, len(bins())), np.float32))
    pooled = np.concatenate(stretches)
    median_hz = float(np.median(pooled))
    counts = np.zeros((len(stretches), len(bins())), np.float32)
    for row, stretch in zip(counts, stretches, strict=True):
        places = np.round((st(stretch, median_hz) + REACH) / BIN).astype(int)
        row += np.bincount(np.clip(places, 0, len(row) - 1), minlength=len(row))
    return Voice(st(pooled, median_hz), median_hz, len(pooled) * f0.step, counts)


def bins() -> FloatArray:
    """Middles of the bins, st re the median."""
    steps = round(REACH / BIN)
    return np.asarray(np.arange(-steps, steps + 1) * BIN, dtype=np.float64)


def drawn(counts: npt.NDArray[np.float32]) -> FloatArray:
    """Counts of ``DRAWS`` recordings made of the same stretches, drawn with replacement: shape (DRAWS, bins)."""
    chance = np.random.default_rng(SEED)
    often = chance.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=DRAWS)
    return np.asarray(often.astype(np.float32) @ counts, dtype=np.float64)


def percentile(counts: FloatArray, share: float) -> FloatArray:
    """The pitch below which ``share`` of every row's frames lie, st re the median.

    Examples
    --------
    >>> row = np.zeros((1, len(bins())))
    >>> row[0, [800, 1000]] = 1, 3
    >>> percentile(row, 0.2).round(2).tolist(), percentile(row, 0.5).round(2).tolist()
    ([0.0], [10.0])
    """
    summed = np.cumsum(counts, axis=1)
    return np.asarray(bins()[np.argmax(summed >= share * summed[:, -1:], axis=1)])


def deviation(counts: FloatArray, trim: float) -> FloatArray:
    """Standard deviation of every row without the outermost share ``trim``, st.

    Examples
    --------
    >>> row = np.zeros((1, len(bins())))
    >>> row[0, [780, 820, 1600]] = 500, 500, 2
    >>> deviation(row, 0.01).round(2).tolist()
    [1.0]
    """
    low, high = percentile(counts, trim / 2)[:, None], percentile(counts, 1 - trim / 2)[:, None]
    kept = counts * ((bins() >= low) & (bins() <= high))
    mean = kept @ bins() / kept.sum(1)
    return np.asarray(np.sqrt(np.maximum(kept @ bins() ** 2 / kept.sum(1) - mean**2, 0.0)))


def sampling_error(figures: FloatArray, heard: Voice, one_second: float) -> float:
    """Standard error of a figure from its value in every drawing.

    Drawing units at random overstates it: every unit holds all lexical tones and falls from its beginning to its end,
    so units are more alike than their frames. Measured on windows cut from calls, half of it shows (``SHOWN``).

    Parameters
    ----------
    figures : ndarray, shape (DRAWS,)
    heard : Voice
    one_second : float      error with one second of voice; what is taken over sqrt(voiced_s) if stretches are few

    Examples
    --------
    >>> few = Voice(np.zeros(400), 200.0, 4.0, np.zeros((2, len(bins())), np.float32))
    >>> sampling_error(np.zeros(200), few, 1.6)
    0.8
    """
    stretches = len(heard.counts)
    if stretches < FEW:
        return float(one_second / np.sqrt(heard.voiced_s))
    return float(SHOWN * np.std(figures) * np.sqrt(stretches / (stretches - 1)))
