"""Clarity on ladders: does it fall with every step of noise, reverberation, band and clipping?"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from voicecoach import manipulation
from voicecoach.grading import grade
from voicecoach.recording import from_array
from voicecoach.results import Report
from voicecoach.tracks import Tracks
from voicecoach.validation.checks import OURS, Check, Figure, Figured, Observation, Take
from voicecoach.validation.conditions import CLEAN
from voicecoach.validation.manifest import Clip
from voicecoach.validation.statistics import highest, mean, spearman
from voicecoach.validation.utterances import is_call

SECONDS = 30.0
QUIET_DB = 40.0  # of speech over noise
# what gets worse from left to right: changes as voicecoach.manipulation.apply reads them
LADDERS: Mapping[str, tuple[str, ...]] = {
    "noise": tuple(f"add_noise:{ratio}:pink" for ratio in (45, 40, 35, 30, 25, 20, 15, 10, 5, 0)),
    "reverberation": tuple(f"reverberate:{rt60}" for rt60 in (0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0)),
    "band": tuple(f"lowpass:{hz}" for hz in (9500, 8000, 7000, 6000, 5000, 4000, 3400, 3000, 2500)),
    "clipping": tuple(f"clip:{db}" for db in (0, 3, 6, 9, 12, 15, 18, 21, 24)),
}
# the row that judges each, and whether its value falls (1) or rises (-1) as things get worse
ROWS = {
    "noise": ("clarity_noise", 1),
    "reverberation": ("reverberation", -1),
    "band": ("bandwidth", 1),
    "clipping": ("clipped_share", -1),
}


def one_call_a_voice(clips: Sequence[Clip]) -> list[tuple[Clip, ...]]:
    """The first call of each voice: what ladders are climbed with."""
    first: dict[str, Clip] = {}
    for clip in clips:
        if is_call(clip) and clip.sentences[-1].end >= SECONDS:
            first.setdefault(clip.speaker or clip.name, clip)
    return [(clip,) for clip in first.values()]


def ladders(takes: tuple[Take, ...]) -> list[Observation]:
    """Spearman's rank correlation of clarity with some nine steps of worse sound, within a call; -1: always falls.

    *Score* is that of the requirement, *measure* that of the row that judges this kind of damage, signed so that less
    is worse. The first 30 s of the first call of each voice; noisy recordings are left out.
    """
    (take,) = takes
    recording = take.recording
    start = recording.samples[: round(SECONDS * recording.sr)]
    noise = Tracks(from_array(start, recording.sr)).levels.band_snr_db
    if noise is None or noise < QUIET_DB:
        return []
    values: dict[str, float] = {}
    for name, specs in LADDERS.items():
        reports = [grade(from_array(*manipulation.apply(spec, start, recording.sr))) for spec in specs]
        row, sign = ROWS[name]
        for kind, found in (
            ("score", [_clarity(report) for report in reports]),
            ("measure", [_times(sign, report.criterion(row).value) for report in reports]),
        ):
            values[f"{kind}, {name}"] = _falls(found)
    return [take.observed(OURS, **values)]


def _clarity(report: Report) -> float | None:
    return next(r.score for r in report.requirements if r.id == "clarity")


def _times(sign: int, value: float | None) -> float | None:
    return None if value is None else sign * value


def _falls(values: Sequence[float | None]) -> float:
    """Rank correlation with the steps of the ladder; what could not be measured is worse than all that could.

    Examples
    --------
    >>> _falls([9.0, 5.0, None])
    -1.0
    """
    there = [value for value in values if value is not None]
    if not there:
        return 0.0
    filled = [min(there) - 1 if value is None else value for value in values]
    return round(spearman(np.arange(len(filled)), filled), 6)


def _figures() -> tuple[Figure, ...]:
    kinds: Mapping[str, Callable[[str], Figured]] = {"worst": highest, "mean": mean}
    return tuple(
        Figure(f"{what}, {name}: {kind} Spearman", "", of(f"{what}, {name}"))
        for name in LADDERS for what in ("score", "measure") for kind, of in kinds.items()
    )  # fmt: skip


CHECKS = (Check("clarity", one_call_a_voice, ladders, _figures(), (CLEAN,)),)
