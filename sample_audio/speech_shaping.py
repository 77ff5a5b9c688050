"""Signal processing for the sample calls: trimming, levels, noise and reshaping of a voice.

Every function is pure: arrays in, arrays out, nothing remembered. Signals are mono float arrays with
full scale at 1.0; times are seconds; levels are dB relative to full scale (dBov).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]

SPEECH_BELOW_PEAK_DB = 45.0  # quieter than this below the loudest 5 ms is silence (Kokoro's own floor is -150 dB)


def short_time_level_db(x: Signal, sr: int, window_s: float = 0.005) -> Signal:
    """Level around every sample: mean power in a centred window, in dB, floored at -200 dB.

    >>> short_time_level_db(np.full(100, 0.1), 1000)[50].round(6).item()
    -20.0
    """
    n = max(1, round(window_s * sr))
    power = np.convolve(x**2, np.full(n, 1.0 / n), mode="same")
    return 10.0 * np.log10(np.maximum(power, 1e-20))


def speech_mask(x: Signal, sr: int, below_peak_db: float = SPEECH_BELOW_PEAK_DB) -> NDArray[np.bool_]:
    """Samples within `below_peak_db` of the loudest 5 ms."""
    level = short_time_level_db(x, sr)
    return level > level.max() - below_peak_db


def silent_runs(x: Signal, sr: int, shortest_s: float) -> list[tuple[int, int]]:
    """Silences inside the speech (never its ends) that last `shortest_s` or more, as sample spans.

    >>> x = np.concatenate([np.ones(500), np.zeros(400), np.ones(500)])
    >>> silent_runs(x, 1000, 0.3)
    [(502, 898)]
    """
    on = np.flatnonzero(speech_mask(x, sr))
    gap = np.flatnonzero(np.diff(on) >= shortest_s * sr)
    return [(int(on[i]) + 1, int(on[i + 1])) for i in gap]


def cap_silences(x: Signal, sr: int, longest_s: float) -> Signal:
    """Cut the middle out of every inner silence longer than `longest_s` (a voice's rests at commas)."""
    longest = round(longest_s * sr)
    keep = np.ones(len(x), dtype=bool)
    for start, end in silent_runs(x, sr, longest_s):
        keep[start + longest // 2 : end - (longest - longest // 2)] = False
    return x[keep]


def trim(x: Signal, sr: int, margin_s: float = 0.012) -> tuple[Signal, int, int]:
    """Cut leading and trailing silence, keeping a faded margin on both sides.

    Returns the cut signal and the sample span of the speech inside it.
    """
    on = np.flatnonzero(speech_mask(x, sr))
    first, last = int(on[0]), int(on[-1]) + 1
    margin = round(margin_s * sr)
    begin, end = max(0, first - margin), min(len(x), last + margin)
    y = x[begin:end].copy()
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(margin) + 0.5) / margin)
    y[:margin] *= ramp
    y[-margin:] *= ramp[::-1]
    return y, first - begin, last - begin


def active_level_dbov(x: Signal, sr: int) -> float:
    """Active speech level, ITU-T P.56 (12/2011) method B: 30 ms envelope, 200 ms hangover, 15.9 dB margin.

    A steady tone is active all the time, so its level is its RMS:

    >>> t = np.arange(32000) / 8000
    >>> round(active_level_dbov(0.1 * np.sqrt(2) * np.sin(2 * np.pi * 440 * t), 8000), 1)
    -20.0
    """
    from scipy.signal import lfilter

    g = np.exp(-1.0 / (0.03 * sr))
    envelope = lfilter([1 - g], [1, -g], lfilter([1 - g], [1, -g], np.abs(x)))
    hang = int(np.ceil(0.2 * sr))
    energy = float(np.sum(x**2))
    previous: tuple[float, float] | None = None
    for threshold in 2.0 ** np.arange(-15, 0):
        above = np.flatnonzero(envelope >= threshold)
        if not len(above):
            break
        # each sample above the threshold keeps the next 200 ms active
        steps = np.zeros(len(x) + hang + 1)
        np.add.at(steps, above, 1.0)
        np.add.at(steps, above + hang, -1.0)
        active = int(np.count_nonzero(np.cumsum(steps)[: len(x)] > 0.5))
        level = 10.0 * np.log10(energy / active)
        margin = level - 20.0 * np.log10(threshold)
        if margin <= 15.9:
            if previous is None:
                return float(level)
            share = (15.9 - previous[1]) / (margin - previous[1])
            return float(previous[0] + share * (level - previous[0]))
        previous = (float(level), float(margin))
    raise ValueError("no level crosses the P.56 margin: is the signal empty?")


