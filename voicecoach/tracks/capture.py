"""Facts of the recording that need no speech: level, clipping, bandwidth, offset, digital silence.

Clipping and offset are counted where there is sound, so that silence before and after changes nothing; clipping
is relative to the recording's own ceiling, so that turning it down afterwards changes nothing either.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

FRAME_S = 0.01
QUIET = 10 ** (-40 / 20)  # a frame whose peak is lower than this part of the recording's peak is not counted as sound
CEILING = 0.985  # samples from here to the peak are at the ceiling (science.md 0.6; A-law's top step is 3 %)
BELOW = 0.925  # ... and from here to CEILING just below it
PILE = 1.5  # a sine has 0.8 times as many at its top as just below, speech fewer; a clipped signal has a pile there
FAINTEST = 10 ** (-40 / 20)  # full scale 1.0; under this 16-bit steps make piles of their own
BAND_DB = 50.0  # bandwidth: highest frequency within this of the strongest (science.md 0.6)
BAND_HZ = 100.0
HUM_HZ = 150.0  # mains hum lies lower and must not set the reference
TELEPHONE_HZ = 4000.0  # half the telephone network's sampling rate (ITU-T G.711)
BLOCK = 1 << 18
POWER_FLOOR = 1e-10


@dataclass(frozen=True)
class Capture:
    """How the recording was captured.

    Attributes
    ----------
    peak_dbfs : float            largest magnitude, dB re full scale; -100 for digital silence
    clipped_share : float        share of the sounding samples that lie at a flat ceiling, 0 to 1; 0 without one
    dc_offset : float            mean of the sounding samples, full scale 1.0
    bandwidth_hz : float or None     highest frequency within 50 dB of the strongest; None for silence
    digital_silence_share : float    share of the 10 ms frames that hold one constant value, 0 to 1
    bit_depth : int or None      8, 16, 24: the coarsest steps that hold every sample; 32: finer; None for silence
    """

    peak_dbfs: float
    clipped_share: float
    dc_offset: float
    bandwidth_hz: float | None
    digital_silence_share: float
    bit_depth: int | None

    @property
    def telephone(self) -> bool:
        """Nothing above 4 kHz: a telephone line, or a recording that keeps no more."""
        return self.bandwidth_hz is not None and self.bandwidth_hz <= TELEPHONE_HZ


def capture(samples: Samples, sr: int) -> Capture:
    """Facts of the recording that need no speech.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)     full scale 1.0
    sr : int                                     Hz

    Returns
    -------
    Capture

    Notes
    -----
    Clipping that was coded with loss afterwards (opus, aac, mp3) has no flat ceiling any more and is missed.
    The share can lie a little above the truth, as samples just under the ceiling count.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000, dtype=np.float32)
    >>> capture(tone / 2, 16000).peak_dbfs.__round__(2), capture(tone / 2, 16000).clipped_share
    (-6.02, 0.0)
    >>> capture(np.clip(4 * tone, -0.5, 0.5), 16000).clipped_share > 0.8
    True
    >>> capture(np.zeros(16000, np.float32), 16000).bandwidth_hz is None
    True
    """
    high, low = (float(samples.max()), float(samples.min())) if len(samples) else (0.0, 0.0)
    peak = max(high, -low)
    hop = max(1, round(FRAME_S * sr))
    size = 2 ** round(np.log2(0.064 * sr))  # 43 to 85 ms: a dozen lines in 100 Hz would be too many, one too few
    window = np.hanning(size).astype(np.float32)
    power = np.zeros(size // 2 + 1)
    constant = frames = sounding = 0
    total = 0.0
    sides = [_Side(high), _Side(-low)]
    step = BLOCK // hop * hop
    for start in range(0, len(samples), step):
        block = samples[start : start + step]
        whole = len(block) // hop * hop
        shaped = block[:whole].reshape(-1, hop)
        top, bottom = shaped.max(axis=1), shaped.min(axis=1)
        constant += int(np.count_nonzero(top == bottom))
        frames += len(shaped)
        loud = (np.maximum(top, -bottom) > QUIET * peak) & (top > bottom)
        if not loud.any():
            continue
        kept = shaped[loud].ravel()
        sounding += kept.size
        total += float(kept.sum(dtype=np.float64))
        sides[0].count(kept)
        sides[1].count(-kept)
        whole = len(kept) // size * size
        spectra = np.fft.rfft(kept[:whole].reshape(-1, size) * window, axis=1)
        power += np.square(np.abs(spectra)).sum(axis=0, dtype=np.float64)
    return Capture(
        peak_dbfs=10 * float(np.log10(max(peak**2, POWER_FLOOR))),
        clipped_share=sum(side.clipped() for side in sides) / sounding if sounding else 0.0,
        dc_offset=total / sounding if sounding else 0.0,
        bandwidth_hz=_bandwidth(power, sr / size),
        digital_silence_share=constant / frames if frames else 0.0,
        bit_depth=_bit_depth(samples) if sounding else None,
    )


class _Side:
    """Counts samples at and just below the ceiling of one polarity: microphones clip lopsided."""

    def __init__(self, peak: float) -> None:
        self.peak = peak
        self.at = self.below = 0
        self.flat = False

    def count(self, samples: Samples) -> None:
        if self.peak < FAINTEST:
            return
        near = samples[samples > BELOW * self.peak]
        at = int(np.count_nonzero(near >= CEILING * self.peak))
        self.at += at
        self.below += len(near) - at
        if at >= 3 and not self.flat:  # three in a row: a ceiling, not a crest
            top = samples >= CEILING * self.peak
            self.flat = bool((top[:-2] & top[1:-1] & top[2:]).any())

    def clipped(self) -> int:
        """Samples at the ceiling, if it is one."""
        return self.at if self.flat and self.at > PILE * self.below else 0


def _bandwidth(power: npt.NDArray[np.float64], spacing: float) -> float | None:
    """Upper edge of the highest 100 Hz band that is strong enough, single whistling bands passed over."""
    lines = max(1, round(BAND_HZ / spacing))
    count = len(power) // lines
    bands = power[: count * lines].reshape(count, lines).mean(axis=1)
    first = int(HUM_HZ / (lines * spacing)) + 1
    if count <= first + 2 or bands[first:].max() <= 0:
        return None
    padded = np.pad(bands, 1, mode="edge")
    smooth = np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)
    strong = np.flatnonzero(smooth > bands[first:].max() * 10 ** (-BAND_DB / 10))
    return float((strong[-1] + 1) * lines * spacing) if len(strong) else None


def _bit_depth(samples: Samples) -> int:
    """Coarsest of 8, 16 and 24 bits whose steps hold the samples; looked at in up to 200 000 of them."""
    some = samples[:: max(1, len(samples) // 200_000)].astype(np.float64)
    for bits in (8, 16, 24):
        scaled = some * 2.0 ** (bits - 1)
        if np.array_equal(scaled, np.rint(scaled)):
            return bits
    return 32
