"""The baseline: made of a neutral recording, written, read again, refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import lfilter

from voicecoach.baseline import Baseline
from voicecoach.errors import RecordingError
from voicecoach.recording import from_array
from voicecoach.tracks import Tracks
from voicecoach.tracks.neutral import MOST_SHAPES, baseline_from, codebook

SR = 16000
SAMPLE = Path(__file__).parent.parent / "sample_audio" / "neutral_baseline.flac"


def test_too_little_is_refused_in_both_languages() -> None:
    t = np.arange(2 * SR) / SR
    hum = lfilter([1], [1, -0.9], np.sign(np.sin(2 * np.pi * 150 * t))) * 0.02
    for x in (np.zeros(5 * SR), hum):
        with pytest.raises(RecordingError) as caught:
            baseline_from(Tracks(from_array(x.astype(np.float32), SR, name="short.wav")))
        assert caught.value.code == "baseline_too_short"
        assert "short.wav" in caught.value.text("zh")
        assert "a minute" in str(caught.value)


def test_a_real_one_is_complete_and_survives_json() -> None:
    from voicecoach.recording import load

    recording = load(SAMPLE)
    made = baseline_from(Tracks(recording))
    assert (made.name, made.sha256) == (recording.name, recording.sha256)
    assert made.channel == "wideband"
    assert 30 < made.speech_s <= recording.duration
    assert 0.3 * made.speech_s < made.voiced_s < made.speech_s
    assert 70 < made.f0_median_hz < 400
    assert 1 < made.f0_sd_st < 6
    assert made.codebook.shape == (MOST_SHAPES, 28)
    assert all(np.isfinite(value) for value in made.manner.values())
    again = Baseline.from_dict(json.loads(json.dumps(made.to_dict(), allow_nan=False)))
    assert again.summary() == made.summary()
    np.testing.assert_allclose(again.codebook, made.codebook, atol=6e-4)
    assert json.dumps(made.summary())


def test_what_is_no_baseline_is_refused() -> None:
    made = Baseline("n", "", None, "wideband", 60.0, 40.0, 200.0, 3.0, None, None, {}, np.zeros((1, 28)))
    plain = made.to_dict()
    with pytest.raises(ValueError, match="version 9"):
        Baseline.from_dict(plain | {"version": 9})
    with pytest.raises(ValueError, match="lacks f0_median_hz"):
        Baseline.from_dict({k: v for k, v in plain.items() if k != "f0_median_hz"})


def test_the_codebook_is_the_same_twice_and_never_larger_than_its_data() -> None:
    x = np.random.default_rng(0).standard_normal((2000, 28))
    np.testing.assert_array_equal(codebook(x), codebook(x))
    assert len(codebook(x)) == MOST_SHAPES
    assert len(codebook(x[:25])) <= 2
    assert len(codebook(np.ones((500, 28)))) == 1
    np.testing.assert_allclose(codebook(x + 3.0), codebook(x), atol=1e-9)
