"""Resonances against the speaker's own neutral voice: what a smile does to a voice, among other things."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from voicecoach.results import Evidence, Measurement, missing
from voicecoach.timeline import FloatArray, Spans

if TYPE_CHECKING:
    from voicecoach.baseline import Baseline
    from voicecoach.tracks.capture import Capture
    from voicecoach.tracks.envelopes import Envelopes

WARPS = np.round(np.arange(0.84, 1.181, 0.02), 2)  # beyond these no smile goes
PITCH_EFFECT = 0.3  # %; what one semitone of pitch alone adds (`voicecoach validate --measure smile_shift`)
PITCH_MOST = 6.0  # st; differences beyond are not corrected further
TEXT_ERROR = 1.1  # %; standard deviation between neutral takes of other texts (`voicecoach validate`, as above)
USUAL_MISFIT, MISFIT_ERROR = 0.27, 17.0  # distance left at the best warp when clean; % of error for each 1 above it (M)
FEW_FRAMES = 30  # 0.6 s of voice
STRETCH_S = 3.0
DRAWS, SEED = 200, 4
SHOWN_FROM = 3.0  # %; less is within what texts do


def smile_shift(
    envelopes: "Envelopes", ipus: Spans, capture: "Capture", baseline: "Baseline | None" = None
) -> Measurement:
    """How much higher the resonances lie than in the speaker's own neutral recording [%].

    shift = 100 (w - 1) - 0.3 d, with w the warp of the frequency axis at which the call's spectral shapes are
    closest to those of the neutral recording, and d the difference of median pitch in st

    Parameters
    ----------
    envelopes : Envelopes
    ipus : tuple of Span     s
    capture : Capture
    baseline : Baseline or None

    Returns
    -------
    Measurement
        %, positive is higher. Evidence: stretches of some seconds at least 3 % up that stand out from the rest
        (``brighter_stretch``). Facts: ``f0_st``, the difference of pitch; ``warp``, before its correction. Missing:
        ``no_baseline``; ``smile_not_told`` if the speaker's own takes showed that it tells nothing;
        ``baseline_other_channel`` if one was made over a telephone and the other not;
        ``too_little_voice`` under 0.6 s.

    Notes
    -----
    The spectral mean of either recording is taken out, at every warp: microphone and line do not matter. A smile
    raises the resonances; so do effort, a cold, a nearer microphone. It is not a smile detector.
    ``sd``: bootstrap over stretches of 3 s, 1.1 % between texts and paces (``voicecoach validate``), and how
    unlike the neutral shapes these are even at the best warp. Noise makes them so, and pulls the value down: by 1-2 %
    at 20 dB above white noise, 5 % at 15, and to nonsense below 12. On people, other days add 1-2 % (science: e3).

    References
    ----------
    Lee & Rose (1998), A frequency warping approach to speaker normalization, IEEE Transactions on Speech and Audio
    Processing 6:49-60. Tartter (1980), Happy talk, Perception & Psychophysics 27:24-27.

    Examples
    --------
    >>> smile_shift(None, (), None).reason
    'no_baseline'
    """
    if baseline is None:
        return missing("%", "no_baseline")
    if not baseline.smile_evidence:
        return missing("%", "smile_not_told")
    channel = "telephone" if capture.telephone else "wideband"
    if channel != baseline.channel:
        return missing("%", "baseline_other_channel")
    if len(envelopes.times) < FEW_FRAMES:
        return missing("%", "too_little_voice", found=0.02 * len(envelopes.times), need=0.02 * FEW_FRAMES)
    distance, spread = warp_distances(envelopes, baseline.codebook)
    pitch = 12 * float(np.log2(np.median(envelopes.f0_hz) / baseline.f0_median_hz))
    correction = PITCH_EFFECT * float(np.clip(pitch, -PITCH_MOST, PITCH_MOST))
    curve = distance.sum(axis=1) / spread.sum(axis=1)
    warp = 100 * (float(best_warp(curve[None])[0]) - 1)
    misfit = MISFIT_ERROR * max(0.0, float(curve.min()) - USUAL_MISFIT)
    starts = _stretches(envelopes.times, ipus)
    parts = np.add.reduceat(np.stack([distance, spread]), starts, axis=2)
    value = warp - correction
    return Measurement(
        value,
        "%",
        sd=float(np.linalg.norm([_bootstrap_error(parts), TEXT_ERROR, misfit])),
        evidence=_brighter(envelopes.times, starts, parts, correction, value),
        facts={"f0_st": round(pitch, 2), "warp": round(warp, 2)},
    )


def warp_distances(envelopes: "Envelopes", codebook: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Squared distance of each frame to the nearest shape of the codebook, and to the mean of all, at each warp.

    Their quotient is what compares warps: a warp that stretches shapes flat has small distances for no other reason.

    Returns
    -------
    distance, spread : ndarray, shape (18, n)
    """
    distance = np.empty((len(WARPS), len(envelopes.times)))
    spread = np.empty_like(distance)
    norms = (codebook**2).sum(axis=1)
    for row, warp in enumerate(WARPS):
        shapes = envelopes.shapes(float(warp))
        shapes -= shapes.mean(axis=0)
        spread[row] = (shapes**2).sum(axis=1)
        distance[row] = spread[row] + (norms - 2 * shapes @ codebook.T).min(axis=1)
    return np.maximum(distance, 0.0), np.maximum(spread, 1e-12)


