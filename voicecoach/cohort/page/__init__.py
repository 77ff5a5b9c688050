"""The page of a whole cohort: what needs the trainer's ear, how the takes lie, who has changed, how cohorts compare.

It opens with what a person must listen to and ranks nobody: takes stand in the order of the roster, and a score is
looked for only by whoever sorts the table by it.
"""

from collections.abc import Sequence

from voicecoach.cohort.page.records import Handed

__all__ = ["Handed", "page_of"]

NAME = "cohort.html"
MARK = '<meta name="voicecoach-cohort" content="1">'


def page_of(
    handed: Sequence[Handed], *, lang: str = "zh", roster: Sequence[str] = (), voices: bool = True,
    pseudonyms: bool = False,
) -> str:  # fmt: skip
    """The page as HTML.

    Parameters
    ----------
    handed : sequence of Handed     takes in any order; with ``pseudonyms`` veiled already
    lang : {"zh", "en"}             which language shows first
    roster : sequence of str        trainees in the order in which they are shown; others follow by name
    voices : bool                   put excerpts in
    pseudonyms : bool               the names are pseudonyms: no excerpt is put in, since a voice is as good as a name
    """
    from voicecoach.cohort.page.attention import attention
    from voicecoach.cohort.page.clips import Clips, clips
    from voicecoach.cohort.page.gather import gather
    from voicecoach.cohort.page.html import render
    from voicecoach.cohort.page.records import FAR, TWICE, UNSURE

    cohort = gather(handed, roster=roster)
    found = attention(cohort)
    if voices and not pseudonyms:
        cut = clips(cohort, [needs.take for kind in (FAR, UNSURE, TWICE) for needs in found.of(kind)])
    else:
        cut = Clips((), sum(len(take.weak) for take in cohort.takes), 0)
    return render(cohort, found, cut, lang=lang, pseudonyms=pseudonyms)
