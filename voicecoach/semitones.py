"""Pitch as a listener hears it: in semitones, so that high and low voices are measured alike."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray


def st(hz: npt.ArrayLike, ref_hz: float) -> FloatArray:
    """Distance from ``ref_hz`` in semitones, 12 log2(hz / ref_hz).

    Parameters
    ----------
    hz : array_like, any shape    Hz, above 0; NaN stays NaN
    ref_hz : float                Hz, above 0

    Raises
    ------
    ValueError    ``ref_hz`` is not above 0

    Examples
    --------
    An octave is twelve semitones; a fifth is about seven.

    >>> st([200.0, 300.0, 400.0], 200.0).round(2).tolist()
    [0.0, 7.02, 12.0]
    """
    if not ref_hz > 0:
        raise ValueError(f"ref_hz is {ref_hz}, expected more than 0")
    return np.asarray(12 * np.log2(np.asarray(hz, np.float64) / ref_hz), dtype=np.float64)
