"""From a file to one speaker's samples. Nothing outside this package opens audio.

Conventions: samples are float32 with full scale 1.0, one dimension, at the file's own rate (very long files are
kept at a lower one, and say so); what was noticed on the way is a stable code in ``Recording.notes``, whose words
stand in the word files under ``[recording_notes]``:

``truncated``             the file was cut; judged up to the cut
``damaged``               parts could not be decoded; silence of the same length stands for them where it is known
``gaps_filled``           the file leaves time out (silence not transmitted); silence stands for it
``dual_mono``             all channels carry the same signal; taken as one
``other_channel_silent``  only one channel has sound; that one was taken
``mono``                  a channel was asked for but there is only one
``resampled``             kept at a lower rate than the file's, to bound memory
``customer_not_kept``     too long to keep the other channel in memory
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voicecoach.display import shown
from voicecoach.errors import RecordingError, UsageError
from voicecoach.recording.channels import choose
from voicecoach.recording.collect import Collector, check_block
from voicecoach.recording.decode import decode
from voicecoach.words import printable

Samples = npt.NDArray[np.float32]

SPEAKERS = ("auto", "left", "right")
SHORTEST_S = 0.3  # below this nothing can be measured (issue: "under 0.3 s" is refused)


@dataclass(frozen=True, eq=False)
class Recording:
    """One speaker's channel of a recording, ready to be measured.

    Attributes
    ----------
    name : str                       the file's name without its folder
    path : Path or None              None for an array
    sha256 : str                     of the file's bytes; for an array, of its float32 samples and rate
    samples : ndarray of float32, shape (n,)     the analysed channel, full scale 1.0, read-only
    sr : int                         sampling rate of ``samples``, Hz
    channels : int                   in the file
    speaker : {"solo", "left", "right"}          which channel was analysed
    customer : ndarray of float32, shape (n,), or None       the other channel at ``sr``; never scored
    codec : str                      as FFmpeg names it: ``pcm_s16le``, ``pcm_alaw``, ``opus``, ``aac``, ``amr_nb``
    truncated : bool                 the file was cut and is judged up to the cut
    notes : tuple of str             codes, see the package's docstring
    """

    name: str
    path: Path | None
    sha256: str
    samples: Samples
    sr: int
    channels: int
    speaker: str
    customer: Samples | None
    codec: str
    truncated: bool
    notes: tuple[str, ...]

    @property
    def duration(self) -> float:
        """Length in s."""
        return len(self.samples) / self.sr

    def _repr_html_(self) -> str:
        """Waveform and player, for a notebook."""
        return shown(self)


def load(path: str | os.PathLike[str], *, speaker: str = "auto", longest_s: float | None = None) -> Recording:
    """Read a recording.

    Parameters
    ----------
    path : path of a wav, flac, mp3, ogg, opus, m4a, aac, webm, amr or 3gp file; what it is, its content says
    speaker : {"auto", "left", "right"}
        Whose channel to analyse in a stereo file. ``auto`` takes the only channel with sound, or any of identical
        ones, and otherwise asks. A mono file has one channel, whatever is asked.
    longest_s : float or None
        s; a longer recording is refused as soon as that is read, so that memory is bounded. None: six hours.

    Returns
    -------
    Recording

    Raises
    ------
    UsageError        no such file, a folder, or a stereo file whose channel has to be chosen
    RecordingError    empty, not audio, unknown codec, damaged, NaN samples, under 0.3 s, too long
    ValueError        another value of ``speaker``
    """
    if speaker not in SPEAKERS:
        raise ValueError(f"speaker is {speaker!r}, expected one of {list(SPEAKERS)}")
    file = Path(path)
    shown = printable(str(path))
    sha256 = sha256_of(file, shown)
    asked = {"left": 0, "right": 1}.get(speaker, 0)
    collector = Collector(shown, first=asked, longest_s=longest_s)
    decoded = decode(file, shown, collector)
    roles = choose(collector.stats(), speaker, shown)
    if roles.index not in collector.kept():
        collector = Collector(shown, first=roles.index, alone=True, longest_s=longest_s)
        decoded = decode(file, shown, collector)
    kept = collector.finish()
    if roles.index not in kept:  # the file gave fewer channels the second time
        raise RecordingError("damaged_file", path=shown)
    samples = kept[roles.index]
    customer = kept.get(roles.customer) if roles.customer is not None else None
    sr = collector.rate
    if len(samples) < SHORTEST_S * sr:
        raise RecordingError("too_short", path=shown, found=len(samples) / sr, expected=SHORTEST_S)
    notes = set(roles.notes) | decoded.notes
    if sr != collector.file_rate:
        notes.add("resampled")
    if roles.customer is not None and customer is None:
        notes.add("customer_not_kept")
    return Recording(
        name=printable(file.name),
        path=file,
        sha256=sha256,
        samples=samples,
        sr=sr,
        channels=collector.channels,
        speaker=roles.speaker,
        customer=customer,
        codec=decoded.codec,
        truncated="truncated" in notes,
        notes=tuple(sorted(notes)),
    )


def from_array(samples: npt.ArrayLike, sr: int, *, name: str = "array") -> Recording:
    """A recording from samples in memory, which are copied.

    Parameters
    ----------
    samples : array_like, shape (n,)     floats with full scale 1.0, or signed integers of 8 to 32 bits
    sr : int                             Hz

    Raises
    ------
    ValueError        another shape or type, or a rate below 1 Hz
    RecordingError    NaN samples, under 0.3 s

    Examples
    --------
    >>> from_array(np.zeros(8000), 16000).duration
    0.5
    >>> from_array(np.full(8000, 16384, np.int16), 16000).samples.max()
    np.float32(0.5)
    """
    given = np.asarray(samples)
    if given.ndim != 1:
        raise ValueError(f"samples have shape {given.shape}, expected one channel: (n,)")
    if sr < 1 or given.dtype.kind not in "fi":
        raise ValueError(f"sr is {sr}, samples are {given.dtype}: expected a rate in Hz and floats or signed integers")
    scale = 1.0 if given.dtype.kind == "f" else 1.0 / -float(np.iinfo(given.dtype).min)
    with np.errstate(over="ignore"):  # a double beyond float32 becomes inf, which is refused below
        kept = np.array(given * np.float32(scale), dtype=np.float32)
    check_block(kept, 0.0, name)
    if len(kept) < SHORTEST_S * sr:
        raise RecordingError("too_short", path=name, found=len(kept) / sr, expected=SHORTEST_S)
    kept.setflags(write=False)
    digest = hashlib.sha256(kept.tobytes())
    digest.update(str(int(sr)).encode())
    return Recording(
        name=name,
        path=None,
        sha256=digest.hexdigest(),
        samples=kept,
        sr=int(sr),
        channels=1,
        speaker="solo",
        customer=None,
        codec="array",
        truncated=False,
        notes=(),
    )


def sha256_of(file: Path, shown: str) -> str:
    """Hash of the bytes; also the first look at whether there is a file to read.

    Raises
    ------
    UsageError        no such file, a folder, a pipe or device
    RecordingError    it cannot be read, or is empty
    """
    digest = hashlib.sha256()
    try:
        if file.is_dir():
            raise UsageError("folder", path=shown)
        if not file.exists():
            raise UsageError("missing_path", path=shown)
        if not file.is_file():  # a pipe or a device would block or never end
            raise UsageError("not_a_file", path=shown)
        for block in _bytes(file):
            digest.update(block)
        if file.stat().st_size == 0:
            raise RecordingError("empty_file", path=shown)
    except ValueError:  # a NUL in the name: no file can have it
        raise UsageError("missing_path", path=shown) from None
    except OSError as error:
        raise RecordingError("unreadable_file", path=shown, found=error.strerror or type(error).__name__) from None
    return digest.hexdigest()


def _bytes(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            yield block
