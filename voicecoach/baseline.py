"""The speaker's own neutral voice: what a call is compared with when a neutral recording was given."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass
from typing import Any

import numpy as np

from voicecoach.timeline import FloatArray

VERSION = 3
READABLE = (1, 2, 3)  # of the earlier ones, what came later is not known
# What no report tells: for comparing only, or told otherwise
UNTOLD = ("codebook", "shape", "own_fit", "manner", "version", "created", "dips_db", "dips_sd")


@dataclass(frozen=True, eq=False)
class Baseline:
    """Figures of one neutral recording. Made by :func:`voicecoach.tracks.neutral.baseline_from`.

    Attributes
    ----------
    name : str                          of the file
    sha256 : str                        of the file
    created : str or None               date of the file, ISO 8601; None if unknown
    channel : {"telephone", "wideband"}
    speech_s, voiced_s : float          s of speech, and of voice in it
    f0_median_hz : float                Hz
    f0_sd_st : float                    st
    active_level_db : float or None     ITU-T P.56, dB re full scale
    alpha_db : float or None            level of 1000-3400 Hz over 300-1000 Hz, dB
    manner : Mapping[str, float]        figures of how the voice is used, see ``tracks/manner.py``
    codebook : ndarray, shape (k, 28)   the spectral shapes of this voice, see ``tracks/envelopes.py``
    shape : ndarray, shape (28,), or None    their mean: the voice's and the microphone's colour together
    own_fit : float or None             how far shapes of one half of the recording lie from those of the other
    speech_rate : float or None         syl/min, pauses counted
    snr_db, noise_level_db : float or None     room and microphone: dB; dB re full scale
    bandwidth_hz : float or None        Hz
    decay_s : float or None             s for 60 dB at the falls of the voice
    dips_db, dips_sd : float or None    mean drop of the level between syllables, and its error, dB
    smile_evidence : bool               False: a smile cannot be told from this voice, and the smile is not judged
    """

    name: str
    sha256: str
    created: str | None
    channel: str
    speech_s: float
    voiced_s: float
    f0_median_hz: float
    f0_sd_st: float
    active_level_db: float | None
    alpha_db: float | None
    manner: Mapping[str, float]
    codebook: FloatArray
    shape: FloatArray | None = None
    own_fit: float | None = None
    speech_rate: float | None = None
    snr_db: float | None = None
    noise_level_db: float | None = None
    bandwidth_hz: float | None = None
    decay_s: float | None = None
    dips_db: float | None = None
    dips_sd: float | None = None
    smile_evidence: bool = True

    def summary(self) -> dict[str, Any]:
        """What a report says about the baseline: all but its shapes; ``made`` is the date, None if unknown.

        Examples
        --------
        >>> plain = Baseline("n.wav", "", "2025-01-31", "wideband", 60.0, 40.0, 200.0, 3.0, -26.0, -9.0, {},
        ...                  np.zeros((1, 28)))
        >>> plain.summary()["speech_s"], "codebook" in plain.summary()
        (60.0, False)
        """
        return {key: value for key, value in self.to_dict().items() if key not in UNTOLD} | {"made": self.created}

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings, lists and dicts, ready for ``json.dumps``."""
        plain = {key: getattr(self, key) for key in self.__dataclass_fields__}
        return plain | {
            "version": VERSION,
            "manner": {key: round(float(value), 5) for key, value in self.manner.items()},
            "codebook": [[round(float(value), 3) for value in row] for row in self.codebook],
            "shape": None if self.shape is None else [round(float(value), 3) for value in self.shape],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Baseline":
        """The baseline that :meth:`to_dict` wrote.

        Raises
        ------
        ValueError    another version, or a field missing

        Examples
        --------
        >>> plain = Baseline("n.wav", "", None, "wideband", 60.0, 40.0, 200.0, 3.0, None, -9.0, {}, np.ones((2, 28)))
        >>> Baseline.from_dict(plain.to_dict()).codebook.shape
        (2, 28)
        """
        if plain.get("version") not in READABLE:
            raise ValueError(f"baseline of version {plain.get('version')!r}, expected one of {list(READABLE)}")
        fields = {key: plain[key] for key in cls.__dataclass_fields__ if key in plain}
        absent = sorted(key for key, field in cls.__dataclass_fields__.items() if key not in fields and _needed(field))
        if absent:
            raise ValueError(f"baseline lacks {', '.join(absent)}")
        arrays = {key: np.asarray(fields[key], float) for key in ("codebook", "shape") if fields.get(key) is not None}
        return cls(**(fields | arrays))


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING
