"""Decoded blocks into one array a channel, in bounded memory, with the statistics that tell channels apart.

Memory, float32: three hours of one channel at 16 kHz are 691 MB, an hour of two 461 MB. Hence

* a recording longer than ``LONG`` samples a channel (20 min at 48 kHz) is kept at 16 kHz from there on, what was read
  before being resampled in place;
* beyond ``MANY`` samples over all channels only one channel is kept; the statistics go on for all of them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from voicecoach.errors import RecordingError

Samples = npt.NDArray[np.float32]

LOWEST_SR, HIGHEST_SR = 8000, 96000
TOP_SR = 384000  # above HIGHEST_SR brought down to 48 kHz; beyond this the header is not to be believed
LONG_SR = 16000
LONG = 20 * 60 * 48000
MANY = 120_000_000
LONGEST_S = 6 * 3600
MOST_CHANNELS = 32
LARGEST = 100.0  # 40 dB over full scale: no float recording is that loud, so the scale is not ours
BLOCK = 1 << 16
STEP = 1 << 23  # arrays grow by this many samples (32 MB)


@dataclass(frozen=True)
class ChannelStats:
    """What is needed to tell channels apart.

    Attributes
    ----------
    levels : ndarray, shape (m, c)          RMS of each 0.1 s in each channel, full scale 1.0
    correlation : ndarray, shape (c, c)     of the whole signals, offset removed; 0 where a channel is constant
    """

    levels: npt.NDArray[np.float64]
    correlation: npt.NDArray[np.float64]


def check_block(block: Samples, at: float, shown: str) -> None:
    """Refuse samples that are not numbers or not on our scale; ``at`` is the block's start in s."""
    if not block.size:
        return
    low, high = float(block.min()), float(block.max())
    if not np.isfinite(low) or not np.isfinite(high):  # NaN wins in min and max
        raise RecordingError("not_finite", path=shown, at=at)
    if max(-low, high) > LARGEST:
        raise RecordingError("not_full_scale", path=shown, found=max(-low, high))


