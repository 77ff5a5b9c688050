"""How far off the pitch range is in a telephone band and in noise, as measured."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.levels import Levels

CLEAR = {"range": 0.01, "deviation": 0.02}  # relative error with 10 s of clear voice (benchmarks/f0_accuracy.py)
NO_NOISE_DB = 30.0  # speech over noise from which on noise takes nothing


def method_error(
    figure: Literal["range", "deviation"], levels: "Levels | None" = None, capture: "Capture | None" = None
) -> float:
    """Relative error of the pitch range or deviation that the band and the noise bring with them.

    Between the ratios of speech to noise that were measured it is interpolated, and with both band and noise the
    errors add as variances do (``pitch_errors.toml``, by benchmarks/fit_pitch_errors.py).

    Parameters
    ----------
    figure : {"range", "deviation"}
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
    error = CLEAR[figure]
    if capture is not None and capture.telephone:
        error = float(np.hypot(error, known["telephone"][figure][0]))
    if levels is not None and levels.band_snr_db is not None:
        noise = known["noise"]
        off = np.interp(levels.band_snr_db, [*noise["snr_db"], NO_NOISE_DB], [*noise[figure], 0.0])
        error = float(np.hypot(error, off))
    return error


@cache
def _measured() -> dict[str, Any]:
    return tomllib.loads(files("voicecoach.measures").joinpath("pitch_errors.toml").read_text(encoding="utf-8"))
