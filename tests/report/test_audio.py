"""The recording as it travels inside the page."""

from importlib.resources import files
from io import BytesIO

import numpy as np
import pytest
import soundfile

from voicecoach.report.audio import embed
from voicecoach.report.cards import has_clip
from voicecoach.rubric.model import REQUIREMENTS


def clicks(sr: int, times: list[float], duration: float) -> np.ndarray:
    """A 1 kHz burst of 20 ms at each time."""
    samples = np.zeros(int(duration * sr), np.float32)
    for time in times:
        burst = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(int(0.02 * sr)) / sr)
        samples[int(time * sr) :][: len(burst)] = burst
    return samples


@pytest.mark.parametrize("sr", [8000, 16000, 22050, 44100, 48000])
def test_times_stay_where_they_were(sr: int) -> None:
    times = [0.5, 31.0, 61.5]
    _, data = embed(clicks(sr, times, 63.0), sr)
    played, rate = soundfile.read(BytesIO(data))
    assert len(played) / rate == pytest.approx(63.0, abs=0.002)
    for time in times:
        near = np.abs(played[int((time - 0.2) * rate) : int((time + 0.2) * rate)])
        assert np.argmax(near > 0.1) / rate - 0.2 == pytest.approx(0.0, abs=0.005)


def test_three_minutes_are_under_a_megabyte_and_the_same_twice() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 180 * 16000).astype(np.float32)
    mime, data = embed(noise, 16000)
    assert mime == "audio/mpeg"
    assert len(data) == pytest.approx(180 * 40_000 / 8, rel=0.01)
    assert embed(noise, 16000)[1] == data


def test_long_recordings_are_stored_in_fewer_bits() -> None:
    _, data = embed(np.zeros(16 * 60 * 8000, np.float32), 8000)
    assert len(data) == pytest.approx(16 * 60 * 32_000 / 8, rel=0.01)


def test_samples_beyond_full_scale_are_clipped_not_wrapped() -> None:
    tone = 3.0 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000)
    played, _ = soundfile.read(BytesIO(embed(tone, 16000)[1]))
    assert 0.8 < np.abs(played).max() <= 1.01
    assert abs(np.diff(played)).max() < 0.5


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros((2, 100))])
def test_what_is_not_one_channel_is_refused(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected one channel"):
        embed(samples, 16000)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_requirement_has_a_short_on_target_sample(requirement: str) -> None:
    assert has_clip(requirement)
    played, rate = soundfile.read(BytesIO(files("voicecoach.report").joinpath(f"clips/{requirement}.mp3").read_bytes()))
    assert 3 < len(played) / rate <= 8.01
    assert np.abs(played).max() > 0.05
