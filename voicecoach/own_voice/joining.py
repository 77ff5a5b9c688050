"""Several recordings of one voice as one."""

from collections.abc import Sequence

import numpy as np

from voicecoach.recording import Recording, from_array
from voicecoach.tracks.resampled import at_rate

GAP_S = 1.0  # of digital silence between: longer than any pause that joins sentences, and never taken for noise


def joined(recordings: Sequence[Recording]) -> Recording:
    """One after the other, at the lowest of their rates, a second of silence between.

    Examples
    --------
    >>> one = from_array(np.zeros(16000), 16000)
    >>> joined([one, from_array(np.zeros(8000), 8000)]).duration
    3.0
    """
    sr = min(recording.sr for recording in recordings)
    gap = np.zeros(round(GAP_S * sr), np.float32)
    parts = [part for recording in recordings for part in (at_rate(recording.samples, recording.sr, sr), gap)]
    return from_array(np.concatenate(parts[:-1]), sr, name=recordings[0].name)
