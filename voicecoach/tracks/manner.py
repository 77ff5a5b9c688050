"""How the voice is used, in a few figures: pitch, its movement, level dynamics, brightness, openness.

They are what the tone index is made of. Each is a mean (or a standard deviation) over voiced frames, so that two
seconds have a value as well as an hour has; sums are kept by stretch of speech, so that its error can be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from voicecoach.timeline import FloatArray, Span, Spans, Track, inside
from voicecoach.tracks.envelopes import Envelopes
from voicecoach.tracks.formants import Formants
from voicecoach.tracks.ltas import FLOOR, Ltas

BAND = (300.0, 1000.0, 2000.0, 3400.0)  # Hz; edges of the bands compared, inside the telephone's
STRETCH_S = 3.0  # s; longer units of speech are cut
JUMP_ST = 3.0  # st within 10 ms; more is a tracking error
RANGE_DB = 25.0  # frames weaker than the strong ones by more are left out of the level's spread
OCTAVE_REF = 100.0  # Hz; zero of the semitones
NOISE_LEFT = 0.1  # of a frame's power that stays, whatever the noise

COLUMNS = ("f0", "f0_square", "steps", "level", "level_square", "alpha", "hammarberg", "centroid", "f1", "f4")


@dataclass(frozen=True)
class Manner:
    """Sums over the frames of each stretch of speech.

    Attributes
    ----------
    spans : tuple of Span                            where each stretch is, s
    sums, counts : ndarray, shape (stretches, 10)    by ``COLUMNS``
    """

    spans: Spans
    sums: FloatArray
    counts: FloatArray

    def figures(self) -> Mapping[str, float]:
        """The figures of the whole recording, as in :meth:`drawn`; those that cannot be had are left out."""
        every = self.drawn(np.ones((1, len(self.sums))))
        return {name: float(values[0]) for name, values in every.items() if np.isfinite(values[0])}

    def drawn(self, often: FloatArray) -> dict[str, FloatArray]:
        """The figures when each stretch counts ``often`` times.

        Parameters
        ----------
        often : ndarray, shape (draws, stretches)

        Returns
        -------
        dict of ndarray, shape (draws,)    NaN where there is nothing to measure
            ``f0_mean`` st re 100 Hz; ``f0_sd`` st; ``f0_speed`` st/s, mean size of the pitch movement; ``level_sd``
            dB; ``alpha`` dB, level of 1000-3400 over 300-1000 Hz; ``hammarberg`` dB, strongest point of 300-2000 over
            that of 2000-3400 Hz; ``centroid``, ln of the mean frequency of 300-3400 Hz; ``f1``, ``f4``, ln Hz

        Examples
        --------
        >>> two = Manner((Span(0, 1), Span(2, 3)), np.array([[10.0] * 10, [30.0] * 10]), np.full((2, 10), 10.0))
        >>> two.drawn(np.array([[1.0, 1.0], [0.0, 1.0]]))["alpha"].tolist()
        [2.0, 3.0]
        """
        counts = often @ self.counts
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = dict(zip(COLUMNS, (often @ self.sums / np.where(counts > 0, counts, np.nan)).T, strict=True))
        return {
            "f0_mean": mean["f0"],
            "f0_sd": np.sqrt(np.maximum(mean["f0_square"] - mean["f0"] ** 2, 0.0)),
            "f0_speed": mean["steps"],
            "level_sd": np.sqrt(np.maximum(mean["level_square"] - mean["level"] ** 2, 0.0)),
            "alpha": mean["alpha"],
            "hammarberg": mean["hammarberg"],
            "centroid": mean["centroid"],
            "f1": mean["f1"],
            "f4": mean["f4"],
        }


def manner(
    f0: Track, ipus: Spans, intensity: Track, envelopes: Envelopes, formants: Formants, ltas: Ltas, telephone: bool
) -> Manner:
    """The figures of a recording.

    Parameters
    ----------
    f0 : Track                 Hz, NaN unvoiced
    ipus : tuple of Span       s
    intensity : Track          dB
    envelopes : Envelopes      of voiced frames; what is left of them when the noise of the pauses is taken out
    formants : Formants
    ltas : Ltas                for its noise
    telephone : bool           formants are then left out: the band's edge passes for one

    Returns
    -------
    Manner

    References
    ----------
    Eyben et al. (2016), GeMAPS, IEEE Transactions on Affective Computing 7:190-202 (alpha ratio, Hammarberg index);
    Traunmüller & Eriksson (2000), JASA 107:3438-3451 (effort: f0, F1, spectral emphasis).
    """
    steps = np.abs(np.diff(12 * np.log2(f0.values), append=np.nan)) / 0.01
    steps[~(steps < JUMP_ST / 0.01)] = np.nan
    semitones = 12 * np.log2(f0.values / OCTAVE_REF)
    level = np.interp(f0.times, intensity.times, intensity.values) if len(intensity.times) else np.zeros(len(f0.times))
    heard = np.isfinite(f0.values) & inside(f0.times, ipus)
    if heard.any():
        level = np.where(level > np.quantile(level[heard], 0.95) - RANGE_DB, level, np.nan)
    level = level - (np.nanmean(level[heard]) if heard.any() else 0.0)  # keeps the squares small
    semitones, steps, level = (np.where(heard, x, np.nan) for x in (semitones, steps, level))
    bright = _brightness(envelopes, ltas)
    f1_f4 = np.log(formants.hz[:, [0, 3]])
    if telephone:
        f1_f4 = np.full_like(f1_f4, np.nan)
    tracks = [(f0.times, x) for x in (semitones, semitones**2, steps, level, level**2)]
    tracks += [(envelopes.times, x) for x in bright]
    tracks += [(formants.times, x) for x in f1_f4.T]
    spans = _stretches(ipus)
    edges = np.array([span.start for span in spans])
    sums, counts = np.zeros((len(edges), len(COLUMNS))), np.zeros((len(edges), len(COLUMNS)))
    for column, (times, values) in enumerate(tracks):
        place = np.searchsorted(edges, times, side="right") - 1
        good = np.isfinite(values) & (place >= 0)
        sums[:, column] = np.bincount(place[good], values[good], minlength=len(edges))[: len(edges)]
        counts[:, column] = np.bincount(place[good], minlength=len(edges))[: len(edges)]
    used = counts[:, 0] > 0
    return Manner(tuple(span for span, voiced in zip(spans, used, strict=True) if voiced), sums[used], counts[used])


def _stretches(ipus: Spans) -> Spans:
    """Units of speech, cut to equal pieces of at most 3 s."""
    return tuple(
        Span(ipu.start + k * ipu.duration / pieces, ipu.start + (k + 1) * ipu.duration / pieces)
        for ipu in ipus
        for pieces in [max(1, int(np.ceil(ipu.duration / STRETCH_S - 1e-6)))]
        for k in range(pieces)
    )


def _brightness(envelopes: Envelopes, ltas: Ltas) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Alpha ratio (dB), Hammarberg index (dB) and ln of the centroid of each envelope, within 300-3400 Hz."""
    frequencies = envelopes.frequencies
    power = np.exp(envelopes.log_power.astype(np.float64))
    if len(ltas.noise_db) > 1:
        bins = 2 * (len(ltas.frequencies) - 1)  # ltas bins sum to the mean square, envelopes are a density per sample
        noise = np.maximum(np.interp(frequencies, ltas.frequencies, 10 ** (ltas.noise_db / 10)) - FLOOR, 0.0) * bins / 2
        power = np.maximum(power - noise, NOISE_LEFT * power)
    low, middle, high, top = BAND
    a, b, c = ((frequencies >= f) & (frequencies < g) for f, g in ((low, middle), (middle, top), (high, top)))
    ab = a | b
    alpha = 10 * np.log10(power[:, b].sum(axis=1) / power[:, a].sum(axis=1))
    hammarberg = 10 * np.log10(power[:, ab & ~c].max(axis=1) / power[:, c].max(axis=1))
    centroid = np.log((power[:, ab] * frequencies[ab]).sum(axis=1) / power[:, ab].sum(axis=1))
    return alpha, hammarberg, centroid