class Collector:
    """Takes blocks of shape (n, channels); gives one array a channel.

    Parameters
    ----------
    shown : str       the file's name for messages
    first : int       the channel to keep when not all can be
    alone : bool      keep only that one from the start
    longest_s : float or None    s; refuse what is longer. None: ``LONGEST_S``
    """

    def __init__(self, shown: str, *, first: int, alone: bool = False, longest_s: float | None = None) -> None:
        self.shown = shown
        self.longest_s = LONGEST_S if longest_s is None else longest_s
        self.first = first
        self.alone = alone
        self.file_rate = self.rate = self.channels = 0
        self.read = 0  # samples a channel, at the file's rate
        self._pending: list[Samples] = []
        self._pending_n = 0

    def start(self, rate: int, channels: int) -> None:
        """Begin, or begin again, with nothing."""
        if not LOWEST_SR <= rate <= TOP_SR:
            raise RecordingError("sample_rate", path=self.shown, found=rate, low=LOWEST_SR, high=HIGHEST_SR)
        if not 1 <= channels <= MOST_CHANNELS:
            raise RecordingError("too_many_channels", path=self.shown, found=channels)
        self.file_rate = rate
        self.rate = rate
        self.channels = channels
        self._spare = 0
        self.read = 0
        self._first = min(self.first, channels - 1)
        wanted = [self._first] if self.alone else range(channels)
        self._buffers = {channel: _Buffer() for channel in wanted}
        self._pending = []
        self._pending_n = 0
        self._levels: list[npt.NDArray[np.float64]] = []
        self._sum = np.zeros(channels)
        self._cross = np.zeros((channels, channels))
        if rate > HIGHEST_SR:
            self._change_rate(48000)

    def add(self, block: Samples) -> None:
        """One more block, shape (n, channels)."""
        self._pending.append(block)
        self._pending_n += len(block)
        if self._pending_n >= BLOCK:
            self._take()

    def add_silence(self, samples: int) -> None:
        """Time that the file leaves out."""
        while samples > 0:
            self.add(np.zeros((min(samples, BLOCK), self.channels), np.float32))
            samples -= BLOCK

    def trim(self, end: int, most: int) -> None:
        """Drop what lies after sample ``end`` if that is no more than ``most`` samples: a codec's padding."""
        self._spare = max(0, self.position - end) if self.position - end <= most else 0

    @property
    def position(self) -> int:
        """Samples a channel taken so far, at the file's rate."""
        return self.read + self._pending_n

    def kept(self) -> set[int]:
        """Channels that are kept."""
        return set(self._buffers)

    def stats(self) -> ChannelStats:
        """Statistics of all blocks so far."""
        self._take()
        n = max(self.read, 1)
        covariance = self._cross / n - np.outer(self._sum, self._sum) / n**2
        spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        scale = np.outer(spread, spread)
        correlation = np.divide(covariance, scale, out=np.zeros_like(covariance), where=scale > 1e-12)
        levels = np.concatenate(self._levels) if self._levels else np.zeros((0, self.channels))
        return ChannelStats(levels, correlation)

    def finish(self) -> dict[int, Samples]:
        """The kept channels, read-only, all of one length."""
        self._take()
        spare = round(self._spare * self.rate / self.file_rate)
        arrays = {channel: buffer.finish(spare) for channel, buffer in self._buffers.items()}
        for array in arrays.values():
            array.setflags(write=False)
        return arrays

    def _take(self) -> None:
        if not self._pending_n:
            return
        block = np.concatenate(self._pending) if len(self._pending) > 1 else self._pending[0]
        self._pending, self._pending_n = [], 0
        check_block(block, self.read / self.file_rate, self.shown)
        self.read += len(block)
        if self.read > self.longest_s * self.file_rate:
            raise RecordingError("too_long", path=self.shown, expected=f"{self.longest_s / 3600:.3g}")
        if self.channels > 1:
            self._measure(block)
        for channel, buffer in self._buffers.items():
            buffer.add(block[:, channel])
        longest = max(buffer.n for buffer in self._buffers.values())
        if longest > LONG and self.rate > LONG_SR:
            self._change_rate(LONG_SR)
        if len(self._buffers) > 1 and longest * len(self._buffers) > MANY:
            self._buffers = {self._first: self._buffers[self._first]}

    def _measure(self, block: Samples) -> None:
        self._sum += block.sum(axis=0, dtype=np.float64)
        self._cross += block.T @ block
        hop = self.file_rate // 10
        whole = len(block) // hop * hop
        if whole:
            squares = np.square(block[:whole]).reshape(-1, hop, self.channels)
            self._levels.append(np.sqrt(squares.mean(axis=1, dtype=np.float64)))
        elif not self._levels:  # the whole recording is shorter than one hop so far
            self._levels.append(np.sqrt(np.square(block).mean(axis=0, dtype=np.float64))[None])

    def _change_rate(self, rate: int) -> None:
        for buffer in self._buffers.values():
            buffer.change_rate(self.rate, rate)
        self.rate = rate


class _Buffer:
    """A growing array; grows and is resampled in place, so that there are never two copies."""

    def __init__(self) -> None:
        self.n = 0
        self._data: Samples = np.empty(BLOCK, np.float32)
        self._resampler: Any = None

    def add(self, block: Samples) -> None:
        if self._resampler is not None:
            block = self._resampler.resample_chunk(np.ascontiguousarray(block))
        self._append(block)

    def change_rate(self, old: int, new: int) -> None:
        import soxr

        following = soxr.ResampleStream(old, new, 1, dtype="float32", quality="HQ")
        end, self.n = self.n, 0
        for start in range(0, end, BLOCK):
            # What comes out is never ahead of what was read, as the new rate is the lower one.
            self._append(following.resample_chunk(self._data[start : min(start + BLOCK, end)].copy()))
        self._resampler = following

    def finish(self, spare: int) -> Samples:
        if self._resampler is not None:
            self._append(self._resampler.resample_chunk(np.empty(0, np.float32), last=True))
        self.n = max(0, self.n - spare)
        self._data.resize(self.n, refcheck=False)
        return self._data

    def _append(self, block: Samples) -> None:
        end = self.n + len(block)
        if end > len(self._data):
            # realloc: moves pages instead of copying where the system can
            self._data.resize(max(end, min(2 * len(self._data), len(self._data) + STEP)), refcheck=False)
        self._data[self.n : end] = block
        self.n = end
