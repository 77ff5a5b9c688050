"""Syllables counted and the speech rate of a call, beside de Jong & Wempe's nuclei and librosa's onsets."""

from voicecoach.measures.rate import speech_rate
from voicecoach.validation.alternatives import de_jong_wempe, librosa_onsets
from voicecoach.validation.checks import OURS, Check, Figure, Observation, Take, each
from voicecoach.validation.conditions import EVERY
from voicecoach.validation.statistics import largest, mean, mean_abs

ALTERNATIVES = {"de Jong & Wempe": de_jong_wempe.nuclei, "librosa onset": librosa_onsets.onsets}


def count(takes: tuple[Take, ...]) -> list[Observation]:
    """Relative error of the number of syllables of a clip [%]."""
    (take,) = takes
    true = take.clip.n_syllables or 0
    counts = {OURS: len(take.tracks.syllables)}
    counts |= {name: len(find(take.tracks.wave16, 16000)) for name, find in ALTERNATIVES.items()}
    return [take.observed(tool, error=100 * (found / true - 1)) for tool, found in counts.items()]


def rate(takes: tuple[Take, ...]) -> list[Observation]:
    """Relative error of the speech rate of a call [%]; the others' nuclei over the true span of speech."""
    (take,) = takes
    true = take.clip.truth["speech_rate_syl_per_min"]
    span = take.clip.sentences[-1].end - take.clip.sentences[0].start
    rates = {OURS: speech_rate(take.tracks.syllables, take.tracks.turns).value or 0.0}
    rates |= {name: 60 * len(find(take.tracks.wave16, 16000)) / span for name, find in ALTERNATIVES.items()}
    return [take.observed(tool, error=100 * (found / true - 1)) for tool, found in rates.items()]


CHECKS = (
    Check(
        "syllable_count",
        each(lambda clip: clip.counted and not clip.sentences),
        count,
        (Figure("mean abs. error", "%", mean_abs("error")), Figure("bias", "%", mean("error"))),
        EVERY,
    ),
    Check(
        "speech_rate",
        each(lambda clip: clip.counted and "speech_rate_syl_per_min" in clip.truth and bool(clip.sentences)),
        rate,
        (Figure("mean abs. error", "%", mean_abs("error")), Figure("largest abs. error", "%", largest("error"))),
        EVERY,
    ),
)
