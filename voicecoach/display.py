"""How a value shows itself in a notebook: by a late look-up, since what draws it lies far above what it draws.

A notebook asks a value itself for its HTML (IPython's ``_repr_html_``). Recordings, tracks and reports are plain values
at the bottom of the package, figures and players are made near its top. This is the one place where the bottom names
the top, by a text that is looked up when somebody looks: nothing is imported before, and the values stay plain.
"""

from importlib import import_module


def shown(value: object) -> str:
    """The value as HTML that is complete in itself; see :mod:`voicecoach.notebook`."""
    html: str = import_module("voicecoach.notebook").html_of(value)
    return html
