"""Speech-to-noise ratio: what is heard between the speech, against the speech itself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Spans, inside

FRAMES_S = 0.01
SILENT = 1e-10  # mean square: a frame below is digital silence, put there by a gate or a codec, not noise
NEAR_S = 2.0  # noise is measured this close to speech: long leads and tails may be another room, or padding
MARGINS = ((0.05, 0.15), (0.02, 0.06))  # s left out before and after speech: onset, decay, errors of the edges
FEWEST = 8  # frames of noise; below it the softest moments of the speech have to do
BURST_DB = 12.0  # frames this far above the median of the noise are no part of it: a missed word, a knock
STEADY_FRAMES = 30  # fewer frames than this cannot show that a noise is steady
STEADY_DB, UNSTEADY_DB = 1.0, 1.8  # fluctuation of 50 ms levels: fans and hiss 0.2-0.6, babble 2-3 (measured)
LOW_DB, HIGH_DB = 8.0, 16.0  # ratio from which on the pauses alone are believed even if the noise is unsteady
SOFT_QUANTILE = 0.15  # of speech frames: at ratios of 5-10 dB these are noise, with babble too (measured)
SOFTEST_QUANTILE = 0.05  # of speech frames, where there is no pause at all
KNOWN_ERROR_DB = 0.7  # steady noise (benchmarks/levels_accuracy.py)
UNSTEADY_ERROR_DB = 1.3  # babble
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


def snr_db(times: FloatArray, power: FloatArray, band: FloatArray, ipus: Spans) -> Noise:
    """Ratio of speech to noise from frames of power.

    snr = 10 log10((P - N) / N), with P the mean power of the frames in speech and N that of the noise.

    N is the mean power of the frames between speech, bursts 12 dB over their median left out. Where the noise
    fluctuates as voices do and is strong, the detector takes its loud moments for speech, and the rest is too soft
    to be N: then the soft part of the speech frames (the 15 % quantile over 40 ms) gets a say, and all of it from
    8 dB down.

    Parameters
    ----------
    times : ndarray, shape (n,)           s, 10 ms apart
    power, band : ndarray, shape (n,)     mean square: of the band asked for, and of 200-3600 Hz
    ipus : Spans                          where speech is

    Returns
    -------
    Noise      without speech, the ratio is None and the level that of the sounding frames

    Notes
    -----
    Error on practice calls at 5-25 dB: white and pink noise within 0.7 dB; babble within 1.8 dB, nine tenths within
    1.5 dB (benchmarks/levels_accuracy.py). Read sentences of 3 s hold too few pauses for babble: up to 3 dB.

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
    near = _widened(times, ipus, NEAR_S, NEAR_S)
    for before, after in MARGINS:
        between = near & ~_widened(times, ipus, before, after)
        noise = _without_bursts(power, between & sounding)
        if np.count_nonzero(noise) >= FEWEST:
            break
    soft = np.convolve(power, np.full(4, 0.25), "same")[speech & sounding]
    pauses = np.count_nonzero(noise)
    if pauses < FEWEST:
        gated = bool(np.count_nonzero(between) >= FEWEST)
        found = float(np.quantile(soft, SOFTEST_QUANTILE))
        return Noise(_ratio(level, found), 10 * float(np.log10(found)), NO_PAUSE_ERROR_DB, pauses * FRAMES_S, gated)
    quiet = float(power[noise].mean())
    by_pauses = _ratio(level, quiet)
    fluctuation = _fluctuation(band[noise])
    steady = np.clip((UNSTEADY_DB - fluctuation) / (UNSTEADY_DB - STEADY_DB), 0, 1)
    trust = max(float(steady), float(np.clip((by_pauses - LOW_DB) / (HIGH_DB - LOW_DB), 0, 1)))
    ratio = trust * by_pauses + (1 - trust) * _ratio(level, float(np.quantile(soft, SOFT_QUANTILE)))
    few = fluctuation / np.sqrt(pauses / 5)  # of a mean of 50 ms pieces
    error = KNOWN_ERROR_DB if steady > 0.5 else UNSTEADY_ERROR_DB
    return Noise(
        ratio, float(10 * np.log10(level) - _over(ratio)), float(np.hypot(error, few)), pauses * FRAMES_S, False
    )


def _without_bursts(power: FloatArray, noise: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    if not noise.any():
        return noise
    return np.asarray(noise & (power < np.median(power[noise]) * 10 ** (BURST_DB / 10)))


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
    pieces = band[: len(band) // 5 * 5].reshape(-1, 5).mean(axis=1)
    return float(np.std(10 * np.log10(np.maximum(pieces, SILENT))))


def _widened(times: FloatArray, ipus: Spans, before: float, after: float) -> npt.NDArray[np.bool_]:
    starts, ends = np.array(ipus, float).T
    index = np.searchsorted(starts - before, times, side="right") - 1
    # ends rise with starts: the last span that has begun is the only one that can hold the time
    return np.asarray((index >= 0) & (times < (ends + after)[np.maximum(index, 0)]))
