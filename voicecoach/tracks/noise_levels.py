"""How far speech stands over a noise that fluctuates as voices do, from how often each level occurs, band by band."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray
from voicecoach.tracks.spectrogram import n_frames, power_spectra

EDGES_HZ = (100, 250, 450, 700, 1000, 1400, 2000, 2800, 3600, 5000, 7500)  # some 2 Bark each
TELEPHONE_HZ = (250, 3600)  # the bands of a line
FRAME_S, SPECTRUM_S = 0.01, 0.025
WIDTH = 4  # frames of 10 ms whose mean power is one level
RATIOS = np.arange(-10.0, 42.0, 2.0)  # dB, speech over noise in one band
SWAYS = np.arange(1.0, 6.5)  # dB, standard deviation of the noise's level
SHARES = np.array([0.0, 0.03, 0.08, 0.15, 0.25, 0.4, 0.6])  # of the levels that are noise alone
BINS = np.arange(-45.0, 15.01, 0.5)  # dB re the mean power in speech
OF_NOISE = 20  # quantiles that stand for the noise's levels
BLUR = np.array([0.25, 0.5, 0.25])  # over bins: quantiles are points
SELDOM = 1e-3  # density of levels that nothing explains
INDEPENDENT = 0.05  # of the frames: levels of 40 ms overlap, and a syllable is one level more than five (M)
PIECE, SWAY_FRAMES, SWAY_ERROR = 5, 30, 0.3  # frames of a piece of noise; of pauses that tell its sway; error, dB
OFFSET_DB = (0.0, 0.8)  # what it reads too little at 5 and at 25 dB (M: benchmarks/fit_noise.py --check)
ERROR_DB, ERROR_DB_S = 0.8, 8.0  # its error, and what a second of speech adds: 12 s add 0.7 dB, 3 s 2.7 (M)


def band_powers(samples: npt.NDArray[Any], sr: int, times: FloatArray) -> FloatArray:
    """Power of each band at the frames around ``times``, mean square; shape (times, bands that the rate holds).

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 800 * np.arange(8000) / 8000)
    >>> band_powers(tone, 8000, np.array([0.505])).round(4).tolist()
    [[0.0, 0.0, 0.0, 0.005, 0.0, 0.0, 0.0, 0.0]]
    """
    edges = [hz for hz in EDGES_HZ if hz <= sr / 2]
    found = np.zeros((n_frames(len(samples), sr, FRAME_S), max(0, len(edges) - 1)))
    for first, power in power_spectra(np.asarray(samples, np.float32), sr, SPECTRUM_S, FRAME_S):
        cuts = np.round(np.array(edges) * 2 * (power.shape[1] - 1) / sr).astype(int)
        for k in range(found.shape[1]):
            found[first : first + len(power), k] = power[:, cuts[k] : cuts[k + 1]].sum(axis=1)
    if len(found) == 0:
        return np.zeros((len(times), 0))
    return np.asarray(found[np.minimum((times / FRAME_S).astype(int), len(found) - 1)])


def ratio_by_levels(
    bands: FloatArray, speech: npt.NDArray[np.bool_], heard: npt.NDArray[np.bool_], noise: npt.NDArray[np.bool_],
    narrow: bool,
) -> tuple[float, float] | None:  # fmt: skip
    """Ratio of speech to noise that makes the levels in each band as frequent as they are.

    The model of a band: power is that of speech plus that of noise. Levels of speech alone lie about its mean power
    as ``noise.toml`` has it; those of the noise are normal in dB. The ratio, how much the noise sways and how much
    of the time it is alone are unknown; the noise is the mean over all of them, each as likely as it makes the
    levels. Speech is never in all bands at once: a band shows the noise while a word sounds in others.

    Parameters
    ----------
    bands : ndarray, shape (n, bands)               mean square every 10 ms (:func:`band_powers`)
    speech, heard, noise : ndarray of bool, (n,)    in speech; in and near it; between it
    narrow : bool                                   only the telephone band is asked for

    Returns
    -------
    ratio, error : float       dB; None without power in any band

    References
    ----------
    The idea is that of C. Kim & R. Stern (2008), Robust signal-to-noise ratio estimation based on waveform amplitude
    distribution analysis, Interspeech; there for samples and a noise that is normal and steady.

    Examples
    --------
    Speech as the file has it in every band, 10 dB over a noise that sways by 2.5 dB:

    >>> random = np.random.default_rng(0)
    >>> rows = [random.permutation(np.tile(row, 10)) for row in spoken_levels()]
    >>> spoken = np.repeat(10 ** (np.stack(rows, axis=1) / 10), 50, axis=0)
    >>> noise = np.repeat(10 ** (random.normal(0, 2.5, (800, 10)) / 10), 25, axis=0)
    >>> everywhere = np.ones(len(noise), bool)
    >>> heard = 10 * spoken / spoken.mean(axis=0) + noise / noise.mean(axis=0)
    >>> ratio, error = ratio_by_levels(heard, everywhere, everywhere, ~everywhere, narrow=False)
    >>> bool(abs(ratio - 10) < 1)
    True
    """
    smooth = np.apply_along_axis(lambda column: np.convolve(column, np.full(WIDTH, 1 / WIDTH), "same"), 0, bands)
    level = bands[speech].mean(axis=0)
    kept = [k for k in range(bands.shape[1]) if level[k] > 0 and (not narrow or _of_telephone(k))]
    if not kept:
        return None
    below = []
    for k in kept:
        shown = 10 * np.log10(np.maximum(smooth[heard, k] / level[k], 1e-8))
        counts = np.histogram(np.clip(shown, BINS[0], BINS[-1]), BINS)[0]
        below.append(_noise_share(counts, _sway(bands[noise, k]), k))
    seconds = np.count_nonzero(speech) * FRAME_S
    found = float(level[kept] @ np.array(below))
    ratio = float(10 * np.log10(max(level[kept].sum() - found, 1e-3 * found) / found))
    return ratio + float(np.interp(ratio, (5, 25), OFFSET_DB)), float(np.hypot(ERROR_DB, ERROR_DB_S / seconds))


def _of_telephone(band: int) -> bool:
    return TELEPHONE_HZ[0] <= EDGES_HZ[band] and EDGES_HZ[band + 1] <= TELEPHONE_HZ[1]


def _noise_share(counts: npt.NDArray[Any], sway: tuple[float, float] | None, band: int) -> float:
    """Power of the noise in a band as a share of all there is in speech."""
    likely = INDEPENDENT * (_densities(band) @ counts)
    if sway is not None:
        likely = likely - 0.5 * ((SWAYS - sway[0]) / sway[1])[None, :, None] ** 2
    weight = np.exp(likely - likely.max()).sum(axis=(1, 2))
    return float(weight @ (1 / (1 + 10 ** (RATIOS / 10))) / weight.sum())


def _sway(noise: FloatArray) -> tuple[float, float] | None:
    """Standard deviation of the level of 50 ms pieces where the noise is heard alone, and its error, dB."""
    if len(noise) < SWAY_FRAMES:
        return None
    pieces = noise[: len(noise) // PIECE * PIECE].reshape(-1, PIECE).mean(axis=1)
    found = float(np.std(10 * np.log10(np.maximum(pieces, 1e-14))))
    return found, SWAY_ERROR + 2 * found / float(np.sqrt(len(pieces)))


@cache
def spoken_levels() -> FloatArray:
    """Quantiles of the level of speech alone in each band, dB about its mean power, softest first (``noise.toml``).

    Examples
    --------
    >>> spoken_levels().shape, bool((np.diff(spoken_levels()) > 0).all())
    ((10, 40), True)
    """
    text = files("voicecoach.tracks").joinpath("noise.toml").read_text(encoding="utf-8")
    return np.array(tomllib.loads(text)["levels"], np.float64)


@cache
def _densities(band: int) -> FloatArray:
    """Log of how often each level occurs; shape (ratios, sways, shares, bins)."""
    from scipy.stats import norm

    speech = 10 ** (spoken_levels()[band] / 10)
    speech /= speech.mean()
    normal = norm.ppf((np.arange(OF_NOISE) + 0.5) / OF_NOISE)
    both, alone = (np.empty((len(RATIOS), len(SWAYS), 1, len(BINS) - 1)) for _ in range(2))
    for i, ratio in enumerate(10 ** (RATIOS / 10)):
        for j, sway in enumerate(SWAYS):
            noise = 10 ** (normal * sway / 10)
            noise /= noise.mean() * (1 + ratio)  # the sum of both has mean power one
            both[i, j, 0] = _density(speech[:, None] * ratio / (1 + ratio) + noise)
            alone[i, j, 0] = _density(noise)
    share = SHARES[:, None]
    return np.asarray(np.log((1 - share) * both + share * alone + SELDOM), np.float64)


def _density(power: FloatArray) -> FloatArray:
    counts = np.histogram(10 * np.log10(power.ravel()), BINS)[0]
    return np.asarray(np.convolve(counts / power.size, BLUR, "same"), np.float64)
