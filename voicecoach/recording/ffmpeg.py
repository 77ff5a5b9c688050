"""Decoding with FFmpeg's libraries (PyAV), packet by packet, so that no time is lost."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.errors import RecordingError
from voicecoach.recording.collect import Collector

Samples = npt.NDArray[np.float32]

# Containers of recordings. What else FFmpeg can open (play lists, pictures, network streams) stays shut.
CONTAINERS = "wav,w64,aiff,au,caf,flac,mp3,ogg,mov,mp4,m4a,3gp,matroska,webm,amr,aac,asf,avi,ac3,wv,tta,ape,mpeg"
OPTIONS = {"format_whitelist": CONTAINERS}
AMR_SAMPLES = {"amr_nb": 160, "amr_wb": 320}  # a frame is 20 ms
MOST_CHANNELS = 8  # PyAV reads beyond its memory in planar frames of more (AV_NUM_DATA_POINTERS)
FORMATS = ("u8", "s16", "s32", "flt", "dbl")  # that PyAV turns into arrays, interleaved or planar (with a p)
GAP_S = 0.04  # time stamps of webm are whole milliseconds; a gap is more than two packets of 20 ms
LONGEST_GAP_S = 60.0  # a jump beyond this is a broken clock
PADDING_S = 0.15  # what a codec may add after the stated end
CUT_S = 0.15  # what may be missing from the stated length without calling the file cut


def decode_ffmpeg(file: Path, shown: str, collector: Collector, *, trust_duration: bool) -> tuple[str, set[str]]:
    """Read the first sound stream into ``collector``; give the codec and what was noticed.

    FFmpeg's AMR decoder refuses the frames of discontinuous transmission (silence descriptors), and a plain loop
    loses them: pauses get shorter. Each refused AMR packet therefore counts as one frame of silence. In every
    other codec time stamps tell where something is missing.
    """
    import av

    try:
        with _File(file) as opened, av.open(opened, options=OPTIONS, metadata_errors="replace") as container:
            stream = _sound(container, shown)
            codec = str(stream.codec_context.codec.canonical_name)
            stated = _stated(container, stream) if trust_duration else None
            return codec, _read(container, stream, codec, collector, stated)
    except av.error.FFmpegError as error:
        if isinstance(error, av.error.DecoderNotFoundError):
            raise RecordingError("unknown_codec", path=shown) from None
        raise RecordingError("not_audio", path=shown) from None


class _File(io.FileIO):
    """A file whose impossible seeks (a damaged header asks for them) fail by value, as FFmpeg expects."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        try:
            return super().seek(offset, whence)
        except (OSError, OverflowError):
            return -1


def _sound(container: Any, shown: str) -> Any:
    if not container.streams.audio:
        raise RecordingError("no_audio_stream", path=shown)
    for stream in container.streams.audio:
        if stream.codec_context is not None:
            return stream
    raise RecordingError("unknown_codec", path=shown)


def _stated(container: Any, stream: Any) -> float | None:
    """Length by the container, s."""
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def _read(container: Any, stream: Any, codec: str, collector: Collector, stated: float | None) -> set[str]:
    import av

    notes: set[str] = set()
    silence = AMR_SAMPLES.get(codec, 0)
    started, last_failed, origin = False, False, 0.0
    for packet in _packets(container, stream, notes):
        try:
            frames = packet.decode()
            last_failed = last_failed and not frames
        except av.error.FFmpegError:
            if silence and packet.size:
                if not started:
                    collector.start(silence * 50, 1)
                    started, origin = True, _time(packet) or 0.0
                collector.add_silence(silence)
            elif packet.size:
                notes.add("damaged")
                last_failed = True
            continue
        for frame in frames:
            if not started:
                if not frame.format.name.startswith(FORMATS):
                    raise RecordingError("unknown_codec", path=collector.shown)
                if _channels(frame) > MOST_CHANNELS:
                    raise RecordingError("too_many_channels", path=collector.shown, found=_channels(frame))
                collector.start(frame.sample_rate, _channels(frame))
                started, origin = True, _time(frame) or 0.0
            if frame.sample_rate != collector.file_rate or _channels(frame) > MOST_CHANNELS:
                notes.add("damaged")
                continue
            if not silence:
                _fill_gap(frame, origin, collector, notes)
            collector.add(_samples(frame, collector.channels))
    if started and last_failed:
        notes.add("truncated")
    if started and stated is not None and collector.position < (stated - CUT_S) * collector.file_rate:
        notes.add("truncated")
    if started and stated is not None and container.format.name.startswith("mov"):
        collector.trim(round(stated * collector.file_rate), round(PADDING_S * collector.file_rate))
    return notes


def _packets(container: Any, stream: Any, notes: set[str]) -> Iterator[Any]:
    """The stream's packets, up to where the container breaks off."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, OSError):
            notes.add("truncated")
            return
        yield packet


def _time(item: Any) -> float | None:
    return None if item.pts is None or item.time_base is None else float(item.pts * item.time_base)


def _fill_gap(frame: Any, origin: float, collector: Collector, notes: set[str]) -> None:
    time = _time(frame)
    if time is None:
        return
    gap = time - origin - collector.position / collector.file_rate
    if GAP_S < gap < LONGEST_GAP_S:
        collector.add_silence(round(gap * collector.file_rate))
        notes.add("gaps_filled")


def _channels(frame: Any) -> int:
    return int(frame.layout.nb_channels)


def _samples(frame: Any, channels: int) -> Samples:
    """A frame as float32 of shape (n, channels), full scale 1.0."""
    raw = frame.to_ndarray()
    block = raw.T if frame.format.is_planar else raw.reshape(-1, _channels(frame))
    if raw.dtype.kind == "u":
        block = (block.astype(np.float32) - 128) / 128
    elif raw.dtype.kind == "i":
        block = block * np.float32(1 / -float(np.iinfo(raw.dtype).min))
    block = block.astype(np.float32, copy=False)
    if block.shape[1] == channels:
        return np.ascontiguousarray(block)
    # Some AAC encoders change from one to two channels on the way.
    return np.repeat(block.mean(axis=1, keepdims=True, dtype=np.float32), channels, axis=1)
