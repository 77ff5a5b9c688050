"""What telephone band and noise do to what is measured (voicecoach/measures/method_errors.toml).

    VOICECOACH_DATA=… python benchmarks/fit_method_errors.py [--out FILE] [--without VOICE]

Pitch and syllables: practice calls (40 s of each), clean against the same call in the telephone band, in pink noise and
in babble of the same voice at 20, 15, 10 and 5 dB: root mean square of the relative difference of pitch range, pitch
deviation and number of syllables, at the speech over noise that is measured within 200-3600 Hz. In noise soft and
creaky ends of syllables are lost first: ranges shrink, counts fall; that is part of the error.

Pauses: every silence of 0.3 s and more of the same calls and of the takes of joined_takes.py, its length as measured
against the known one. ``pause_shift`` is what the silences of a voice have in common: root mean square of the mean
errors of the voices of both sets (who of them an error comes from is not known beforehand, nor is where exactly a
soft ending ends). ``pause_spread`` is the root mean square of what is left within a voice. In the telephone band and in
noise both are what must be added to the clear recording's, as variances add.

Babble is left out of counts and pauses: a recording with that much of it is not judged by them. ``--without`` leaves a
voice out, for a check on it.
"""

import argparse
import json
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
from joined_takes import SR, takes

from voicecoach import manipulation, measures
from voicecoach.measures import intonation
from voicecoach.recording import from_array, load
from voicecoach.settings import DEFAULT
from voicecoach.timeline import Span, gaps, overlap
from voicecoach.tracks import Tracks

SECONDS = 40
RATIOS = (20, 15, 10, 5)
CONDITIONS = ["telephone", *(f"add_noise:{ratio}:{kind}" for ratio in RATIOS for kind in ("pink", "babble"))]
FIGURES = ("range", "deviation", "count")
PAUSES = ("pause_shift", "pause_spread")
SHORTEST_S = 0.3  # s; of the pauses compared
CLEAR = "clear"
DELIBERATE_S = DEFAULT.deliberate_pause_s


def heard(samples, sr, condition):
    """Tracks under a condition, and the condition without its kind of noise."""
    if condition != CLEAR:
        samples, sr = manipulation.apply(condition, samples, sr)
    return Tracks(from_array(samples, sr)), condition.rpartition(":")[0] or condition


def figures(tracks):
    """Range and deviation [st] and syllables."""
    values = [measure(tracks.f0, tracks.ipus).value for measure in (intonation.f0_range, intonation.f0_sd)]
    return np.array([*values, len(tracks.syllables)])


def same(one, other):
    """Whether two silences share half of their union."""
    shared = overlap(one, (other,))
    return shared > 0.5 * (one.duration + other.duration - shared)


def length_errors(found, true):
    """How much longer [s] those of the true silences are measured that share half of the union with one found."""
    return [other.duration - pause.duration for pause in true for other in found if same(pause, other)]


def confusions(found, true):
    """Silences of DELIBERATE_S and more found where none is, and known ones not found; and how many are known."""
    invented = sum(not any(same(one, other) for other in true) for one in found if one.duration >= DELIBERATE_S)
    long = [one for one in true if one.duration >= DELIBERATE_S]
    return np.array([invented, sum(not any(same(one, other) for other in found) for one in long), len(long)])


def shift_and_spread(voices):
    """Root mean square of the voices' mean errors, and of what is left within a voice."""
    means = [np.mean(errors) for errors in voices.values()]
    within = [np.var(errors) for errors in voices.values()]
    return np.sqrt([np.mean(np.square(means)), np.mean(within)])


