"""The six scores under changes that must not matter: gain, lossy files, a telephone line."""

from collections.abc import Mapping, Sequence

import numpy as np

from voicecoach import manipulation
from voicecoach.grading import grade
from voicecoach.recording import Recording, from_array
from voicecoach.validation.checks import OURS, Check, Figure, Observation, Take
from voicecoach.validation.conditions import CLEAN
from voicecoach.validation.manifest import Clip
from voicecoach.validation.statistics import largest
from voicecoach.validation.utterances import is_call

GAIN_DB = 12.0
HEADROOM_DB = 0.1  # gain stops there: no new clipping
LOST = 100.0  # points; a score that is gone, or came from nowhere
CHANGES = {  # name: change, and the requirements that it may move
    "gain +12 dB": ("gain:{up}", ("loudness",)),
    "gain -12 dB": (f"gain:-{GAIN_DB}", ("loudness",)),
    "MP3 64 kb/s": ("coded:mp3:64", ()),
    "Opus 24 kb/s": ("coded:opus:24", ()),
    "A-law": ("coded:alaw", ()),
    "telephone": ("telephone", ("clarity", "tone")),
}
Scores = Mapping[str, float | None]


def some_calls(clips: Sequence[Clip]) -> list[tuple[Clip, ...]]:
    """The first and the last call of each voice, each by itself."""
    by_voice: dict[str, list[Clip]] = {}
    for clip in clips:
        if is_call(clip):
            by_voice.setdefault(clip.speaker or clip.name, []).append(clip)
    return [(clip,) for own in by_voice.values() for clip in {own[0].name: own[0], own[-1].name: own[-1]}.values()]


def moves(takes: tuple[Take, ...]) -> list[Observation]:
    """How far each of the six scores moves when the recording is changed in a way that must not matter [points].

    Gain goes up as far as nothing clips; loudness may follow it. Over a telephone line clarity and tone may fall or be
    out of reach. A score that is lost or gained counts as 100 points. The first and the last call of each voice.
    """
    (take,) = takes
    before = _scores(take.recording)
    values = {}
    for name, (spec, spared) in CHANGES.items():
        after = _scores(changed(take.recording, spec))
        values[name] = [move(then, after[key]) for key, then in before.items() if key not in spared]
    return [take.observed(OURS, **values)]


def changed(recording: Recording, spec: str) -> Recording:
    """The recording after a change; ``{up}`` is as much gain as there is room for, at most 12 dB."""
    room = -20 * float(np.log10(np.abs(recording.samples).max() + 1e-12)) - HEADROOM_DB
    samples, sr = manipulation.apply(spec.format(up=min(GAIN_DB, room)), recording.samples, recording.sr)
    return from_array(samples, sr, name=recording.name)


def move(before: float | None, after: float | None) -> float:
    """Points between two scores.

    Examples
    --------
    >>> move(80.0, 77.5), move(None, None), move(80.0, None)
    (2.5, 0.0, 100.0)
    """
    if before is None or after is None:
        return 0.0 if before is after else LOST
    return abs(after - before)


def _scores(recording: Recording) -> Scores:
    return {requirement.id: requirement.score for requirement in grade(recording).requirements}


CHECKS = (
    Check(
        "scores",
        some_calls,
        moves,
        tuple(Figure(f"largest move, {name}", "points", largest(name)) for name in CHANGES),
        (CLEAN,),
    ),
)
