"""How strong the voice is, while it is being recorded, on the scale it will be judged on.

Two levels: the level *now*, over the last 0.3 s, which moves with every syllable, and the level of the *voice*, the
active speech level (ITU-T P.56) of the last few seconds of speech, which is what the rubric's ``active_level`` row
judges. The zone follows the second, so that it does not flicker between two words.
"""

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from voicecoach.active_level import CELL_S, HANGOVER_S, MARGIN_DB, SMOOTHING_S, THRESHOLDS, cells, level_of_counts
from voicecoach.microphone.device import Samples16

if TYPE_CHECKING:
    from voicecoach.rubric import Rubric

FULL_SCALE = 32768
NOW_S = 0.3  # s; integration time of the standard volume indicator (IEC 60268-17)
RECENT_S = 4.0  # s of speech that the level of the voice looks back on: about a sentence (convention)
CLIPPED = 0.999  # of full scale; three samples in a row there are a flat top, not a crest (tracks/capture.py)
CLIPPED_FOR_S = 1.5  # s; how long a clipped peak stays on show (convention)
DEAD_DB = -80.0  # dB re full scale; the noise of an open microphone is stronger in any room (convention)
DEAD_FOR_S = 2.0  # s of it before the microphone counts as muted (convention)
GATED_FOR_S = 10.0  # s once there was speech: some headsets give nothing at all in a pause (convention)
QUIET_FOR_S = 3.0  # s without speech before the meter says that it waits (a pause may well have a second)
LOWEST_DB = -100.0
SOFTEST_DB = -60.0  # lower end of the band where a rubric names none

Zone = Literal["dead", "waiting", "soft", "good", "loud", "clipping"]


@dataclass(frozen=True)
class Reading:
    """What the meter shows.

    Attributes
    ----------
    now_db : float              level of the last 0.3 s, dB re full scale (-100 for nothing)
    voice_db : float or None    active level of the last seconds of speech, dB re full scale; None before any
    zone : str                  see :func:`zone`
    """

    now_db: float
    voice_db: float | None
    zone: Zone


def zone(
    voice_db: float | None, band: tuple[float, float], *, clipped: bool = False, dead: bool = False,
    quiet: bool = False,
) -> Zone:
    """Where a level lies: what matters most comes first.

    Parameters
    ----------
    voice_db : float or None     active speech level, dB re full scale
    band : tuple of float        lowest and highest level with the full score
    clipped : bool               a moment ago the input was at full scale
    dead : bool                  nothing at all comes from the microphone
    quiet : bool                 nobody has spoken for a while

    Examples
    --------
    >>> [zone(level, (-30, -18)) for level in (-55, -40, -30, -24, -18, -10, None)]
    ['waiting', 'soft', 'good', 'good', 'good', 'loud', 'waiting']
    >>> zone(-24, (-30, -18), clipped=True), zone(-24, (-30, -18), dead=True), zone(-24, (-30, -18), quiet=True)
    ('clipping', 'dead', 'waiting')
    """
    if clipped:
        return "clipping"
    if dead:
        return "dead"
    if voice_db is None or quiet or voice_db < floor(band):
        return "waiting"
    if voice_db < band[0]:
        return "soft"
    return "loud" if voice_db > band[1] else "good"


def floor(band: tuple[float, float]) -> float:
    """Level from which on it can be a voice, and where the meter's scale begins: two widths of the band below it.

    Examples
    --------
    >>> floor((-30.0, -18.0))
    -54.0
    """
    return band[0] - 2 * (band[1] - band[0])


def band_of(rubric: "Rubric") -> tuple[float, float]:
    """Lowest and highest active level with the full score, dB re full scale: what the meter calls good.

    Examples
    --------
    >>> from voicecoach.rubric import load_rubric
    >>> band_of(load_rubric("etiquette"))
    (-30.0, -18.0)
    """
    from voicecoach.rubric import load_rubric
    from voicecoach.rubric.curve import target

    row = rubric.criterion("active_level")
    if row is None or row.curve is None:  # a rubric that does not judge the level: then as shipped
        row = load_rubric("etiquette").criterion("active_level")
    assert row is not None
    assert row.curve is not None
    low, high = target(row.curve)
    return SOFTEST_DB if low is None else float(low), 0.0 if high is None else float(high)


def is_clipped(samples: Samples16) -> bool:
    """Three samples in a row at one end of the scale.

    Examples
    --------
    >>> is_clipped(np.array([0, 32767, 32767, 32767, 0], np.int16)), is_clipped(np.array([32767, 0, 32767], np.int16))
    (True, False)
    """
    for at in (samples >= CLIPPED * FULL_SCALE, samples <= -CLIPPED * FULL_SCALE):
        if (at[:-2] & at[1:-1] & at[2:]).any():
            return True
    return False


