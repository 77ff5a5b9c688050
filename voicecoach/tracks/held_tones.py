"""Tones held longer than a voice holds any: music on hold, and the tones of a telephone exchange.

A voice's harmonics glide with every syllable; those of an instrument stand still for a beat or more. So a line is
looked for that stays in one place of the spectrum for more than half a second and is no harmonic of the speaker's own
pitch. A line that stands for most of the recording is a hum or a fan and does not count.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, Span, Spans, Track, inside, merged, total
from voicecoach.tracks.spectrogram import frame_times, power_spectra

WINDOW_S, STEP_S = 0.128, 0.064  # s; lines 31 Hz wide: notes of a chord lie further apart from 500 Hz on (C)
BAND = (250.0, 3400.0)  # Hz; what a telephone passes, above the mains' strong harmonics
HELD_FRAMES = 9  # a line stands still over 0.58 s; the longest syllables of read Mandarin last 0.35 s, and glide (M)
STANDS_OUT_DB = 5.0  # over the mean of 200 Hz around it, in each of those frames (M)
AROUND_BINS = 25
SAME_HZ = 12.0  # this near to a harmonic of the voice, a line is the voice's
ALWAYS = 0.5  # a line held for a greater share of some four minutes is no music
CHORD = 3  # lines at a time: beside speech, fewer can be a vowel that was held (M: benchmarks/company_accuracy.py)
PURE = 0.5  # share of the power that held lines have: where nobody speaks, one line is enough then
WEAKEST_DB = -30.0  # power of the lines re that of speech: softer music moves no measure of the voice
RUN_S = 0.2  # s; shorter moments do not count
LEAST_S, WITHIN_S = 2.0, 15.0  # s of such moments within so many (M)
TONE_HZ = (435.0, 465.0)  # Hz; 450 Hz is dial, ringing and busy tone of mainland China (ITU-T E.180 Supplement 2)
TONE_PURE = 0.9  # share of the power in that band
TONE_RUN_S = 0.25  # s; the busy tone sounds for 0.35 s at a time (the same source)
TONE_LEAST_S = 0.8  # s in all
MARGINS = (0.1, 0.3)  # s before and after speech that may still be speech

Mask = npt.NDArray[np.bool_]


def held_tones(wave: npt.NDArray[np.float32], sr: int, f0: Track, ipus: Spans) -> Spans:
    """Where music or a telephone tone sounds, alone or under speech.

    Parameters
    ----------
    wave : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                 Hz, at least 8000
    f0 : Track                               Hz, NaN unvoiced
    ipus : tuple of Span                     where speech is, s

    Returns
    -------
    tuple of Span    s; empty where less than 2 s of it is found within 15 s (0.8 s of a telephone tone)

    Notes
    -----
    Drums, song and speech-like instruments are not found; nor is music more than some 20 dB below speech.

    References
    ----------
    FitzGerald (2010), Harmonic/percussive separation using median filtering, DAFx: held sounds are horizontal lines.
    ITU-T E.180 Supplement 2 (2003), Various tones used in national networks.

    Examples
    --------
    Five seconds of a chord between silences:

    >>> t = np.arange(80000) / 16000
    >>> chord = sum(np.sin(2 * np.pi * hz * t) for hz in (523.25, 659.25, 784.0)).astype(np.float32)
    >>> silence = Track(np.arange(1000) / 100, np.full(1000, np.nan), "Hz")
    >>> [span] = held_tones(np.concatenate([0 * chord, chord, 0 * chord]), 16000, silence, ())
    >>> round(span.start), round(span.end)
    (5, 10)
    """
    count = len(wave) // round(STEP_S * sr)
    times = frame_times(count, STEP_S)
    speech = inside(times, ipus)
    beside = ~inside(times, merged(Span(a - MARGINS[0], b + MARGINS[1]) for a, b in ipus))
    voice = _pitch_at(times, f0)
    power, lines, line_power, tone_power = (np.zeros(count) for _ in range(4))
    for first, spectra in power_spectra(wave, sr, WINDOW_S, STEP_S):
        here = slice(first, first + len(spectra))
        bins = np.linspace(0, sr / 2, spectra.shape[1])
        band = (bins >= BAND[0]) & (bins <= BAND[1])
        spectra, bins = spectra[:, band], bins[band]
        held = _held(spectra) & ~_harmonic(bins, voice[here])
        power[here] = spectra.sum(axis=1)
        lines[here] = held.sum(axis=1)
        line_power[here] = (spectra * _widened(held)).sum(axis=1)
        tone_power[here] = spectra[:, (bins >= TONE_HZ[0]) & (bins <= TONE_HZ[1])].sum(axis=1)
    loud = 10 ** (WEAKEST_DB / 10) * (power[speech].mean() if speech.any() else power.mean() if count else 0.0)
    music = (line_power > loud) & ((lines >= CHORD) | (beside & (lines > 0) & (line_power > PURE * power)))
    tone = beside & (tone_power > loud) & (tone_power > TONE_PURE * power)
    found = _enough(_runs(music, RUN_S))
    tones = _runs(tone, TONE_RUN_S)
    return merged([*found, *(tones if total(tones) >= TONE_LEAST_S else ())], gap=1.0)


def _held(spectra: npt.NDArray[np.float32]) -> Mask:
    """Peaks of the spectrum that stand out over the whole time of a hold, those of a hum left out."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    level = 10 * np.log10(spectra + np.float32(1e-12))
    over = minimum_filter1d(level - uniform_filter1d(level, AROUND_BINS, axis=1, mode="nearest"), HELD_FRAMES, axis=0)
    peaks = over > STANDS_OUT_DB
    peaks[:, 1:-1] &= (over[:, 1:-1] >= over[:, :-2]) & (over[:, 1:-1] >= over[:, 2:])
    always = np.convolve(peaks.mean(axis=0) > ALWAYS, np.ones(3), "same") > 0
    return np.asarray(peaks & ~always)


