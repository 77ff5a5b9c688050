"""The smile shift of voices whose resonances were moved by a known ratio, beside medians of Praat's formants."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voicecoach.baseline import Baseline
from voicecoach.manipulation import shift_f0, shift_formants, warp_formants
from voicecoach.measures.smile import smile_shift
from voicecoach.recording import from_array
from voicecoach.timeline import FloatArray
from voicecoach.tracks import Tracks
from voicecoach.tracks.neutral import baseline_from
from voicecoach.validation.checks import OURS, Check, Figure, Figured, Observation, Take
from voicecoach.validation.conditions import CLEAN, TELEPHONE, heard
from voicecoach.validation.manifest import Clip
from voicecoach.validation.statistics import d_prime
from voicecoach.validation.utterances import Utterance, at_rate, is_call, joined, single_sentence, utterances

SR = 16000  # Hz; what the measure hears; changes are made there
RATIOS = (1.03, 1.06, 1.12)
METHODS: Mapping[str, Callable[..., FloatArray]] = {"Praat": shift_formants, "warp": warp_formants}
PITCH_ST = 3.0
BASELINE_S, TAKE_S, GAP_S = 60.0, 15.0, 0.3
TAKES = 4  # of each half of a voice's texts
QUIET_DB = 40.0  # of speech over noise, where it is stated
Z90 = 1.645  # lower end of a 90 % interval
PRAAT = "Praat formants"


def voices(clips: Sequence[Clip]) -> list[tuple[Clip, ...]]:
    """Clips of known words by voice and rate, whatever set they are in, of voices with two minutes or more of them."""
    found: dict[tuple[str, int], list[Clip]] = {}
    seconds: dict[tuple[str, int], float] = {}
    for clip in clips:
        if clip.speaker and untouched(clip) and (is_call(clip) or (single_sentence(clip) and clip.text)):
            recording = clip.recording()
            key = (clip.speaker, recording.sr)  # of other rates: another microphone, and not to be compared
            found.setdefault(key, []).append(clip)
            seconds[key] = seconds.get(key, 0.0) + recording.duration
    return [tuple(own) for key, own in found.items() if seconds[key] >= 2 * BASELINE_S]


def untouched(clip: Clip) -> bool:
    """Whether its truth tells of no change to the voice, and of no noise.

    Examples
    --------
    >>> untouched(Clip("a", "x")), untouched(Clip("a", "x", truth={"formant_ratio": 1.06}))
    (True, False)
    """
    same = (clip.truth.get(name, 1.0) == 1.0 for name in ("formant_factor", "formant_ratio", "f0_range_factor"))
    return all(same) and clip.truth.get("snr_db", QUIET_DB) >= QUIET_DB


def shift(takes: tuple[Take, ...]) -> list[Observation]:
    """How far resonances lie above those of other sentences of the same voice [%], by the ratio they were moved by.

    A voice's sentences are dealt into two halves without a text in common. A minute of either half is the baseline, and
    stretches of at least 15 s of the other half are the takes: as they are, moved by each ratio in two ways, and with
    only the pitch raised. The alternative is the mean change of Praat's median F1 to F3.
    """
    spoken = [one for take in takes for one in utterances(take.clip, take.clip.recording())]
    halves = dealt(spoken)
    found = []
    for number, (own, other) in enumerate((halves, halves[::-1])):
        neutral = _Neutral.of(_tracks(minute(own), takes[0].condition))
        stretches = stretched(other)
        for index in np.unique(np.linspace(0, len(stretches) - 1, TAKES).round().astype(int)):
            samples = _in_a_row(stretches[index])
            name = f"{takes[0].clip.speaker} {number + 1}.{index + 1}"
            values = _measured(samples, takes[0].condition, neutral)
            found += [takes[0].observed(tool, **of)._replace(clip=name) for tool, of in values.items()]
    return found


def dealt(spoken: Sequence[Utterance]) -> tuple[list[Utterance], list[Utterance]]:
    """Sentences in two halves that have no text in common: texts by turns, in order of appearance."""
    texts = {text: number % 2 for number, text in enumerate(dict.fromkeys(one.text for one in spoken))}
    return [one for one in spoken if not texts[one.text]], [one for one in spoken if texts[one.text]]


def minute(spoken: Sequence[Utterance]) -> list[Utterance]:
    """At least 60 s: every text once, then every text again, as often as it takes."""
    times: dict[str, int] = {}
    rounds = []
    for one in spoken:
        times[one.text] = times.get(one.text, 0) + 1
        rounds.append(times[one.text])
    order = sorted(range(len(spoken)), key=lambda k: (rounds[k], k))
    seconds = np.cumsum([spoken[k].seconds for k in order])
    return [spoken[k] for k in order[: int(np.searchsorted(seconds, BASELINE_S)) + 1]]


def stretched(spoken: Sequence[Utterance]) -> list[list[Utterance]]:
    """Sentences in their order, in stretches of at least 15 s."""
    found: list[list[Utterance]] = []
    held: list[Utterance] = []
    for one in spoken:
        held.append(one)
        if sum(u.seconds for u in held) >= TAKE_S:
            found.append(held)
            held = []
    return found


class _Neutral(NamedTuple):
    """What a take is compared with."""

    baseline: Baseline
    formants: FloatArray

    @classmethod
    def of(cls, tracks: Tracks) -> "_Neutral":
        return cls(baseline_from(tracks), _formants(tracks))


def _measured(samples: npt.NDArray[np.float32], condition: str, neutral: _Neutral) -> dict[str, dict[str, float]]:
    """By tool: ``plain``, its ``alarm``, ``pitch`` and its ``slope``, and one value for each method and ratio."""
    changed: dict[str, npt.NDArray[np.floating]] = {"plain": samples, "pitch": shift_f0(samples, SR, PITCH_ST)}
    changed |= {f"{name} {ratio}": move(samples, SR, ratio) for name, move in METHODS.items() for ratio in RATIOS}
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    facts = {}
    for name, x in changed.items():
        tracks = _heard(np.asarray(x, np.float32), condition)
        found = smile_shift(tracks.envelopes, tracks.ipus, tracks.capture, neutral.baseline)
        ours[name] = np.nan if found.value is None else found.value
        facts[name] = {fact: float(found.facts.get(fact, np.nan)) for fact in ("warp", "f0_st")}
        if name == "plain":
            ours["alarm"] = float(ours[name] - Z90 * found.sd > 0)
        theirs[name] = 100 * float(np.exp(np.mean(np.log(_formants(tracks) / neutral.formants))) - 1)
    warp, pitch = (facts["pitch"][fact] - facts["plain"][fact] for fact in ("warp", "f0_st"))
    return {OURS: ours | {"slope": warp / pitch}, PRAAT: theirs}


def _formants(tracks: Tracks) -> FloatArray:
    return np.array([tracks.formants.median(number) for number in (1, 2, 3)])


def _tracks(spoken: Sequence[Utterance], condition: str) -> Tracks:
    return _heard(_in_a_row(spoken), condition)


def _in_a_row(spoken: Sequence[Utterance]) -> npt.NDArray[np.float32]:
    return joined(at_rate(spoken, SR), SR, [GAP_S] * len(spoken))


def _heard(samples: npt.NDArray[np.float32], condition: str) -> Tracks:
    return Tracks(heard(from_array(samples, SR), condition))


def _by_voice(seen: Sequence[Observation]) -> list[list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for one in seen:
        found.setdefault(one.speaker, []).append(one)
    return list(found.values())


def _column(seen: Sequence[Observation], name: str) -> FloatArray:
    return np.array([one.values[name] for one in seen], float)


def in_order(seen: Sequence[Observation]) -> float | None:
    """Share of voices [%] whose mean shift rises from each ratio to the next, by either method."""
    kept = [
        all(
            a < b
            for method in METHODS
            for a, b in pairwise(_column(own, name).mean() for name in ["plain", *(f"{method} {r}" for r in RATIOS)])
        )
        for own in _by_voice(seen)
    ]
    return 100 * float(np.mean(kept)) if kept else None


def least_d_prime(ratio: float) -> Figured:
    """The smallest d' of moved against plain takes, over voices and methods."""

    def of(seen: Sequence[Observation]) -> float | None:
        found = [
            d_prime(_column(own, "plain"), _column(own, f"{method} {ratio}"))
            for own in _by_voice(seen) for method in METHODS if len(own) > 1
        ]  # fmt: skip
        return min(found, default=None)

    return of


