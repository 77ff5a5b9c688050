"""Clarity as far as it can be judged without the text: signal, swallowed endings, how sharply syllables stand apart.

Whether the pronunciation is standard Mandarin is not judged here: that needs a script and a model reading.
Clipping is :func:`voicecoach.measures.loudness.clipping`.
"""

from typing import TYPE_CHECKING

import numpy as np

from voicecoach.measures.loudness import END_S, ending_ipus, median_error, noise_power
from voicecoach.results import Evidence, Measurement, missing
from voicecoach.timeline import FloatArray, Span, Spans, Track, gaps

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.decay import Decay
    from voicecoach.tracks.dips import Dips
    from voicecoach.tracks.levels import Levels

NOISE_CAP_DB = 50.0  # steps of A-law and 16 bits lie there: lower noise is not heard on a line
BANDWIDTH_ERROR_HZ = 150.0  # of the upper edge (tests/tracks/test_capture.py)
DECAY_ERROR_S = 0.02  # dry voices differ by this much among themselves (benchmarks/levels_accuracy.py)
SWALLOWED_DB = -15.0  # last syllable below the mean level of its IPU: swallowed (science h2)
SWALLOWED_RAMP_DB = 3.0  # ... fully from 3 dB below that on, not at all from 3 dB above, so that nothing flips at 15
LAST_NUCLEUS_S = 0.45  # a nucleus this close to the end is the last syllable's
NUCLEUS_S = 0.03  # its level is taken within this of it
DIPS_SNR_DB = 20.0  # of speech over noise: below, noise fills the dips (benchmarks/against_own.py)
OWN_CONTRAST_ERROR_DB = 0.4  # between texts, beside the sampling error (benchmarks/against_own.py)
# Mean drop of a neutral recording: below, it is itself blurred, and no measure for a call. articulation_contrast begins
# to take points off there; neutral voices lie at 14.7-17.9 (benchmarks/against_own.py)
BLURRED_DB = 13.0
FEWEST_GAPS = 20
FEWEST_IN_IPU = 6  # gaps of one stretch of talk; fewer say nothing about it
MOST_SHOWN = 5
SHALLOW_DB = 10.0  # between syllables; a stretch with deeper dips is nothing to point at


def clarity_noise(levels: "Levels", ipus: Spans) -> Measurement:
    """How far speech lies above the noise within 200-3600 Hz [dB].

    The band in which speech is understood, on a telephone too; hum and rumble below do not count.

    Returns
    -------
    Measurement
        dB, at most 50. Evidence: the longest pause, below 20 dB (``noise_alone``). Missing (``no_speech``).

    Notes
    -----
    As :func:`voicecoach.measures.loudness.snr`; white noise, whose power lies mostly above the band, reads 3-8 dB
    higher here.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> clarity_noise(SimpleNamespace(band_snr_db=63.0, snr_sd=0.8), (Span(0, 2),)).value
    50.0
    """
    if levels.band_snr_db is None:
        return missing("dB", "no_speech")
    pauses = sorted(gaps(ipus, 0.3), key=lambda pause: -pause.duration)
    evidence = tuple(Evidence(p.start, p.end, "noise_alone") for p in pauses[:1]) if levels.band_snr_db < 20 else ()
    return Measurement(min(NOISE_CAP_DB, levels.band_snr_db), "dB", levels.snr_sd, evidence)


def reverberation(decay: "Decay") -> Measurement:
    """Decay time of the steepest falls of the voice [s for 60 dB].

    Returns
    -------
    Measurement
        s; ``sd`` is the disagreement of six bands and ``DECAY_ERROR_S``. Missing (``too_few_falls``) in short or
        silent recordings.

    Notes
    -----
    Not the room's reverberation time: voices in dry recordings give 0.12-0.22 s, and noise lengthens it. It rises
    with the room's time throughout; see :func:`voicecoach.tracks.decay.decay` for figures.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> reverberation(SimpleNamespace(time_s=0.35, sd=0.015)).value
    0.35
    """
    if decay.time_s is None:
        return missing("s", "too_few_falls")
    return Measurement(decay.time_s, "s", float(np.hypot(decay.sd, DECAY_ERROR_S)))


