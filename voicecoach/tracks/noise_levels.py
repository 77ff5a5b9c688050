"""How far speech stands over a noise that fluctuates as voices do, from how often each level occurs."""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

WIDTH = 4  # frames of 10 ms whose mean power is one level
RATIOS = np.arange(-3.0, 32.0)  # dB, speech over noise
SWAYS = np.arange(0.25, 5.5, 0.5)  # dB, standard deviation of the noise's level
SHARES = np.array([0.0, 0.03, 0.08, 0.15, 0.25, 0.4, 0.6])  # of the levels that are noise alone
BINS = np.arange(-40.0, 12.01, 0.5)  # dB re the mean power in speech
OF_NOISE = 20  # quantiles that stand for the noise's levels
BLUR = np.array([0.25, 0.5, 0.25])  # over bins: quantiles are points
SELDOM = 1e-3  # density of levels that nothing explains
INDEPENDENT = 0.05  # of the frames: levels of 40 ms overlap, and a syllable is one level more than five (M)
OFFSET_DB = -0.8  # what it reads too little: in babble of 4 and 8 voices, 5-25 dB (M: benchmarks/fit_noise.py)
ERROR_DB, ERROR_PER_DB = 0.8, 0.05  # its error at 5 dB, and what every dB more adds: speech differs by speaker (M)


def ratio_by_levels(levels: FloatArray, sway: tuple[float, float] | None, narrow: bool) -> tuple[float, float]:
    """Ratio of speech to noise that makes the levels of a recording as frequent as they are.

    The model: power is that of speech plus that of noise. Levels of speech alone lie about its mean power as
    ``noise.toml`` has it; those of the noise are normal in dB. The ratio, how much the noise sways and how much of
    the time it is alone are unknown; the answer is the mean of the ratio over all of them, each as likely as it
    makes the levels.

    Parameters
    ----------
    levels : ndarray, shape (n,)        dB re the mean power in speech: of 40 ms, every 10 ms, in and near speech
    sway : (value, error) or None       dB: standard deviation of the noise's level where it was heard alone
    narrow : bool                       only the telephone band is heard

    Returns
    -------
    ratio, sd : float       dB

    References
    ----------
    The idea is that of C. Kim & R. Stern (2008), Robust signal-to-noise ratio estimation based on waveform amplitude
    distribution analysis, Interspeech; there for samples and a noise that is normal and steady.

    Examples
    --------
    Speech as the file has it, 10 dB over a noise that sways by 2.5 dB:

    >>> random = np.random.default_rng(0)
    >>> speech = 10 ** (np.repeat(spoken_levels(False), 50) / 10)
    >>> noise = 10 ** (random.normal(0, 2.5, len(speech)) / 10)
    >>> heard = 10 * speech / speech.mean() + noise / noise.mean()
    >>> ratio, sd = ratio_by_levels(10 * np.log10(heard / heard.mean()), None, narrow=False)
    >>> bool(abs(ratio + OFFSET_DB - 10) < 1), round(sd)
    (True, 1)
    """
    counts = np.histogram(levels, BINS)[0]
    likely = INDEPENDENT * (_densities(narrow) @ counts)
    if sway is not None:
        likely = likely - 0.5 * ((SWAYS - sway[0]) / sway[1])[None, :, None] ** 2
    weight = np.exp(likely - likely.max()).sum(axis=(1, 2))
    weight /= weight.sum()
    ratio = float(weight @ RATIOS)
    spread = float(np.sqrt(weight @ (RATIOS - ratio) ** 2))
    ratio -= OFFSET_DB
    return ratio, float(np.hypot(0.5 * spread, ERROR_DB + ERROR_PER_DB * max(0.0, ratio - 5)))


@cache
def spoken_levels(narrow: bool) -> FloatArray:
    """Quantiles of the level of speech alone, dB about its mean power, softest first (``noise.toml``).

    Examples
    --------
    >>> bool((np.diff(spoken_levels(True)) > 0).all())
    True
    """
    known = tomllib.loads(files("voicecoach.tracks").joinpath("noise.toml").read_text(encoding="utf-8"))
    return np.array(known["narrow" if narrow else "wide"], np.float64)


@cache
def _densities(narrow: bool) -> npt.NDArray[np.float64]:
    """Log of how often each level occurs; shape (ratios, sways, shares, bins)."""
    from scipy.stats import norm

    speech = 10 ** (spoken_levels(narrow) / 10)
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
