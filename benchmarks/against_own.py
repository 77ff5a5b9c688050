"""What a neutral recording of one's own is good for: how much narrower rows are against it, and what moves them.

    VOICECOACH_DATA=… python benchmarks/against_own.py

1. `contrast_from_own` and `level_from_own` of practice calls (4 voices, 4 manners): the second half of a call against
   its first; the other manners against the voice's natural call; that call changed in known ways against itself.
2. For each figure that the rows compare: how far neutral recordings of different speakers lie from one another (what
   somebody is judged by without a baseline), and how far two of the same speaker do (with one). Speakers: the natural
   calls' 4 voices, first against second half; the five actors of de_emodb, neutral takes joined, every second one
   against the others; standard deviations, those within speakers of one take.
3. With and without a baseline: widths of the 90 % intervals of the tone index, of the contrast of syllables, and of the
   scores of tone, loudness and clarity, on the practice calls; and what the score of clarity loses when those calls are
   blurred by half.
4. The smile shift of a call through another gain, codec, band or noise, against the voice's natural call.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voicecoach import Baseline, Recording, Tracks, baseline_from, from_array, grade, load, manipulation
from voicecoach.measures.clarity import contrast_from_own
from voicecoach.measures.loudness import level_from_own
from voicecoach.measures.smile import smile_shift

MANNERS = ("good", "halting", "rushed")
CHANGES = (
    "gain:-12", "gain:3", "coded:opus:24", "coded:mp3:64", "lowpass:4000", "add_noise:35:pink", "add_noise:25:pink",
    "add_noise:21:pink", "reverberate:0.3", "reverberate:0.6", "blur:0.25", "blur:0.5",
)  # fmt: skip
CHAINS = (
    "", "gain:-12", "coded:mp3:64", "coded:opus:24", "lowpass:5000", "add_noise:35:pink", "add_noise:25:pink",
    "add_noise:20:white", "add_noise:15:white",
)  # fmt: skip
PITCH_REFERENCE_HZ = 100.0


def halves(recording: Recording) -> tuple[Recording, Recording]:
    """A recording cut in two."""
    middle = len(recording.samples) // 2
    first, second = recording.samples[:middle], recording.samples[middle:]
    return from_array(first, recording.sr), from_array(second, recording.sr)


def rows(recording: Recording, own: Baseline) -> dict[str, str]:
    """Both rows in words: value ± standard uncertainty, or why there is none."""
    heard = Tracks(recording)
    found = {
        "contrast": contrast_from_own(heard.dips, heard.levels, heard.capture, own),
        "level": level_from_own(heard.levels, heard.capture, own),
    }
    told = {name: "–" if one.value is None else f"{one.value:+.1f} ± {one.sd:.1f}" for name, one in found.items()}
    return {name: told[name] + (f" ({one.reason})" if one.reason else "") for name, one in found.items()}


def figures(recording: Recording) -> dict[str, float]:
    """What the rows compare, of one recording."""
    heard = Tracks(recording)
    voiced = heard.f0.values[np.isfinite(heard.f0.values)]
    found = {
        "pitch, st": 12 * float(np.log2(np.median(voiced) / PITCH_REFERENCE_HZ)),
        "brightness (effort), dB": heard.ltas.alpha_db,
        "contrast of syllables, dB": heard.dips.mean_db,
        "active level, dB": heard.levels.active_level_db,
    }
    return {name: float(value) for name, value in found.items() if value is not None}


def speakers(data: Path) -> Iterator[tuple[str, str, Recording, Recording]]:
    """Set, speaker, and two neutral recordings of theirs."""
    for path in sorted((data / "practice_calls").glob("*_natural.flac")):
        yield "practice calls", path.stem, *halves(load(path))
    takes = defaultdict(list)
    for path in sorted((data / "de_emodb").rglob("*.wav")) + sorted((data / "de_emodb").rglob("*.flac")):
        if path.stem[5] == "N":
            takes[path.stem[:2]].append(load(path))
    for speaker, own in takes.items():
        yield "de_emodb", speaker, _joined(own[::2]), _joined(own[1::2])


def _joined(takes: list[Recording]) -> Recording:
    return from_array(np.concatenate([one.samples for one in takes]), takes[0].sr)


def spreads(data: Path) -> None:
    """Part 2."""
    found = defaultdict(lambda: defaultdict(list))
    for name, _, one, other in speakers(data):
        a, b = figures(one), figures(other)
        for figure in a.keys() & b.keys():
            found[name][figure].append((a[figure], b[figure]))
    print("\nfigure | set | between speakers | within one speaker")
    for name, of in found.items():
        for figure, pairs in of.items():
            both = np.array(pairs)
            between = np.std(both.mean(axis=1), ddof=1)
            within = np.sqrt(np.mean(np.diff(both, axis=1) ** 2) / 2)
            print(f"{figure} | {name} ({len(both)}) | {between:.2f} | {within:.2f}")


def intervals(calls: dict[str, Recording], own: dict[str, Baseline]) -> None:
    """Part 3."""
    widths, scores = defaultdict(list), defaultdict(list)
    for name, call in calls.items():
        voice, manner = name.rsplit("_", 1)
        if manner == "natural":
            continue
        blurred = from_array(*manipulation.apply("blur:0.5", call.samples, call.sr))
        for kind, baseline in (("with", own[voice]), ("without", None)):
            report = grade(call, baseline=baseline)
            of = {one.id: one for one in report.requirements}
            found = {"tone index, z": report.criterion("tone_index").interval}
            found |= {f"score of {id}": of[id].interval for id in ("tone", "loudness", "clarity")}
            for what, interval in found.items():
                widths[what, kind].append(np.nan if interval is None else interval[1] - interval[0])
            slurred = next(one for one in grade(blurred, baseline=baseline).requirements if one.id == "clarity")
            scores[kind].append((of["clarity"].score, slurred.score))
    print("\nmean width of the 90 % interval")
    for what in dict.fromkeys(what for what, _ in widths):
        told = {kind: np.array(widths[what, kind]) for kind in ("without", "with")}
        narrower = np.mean(told["with"] < told["without"])
        print(f"{what}: without {np.nanmean(told['without']):.2f}, with {np.nanmean(told['with']):.2f}, "
              f"narrower in {100 * narrower:.0f} % of {len(told['with'])} calls")  # fmt: skip
    print("\nscore of clarity, the call as it is and blurred by half")
    for kind in ("without", "with"):
        plain, slurred = np.array(scores[kind]).T
        print(f"{kind}: {plain.mean():.1f}, {slurred.mean():.1f}; lost {np.mean(plain - slurred):.1f} "
              f"(interval's half width {np.nanmean(widths['score of clarity', kind]) / 2:.1f})")  # fmt: skip


def smiles(calls: dict[str, Recording], own: dict[str, Baseline]) -> None:
    """Part 4."""
    sample = Path(__file__).parents[1] / "sample_audio"
    pairs = [("sample", load(sample / "smiling.flac"), baseline_from(Tracks(load(sample / "neutral_baseline.flac"))))]
    pairs += [(voice, calls[f"{voice}_good"], own[voice]) for voice in own]
    print("\nsmile shift, %")
    for name, call, baseline in pairs:
        told = []
        for chain in CHAINS:
            changed = from_array(*manipulation.apply(chain, call.samples, call.sr)) if chain else call
            heard = Tracks(changed)
            found = smile_shift(heard.envelopes, heard.ipus, heard.capture, baseline)
            told.append(f"{chain or 'as it is'} {found.value:+.1f} ± {found.sd:.1f}")
        print(f"{name}: {'; '.join(told)}", flush=True)


def main() -> None:
    """Measure, and print."""
    data = Path(os.environ["VOICECOACH_DATA"])
    calls = {path.stem: load(path) for path in sorted((data / "practice_calls").glob("*.flac"))}
    natural = {name.rsplit("_", 1)[0]: call for name, call in calls.items() if name.endswith("_natural")}
    own = {voice: baseline_from(Tracks(call)) for voice, call in natural.items()}
    for voice, call in natural.items():
        first, second = halves(call)
        print(f"{voice} second half against first: {rows(second, baseline_from(Tracks(first)))}")
        for manner in MANNERS:
            print(f"{voice} {manner}: {rows(calls[f'{voice}_{manner}'], own[voice])}")
        for change in CHANGES:
            changed = manipulation.apply(change, call.samples, call.sr)
            print(f"{voice} {change}: {rows(from_array(*changed), own[voice])}", flush=True)
    spreads(data)
    intervals(calls, own)
    smiles(calls, own)


if __name__ == "__main__":
    main()