def best_warp(curves: FloatArray) -> FloatArray:
    """The warp at the minimum of each row: vertex of the parabola through the five values about the least.

    Parameters
    ----------
    curves : ndarray, shape (n, 18)    at the warps 0.84, 0.86, ... 1.18

    Examples
    --------
    >>> best_warp(((WARPS - 1.034) ** 2)[None]).round(4).tolist()
    [1.034]
    """
    least = np.clip(curves.argmin(axis=1), 2, len(WARPS) - 3)
    near = least[:, None] + np.arange(-2, 3)
    x = np.arange(-2, 3)
    y = np.take_along_axis(curves, near, axis=1)
    slope = y @ x / 10
    bend = y @ (x**2 - 2) / 14  # least-squares parabola on five equal steps
    step = float(WARPS[1] - WARPS[0])
    offset = np.where(bend > 0, -slope / np.maximum(2 * bend, 1e-12), 0.0)
    return np.asarray(np.clip(WARPS[least] + step * np.clip(offset, -2, 2), WARPS[0], WARPS[-1]))


def _stretches(times: FloatArray, ipus: Spans) -> npt.NDArray[np.intp]:
    """Index of the first frame of every stretch of at most 3 s within one unit of speech."""
    unit = np.searchsorted(np.array([ipu.start for ipu in ipus]), times, side="right")
    piece = (times // STRETCH_S).astype(int)
    return np.flatnonzero(np.concatenate([[True], (np.diff(unit) != 0) | (np.diff(piece) != 0)]))


def _bootstrap_error(parts: FloatArray) -> float:
    """Standard deviation of the warp, in %, over drawings of the stretches with replacement."""
    count = parts.shape[2]
    if count < 3:
        return TEXT_ERROR * 2
    chance = np.random.default_rng(SEED)
    often = chance.multinomial(count, np.full(count, 1 / count), size=DRAWS)
    distance, spread = parts @ often.T
    return 100 * float(np.std(best_warp((distance / spread).T)))


def _brighter(
    times: FloatArray, starts: npt.NDArray[np.intp], parts: FloatArray, correction: float, value: float
) -> tuple[Evidence, ...]:
    """Up to three places where several seconds running lie 3 % up or more."""
    width = 4  # stretches taken together: one alone holds too few sounds
    if parts.shape[2] < 2 * width or value < 0:
        return ()
    summed = np.lib.stride_tricks.sliding_window_view(parts, width, axis=2).sum(axis=3)
    shifts = 100 * (best_warp((summed[0] / summed[1]).T) - 1) - correction
    ends = np.concatenate([starts[1:], [len(times)]]) - 1
    found: list[Evidence] = []
    for k in np.argsort(-shifts):
        start, end = float(times[starts[k]]), float(times[ends[k + width - 1]])
        if shifts[k] < SHOWN_FROM or len(found) == 3:
            break
        if all(end <= e.start or start >= e.end for e in found):
            found.append(Evidence(start, end, "brighter_stretch", {"shift": round(float(shifts[k]), 1)}))
    return tuple(sorted(found, key=lambda e: e.start))
