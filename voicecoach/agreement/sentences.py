"""A study in words: what terminal and page say alike."""

from collections.abc import Sequence

from voicecoach.agreement.compare import FEW_UNITS, FEWEST_COMMON
from voicecoach.agreement.records import STEP, Agreement, Figure, Study
from voicecoach.report.numbers import number
from voicecoach.rubric import load_rubric
from voicecoach.words import printable, say

FIGURES = ("kappa", "icc", "icc_k", "within_one", "same", "spearman")
PERCENT = ("within_one", "same")
MOST_NAMES = 5


def titles(lang: str) -> dict[str, str]:
    """Requirement → its title.

    Examples
    --------
    >>> titles("en")["pause"]
    'Pauses'
    """
    return {str(r.id): r.title.text(lang) for r in load_rubric().requirements}


def figure_text(name: str, figure: Figure) -> str:
    """A figure with its interval, as short as it may be.

    Examples
    --------
    >>> figure_text("kappa", Figure(0.7149, (0.6, 0.8), 60)), figure_text("same", Figure(None, None, 0))
    ('0.71 (0.60–0.80)', '–')
    """
    if figure.value is None:
        return "–"
    digits = 0 if name in PERCENT else 2
    text = _signed(figure.value, digits) + (" %" if name in PERCENT else "")
    if figure.interval is None:
        return text
    low, high = (_signed(edge, digits) for edge in figure.interval)
    joint = " – " if "−" in low + high else "–"
    return f"{text} ({low}{joint}{high})"


def bias_text(figure: Figure) -> str:
    """A bias in points with its sign and interval.

    Examples
    --------
    >>> bias_text(Figure(-4.2, (-8.0, 0.4), 30)), bias_text(Figure(12.0, None, 3))
    ('−4 (−8 – 0)', '+12')
    """
    if figure.value is None:
        return "–"
    text = points_text(figure.value)
    if figure.interval is None:
        return text
    return f"{text} ({' – '.join(_signed(edge, 0) for edge in figure.interval)})"


def points_text(points: float) -> str:
    """A difference in whole points with its sign.

    Examples
    --------
    >>> points_text(24.6), points_text(-0.2), points_text(-7.5)
    ('+25', '0', '−8')
    """
    return ("+" if round(points) > 0 else "") + _signed(points, 0)


def gain_text(figure: Figure) -> str:
    """A gain in points with its sign and interval.

    Examples
    --------
    >>> gain_text(Figure(4.321, (2.0, 6.5), 90)), gain_text(Figure(None, None, 0))
    ('+4.3 (2.0 – 6.5)', '–')
    """
    if figure.value is None:
        return "–"
    text = ("+" if round(figure.value, 1) > 0 else "") + _signed(figure.value, 1)
    if figure.interval is None:
        return text
    return f"{text} ({' – '.join(_signed(edge, 1) for edge in figure.interval)})"


def headline(study: Study, lang: str) -> str:
    """The one sentence: in how many requirements the machine agrees as well as trainers do."""
    good = sum(one.verdict == "as_good" for one in study.agreements)
    return say("agreement", "headline" if good else "headline_none", lang, good=good, all=len(study.agreements))


def by_verdict(study: Study, lang: str) -> list[str]:
    """A sentence a verdict, with the requirements that it is given on."""
    names = titles(lang)
    by: dict[str, list[str]] = {}
    for one in study.agreements:
        by.setdefault(one.verdict, []).append(names[one.requirement])
    joint = say("agreement", "separator", lang)
    return [
        say("agreement", f"which_{verdict}", lang, names=joint.join(by[verdict]))
        for verdict in ("as_good", "weaker", "both_low", "unsure", "no_ceiling", "too_few") if verdict in by
    ]  # fmt: skip


def verdict_text(one: Agreement, lang: str) -> str:
    """What may be said of one requirement."""
    return say("agreement", f"verdict_{one.verdict}", lang, takes=one.takes, need=FEWEST_COMMON, few=FEW_UNITS)


def notes(study: Study, lang: str) -> list[str]:
    """What a reader must know of how the figures came about: scale, takes that did not enter, what was drawn."""
    scale = study.grades.scale
    told = [say("agreement", "scale_asked" if study.grades.asked else "scale_seen", lang, scale=scale)]
    if scale == "1-5":
        told.append(say("agreement", "five_grades", lang, step=number(STEP)))
    told.append(say("agreement", "trainers_are", lang, count=len(study.trainers), names=_named(study.trainers, lang)))
    if study.unmatched:
        told.append(unmatched_text(study.unmatched, lang))
    names = titles(lang)
    for one in study.agreements:
        facts = {"title": names[one.requirement], "takes": one.takes, "speakers": one.speakers}
        told.append(say("agreement", "entered", lang, **facts))
        if one.unmeasured:
            told.append(say("agreement", "unmeasured", lang, title=names[one.requirement], count=one.unmeasured))
    told.append(say("agreement", f"drawn_{study.resampled}", lang))
    speakers = max((one.speakers for one in study.agreements), default=0)
    if study.resampled == "speakers" and speakers < FEW_UNITS:
        told.append(say("agreement", "few_speakers", lang, found=speakers, need=FEW_UNITS))
    return told


def unmatched_text(names: Sequence[str], lang: str) -> str:
    """Names in the grades that are no take of the results."""
    return say("agreement", "unmatched", lang, count=len(names), names=_named(names, lang))


def _named(names: Sequence[str], lang: str) -> str:
    joint = say("agreement", "separator", lang)
    more = len(names) - MOST_NAMES
    shown = joint.join(printable(name) for name in names[:MOST_NAMES])
    return say("agreement", "and_more", lang, names=shown, more=more) if more > 0 else shown


def _signed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", "−")