class RecentActiveLevel:
    """Active speech level after ITU-T P.56, fed cell by cell, that forgets what lies back.

    Energy and counts of activity shrink together with the time spoken, not with time: in a pause the level stays.

    Parameters
    ----------
    recent_s : float    s of speech after which a level counts 1/e; infinite: the level of all that was fed

    Examples
    --------
    >>> meter = RecentActiveLevel(recent_s=float("inf"))
    >>> tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(8000) / 8000)
    >>> meter.add(*cells(tone, 8000)[:2])
    >>> round(meter.level)
    -9
    """

    def __init__(self, recent_s: float = RECENT_S, cell: float = CELL_S) -> None:
        self.level: float | None = None
        self.active_s = 0.0  # speech in what was fed last, s
        self._recent = recent_s
        self._cell = cell
        self._g = float(np.exp(-cell / SMOOTHING_S))
        self._p = self._q = 0.0
        self._held = np.zeros(2 * round(HANGOVER_S / cell / 2))
        self._energy = 0.0
        self._active = np.zeros(len(THRESHOLDS))

    def add(self, magnitude: npt.NDArray[np.float64], power: npt.NDArray[np.float64]) -> None:
        """More cells, as :func:`voicecoach.active_level.cells` gives them."""
        if not len(power):
            return
        envelope = np.empty(len(magnitude))
        for i, x in enumerate(magnitude.tolist()):  # P.56 process 2: two equal smoothers in a row
            self._p = self._g * self._p + (1 - self._g) * x
            self._q = self._g * self._q + (1 - self._g) * self._p
            envelope[i] = self._q
        hang = len(self._held)
        recent = np.concatenate([self._held, envelope])
        held = np.lib.stride_tricks.sliding_window_view(recent, hang + 1).max(axis=1)
        self._held = recent[-hang:]
        self.active_s = 0.0
        if self.level is not None:
            threshold = 10 ** ((self.level - MARGIN_DB) / 20)
            self.active_s = float(np.count_nonzero(held >= threshold)) * self._cell
        keep = float(np.exp(-self.active_s / self._recent))
        self._energy = self._energy * keep + float(power.sum())
        self._active = self._active * keep + np.count_nonzero(held[:, None] >= THRESHOLDS, axis=0)
        self.level = level_of_counts(self._energy, self._active)


class Meter:
    """Takes what was recorded, block by block; its reading is for the eye.

    Parameters
    ----------
    sr : int                 Hz
    band : tuple of float    lowest and highest active level with the full score, dB re full scale
    """

    def __init__(self, sr: int, band: tuple[float, float]) -> None:
        self.sr = sr
        self.band = band
        self.clippings = 0  # blocks with a flat top so far
        self._width = max(1, round(sr * CELL_S))  # samples of a cell, as cells() takes them
        self._speech = RecentActiveLevel(cell=self._width / sr)
        self._rest = np.empty(0)
        self._now: deque[float] = deque(maxlen=round(NOW_S * sr / self._width))
        self._since_clipped = self._since_speech = float("inf")
        self._dead = 0.0
        self._spoken = False

    def add(self, samples: Samples16) -> None:
        """More samples, full scale 32768."""
        if not len(samples):
            return
        seconds = len(samples) / self.sr
        waiting = np.concatenate([self._rest, samples / FULL_SCALE])
        magnitude, power, _ = cells(waiting, self.sr)
        self._rest = waiting[len(power) * self._width :]
        self._now.extend(power.tolist())
        self._speech.add(magnitude, power)
        clipped = is_clipped(samples)
        self.clippings += clipped
        self._since_clipped = 0.0 if clipped else self._since_clipped + seconds
        self._since_speech = 0.0 if self._speech.active_s > 0 else self._since_speech + seconds
        self._spoken = self._spoken or (self._speech.level is not None and self._speech.level >= floor(self.band))
        self._dead = self._dead + seconds if self.now_db < DEAD_DB else 0.0

    @property
    def now_db(self) -> float:
        """Level of the last 0.3 s, dB re full scale."""
        power = sum(self._now) / max(1, len(self._now))
        return float(max(LOWEST_DB, 10 * np.log10(max(power, 1e-10))))

    def reading(self) -> Reading:
        """Levels and zone as of the last block."""
        dead_for = GATED_FOR_S if self._spoken else DEAD_FOR_S
        found = zone(
            self._speech.level, self.band, clipped=self._since_clipped < CLIPPED_FOR_S,
            dead=self._dead >= dead_for, quiet=self._since_speech > QUIET_FOR_S,
        )  # fmt: skip
        return Reading(self.now_db, self._speech.level, found)
