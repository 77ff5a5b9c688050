"""Reading recordings: formats, channels, cut files, refusals. Fixtures are made here, apart from AMR."""

import hashlib
import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from voicecoach.errors import RecordingError, UsageError, VoiceCoachError
from voicecoach.recording import Recording, collect, from_array, load
from voicecoach.recording import __doc__ as recording_docs
from voicecoach.words import LANGUAGES, say

DATA = Path(__file__).parent / "data" / "recording"
SR = 16000
BURSTS = ((1.0, 2.0), (4.0, 5.0), (7.0, 9.0))


def bursts(sr=SR, seconds=10.0, parts=BURSTS, level=0.3):
    """Harmonic tones in silence: where they begin and end is known."""
    t = np.arange(round(sr * seconds)) / sr
    tone = sum(np.sin(2 * np.pi * 150 * k * t) / k for k in range(1, 12))
    on = np.zeros(len(t), bool)
    for start, end in parts:
        on |= (t >= start) & (t < end)
    return (level * tone * on).astype(np.float32)


def edges(recording: Recording) -> list[tuple[float, float]]:
    """Where sound begins and ends, s, to 10 ms."""
    hop = recording.sr // 100
    frames = recording.samples[: len(recording.samples) // hop * hop].reshape(-1, hop)
    loud = np.concatenate([[False], np.sqrt((frames**2).mean(axis=1)) > 0.1, [False]])
    starts, ends = np.flatnonzero(loud[1:] & ~loud[:-1]), np.flatnonzero(~loud[1:] & loud[:-1])
    return [(a * hop / recording.sr, b * hop / recording.sr) for a, b in zip(starts, ends, strict=True)]


def encode(path: Path, x, sr: int, codec: str, container: str | None = None, drop=(), **options: str) -> Path:
    """Write with FFmpeg's encoders; packets whose start in s lies in ``drop`` are left out."""
    import av

    with av.open(str(path), "w", format=container, options=options) as out:
        stream = out.add_stream(codec, rate=sr, layout="mono" if x.ndim == 1 else "stereo")
        size = stream.codec_context.frame_size or 1024
        planar = np.atleast_2d(x.T)
        resampler = av.AudioResampler(format=stream.codec_context.format or "fltp", rate=sr)
        for start in range(0, planar.shape[1], size):
            block = np.ascontiguousarray(planar[:, start : start + size], dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono" if x.ndim == 1 else "stereo")
            frame.sample_rate, frame.pts = sr, start
            for ready in resampler.resample(frame):
                write(out, stream.encode(ready), drop)
        write(out, stream.encode(None), drop)
    return path


def write(out, packets, drop) -> None:
    for packet in packets:
        at = float(packet.pts * packet.time_base)
        if not any(start <= at < end for start, end in drop):
            out.mux(packet)


def refused(path, code: str, kind=RecordingError, **options) -> VoiceCoachError:
    """The one clear line, in both languages, that names the file."""
    with pytest.raises(kind) as caught:
        load(path, **options)
    assert caught.value.code == code
    for lang in LANGUAGES:
        text = caught.value.text(lang)
        assert "\n" not in text
        assert "{" not in text
        assert Path(path).name.split("\n")[0] in text
    return caught.value


# Formats ---------------------------------------------------------------------------------------------------------

SNDFILE = [
    ("wav", "PCM_U8", "pcm_u8", 0.01),
    ("wav", "PCM_16", "pcm_s16le", 1e-4),
    ("wav", "PCM_24", "pcm_s24le", 1e-6),
    ("wav", "PCM_32", "pcm_s32le", 1e-6),
    ("wav", "FLOAT", "pcm_f32le", 0),
    ("wav", "DOUBLE", "pcm_f64le", 0),
    ("wav", "ALAW", "pcm_alaw", 0.02),
    ("wav", "ULAW", "pcm_mulaw", 0.02),
    ("wav", "GSM610", "gsm_ms", None),
    ("wavex", "PCM_16", "pcm_s16le", 1e-4),
    ("wavex", "FLOAT", "pcm_f32le", 0),
    ("rf64", "PCM_16", "pcm_s16le", 1e-4),
    ("aiff", "PCM_16", "pcm_s16be", 1e-4),
    ("flac", "PCM_16", "flac", 1e-4),
    ("flac", "PCM_24", "flac", 1e-6),
    ("ogg", "VORBIS", "vorbis", None),
    ("ogg", "OPUS", "opus", None),
    ("mp3", "MPEG_LAYER_III", "mp3", None),
]


@pytest.mark.parametrize(("container", "subtype", "codec", "error"), SNDFILE)
def test_formats_of_libsndfile(tmp_path, container, subtype, codec, error):
    x, path = bursts(8000), tmp_path / "call"  # no ending: the content decides
    sf.write(path, x, 8000, format=container, subtype=subtype)
    recording = load(path)
    assert (recording.codec, recording.sr, recording.channels, recording.speaker) == (codec, 8000, 1, "solo")
    assert recording.duration == pytest.approx(10, abs=0.02)
    assert recording.notes == ()
    assert np.array(edges(recording)) == pytest.approx(np.array(BURSTS), abs=0.03)
    if error is not None:
        assert len(recording.samples) == len(x)
        assert np.abs(recording.samples - x).max() <= error


FFMPEG = [
    ("m4a", "aac", "mp4", {}, 16000, 0.001),
    ("m4a", "aac", "mp4", {"movflags": "frag_keyframe+empty_moov"}, 16000, 0.1),  # as a browser writes it
    ("aac", "aac", "adts", {}, 44100, 0.1),
    ("webm", "libopus", "webm", {}, 48000, 0.03),
    ("webm", "libopus", "webm", {"live": "1"}, 48000, 0.03),  # MediaRecorder: no length in the header
    ("opus", "libopus", "ogg", {}, 48000, 0.001),
    ("mp3", "libmp3lame", "mp3", {}, 22050, 0.001),
    ("wav", "g726", "wav", {}, 8000, 0.03),
]


@pytest.mark.parametrize(("ending", "encoder", "container", "options", "sr", "within"), FFMPEG)
def test_formats_of_ffmpeg(tmp_path, ending, encoder, container, options, sr, within):
    recording = load(encode(tmp_path / f"call.{ending}", bursts(sr), sr, encoder, container, **options))
    assert recording.codec == {"libopus": "opus", "libmp3lame": "mp3", "g726": "adpcm_g726"}.get(encoder, encoder)
    assert recording.duration == pytest.approx(10, abs=within)
    assert not recording.truncated
    # Without an edit list nothing says that an AAC encoder began 1024 samples early.
    assert np.array(edges(recording)) == pytest.approx(np.array(BURSTS), abs=0.1)


@pytest.mark.parametrize("name", ["bursts.amr", "bursts.3gp"])
def test_amr_with_dtx_loses_no_time(name):
    recording = load(DATA / name)
    assert (recording.codec, recording.sr, len(recording.samples)) == ("amr_nb", 8000, 80000)
    assert np.array(edges(recording)) == pytest.approx(np.array(BURSTS), abs=0.03)
    assert recording.notes == ()


def test_packets_left_out_of_webm_count_as_silence(tmp_path):
    path = encode(tmp_path / "a.webm", bursts(48000), 48000, "libopus", "webm", drop=[(2.2, 3.8), (5.2, 6.8)])
    recording = load(path)
    assert "gaps_filled" in recording.notes
    assert recording.duration == pytest.approx(10, abs=0.03)
    assert np.array(edges(recording)) == pytest.approx(np.array(BURSTS), abs=0.06)


@pytest.mark.parametrize("sr", [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000])
@pytest.mark.parametrize("container", ["wav", "flac"])
def test_rates_and_containers_agree_on_length(tmp_path, sr, container):
    path = tmp_path / f"a.{container}"
    sf.write(path, bursts(sr), sr)
    recording = load(path)
    assert recording.sr == sr
    assert recording.duration == pytest.approx(10, abs=0.001)
    assert edges(recording) == [pytest.approx(edge, abs=0.011) for edge in BURSTS]


def test_rates_beyond_studio_are_brought_down(tmp_path):
    path = tmp_path / "a.wav"
    sf.write(path, bursts(192000), 192000)
    recording = load(path)
    assert (recording.sr, recording.notes) == (48000, ("resampled",))
    assert recording.duration == pytest.approx(10, abs=0.001)


@pytest.mark.parametrize(
    "name",
    [
        "通话 录音（1）.wav",
        "a b.wav",
        "CON.wav",
        "C:\\calls\\a.wav",
        "a:b.wav",
        "a%d'\"&.wav",
        "call.mp3",
        "x.raw",
        "x.vox",
    ],
)
def test_names_do_not_matter(tmp_path, name):
    if os.name == "nt" and set(name) & set(':"\\'):
        pytest.skip("Windows has no such file names")
    path = tmp_path / name
    sf.write(tmp_path / "made.wav", bursts(), SR)
    path.write_bytes((tmp_path / "made.wav").read_bytes())
    recording = load(str(path))
    assert recording.name == name
    assert recording.duration == 10
    encode(tmp_path / "made.m4a", bursts(), SR, "aac")
    path.write_bytes((tmp_path / "made.m4a").read_bytes())
    assert load(path).codec == "aac"


def test_metadata_in_gbk(tmp_path):
    path = encode(tmp_path / "a.m4a", bursts(), SR, "aac")
    data = path.read_bytes()
    assert b"Lavf" in data
    path.write_bytes(data.replace(b"Lavf", "录音".encode("gbk")))
    assert load(path).duration == pytest.approx(10, abs=0.001)


def test_the_recording_is_what_it_says(tmp_path):
    path = tmp_path / "a.wav"
    sf.write(path, bursts(), SR)
    before = path.read_bytes()
    first, second = load(path), load(path)
    assert path.read_bytes() == before
    assert first.sha256 == hashlib.sha256(before).hexdigest() == second.sha256
    assert np.array_equal(first.samples, second.samples)
    assert first.samples.dtype == np.float32
    assert not first.samples.flags.writeable
    assert first.path == path


# Channels --------------------------------------------------------------------------------------------------------


def two(tmp_path, left, right, name="a.wav", **options) -> Path:
    path = tmp_path / name
    sf.write(path, np.stack([left, right], axis=1), SR, **options)
    return path


def voice(seed):
    """Noise with a changing level: two of them are two people."""
    rng = np.random.default_rng(seed)
    level = np.repeat(rng.uniform(0, 0.3, 100), SR // 10)
    return (level * rng.standard_normal(10 * SR)).clip(-1, 1).astype(np.float32)


def test_two_people_have_to_be_told_apart_by_a_person(tmp_path):
    a, b = voice(1), voice(2)
    path = two(tmp_path, a, b, subtype="FLOAT")
    error = refused(path, "channel_choice", UsageError)
    assert "--speaker left" in str(error)
    assert error.exit_code == 2
    left, right = load(path, speaker="left"), load(path, speaker="right")
    assert (left.speaker, right.speaker, left.channels) == ("left", "right", 2)
    for recording, own, other in ((left, a, b), (right, b, a)):
        assert np.array_equal(recording.samples, own)
        assert recording.customer is not None
        assert np.array_equal(recording.customer, other)
        assert not recording.customer.flags.writeable


@pytest.mark.parametrize("hiss", [0.0, 3e-4])
@pytest.mark.parametrize("side", ["left", "right"])
def test_auto_takes_the_only_channel_with_sound(tmp_path, side, hiss):
    sound, quiet = voice(1), hiss * np.random.default_rng(5).standard_normal(10 * SR)
    path = two(tmp_path, *((sound, quiet) if side == "left" else (quiet, sound)), subtype="FLOAT")
    recording = load(path)
    assert (recording.speaker, recording.customer, recording.notes) == (side, None, ("other_channel_silent",))
    assert np.array_equal(recording.samples, sound)


@pytest.mark.parametrize("gain", [1.0, 0.5, -1.0])
@pytest.mark.parametrize("container", ["wav", "mp3", "m4a"])
def test_auto_takes_one_of_identical_channels(tmp_path, gain, container):
    sound = voice(1)
    if container == "m4a":
        path = encode(tmp_path / "a.m4a", np.stack([sound, gain * sound], axis=1), SR, "aac")
    else:
        path = two(tmp_path, sound, gain * sound, f"a.{container}")
    recording = load(path)
    assert (recording.speaker, recording.customer, recording.notes) == ("solo", None, ("dual_mono",))
    assert load(path, speaker="right").customer is None


def test_a_headset_that_hears_both_is_not_dual_mono(tmp_path):
    a, b = voice(1), voice(2)
    refused(two(tmp_path, a + 0.1 * b, b + 0.1 * a), "channel_choice", UsageError)


def test_silence_in_two_channels_is_a_recording(tmp_path):
    nothing = np.zeros(SR, np.float32)
    recording = load(two(tmp_path, nothing, nothing))
    assert recording.samples.max() == 0
    assert recording.customer is None


def test_mono_is_solo_whatever_is_asked(tmp_path):
    path = tmp_path / "a.wav"
    sf.write(path, bursts(), SR)
    assert (load(path).speaker, load(path).notes) == ("solo", ())
    assert (load(path, speaker="right").speaker, load(path, speaker="right").notes) == ("solo", ("mono",))


def test_more_channels(tmp_path):
    path, none = tmp_path / "a.wav", np.zeros(10 * SR)
    sf.write(path, np.stack([voice(1), voice(2), none, none], axis=1), SR)
    assert load(path, speaker="right").channels == 4
    refused(path, "channel_choice", UsageError)
    sf.write(path, np.stack([none, none, voice(1), none, none, none], axis=1), SR)
    assert load(path).samples.max() > 0.3
    sf.write(path, np.stack([voice(1), voice(2), voice(3)], axis=1), SR)
    refused(path, "too_many_channels")
    refused(path, "too_many_channels", speaker="left")


def test_another_word_for_the_speaker_is_a_programmers_error(tmp_path):
    with pytest.raises(ValueError, match="centre"):
        load(tmp_path / "a.wav", speaker="centre")


# Long recordings -------------------------------------------------------------------------------------------------


def test_long_recordings_go_down_to_16_khz_in_place(tmp_path, monkeypatch):
    path, sr = tmp_path / "a.wav", 48000
    sf.write(path, bursts(sr), sr)
    monkeypatch.setattr(collect, "LONG", 5 * sr)
    recording = load(path)
    assert (recording.sr, recording.notes) == (16000, ("resampled",))
    assert recording.duration == pytest.approx(10, abs=0.001)
    assert np.array(edges(recording)) == pytest.approx(np.array(BURSTS), abs=0.011)
    import soxr

    at_once = soxr.resample(bursts(sr), sr, 16000, quality="HQ")
    assert np.abs(recording.samples - at_once[: len(recording.samples)]).max() < 1e-3


@pytest.mark.parametrize("speaker", ["left", "right"])
def test_beyond_the_budget_only_the_speaker_is_kept(tmp_path, monkeypatch, speaker):
    a, b = voice(1), voice(2)
    path = two(tmp_path, a, b, subtype="FLOAT")
    monkeypatch.setattr(collect, "MANY", 4 * SR)
    recording = load(path, speaker=speaker)
    assert recording.notes == ("customer_not_kept",)
    assert recording.customer is None
    assert np.array_equal(recording.samples, a if speaker == "left" else b)


def test_beyond_the_budget_auto_still_finds_the_channel(tmp_path, monkeypatch):
    path = two(tmp_path, np.zeros(10 * SR), voice(1), subtype="FLOAT")
    monkeypatch.setattr(collect, "MANY", 4 * SR)
    recording = load(path)
    assert recording.speaker == "right"
    assert np.array_equal(recording.samples, voice(1))


def test_too_long(tmp_path, monkeypatch):
    path = tmp_path / "a.wav"
    sf.write(path, bursts(), SR)
    monkeypatch.setattr(collect, "LONGEST_S", 5)
    refused(path, "too_long")


# Cut and odd files -----------------------------------------------------------------------------------------------


def cut(path: Path, share=0.6) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "ALAW", "GSM610"])
def test_a_cut_wav_is_judged_up_to_the_cut(tmp_path, subtype):
    path = tmp_path / "a.wav"
    sf.write(path, bursts(8000), 8000, subtype=subtype)
    recording = load(cut(path))
    assert recording.truncated
    assert recording.notes == ("truncated",)
    assert recording.duration == pytest.approx(6, abs=0.05)
    assert edges(recording)[0] == pytest.approx(BURSTS[0], abs=0.03)


@pytest.mark.parametrize(
    ("ending", "encoder", "options"),
    [
        ("flac", "flac", {}),
        ("mp3", "libmp3lame", {}),
        ("ogg", "libopus", {}),
        ("m4a", "aac", {"movflags": "faststart"}),
        ("webm", "libopus", {}),
    ],
)
def test_other_cut_files_are_judged_up_to_the_cut(tmp_path, ending, encoder, options):
    sr = 48000
    rng = np.random.default_rng(3)
    x = bursts(sr) + 0.01 * rng.standard_normal(10 * sr).astype(np.float32)  # so that bytes grow evenly with time
    path = encode(tmp_path / f"a.{ending}", x, sr, encoder, None, **options)
    assert not load(path).truncated
    recording = load(cut(path))
    assert recording.truncated
    assert 3 < recording.duration < 8
    assert edges(recording)[0] == pytest.approx(BURSTS[0], abs=0.06)


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000])
def test_wav_from_a_pipe_is_not_cut(tmp_path, size):
    path = tmp_path / "a.wav"
    sf.write(path, bursts(), SR, subtype="PCM_16")
    data = path.read_bytes()
    at = data.index(b"data")
    path.write_bytes(data[: at + 4] + struct.pack("<I", size) + data[at + 8 :])
    recording = load(path)
    assert not recording.truncated
    assert recording.duration == 10