def bandwidth(capture: "Capture") -> Measurement:
    """Highest frequency that the recording carries [Hz]: within 50 dB of its strongest band.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> bandwidth(SimpleNamespace(bandwidth_hz=3400.0, telephone=True)).facts["telephone"]
    1
    """
    if capture.bandwidth_hz is None:
        return missing("Hz", "no_sound")
    return Measurement(capture.bandwidth_hz, "Hz", BANDWIDTH_ERROR_HZ, facts={"telephone": int(capture.telephone)})


def swallowed_endings(
    intensity: Track, syllables: FloatArray, ipus: Spans, sentences: Spans, levels: "Levels"
) -> Measurement:
    """Share of sentence ends whose last syllable is more than 15 dB below the rest [%].

    The last syllable's level is that around its nucleus, or of the last 0.3 s where none was found there;
    it is compared with the mean level of its IPU (200-3600 Hz, power means, noise taken off). From 12 to 18 dB an
    ending counts in part.

    Returns
    -------
    Measurement
        percent; ``sd`` is binomial, with one ending of each kind added so that few endings never look sure.
        Evidence: each swallowed ending (``swallowed_ending``), worst first.
        Missing: ``no_speech``; ``too_noisy_for_ends`` under 15 dB above the noise, where an ending so
        soft lies in the noise.

    Notes
    -----
    A syllable so weak that it is not found as speech at all is not counted: the share is a lower bound.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> times = np.arange(400) * 0.01 + 0.005
    >>> level = Track(times, np.where((times > 1.7) & (times < 2), -45.0, -20.0), "dB")
    >>> talk = (Span(0, 2), Span(2, 4))
    >>> swallowed_endings(level, np.array([0.5, 1.85, 3.8]), talk, talk, SimpleNamespace(band_snr_db=60.0)).value
    50.0
    """
    if levels.band_snr_db is None:
        return missing("%", "no_speech")
    if levels.band_snr_db < -SWALLOWED_DB:
        return missing("%", "too_noisy_for_ends", found=levels.band_snr_db, need=-SWALLOWED_DB)
    noise = noise_power(intensity, ipus, levels)
    drops = [(_last_syllable_drop(intensity, syllables, ipu, noise), ipu) for ipu in ending_ipus(ipus, sentences)]
    if not drops:
        return missing("%", "no_speech")
    count = len(drops)
    swallowed = [(drop, ipu) for drop, ipu in sorted(drops) if drop < SWALLOWED_DB]
    evidence = tuple(
        Evidence(max(ipu.start, ipu.end - 1.5), ipu.end, "swallowed_ending", {"drop": -drop})
        for drop, ipu in swallowed[:MOST_SHOWN]
    )
    lost = sum(_swallowed(drop) for drop, _ in drops)
    share = (lost + 1) / (count + 2)
    error = 100 * float(np.sqrt(share * (1 - share) / (count + 2)))
    return Measurement(100 * lost / count, "%", error, evidence, facts={"ends": count})


def _swallowed(drop: float) -> float:
    """How much an ending counts as swallowed, 0-1: half at ``SWALLOWED_DB``."""
    return float(np.clip(0.5 + (SWALLOWED_DB - drop) / (2 * SWALLOWED_RAMP_DB), 0, 1))


def _last_syllable_drop(intensity: Track, syllables: FloatArray, ipu: Span, noise: float) -> float:
    """Level of the last syllable over the mean of its IPU, dB; at most 30 dB down, what is lost in noise."""
    inside = syllables[(syllables >= ipu.end - LAST_NUCLEUS_S) & (syllables < ipu.end)]
    where = Span(inside[-1] - NUCLEUS_S, inside[-1] + NUCLEUS_S) if len(inside) else Span(ipu.end - END_S, ipu.end)
    values, last = intensity.within(ipu), intensity.within(where)
    if not len(values) or not len(last):
        return 0.0
    whole = float(np.mean(10 ** (values / 10))) - noise
    end = float(np.mean(10 ** (last / 10))) - noise
    if not whole > 0:
        return 0.0
    return float(10 * np.log10(max(end, 1e-3 * whole) / whole))


