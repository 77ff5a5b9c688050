"""Loudness: how strong the recording is, how far above the noise, and whether the voice keeps its strength.

Phones and headsets are not calibrated: every level here is that of the recording, in dB re full scale, and never
a sound pressure.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from voicecoach.results import Evidence, Measurement, missing
from voicecoach.timeline import FloatArray, Span, Spans, Track, gaps

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.levels import Levels

LEVEL_ERROR_DB = 0.1  # of P.56 and of BS.1770 as done here (tests/test_active_level.py, tests/tracks/test_loudness.py)
OWN_LEVEL_ERROR_DB = 1.0  # of a minute of reading: as in measures/effort.py
SAME_GAIN_DB = 3.0  # the noise floor may differ: more, and the input was set otherwise, or the room is another
STEPS_DB = -90.0  # a noise floor below lies at the steps of 16 bits, which no gain moves
USUAL_SPREAD_DB = 2.0  # of 3 s levels, assumed where fewer than three windows show it
SOFT_BELOW_DB = 6.0  # a stretch this far below the speaker's own level is pointed at
END_S = 0.3  # the end of an IPU, whose level is compared with the whole
SHORTEST_IPU_S = 0.8  # so that the end is not most of it
FADED_DB = -13.0  # ends this far down are pointed at: half the score (science.md, targets)
EDGE_ERROR_DB = 0.7  # of a fade, from 20 ms of doubt about where an IPU ends
MOST_SHOWN = 5
AT_CEILING = 0.985  # of the peak; as in tracks/capture.py


def active_level(levels: "Levels", ipus: Spans) -> Measurement:
    """Active speech level: the level of the recording while somebody speaks [dB re full scale].

    Parameters
    ----------
    levels : Levels
    ipus : tuple of Span     s

    Returns
    -------
    Measurement
        dB; ``sd`` is the sampling error of the 3 s levels and ``LEVEL_ERROR_DB``. Evidence: stretches of 3 s at least
        6 dB softer than the whole (``soft_stretch``). Facts: ``gain_control`` 1 if an automatic gain is suspected:
        then the level says little about the speaker. Missing (``no_speech``) without speech.

    References
    ----------
    ITU-T P.56 (12/2011), method B. Targets: RFC 7874 section 3 (-22 dB, +-6).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> windows = Track(np.array([1.5, 4.5, 7.5]), np.array([-25.0, -24.0, -34.0]), "dB")
    >>> found = active_level(
    ...     SimpleNamespace(active_level_db=-26.0, windows=windows, gain_control=False), (Span(0, 9),))
    >>> found.value, found.evidence[0].start
    (-26.0, 6.0)
    """
    if levels.active_level_db is None or not ipus:
        return missing("dB", "no_speech")
    level = levels.active_level_db
    windows = levels.windows
    pairs = zip(windows.times.tolist(), windows.values.tolist(), strict=True)
    soft = [(v, t) for t, v in pairs if v < level - SOFT_BELOW_DB]
    evidence = tuple(
        Evidence(max(0.0, t - 1.5), t + 1.5, "soft_stretch", {"below": level - v}) for v, t in sorted(soft)[:MOST_SHOWN]
    )
    facts = {"gain_control": int(levels.gain_control)}
    return Measurement(level, "dB", float(np.hypot(_sampling_error(windows), LEVEL_ERROR_DB)), evidence, facts=facts)


def level_from_own(levels: "Levels", capture: "Capture", baseline: "Baseline | None" = None) -> Measurement:
    """Active speech level against that of the speaker's own neutral recording [dB].

    Means something with the same microphone, distance and gain only. Of these the noise floor tells: another gain
    moves it with the voice.

    Parameters
    ----------
    levels : Levels
    capture : Capture
    baseline : Baseline or None

    Returns
    -------
    Measurement
        dB, positive is stronger than the neutral voice. Not to be scored: ``gain_unknown`` where a noise floor is not
        known or lies at the steps of the file; ``gain_other`` where the floors differ by more than 3 dB. Missing:
        ``no_speech``, ``no_baseline``, ``baseline_without_levels``; ``baseline_other_channel`` if one was made by
        telephone and the other not.

    Notes
    -----
    ``sd``: sampling error of the call's 3 s levels, 1 dB for the neutral recording, and the difference of the noise
    floors, which may be the gain's. A louder room and a lower gain of the same size pass for no change. An automatic
    gain moves the floor by as much as it evens the voice out.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> windows = Track(np.array([1.5, 4.5, 7.5]), np.full(3, -25.0), "dB")
    >>> now = SimpleNamespace(active_level_db=-25.0, windows=windows, noise_level_db=-60.0)
    >>> then = {"active_level_db": -28.0, "channel": "wideband"}
    >>> line = SimpleNamespace(telephone=False)
    >>> level_from_own(now, line, SimpleNamespace(**then, noise_level_db=-60.0)).value
    3.0
    >>> level_from_own(now, line, SimpleNamespace(**then, noise_level_db=-64.0)).reason
    'gain_other'
    """
    if baseline is None:
        return missing("dB", "no_baseline")
    if levels.active_level_db is None:
        return missing("dB", "no_speech")
    if baseline.active_level_db is None:
        return missing("dB", "baseline_without_levels")
    if baseline.channel != ("telephone" if capture.telephone else "wideband"):
        return missing("dB", "baseline_other_channel")
    difference = levels.active_level_db - baseline.active_level_db
    reason, facts, moved = gain_against(levels, baseline)
    sd = float(np.linalg.norm([_sampling_error(levels.windows), OWN_LEVEL_ERROR_DB, moved]))
    return Measurement(difference, "dB", sd, reason=reason, facts=facts)


def gain_against(levels: "Levels", baseline: "Baseline") -> tuple[str | None, dict[str, float], float]:
    """Whether the gain was that of the neutral recording, as far as the noise floors tell.

    Returns
    -------
    reason : str or None     ``gain_unknown``, ``gain_other``; None where it seems the same
    facts : dict             the floors, dB re full scale: ``now``, ``before``
    difference : float       of the floors, dB; 0 where they are not known

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> gain_against(SimpleNamespace(noise_level_db=-60.0), SimpleNamespace(noise_level_db=-61.0))
    (None, {'now': -60.0, 'before': -61.0}, 1.0)
    """
    now, before = levels.noise_level_db, baseline.noise_level_db
    if now is None or before is None or min(now, before) < STEPS_DB:
        return "gain_unknown", {}, 0.0
    difference = abs(now - before)
    return ("gain_other" if difference > SAME_GAIN_DB else None), {"now": now, "before": before}, difference


def loudness_lufs(levels: "Levels") -> Measurement:
    """Integrated loudness of the recording [LUFS], shown beside the active level.

    References
    ----------
    ITU-R BS.1770-4 (2015). Made for programmes: on telephone speech the active level is the measure to go by.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> windows = Track(np.array([1.5]), np.array([-25.0]), "dB")
    >>> loudness_lufs(SimpleNamespace(loudness_lufs=-23.0, windows=windows)).value
    -23.0
    """
    if levels.loudness_lufs is None:
        return missing("LUFS", "no_speech")
    return Measurement(levels.loudness_lufs, "LUFS", float(np.hypot(_sampling_error(levels.windows), LEVEL_ERROR_DB)))


def level_spread(levels: "Levels") -> Measurement:
    """How much the level moves over the call: standard deviation of the 3 s levels of speech [dB].

    Under 1 dB an automatic gain is likely. Missing (``too_few_stretches``) below three windows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> windows = Track(np.arange(4) * 3.0, np.array([-25.0, -23.0, -25.0, -23.0]), "dB")
    >>> round(level_spread(SimpleNamespace(spread_db=1.15, windows=windows)).sd, 2)
    0.47
    """
    count = int(np.count_nonzero(np.isfinite(levels.windows.values)))
    if levels.spread_db is None:
        return missing("dB", "too_few_stretches", found=count, need=3)
    # standard error of a standard deviation, normal values
    return Measurement(
        levels.spread_db, "dB", levels.spread_db / float(np.sqrt(2 * (count - 1))), facts={"windows": count}
    )


def snr(levels: "Levels", ipus: Spans) -> Measurement:
    """How far speech lies above the noise of the recording, whole band [dB].

    snr = 10 log10((P - N) / N): P the power in speech, N that of the sound between (see ``tracks/noise.py``)

    Returns
    -------
    Measurement
        dB, at most 45: above, the value is "at least" (fact ``at_least`` 1), as with pauses that a gate has emptied.
        Evidence: the longest pause, where the noise can be heard alone (``noise_alone``), below 20 dB.
        Missing (``no_speech``) without speech.

    Notes
    -----
    5-25 dB: steady noise within 0.8 dB, babble within 2 dB (``voicecoach validate --measure snr``); noise in
    bursts, as of a saw or a fire, reads up to 10 dB too good.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> found = snr(SimpleNamespace(snr_db=12.0, snr_sd=0.8, snr_saturated=False), (Span(0, 2), Span(2.5, 4)))
    >>> found.value, (found.evidence[0].start, found.evidence[0].end)
    (12.0, (2, 2.5))
    """
    if levels.snr_db is None:
        return missing("dB", "no_speech")
    pauses = sorted(gaps(ipus, 0.3), key=lambda pause: -pause.duration)
    evidence = tuple(Evidence(p.start, p.end, "noise_alone") for p in pauses[:1]) if levels.snr_db < 20 else ()
    return Measurement(levels.snr_db, "dB", levels.snr_sd, evidence, facts={"at_least": int(levels.snr_saturated)})


def clipping(capture: "Capture", samples: npt.NDArray[np.float32], sr: int) -> Measurement:
    """Share of the sounding samples that lie at a flat ceiling [%].

    Returns
    -------
    Measurement
        percent; evidence: the stretches with most clipped samples (``clipped``). Missing (``no_sound``) for silence.

    Notes
    -----
    Clipping from before a lossy codec has no flat ceiling and is missed. See :mod:`voicecoach.tracks.capture`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> x = np.clip(np.sin(np.arange(8000) / 20), -0.5, 0.5).astype(np.float32)
    >>> found = clipping(SimpleNamespace(clipped_share=0.67, bandwidth_hz=4000.0), x, 8000)
    >>> found.value, len(found.evidence)
    (67.0, 1)
    """
    if capture.bandwidth_hz is None:
        return missing("%", "no_sound")
    value = 100 * capture.clipped_share
    evidence = _clipped_places(samples, sr) if value > 0 else ()
    return Measurement(value, "%", 0.1 * value, evidence)


def _clipped_places(samples: npt.NDArray[np.float32], sr: int) -> tuple[Evidence, ...]:
    """The seconds with most samples at the ceiling, in order of time."""
    ceiling = AT_CEILING * float(np.max(np.abs(samples), initial=0.0))
    counts = [np.count_nonzero(np.abs(samples[i : i + sr]) >= ceiling) for i in range(0, len(samples), sr)]
    worst = sorted(np.argsort(counts)[::-1][:MOST_SHOWN])
    duration = len(samples) / sr
    return tuple(
        Evidence(float(i), min(i + 1.0, duration), "clipped", {"share": 100 * counts[i] / sr})
        for i in worst
        if counts[i] >= 3
    )


def fade(intensity: Track, ipus: Spans, sentences: Spans, levels: "Levels") -> Measurement:
    """How far the voice drops at the ends of what is said [dB], median.

    fade = level of the last 0.3 s of an IPU - level of the whole IPU (200-3600 Hz, power means, noise taken off)

    Parameters
    ----------
    intensity : Track             dB every 10 ms
    ipus, sentences : Spans       s; IPUs that end a sentence are taken, all of them if none does
    levels : Levels               for the noise

    Returns
    -------
    Measurement
        dB, negative; ``sd`` is the bootstrap error of the median and ``EDGE_ERROR_DB``. Evidence: ends more than 13 dB
        down (``faded_end``), worst first. Missing: ``no_speech``; ``too_noisy_for_ends`` under 10 dB above the noise.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> times = np.arange(200) * 0.01 + 0.005
    >>> level = Track(times, np.where(times < 1.7, -20.0, -40.0), "dB")
    >>> quiet = SimpleNamespace(band_snr_db=60.0)
    >>> round(fade(level, (Span(0, 2),), (Span(0, 2),), quiet).value, 1)
    -19.3
    """
    if levels.band_snr_db is None:
        return missing("dB", "no_speech")
    if levels.band_snr_db < 10:
        return missing("dB", "too_noisy_for_ends", found=levels.band_snr_db, need=10)
    drops = [(drop, ipu) for ipu in ending_ipus(ipus, sentences) if (drop := _drop(intensity, ipu, ipus, levels)) < 50]
    if not drops:
        return missing("dB", "no_speech")
    values = np.array([drop for drop, _ in drops])
    faded = [(drop, ipu) for drop, ipu in sorted(drops) if drop <= FADED_DB][:MOST_SHOWN]
    evidence = tuple(Evidence(max(ipu.start, ipu.end - 1.5), ipu.end, "faded_end", {"drop": -v}) for v, ipu in faded)
    error = float(np.hypot(median_error(values, spread=3.0), EDGE_ERROR_DB))
    return Measurement(float(np.median(values)), "dB", error, evidence, facts={"ends": len(values)})


def ending_ipus(ipus: Spans, sentences: Spans) -> Spans:
    """IPUs of at least 0.8 s with which a sentence ends; all of that length where no sentence end is known.

    Examples
    --------
    >>> ending_ipus((Span(0, 2), Span(2.3, 4), Span(4.4, 5)), (Span(0, 4), Span(4.4, 5)))
    (Span(start=2.3, end=4),)
    """
    long = tuple(ipu for ipu in ipus if ipu.duration >= SHORTEST_IPU_S)
    ends = np.array([sentence.end for sentence in sentences])
    ending = tuple(ipu for ipu in long if len(ends) and np.min(np.abs(ends - ipu.end)) < 0.15)
    return ending or long


def _drop(intensity: Track, ipu: Span, ipus: Spans, levels: "Levels") -> float:
    """Level of an IPU's end over the whole, dB; infinite where nothing stands above the noise."""
    power = 10 ** (intensity.within(ipu) / 10)
    last = 10 ** (intensity.within(Span(ipu.end - END_S, ipu.end)) / 10)
    if not len(power) or not len(last):
        return float("inf")
    noise = noise_power(intensity, ipus, levels)
    whole, end = power.mean() - noise, last.mean() - noise
    if not whole > 0:
        return float("inf")
    return float(10 * np.log10(max(end, 1e-3 * whole) / whole))


