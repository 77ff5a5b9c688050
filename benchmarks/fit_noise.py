"""How the level of speech is spread about its mean power: what noise is told from where there are few pauses.

    VOICECOACH_DATA=… python benchmarks/fit_noise.py [--out voicecoach/tracks/noise.toml]

Clean sentences (15 readers, 82 call sentences of five synthetic voices), each voice and speed counting once: the
quantiles of the level of 40 ms inside speech, band by band. ``--check`` prints instead how right
the ratio by levels alone is in babble of four and eight other voices on the practice calls, with the voice of the
call left out of the curves: mean and standard deviation of the error at each ratio.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import soundfile

from voicecoach.active_level import active_level
from voicecoach.recording import from_array
from voicecoach.timeline import inside
from voicecoach.tracks import Tracks, noise_levels
from voicecoach.tracks.noise import MARGINS, NEAR_S, widened

QUANTILES = 40
RATIOS = (25, 20, 15, 10, 5)


def voice_of(path):
    """Reader, or voice and speed."""
    words = path.stem.split("_")
    return path.stem[:7] if path.stem.startswith("SSB") else "_".join([*words[:2], words[-1]])


def tracks_and_bands(x, sr):
    tracks = Tracks(from_array(np.asarray(x, np.float32), sr))
    times = (np.arange(int(len(x) / sr / 0.01)) + 0.5) * 0.01
    return tracks, times, noise_levels.band_powers(tracks.samples, tracks.sr, times)


def levels_of(x, sr):
    """Level of 40 ms every 10 ms inside speech in each band, dB re its mean power."""
    tracks, times, bands = tracks_and_bands(x, sr)
    speech = inside(times, tracks.ipus)
    if speech.sum() < 50:
        return np.zeros((0, bands.shape[1]))
    smooth = [np.convolve(band, np.full(noise_levels.WIDTH, 1 / noise_levels.WIDTH), "same") for band in bands.T]
    return 10 * np.log10(np.maximum(np.array(smooth).T[speech] / bands[speech].mean(axis=0), 1e-8))


def spread_by_voice(data):
    """Quantile curves of every voice; shape (bands, 40)."""
    found = {}
    for path in sorted((data / "zh_read_aishell3").rglob("*.flac")) + sorted((data / "kokoro_zh").rglob("*.flac")):
        found.setdefault(voice_of(path), []).append(levels_of(*soundfile.read(path)))
    grid = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return {voice: np.quantile(np.concatenate(values), grid, axis=0).T for voice, values in found.items()}


def curves(by_voice, without=None):
    return np.mean([v for voice, v in by_voice.items() if not (without and voice.startswith(without))], axis=0)


def others(data, sr, seconds, voices, seed):
    """As many other people talking at once, each as loud as the next."""
    import soxr

    chance = np.random.default_rng(seed)
    paths = sorted((data / "zh_read_aishell3").glob("*.flac"))
    total = np.zeros(round(seconds * sr))
    for k in chance.permutation(len(paths))[:voices]:
        x, stored = soundfile.read(paths[k])
        x = np.tile(soxr.resample(x, stored, sr), int(np.ceil(len(total) / sr * stored / len(x))) + 1)
        part = np.roll(x, int(chance.integers(len(x))))[: len(total)]
        total += part / np.sqrt(np.mean(part**2))
    return total


def check(data, by_voice):
    errors = {}
    for number, path in enumerate(sorted((data / "practice_calls").glob("*.flac"))):
        x, sr = soundfile.read(path)
        x = x[: 30 * sr]
        without = "_".join(path.stem.split("_")[:2])
        known = curves(by_voice, without)
        noise_levels.spoken_levels = lambda known=known: known
        noise_levels._densities.cache_clear()
        loud = active_level(x, sr)[0]
        for voices in (4, 8):
            babble = others(data, sr, len(x) / sr, voices, number)
            for ratio in RATIOS:
                gain = 10 ** ((loud - ratio) / 20) / np.sqrt(np.mean(babble**2))
                tracks, times, bands = tracks_and_bands(x + gain * babble, sr)
                speech = inside(times, tracks.ipus)
                near = widened(times, tracks.ipus, NEAR_S, NEAR_S)
                noise = near & ~widened(times, tracks.ipus, *MARGINS[0])
                found, _ = noise_levels.ratio_by_levels(bands, speech, near, noise, narrow=False)
                errors.setdefault((voices, path.stem.split("_")[-1]), {}).setdefault(ratio, []).append(found - ratio)
    print("Error of the ratio by levels alone, dB, mean and standard deviation by true ratio")
    for (voices, condition), by_ratio in sorted(errors.items()):
        shown = "  ".join(f"{r}: {np.mean(e):+.1f} {np.std(e):.1f}" for r, e in by_ratio.items())
        print(f"  {voices} voices, {condition:8s} {shown}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("VOICECOACH_DATA"))
    parser.add_argument("--out", default=Path(noise_levels.__file__).with_name("noise.toml"), type=Path)
    parser.add_argument("--check", action="store_true", help="print errors, write nothing")
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("no data: set VOICECOACH_DATA or give --data")
    by_voice = spread_by_voice(Path(arguments.data))
    if arguments.check:
        check(Path(arguments.data), by_voice)
        return
    edges = noise_levels.EDGES_HZ
    lines = [
        "# Levels of speech alone about its mean power in each band, dB: quantiles (k + 1/2) / 40 of 40 ms, mean over",
        f"# voices (15 readers, synthetic call sentences: {len(by_voice)} voices and speeds). Made by",
        "#     VOICECOACH_DATA=… python benchmarks/fit_noise.py",
        "levels = [",
    ]
    for low, high, row in zip(edges, edges[1:], curves(by_voice), strict=False):
        shown = [", ".join(f"{value:.1f}" for value in row[i : i + 20]) for i in range(0, QUANTILES, 20)]
        lines += [f"  [ # {low}-{high} Hz", *(f"    {part}," for part in shown), "  ],"]
    lines.append("]")
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    sys.stdout.write(f"{arguments.out}: {len(by_voice)} curves\n")


if __name__ == "__main__":
    main()
