"""What the bytes of a file say about its completeness, before any decoder sees it."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SNDFILE = (b"RIFF", b"RIFX", b"RF64", b"riff", b"FORM", b".snd", b"caff", b"fLaC", b"OggS")
UNKNOWN_SIZE = 0x7FFF0000  # sizes from here on mean "not known": the file was written to a pipe
MPEG_TAGS = (0x50, 0x55)
OGG_END = 4  # flag of a stream's last page (RFC 3533, section 6)


@dataclass(frozen=True)
class Header:
    """What the file is read with, and how far its own statement of length can be believed.

    Attributes
    ----------
    sndfile : bool            libsndfile reads this kind
    sound : bool              False: a wave file without samples or without a description of them
    cut : bool                the file is shorter than it says
    trust_duration : bool     the container states its length instead of guessing it from the bit rate
    """

    sndfile: bool
    sound: bool = True
    cut: bool = False
    trust_duration: bool = True


def read(file: Path) -> Header:
    """Look at the first and last bytes of ``file``."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        start = opened.read(64)
        if start[:4] in (b"RIFF", b"RF64") and start[8:12] == b"WAVE":
            return _wave(opened, size)
        if start[:4] == b"FORM":
            return Header(True, cut=int.from_bytes(start[4:8], "big") + 8 > size)
        if start[:4] == b"OggS":
            return Header(True, cut=_ogg_cut(opened, size), trust_duration=False)
        if start[4:8] == b"ftyp" or start[:4] in (b"fLaC", b"\x1aE\xdf\xa3"):
            return Header(start[:4] == b"fLaC")
        return Header(start[:4] in SNDFILE, trust_duration=_mp3_counts_frames(opened, start))


def _wave(opened: BinaryIO, size: int) -> Header:
    """Walk the chunks as far as the samples (Microsoft/IBM multimedia programming interface, 1991).

    FFmpeg believes the sizes of damaged chunks and asks for gigabytes, so what is not found here is not tried.
    """
    at, tag, large = 12, 0, 0
    while at + 8 <= size:
        opened.seek(at)
        head = opened.read(24)
        name, length = head[:4], int.from_bytes(head[4:8], "little")
        if name == b"fmt ":
            tag = int.from_bytes(head[8:10], "little")
        elif name == b"ds64":
            large = int.from_bytes(head[16:24], "little")
        elif name == b"data":
            if length >= UNKNOWN_SIZE:
                length = large
            return Header(tag not in MPEG_TAGS, sound=tag > 0, cut=at + 8 + length > size, trust_duration=False)
        at += 8 + length + length % 2
    return Header(False, sound=False)


def _ogg_cut(opened: BinaryIO, size: int) -> bool:
    """Whether the last page is missing its end or the mark of being the last (RFC 3533, section 6)."""
    opened.seek(max(0, size - (1 << 17)))  # a page has at most 65307 bytes
    tail = opened.read()
    at = tail.rfind(b"OggS")
    if at < 0 or at + 27 > len(tail):
        return True
    segments = tail[at + 27 : at + 27 + tail[at + 26]]
    end = at + 27 + tail[at + 26] + sum(segments)
    return end > len(tail) or not tail[at + 5] & OGG_END


def _mp3_counts_frames(opened: BinaryIO, start: bytes) -> bool:
    """Whether an MP3 has a header with its number of frames (Xing, Info or VBRI), after an ID3v2 tag if any."""
    skip = 0
    if start[:3] == b"ID3" and len(start) >= 10:
        a, b, c, d = start[6:10]
        skip = 10 + (a << 21 | b << 14 | c << 7 | d)
    opened.seek(skip)
    first = opened.read(4096)
    return any(mark in first for mark in (b"Xing", b"Info", b"VBRI"))
