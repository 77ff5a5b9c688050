"""In which part of its everyday range a voice is clearest and fullest."""

from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.timeline import FloatArray, inside
from voicecoach.tracks import Tracks

IntArray = npt.NDArray[np.intp]

PARTS = ("lower", "middle", "upper")  # thirds of the voiced time, by pitch
RANGE_DB = 30.0  # frames weaker than the strong ones by more than this are left out: ends, creak
STRETCH_S = 3.0
DRAWS, SEED = 400, 5
SURE = 0.9  # share of the draws in which a part must come out best
FEWEST = 300  # frames of 10 ms


def register(tracks: Tracks) -> dict[str, Any]:
    """The thirds of a voice's pitch, how clear and how full each is, and the best one, if one stands out.

    Clear is the harmonics-to-noise ratio, full the level; each is counted in standard deviations over all frames, and
    the part with the highest mean of the two is best if it is in 90 % of draws of the stretches of 3 s.

    Returns
    -------
    dict
        ``parts``: for each, ``low_hz``, ``high_hz``, ``hnr_db``, ``level_db`` (against the mean), ``index``; ``best``:
        name of a part or None; ``sure``: share of the draws; ``histogram``: share of the time at each semitone,
        ``from_st`` re 100 Hz.

    Notes
    -----
    A convention: no listener was asked. Both figures rise with pitch and effort in most voices up to a point, where
    the tone gets thin; noise lowers the first.
    """
    f0 = tracks.f0
    level = np.interp(f0.times, tracks.intensity.times, tracks.intensity.values)
    used = np.isfinite(f0.values) & inside(f0.times, tracks.ipus)
    if used.sum() < FEWEST:
        return {"parts": {}, "best": None, "sure": 0.0, "histogram": [], "from_st": 0}
    used &= level > np.quantile(level[used], 0.95) - RANGE_DB
    hz, hnr, level, times = f0.values[used], tracks.harmonicity[used], level[used], f0.times[used]
    edges = np.quantile(hz, [0.05, 1 / 3, 2 / 3, 0.95])
    part = np.asarray(np.searchsorted(edges[1:3], hz), np.intp)
    index = (_standard(hnr) + _standard(level)) / 2
    wins = _wins(index, part, (times // STRETCH_S).astype(np.intp))
    best = int(np.argmax(wins))
    low, counts = _histogram(hz)
    return {
        "parts": {
            name: {
                "low_hz": round(float(edges[k]), 1), "high_hz": round(float(edges[k + 1]), 1),
                "hnr_db": round(float(hnr[part == k].mean()), 1),
                "level_db": round(float(level[part == k].mean() - level.mean()), 1),
                "index": round(float(index[part == k].mean()), 2),
            }
            for k, name in enumerate(PARTS)
        },
        "best": PARTS[best] if wins[best] >= SURE else None,
        "sure": round(float(wins[best]), 2),
        "histogram": counts,
        "from_st": low,
    }  # fmt: skip


def _standard(x: FloatArray) -> FloatArray:
    return np.asarray((x - x.mean()) / max(1e-9, float(x.std())))


def _wins(index: FloatArray, part: IntArray, stretch: IntArray) -> FloatArray:
    """Share of draws of the stretches, with replacement, in which each part has the highest mean index."""
    names, place = np.unique(stretch, return_inverse=True)
    sums, counts = np.zeros((2, len(names), len(PARTS)))
    np.add.at(sums, (place, part), index)
    np.add.at(counts, (place, part), 1)
    often = np.random.default_rng(SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    means = (often @ sums) / np.maximum(often @ counts, 1)
    return np.bincount(means.argmax(axis=1), minlength=len(PARTS)) / DRAWS


def _histogram(hz: FloatArray) -> tuple[int, list[float]]:
    """Lowest semitone re 100 Hz and the share of the time, in percent, at each from there on, 1st to 99th percentile.

    Examples
    --------
    >>> _histogram(np.array([100.0] * 50 + [200.0] * 50))[1][:2], _histogram(np.array([100.0] * 100))
    ([50.0, 0.0], (0, [100.0]))
    """
    st = np.rint(12 * np.log2(hz / 100)).astype(int)
    low, high = (int(np.rint(q)) for q in np.percentile(st, [1, 99]))
    counts = np.bincount(np.clip(st, low, high) - low, minlength=high - low + 1)
    return low, [round(100 * float(n) / len(st), 1) for n in counts]
