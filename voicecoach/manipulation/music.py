"""Music on hold and the tones of a telephone exchange, made from nothing and put into a recording."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from voicecoach.active_level import active_level
from voicecoach.timeline import FloatArray

Samples = npt.NDArray[Any]
Tone = Literal["dial", "ringing", "busy"]

TONE_HZ = 450.0  # Hz; dial, ringing and busy tone of mainland China (ITU-T E.180 Supplement 2)
CADENCES = {"dial": (1.0, 0.0), "ringing": (1.0, 4.0), "busy": (0.35, 0.35)}  # s on, s off (the same source)
INSERTED_DB = -6.0  # level of what is put in, re the active level of the speech
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))  # st over the key: I vi IV V
SCALE = (0, 2, 4, 7, 9, 12, 14)  # st; pentatonic
TIMBRES = {  # fall of the harmonics [k ** -x], attack s, decay s (0: held), depth of vibrato in parts
    "organ": (1.0, 0.01, 0.0, 0.0),
    "piano": (1.5, 0.005, 0.6, 0.0),
    "strings": (1.2, 0.12, 0.0, 0.008),
    "flute": (2.5, 0.05, 0.0, 0.003),
    "reed": (0.8, 0.03, 0.0, 0.0),
}
VIBRATO_HZ = 5.5
TEMPO = (70.0, 130.0)  # beats a minute
HARMONICS = 12


def add_music(samples: Samples, sr: int, ratio_db: float, seed: int = 0) -> FloatArray:
    """Music under the whole recording, ``ratio_db`` below the active level of the speech (ITU-T P.56).

    Raises
    ------
    ValueError    no speech that the music could stand in a ratio to
    """
    x = np.asarray(samples, np.float64)
    return np.asarray(x + _speech_level(x, sr) * 10 ** (-ratio_db / 20) * music(len(x) / sr, sr, seed)[: len(x)])


def insert_music(samples: Samples, sr: int, seconds: float, seed: int = 0) -> FloatArray:
    """``seconds`` of music in the middle of the recording, which grows by them: a customer put on hold."""
    x = np.asarray(samples, np.float64)
    half = len(x) // 2
    held = _speech_level(x, sr) * 10 ** (INSERTED_DB / 20) * music(seconds, sr, seed)
    return np.concatenate([x[:half], held, x[half:]])


def insert_tone(samples: Samples, sr: int, seconds: float, kind: Tone = "ringing") -> FloatArray:
    """``seconds`` of a telephone tone of 450 Hz before the recording.

    Raises
    ------
    ValueError    unknown kind
    """
    if kind not in CADENCES:
        raise ValueError(f"tone is {kind!r}, expected one of {list(CADENCES)}")
    x = np.asarray(samples, np.float64)
    on, off = CADENCES[kind]
    t = np.arange(round(seconds * sr)) / sr
    tone = np.sqrt(2) * np.sin(2 * np.pi * TONE_HZ * t) * (t % (on + off) < on)
    return np.concatenate([_speech_level(x, sr) * 10 ** (INSERTED_DB / 20) * tone, x])


def music(seconds: float, sr: int, seed: int = 0) -> FloatArray:
    """Chords, a bass and a melody of root mean square 1; the seed draws key, tempo, timbres and what plays.

    Examples
    --------
    >>> tune = music(2.0, 8000)
    >>> len(tune), round(float(np.sqrt(np.mean(tune**2))), 6)
    (16000, 1.0)
    """
    random = np.random.default_rng(seed)
    accompaniment, lead = random.permutation(list(TIMBRES))[:2]
    plays = random.choice(["all", "all", "chords", "melody"])
    key, beat = 220 * 2 ** (random.integers(12) / 12), 60 / random.uniform(*TEMPO)
    out = np.zeros(round((seconds + 6 * beat) * sr))
    for bar in range(int(np.ceil(seconds / (4 * beat)))):
        at, chord = 4 * beat * bar, CHORDS[bar % len(CHORDS)]
        if plays != "melody":
            for step in (*chord, chord[0] - 12):
                _put(out, at, 0.5 * note(key * 2 ** (step / 12), 4 * beat, sr, accompaniment, random), sr)
        beats = 0.0
        while plays != "chords" and beats < 4:
            length = float(random.choice([0.5, 1.0, 1.0, 2.0]))
            hz = 2 * key * 2 ** (random.choice(SCALE) / 12)
            _put(out, at + beats * beat, 0.7 * note(hz, length * beat, sr, lead, random), sr)
            beats += length
    out = out[: round(seconds * sr)]
    return np.asarray(out / np.sqrt(np.mean(out**2)))


def note(hz: float, seconds: float, sr: int, timbre: str, random: np.random.Generator) -> FloatArray:
    """One note: harmonics of random phase under the timbre's attack, decay and vibrato."""
    fall, attack, decay, vibrato = TIMBRES[timbre]
    t = np.arange(round(seconds * sr)) / sr
    phase = 2 * np.pi * hz * t + vibrato * hz / VIBRATO_HZ * np.sin(2 * np.pi * VIBRATO_HZ * t)
    x = np.zeros(len(t))
    for k in range(1, HARMONICS + 1):
        if k * hz * 1.02 < min(7500.0, 0.49 * sr):
            x += np.sin(k * phase + random.uniform(0, 2 * np.pi)) / k**fall
    envelope = np.minimum(1, t / attack) * np.minimum(1, (seconds - t) / 0.03)
    return np.asarray(x * envelope * (np.exp(-t / decay) if decay else 1.0))


def _put(out: FloatArray, at: float, x: FloatArray, sr: int) -> None:
    first = round(at * sr)
    out[first : first + len(x)] += x[: len(out) - first]


def _speech_level(x: FloatArray, sr: int) -> float:
    """Root mean square of the active speech."""
    level = active_level(x, sr)
    if level is None:
        raise ValueError("these samples are silent: a ratio to the speech needs speech")
    return float(10 ** (level[0] / 20))
