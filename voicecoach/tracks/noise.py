"""Speech-to-noise ratio: what is heard between the speech, against the speech itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Spans, inside
from voicecoach.tracks.noise_levels import WIDTH, ratio_by_levels

FRAMES_S = 0.01
SILENT = 1e-10  # mean square: a frame below is digital silence, put there by a gate or a codec, not noise
NEAR_S = 2.0  # noise is measured this close to speech: long leads and tails may be another room, or padding
MARGINS = ((0.05, 0.15), (0.02, 0.06))  # s left out before and after speech: onset, decay, errors of the edges
FEWEST = 8  # frames of noise; below it the softest moments of the speech have to do
BURST_DB = 12.0  # frames this far above the median of the noise are no part of it: a missed word, a knock
STEADY_FRAMES = 30  # fewer frames than this cannot show that a noise is steady
PIECE, LONG_PIECE, FEWEST_LONG = 5, 50, 3  # frames; how fast a noise fluctuates, and whether it swells and sinks
STEADY_DB, UNSTEADY_DB = 1.0, 1.8  # fluctuation of 50 ms levels: fans and hiss 0.2-0.6, babble 2-3 (measured)
FEW_DB, LOW_DB, LOW_ERROR = 0.5, 12.0, 0.3  # error of pauses in babble; below 12 dB, more with every dB: its
# loud moments pass for speech, and what is left is too soft (measured)
HIGH_DB = (16.0, 25.0)  # from the first to the second, levels lose their say to the pauses: soft noise shows only there
WILD_DB = (4.5, 6.5)  # and so they do where the noise fluctuates more than babble does (at most 4.6; M): it crackles
CLEAR_DB = 35.0  # pauses as soft as this are no gaps in babble
TOGETHER = 2.0  # neighbouring pieces of babble are loud together: as many tell half as well (M)
BREATH_DB = (4.0, 6.0)  # what is more below the voice beside speech than in pauses: rumble (0.7 s of pauses in pink
# noise: at most 3.8) to breath (clean recordings: mostly 5-12; M)
SOFTEST_QUANTILE = 0.05  # of speech frames, where there is no pause at all
KNOWN_ERROR_DB = 0.7  # steady noise (`voicecoach validate --measure snr`)
NO_PAUSE_ERROR_DB = 4.0


@dataclass(frozen=True)
class Noise:
    """The noise of a recording: its level and the ratio of the speech to it, dB, and how sure that is.

    ``gated``: the pauses hold nothing at all, so only a lower bound is known, taken from the speech.
    """

    snr_db: float | None
    noise_db: float | None
    sd: float
    pauses_s: float
    gated: bool


def snr_db(
    times: FloatArray, power: FloatArray, band: FloatArray, ipus: Spans, narrow: bool = False,
    parts: tuple[FloatArray, FloatArray] | None = None, bands: Callable[[], FloatArray] | None = None,
) -> Noise:  # fmt: skip
    """Ratio of speech to noise from frames of power.

    snr = 10 log10((P - N) / N), with P the mean power of the frames in speech and N that of the noise.

    N is the mean power of the frames between speech, bursts 12 dB over their median left out; what lies below the
    voice is heard beside speech too, and there is more of that than of pauses (:func:`_slow_noise`). Where the noise
    fluctuates as voices do, there are two more things to know: in few pauses it is heard too briefly, and where it is
    strong, the detector takes its loud moments for speech. Then the ratio that explains how often each level occurs
    in each band (:func:`voicecoach.tracks.noise_levels.ratio_by_levels`) is weighed against that of the pauses, each
    by the square of its error.

    Parameters
    ----------
    times : ndarray, shape (n,)           s, 10 ms apart
    power, band : ndarray, shape (n,)     mean square: of the band asked for, and of 200-3600 Hz
    ipus : Spans                          where speech is
    narrow : bool                         ``power`` holds no more than the telephone band
    parts : (slow, rest) or None          mean square below the voice and above (``tracks/rumble.py``); None: all above
    bands : function or None              gives the power in bands (:func:`~voicecoach.tracks.noise_levels.band_powers`)
                                          if it is needed; None: only the pauses tell

    Returns
    -------
    Noise      without speech, the ratio is None and the level that of the sounding frames

    Notes
    -----
    Error on practice calls of 30 s at 5-25 dB: white and pink noise within 0.8 dB, babble made of the voice itself
    within 2 dB, all but one in thirty within 1.5 (``voicecoach validate --measure snr``); eight other people within
    1.5 dB, four four fifths; waves of the sea, which swell over seconds, up to 6 dB; saws, fires and cries, which come
    in bursts, read up to 10 dB and more too good. ``sd``: of a mean of the pieces there are, with the errors
    measured beside it, and wider where pauses and levels disagree.

    Examples
    --------
    >>> from voicecoach.timeline import Span
    >>> times = np.arange(300) * 0.01 + 0.005
    >>> power = np.where((times >= 1) & (times < 2), 0.0101, 0.0001)
    >>> round(snr_db(times, power, power, (Span(1, 2),)).snr_db, 2)
    20.0
    """
    sounding = power > SILENT
    if not ipus:
        level = float(power[sounding].mean()) if sounding.any() else None
        return Noise(None, None if level is None else float(10 * np.log10(level)), 0.0, 0.0, False)
    speech = inside(times, ipus)
    if not (speech & sounding).any():
        return Noise(None, None, 0.0, 0.0, False)
    level = float(power[speech].mean())
    near = widened(times, ipus, NEAR_S, NEAR_S)
    for before, after in MARGINS:
        between = near & ~widened(times, ipus, before, after)
        noise = _without_bursts(power, between & sounding)
        if np.count_nonzero(noise) >= FEWEST:
            break
    pauses = int(np.count_nonzero(noise))
    smooth = np.convolve(power, np.full(WIDTH, 1 / WIDTH), "same")
    if pauses < FEWEST and np.count_nonzero(between) >= FEWEST:  # the pauses hold nothing: a lower bound
        found = float(np.quantile(smooth[speech & sounding], SOFTEST_QUANTILE))
        return Noise(_ratio(level, found), 10 * float(np.log10(found)), NO_PAUSE_ERROR_DB, pauses * FRAMES_S, True)
    fluctuation = _fluctuation(band[noise])
    pieces = float(np.sqrt(max(1, pauses) / PIECE))
    slow_error = _slow_error(power[noise])
    brief = max(fluctuation / pieces, slow_error)
    heard_alone = pauses >= FEWEST
    slow, rest = parts or (np.zeros_like(power), power)
    beneath = _slow_noise(slow, noise, (near | speech) & sounding) if heard_alone else 0.0
    by_pauses = _ratio(level, float(rest[noise].mean()) + beneath) if heard_alone else 0.0
    steady = float(np.clip((UNSTEADY_DB - fluctuation) / (UNSTEADY_DB - STEADY_DB), 0, 1))
    ratio, error = by_pauses, float(np.hypot(KNOWN_ERROR_DB, brief))
    if steady < 1:
        clear = heard_alone and by_pauses > CLEAR_DB
        told = None
        if bands and not clear:
            told = ratio_by_levels(bands(), speech, (near | speech) & sounding, noise, narrow)
        by_levels, by_levels_error = told or (by_pauses, np.inf)
        few = float(
            np.hypot(
                max(TOGETHER * fluctuation / pieces, slow_error), FEW_DB + LOW_ERROR * max(0.0, LOW_DB - by_pauses)
            )
        )
        believed = 1 - float(max(np.interp(by_pauses, HIGH_DB, [0, 1]), np.interp(fluctuation, WILD_DB, [0, 1])))
        if not heard_alone:
            by_pauses = _ratio(level, float(np.quantile(smooth[speech & sounding], SOFTEST_QUANTILE)))
            few, believed = NO_PAUSE_ERROR_DB, 1.0
            if by_levels > HIGH_DB[0]:
                by_levels_error = NO_PAUSE_ERROR_DB  # soft noise shows only in pauses
        weighed, unsure = _weighed((by_pauses, few), (by_levels, by_levels_error / max(believed, 1e-6) ** 0.5))
        ratio = steady * by_pauses + (1 - steady) * weighed
        error = max(KNOWN_ERROR_DB, steady * error + (1 - steady) * unsure)
    return Noise(ratio, float(10 * np.log10(level) - _over(ratio)), error, pauses * FRAMES_S, False)


def _weighed(*told: tuple[float, float]) -> tuple[float, float]:
    """Mean of what was told, each by the square of its error, and its error, wider where they disagree.

    Examples
    --------
    >>> _weighed((10.0, 2.0), (12.0, 2.0))
    (11.0, 1.4142135623730951)
    >>> round(_weighed((10.0, 2.0), (18.0, 2.0))[1], 6)  # 8 dB apart: four of the errors of their mean
    4.0
    """
    values, errors = np.array(told).T
    weights = errors**-2.0
    mean = float(np.average(values, weights=weights))
    surprise = float(np.sqrt(weights @ (values - mean) ** 2))
    return mean, float(weights.sum() ** -0.5) * max(1.0, surprise)


def _slow_noise(slow: FloatArray, noise: npt.NDArray[np.bool_], heard: npt.NDArray[np.bool_]) -> float:
    """Power of the noise below the voice, from pauses and beside speech unless breath is heard there.

    Rumble wanders over seconds, so short pauses tell little of it. Puffs of breath beside speech are bursts, left
    out; where still more is heard beside speech than pauses of rumble leave open, the pauses alone count.
    """
    alone, all_along = float(slow[noise].mean()), float(slow[_without_bursts(slow, heard)].mean())
    if all_along <= alone:
        return all_along
    more = 10 * np.log10(all_along / max(alone, SILENT**2))
    return float(np.interp(more, BREATH_DB, [all_along, alone]))


def _without_bursts(power: FloatArray, noise: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    if not noise.any():
        return noise
    return np.asarray(noise & (power <= np.median(power[noise]) * 10 ** (BURST_DB / 10)))


def _ratio(level: float, noise: float) -> float:
    """(P - N) / N in dB; not below -30 dB, where the speech is lost in the noise."""
    return float(10 * np.log10(max(level - noise, 1e-3 * noise) / noise))


def _over(snr: float) -> float:
    """How far speech and noise together lie above the noise, dB."""
    return float(10 * np.log10(1 + 10 ** (snr / 10)))


def _fluctuation(band: FloatArray) -> float:
    """Standard deviation of the level of 50 ms pieces, dB; as unsteady as can be if too few."""
    if len(band) < STEADY_FRAMES:
        return UNSTEADY_DB
    return float(np.std(_piece_levels(band, PIECE)))


def _slow_error(noise: FloatArray) -> float:
    """Standard error of the noise's level if it swells and sinks over seconds, as waves do, dB; 0 in short pauses."""
    levels = _piece_levels(noise, LONG_PIECE)
    return float(np.std(levels, ddof=1) / np.sqrt(len(levels))) if len(levels) >= FEWEST_LONG else 0.0


def _piece_levels(power: FloatArray, length: int) -> FloatArray:
    pieces = power[: len(power) // length * length].reshape(-1, length).mean(axis=1)
    return np.asarray(10 * np.log10(np.maximum(pieces, SILENT)), np.float64)


def widened(times: FloatArray, ipus: Spans, before: float, after: float) -> npt.NDArray[np.bool_]:
    starts, ends = np.array(ipus, float).T
    index = np.searchsorted(starts - before, times, side="right") - 1
    # ends rise with starts: the last span that has begun is the only one that can hold the time
    return np.asarray((index >= 0) & (times < (ends + after)[np.maximum(index, 0)]))
