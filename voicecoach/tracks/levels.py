"""How loud the speech is and how far above the noise, in a recording that was not calibrated."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.active_level import active_level_of_cells, cells
from voicecoach.timeline import FloatArray, Span, Spans, Track, inside
from voicecoach.tracks.loudness import integrated_loudness
from voicecoach.tracks.noise import SILENT, snr_db
from voicecoach.tracks.noise_levels import band_powers
from voicecoach.tracks.rumble import below_voice

FRAME_S = 0.01
STILL = 2.0  # an offset is one if it is this many times what the means of 10 ms wander by
OFFSET_FRAMES = 30  # frames of pause that an offset is measured on
WINDOW_S = 3.0  # level over time: windows of 3 s, as short-term loudness has (EBU Tech 3341)
SPREAD_FLOOR_DB = 1.0  # less between windows than any speaker has: a gain control is at work (science d2)
RISE_DB = 6.0  # noise that comes up by more than this within pauses: the gain control opens (science d2)
NARROW_SR = 11025  # Hz; recordings at this rate or less hold the telephone band and little more
SNR_CAP_DB = 45.0  # above it the "noise" is breath and codec steps: say "at least"


@dataclass(frozen=True)
class Levels:
    """Levels of one recording; None where there is nothing to measure them on.

    Attributes
    ----------
    active_level_db : float or None     level while there is speech, ITU-T P.56, dB re full scale (dBov)
    activity : float or None            share of the time that is active in P.56's sense, 0-1
    noise_level_db : float or None      level of the noise between speech, dB re full scale
    snr_db : float or None              speech over noise, whole band, dB; at most 45
    band_snr_db : float or None         the same within 200-3600 Hz
    snr_sd : float                      dB, standard error of both
    snr_saturated : bool                the noise is lower than can be told: ``snr_db`` is "at least"
    pauses_s : float                    s of sound between speech that the noise was measured on
    loudness_lufs : float or None       ITU-R BS.1770, integrated
    windows : Track                     dB, power mean of speech in windows of 3 s; NaN with under 1.5 s of it
    spread_db : float or None           standard deviation of ``windows``; None below 3 of them
    gain_control : bool                 levels are so even, or noise rises so much in pauses, that the recording's
                                        automatic gain is suspected
    """

    active_level_db: float | None
    activity: float | None
    noise_level_db: float | None
    snr_db: float | None
    band_snr_db: float | None
    snr_sd: float
    snr_saturated: bool
    pauses_s: float
    loudness_lufs: float | None
    windows: Track
    spread_db: float | None
    gain_control: bool


def levels(samples: npt.NDArray[Any], sr: int, ipus: Spans, intensity: Track) -> Levels:
    """Levels of a recording.

    Parameters
    ----------
    samples : ndarray, shape (n,)     full scale 1.0
    sr : int                          Hz
    ipus : Spans                      where speech is, s
    intensity : Track                 level of 200-3600 Hz every 10 ms, dB

    Returns
    -------
    Levels

    Notes
    -----
    P.56 is measured on the whole recording as the Recommendation has it: noise counts, which at 10 dB of
    speech-to-noise ratio adds 0.4 dB.

    Examples
    --------
    A tone of -23 dB for 2 s over noise of -60 dB; P.56 counts 0.2 s of hangover in, half a dB here.

    >>> from voicecoach.timeline import Span
    >>> random = np.random.default_rng(0)
    >>> x = 0.001 * random.standard_normal(5 * 16000)
    >>> x[16000:48000] += 0.1 * np.sin(2 * np.pi * 300 * np.arange(32000) / 16000)
    >>> times = np.arange(500) * 0.01 + 0.005
    >>> band = Track(times, np.where((times > 1) & (times < 3), -23.0, -64.0), "dB")
    >>> found = levels(x, 16000, (Span(1, 3),), band)
    >>> round(found.snr_db), round(found.noise_level_db), round(found.active_level_db, 1)
    (37, -60, -23.6)
    """
    magnitude, power, cell = cells(samples, sr)
    active = active_level_of_cells(magnitude, power, cell) if ipus else None
    per_frame = max(1, round(FRAME_S / cell))
    count = len(power) // per_frame
    times = np.asarray((np.arange(count) + 0.5) * per_frame * cell, np.float64)
    means = power[: count * per_frame].reshape(count, per_frame).mean(axis=1)
    length = per_frame * round(cell * sr)
    offset = _offset(means, samples, length, ~inside(times, ipus))
    frames = _about(offset, means, samples, length)
    parts = below_voice(power, samples, round(cell * sr), sr, offset, per_frame)
    band = frames * 0.0
    if len(intensity.times):
        band = np.asarray(10 ** (np.interp(times, intensity.times, intensity.values) / 10), np.float64)
    bands = cache(lambda: band_powers(samples, sr, times))
    whole = snr_db(times, frames, band, ipus, narrow=sr <= NARROW_SR, parts=parts, bands=bands)
    narrow = snr_db(times, band, band, ipus, narrow=True, bands=bands)
    windows = _windows(times, frames, ipus)
    heard = windows.values[np.isfinite(windows.values)]
    spread = float(np.std(heard, ddof=1)) if len(heard) >= 3 else None
    return Levels(
        active_level_db=active[0] if active else None,
        activity=active[1] if active else None,
        noise_level_db=whole.noise_db,
        snr_db=None if whole.snr_db is None else min(SNR_CAP_DB, whole.snr_db),
        band_snr_db=None if narrow.snr_db is None else narrow.snr_db,
        snr_sd=whole.sd,
        snr_saturated=whole.gated or (whole.snr_db is not None and whole.snr_db >= SNR_CAP_DB),
        pauses_s=whole.pauses_s,
        loudness_lufs=integrated_loudness(samples, sr) if ipus else None,
        windows=windows,
        spread_db=spread,
        gain_control=_gain_control(times, frames, ipus, heard),
    )


def _offset(power: FloatArray, samples: npt.NDArray[Any], length: int, pauses: npt.NDArray[np.bool_]) -> float:
    """Offset of a soundcard, which is no sound: 0 where the mean of the samples wanders, as that is rumble, noise.

    It is taken from the pauses, since beside speech its mean is not exact enough to leave soft noise.
    """
    means = _means(samples, length, len(power))
    sounding = power > SILENT
    known = sounding & pauses if np.count_nonzero(sounding & pauses) >= OFFSET_FRAMES else sounding
    offset = float(means[known].mean()) if known.any() else 0.0
    return offset if known.any() and abs(offset) > STILL * float(np.std(means[known])) else 0.0


def _about(offset: float, power: FloatArray, samples: npt.NDArray[Any], length: int) -> FloatArray:
    """Power of frames about the offset instead of about zero; silent frames stay silent."""
    if offset == 0:
        return power
    means = _means(samples, length, len(power))
    return np.where(power > SILENT, np.maximum(power - 2 * offset * means + offset**2, 0.0), 0.0)


def _means(samples: npt.NDArray[Any], length: int, count: int) -> FloatArray:
    return np.asarray(samples[: count * length].reshape(count, length).mean(axis=1, dtype=np.float64), np.float64)


def _windows(times: FloatArray, frames: FloatArray, ipus: Spans) -> Track:
    """Level of the speech in windows of 3 s, counted from the first speech, dB."""
    if not ipus or len(times) == 0:
        return Track(np.empty(0), np.empty(0), "dB")
    first, last = ipus[0].start, ipus[-1].end
    speech = inside(times, ipus)
    index = np.floor((times - first) / WINDOW_S).astype(int)
    count = max(1, int((last - first) // WINDOW_S))
    kept = speech & (index >= 0) & (index < count)
    amount = np.bincount(index[kept], minlength=count)
    energy = np.bincount(index[kept], weights=frames[kept], minlength=count)
    enough = amount >= WINDOW_S / 2 / FRAME_S
    level = np.full(count, np.nan)
    level[enough] = 10 * np.log10(np.maximum(energy[enough] / amount[enough], 1e-10))
    middles = np.asarray(first + (np.arange(count) + 0.5) * WINDOW_S, np.float64)
    return Track(middles, level, "dB")


def _gain_control(times: FloatArray, frames: FloatArray, ipus: Spans, windows: FloatArray) -> bool:
    """Whether an automatic gain shows: even levels over five windows, or noise that comes up in pauses."""
    if len(windows) >= 5 and float(np.std(windows, ddof=1)) < SPREAD_FLOOR_DB:
        return True
    rises = []
    for before, after in pairwise(ipus):
        start, end = before.end + 0.2, after.start - 0.05  # the voice's own decay and the next onset left out
        if end - start < 0.7:
            continue
        early, late = (frames[(times >= a) & (times < b)].mean() for a, b in [(start, start + 0.2), (end - 0.2, end)])
        if early > 1e-9:  # digital silence rises from nothing
            rises.append(10 * np.log10(max(late, 1e-10) / early))
    return len(rises) >= 3 and float(np.median(rises)) > RISE_DB


def speech_levels(level: Track, ipus: Spans) -> list[tuple[Span, float]]:
    """Power mean of a level track in each IPU, dB; IPUs without a frame are left out.

    Examples
    --------
    >>> track = Track(np.array([0.5, 1.5]), np.array([-20.0, -30.0]), "dB")
    >>> speech_levels(track, (Span(0, 1), Span(1, 2)))
    [(Span(start=0, end=1), -20.0), (Span(start=1, end=2), -30.0)]
    """
    found = [(ipu, level.within(ipu)) for ipu in ipus]
    return [(ipu, float(10 * np.log10(np.mean(10 ** (values / 10))))) for ipu, values in found if len(values)]
