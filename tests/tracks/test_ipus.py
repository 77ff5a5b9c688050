"""Where speech is: constructed and labelled truth, invariances, and everything that is not speech."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.active_level import active_level
from voicecoach.manipulation import add_noise, telephone
from voicecoach.recording import from_array, load
from voicecoach.timeline import FloatArray, Span, Spans, gaps, merged, total
from voicecoach.tracks import Tracks
from voicecoach.tracks.ipus import floor_and_top, stretches, with_hysteresis
from voicecoach.tracks.resampled import at_rate

DATA = os.environ.get("VOICECOACH_DATA", "")
data = pytest.mark.data
needs_data = pytest.mark.skipif(not DATA, reason="VOICECOACH_DATA is not set: no labelled recordings to measure on")
SR = 16000
TIME = np.arange(6 * SR) / SR


def speech_of(samples: FloatArray, sr: int = SR) -> Spans:
    return Tracks(from_array(samples.astype(np.float32), sr)).ipus


NOT_SPEECH = {
    "silence": np.zeros(len(TIME)),
    "one step of 16 bits": np.random.default_rng(0).integers(-1, 2, len(TIME)) / 32768,
    "white noise": 0.1 * np.random.default_rng(1).standard_normal(len(TIME)),
    "hum": 0.1 * np.sin(2 * np.pi * 50 * TIME) + 0.03 * np.sin(2 * np.pi * 150 * TIME),
    "square wave": 0.3 * np.sign(np.sin(2 * np.pi * 200 * TIME)),
    "offset": np.full(len(TIME), 0.3),
    "clicks": (np.arange(len(TIME)) % SR == 0) * 0.9,
    "chord": sum(0.1 * np.sin(2 * np.pi * f * TIME) for f in (262, 330, 392)),
    "ring tone": 0.2 * np.sin(2 * np.pi * 450 * TIME) * (TIME % 3 < 1),
}


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_what_is_not_speech_holds_none(name: str) -> None:
    assert speech_of(np.asarray(NOT_SPEECH[name])) == ()


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**16),
    count=st.integers(SR // 3, 3 * SR),
    kind=st.sampled_from(["noise", "constant", "impulses", "steps", "loud", "sparse"]),
    scale=st.floats(0, 1),
)
def test_wild_input_gives_ordered_spans_inside(seed: int, count: int, kind: str, scale: float) -> None:
    random = np.random.default_rng(seed)
    noise = random.uniform(-1, 1, count)
    made = {
        "noise": noise,
        "constant": np.ones(count),
        "impulses": (random.random(count) < 1e-3).astype(float),
        "steps": np.repeat(random.uniform(-1, 1, count // 100 + 1), 100)[:count],
        "loud": np.sign(noise),
        "sparse": noise * (random.random(count) < 0.01),
    }
    seen = Tracks(from_array((scale * made[kind]).astype(np.float32), SR))
    edges = np.array(seen.ipus, dtype=float).ravel()
    assert (np.diff(edges) > 0).all()
    assert all(gap.duration >= 0.25 - 1e-9 for gap in gaps(seen.ipus))
    assert not len(edges) or (edges[0] >= 0 and edges[-1] <= seen.duration + 0.01)
    nuclei = seen.syllables
    assert (np.diff(nuclei) > 0).all()
    assert not len(nuclei) or (nuclei[0] >= 0 and nuclei[-1] <= seen.duration)


def test_noise_floor_does_not_see_padding() -> None:
    level = np.concatenate([np.full(200, -60.0), np.full(300, -20.0), np.full(200, -60.0)])
    padded = np.concatenate([np.full(2000, -100.0), level, np.full(2000, -100.0)])
    floor, top = floor_and_top(level, level > -40)
    padded_floor, padded_top = floor_and_top(padded, padded > -40)
    assert padded_floor[2000:2700] == pytest.approx(floor)
    assert padded_top[2000:2700] == pytest.approx(top)


def test_hysteresis_keeps_only_runs_that_reach_the_upper_limit() -> None:
    kept = with_hysteresis(np.array([0.4, 0.4, 0.1, 0.4, 0.9, 0.36, 0.2]), on=0.5, off=0.35)
    assert kept.tolist() == [False, False, False, True, True, True, False]


@pytest.mark.parametrize(("silence", "count"), [(20, 1), (30, 2)])
def test_what_the_detector_doubts_is_bridged_unless_there_is_a_pause(silence: int, count: int) -> None:
    score = np.ones(200)
    score[90 : 90 + silence] = -1.0
    heard = np.ones(200, bool)
    heard[60:140] = False  # further from heard speech than the score is believed alone
    assert len(stretches(score, heard, np.ones(200, bool))) == count


# --- on labelled recordings ---


def call(name: str) -> tuple[FloatArray, int]:
    recording = load(Path(DATA) / "practice_calls" / f"{name}.flac")
    return np.asarray(recording.samples, dtype=float), recording.sr


def differ(one: Spans, other: Spans, shift: float = 0.0) -> float:
    """Largest difference of an edge, s; infinite where the numbers differ."""
    if len(one) != len(other):
        return float("inf")
    return max(max(abs(a.start + shift - b.start), abs(a.end + shift - b.end)) for a, b in zip(one, other, strict=True))


@data
@needs_data
@pytest.mark.parametrize("db", [-20.0, -12.0, 12.0])  # -20: speech near -50 dB; levels end at -100
def test_gain_moves_nothing(db: float) -> None:
    samples, sr = call("zf_xiaoxiao_natural")
    samples = samples / np.abs(samples).max() * 0.2
    assert differ(speech_of(samples, sr), speech_of(samples * 10 ** (db / 20), sr)) <= 0.011


@data
@needs_data
@pytest.mark.parametrize("seconds", [5.0, 5.0037])
def test_padding_moves_nothing(seconds: float) -> None:
    samples, sr = call("zm_yunxi_halting")
    padded = np.pad(samples, round(seconds * sr))
    assert differ(speech_of(samples, sr), speech_of(padded, sr), seconds) <= 0.021


@data
@needs_data
def test_sampling_rates_agree() -> None:
    import soxr

    samples, sr = call("zm_yunjian_good")
    other = soxr.resample(samples, sr, 48000)
    assert differ(speech_of(samples, sr), speech_of(other, 48000)) <= 0.021


@data
@needs_data
@pytest.mark.parametrize(("condition", "least"), [("clean", 0.98), ("telephone", 0.98), ("noise", 0.93)])
def test_pauses_between_sentences_are_found(condition: str, least: float) -> None:
    hits = found = true = 0
    edges: list[float] = []
    for name in ("zf_xiaobei_good", "zf_xiaoxiao_halting", "zm_yunjian_good", "zm_yunxi_natural"):
        samples, sr = call(name)
        if condition == "telephone":
            samples, sr = telephone(samples, sr)
        elif condition == "noise":
            samples = np.clip(add_noise(samples, sr, 10.0, "pink", seed=1), -1, 1)
        truth = json.loads((Path(DATA) / "practice_calls" / f"{name}.json").read_text(encoding="utf-8"))
        pauses = [Span(*p) for p in truth["pauses_between_sentences"] if p[1] - p[0] >= 0.25]
        sentences = truth["sentences"]
        seen = [
            g
            for g in gaps(speech_of(samples, sr), 0.25)
            if not any(s["start"] <= g.start and g.end <= s["end"] for s in sentences)
        ]
        pairs = [(p, g) for p in pauses for g in seen if overlap(p, g) >= 0.5]
        hits, found, true = hits + len(pairs), found + len(seen), true + len(pauses)
        edges += [abs(a - b) for p, g in pairs for a, b in zip(p, g, strict=True)]
    assert 2 * hits / (found + true) >= least
    assert np.median(edges) <= (0.05 if condition == "noise" else 0.03)


@data
@needs_data
def test_pauses_labelled_by_hand_are_found() -> None:
    """Fifteen clips of people: silences of 0.25 s and more between the first and the last word."""
    hits = found = true = 0
    for path in sorted((Path(DATA) / "vad_ten").glob("*.flac")):
        recording = load(path)
        numbers = [float(word) for word in path.with_suffix(".scv").read_text(encoding="utf-8").strip().split(",")[1:]]
        triples = zip(*[iter(numbers)] * 3, strict=True)
        speech = merged([Span(start, end) for start, end, flag in triples if flag], gap=1e-6)
        seen = [
            g
            for g in gaps(speech_of(np.asarray(recording.samples, dtype=float), recording.sr), 0.25)
            if g.end > speech[0].start and g.start < speech[-1].end
        ]
        hits += sum(overlap(p, g) >= 0.5 for p in gaps(speech, 0.25) for g in seen)
        found, true = found + len(seen), true + len(gaps(speech, 0.25))
    assert true == 37
    assert 2 * hits / (found + true) >= 0.90


@data
@needs_data
@pytest.mark.parametrize("noise", ["002_Rain", "003_Sea_waves", "007_Helicopter", "010_Fire_crackling"])
def test_pauses_are_found_and_as_long_in_recorded_noises(noise: str) -> None:
    hits = found = true = 0
    longer: list[float] = []
    for index, name in enumerate(("zf_xiaobei_good", "zm_yunjian_natural")):
        samples, sr = call(name)
        recording = load(sorted((Path(DATA) / "noise_esc10" / noise).glob("*"))[index])
        background = at_rate(recording.samples, recording.sr, sr).astype(float)
        background = np.resize(background, len(samples))
        speech = active_level(samples, sr)
        assert speech is not None
        background *= 10 ** ((speech[0] - 10) / 20) / np.sqrt(np.mean(background**2))
        truth = json.loads((Path(DATA) / "practice_calls" / f"{name}.json").read_text(encoding="utf-8"))
        pauses = [Span(*p) for p in truth["pauses_between_sentences"] if p[1] - p[0] >= 0.25]
        seen = [
            g
            for g in gaps(speech_of(np.clip(samples + background, -1, 1), sr), 0.25)
            if not any(s["start"] <= g.start and g.end <= s["end"] for s in truth["sentences"])
        ]
        pairs = [(p, g) for p in pauses for g in seen if overlap(p, g) >= 0.5]
        hits, found, true = hits + len(pairs), found + len(seen), true + len(pauses)
        longer += [g.duration - p.duration for p, g in pairs]
    assert 2 * hits / (found + true) >= 0.93
    assert -0.03 <= np.median(longer) <= 0.06  # the listed edges lie 10-20 ms outside the speech


def overlap(a: Span, b: Span) -> float:
    return max(0.0, min(a.end, b.end) - max(a.start, b.start)) / (max(a.end, b.end) - min(a.start, b.start))


@data
@needs_data
def test_real_noises_hold_little_speech() -> None:
    rows = csv.DictReader((Path(DATA) / "manifest.csv").read_text(encoding="utf-8").splitlines())
    heard = []
    for row in rows:
        if row["path"].startswith("noise_esc10/"):
            recording = load(Path(DATA) / row["path"])
            heard.append(total(Tracks(recording).ipus) / recording.duration)
    assert len(heard) == 60
    assert np.mean(heard) < 0.01
    assert np.count_nonzero(heard) <= 9