def fitted(data, without):
    """Differences of figures, ratios heard and errors of pauses by voice, by condition; confused pauses of all."""
    off, ratios, pauses = defaultdict(list), defaultdict(list), defaultdict(lambda: defaultdict(list))
    confused = np.zeros(3, int)
    for path in sorted((data / "practice_calls").glob("*.flac")):
        truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
        if truth["voice"] == without:
            continue
        call = load(path)
        samples = call.samples[: SECONDS * call.sr]
        every = [Span(*p) for p in truth["pauses_between_sentences"] if p[1] < SECONDS]
        known = [pause for pause in every if pause.duration >= SHORTEST_S]
        tracks, _ = heard(samples, call.sr, CLEAR)
        clean = figures(tracks)
        pauses[CLEAR]["call", truth["voice"]] += length_errors(gaps(tracks.ipus), known)
        confused += confusions(gaps(tracks.sentences), every)
        for condition in CONDITIONS:
            tracks, key = heard(samples, call.sr, condition)
            difference = figures(tracks) / clean - 1
            if condition.endswith("babble"):
                difference[2] = np.nan
            else:
                pauses[key]["call", truth["voice"]] += length_errors(gaps(tracks.ipus), known)
                confused += confusions(gaps(tracks.sentences), every)
            off[key].append(difference)
            ratios[key].append(tracks.levels.band_snr_db)
    for take in takes(data):
        if take.voice != without:
            known = gaps(take.speech, SHORTEST_S)
            for condition in (CLEAR, *(one for one in CONDITIONS if not one.endswith("babble"))):
                tracks, key = heard(take.samples, SR, condition)
                pauses[key]["joined", take.voice] += length_errors(gaps(tracks.ipus), known)
    return off, ratios, pauses, confused


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("VOICECOACH_DATA"), help="folder with practice_calls")
    parser.add_argument("--out", default=Path(measures.__file__).with_name("method_errors.toml"), type=Path)
    parser.add_argument("--without", help="voice to leave out")
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("no data: set VOICECOACH_DATA or give --data")
    off, heard_at, pauses, confused = fitted(Path(arguments.data), arguments.without)
    rms = {key: np.sqrt(np.nanmean(np.square(values), axis=0)) for key, values in off.items()}
    edges = {key: shift_and_spread(voices) for key, voices in pauses.items()}
    clear = edges[CLEAR]
    more = {key: np.sqrt(np.maximum(both**2 - clear**2, 0)) for key, both in edges.items()} | {CLEAR: clear}
    noisy = [f"add_noise:{ratio}" for ratio in reversed(RATIOS)]
    count = sum(map(len, pauses[CLEAR].values()))
    lines = [
        "# Error of pitch range and deviation and of the number of syllables (relative) of a call by what it is heard",
        "# through: root mean square against the same call clean;",
        f"# {len(off['telephone'])} calls of {SECONDS} s; pink noise, and babble for pitch. Errors of the lengths of",
        f"# {count} known pauses (s): what those of a voice have in common, and what each",
        "# has by itself; of the clear recording, and what is added to it as variances add. Made by",
        "#     VOICECOACH_DATA=… python benchmarks/fit_method_errors.py",
    ]
    for name, keys in [(CLEAR, [CLEAR]), ("telephone", ["telephone"]), ("noise", noisy)]:
        lines += ["", f"[{name}]"]
        if name == "noise":
            known = ", ".join(f"{np.mean(heard_at[key]):.1f}" for key in keys)
            lines.append(f"snr_db = [{known}]  # within 200-3600 Hz, as measured")
        for column, figure in enumerate(FIGURES if name != CLEAR else ()):
            values = ", ".join(f"{rms[key][column]:.3f}" for key in keys)
            means = ", ".join(f"{np.nanmean(off[key], axis=0)[column]:+.3f}" for key in keys)
            lines.append(f"{figure} = [{values}]  # mean {means}")
        for column, figure in enumerate(PAUSES):
            values = ", ".join(f"{more[key][column]:.3f}" for key in keys)
            totals = ", ".join(f"{edges[key][column]:.3f}" for key in keys)
            lines.append(f"{figure} = [{values}]  # in all {totals}")
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(arguments.out.read_text(encoding="utf-8"))
    for key in (CLEAR, "telephone", *noisy):
        means = {" ".join(voice): f"{1000 * np.mean(errors):+.0f}" for voice, errors in pauses[key].items()}
        print(f"{key}, mean error of each voice, ms: {means}")
    print("sentences' pauses of {:.1f} s and more: {} invented, {} missed, {} known".format(DELIBERATE_S, *confused))


if __name__ == "__main__":
    main()