def _harmonic(bins: FloatArray, voice: FloatArray) -> Mask:
    """Which places are harmonics of the voice, frame by frame, shape (frames, bins)."""
    pitch = np.where(np.isfinite(voice), voice, 1e6)[:, None]  # a harmonic of it lies beyond every place
    nearest = np.maximum(np.round(bins / pitch), 1)
    return np.asarray(np.abs(bins - nearest * pitch) < SAME_HZ)


def _pitch_at(times: FloatArray, f0: Track) -> FloatArray:
    """Pitch at each time, Hz; NaN where there is none."""
    if not len(f0.times):
        return np.full(len(times), np.nan)
    near = np.clip(np.searchsorted(f0.times, times), 0, len(f0.times) - 1)
    return np.asarray(f0.values[near])


def _widened(held: Mask) -> Mask:
    """Each line with the two bins beside it that its main lobe covers."""
    wide: Any = held.copy()
    for by in (1, 2):
        wide[:, by:] |= held[:, :-by]
        wide[:, :-by] |= held[:, by:]
    return np.asarray(wide)


def _runs(mask: Mask, shortest: float) -> Spans:
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    runs = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
    spans = (Span(float(first) * STEP_S, float(last) * STEP_S) for first, last in runs)
    return tuple(span for span in spans if span.duration >= shortest - 1e-9)


def _enough(runs: Spans) -> Spans:
    """The runs that have company: together LEAST_S within WITHIN_S.

    Examples
    --------
    >>> _enough((Span(0, 1.5), Span(3, 4), Span(60, 61)))
    (Span(start=0, end=1.5), Span(start=3, end=4))
    """
    kept = []
    for run in runs:
        near = [other for other in runs if abs(other.start - run.start) <= WITHIN_S / 2]
        if total(near) >= LEAST_S:
            kept.append(run)
    return tuple(kept)
