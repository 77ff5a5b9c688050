"""The tools a user would otherwise take, run beside ours on the same samples. None is needed to use voicecoach.

A tool of :data:`OPTIONAL` that is not installed, or that fails when it is tried, is left out, and the table says which
of the two it was. It is tried in a process of its own: native code that crashes takes only that process with it.
"""

import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

TRIED_S = 120.0  # longest wait for a trial of one second of sound


class Tool(NamedTuple):
    """A tool that need not be there: what it imports, which package brings it, and the measure it stands beside."""

    modules: tuple[str, ...]
    package: str
    measure: str


OPTIONAL = {
    "webrtcvad": Tool(("webrtcvad",), "webrtcvad-wheels", "pauses"),
    "pyloudnorm": Tool(("pyloudnorm",), "pyloudnorm", "loudness"),
    "openSMILE eGeMAPS": Tool(("opensmile", "sklearn"), "opensmile", "tone_index"),
}


def why_not(tool: str) -> str:
    """Why a tool cannot be run here: ``"not installed"``, ``"did not run"`` and how it ended; empty where it can.

    Tools that are not in :data:`OPTIONAL` always can.

    Examples
    --------
    >>> why_not("librosa onset")
    ''
    """
    if tool not in OPTIONAL:
        return ""
    if any(find_spec(module) is None for module in OPTIONAL[tool].modules):
        return "not installed"
    return tried(tool)


@cache
def tried(tool: str) -> str:
    """How a trial of an installed tool went wrong; empty where it did not. Once a process."""
    trial = [sys.executable, "-m", f"{__name__}.trial", tool]
    try:
        ended = subprocess.run(trial, capture_output=True, text=True, timeout=TRIED_S, check=False)
    except subprocess.TimeoutExpired:
        return f"did not run (no end after {TRIED_S:.0f} s)"
    if ended.returncode < 0:
        return f"did not run (crashed by signal {-ended.returncode})"
    last = (ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"])[-1]
    return f"did not run ({last})" if ended.returncode else ""


def runs(tool: str) -> bool:
    """Whether a tool can be run here.

    Examples
    --------
    >>> runs("librosa onset")
    True
    """
    return not why_not(tool)
