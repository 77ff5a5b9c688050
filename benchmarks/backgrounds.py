"""Lines, rooms and noises, made up and real, that the benchmarks put recordings through."""

import re
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import numpy as np

from voicecoach.active_level import active_level
from voicecoach.manipulation import add_noise, reverberate, telephone
from voicecoach.recording import load
from voicecoach.tracks.resampled import at_rate

REAL = ("rain", "sea_waves", "clock_tick", "helicopter", "chainsaw", "fire_crackling", "dog_bark", "rooster")
FORM = re.compile(r"([a-z_]+?)([\d.]*)")
Samples = np.ndarray


def changed(samples: Samples, sr: int, condition: str, data: Path, seed: int = 1) -> tuple[Samples, int]:
    """Samples and rate under a condition, clipped at full scale.

    ``clean``, ``telephone`` (8 kHz A-law), ``reverb0.5`` (s), a noise and its dB below the speech: ``snr10`` or
    ``pink10``, ``white10``, ``babble10``, or one of ``REAL`` (``rain10``), recorded in noise_esc10. Several with +.
    """
    for part in condition.split("+"):
        name, number = FORM.fullmatch(part).groups()
        if name == "telephone":
            samples, sr = telephone(samples, sr)
        elif name == "reverb":
            samples = reverberate(samples, sr, float(number), seed)
        elif name in REAL:
            noise = recorded(data, name, sr, len(samples), seed)
            samples = samples + noise * 10 ** ((active_level(samples, sr)[0] - float(number)) / 20)
        elif name != "clean":
            samples = add_noise(samples, sr, float(number), {"snr": "pink"}.get(name, name), seed)
    return np.clip(samples, -1, 1), sr


def recorded(data: Path, name: str, sr: int, count: int, seed: int) -> Samples:
    """``count`` samples of one of the recordings of this noise, from anywhere in it on, again and again; rms 1."""
    paths = sorted((data / "noise_esc10").glob(f"*_{name.capitalize()}/*"))
    random = np.random.default_rng(seed)
    found = load(paths[int(random.integers(len(paths)))])
    noise = at_rate(found.samples, found.sr, sr).astype(float)
    noise = np.tile(np.roll(noise, int(random.integers(len(noise)))), count // len(noise) + 1)[:count]
    return noise / np.sqrt(np.mean(noise**2))


def seed_of(path: Path) -> int:
    """A number of its own for each recording, the same in every run."""
    return crc32(path.stem.encode())


def turns(names: tuple[str, ...], count: int) -> Callable[[int], list[str]]:
    """For the k-th recording ``count`` of the conditions, so that in turn all recordings meet all of them.

    >>> [turns(("a", "b", "c"), 2)(k) for k in range(3)]
    [['a', 'b'], ['c', 'a'], ['b', 'c']]
    """
    return lambda k: [names[(count * k + j) % len(names)] for j in range(count)]
