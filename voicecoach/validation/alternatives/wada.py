"""Speech-to-noise ratio from the distribution of amplitudes alone: WADA, written from its paper."""

from functools import cache

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

SHAPE = 0.4  # of the gamma distribution that the amplitudes of clean speech are taken to have
DRAWS = 200_000
RANGE_DB = np.arange(-10.0, 51.0)
SEED = 0


def ratio_db(samples: npt.NDArray[np.float32]) -> float | None:
    """Mean power of speech over that of noise [dB], both over the whole recording, -10 to 50; None for silence.

    G = ln E|z| - E ln|z| grows with the ratio if speech is gamma-distributed and noise is Gaussian; what it is at
    each ratio is drawn once (the paper prints a table).

    References
    ----------
    Kim, C. & Stern, R. M. (2008). Robust signal-to-noise ratio estimation based on waveform amplitude distribution
    analysis. Interspeech, 2598-2601.

    Examples
    --------
    >>> noise = np.random.default_rng(1).standard_normal(50_000)
    >>> ratio_db(noise.astype(np.float32)) < -5
    True
    """
    magnitude = np.abs(samples.astype(np.float64))
    magnitude = magnitude[magnitude > 0]
    if not len(magnitude):
        return None
    return float(np.interp(_spread(magnitude), expected(), RANGE_DB))


@cache
def expected() -> FloatArray:
    """G at every ratio of :data:`RANGE_DB`, increasing."""
    random = np.random.default_rng(SEED)
    speech = random.gamma(SHAPE, size=DRAWS) * random.choice([-1.0, 1.0], size=DRAWS)
    noise = random.standard_normal(DRAWS)
    speech /= np.sqrt(np.mean(speech**2))
    noise /= np.sqrt(np.mean(noise**2))
    found = [_spread(np.abs(speech + noise * 10 ** (-db / 20))) for db in RANGE_DB]
    return np.asarray(np.maximum.accumulate(found), np.float64)


def _spread(magnitude: FloatArray) -> float:
    return float(np.log(magnitude.mean()) - np.log(magnitude).mean())
