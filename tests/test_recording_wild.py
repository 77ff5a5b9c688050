"""Whatever bytes come in: a recording or a RecordingError, never another exception, never a wait."""

import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import soundfile as sf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicecoach.errors import RecordingError
from voicecoach.recording import load

DATA = Path(__file__).parent / "data" / "recording"
SOUNDFILE = ("wav", "flac", "ogg", "mp3")
KINDS = (*SOUNDFILE, "m4a", "webm", "amr", "3gp")
SLOWEST_S = 10.0  # a second of sound takes milliseconds; the machine may be busy


@cache
def valid(kind: str) -> bytes:
    """A second of sound."""
    if kind in ("amr", "3gp"):
        return (DATA / f"bursts.{kind}").read_bytes()
    sr = 48000 if kind == "webm" else 16000
    x = (0.1 * np.random.default_rng(0).standard_normal(sr)).astype(np.float32)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{kind}"
        if kind in SOUNDFILE:
            sf.write(path, x, sr)
        else:
            _encode(path, x, sr)
        return path.read_bytes()


def _encode(path: Path, x, sr: int) -> None:
    import av

    with av.open(str(path), "w", options={"movflags": "faststart"} if path.suffix == ".m4a" else {}) as out:
        stream = out.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=sr, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format, rate=sr)
        for start in range(0, len(x), 960):
            frame = av.AudioFrame.from_ndarray(x[None, start : start + 960], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = sr, start
            for ready in resampler.resample(frame):
                out.mux(stream.encode(ready))
        out.mux(stream.encode(None))


def survives(data: bytes) -> bool:
    """Whether it was read; anything but a recording or a RecordingError fails the test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "wild"
        path.write_bytes(data)
        begun = time.monotonic()
        recording, line = None, ""
        try:
            recording = load(path, speaker="left")
        except RecordingError as error:
            line = str(error)
        assert time.monotonic() - begun < SLOWEST_S
    if recording is None:
        assert line.startswith(str(path))
        assert "\n" not in line
        return False
    assert np.isfinite(recording.samples).all()
    assert recording.duration >= 0.3
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_the_valid_ones_are_read(kind):
    assert survives(valid(kind))


@given(st.binary(max_size=3000))
@example(b"ID3")
@settings(max_examples=50, deadline=None)
def test_random_bytes(data):
    survives(data)


@given(st.sampled_from(KINDS), st.integers(4, 200), st.binary(max_size=3000))
@settings(max_examples=80, deadline=None)
def test_a_true_beginning_and_nonsense(kind, kept, data):
    survives(valid(kind)[:kept] + data)


@given(st.sampled_from(KINDS), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_cut_anywhere(kind, share):
    whole = valid(kind)
    survives(whole[: int(share * len(whole))])


@given(st.sampled_from(KINDS), st.integers(0, 400), st.binary(min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_a_damaged_header(kind, at, data):
    whole = valid(kind)
    survives(whole[:at] + data + whole[at + len(data) :])


@given(st.sampled_from(KINDS), st.data())
@settings(max_examples=60, deadline=None)
def test_damage_anywhere(kind, draw):
    whole = bytearray(valid(kind))
    for at in draw.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=20)):
        whole[at] = draw.draw(st.integers(0, 255))
    survives(bytes(whole))


@given(st.sampled_from(KINDS), st.floats(0, 1), st.integers(1, 2000))
@settings(max_examples=40, deadline=None)
def test_bytes_missing(kind, share, length):
    whole = valid(kind)
    at = int(share * len(whole))
    survives(whole[:at] + whole[at + length :])
