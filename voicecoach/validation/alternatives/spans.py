"""From frames that are speech or not to spans."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import Span, Spans


def spans(speech: npt.NDArray[np.bool_], step: float) -> Spans:
    """Runs of true frames.

    Parameters
    ----------
    speech : ndarray of bool, shape (n,)     frame k lasts from k to (k + 1) ``step``
    step : float                             s

    Examples
    --------
    >>> spans(np.array([True, True, False, True]), 0.5)
    (Span(start=0.0, end=1.0), Span(start=1.5, end=2.0))
    """
    edges = np.diff(np.concatenate([[0], speech.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1) * step, np.flatnonzero(edges == -1) * step
    return tuple(Span(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True))
