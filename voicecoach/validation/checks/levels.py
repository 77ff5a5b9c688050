"""Loudness, the level of active speech and the ratio of speech to noise, against levels known or set."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from voicecoach.active_level import active_level
from voicecoach.measures.loudness import snr
from voicecoach.recording import from_array, load
from voicecoach.tracks import Tracks
from voicecoach.tracks.loudness import integrated_loudness
from voicecoach.validation.alternatives import pyloudnorm_meter, runs, wada
from voicecoach.validation.checks import OURS, Check, Figure, Observation, Take, each
from voicecoach.validation.conditions import CLEAN, heard
from voicecoach.validation.manifest import Clip
from voicecoach.validation.statistics import largest, mean, mean_abs, ratio

RATIOS = (25, 20, 15, 10, 5)  # dB of speech over noise
NOISES = ("white", "pink", "babble")
CLIP_S = 30.0  # of each clip: a short practice call
TOLERANCE_DB = 1.5
CLEAN_DB = 45.0  # own noise this far below speech adds 0.04 dB to the least that is added
SV56 = "active_level_sv56"  # in a clip's truth: dBov


def loudness(takes: tuple[Take, ...]) -> list[Observation]:
    """Integrated loudness of both channels of a file [LU from the stated one]."""
    (take,) = takes
    samples, sr, true = channels(take), take.recording.sr, float(take.clip.truth["lufs"])
    tools = {OURS: integrated_loudness(samples, sr)}
    if runs("pyloudnorm"):
        tools["pyloudnorm"] = pyloudnorm_meter.integrated(samples, sr)
    return [take.observed(tool, error=found - true) for tool, found in tools.items() if found is not None]


def channels(take: Take) -> npt.NDArray[np.float32]:
    """Both channels of a stereo file, or the one there is; shape (n, channels)."""
    left = take.recording
    if take.clip.path is None or left.channels == 1:
        return left.samples[:, None]
    return np.stack([left.samples, load(take.clip.path, speaker="right").samples], axis=1)


def speech_level(takes: tuple[Take, ...]) -> list[Observation]:
    """Active speech level (ITU-T P.56) [dB from what the ITU's program sv56 says]; beside it the plain mean power."""
    (take,) = takes
    samples, true = take.recording.samples, float(take.clip.truth[SV56])
    found = active_level(samples, take.recording.sr)
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    tools = {OURS: found[0] if found else None, "mean power": 10 * np.log10(power) if power else None}
    return [take.observed(tool, error=level - true) for tool, level in tools.items() if level is not None]


def speech_over_noise(takes: tuple[Take, ...]) -> list[Observation]:
    """Speech over noise, dB, in the first 30 s of a clean clip with white, pink and babble noise 25 to 5 dB below it.

    The truth is P.56's level of the clean clip over the mean power of the noise. WADA tells mean powers: it is given
    the share of time that speech is active.
    """
    (take,) = takes
    whole = take.recording
    clip = from_array(whole.samples[: round(CLIP_S * whole.sr)], whole.sr, name=whole.name)
    level = active_level(clip.samples, clip.sr)
    if level is None:
        return []
    errors: dict[str, dict[str, list[float | None]]] = {OURS: {}, "WADA": {}}
    for noise in NOISES:
        for over in RATIOS:
            tracks = Tracks(heard(clip, f"add_noise:{over}:{noise}:1"))
            other = wada.ratio_db(tracks.samples)
            found = {OURS: snr(tracks.levels, tracks.ipus).value,
                     "WADA": None if other is None else other - 10 * np.log10(level[1])}  # fmt: skip
            for tool, value in found.items():
                errors[tool].setdefault(noise, []).append(None if value is None else value - over)
    return [take.observed(tool, **judged(by_noise)) for tool, by_noise in errors.items()]


def judged(errors: Mapping[str, Sequence[float | None]]) -> Mapping[str, float | Sequence[float]]:
    """Errors [dB] of steady noise and of babble, and how many are within 1.5 dB; None, nothing measured, is not.

    Examples
    --------
    >>> told = judged({"white": [0.5, -1.0], "babble": [2.0, None]})
    >>> told["steady"], told["babble"], told["steady_within"], told["babble_within"], told["babble_asked"]
    ([0.5, -1.0], [2.0], 2, 0, 2)
    """
    kinds = {"steady": [e for noise, row in errors.items() if noise != "babble" for e in row],
             "babble": list(errors.get("babble", ()))}  # fmt: skip
    told: dict[str, float | Sequence[float]] = {}
    for kind, row in kinds.items():
        measured = [error for error in row if error is not None]
        told |= {kind: measured, f"{kind}_within": sum(abs(error) <= TOLERANCE_DB for error in measured),
                 f"{kind}_asked": len(row)}  # fmt: skip
    return told


def is_clean_call(clip: Clip) -> bool:
    """Whether added noise is all the noise there is: a whole call of a synthetic voice, not known to be noisy."""
    known: float = clip.truth.get("snr_db", CLEAN_DB)
    return clip.kind == "tts" and bool(clip.sentences) and known >= CLEAN_DB


def _figures(kind: str, words: str) -> tuple[Figure, ...]:
    return (
        Figure(f"mean abs. error, {words}", "dB", mean_abs(kind)),
        Figure(f"bias, {words}", "dB", mean(kind)),
        Figure(f"largest abs. error, {words}", "dB", largest(kind)),
        Figure(f"within 1.5 dB, {words}", "%", ratio(f"{kind}_within", f"{kind}_asked")),
    )


def _all_of(unit: str) -> tuple[Figure, ...]:
    return (
        Figure("largest abs. error", unit, largest("error")),
        Figure("mean abs. error", unit, mean_abs("error")),
    )


CHECKS = (
    Check("loudness", each(lambda clip: "lufs" in clip.truth), loudness, _all_of("LU"), (CLEAN,)),
    Check("active_level", each(lambda clip: SV56 in clip.truth), speech_level, _all_of("dB"), (CLEAN,)),
    Check(
        "snr",
        each(is_clean_call),
        speech_over_noise,
        (*_figures("steady", "steady noise"), *_figures("babble", "babble")),
        (CLEAN,),
    ),
)
