"""Facts of the recording, on signals whose facts are known."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicecoach.tracks import capture as module
from voicecoach.tracks.capture import Capture, capture

SR = 16000
DATA = os.environ.get("VOICECOACH_DATA")
needs_data = pytest.mark.skipif(DATA is None, reason="VOICECOACH_DATA is not set: no recordings to measure")


def tone(hz=300.0, seconds=5.0, sr=SR, level=0.5):
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * sr)) / sr)).astype(np.float32)


def speechlike(seconds=10.0, sr=SR, seed=0):
    """Noise whose level moves as in speech: amplitudes fall off towards the peak."""
    rng = np.random.default_rng(seed)
    level = np.abs(rng.standard_normal(round(seconds * 10) + 1)).repeat(sr // 10)[: round(seconds * sr)]
    x = level * rng.standard_normal(len(level))
    return (0.9 * x / np.abs(x).max()).astype(np.float32)


def lowpass(x, hz, sr=SR):
    spectrum = np.fft.rfft(x)
    spectrum[np.fft.rfftfreq(len(x), 1 / sr) > hz] = 0
    return np.fft.irfft(spectrum, len(x)).astype(np.float32)


@pytest.mark.parametrize("level", [1.0, 0.5, 0.01])
def test_peak(level):
    assert capture(tone(level=level), SR).peak_dbfs == pytest.approx(20 * np.log10(level), abs=0.01)


@pytest.mark.parametrize(
    "x", [tone(), tone(level=0.999), tone(50), speechlike()], ids=["half", "full", "hum", "speech"]
)
def test_what_is_not_clipped(x):
    assert capture(x, SR).clipped_share == 0


@pytest.mark.parametrize("gain_db", [6, 12, 20])
@pytest.mark.parametrize("after", [1.0, 0.25])
def test_clipping_is_counted_also_when_turned_down_afterwards(gain_db, after):
    x = lowpass(speechlike(), 2000)
    clipped = np.clip(x / np.abs(x).max() * 10 ** (gain_db / 20), -1, 1)
    truth = np.mean(np.abs(clipped) == 1)
    share = capture(clipped * np.float32(after), SR).clipped_share
    assert truth * 0.8 < share < truth * 1.6 + 0.001


def test_one_sided_clipping_counts():
    x = speechlike()
    assert capture(np.minimum(x, np.float32(0.2)), SR).clipped_share > 0.01


def test_square_wave_is_all_clipped():
    assert capture(np.sign(tone(301)).astype(np.float32), SR).clipped_share > 0.99


@pytest.mark.parametrize("subtype", ["ALAW", "ULAW"])
def test_telephone_codecs_clip_at_their_own_maximum(tmp_path, subtype):
    for x, lowest, highest in ((speechlike(), 0.0, 0.0), (np.clip(8 * speechlike(), -1, 1), 0.05, 0.6)):
        sf.write(tmp_path / "a.wav", x, SR, subtype=subtype)
        assert lowest <= capture(sf.read(tmp_path / "a.wav", dtype="float32")[0], SR).clipped_share <= highest


@pytest.mark.parametrize("offset", [0.0, 0.05, -0.1])
def test_offset(offset):
    assert capture(tone() + np.float32(offset), SR).dc_offset == pytest.approx(offset, abs=1e-3)


@pytest.mark.parametrize("hz", [1500, 3400, 5500, 8000])
def test_bandwidth(hz):
    facts = capture(lowpass(speechlike(), hz), SR)
    assert facts.bandwidth_hz == pytest.approx(hz, abs=160)
    assert facts.telephone == (hz < 4000)


def test_a_whistle_is_not_bandwidth():
    x = lowpass(speechlike(), 3400) + tone(7000, 10.0, level=0.01)
    assert capture(x, SR).bandwidth_hz == pytest.approx(3400, abs=160)


def test_hum_does_not_hide_the_speech():
    x = 0.01 * speechlike() + tone(50, 10.0)
    assert capture(x, SR).bandwidth_hz == pytest.approx(8000, abs=160)


def test_8_khz_is_telephone():
    assert capture(speechlike(sr=8000), 8000).telephone


def test_digital_silence():
    x = speechlike()
    x[: len(x) // 4] = 0
    assert capture(x, SR).digital_silence_share == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_bit_depth(bits):
    steps = 2.0 ** (bits - 1)
    assert capture((np.round(speechlike().astype(np.float64) * steps) / steps).astype(np.float32), SR).bit_depth == bits
    assert capture(speechlike(), SR).bit_depth == 32


@pytest.mark.parametrize("n", [0, 1, 100, 5000, SR])
def test_silence_has_no_facts_to_make_up(n):
    facts = capture(np.zeros(n, np.float32), SR)
    assert facts == Capture(-100.0, 0.0, 0.0, None, 1.0 if n >= 160 else 0.0, None)


@pytest.mark.parametrize("seconds", [5.0, 1.003])
def test_silence_around_it_changes_nothing_but_its_share(seconds):
    x = np.clip(4 * speechlike(), -1, 1)
    silence = np.zeros(round(seconds * SR), np.float32)
    alone, padded = capture(x, SR), capture(np.concatenate([silence, x, silence]), SR)
    assert padded.clipped_share == pytest.approx(alone.clipped_share, rel=0.02)
    assert padded.bandwidth_hz == pytest.approx(alone.bandwidth_hz, abs=160)
    assert padded.dc_offset == pytest.approx(alone.dc_offset, abs=1e-4)
    assert padded.digital_silence_share > alone.digital_silence_share


def test_blocks_do_not_show(monkeypatch):
    x = np.clip(4 * speechlike(), -1, 1)
    whole = capture(x, SR)
    monkeypatch.setattr(module, "BLOCK", 1 << 15)
    parts = capture(x, SR)
    assert parts.clipped_share == pytest.approx(whole.clipped_share, rel=1e-9)
    assert parts.bandwidth_hz == pytest.approx(whole.bandwidth_hz, abs=160)


def test_input_unchanged_and_same_answer_twice():
    x = speechlike()
    before = x.copy()
    assert capture(x, SR) == capture(x, SR)
    assert np.array_equal(x, before)


def test_three_minutes_take_a_fraction_of_a_second():
    x = np.tile(speechlike(), 18)
    capture(x[:SR], SR)
    begun = time.process_time()
    capture(x, SR)
    assert time.process_time() - begun < 0.5  # measured: 0.05 s


@given(
    arrays(np.float32, st.integers(0, 3000), elements=st.floats(-100, 100, width=32)), st.sampled_from([8000, 48000])
)
@settings(max_examples=100, deadline=None)
def test_wild_samples(x, sr):
    facts = capture(x, sr)
    assert np.isfinite([facts.peak_dbfs, facts.clipped_share, facts.dc_offset, facts.digital_silence_share]).all()
    assert 0 <= facts.clipped_share <= 1
    assert facts.bandwidth_hz is None or 0 < facts.bandwidth_hz <= sr / 2


@needs_data
@pytest.mark.data
def test_real_recordings_are_not_called_clipped():
    files = sorted((Path(DATA or "") / "zh_read_aishell3").glob("*.flac"))
    assert files
    for file in files:
        x, sr = sf.read(file, dtype="float32")
        facts = capture(x, sr)
        assert facts.clipped_share == 0, file.name
        assert not facts.telephone, file.name
