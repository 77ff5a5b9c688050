"""Whether something has changed for real: levels of groups of takes, and the smallest difference that counts.

Scores differ from take to take for three reasons that are not progress: the uncertainty that each report states, the
other words and the other day, and the recording. All three go into the standard uncertainty of a take. What is left
is compared like this:

- The newest takes (up to three, never more than half) are one group, all earlier ones the other.
- The level of a group is a mean in which a take weighs 1/sd^2 and less the further it lies outside (Huber 1964,
  Annals of Mathematical Statistics 35:73): one bad take is no change. Among the newest a take weighs half as much every
  ``HALF_LIFE_TAKES`` takes and every ``HALF_LIFE_DAYS`` days that it is older than the newest of all; the earlier ones
  count alike, for they are where the trainee comes from.
- Smallest real difference = z sqrt(sd_a^2 + sd_b^2); with z = 1.96 it is that of Beckerman et al. 2001, Quality of
  Life Research 10:571. Here z is larger, because a page looks at six requirements at once: each is tested at
  1 - 0.96^(1/6) (Sidak 1967, JASA 62:626), z = 2.71, so that a whole page calls nothing a change that is none in 95 %
  of cases: a point is kept for what is lost where a person's own variation has to be estimated
  (benchmarks/progress_accuracy.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist, median

from voicecoach.progress.likeness import Like
from voicecoach.progress.records import Change

CHANCE = 0.05  # of calling something on a page a change where nothing has changed (convention)
TESTED = 0.04  # what is tested at for that: the rest is lost where a person's own variation is estimated
NEWEST = 3  # takes at most that are "now": few enough to follow, enough to outvote one
HALF_LIFE_TAKES = 4.0  # convention: what was practised this week counts
HALF_LIFE_DAYS = 30.0  # convention
HUBER = 1.345  # standard deviations; 95 % efficient where errors are normal (Huber 1964)
OWN_FROM = 5  # takes from which a person's own variation is looked at
# Takes' worth of belief in the measured default beside a person's own few: a restless person is soon believed, a
# steady one late, for a few takes alike may be luck. With 6 both ways, 10 % of pages with 20 takes told a false change;
# with 24 down, 5.0 to 5.7 %; with 60, 3.5 % (benchmarks/progress_accuracy.py).
PRIOR_UP, PRIOR_DOWN = 4.0, 60.0
MEDIAN_CHI2 = 0.4549  # median of a squared standard normal number


@dataclass(frozen=True)
class Seen:
    """A take as it is compared: days since any fixed time, and its score with all its uncertainty."""

    day: float
    like: Like


def quantile(looks: int, *, one_sided: bool = False) -> float:
    """Standard normal quantile for so many looks at once.

    Examples
    --------
    >>> round(quantile(1), 2), round(quantile(6), 2)
    (2.05, 2.71)
    """
    each = 1 - (1 - TESTED) ** (1 / max(looks, 1))
    return NormalDist().inv_cdf(1 - each / (1 if one_sided else 2))


def recency(seen: Sequence[Seen]) -> list[float]:
    """Weights of takes, oldest first: 1 for the newest, less for what lies takes and days before it.

    Examples
    --------
    >>> same_day = [Seen(0.0, Like(50, 5))] * 5
    >>> recency(same_day)[0], recency(same_day)[-1]
    (0.5, 1.0)
    >>> recency([Seen(0.0, Like(50, 5)), Seen(30.0, Like(50, 5))])[0] == 0.5 ** 1.25
    True
    """
    last = len(seen) - 1
    return [
        0.5 ** ((last - place) / HALF_LIFE_TAKES + (seen[-1].day - one.day) / HALF_LIFE_DAYS)
        for place, one in enumerate(seen)
    ]


def level(seen: Sequence[Seen], *, fading: bool = True) -> Like:
    """The robust weighted mean of takes, oldest first, and its standard uncertainty.

    ``fading``: older takes weigh less, see :func:`recency`.

    Examples
    --------
    >>> level([Seen(0, Like(60, 5)), Seen(0, Like(60, 5))]) == level([Seen(0, Like(60, 5))] * 2)
    True
    >>> calm = [Seen(0, Like(score, 4)) for score in (50, 52, 48, 50)]
    >>> wild = [*calm, Seen(0, Like(0, 4))]
    >>> round(level(calm).score), level(wild).score > 47
    (50, True)
    """
    weights = recency(seen) if fading else [1.0] * len(seen)
    base = [weight / one.like.sd**2 for weight, one in zip(weights, seen, strict=True)]
    middle = _weighted_median([one.like.score for one in seen], base)
    for _ in range(20 if len(seen) > 2 else 1):
        away = [abs(one.like.score - middle) / one.like.sd for one in seen]
        weights = [b * min(1.0, HUBER / a) if a and len(seen) > 2 else b for b, a in zip(base, away, strict=True)]
        middle = sum(w * one.like.score for w, one in zip(weights, seen, strict=True)) / sum(weights)
    variance = sum((w * one.like.sd) ** 2 for w, one in zip(weights, seen, strict=True)) / sum(weights) ** 2
    return Like(middle, float(variance**0.5))


def own_variation(likes: Sequence[Like], default: float) -> float:
    """How much takes of a person vary beyond their stated uncertainty, points.

    From differences between one take and the next, which a steady climb hardly touches; their median, so that one
    step or one bad take does not count as restlessness. With few takes that is a rough figure: it is averaged with the
    default, which counts as ``PRIOR_UP`` or ``PRIOR_DOWN`` takes. Fewer than ``OWN_FROM`` takes: the default.

    Examples
    --------
    >>> own_variation([Like(50, 3)] * 4, 6.0)
    6.0
    >>> round(own_variation([Like(50, 0)] * 7, 6.0), 2), own_variation([Like(20, 1), Like(80, 1)] * 4, 6.0) > 20
    (5.72, True)
    """
    if len(likes) < OWN_FROM:
        return default
    squares = [(b.score - a.score) ** 2 / 2 for a, b in pairwise(likes)]
    stated = sum(like.sd**2 for like in likes) / len(likes)
    own = max(median(squares) / MEDIAN_CHI2 - stated, 0.0)
    prior = PRIOR_UP if own > default**2 else PRIOR_DOWN
    return float(((prior * default**2 + len(squares) * own) / (prior + len(squares))) ** 0.5)


def change(seen: Sequence[Seen], z: float) -> Change | None:
    """The newest takes against the earlier ones; None with fewer than two takes.

    Parameters
    ----------
    seen : sequence of Seen     oldest first
    z : float                   from :func:`quantile`

    Examples
    --------
    >>> one = change([Seen(0, Like(40, 3)), Seen(1, Like(60, 4))], 2.0)
    >>> round(one.difference, 6), one.smallest, one.real
    (20.0, 10.0, True)
    """
    if len(seen) < 2:
        return None
    newest = min(NEWEST, len(seen) // 2)
    before, now = level(seen[:-newest], fading=False), level(seen[-newest:])
    smallest = z * (before.sd**2 + now.sd**2) ** 0.5
    return Change(before, now, len(seen) - newest, newest, now.score - before.score, smallest)


def best(seen: Sequence[Seen], requirements: int) -> int | None:
    """Place of the personal best: the highest take, if it stands out from all before it for real.

    The highest of many takes is partly luck. One counts where it lies above the level of the takes before it by more
    than the smallest real difference, corrected for every take of every requirement that was looked at so.

    Examples
    --------
    >>> days = [Seen(0, Like(score, 4)) for score in (50, 53, 49, 90, 85)]
    >>> best(days, 6), best(days[:3], 6)
    (3, None)
    """
    z = quantile(requirements * max(len(seen) - 1, 1), one_sided=True)
    found = None
    for place in range(1, len(seen)):
        one, before = seen[place].like, level(seen[:place], fading=False)
        if found is not None and one.score <= seen[found].like.score:
            continue
        if one.score - before.score > z * (one.sd**2 + before.sd**2) ** 0.5:
            found = place
    return None if found is None or any(s.like.score > seen[found].like.score for s in seen) else found


def _weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    half, total = sum(weights) / 2, 0.0
    for value, weight in sorted(zip(values, weights, strict=True)):
        total += weight
        if total >= half:
            return value
    raise ValueError("no values")