def pitch_effect(seen: Sequence[Observation]) -> float | None:
    """The largest change that pitch alone makes [%]."""
    return float(np.abs(_column(seen, "pitch") - _column(seen, "plain")).max()) if seen else None


def pitch_slope(seen: Sequence[Observation]) -> float | None:
    """What a semitone of pitch alone adds before the correction for it [%]: where PITCH_EFFECT is from."""
    return float(_column(seen, "slope").mean()) if seen and "slope" in seen[0].values else None


def reading(method: str, ratio: float) -> Figured:
    """The mean value of takes moved by a ratio [%]."""
    return lambda seen: float(_column(seen, f"{method} {ratio}").mean()) if seen else None


def alarms(seen: Sequence[Observation]) -> float | None:
    """Share of plain takes [%] whose 90 % interval lies above 0."""
    return 100 * float(_column(seen, "alarm").mean()) if seen and "alarm" in seen[0].values else None


def neutral_rms(seen: Sequence[Observation]) -> float | None:
    """Root mean square of plain takes against plain baselines [%]."""
    return float(np.sqrt(np.mean(_column(seen, "plain") ** 2))) if seen else None


CHECKS = (
    Check(
        "smile_shift",
        voices,
        shift,
        (
            Figure("voices in order", "%", in_order),
            Figure("smallest d' at x1.06", "", least_d_prime(1.06)),
            Figure("largest move by pitch +3 st alone", "%", pitch_effect),
            Figure("pitch alone, uncorrected", "% a st", pitch_slope),
            Figure("false alarms on neutral pairs", "%", alarms),
            Figure("rms of neutral pairs", "%", neutral_rms),
            *(Figure(f"reads at x{r}, {m}", "%", reading(m, r)) for m in METHODS for r in RATIOS),
        ),
        (CLEAN, TELEPHONE),
        across=True,
    ),
)
