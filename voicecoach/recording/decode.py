"""Files into blocks of samples: libsndfile where it reads the format well, FFmpeg's libraries (PyAV) for the rest.

What a file is, its first bytes say, never its name. libsndfile is not given MP3: its decoder writes to stderr.
"""

from dataclasses import dataclass
from pathlib import Path

from voicecoach.errors import RecordingError
from voicecoach.recording import header
from voicecoach.recording.collect import BLOCK, Collector
from voicecoach.recording.ffmpeg import decode_ffmpeg


@dataclass(frozen=True)
class Decoded:
    """What the file was, and what was noticed on the way (codes)."""

    codec: str
    notes: frozenset[str]


def decode(file: Path, shown: str, collector: Collector) -> Decoded:
    """Read ``file`` into ``collector``.

    Raises
    ------
    RecordingError    not audio, unknown codec, or nothing in it that can be decoded
    """
    facts = header.read(file)
    if not facts.sound:
        raise RecordingError("not_audio", path=shown)
    codec = _decode_sndfile(file, collector) if facts.sndfile else None
    if codec is not None:
        return Decoded(codec, frozenset({"truncated"} if facts.cut else ()))
    codec, notes = decode_ffmpeg(file, shown, collector, trust_duration=facts.trust_duration)
    if facts.cut:
        notes.add("truncated")
    if not collector.position:
        raise RecordingError("damaged_file", path=shown)
    return Decoded(codec, frozenset(notes))


def _decode_sndfile(file: Path, collector: Collector) -> str | None:
    """The codec, or None when libsndfile does not read the whole file: FFmpeg may."""
    import soundfile

    try:
        with file.open("rb") as opened, soundfile.SoundFile(opened) as sound:
            collector.start(sound.samplerate, sound.channels)
            while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
                collector.add(block)
            promised = sound.frames
            if collector.position < promised < 1 << 62:
                return None  # cut or damaged, and FFmpeg gets further than libsndfile in such a file
            return _codec(sound.subtype, sound.format)
    except (soundfile.LibsndfileError, TypeError):  # TypeError: a name in .raw would need its rate told
        return None


def _codec(subtype: str, container: str) -> str:
    """FFmpeg's name for libsndfile's.

    Examples
    --------
    >>> _codec("PCM_16", "WAV"), _codec("ALAW", "WAV"), _codec("VORBIS", "OGG")
    ('pcm_s16le', 'pcm_alaw', 'vorbis')
    """
    if container == "FLAC":
        return "flac"
    order = "be" if container in ("AIFF", "AU") else "le"
    names = {
        "PCM_S8": "pcm_s8",
        "PCM_U8": "pcm_u8",
        "PCM_16": f"pcm_s16{order}",
        "PCM_24": f"pcm_s24{order}",
        "PCM_32": f"pcm_s32{order}",
        "FLOAT": f"pcm_f32{order}",
        "DOUBLE": f"pcm_f64{order}",
        "ALAW": "pcm_alaw",
        "ULAW": "pcm_mulaw",
        "GSM610": "gsm_ms",
        "MS_ADPCM": "adpcm_ms",
        "IMA_ADPCM": "adpcm_ima_wav",
    }
    return names.get(subtype, subtype.lower())
