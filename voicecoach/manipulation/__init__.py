"""Known changes to a recording, to test what each measure must feel and what it must not.

Every change is a pure function of ``samples`` (full scale 1.0, shape (n,), not altered) that gives float64
samples back, of the same rate unless it says otherwise. A rubric row names its changes in words, as
``"stretch:0.8"`` or ``"add_noise:10:pink"``: :func:`apply` reads those. Meant for recordings of minutes.
"""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.manipulation.blurring import blur
from voicecoach.manipulation.channel import add_noise, clip, coded, lowpass, reverberate, telephone
from voicecoach.manipulation.formants import shift_formants, warp_formants
from voicecoach.manipulation.hums import insert_hums
from voicecoach.manipulation.laughs import insert_laughs
from voicecoach.manipulation.music import add_music, insert_music, insert_tone
from voicecoach.manipulation.resynthesis import scale_f0_range, shift_f0, stretch, stretch_half
from voicecoach.manipulation.timing import (
    fade_ends,
    fade_half,
    gain,
    insert_pauses,
    lengthen_pauses,
    pad_silence,
    quiet_spans,
    scale_pauses,
    shorten_pauses,
)
from voicecoach.manipulation.voices import alternate_voice
from voicecoach.timeline import FloatArray

__all__ = [
    "CHANGES",
    "add_music",
    "add_noise",
    "alternate_voice",
    "apply",
    "blur",
    "clip",
    "coded",
    "fade_ends",
    "fade_half",
    "gain",
    "insert_hums",
    "insert_laughs",
    "insert_music",
    "insert_pauses",
    "insert_tone",
    "lengthen_pauses",
    "lowpass",
    "pad_silence",
    "quiet_spans",
    "reverberate",
    "scale_f0_range",
    "scale_pauses",
    "shift_f0",
    "shift_formants",
    "shorten_pauses",
    "stretch",
    "stretch_half",
    "telephone",
    "warp_formants",
]

CHANGES: dict[str, Callable[..., Any]] = {
    change.__name__: change
    for change in (
        gain,
        fade_half,
        fade_ends,
        pad_silence,
        stretch,
        stretch_half,
        insert_pauses,
        insert_hums,
        lengthen_pauses,
        shorten_pauses,
        scale_pauses,
        shift_f0,
        scale_f0_range,
        warp_formants,
        shift_formants,
        insert_laughs,
        alternate_voice,
        add_music,
        insert_music,
        insert_tone,
        blur,
        add_noise,
        reverberate,
        lowpass,
        clip,
        telephone,
        coded,
    )
}


def apply(spec: str, samples: npt.NDArray[Any], sr: int) -> tuple[FloatArray, int]:
    """A change named in words: ``name``, then its parameters in order, with colons between.

    Parameters
    ----------
    spec : str          ``"gain:-6"``, ``"coded:opus:24"``; several in turn with ``" | "`` between
    samples : ndarray, shape (n,)
    sr : int            Hz

    Returns
    -------
    samples : ndarray of float64
    sr : int            Hz; 8000 after ``telephone``

    Raises
    ------
    ValueError    an unknown name, too many or missing parameters, or one that is not what the change takes

    Examples
    --------
    >>> apply("gain:20 | pad_silence:0.5", np.array([0.1]), 2)
    (array([0., 1., 0.]), 2)
    >>> apply("louder:3", np.zeros(4), 8000)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: 'louder:3': unknown change 'louder', expected one of add_music, add_noise, ...
    """
    x = np.asarray(samples, np.float64)
    for one in spec.split("|"):
        name, *words = one.strip().split(":")
        if name not in CHANGES:
            known = ", ".join(sorted(CHANGES))
            raise ValueError(f"{spec!r}: unknown change {name!r}, expected one of {known}")
        change = CHANGES[name]
        takes = inspect.signature(change).parameters
        given: list[Any] = [x, sr] if "sr" in takes else [x]
        try:
            bound = inspect.signature(change).bind(*given, *(_value(word) for word in words))
            changed = change(*bound.args)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{spec!r}: {error}") from error
        x, sr = changed if isinstance(changed, tuple) else (changed, sr)
    return x, sr


def _value(word: str) -> float | str:
    try:
        return float(word) if "." in word or "e" in word.lower() else int(word)
    except ValueError:
        return word
