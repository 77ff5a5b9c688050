"""Company on the channel: how much of the recording holds somebody or something else."""

from typing import TYPE_CHECKING

from voicecoach.results import Evidence, Measurement
from voicecoach.timeline import merged, total

if TYPE_CHECKING:
    from voicecoach.tracks.company import Company

MOST_MOMENTS = 4  # of each kind, the longest


def company_share(company: "Company", duration: float) -> Measurement:
    """Share of the recording in which a second voice, music or people talking behind were noticed [%].

    share = 100 s(found) / s(recording)

    Parameters
    ----------
    company : Company
    duration : float    s

    Returns
    -------
    Measurement
        %. Evidence: the longest moments of each kind (``second_voice_here``, ``music_here``, ``babble_here``). ``sd``
        is half the value: with babble only the moments that betray it are counted.

    Notes
    -----
    Under which circumstances each is noticed: ``benchmarks/company_accuracy.py``.

    Examples
    --------
    >>> from voicecoach.timeline import Span
    >>> from voicecoach.tracks.company import Company
    >>> company_share(Company((Span(2, 4),), (Span(3, 5),), ()), duration=10).value
    30.0
    """
    found = company.found
    evidence = [
        Evidence(span.start, min(span.end, duration), f"{code}_here")
        for code, spans in found.items()
        for span in sorted(sorted(spans, key=lambda span: -span.duration)[:MOST_MOMENTS])
    ]
    seconds = total(merged(span for spans in found.values() for span in spans))
    share = min(100.0, 100 * seconds / duration) if duration else 0.0
    return Measurement(share, "%", sd=share / 2, evidence=tuple(evidence))