def gain(db: float) -> float:
    """Amplitude factor of a level change.

    >>> gain(-20.0)
    0.1
    """
    return float(10.0 ** (db / 20.0))


def room_noise(n: int, sr: int, level_dbov: float, seed: int) -> Signal:
    """Steady pink noise, -3 dB per octave between 150 Hz and 4 kHz and falling outside, at an RMS level.

    >>> x = room_noise(16000, 16000, -40.0, seed=1)
    >>> round(float(10 * np.log10(np.mean(x**2))), 6)
    -40.0
    """
    f = np.maximum(np.fft.rfftfreq(n, 1.0 / sr), 1.0)
    shape = f**-0.5 / np.sqrt(1 + (150.0 / f) ** 4) / np.sqrt(1 + (f / 4000.0) ** 4)
    white = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    x = np.fft.irfft(white * shape, n)
    return np.asarray(x * gain(level_dbov) / np.sqrt(np.mean(x**2)))


def band_power_db(x: Signal, sr: int, low: float, high: float) -> float:
    """Mean power between two frequencies, in dB.

    >>> t = np.arange(8000) / 8000
    >>> round(band_power_db(0.1 * np.sqrt(2) * np.sin(2 * np.pi * 1000 * t), 8000, 300, 3400), 3)
    -20.0
    """
    f = np.fft.rfftfreq(len(x), 1.0 / sr)
    power = np.abs(np.fft.rfft(x)[(f >= low) & (f <= high)]) ** 2
    return float(10.0 * np.log10(2.0 * power.sum() / len(x) ** 2))


def voiced_f0(x: Signal, sr: int) -> Signal:
    """f0 in Hz of the voiced 10 ms frames: Praat autocorrelation, second pass fitted to the speaker's quartiles."""
    import parselmouth

    sound = parselmouth.Sound(x, sr)
    f0 = sound.to_pitch_ac(time_step=0.01, pitch_floor=60.0, pitch_ceiling=700.0).selected_array["frequency"]
    q1, q3 = np.percentile(f0[f0 > 0], [25, 75])
    f0 = sound.to_pitch_ac(time_step=0.01, pitch_floor=max(50.0, 0.75 * q1), pitch_ceiling=2.0 * q3).selected_array[
        "frequency"
    ]
    return np.asarray(f0[f0 > 0])


def f0_range_st(f0: Signal) -> float:
    """Semitones between the 5th and 95th percentile.

    >>> f0_range_st(np.array([100.0, 200.0])).__round__(1)
    10.8
    """
    low, high = np.percentile(12.0 * np.log2(f0), [5, 95])
    return float(high - low)


def reshape_voice(
    x: Signal, sr: int, median_hz: float, *, formant_factor: float, f0_shift_st: float, f0_range_factor: float
) -> Signal:
    """Move a voice's resonances and remap its f0, leaving duration alone.

    Formants move by playing the samples `formant_factor` times faster, as in Praat's "Change gender";
    PSOLA then restores the duration and sets f0. In semitones about the speaker's median m:
    f0' = m + f0_shift_st + f0_range_factor * (f0 - m).
    """
    import parselmouth
    from parselmouth.praat import call, run

    if (formant_factor, f0_shift_st, f0_range_factor) == (1.0, 0.0, 1.0):
        return x
    faster = parselmouth.Sound(x, sr * formant_factor)
    floor, ceiling = 0.5 * median_hz * formant_factor, 2.5 * median_hz * formant_factor
    manipulation = call(faster, "To Manipulation", 0.005, floor, ceiling)
    tier = call(manipulation, "Extract pitch tier")
    points = int(call(tier, "Get number of points"))
    times = [call(tier, "Get time from index", i) for i in range(1, points + 1)]
    f0 = [call(tier, "Get value at index", i) / formant_factor for i in range(1, points + 1)]
    new_tier = call("Create PitchTier", "f0", 0.0, faster.duration)
    for t, hz in zip(times, f0, strict=True):
        st = f0_shift_st + f0_range_factor * 12.0 * np.log2(hz / median_hz)
        call(new_tier, "Add point", t, float(median_hz * 2.0 ** (st / 12.0)))
    durations = call("Create DurationTier", "duration", 0.0, faster.duration)
    call(durations, "Add point", 0.0, formant_factor)
    call([new_tier, manipulation], "Replace pitch tier")
    call([durations, manipulation], "Replace duration tier")
    # Praat fills lengthened voiceless stretches with pieces drawn at random: the seed makes them the same every time
    run("random_initializeWithSeedUnsafelyButPredictably(1)")
    out = call(manipulation, "Get resynthesis (overlap-add)")
    run("random_initializeSafelyAndUnpredictably()")
    return np.asarray(call(out, "Resample", sr, 50).values[0]) if out.sampling_frequency != sr else out.values[0]
