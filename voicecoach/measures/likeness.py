"""Whether a call can be of the person, the microphone and the room that a baseline is of."""

from typing import TYPE_CHECKING

import numpy as np

from voicecoach.measures.smile import FEW_FRAMES, best_warp, warp_distances

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.decay import Decay
    from voicecoach.tracks.envelopes import Envelopes
    from voicecoach.tracks.levels import Levels

# Fitted with benchmarks/own_voice.py, which says how often they err. A person's smile is within all three.
PITCH_ST = 5.0  # st between medians of one person's calls
WARP = 12.0  # %; vocal tracts of adults differ by more than that, a smile moves resonances by less
FIT = 1.2  # times as far from the baseline's shapes as the baseline's halves are from each other
QUIET_DB = 15.0  # of speech over noise: below, noise makes every voice another
VOICE_FRAMES = 250  # 5 s of voice

# What one microphone in one room differs by from day to day is less (convention; benchmarks/own_voice.py)
NOISE_DB = 15.0
BAND_RATIO = 1.5
DECAY_S = 0.15
COLOUR_DB = 3.5  # rms between mean spectral shapes, 320-3000 Hz; a smile makes up to 2.2

Facts = dict[str, float]


def unlike(
    envelopes: "Envelopes", capture: "Capture", levels: "Levels", decay: "Decay", baseline: "Baseline"
) -> dict[str, Facts]:
    """What speaks against comparing a call with a baseline: codes with their figures; empty if nothing does.

    ``baseline_person``: pitch, resonances or spectral shapes lie further away than those of one person's calls do.
    ``baseline_channel``, ``baseline_band``, ``baseline_noise``, ``baseline_echo``, ``baseline_colour``: another
    microphone, room or line.

    Parameters
    ----------
    envelopes : Envelopes
    capture : Capture
    levels : Levels
    decay : Decay
    baseline : Baseline

    Notes
    -----
    Who somebody is, this does not tell: two voices of one pitch and build pass for each other. See
    ``benchmarks/own_voice.py`` for how often.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> same = {"snr_db": 30.0, "bandwidth_hz": 8000.0, "channel": "wideband", "decay_s": None, "shape": None}
    >>> now = SimpleNamespace(telephone=False, bandwidth_hz=8000.0), SimpleNamespace(snr_db=12.0)
    >>> unlike(SimpleNamespace(times=()), *now, SimpleNamespace(time_s=None), SimpleNamespace(**same))
    {'baseline_noise': {'before': 30.0, 'now': 12.0}}
    """
    quiet = levels.snr_db is not None and levels.snr_db >= QUIET_DB
    found: dict[str, Facts] = {}
    if len(envelopes.times) >= VOICE_FRAMES:
        dry, now = baseline.decay_s, decay.time_s
        echo = dry is not None and now is not None and _far("baseline_echo", now, dry)
        same_line = capture.telephone == (baseline.channel == "telephone") and not echo  # echo smears every shape
        found |= _person(envelopes, quiet, same_line, baseline)
    known = "baseline_person" in found or not quiet
    return found | _microphone(envelopes, capture, levels, decay, baseline, known=known)


def _person(envelopes: "Envelopes", quiet: bool, same_line: bool, baseline: "Baseline") -> dict[str, Facts]:
    st = 12 * float(np.log2(np.median(envelopes.f0_hz) / baseline.f0_median_hz))
    facts = {"st": st, "now": float(np.median(envelopes.f0_hz)), "before": baseline.f0_median_hz}
    if abs(st) > PITCH_ST:
        return {"baseline_person": facts}
    if not (quiet and same_line) or baseline.own_fit is None:
        return {}
    distance, spread = warp_distances(envelopes, baseline.codebook)
    curve = distance.sum(axis=1) / spread.sum(axis=1)
    warp = 100 * (float(best_warp(curve[None])[0]) - 1)
    if abs(warp) > WARP or curve.min() > FIT * baseline.own_fit:
        return {"baseline_person": facts}
    return {}


def _microphone(
    envelopes: "Envelopes", capture: "Capture", levels: "Levels", decay: "Decay", baseline: "Baseline", *, known: bool
) -> dict[str, Facts]:
    """``known``: there is another reason for a difference of colour."""
    if capture.telephone != (baseline.channel == "telephone"):
        return {"baseline_channel": {}}
    found: dict[str, Facts] = {}
    for code, now, before in (
        ("baseline_noise", levels.snr_db, baseline.snr_db),
        ("baseline_band", capture.bandwidth_hz, baseline.bandwidth_hz),
        ("baseline_echo", decay.time_s, baseline.decay_s),
    ):
        if now is not None and before is not None and _far(code, now, before):
            found[code] = {"before": float(before), "now": float(now)}
    if baseline.shape is not None and not known and len(envelopes.times) >= FEW_FRAMES:
        difference = envelopes.shapes().mean(axis=0) - baseline.shape
        colour = 10 / np.log(10) * float(np.sqrt(np.mean(difference**2)))
        if colour > COLOUR_DB:
            found["baseline_colour"] = {"db": colour}
    return found


def _far(code: str, now: float, before: float) -> bool:
    if code == "baseline_noise":
        return abs(now - before) > NOISE_DB
    if code == "baseline_band":
        return max(now, before) > BAND_RATIO * min(now, before)
    return abs(now - before) > DECAY_S
