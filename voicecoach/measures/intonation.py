"""How much the voice moves: pitch range and variation, height, monotone stretches, and the contour to look at.

All in semitones, so that high and low voices are measured alike, and on voiced frames inside speech only. Lexical
tones move Mandarin pitch however flat the intonation: a natural reading has a standard deviation of 3-4 st, where
English has 2-3 st. Bands must come from Mandarin; they do, in the rubric.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from voicecoach.measures.method_errors import method_error
from voicecoach.measures.pitch_sampling import deviation, drawn, percentile, sampling_error, voice
from voicecoach.results import Evidence, Measurement, missing
from voicecoach.semitones import st
from voicecoach.settings import Settings
from voicecoach.timeline import FloatArray, Span, Spans, Track, inside, merged

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.levels import Levels

RANGE_ERROR = 0.02  # relative error of the range of a few seconds (benchmarks/f0_accuracy.py)
WOBBLE_ST = 0.25  # range that is read of a voice that does not move at all (benchmarks/f0_accuracy.py, factor 0)
MEDIAN_ERROR = 0.2  # st; error of a median (benchmarks/f0_accuracy.py)
ENOUGH = 0.5  # s of voice; less has no range
TRIM = 0.01  # share of values left out of the deviation, half at either end
RANGE_1S, SD_1S, MEDIAN_1S = 2.0, 0.9, 1.0  # st; errors with one second of voice, where units are few (science c2)
STRETCH_VOICED = 0.6  # s of voice that a stretch to listen to needs
P90_P10 = 2.563  # standard deviations of a normal distribution from its 10th to its 90th percentile
REGISTER_UNITS = 6  # units that their spread needs
HIGH_ST = 5.0  # st above the neutral median; units beyond are pointed at
MOMENTS = 3


def f0_range(f0: Track, ipus: Spans, levels: "Levels | None" = None, capture: "Capture | None" = None) -> Measurement:
    """How far the voice goes up and down: 5th to 95th percentile of pitch [st].

    Parameters
    ----------
    f0 : Track               Hz, NaN unvoiced
    ipus : tuple of Span     inter-pausal units, s
    levels : Levels or None      speech over noise within 200-3600 Hz, which decides how sure the figure is
    capture : Capture or None    whether only the telephone band is heard, likewise

    Returns
    -------
    Measurement
        st. Evidence: the unit with the widest range (``lively_stretch``) and the one with the narrowest
        (``flat_stretch``), if there are several. Facts: ``median_hz``, ``voiced_s``. Missing (``no_voice``) under
        0.5 s of voice.

    Notes
    -----
    ``sd``: bootstrap over units (:func:`voicecoach.measures.pitch_sampling.sampling_error`), and the tracker's error in
    such a band and noise (:func:`voicecoach.measures.method_errors.method_error`); in noise ranges read too narrow, as
    soft ends of syllables are lost first. What the tracker sways by itself, 0.25 st, is taken out as a variance is.
    What is measured is the clear voice: creak is read only where it is still periodic. With all creak counted, ranges
    would be a quarter wider (benchmarks/f0_accuracy.py); nothing is added for it, since that differs by speaker. The
    value follows a known change of range with a slope of 0.96-0.98 (``voicecoach validate --measure f0_range``).

    References
    ----------
    Percentiles for extremes, which one octave error would decide: Patterson & Ladd (1999), Pitch range modelling:
    linguistic dimensions of variation, ICPhS.

    Examples
    --------
    Pitch that wanders evenly over an octave covers nine tenths of it.

    >>> times = np.arange(1200) / 100 + 0.005
    >>> wander = Track(times, 200 * 2 ** np.linspace(-0.5, 0.5, 1200), "Hz")
    >>> round(f0_range(wander, (Span(0, 12),)).value, 1)
    10.8
    """
    heard = voice(f0, ipus)
    if not heard.voiced_s >= ENOUGH:
        return missing("st", "no_voice")
    draws = drawn(heard.counts)
    sampling = sampling_error(percentile(draws, 0.95) - percentile(draws, 0.05), heard, RANGE_1S)
    read = float(np.subtract(*np.quantile(heard.st, [0.95, 0.05])))
    value = float(np.sqrt(max(0.0, read**2 - WOBBLE_ST**2)))
    return Measurement(
        value,
        "st",
        sd=float(np.hypot(sampling, method_error("range", levels, capture) * read)),
        evidence=_liveliest_and_flattest(f0, ipus),
        facts=heard.facts,
    )


def f0_sd(f0: Track, ipus: Spans, levels: "Levels | None" = None, capture: "Capture | None" = None) -> Measurement:
    """Standard deviation of pitch, the outermost percent left out [st].

    Parameters
    ----------
    f0 : Track               Hz, NaN unvoiced
    ipus : tuple of Span     inter-pausal units, s
    levels, capture          as in :func:`f0_range`

    Returns
    -------
    Measurement    st; ``sd`` and facts as in :func:`f0_range`. Missing (``no_voice``) under 0.5 s of voice.

    References
    ----------
    Hincks & Edlund (2009), Promoting increased pitch variation in oral presentations with transient visual feedback,
    Language Learning & Technology 13(3): speakers who see it, speak livelier, and keep to it.

    Examples
    --------
    Half the time 2 st up and half the time 2 st down:

    >>> hz = 200 * 2 ** (np.where(np.arange(1000) % 100 < 50, 2.0, -2.0) / 12)
    >>> round(f0_sd(Track(np.arange(1000) / 100 + 0.005, hz, "Hz"), (Span(0, 10),)).value, 2)
    2.0
    """
    heard = voice(f0, ipus)
    if not heard.voiced_s >= ENOUGH:
        return missing("st", "no_voice")
    value = trimmed_sd(heard.st)
    sampling = sampling_error(deviation(drawn(heard.counts), TRIM), heard, SD_1S)
    return Measurement(
        value, "st", sd=float(np.hypot(sampling, method_error("deviation", levels, capture) * value)), facts=heard.facts
    )


def f0_height(f0: Track, ipus: Spans, baseline: "Baseline | None" = None) -> Measurement:
    """How much higher the voice lies than the speaker's own neutral voice: difference of medians [st].

    Parameters
    ----------
    f0 : Track               Hz, NaN unvoiced
    ipus : tuple of Span     inter-pausal units, s
    baseline : Baseline      the speaker's neutral recording (``f0_median_hz``), or None

    Returns
    -------
    Measurement
        st, positive is higher. Evidence: up to three units whose median lies 5 st above neutral (``voice_high``).
        Facts: ``median_hz``, ``voiced_s``. Missing: ``no_voice``; ``no_baseline``, since what is high for one is low
        for another (``median_hz`` is told).

    Notes
    -----
    ``sd``: bootstrap of the median over units, and 0.2 st for either recording. What is said moves a median too, by
    0.3-0.7 st in 10-40 s of speech (science c2); the bootstrap covers that.

    Examples
    --------
    >>> class Neutral:
    ...     f0_median_hz = 200.0
    >>> up = Track(np.arange(300) / 100 + 0.005, np.full(300, 400.0), "Hz")
    >>> f0_height(up, (Span(0, 3),), Neutral()).value
    12.0
    """
    heard = voice(f0, ipus)
    if not heard.voiced_s >= ENOUGH:
        return missing("st", "no_voice")
    if baseline is None:
        return missing("st", "no_baseline", (), **heard.facts)
    value = float(st(heard.median_hz, baseline.f0_median_hz))
    sampling = sampling_error(percentile(drawn(heard.counts), 0.5), heard, MEDIAN_1S)
    return Measurement(
        value,
        "st",
        sd=float(np.sqrt(sampling**2 + 2 * MEDIAN_ERROR**2)),
        evidence=_high(f0, ipus, baseline.f0_median_hz),
        facts=heard.facts,
    )


def register_variation(f0: Track, ipus: Spans) -> Measurement:
    """How much the voice changes its height from one unit of speech to the next: deviation of their medians [st].

    Parameters
    ----------
    f0 : Track               Hz, NaN unvoiced
    ipus : tuple of Span     inter-pausal units, s; those with 0.3 s of voice count

    Returns
    -------
    Measurement    st. Facts: ``units``. Missing (``too_few_units``) under six units.

    Notes
    -----
    ``sd``: value / sqrt(2 (n - 1)), the error of a deviation from n units, and the tracker's 0.2 st.

    Examples
    --------
    Six units, by turns 2 st apart:

    >>> times = np.arange(1200) / 100 + 0.005
    >>> units = tuple(Span(2 * k, 2 * k + 1) for k in range(6))
    >>> hz = 200 * 2 ** (2 * (times // 2 % 2) / 12)
    >>> round(register_variation(Track(times, hz, "Hz"), units).value, 2)
    1.1
    """
    voiced = [values[np.isfinite(values)] for values in (f0.within(ipu) for ipu in ipus)]
    medians = np.array([np.median(values) for values in voiced if len(values) * f0.step >= 0.3])
    if len(medians) < REGISTER_UNITS:
        return missing("st", "too_few_units", found=len(medians), need=REGISTER_UNITS)
    value = float(np.std(st(medians, 1.0), ddof=1))
    error = np.hypot(value / np.sqrt(2 * (len(medians) - 1)), MEDIAN_ERROR / np.sqrt(len(medians)))
    return Measurement(value, "st", sd=float(error), facts={"units": len(medians)})


def monotone_share(f0: Track, ipus: Spans, settings: Settings) -> Measurement:
    """Share of five-second windows in which the voice hardly moves [%].

    Parameters
    ----------
    f0 : Track               Hz, NaN unvoiced
    ipus : tuple of Span     inter-pausal units, s
    settings : Settings      monotone_window_s, monotone_hop_s, monotone_voiced_s, monotone_sd_st

    Returns
    -------
    Measurement
        %. Evidence: the monotone windows, joined where they touch, longest first (``monotone_stretch``). Facts:
        ``windows``. Missing (``no_voice``) where no window holds enough voice.

    Notes
    -----
    ``sd``: that of a share of independent windows (they overlap, so every second one counts), and half of what
    the share would change if pitch deviation were 2 % more or less. Of windows of natural practice calls none is
    monotone, of the same calls at half the range most, at a level pitch all (tests/measures/test_intonation.py).

    Examples
    --------
    Ten seconds on one note, ten on the move:

    >>> times = np.arange(2000) / 100 + 0.005
    >>> hz = 200 * 2 ** (np.where(times < 10, 0.0, 5 * np.sin(9 * times)) / 12)
    >>> found = monotone_share(Track(times, hz, "Hz"), (Span(0, 20),), Settings())
    >>> round(found.value), found.evidence[0].start, found.evidence[0].end
    (43, 0.0, 10.0)
    """
    windows, spread = window_deviations(f0, ipus, settings)
    if not windows:
        return missing("%", "no_voice")
    flat = spread < settings.monotone_sd_st
    share, independent = (
        float(np.mean(flat)),
        max(1.0, len(windows) * settings.monotone_hop_s / settings.monotone_window_s),
    )
    expected = (share * independent + 1) / (independent + 2)  # not certain after few windows (Laplace)
    sampling = np.sqrt(expected * (1 - expected) / (independent + 3))
    limit = settings.monotone_sd_st
    edge = np.mean(spread < limit * (1 + RANGE_ERROR)) - np.mean(spread < limit * (1 - RANGE_ERROR))
    stretches = merged(window for window, is_flat in zip(windows, flat, strict=True) if is_flat)
    evidence = [Evidence(start, end, "monotone_stretch", {"length": round(end - start, 1)}) for start, end in stretches]
    return Measurement(
        100 * share,
        "%",
        sd=float(100 * np.hypot(sampling, edge / 2)),
        evidence=tuple(sorted(evidence, key=lambda moment: moment.start - moment.end)),
        facts={"windows": len(windows), "monotone_sd_st": settings.monotone_sd_st},
    )


def window_deviations(f0: Track, ipus: Spans, settings: Settings) -> tuple[Spans, FloatArray]:
    """Windows that hold enough voice, and the deviation of pitch in each [st].

    The deviation is that of a normal distribution with the same 10th and 90th percentile: some creak at the ends of
    sentences would lift a plain standard deviation and hide how level the rest is.

    Examples
    --------
    >>> note = Track(np.arange(1000) / 100 + 0.005, np.full(1000, 200.0), "Hz")
    >>> windows, spread = window_deviations(note, (Span(0, 10),), Settings())
    >>> windows[0], spread.tolist()
    (Span(start=0.0, end=5.0), [0.0, 0.0, 0.0])
    """
    if not ipus:
        return (), np.zeros(0)
    spoken = Track(f0.times, np.where(inside(f0.times, ipus), f0.values, np.nan), f0.unit)
    length, hop = settings.monotone_window_s, settings.monotone_hop_s
    first, last = ipus[0].start, ipus[-1].end
    starts = first + hop * np.arange(max(0, int((last - first - length) / hop + 1e-6)) + 1)
    windows, spread = [], []
    for start in starts.tolist():
        window = Span(start, min(start + length, last))
        values = spoken.within(window)
        values = values[np.isfinite(values)]
        if len(values) * f0.step >= settings.monotone_voiced_s:
            windows.append(window)
            low, high = np.quantile(st(values, 100.0), [0.1, 0.9])
            spread.append(float((high - low) / P90_P10))
    return tuple(windows), np.array(spread, dtype=np.float64)


def contour(f0: Track, points: int = 3000) -> dict[str, Any]:
    """The pitch contour for a drawing: semitones about its own median, at most ``points`` of them.

    Parameters
    ----------
    f0 : Track      Hz, NaN unvoiced
    points : int    most points wanted

    Returns
    -------
    dict
        ``start_s``, ``step_s`` [s]; ``reference_hz``: the median, None without voice; ``st``: semitones or None
        (unvoiced), each the median of the voiced frames that it stands for

    Examples
    --------
    >>> contour(Track(np.array([0.005, 0.015, 0.025, 0.035]), np.array([200.0, 200.0, np.nan, np.nan]), "Hz"), 2)
    {'start_s': 0.01, 'step_s': 0.02, 'reference_hz': 200.0, 'st': [0.0, None]}
    """
    if points < 1:
        raise ValueError(f"points is {points}, expected at least 1")
    step = f0.step if len(f0.times) > 1 else 0.01
    hop = max(1, -(-len(f0.values) // points))
    voiced = f0.values[np.isfinite(f0.values)]
    reference = float(np.median(voiced)) if len(voiced) else None
    padded = np.full(-(-len(f0.values) // hop) * hop, np.nan)
    padded[: len(f0.values)] = f0.values
    drawn: list[float | None] = []
    for group in padded.reshape(-1, hop):
        known = group[np.isfinite(group)]
        enough = reference is not None and 2 * len(known) >= hop
        drawn.append(round(float(st(np.median(known), reference or 1.0)), 2) + 0.0 if enough else None)
    return {
        "start_s": round(hop * step / 2, 6),
        "step_s": round(hop * step, 6),
        "reference_hz": None if reference is None else round(reference, 1),
        "st": drawn,
    }


def trimmed_sd(values: FloatArray) -> float:
    """Standard deviation of ``values`` without the outermost percent.

    Examples
    --------
    >>> trimmed_sd(np.array([1.0, -1.0] * 500 + [1000.0]))
    1.0
    """
    low, high = np.quantile(values, [TRIM / 2, 1 - TRIM / 2])
    return float(np.std(values[(values >= low) & (values <= high)]))


def _unit_ranges(f0: Track, ipus: Spans) -> list[tuple[float, Span]]:
    """Range of pitch (5th to 95th percentile, st) of every unit that has enough voice, narrowest first."""
    found = []
    for ipu in ipus:
        values = f0.within(ipu)
        values = values[np.isfinite(values)]
        if len(values) * f0.step >= STRETCH_VOICED:
            found.append((float(np.subtract(*np.quantile(st(values, 100.0), [0.95, 0.05]))), ipu))
    return sorted(found)


def _liveliest_and_flattest(f0: Track, ipus: Spans) -> tuple[Evidence, ...]:
    ranges = _unit_ranges(f0, ipus)
    if len(ranges) < 2:
        return ()
    (narrow, flat), (wide, lively) = ranges[0], ranges[-1]
    return (
        Evidence(lively.start, lively.end, "lively_stretch", {"range": round(wide, 1)}),
        Evidence(flat.start, flat.end, "flat_stretch", {"range": round(narrow, 1)}),
    )


def _high(f0: Track, ipus: Spans, neutral_hz: float) -> tuple[Evidence, ...]:
    """The highest units, if they lie far above the neutral voice."""
    found = []
    for ipu in ipus:
        values = f0.within(ipu)
        values = values[np.isfinite(values)]
        if len(values) * f0.step >= STRETCH_VOICED:
            found.append((float(st(np.median(values), neutral_hz)), ipu))
    high = sorted((pair for pair in found if pair[0] > HIGH_ST), reverse=True)[:MOMENTS]
    return tuple(Evidence(ipu.start, ipu.end, "voice_high", {"above": round(above, 1)}) for above, ipu in high)
