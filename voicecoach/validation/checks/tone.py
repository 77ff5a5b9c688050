"""The tone index on acted emotions, beside a classifier of openSMILE's eGeMAPS features."""

from collections.abc import Sequence

import numpy as np

from voicecoach.measures.tone import tone_figures, tone_index
from voicecoach.measures.tone_model import left_out
from voicecoach.recording import from_array
from voicecoach.tracks import Tracks
from voicecoach.tracks.neutral import baseline_from
from voicecoach.validation.alternatives import egemaps, runs
from voicecoach.validation.checks import OURS, Check, Figure, Observation, Take
from voicecoach.validation.conditions import CLEAN, TELEPHONE
from voicecoach.validation.manifest import Clip
from voicecoach.validation.statistics import auc
from voicecoach.validation.utterances import joined

HAPPY, NEUTRAL = "happiness", "neutral"
OTHERS = (NEUTRAL, "boredom", "anger")
FEWEST_NEUTRAL = 3  # takes of a speaker: one is scored, the others are the baseline
GAP_S = 0.3


def acted(clips: Sequence[Clip]) -> list[tuple[Clip, ...]]:
    """All takes of a set that are neutral, happy, bored or angry, of speakers with happy and enough neutral ones."""
    wanted = [clip for clip in clips if clip.speaker and clip.emotion in (HAPPY, *OTHERS)]
    count: dict[tuple[str, str], int] = {}
    for clip in wanted:
        key = (clip.speaker, clip.emotion)
        count[key] = count.get(key, 0) + 1
    kept = tuple(
        clip for clip in wanted
        if count.get((clip.speaker, NEUTRAL), 0) >= FEWEST_NEUTRAL and count.get((clip.speaker, HAPPY), 0)
    )  # fmt: skip
    return [kept] if kept else []


def relative(takes: tuple[Take, ...]) -> list[Observation]:
    """Tone index of happy against neutral, bored and angry takes; baseline: the speaker's other neutral takes.

    The take that is scored is never in its own baseline. Speakers that the weights were fitted on (de_emodb) are scored
    by weights fitted without them, stored in ``measures/tone_index.json`` under ``left_out`` by
    ``benchmarks/fit_tone.py``; everybody else by the shipped ones. Acted German speech, takes of 2 s, few speakers:
    that the index means friendliness in Mandarin is untested. The alternative is logistic regression on openSMILE's
    eGeMAPSv02 features less those of the same takes, leaving one speaker out.
    """
    found = []
    for own in _by_speaker(takes):
        neutral = [take for take in own if take.clip.emotion == NEUTRAL]
        of_all = baseline_from(_one(neutral))
        for take in own:
            baseline = baseline_from(_one([t for t in neutral if t is not take])) if take in neutral else of_all
            tracks = take.tracks
            figures = tone_figures(tracks.manner, tracks.envelopes, tracks.ipus, tracks.capture, baseline)
            if tracks.capture.telephone == (baseline.channel == "telephone") and len(tracks.manner.sums):
                value = float(left_out(take.clip.set, take.clip.speaker).index(figures))
                found.append(take.observed(OURS, **{take.clip.emotion: value}))
    return found + _by_egemaps(takes)


def absolute(takes: tuple[Take, ...]) -> list[Observation]:
    """Tone index without a baseline, counted from Mandarin speakers at large: happy against neutral, bored, angry."""
    found = []
    for take in takes:
        tracks = take.tracks
        value = tone_index(tracks.manner, tracks.envelopes, tracks.ipus, tracks.capture).value
        if value is not None:
            found.append(take.observed(OURS, **{take.clip.emotion: value}))
    return found


def _by_speaker(takes: Sequence[Take]) -> list[list[Take]]:
    found: dict[str, list[Take]] = {}
    for take in takes:
        found.setdefault(take.clip.speaker, []).append(take)
    return list(found.values())


def _one(takes: Sequence[Take]) -> Tracks:
    """Takes in a row."""
    sr = takes[0].recording.sr
    return Tracks(from_array(joined([take.recording.samples for take in takes], sr, [GAP_S] * len(takes)), sr))


def _by_egemaps(takes: Sequence[Take]) -> list[Observation]:
    speakers = np.array([take.clip.speaker for take in takes])
    if len(set(speakers)) < 3 or not runs(egemaps.NAME):
        return []
    emotions = np.array([take.clip.emotion for take in takes])
    features = egemaps.features([take.recording for take in takes])
    if features is None:
        return []
    apart = egemaps.less_own_neutral(features, speakers, emotions == NEUTRAL)
    scores = egemaps.left_one_out(apart, emotions == HAPPY, speakers)
    return [
        take.observed(egemaps.NAME, **{take.clip.emotion: float(score)})
        for take, score in zip(takes, scores, strict=True)
    ]


FIGURES = tuple(Figure(f"AUC happy against {other}", "", auc(HAPPY, other)) for other in OTHERS)

CHECKS = (
    Check("tone_index", acted, relative, FIGURES, (CLEAN, TELEPHONE)),
    Check("tone_index (no baseline)", acted, absolute, FIGURES, (CLEAN, TELEPHONE)),
)