def articulation_contrast(dips: "Dips", ipus: Spans) -> Measurement:
    """How far the level drops between one syllable and the next [dB], median.

    Nucleus level minus the lowest level before the next nucleus of the same IPU (200-3600 Hz). Consonants that are
    made leave dips, slurred ones do not; noise and reverberation fill them.

    Parameters
    ----------
    dips : Dips
    ipus : tuple of Span     s

    Returns
    -------
    Measurement
        dB; ``sd`` is the error of the median. Evidence: the IPU with the shallowest dips (``shallow_syllables``), if
        they are under 10 dB and six gaps or more lie in it. Missing (``too_few_syllables``) below 20 gaps.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> each = Track(np.arange(0.05, 10, 0.2), np.full(50, 12.0), "dB")
    >>> articulation_contrast(SimpleNamespace(each=each), (Span(0, 10),)).value
    12.0
    """
    values = dips.each.values
    if len(values) < FEWEST_GAPS:
        return missing("dB", "too_few_syllables", found=len(values), need=FEWEST_GAPS)
    found = [(float(np.median(inside)), ipu) for ipu in ipus if len(inside := dips.each.within(ipu)) >= FEWEST_IN_IPU]
    worst = min(found, default=None)
    evidence: tuple[Evidence, ...] = ()
    if worst is not None and worst[0] < SHALLOW_DB and len(ipus) > 1:
        evidence = (Evidence(worst[1].start, worst[1].end, "shallow_syllables", {"contrast": worst[0]}),)
    error = median_error(values, spread=6.0)
    return Measurement(float(np.median(values)), "dB", error, evidence, facts={"gaps": len(values)})


def contrast_from_own(
    dips: "Dips", levels: "Levels", capture: "Capture", baseline: "Baseline | None" = None
) -> Measurement:
    """How well syllables stand apart, against the speaker's own neutral recording [dB].

    The mean drop of the level between neighbouring syllables (each at most 20 dB), less that of the neutral recording.
    Voices differ in it by more than one voice does from text to text.

    Parameters
    ----------
    dips : Dips
    levels : Levels
    capture : Capture
    baseline : Baseline or None

    Returns
    -------
    Measurement
        dB, negative is more blurred than the neutral voice. Missing: ``no_baseline``, ``too_few_syllables``,
        ``baseline_without_levels``; ``baseline_other_channel`` if one was made by telephone and the other not;
        ``too_little_snr_db`` where either lies less than 20 dB above the noise, which fills the dips. Not to be scored:
        ``baseline_blurred`` where the neutral recording's own drop is under 13 dB, so that a voice that is never clear
        is not excused by itself.

    Notes
    -----
    ``sd``: of both means, and ``OWN_CONTRAST_ERROR_DB``. Slow speech stands apart by 1-1.5 dB more, speech with dips
    made half as deep by 3-4 dB less; gain, codec and 20 dB of noise move it by under 0.6 dB
    (``benchmarks/against_own.py``).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> now = SimpleNamespace(mean_db=13.0, mean_sd=0.3), SimpleNamespace(snr_db=30.0), SimpleNamespace(telephone=False)
    >>> then = SimpleNamespace(dips_db=16.0, dips_sd=0.4, snr_db=30.0, channel="wideband")
    >>> contrast_from_own(*now, then).value
    -3.0
    """
    if baseline is None:
        return missing("dB", "no_baseline")
    if dips.mean_db is None:
        return missing("dB", "too_few_syllables", found=len(dips.each.values), need=FEWEST_GAPS)
    if baseline.dips_db is None or baseline.dips_sd is None or baseline.snr_db is None:
        return missing("dB", "baseline_without_levels")
    if baseline.channel != ("telephone" if capture.telephone else "wideband"):
        return missing("dB", "baseline_other_channel")
    quietest = min(baseline.snr_db, baseline.snr_db if levels.snr_db is None else levels.snr_db)
    if quietest < DIPS_SNR_DB:
        return missing("dB", "too_little_snr_db", found=quietest, need=DIPS_SNR_DB)
    error = float(np.linalg.norm([dips.mean_sd, baseline.dips_sd, OWN_CONTRAST_ERROR_DB]))
    blurred = baseline.dips_db < BLURRED_DB
    facts = {"own": baseline.dips_db, "need": BLURRED_DB} if blurred else {}
    return Measurement(
        dips.mean_db - baseline.dips_db, "dB", error, reason="baseline_blurred" if blurred else None, facts=facts
    )
