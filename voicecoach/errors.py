"""What can go wrong that a person can mend.

Every message says what was found, what was expected and what to do, in Chinese and in English: its words
live in ``words/zh.toml`` and ``words/en.toml`` under ``[errors]``, keyed by the error's code, and its facts
are filled in by name.

    VoiceCoachError
    ├── UsageError             exit 2: the call itself is wrong (missing path, folder, option, channel not chosen)
    │   └── RubricError        exit 2: a rubric file is wrong (file, row, field, what was expected)
    ├── RecordingError         exit 1: the file is there but cannot be read as a recording
    ├── MicrophoneError        exit 1: nothing can be recorded here (no microphone, no PortAudio, taken away, disk full)
    └── StoreError             exit 1: what is kept cannot be read or written (damaged, newer, busy, disk full)
"""

from collections.abc import Callable

from voicecoach.words import say


class VoiceCoachError(Exception):
    """An error with a stable code and the facts its sentence needs.

    Parameters
    ----------
    code : str       key under ``[errors]`` in the word files
    **facts          values named in that sentence, for example ``path``, ``found``, ``expected``

    Examples
    --------
    >>> str(UsageError("missing_path", path="call.wav"))
    'call.wav: there is no such file. Expected a recording; check the name and the folder.'
    """

    exit_code = 1

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)

    def text(self, lang: str) -> str:
        """The sentence in ``lang`` (``"zh"`` or ``"en"``)."""
        return say("errors", self.code, lang, **self.facts)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> "tuple[Callable[..., VoiceCoachError], tuple[object, ...]]":
        """How it passes to another process: the facts of its sentence as text."""
        return _again, (type(self), self.code, {name: _plain(fact) for name, fact in self.facts.items()})


def _plain(fact: object) -> object:
    return fact if isinstance(fact, int | float | str) else str(fact)


def _again(kind: "type[VoiceCoachError]", code: str, facts: "dict[str, object]") -> VoiceCoachError:
    return kind(code, **facts)


class UsageError(VoiceCoachError):
    """The command or call was put wrongly; nothing was read or written."""

    exit_code = 2


class RubricError(UsageError):
    """A rubric file does not say what a rubric must say."""


class RecordingError(VoiceCoachError):
    """A file that is there but is not a recording that can be analysed."""

    exit_code = 1


class MicrophoneError(VoiceCoachError):
    """Recording is not possible, or not any further."""

    exit_code = 1


class StoreError(VoiceCoachError):
    """A store that cannot be read or written as it is; nothing of it was altered."""

    exit_code = 1
