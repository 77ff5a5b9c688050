"""Signals whose active speech level the ITU's own program has told: noise that comes and goes as syllables do."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib.resources import files
from itertools import product

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

Signal = npt.NDArray[np.int16]


@cache
def told() -> Mapping[str, Mapping[str, float]]:
    """What the program says, by the name of the signal: ``level`` [dBov] and ``activity`` [%].

    The file's head names the program and the command that asked it. It holds sample calls too, whose recipes stand
    in tests/test_active_level.py.
    """
    text = files("voicecoach.validation").joinpath("active_level_sv56.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def made_signals() -> Iterator[tuple[str, int, Callable[[], Signal]]]:
    """Name, sampling rate, and how it is made."""
    for sr, db in product((8000, 16000, 24000, 32000, 48000), (6, 0, -12, -24, -36, -48)):
        yield f"talk {sr} {db:+d} dB", sr, partial(made, sr, 12.0, 2 / 3, None, db)
    for share, over in product((0.1, 0.3, 0.5, 0.8, 1.0), (60, 20, 10, 5)):
        yield f"talk share {share} noise {over}", 16000, partial(made, 16000, 20.0, share, over, -6)


def made(sr: int, seconds: float, share: float, over: float | None, db: float) -> Signal:
    """Talk that speaks a ``share`` of the time, with noise ``over`` dB below it if given, then moved by ``db``."""
    x = talk(sr, seconds, seed=sr, share=share)
    return quantised(x * 10 ** (db / 20) if over is None else with_noise(x, sr, over, db))


def talk(sr: int, seconds: float, seed: int = 0, share: float = 2 / 3) -> FloatArray:
    """Noise that comes and goes at the rate of syllables, with gaps: speech as far as a level meter knows.

    Examples
    --------
    >>> x = talk(8000, 10.0, share=0.5)
    >>> len(x), bool(0.2 < np.mean(x != 0) < 0.3)  # half of the time spoken, half of that loud
    (80000, True)
    """
    random = np.random.default_rng(seed)
    t = np.arange(round(seconds * sr)) / sr
    spoken = np.sin(2 * np.pi * 0.3 * t) > np.cos(np.pi * share)
    return np.asarray(0.3 * np.maximum(0, np.sin(2 * np.pi * 4 * t)) * spoken * random.standard_normal(len(t)))


def with_noise(x: FloatArray, sr: int, over: float, db: float) -> FloatArray:
    """Plus white noise that lies ``over`` dB below the mean power of ``x``; then moved by ``db``."""
    noise = np.random.default_rng(sr).standard_normal(len(x))
    return np.asarray((x + noise * np.sqrt(np.mean(x**2)) * 10 ** (-over / 20)) * 10 ** (db / 20))


def quantised(x: FloatArray) -> Signal:
    """As 16-bit samples.

    Examples
    --------
    >>> quantised(np.array([0.5, 2.0, -2.0])).tolist()
    [16384, 32767, -32768]
    """
    return np.asarray(np.clip(np.round(x * 32768), -32768, 32767), np.int16)
