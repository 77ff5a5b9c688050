"""Sentences of known words and numbers of syllables, cut from labelled recordings and laid end to end again."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voicecoach.recording import Recording
from voicecoach.timeline import FloatArray
from voicecoach.validation.manifest import Clip

SPEECH = ("read", "tts", "spontaneous")
EDGE_DB = -45.0  # re the loudest 10 ms; where a sentence spoken by a machine begins and ends


class Utterance(NamedTuple):
    """One sentence.

    Attributes
    ----------
    text : str              what was said; the name of the clip where unknown
    clip : str              name of the clip that it is from
    samples : ndarray, shape (n,)
    sr : int                Hz
    n_syllables : int       0 where unknown
    """

    text: str
    clip: str
    samples: npt.NDArray[np.float32]
    sr: int
    n_syllables: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.sr


def is_call(clip: Clip) -> bool:
    """Whether a clip is one voice that speaks several sentences whose places are known; not a train of syllables."""
    return bool(clip.sentences) and clip.kind in ("", *SPEECH)


def single_sentence(clip: Clip) -> bool:
    """Whether a clip is one spoken sentence whose syllables are known: not a call, not syllables in a row."""
    return clip.counted and not clip.sentences and clip.kind in SPEECH


def utterances(clip: Clip, recording: Recording) -> list[Utterance]:
    """The sentences of a call; a clip that is one sentence gives itself."""
    if not clip.sentences:
        return [Utterance(clip.text or clip.name, clip.name, recording.samples, recording.sr, clip.n_syllables or 0)]
    sr = recording.sr
    return [
        Utterance(
            one.get("text") or f"{clip.name} {number}", clip.name,
            recording.samples[round(one["start"] * sr) : round(one["end"] * sr)], sr, one.get("n_syllables", 0),
        )
        for number, one in enumerate(clip.truth["sentences"])
    ]  # fmt: skip


def joined(parts: Sequence[npt.NDArray[np.float32]], sr: int, gaps_s: Sequence[float]) -> npt.NDArray[np.float32]:
    """Parts in a row, each with its silence behind it.

    Examples
    --------
    >>> joined([np.ones(2, np.float32), np.ones(1, np.float32)], 2, [0.5, 0.0]).tolist()
    [1.0, 1.0, 0.0, 1.0]
    """
    silences = (np.zeros(round(gap * sr), np.float32) for gap in gaps_s)
    return np.concatenate([piece for pair in zip(parts, silences, strict=True) for piece in pair])


def at_rate(found: Sequence[Utterance], sr: int) -> list[npt.NDArray[np.float32]]:
    """Their samples, all at one rate."""
    from voicecoach.tracks.resampled import at_rate as resampled

    return [resampled(one.samples, one.sr, sr) for one in found]


def trimmed(samples: npt.NDArray[np.float32], sr: int) -> npt.NDArray[np.float32]:
    """Without the silence before and after, to 10 ms. For recordings without noise: sentences spoken by a machine.

    Examples
    --------
    >>> trimmed(np.r_[np.zeros(300), np.ones(100), np.zeros(150)].astype(np.float32), 1000).tolist() == [1.0] * 100
    True
    """
    frame = max(1, sr // 100)
    count = len(samples) // frame
    level: FloatArray = np.sqrt(np.mean(samples[: count * frame].reshape(count, frame).astype(float) ** 2, axis=1))
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (EDGE_DB / 20))
    return samples[loud[0] * frame : (loud[-1] + 1) * frame] if len(loud) else samples[:0]
