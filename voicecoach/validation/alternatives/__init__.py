"""The tools a user would otherwise take, run beside ours on the same samples. None is needed to use voicecoach.

A tool that is not installed is left out, and the table says so: :data:`OPTIONAL` names what to install.
"""

from importlib.util import find_spec

OPTIONAL = {  # name in the table: (module, package)
    "webrtcvad": ("webrtcvad", "webrtcvad-wheels"),
    "pyloudnorm": ("pyloudnorm", "pyloudnorm"),
    "openSMILE eGeMAPS": ("opensmile", "opensmile"),
}


def installed(tool: str) -> bool:
    """Whether a tool of :data:`OPTIONAL` can be run here; the others always can.

    Examples
    --------
    >>> installed("librosa onset")
    True
    """
    return tool not in OPTIONAL or find_spec(OPTIONAL[tool][0]) is not None
