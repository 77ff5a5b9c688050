"""Rebuild the synthetic sets that the measures are checked on: recordings, truth beside each, and a manifest.

    python benchmarks/make_sets.py MODEL_FOLDER OUT_FOLDER [--voices zf_xiaoni zm_yunyang ...]

Makes practice_calls (one text in four manners), kokoro_zh (single sentences at three speeds), syn_call (two speakers on
two channels, and mixed to one) and syn_f0 (a known pitch by resynthesis). Other voices and texts (make_sets.toml) give
other recordings of the same kinds: `voicecoach validate OUT_FOLDER/manifest.csv` takes them as they are. How to fill
MODEL_FOLDER, in a scratch environment, says the head of sample_audio/make_samples.py. syn_f0 needs voicecoach itself.

syn_rate, real isolated syllables at an exact rate, has no script here: its syllables are under a licence of their own.
The trains of voicecoach/validation/signals.py stand in for it.
"""

import argparse
import csv
import json
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "sample_audio"))
from kokoro_voice import KOKORO_SR, Kokoro  # noqa: E402  (a script's folder, not a package)
from make_samples import count_syllables  # noqa: E402
from speech_shaping import active_level_dbov, trim  # noqa: E402

SR = KOKORO_SR
LEAD_S = 0.8
CALL_DBOV, CUSTOMER_DB = -23.3, -3.0  # active speech level (ITU-T P.56), and of the other side against it
SPEEDS = (0.75, 1.0, 1.3)
RANGES = (0.0, 0.5, 1.0, 1.6)
LATENCY_S = (0.3, 0.9)  # between the turns of two speakers
COLUMNS = ("path", "set", "speaker", "sex", "kind", "transcript", "n_syllables", "emotion")
Row = dict[str, Any]


def laid_out(parts: list[np.ndarray], pauses: list[float]) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Sentences one after another with so many seconds between, and where each lies [s]."""
    pieces, spans, at = [np.zeros(round(LEAD_S * SR))], [], LEAD_S
    for part, pause in zip(parts, [*pauses, LEAD_S], strict=True):
        pieces += [part, np.zeros(round(pause * SR))]
        spans.append((round(at, 3), round(at + len(part) / SR, 3)))
        at += len(part) / SR + pause
    return np.concatenate(pieces), spans


def at_level(samples: np.ndarray, dbov: float) -> np.ndarray:
    """Scaled to an active speech level; the model's voices differ by 6 dB and come near full scale."""
    return samples * 10 ** ((dbov - active_level_dbov(samples, SR)) / 20)


def practice_calls(kokoro: Kokoro, voice: str, told: dict[str, Any], folder: Path) -> Iterator[Row]:
    """One text in every manner."""
    random = np.random.default_rng(int.from_bytes(voice.encode(), "big") % 2**32)
    texts = told["texts"]["call"]
    for manner, how in told["manner"].items():
        parts = [trim(kokoro.say(text, voice, how["speed"]), SR)[0] for text in texts]
        ranges = [how["pauses"][i % len(how["pauses"])] for i in range(len(texts) - 1)]
        samples, spans = laid_out(parts, [round(float(random.uniform(*ends)), 2) for ends in ranges])
        counts = [count_syllables(text) for text in texts]
        seconds = spans[-1][1] - spans[0][0]
        truth = {
            "condition": manner, "voice": voice, "n_syllables": sum(counts), "n_sentences": len(texts),
            "speech_span": [spans[0][0], spans[-1][1]], "speech_rate_syl_per_min": round(60 * sum(counts) / seconds, 1),
            "sentences": [
                {"start": a, "end": b, "text": text, "n_syllables": count}
                for (a, b), text, count in zip(spans, texts, counts, strict=True)
            ],
            "pauses_between_sentences": [[a[1], b[0]] for a, b in pairwise(spans)],
        }  # fmt: skip
        samples = at_level(samples, CALL_DBOV)
        yield written(folder, f"practice_calls/{voice}_{manner}", samples, truth, voice, "tts", "".join(texts))


def sentences(kokoro: Kokoro, voice: str, told: dict[str, Any], folder: Path) -> Iterator[Row]:
    """Single sentences at three speeds, as loud as the model speaks them, or as full scale holds."""
    for speed in SPEEDS:
        for number, text in enumerate(told["texts"]["agent"]):
            name = f"kokoro_zh/{voice}_S{number:02d}_x{round(100 * speed):03d}"
            said = kokoro.say(text, voice, speed)
            yield written(folder, name, said / max(1.0, float(np.max(np.abs(said)))), None, voice, "tts", text)


