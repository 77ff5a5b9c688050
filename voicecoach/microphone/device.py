"""What a microphone is to the rest: a name, a rate, and blocks of samples for as long as one asks."""

from collections.abc import Generator
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Samples16 = npt.NDArray[np.int16]

BLOCK_S = 0.1  # s; how often a device gives a block: a meter that moves, a key that is answered at once
NOTHING: Samples16 = np.empty(0, np.int16)
NOTHING.setflags(write=False)


class Block(NamedTuple):
    """What came since the last one.

    Attributes
    ----------
    samples : ndarray of int16, shape (n,)     full scale 32768; none when nothing has come yet
    lost : bool                                the computer was too busy: sound is missing just before these samples
    """

    samples: Samples16
    lost: bool = False


class Microphone(Protocol):
    """An input device that is there; it is opened by asking for its blocks, and closed by closing them."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def sr(self) -> int:
        """Hz."""

    def blocks(self) -> Generator[Block, None, None]:
        """Blocks about every ``BLOCK_S``, until closed. Ends by itself only where there is nothing more to come.

        Raises
        ------
        MicrophoneError    cannot be opened (``microphone_busy``), or is gone (``unplugged``)
        """
