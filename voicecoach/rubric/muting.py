"""Which rows are not measurable beside a second voice, music or people talking behind: told by what they ask for."""

from collections.abc import Iterable, Mapping

from voicecoach.timeline import Spans, overlap

INTRUDERS = ("second_voice", "music", "babble")  # the gravest first: the one that gives the reason
# Tracks that they spoil: all that come of following the one voice. Levels, clipping, bandwidth and where sound begins
# and ends stay facts of the recording, whoever makes it.
SPOILED = frozenset(
    {
        "f0", "syllables", "sentences", "turns", "envelopes", "formants", "ltas", "manner", "decay", "harmonicity",
        "wave16", "dips",
    }
)  # fmt: skip
MEETS_S = 1.0  # s of music under speech; a ringing tone before the call spoils nothing


def intruders(found: Mapping[str, Spans], ipus: Spans) -> dict[str, bool]:
    """What else is on the channel, the gravest first, and whether it spoils what is measured on the voice.

    Parameters
    ----------
    found : Mapping           code → spans: :class:`voicecoach.tracks.company.Company`
    ipus : tuple of Span      where speech was found, s

    Examples
    --------
    >>> from voicecoach.timeline import Span
    >>> intruders({"music": (Span(0, 4),)}, ipus=(Span(5, 9),)), intruders({"music": (Span(0, 7),)}, ipus=(Span(5, 9),))
    ({'music': False}, {'music': True})
    """
    return {
        code: code != "music" or sum(overlap(span, ipus) for span in spans) >= MEETS_S for code, spans in found.items()
    }


def mutes(asked: Iterable[str], present: Mapping[str, bool]) -> str | None:
    """Why a measure that asks for these tracks must not be made: the code of what spoils one; None if none does.

    Examples
    --------
    >>> mutes(["f0", "ipus"], {"babble": True}), mutes(["levels", "ipus"], {"babble": True})
    ('babble', None)
    """
    code = next((code for code, spoils in present.items() if spoils), None)
    return code if code and SPOILED & set(asked) else None