def two_sided(kokoro: Kokoro, agent: str, customer: str, told: dict[str, Any], folder: Path) -> Iterator[Row]:
    """A call of two: trainee left, customer right, no overlaps; the same mixed to one channel."""
    random = np.random.default_rng(1)
    queue = {"A": list(told["texts"]["agent"]), "C": list(told["texts"]["customer"])}
    turns = [(who, queue[who].pop(0)) for who in "ACACACACAA"]
    parts = [trim(kokoro.say(text, {"A": agent, "C": customer}[who], 1.0), SR)[0] for who, text in turns]
    samples, spans = laid_out(parts, [round(float(random.uniform(*LATENCY_S)), 2) for _ in parts[1:]])
    sides = np.zeros((len(samples), 2))
    for (who, _), (a, b) in zip(turns, spans, strict=True):
        here = slice(round(a * SR), round(b * SR))
        sides[here, "AC".index(who)] = samples[here]
    sides = np.stack([at_level(sides[:, 0], CALL_DBOV), at_level(sides[:, 1], CALL_DBOV + CUSTOMER_DB)], axis=1)
    count = sum(count_syllables(text) for who, text in turns if who == "A")
    segments = [
        {"spk": who, "start": a, "end": b, "text": text, "n": count_syllables(text)}
        for (who, text), (a, b) in zip(turns, spans, strict=True)
    ]
    for kind, sound in (("stereo", sides), ("mono", sides.sum(axis=1))):
        name = f"syn_call/{agent}_{customer}_{kind}"
        yield written(folder, name, sound, {"segments": segments}, agent, "conversation", "", count)


def known_pitch(source: Path, voice: str, folder: Path) -> Iterator[Row]:
    """One sentence with its pitch movements scaled, and the pitch that was asked for every 5 ms."""
    from parselmouth.praat import call

    from voicecoach.manipulation.resynthesis import repeatable, samples_of, sound_of

    samples, _ = soundfile.read(source)
    manipulation = call(sound_of(samples, SR), "To Manipulation", 0.005, 75, 600)
    voiced = sound_of(samples, SR).to_pitch_ac(time_step=0.005, pitch_floor=75, pitch_ceiling=600)
    hz, times = voiced.selected_array["frequency"], voiced.xs()
    middle = float(np.exp(np.mean(np.log(hz[hz > 0]))))
    for factor in RANGES:
        tier = call(manipulation, "Extract pitch tier")
        call(tier, "Formula", f"{middle} * (self / {middle}) ^ {factor}")
        call([tier, manipulation], "Replace pitch tier")
        with repeatable():
            made = samples_of(call(manipulation, "Get resynthesis (overlap-add)"))
        asked = [call(tier, "Get value at time", t) if heard > 0 else 0.0 for t, heard in zip(times, hz, strict=True)]
        name = f"syn_f0/{source.stem}_range{factor}"
        row = written(folder, name, at_level(made, CALL_DBOV), {"range_factor": factor}, voice, "read", "")
        table = np.column_stack([times, asked])
        np.savetxt(folder / f"{name}.f0.txt", table, fmt="%.4f")
        yield row


def written(
    folder: Path, name: str, samples: np.ndarray, truth: dict[str, Any] | None, voice: str, kind: str, text: str,
    count: int | None = None,
) -> Row:
    """Write a recording and its truth; gives its row of the manifest."""
    path = folder / f"{name}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    if np.max(np.abs(samples)) > 1:
        raise ValueError(f"{name}: louder than full scale; lower CALL_DBOV")
    soundfile.write(path, samples, SR)
    if truth is not None:
        path.with_suffix(".json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    syllables = count if count is not None else count_syllables(text) or ""
    values = (f"{name}.flac", name.split("/")[0], voice, voice[1], kind, text, syllables, "")
    return dict(zip(COLUMNS, values, strict=True))


def main() -> None:
    """Make all sets."""
    told = tomllib.loads((HERE / "make_sets.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--voices", nargs="+", default=told["voices"])
    options = parser.parse_args()
    kokoro = Kokoro(options.model)
    rows: list[Row] = []
    for voice in options.voices:
        rows += practice_calls(kokoro, voice, told, options.out)
        rows += sentences(kokoro, voice, told, options.out)
        rows += known_pitch(options.out / f"kokoro_zh/{voice}_S00_x100.flac", voice, options.out)
        print(f"{voice}: done", flush=True)
    for agent, customer in zip(options.voices, options.voices[::-1], strict=True):
        if agent != customer:
            rows += two_sided(kokoro, agent, customer, told, options.out)
    with (options.out / "manifest.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
