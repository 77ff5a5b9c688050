"""The recording, small enough to travel inside the page."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy.typing as npt

MIME = "audio/mpeg"
BLOCK_S = 30.0

# Constant bit rate: browsers then find a second by its byte, so a click lands where it should (with a variable
# rate they guess from a table of 100 points). MPEG-2 Layer III knows 16 and 24 kHz and 24, 32 and 40 kb/s; speech
# at 40 kb/s mono keeps its breath and its consonants, and three minutes make 0.9 MB.
BIT_RATES = ((15 * 60.0, 40_000), (60 * 60.0, 32_000), (float("inf"), 24_000))


def embed(samples: npt.NDArray[Any], sr: int) -> tuple[str, bytes]:
    """One channel as MP3 for the page: mono, constant bit rate, no tags.

    Parameters
    ----------
    samples : ndarray, shape (n,)    float, full scale 1.0 (louder is clipped); the speaker's channel only
    sr : int                         Hz

    Returns
    -------
    (mime, data)    ``"audio/mpeg"`` and the file: 40 kb/s up to 15 min, 32 up to an hour, 24 beyond

    Raises
    ------
    ValueError    not one channel, or no samples

    Notes
    -----
    Works through 30 s at a time, so an hour costs no hour-long copy. Same input, same bytes. The first frame
    names the encoder's delay, so what browsers play starts where the recording starts.

    Examples
    --------
    >>> import numpy as np
    >>> mime, data = embed(np.zeros(16000), 16000)
    >>> mime, 5000 <= len(data) <= 6500
    ('audio/mpeg', True)
    """
    import av

    if samples.ndim != 1 or len(samples) == 0:
        raise ValueError(f"samples have shape {samples.shape}, expected one channel (n,) with n > 0")
    rate = 16_000 if sr <= 16_000 else 24_000
    bit_rate = next(bits for longest, bits in BIT_RATES if len(samples) / sr <= longest)
    file = BytesIO()
    with av.open(file, "w", format="mp3", options={"id3v2_version": "0", "write_id3v1": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono", options={"compression_level": "7"})
        stream.bit_rate = bit_rate
        done = 0
        for block in pcm16(samples, sr, rate):
            frame = av.AudioFrame.from_ndarray(block[None, :], format="s16p", layout="mono")
            frame.sample_rate, frame.pts = rate, done
            done += len(block)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return MIME, file.getvalue()


def pcm16(samples: npt.NDArray[Any], sr: int, rate: int) -> Iterator[npt.NDArray[Any]]:
    """The samples at ``rate`` as 16-bit integers, block by block."""
    import numpy as np
    import soxr

    resampler = soxr.ResampleStream(sr, rate, 1, dtype="float32")
    step = int(BLOCK_S * sr)
    for first in range(0, len(samples), step):
        block = np.clip(samples[first : first + step], -1.0, 1.0).astype(np.float32)
        if sr != rate:
            block = resampler.resample_chunk(block, last=first + step >= len(samples))
        if len(block):
            yield np.round(np.clip(block, -1.0, 1.0) * 32767).astype(np.int16)


def data_uri(mime: str, data: bytes) -> str:
    """``data:`` address of a file.

    Examples
    --------
    >>> data_uri("text/plain", b"hi")
    'data:text/plain;base64,aGk='
    """
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
