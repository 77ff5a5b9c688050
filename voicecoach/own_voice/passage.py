"""The passage that is read aloud for a baseline."""

import tomllib
from importlib.resources import files


def passage() -> dict[str, list[str]]:
    """Its paragraphs: ``zh`` to be read, ``en`` for what they mean.

    Examples
    --------
    >>> [len(paragraphs) for paragraphs in passage().values()]
    [3, 3]
    """
    text: dict[str, list[str]] = tomllib.loads(
        files("voicecoach.own_voice").joinpath("passage.toml").read_text(encoding="utf-8")
    )
    return text
