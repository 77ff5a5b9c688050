"""Which formats this installation reads: a second of tone is made in each, and read as any recording is."""

import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.doctor import Finding

SR = 16000
LEVEL = 0.25  # amplitude of the tone
LENGTH_S = 1.0
SAME_LENGTH_S = 0.15  # codecs pad
SAME_LEVEL = 0.7  # at least so much of the tone is left after coding
AMR_SILENCE = b"\x04" + bytes(12)  # a frame of 20 ms, AMR 4.75 kbit/s (RFC 4867): no encoder is needed for it


def formats() -> Iterator[Finding]:
    """One finding for all that can be read, one for each that cannot, and one for the sound of pages."""
    with tempfile.TemporaryDirectory() as folder:
        results = {name: _tried(name, make, Path(folder)) for name, make in MADE.items()}
    untried = [name for name, why in results.items() if why == UNTRIED]
    wrong = {name: why for name, why in results.items() if why and why != UNTRIED}
    right = [name for name, why in results.items() if not why]
    if right:
        yield Finding("ok", "formats", {"found": ", ".join(right)})
    if untried:
        yield Finding("warn", "formats_untried", {"found": ", ".join(untried)})
    for name, why in wrong.items():
        yield Finding("fail", "format_unread", {"name": name, "found": why})
    yield from _page_sound()


def tone() -> Any:
    """A second of 440 Hz, float32."""
    return (LEVEL * np.sin(2 * np.pi * 440 * np.arange(round(LENGTH_S * SR)) / SR)).astype(np.float32)


def _soundfile(container: str, subtype: str) -> bytes:
    import soundfile

    file = BytesIO()
    soundfile.write(file, tone(), SR, format=container, subtype=subtype)
    return file.getvalue()


def _av(container: str, codec: str, rate: int, layout: str) -> bytes:
    import av

    file = BytesIO()
    with av.open(file, "w", format=container) as opened:
        stream: Any = opened.add_stream(codec, rate=rate, layout="mono")
        samples = np.repeat(tone(), rate // SR)[None, :]
        frame = av.AudioFrame.from_ndarray(samples, format=layout, layout="mono")
        frame.sample_rate = rate
        opened.mux(stream.encode(frame))
        opened.mux(stream.encode(None))
    return file.getvalue()


MADE: dict[str, Callable[[], bytes]] = {
    "wav": lambda: _soundfile("WAV", "PCM_16"),
    "flac": lambda: _soundfile("FLAC", "PCM_16"),
    "mp3": lambda: _soundfile("MP3", "MPEG_LAYER_III"),
    "ogg": lambda: _soundfile("OGG", "VORBIS"),
    "opus": lambda: _soundfile("OGG", "OPUS"),
    "m4a": lambda: _av("mp4", "aac", SR, "fltp"),
    "3gp": lambda: _av("3gp", "aac", SR, "fltp"),
    "webm": lambda: _av("webm", "libopus", 3 * SR, "flt"),
    "amr": lambda: b"#!AMR\n" + AMR_SILENCE * 50,
}
SILENT = {"amr"}
UNTRIED = "untried"


def _tried(name: str, make: Callable[[], bytes], folder: Path) -> str:
    """Empty when all is well, :data:`UNTRIED` when there is no encoder to make a file with, else what is wrong."""
    from voicecoach.recording import load

    try:
        data = make()
    except Exception:  # no encoder: nothing is known about the decoder, which is what recordings need
        return UNTRIED
    file = folder / f"tone.{name}"
    file.write_bytes(data)
    try:
        recording = load(file)
    except Exception as error:  # the reason is what is asked for, whatever it is
        return " ".join(str(error).split())
    level = float(np.sqrt(2 * np.mean(np.square(recording.samples))))
    if abs(recording.duration - LENGTH_S) > SAME_LENGTH_S or (name not in SILENT and level < SAME_LEVEL * LEVEL):
        return f"{recording.duration:.2f} s, {level:.3f} / {LENGTH_S:.2f} s, {LEVEL:.3f}"
    return ""


def _page_sound() -> Iterator[Finding]:
    from voicecoach.report.audio import embed

    try:
        embed(tone(), SR)
    except Exception as error:
        yield Finding("fail", "page_sound", {"found": " ".join(str(error).split())})
    else:
        yield Finding("ok", "page_sound_ok")
