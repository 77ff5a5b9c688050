"""Signals whose answer is known by construction: anybody can run these, nothing has to be obtained.

*Tone trains*: consonant-vowel syllables at an exact rate with the four tones of Mandarin, three seconds of them and
then 0.6 s of silence, and so on. Number, rate, pitch and pauses are known exactly. They sound like a machine, but the
speech detector takes them for speech from three a second on (slower and higher they are long steady vowels: tones).

*Tones of EBU Tech 3341*: cases 1 to 5, one of the two channels, so 3.01 LU under the loudness stated for both.

*Talk*: noise in the rhythm of speech, whose active level the ITU's own program has told (:mod:`.voltmeter`).
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray
from voicecoach.validation import voltmeter
from voicecoach.validation.manifest import Clip

SET = "generated"
SR = 16000
LEAD_S, PHRASE_S, PHRASES, PAUSE_S = 0.5, 3.0, 5, 0.6
TRAINS = ((130.0, (3, 4, 5, 6, 7)), (220.0, (4, 5, 6, 7)))  # Hz of the voice, syllables a second
RANGES = (0.0, 0.5, 1.0, 1.6)  # of the tones' own movement
TONES_ST = ((4.0, 4.0), (-1.0, 4.0), (-1.0, -4.0), (5.0, -2.0))  # from and to, re the voice (after Chao 1930)
VOWELS = {"a": (780, 1250, 2650), "i": (300, 2250, 3000), "u": (350, 750, 2500), "e": (520, 1400, 2500)}  # Hz
WIDTHS = (80.0, 100.0, 140.0)  # Hz
EBU_DB = {  # case: (dB re full scale, s) in turn
    1: ((-23, 20),),
    2: ((-33, 20),),
    3: ((-36, 10), (-23, 60), (-36, 10)),
    4: ((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)),
    5: ((-26, 20), (-20, 20.1), (-26, 20)),
}


class Syllable(NamedTuple):
    """One syllable of a train: s, Hz at start and end, vowel."""

    start: float
    end: float
    from_hz: float
    to_hz: float
    vowel: str


def signals() -> list[Clip]:
    """All of them."""
    trains = [_train(hz, rate, 1.0) for hz, rates in TRAINS for rate in rates]
    ranges = [_train(hz, 5, factor) for hz, _ in TRAINS for factor in RANGES if factor != 1.0]
    tones = [
        Clip(f"EBU 3341 case {case}", SET, kind="noise", truth={"lufs": lufs - 3.01}, made=partial(ebu_tone, case))
        for case, lufs in zip(EBU_DB, (-23, -33, -23, -23, -23), strict=True)
    ]
    talk = [
        Clip(name, SET, kind="noise", truth={"active_level_sv56": said["level"]}, made=partial(_at, make, sr))
        for name, sr, make in voltmeter.made_signals()
        for said in [voltmeter.told()[name]]
    ]
    return [*trains, *ranges, *tones, *talk]


def _at(make: Callable[[], npt.NDArray[Any]], sr: int) -> tuple[npt.NDArray[Any], int]:
    return make(), sr


def _train(hz: float, rate: int, factor: float) -> Clip:
    phrases = plan(hz, rate, factor)
    spans = [(phrase[0].start, phrase[-1].end) for phrase in phrases]
    count = sum(map(len, phrases))
    truth: dict[str, Any] = {
        "sentences": [{"start": a, "end": b, "n_syllables": len(p)} for (a, b), p in zip(spans, phrases, strict=True)],
        "pauses_between_sentences": [(a[1], b[0]) for a, b in pairwise(spans)],
        "speech_rate_syl_per_min": 60 * count / (spans[-1][1] - spans[0][0]),
        "f0": known_f0([syllable for phrase in phrases for syllable in phrase]),
        "range_factor": factor,
    }
    name = f"tones {rate} a second at {hz:.0f} Hz_range{factor}"
    return Clip(name, SET, kind="syllable", n_syllables=count, truth=truth, made=partial(spoken, hz, rate, factor))


def plan(hz: float, rate: int, factor: float = 1.0) -> list[list[Syllable]]:
    """When each syllable of each phrase sounds, and how high; always the same.

    Examples
    --------
    >>> phrases = plan(130.0, 4)
    >>> len(phrases), len(phrases[0])
    (5, 12)
    >>> phrases[0][1].start - phrases[0][0].start
    0.25
    """
    random = np.random.default_rng(rate)
    length, phrases = 0.82 / rate, []
    for number in range(PHRASES):
        at = LEAD_S + number * (PHRASE_S + PAUSE_S)
        tones = random.integers(len(TONES_ST), size=round(rate * PHRASE_S))
        vowels = random.choice(list(VOWELS), size=len(tones))
        starts = at + np.arange(len(tones)) / rate
        pitches = [[hz * 2 ** (factor * st / 12) for st in TONES_ST[tone]] for tone in tones]
        phrases.append(
            [
                Syllable(float(start), float(start) + length, first, last, str(vowel))
                for start, (first, last), vowel in zip(starts, pitches, vowels, strict=True)
            ]
        )
    return phrases


def known_f0(syllables: list[Syllable], step: float = 0.01) -> list[tuple[float, float]]:
    """The pitch as (s, Hz) every ``step`` s, 0 between syllables.

    Examples
    --------
    >>> known_f0([Syllable(0.0, 0.02, 100.0, 200.0, "a")])[:3]
    [(0.0, 100.0), (0.01, 150.0), (0.02, 0.0)]
    """
    times = np.arange(round((syllables[-1].end + LEAD_S) / step)) * step
    values = np.zeros(len(times))
    for start, end, low, high, _ in syllables:
        here = (times >= start - 1e-9) & (times < end - 1e-9)
        values[here] = low + (high - low) * (times[here] - start) / (end - start)
    return list(zip(times.round(6).tolist(), values.tolist(), strict=True))


def spoken(hz: float, rate: int, factor: float = 1.0) -> tuple[npt.NDArray[np.float32], int]:
    """Samples of :func:`plan`, 16 kHz, over a faint noise.

    A source of pulses with the slope of a voice, through three resonances, opened by a burst as of a plosive.
    """
    syllables = [syllable for phrase in plan(hz, rate, factor) for syllable in phrase]
    random = np.random.default_rng(0)
    x = 1e-4 * random.standard_normal(round((syllables[-1].end + LEAD_S) * SR))
    for syllable in syllables:
        at = round(syllable.start * SR)
        sound = _syllable(syllable, random)
        x[at : at + len(sound)] += 0.08 * sound
    return x.astype(np.float32), SR


def _syllable(syllable: Syllable, random: np.random.Generator) -> FloatArray:
    from scipy.signal import lfilter

    n = round((syllable.end - syllable.start) * SR)
    time, length = np.arange(n) / SR, n / SR
    phase = np.cumsum(syllable.from_hz + (syllable.to_hz - syllable.from_hz) * time / length) / SR
    pulses = np.diff(np.floor(phase), prepend=0.0)
    source = np.diff(lfilter([1.0], np.poly([0.97, 0.9]), pulses), prepend=0.0) + 0.01 * random.standard_normal(n)
    for centre, width in [*zip(VOWELS[syllable.vowel], WIDTHS, strict=True), (3500.0, 200.0)]:
        pole = np.exp(-np.pi * width / SR + 2j * np.pi * centre / SR)
        a = np.poly([pole, pole.conjugate()]).real
        source = lfilter([a.sum()], a, source)
    edge = min(0.05, length / 4)
    sound = source * np.clip(np.minimum(time / (0.8 * edge), (length - time) / (1.2 * edge)), 0, 1)
    sound /= np.sqrt(np.mean(sound**2))
    burst = round(0.008 * SR)
    sound[:burst] += 0.6 * random.standard_normal(burst) * np.linspace(1, 0, burst)
    return np.asarray(sound, np.float64)


def ebu_tone(case: int) -> tuple[npt.NDArray[np.float32], int]:
    """One channel of a 1 kHz sine whose peak stands at the levels of EBU Tech 3341 (2016), table 1; 48 kHz.

    Examples
    --------
    >>> samples, sr = ebu_tone(1)
    >>> len(samples) / sr, round(float(20 * np.log10(abs(samples).max())), 2)
    (20.0, -23.0)
    """
    sr = 48000
    level = np.concatenate([np.full(round(seconds * sr), 10 ** (db / 20)) for db, seconds in EBU_DB[case]])
    return (level * np.sin(2 * np.pi * 1000 * np.arange(len(level)) / sr)).astype(np.float32), sr
