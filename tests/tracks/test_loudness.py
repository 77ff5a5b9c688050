"""BS.1770: the standard's coefficients, EBU Tech 3341's signals made here and recorded, and pyloudnorm."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

from voicecoach.tracks.loudness import integrated_loudness, k_weighting

# ITU-R BS.1770-4 tables 1 and 2 (48 kHz)
TABLE_1_B, TABLE_1_A = (1.53512485958697, -2.69169618940638, 1.19839281085285), (1, -1.69065929318241, 0.73248077421585)
TABLE_2_B, TABLE_2_A = (1.0, -2.0, 1.0), (1, -1.99004745483398, 0.99007225036621)


def test_the_filters_are_the_standards_at_48_khz() -> None:
    b, a = k_weighting(48000)
    assert b == pytest.approx(np.array([TABLE_1_B, TABLE_2_B]), abs=1e-8)
    assert a == pytest.approx(np.array([TABLE_1_A, TABLE_2_A]), abs=1e-8)


def sine(dbfs: float, seconds: float, sr: int = 48000) -> np.ndarray:
    x = 10 ** (dbfs / 20) * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * sr)) / sr)
    return np.stack([x, x], axis=1)


# EBU Tech 3341 (2016) table 1, cases 1-5: stereo 1 kHz sines, expected within 0.1 LU
CASES = {
    1: ([(-23, 20)], -23),
    2: ([(-33, 20)], -33),
    3: ([(-36, 10), (-23, 60), (-36, 10)], -23),
    4: ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    5: ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("sr", [16000, 48000])
def test_tech_3341(case: int, sr: int) -> None:
    parts, expected = CASES[case]
    x = np.concatenate([sine(db, seconds, sr) for db, seconds in parts])
    assert integrated_loudness(x, sr) == pytest.approx(expected, abs=0.1)


@pytest.mark.data
@pytest.mark.skipif("VOICECOACH_DATA" not in os.environ, reason="VOICECOACH_DATA is not set: no labelled recordings")
def test_tech_3341_recordings() -> None:
    folder = Path(os.environ["VOICECOACH_DATA"])
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].startswith("loudness_ebu3341/")]
    assert len(rows) == 5
    for row in rows:
        truth = json.loads(row["notes"].split("beside it: ")[1].split("};")[0].removesuffix("}") + "}")
        x, sr = soundfile.read(folder / row["path"])
        assert integrated_loudness(x, sr) == pytest.approx(truth["lufs"], abs=truth["tolerance"])


@pytest.mark.parametrize("sr", [8000, 16000, 44100, 48000])
def test_agrees_with_pyloudnorm(sr: int) -> None:
    random = np.random.default_rng(3)
    t = np.arange(12 * sr) / sr
    x = 0.2 * random.standard_normal(len(t)) * np.maximum(0, np.sin(2 * np.pi * 0.2 * t)) ** 2
    found = integrated_loudness(x.astype(np.float32), sr)
    assert found == pytest.approx(pyloudnorm.Meter(sr).integrated_loudness(x), abs=0.1)


def test_one_speech_band_signal_reads_alike_at_every_rate() -> None:
    found = []
    for sr in (8000, 16000, 22050, 44100, 48000):
        t = np.arange(4 * sr) / sr
        found.append(integrated_loudness(sum(0.05 * np.sin(2 * np.pi * f * t) for f in (200, 500, 1500, 3000)), sr))
    assert max(found) - min(found) < 0.15


@pytest.mark.parametrize("x", [np.zeros(48000), np.zeros(0), np.full(100, 0.1)])
def test_silence_and_moments_have_no_loudness(x: np.ndarray) -> None:
    assert integrated_loudness(x, 48000) is None