def test_a_hole_in_an_m4a_keeps_its_time(tmp_path):
    path = encode(tmp_path / "a.m4a", bursts() + voice(1) * 0.01, SR, "aac")
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 2000] = b"\xff" * 2000
    path.write_bytes(bytes(data))
    recording = load(path)
    assert recording.duration == pytest.approx(10, abs=0.2)
    assert edges(recording)[-1] == pytest.approx(BURSTS[-1], abs=0.06)


# Refusals --------------------------------------------------------------------------------------------------------


def test_missing_path_and_folder_are_misuse(tmp_path):
    assert refused(tmp_path / "none.wav", "missing_path", UsageError).exit_code == 2
    assert refused(tmp_path, "folder", UsageError).exit_code == 2
    with pytest.raises(UsageError):
        load("a\0b.wav")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    refused(tmp_path / "pipe.wav", "not_a_file", UsageError)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.wav", b"", "empty_file"),
        ("a.txt", "您好，这里是客服中心。\n".encode() * 40, "not_audio"),
        ("a.wav", b"hello", "not_audio"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(500), "not_audio"),
        ("a.m3u8", b"#EXTM3U\n#EXTINF:10,\nhttp://localhost/a.mp3\n", "not_audio"),
        ("a.html", b"<html><body>call.wav</body></html>" * 20, "not_audio"),
        ("zeros.mp3", bytes(5000), "not_audio"),
    ],
)
def test_what_is_not_audio(tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    assert refused(tmp_path / name, code).exit_code == 1


def test_an_unknown_codec(tmp_path):
    path = tmp_path / "a.wav"
    sf.write(path, bursts(), SR, subtype="PCM_16")
    data = bytearray(path.read_bytes())
    data[20:22] = b"\x34\x12"  # a format tag nobody has
    path.write_bytes(bytes(data))
    refused(path, "unknown_codec")


def test_a_video_without_sound(tmp_path):
    import av

    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        out.mux(stream.encode(None))
    refused(path, "no_audio_stream")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers(tmp_path, bad):
    x = bursts()
    x[4 * SR] = bad
    sf.write(tmp_path / "a.wav", x, SR, subtype="FLOAT")
    refused(tmp_path / "a.wav", "not_finite")
    with pytest.raises(RecordingError):
        from_array(x, SR)


def test_samples_on_another_scale(tmp_path):
    sf.write(tmp_path / "a.wav", bursts() * 32768, SR, subtype="FLOAT")
    refused(tmp_path / "a.wav", "not_full_scale")


def test_shortest(tmp_path):
    path = tmp_path / "a.wav"
    sf.write(path, bursts()[: int(0.299 * SR)], SR)
    refused(path, "too_short")
    sf.write(path, bursts()[: int(0.3 * SR)], SR)
    assert load(path).duration == 0.3
    sf.write(path, bursts()[:0], SR)
    refused(path, "too_short")


@pytest.mark.parametrize("sr", [4000, 500000])
def test_rates_that_carry_no_speech(tmp_path, sr):
    sf.write(tmp_path / "a.wav", bursts(sr, 1.0), sr)
    refused(tmp_path / "a.wav", "sample_rate")


def test_a_name_that_cannot_be_printed(tmp_path):
    refused(tmp_path / "a\nb.wav", "missing_path", UsageError)


def test_every_note_has_its_words():
    listed = re.findall(r"^``(\w+)``", recording_docs or "", re.MULTILINE)
    assert len(listed) == 8
    for note in listed:
        for lang in LANGUAGES:
            assert say("recording_notes", note, lang)


# Arrays ----------------------------------------------------------------------------------------------------------


def test_arrays():
    x = bursts()
    recording = from_array(x, SR, name="x")
    assert np.array_equal(recording.samples, x)
    assert x.flags.writeable
    assert not recording.samples.flags.writeable
    assert recording.sha256 == from_array(x.astype(np.float64), SR).sha256 != from_array(x, 8000).sha256
    assert (recording.name, recording.path, recording.speaker, recording.duration) == ("x", None, "solo", 10)


@pytest.mark.parametrize(
    ("samples", "sr"), [(np.zeros((2, 9000)), SR), (np.zeros(9000, bool), SR), (np.zeros(9000), 0)]
)
def test_arrays_that_are_not_one_channel(samples, sr):
    with pytest.raises(ValueError, match="expected"):
        from_array(samples, sr)
