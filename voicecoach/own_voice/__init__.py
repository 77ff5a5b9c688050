"""A trainee's own voice: from one neutral reading or several, and a smiling one, to a baseline and what it is like.

The documents' first step of training (呼叫中心标准化服务手册 § 建立声音形象的训练方法): know the character of your own
voice, and the register in which it makes its best impression. Nothing here is scored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from voicecoach.baseline import Baseline
from voicecoach.errors import RecordingError
from voicecoach.grading.gates import gather
from voicecoach.grading.quality import quality
from voicecoach.measures.clarity import BLURRED_DB
from voicecoach.measures.likeness import unlike
from voicecoach.own_voice.character import character
from voicecoach.own_voice.joining import joined
from voicecoach.own_voice.register import register
from voicecoach.own_voice.smiles import smile_told
from voicecoach.recording import Recording
from voicecoach.timeline import total
from voicecoach.tracks import Tracks
from voicecoach.tracks.neutral import baseline_from
from voicecoach.words import both

VERSION = 1
NEED_S = 20.0  # s of speech in a neutral recording: as much as the rows ask for that compare with it (baseline_s)
SMILING_S = 15.0  # s of speech from which a smiling take is of use
SPEECH_S = 1.0
TELLING = {"second_voice", "music", "babble", "noisy", "very_noisy", "clipped", "badly_clipped", "soft", "loud"}


@dataclass(frozen=True)
class OwnVoice:
    """What :func:`own_voice` found.

    Attributes
    ----------
    baseline : Baseline       to grade with
    findings : dict           plain, for ``json.dumps``; ``version``, ``character``, ``register``, ``smile``, ``room``,
                              ``notes`` (words about the recording) and ``differs`` (codes and figures against before)
    """

    baseline: Baseline
    findings: dict[str, Any]


def own_voice(
    neutral: Sequence[Recording], smiling: Recording | None = None, *, before: Baseline | None = None,
    same_person: bool = False,
) -> OwnVoice:  # fmt: skip
    """Get to know a voice.

    Parameters
    ----------
    neutral : sequence of Recording     about a minute of plain reading, in one or several recordings
    smiling : Recording or None         the same, read smiling
    before : Baseline or None           the speaker's earlier baseline
    same_person : bool                  do not refuse recordings that seem to be of different people

    Raises
    ------
    RecordingError    ``own_voice_silent``, ``own_voice_short``: no speech, or too little; ``own_voice_other``: another
                      person than in the first recording; ``own_voice_before``: than in the earlier baseline
    """
    every = [Tracks(recording) for recording in neutral]
    for tracks in every:
        _must_speak(tracks)
    tracks = every[0] if len(every) == 1 else Tracks(joined(neutral))
    _must_be_enough(tracks, neutral, NEED_S)
    parts = [baseline_from(every[0])] if len(every) > 1 and total(every[0].ipus) >= SMILING_S else []
    baseline = _named(baseline_from(tracks), every, smiling)
    if not same_person:
        for first in parts:
            for other in every[1:]:
                _must_be(first, other, "own_voice_other")
        if before is not None:
            _must_be(before, tracks, "own_voice_before")
    told: dict[str, Any] = {"code": "unknown", "neutral": [], "smiling": [], "d_prime": None, "shift": None}
    if smiling is not None:
        smile = Tracks(smiling)
        _must_speak(smile)
        _must_be_enough(smile, [smiling], SMILING_S)
        if not same_person:
            _must_be(baseline, smile, "own_voice_other")
        told = smile_told(tracks, smile, baseline)
    facts = quality(tracks, gather(tracks, None))
    findings = {
        "version": VERSION,
        "character": character(tracks, baseline),
        "register": register(tracks),
        "smile": told,
        "room": {key: facts[key] for key in ("snr_db", "noise_level_db", "bandwidth_hz", "band", "active_level_db")},
        "notes": [
            *(w for code, w in zip(facts["codes"], facts["words"], strict=True) if code in TELLING),
            *_blurred(baseline),
        ],
        "differs": _differs(before, tracks),
    }
    return OwnVoice(replace(baseline, smile_evidence=told["code"] != "not_told"), findings)


def _named(baseline: Baseline, every: Sequence[Tracks], smiling: Recording | None) -> Baseline:
    """Of several recordings the baseline has the first one's name, hash and date."""
    first = every[0].recording
    made = baseline_from(every[0]).created if len(every) > 1 else baseline.created
    return replace(baseline, name=first.name, sha256=first.sha256, created=made)


def _blurred(baseline: Baseline) -> list[dict[str, str]]:
    """What to say where syllables run together even here: then calls cannot be judged against it in that."""
    if baseline.dips_db is None or baseline.dips_db >= BLURRED_DB:
        return []
    return [both("own_voice", "blurred", own=baseline.dips_db, need=BLURRED_DB)]


def _must_speak(tracks: Tracks) -> None:
    if total(tracks.ipus) < SPEECH_S:
        raise RecordingError("own_voice_silent", path=_path(tracks.recording))


def _must_be_enough(tracks: Tracks, recordings: Sequence[Recording], need: float) -> None:
    found = total(tracks.ipus)
    if found < need:
        raise RecordingError("own_voice_short", path=", ".join(map(_path, recordings)), found=found, need=need)


def _must_be(known: Baseline, tracks: Tracks, code: str) -> None:
    found = _unlike(known, tracks)
    if "baseline_person" in found:
        facts = found["baseline_person"]
        raise RecordingError(code, path=_path(tracks.recording), now=facts["now"], before=facts["before"])


def _differs(before: Baseline | None, tracks: Tracks) -> dict[str, dict[str, float]]:
    if before is None:
        return {}
    found = _unlike(before, tracks)
    return {code: {key: round(value, 3) for key, value in facts.items()} for code, facts in found.items()}


def _unlike(known: Baseline, tracks: Tracks) -> dict[str, dict[str, float]]:
    return unlike(tracks.envelopes, tracks.capture, tracks.levels, tracks.decay, known)


def _path(recording: Recording) -> str:
    return str(recording.path or recording.name)
