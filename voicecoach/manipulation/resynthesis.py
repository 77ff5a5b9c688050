"""Changes of tempo and of pitch by Praat's overlap-add resynthesis (PSOLA, Moulines & Charpentier 1990)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray

Samples = npt.NDArray[Any]

PITCH_FLOOR, PITCH_CEILING = 75.0, 600.0  # Hz, where Praat looks for the periods it moves


def stretch(samples: Samples, sr: int, factor: float) -> FloatArray:
    """``factor`` times as long at the same pitch (Praat, "Lengthen (overlap-add)"); 0.8 is faster speech.

    Raises
    ------
    ValueError    factor outside 0.1-3
    """
    if not 0.1 <= factor <= 3:
        raise ValueError(f"stretch factor is {factor}, expected 0.1 to 3")
    from parselmouth.praat import call

    with repeatable():
        return samples_of(call(sound_of(samples, sr), "Lengthen (overlap-add)", PITCH_FLOOR, PITCH_CEILING, factor))


def stretch_half(samples: Samples, sr: int, factor: float) -> FloatArray:
    """The second half ``factor`` times as long: a speaker who slows down (or, below 1, hurries) midway."""
    half = len(samples) // 2
    return np.concatenate([np.asarray(samples[:half], np.float64), stretch(samples[half:], sr, factor)])


def shift_f0(samples: Samples, sr: int, semitones: float) -> FloatArray:
    """The voice ``semitones`` higher (or lower, negative); tempo and formants stay."""
    return _repitched(samples, sr, "Shift frequencies", semitones=semitones)


def scale_f0_range(samples: Samples, sr: int, factor: float) -> FloatArray:
    """Pitch movements ``factor`` times as wide in semitones about the geometric mean; 0 is a monotone voice."""
    return _repitched(samples, sr, "Formula", factor=factor)


def _repitched(samples: Samples, sr: int, how: str, semitones: float = 0.0, factor: float = 1.0) -> FloatArray:
    from parselmouth.praat import call

    sound = sound_of(samples, sr)
    manipulation = call(sound, "To Manipulation", 0.01, PITCH_FLOOR, PITCH_CEILING)
    tier = call(manipulation, "Extract pitch tier")
    points = int(call(tier, "Get number of points"))
    if points == 0:  # nothing voiced: nothing to move
        return np.array(samples, np.float64)
    if how == "Formula":
        middle = np.mean([np.log(call(tier, "Get value at index", i + 1)) for i in range(points)])
        call(tier, "Formula", f"exp({middle!s} + {factor!r} * (ln(self) - {middle!s}))")
    else:
        call(tier, "Shift frequencies", sound.xmin, sound.xmax, semitones, "semitones")
    call([tier, manipulation], "Replace pitch tier")
    with repeatable():
        return samples_of(call(manipulation, "Get resynthesis (overlap-add)"))


@contextmanager
def repeatable() -> Iterator[None]:
    """Praat places the periods of unvoiced parts at random: the same places every time, then chance again."""
    from parselmouth.praat import run

    run("random_initializeWithSeedUnsafelyButPredictably(1)")
    try:
        yield
    finally:
        run("random_initializeSafelyAndUnpredictably()")


def sound_of(samples: Samples, sr: int) -> Any:
    import parselmouth

    return parselmouth.Sound(np.asarray(samples, np.float64), sr)


def samples_of(sound: Any) -> FloatArray:
    return np.array(sound.values[0], np.float64)
