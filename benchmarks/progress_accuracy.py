"""How often progress calls something a change for real: where nothing has changed, and where something has.

    python benchmarks/progress_accuracy.py [--pages N]

1. Two takes that differ only in gain, codec or noise: the sample calls, and the same through each change; after one
   take of each, and after three of each.
2. Synthetic trainees: pages of six requirements, takes drawn around a constant truth with the stated uncertainty.
   Share of requirements, and of whole pages, that are called a change (up to 5 % is asked for); the same with people
   who vary more than the default says; personal bests likewise.
3. Power: the truth of one requirement steps by the width of a take's 90 % band before the newest takes.
"""

import argparse
from pathlib import Path

import numpy as np

import voicecoach
from voicecoach import manipulation
from voicecoach.progress.comparing import compare, steadiness
from voicecoach.progress.levels import OWN_FROM, Seen, best, change, own_variation, quantile
from voicecoach.progress.likeness import Z95, Like

ROOT = Path(__file__).parents[1]
CALLS = ("on_target", "rushed", "monotone", "smiling")
CHAINS = ("gain:-12", "gain:6", "coded:mp3:64", "coded:opus:24", "coded:alaw", "add_noise:25:pink", "telephone")
SIX = 6


def report(name: str, chain: str | None) -> dict:
    call = voicecoach.load(ROOT / f"sample_audio/{name}.flac")
    samples, sr = (call.samples, call.sr) if chain is None else manipulation.apply(chain, call.samples, call.sr)
    return voicecoach.grade(voicecoach.from_array(np.clip(samples, -1, 1), sr)).to_dict()


def changes(reports: list[dict]) -> list[str]:
    """Requirements that are called a change for real."""
    figures = steadiness()
    found = []
    of_all = compare(reports, figures)
    looks = sum(sum(one.like is not None for one in of) > 1 for of in of_all.values())
    for requirement, of in of_all.items():
        seen = [
            Seen(0.0, Like(one.like.score, max((one.like.sd**2 + figures.of(one.parts) ** 2
                                                + figures.takes[requirement] ** 2) ** 0.5, 1.0)))
            for one in of if one.like
        ]  # fmt: skip
        told = change(seen, quantile(looks))
        if told and told.real:
            found.append(f"{requirement} {told.difference:+.0f} (smallest {told.smallest:.0f})")
    return found


def chains() -> None:
    for name in CALLS:
        clean = report(name, None)
        for chain in CHAINS:
            other = report(name, chain)
            found = [changes([clean, other]), changes([clean] * 3 + [other] * 3), changes([other] * 3 + [clean] * 3)]
            print(f"{name:10} {chain:18}", *(", ".join(one) or "-" for one in found), sep="  ")


def seen(rng: np.random.Generator, truths: np.ndarray, stated: float, varies: float, default: float) -> list[Seen]:
    """Takes of one requirement: two a day, drawn around their truths with stated and personal variation."""
    scores = truths + rng.normal(0, (stated**2 + varies**2) ** 0.5, len(truths))
    take_sd = own_variation([Like(score, stated) for score in scores], default)
    return [Seen(n / 2, Like(float(score), (stated**2 + take_sd**2) ** 0.5)) for n, score in enumerate(scores)]


def false_changes(pages: int) -> None:
    rng, z = np.random.default_rng(1), quantile(SIX)
    print("takes  varies  requirement  page   best (page)")
    for takes in (2, 3, 4, 6, 10, 20):
        for times in (1.0, 1.5, 0.0):
            told, pages_told, bests = 0, 0, 0
            for _ in range(pages):
                six = [seen(rng, np.full(takes, 60.0), 4.0, 6.0 * times, 6.0) for _ in range(SIX)]
                real = [change(one, z).real for one in six]
                told, pages_told = told + sum(real), pages_told + any(real)
                bests += any(best(one, SIX) is not None for one in six)
            shares = (told / pages / SIX, pages_told / pages, bests / pages)
            print(f"{takes:5}  x{times:<5}  {shares[0]:10.1%}  {shares[1]:6.1%}  {shares[2]:6.1%}")


def power(pages: int) -> None:
    rng, z = np.random.default_rng(2), quantile(SIX)
    print(f"step of the 90 % band's width ({2 * Z95:.2f} sd): takes before, after: found")
    for before, after in ((1, 1), (2, 1), (2, 2), (3, 3), (5, 3), (5, 1), (10, 2), (10, 3)):
        sd = (4.0**2 + 6.0**2) ** 0.5
        truths = np.concatenate([np.full(before, 50.0), np.full(after, 50.0 + 2 * Z95 * sd)])
        told = [change(seen(rng, truths, 4.0, 6.0, 6.0), z) for _ in range(pages)]
        tops = [best(seen(rng, truths, 4.0, 6.0, 6.0), SIX) is not None for _ in range(pages)]
        print(f"  {before:2} + {after}: {np.mean([one.direction == 1 for one in told]):.0%}  best {np.mean(tops):.0%}")
    print(f"(a person's own variation is looked at from {OWN_FROM} takes on)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=4000)
    given = parser.parse_args()
    false_changes(given.pages)
    power(given.pages)
    chains()


if __name__ == "__main__":
    main()
