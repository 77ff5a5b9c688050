"""Laughter candidates in calls that hold none, and in the same calls with bursts of "ha" put in."""

import zlib

from voicecoach.manipulation.laughs import laughs_inserted
from voicecoach.measures.laughter import laughter_candidates
from voicecoach.recording import from_array
from voicecoach.results import Measurement
from voicecoach.timeline import Span, overlap
from voicecoach.tracks import Tracks
from voicecoach.validation.checks import OURS, Check, Figure, Observation, Take, each
from voicecoach.validation.conditions import CLEAN, TELEPHONE, heard
from voicecoach.validation.statistics import ratio
from voicecoach.validation.utterances import is_call

LAUGHS = 6  # put into each call; which ones follows from its name, so that no two calls hold the same


def candidates(takes: tuple[Take, ...]) -> list[Observation]:
    """Laughter candidates: share of six made laughs a call that are found, and flags in calls that hold no laughter.

    Made laughs are bursts of "ha" after Provine & Yong (1991); they say nothing of chuckles and snorts.
    """
    (take,) = takes
    recording = take.clip.recording()
    samples, true = laughs_inserted(recording.samples, recording.sr, LAUGHS, zlib.crc32(take.clip.name.encode()))
    laughing = Tracks(heard(from_array(samples, recording.sr, name=recording.name), take.condition))
    found = _flagged(laughing).evidence
    hits = sum(any(overlap(laugh, [Span(flag.start, flag.end)]) > 0 for flag in found) for laugh in true)
    return [
        take.observed(
            OURS, hits=hits, true=len(true), flags=len(_flagged(take.tracks).evidence), seconds=take.tracks.duration
        )
    ]


def _flagged(tracks: Tracks) -> Measurement:
    return laughter_candidates(tracks.wave16, tracks.intensity, tracks.ipus, tracks.duration)


CHECKS = (
    Check(
        "laughter_candidates",
        each(is_call),
        candidates,
        (
            Figure("recall", "%", ratio("hits", "true")),
            Figure("false flags in 10 min", "", ratio("flags", "seconds", 600)),
        ),
        (CLEAN, TELEPHONE),
    ),
)
