"""Is everything here that a practice call needs, and if not, what is to be done about it?

A check is a function that yields findings. It may fail in any way it likes: that is a finding, too, and the checks
after it go on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voicecoach.errors import VoiceCoachError
from voicecoach.words import say

Verdict = Literal["ok", "warn", "fail"]
Check = Callable[[], "Iterator[Finding]"]


@dataclass(frozen=True)
class Finding:
    """One line of the examination.

    Attributes
    ----------
    verdict : {"ok", "warn", "fail"}
    code : str                    key under ``[doctor]`` in the word files
    facts : Mapping               what its sentence names
    error : VoiceCoachError       where one says what is wrong, its own sentence is used
    """

    verdict: Verdict
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: VoiceCoachError | None = None

    def text(self, lang: str) -> str:
        """The sentence in ``lang``."""
        return say("doctor", self.code, lang, **self.facts) if self.error is None else self.error.text(lang)


def examine(checks: Iterable[tuple[str, Check]]) -> Iterator[tuple[str, Finding]]:
    """Every finding with the name of its check, as it is found. Never raises.

    Examples
    --------
    >>> def sound(): yield Finding("ok", "disk", {"path": "here", "free": 12.0})
    >>> def broken(): raise OSError("gone")
    >>> [(name, found.verdict) for name, found in examine([("disk", sound), ("store", broken)])]
    [('disk', 'ok'), ('store', 'fail')]
    """
    for name, check in checks:
        try:
            for found in check():
                yield name, found
        except VoiceCoachError as error:
            yield name, Finding("fail", name, error=error)
        except Exception as error:  # whatever is broken here is what this examination is for
            yield name, Finding("fail", "broken", {"found": " ".join(f"{type(error).__name__}: {error}".split())})


def checks(
    *, device: str | None = None, microphone: bool = True, store: str | None = None,
    listening: Callable[[], None] = lambda: None,
) -> list[tuple[str, Check]]:  # fmt: skip
    """All checks in their order.

    Parameters
    ----------
    device : str or None       as in :func:`voicecoach.microphone.open_microphone`
    microphone : bool          False: leave out what listens
    store : str or None        as in :func:`voicecoach.store.open_store`
    listening : callable       called just before the microphone is opened: now be silent
    """
    from voicecoach.doctor import formats, installation, listen

    found: list[tuple[str, Check]] = [("versions", installation.versions)]
    if microphone:
        found.append(("microphone", lambda: listen.microphone(device, listening)))
    found += [
        ("formats", formats.formats),
        ("fonts", installation.fonts),
        ("store", lambda: installation.store(store)),
        ("disk", lambda: installation.disk(store)),
    ]
    return found
