"""Which channel is the speaker's."""

from dataclasses import dataclass

import numpy as np

from voicecoach.errors import RecordingError, UsageError
from voicecoach.recording.collect import ChannelStats

SILENT_DB = -60.0  # dB re full scale: loudest 0.1 s of a channel without anybody on it (convention)
SILENT_BELOW_DB = 40.0  # or so far below the loudest channel: crosstalk, not a voice (convention)
SAME_CORRELATION = 0.98  # one signal in two channels
SAME_RATIO_DB = 1.0  # ... whose level ratio stays within this (10th to 90th percentile)
SAME_FLOOR_DB = 30.0  # compared in stretches no further than this below the loudest


@dataclass(frozen=True)
class Roles:
    """Which channel is analysed and which is the customer's (None: nobody is on it)."""

    index: int
    customer: int | None
    speaker: str
    notes: tuple[str, ...] = ()


def choose(stats: ChannelStats, speaker: str, shown: str) -> Roles:
    """The channel to analyse.

    Parameters
    ----------
    stats : ChannelStats
    speaker : {"auto", "left", "right"}
    shown : str       the file's name for messages

    Raises
    ------
    UsageError        ``auto``, and two channels with different sound: a person has to choose
    RecordingError    different sound in channels beyond the second
    """
    channels = stats.levels.shape[1]
    if channels == 1:
        return Roles(0, None, "solo", () if speaker == "auto" else ("mono",))
    sounding = _sounding(stats)
    alike = all(_same(stats, sounding[0], other) for other in sounding[1:])
    if not alike and sounding[-1] > 1:
        raise RecordingError("too_many_channels", path=shown, found=len(sounding))
    if speaker == "auto":
        if not alike:
            raise UsageError("channel_choice", path=shown)
        index = sounding[0] if sounding else 0
        if len(sounding) == 1:
            return Roles(index, None, ("left", "right", "solo")[min(index, 2)], ("other_channel_silent",))
        return Roles(index, None, "solo", ("dual_mono",))
    index = 0 if speaker == "left" else 1
    other = 1 - index
    if other not in sounding:
        return Roles(index, None, speaker, ("other_channel_silent",))
    if index in sounding and alike:
        return Roles(index, None, speaker, ("dual_mono",))
    return Roles(index, other, speaker)


def _sounding(stats: ChannelStats) -> list[int]:
    """Channels on which there is something to hear."""
    if not len(stats.levels):
        return []
    loudest = 20 * np.log10(np.maximum(stats.levels.max(axis=0), 1e-10))
    limit = max(SILENT_DB, float(loudest.max()) - SILENT_BELOW_DB)
    return [int(channel) for channel in np.flatnonzero(loudest > limit)]


def _same(stats: ChannelStats, one: int, other: int) -> bool:
    """Whether two channels carry one signal, up to a constant gain."""
    if abs(stats.correlation[one, other]) <= SAME_CORRELATION:
        return False
    a, b = stats.levels[:, one], stats.levels[:, other]
    loud = (a > a.max() * 10 ** (-SAME_FLOOR_DB / 20)) & (b > 0)
    low, high = np.percentile(20 * np.log10(b[loud] / a[loud]), [10, 90])
    return bool(high - low <= SAME_RATIO_DB)
