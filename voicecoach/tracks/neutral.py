"""From the tracks of a neutral recording to the speaker's baseline."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.baseline import Baseline
from voicecoach.errors import RecordingError
from voicecoach.timeline import FloatArray, inside, total

if TYPE_CHECKING:
    from voicecoach.tracks import Tracks

SHORTEST_S = 3.0  # s of speech; from less nothing is learnt. How much a score needs, the rubric's rows say
MOST_SHAPES = 64  # a minute of speech fills them; twice as many tell no more (by the check of `smile_shift`)
FRAMES_PER_SHAPE = 12
ROUNDS = 25
SEED = 1


def baseline_from(tracks: "Tracks") -> Baseline:
    """The baseline of a neutral recording.

    Parameters
    ----------
    tracks : Tracks    of about a minute of the speaker's plain reading, on the channel that calls are recorded on

    Returns
    -------
    Baseline

    Raises
    ------
    RecordingError    ``baseline_too_short``: under 3 s of speech, or next to no voice in it
    """
    f0, ipus = tracks.f0, tracks.ipus
    speech_s = total(ipus)
    voiced = np.concatenate([f0.within(ipu) for ipu in ipus]) if ipus else np.zeros(0)
    voiced = voiced[np.isfinite(voiced)]
    shapes = tracks.envelopes.shapes()
    name = str(tracks.recording.path or tracks.recording.name)
    if speech_s < SHORTEST_S or len(shapes) < FRAMES_PER_SHAPE:
        raise RecordingError("baseline_too_short", path=name, found=speech_s, need=SHORTEST_S)
    semitones = 12 * np.log2(voiced / np.median(voiced))
    return Baseline(
        name=tracks.recording.name,
        sha256=tracks.recording.sha256,
        created=_date(tracks),
        channel="telephone" if tracks.capture.telephone else "wideband",
        speech_s=round(speech_s, 3),
        voiced_s=round(len(voiced) * f0.step, 3),
        f0_median_hz=round(float(np.median(voiced)), 2),
        f0_sd_st=round(float(np.std(semitones)), 3),
        active_level_db=tracks.levels.active_level_db,
        alpha_db=tracks.ltas.alpha_db,
        manner=tracks.manner.figures(),
        codebook=codebook(shapes),
        shape=shapes.mean(axis=0),
        own_fit=own_fit(shapes),
        speech_rate=_rate(tracks),
        snr_db=tracks.levels.snr_db,
        noise_level_db=tracks.levels.noise_level_db,
        bandwidth_hz=tracks.capture.bandwidth_hz,
        decay_s=tracks.decay.time_s,
        dips_db=tracks.dips.mean_db,
        dips_sd=tracks.dips.mean_sd,
    )


def own_fit(shapes: FloatArray) -> float | None:
    """How far the shapes of one half of a recording lie from those of the other; None where there are too few.

    Squared distance to the nearest shape of the other half's codebook, over that to the mean: 0 if all are found
    there, 1 if none is. Both ways, averaged.

    Parameters
    ----------
    shapes : ndarray, shape (n, m)    in order of time

    Examples
    --------
    >>> two = np.tile([[0.0, 1.0], [4.0, 3.0]], (500, 1))
    >>> own_fit(two), own_fit(two[:20]) is None
    (0.0, True)
    """
    halves = np.array_split(shapes, 2)
    if len(halves[1]) < MOST_SHAPES * FRAMES_PER_SHAPE / 4:
        return None
    found = []
    for known, new in (halves, halves[::-1]):
        x = new - new.mean(axis=0)
        found.append(_distances(x, codebook(known)).min(axis=1).sum() / max(1e-12, float((x**2).sum())))
    return round(float(np.mean(found)), 4)


def codebook(shapes: FloatArray) -> FloatArray:
    """Up to 64 shapes that stand for all: k-means, the mean of the recording taken out first.

    Taking the mean out makes the codebook blind to microphone and line, which add the same to every frame.

    Parameters
    ----------
    shapes : ndarray, shape (n, m)

    Returns
    -------
    ndarray, shape (k, m), k = n / 12 between 1 and 64

    References
    ----------
    Arthur & Vassilvitskii (2007), k-means++: the advantages of careful seeding, SODA.

    Examples
    --------
    >>> two = np.repeat([[0.0, 1.0], [4.0, 3.0]], 12, axis=0)
    >>> sorted(codebook(two).tolist())
    [[-2.0, -1.0], [2.0, 1.0]]
    """
    x = shapes - shapes.mean(axis=0)
    chance = np.random.default_rng(SEED)
    centres = x[chance.integers(len(x))][None]
    for _ in range(1, min(MOST_SHAPES, max(1, len(x) // FRAMES_PER_SHAPE))):
        far = _distances(x, centres).min(axis=1)
        if far.sum() <= 1e-9 * len(x):  # fewer different shapes than asked for
            break
        centres = np.vstack([centres, x[chance.choice(len(x), p=far / far.sum())]])
    for _ in range(ROUNDS):
        nearest = _distances(x, centres).argmin(axis=1)
        used = np.unique(nearest)
        centres = np.array([x[nearest == k].mean(axis=0) for k in used])
    return np.asarray(centres)


def _distances(x: FloatArray, centres: FloatArray) -> FloatArray:
    """Squared distances, shape (n, k)."""
    squares = (x**2).sum(axis=1)[:, None] - 2 * x @ centres.T + (centres**2).sum(axis=1)
    return np.asarray(np.maximum(squares, 0.0))


def _rate(tracks: "Tracks") -> float | None:
    """Syllables a minute, pauses counted."""
    seconds = total(tracks.turns)
    return round(60 * int(inside(tracks.syllables, tracks.turns).sum()) / seconds, 1) if seconds else None


def _date(tracks: "Tracks") -> str | None:
    """The date of the recording's file."""
    path = tracks.recording.path
    if path is None or not path.exists():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
