"""How much further off a measure is in a telephone band and in noise, as measured."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.levels import Levels

Figure = Literal["range", "deviation", "count", "pause_shift", "pause_spread"]

# Relative error with 10 s of clear voice (benchmarks/f0_accuracy.py); counts state their own
CLEAR: dict[Figure, float] = {"range": 0.01, "deviation": 0.02, "count": 0.0}
NO_NOISE_DB = 30.0  # speech over noise from which on noise takes nothing


def method_error(figure: Figure, levels: "Levels | None" = None, capture: "Capture | None" = None) -> float:
    """Error of a figure that the band and the noise bring with them: relative, of a pause in s.

    Between the ratios of speech to noise that were measured it is interpolated, and with both band and noise the
    errors add as variances do (``method_errors.toml``, by benchmarks/fit_method_errors.py).

    Parameters
    ----------
    figure : {"range", "deviation", "count", "pause_shift", "pause_spread"}
        of pitch; of syllables; of the lengths of pauses, s: what those of a voice have in common, and of each by itself
    levels : Levels or None         ``band_snr_db``; without it, no noise
    capture : Capture or None       ``telephone``; without it, the whole band

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> clear, noisy = SimpleNamespace(band_snr_db=40.0), SimpleNamespace(band_snr_db=8.0)
    >>> method_error("range", clear), method_error("range", noisy) > 0.05
    (0.01, True)
    """
    known = _measured()
    error = CLEAR[figure] if figure in CLEAR else float(known["clear"][figure][0])
    if capture is not None and capture.telephone:
        error = float(np.hypot(error, known["telephone"][figure][0]))
    if levels is not None and levels.band_snr_db is not None:
        noise = known["noise"]
        off = np.interp(levels.band_snr_db, [*noise["snr_db"], NO_NOISE_DB], [*noise[figure], 0.0])
        error = float(np.hypot(error, off))
    return error


@cache
def _measured() -> dict[str, Any]:
    return tomllib.loads(files("voicecoach.measures").joinpath("method_errors.toml").read_text(encoding="utf-8"))