def noise_power(intensity: Track, ipus: Spans, levels: "Levels") -> float:
    """Mean square of the noise in 200-3600 Hz, from the level of speech and its ratio to the noise."""
    if levels.band_snr_db is None or not ipus:
        return 0.0
    speech = np.concatenate([intensity.within(ipu) for ipu in ipus])
    mean = float(np.mean(10 ** (speech / 10))) if len(speech) else 0.0
    return mean / (1 + 10 ** (levels.band_snr_db / 10))


def median_error(values: FloatArray, spread: float) -> float:
    """Standard error of a median, 1.25 sd / sqrt(n); ``spread`` stands for the sd below three values.

    Examples
    --------
    >>> round(median_error(np.array([-1.0, 0.0, 1.0]), 9.0), 2)
    0.72
    """
    sd = float(np.std(values, ddof=1)) if len(values) >= 3 else spread
    return float(1.2533 * max(sd, 1e-9) / np.sqrt(max(1, len(values))))


def _sampling_error(windows: Track) -> float:
    """Standard error of a mean level, from how much 3 s of speech differ."""
    heard = windows.values[np.isfinite(windows.values)]
    sd = float(np.std(heard, ddof=1)) if len(heard) >= 3 else USUAL_SPREAD_DB
    return sd / float(np.sqrt(max(1, len(heard))))
