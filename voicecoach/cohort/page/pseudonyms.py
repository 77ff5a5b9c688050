"""Keeping names out of a page that is shown around: pseudonyms, the same in every run, from a file beside it."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from voicecoach.cohort.page.records import Handed
from voicecoach.errors import UsageError
from voicecoach.results import Text
from voicecoach.words import LANGUAGES, catalogue, unfilled

FILE = "pseudonyms.json"
TRAINEE, COHORT = "P", "C"  # what pseudonyms begin with
DIGITS = 6  # of a take's own mark


@dataclass(frozen=True)
class Pseudonyms:
    """Who is called what. ``key`` makes the marks of takes; without it nobody can tell which recording they are of."""

    key: str
    trainees: Mapping[str, str]
    cohorts: Mapping[str, str]

    def take(self, id: str, trainee: str | None) -> str:
        """What a take is called.

        Examples
        --------
        >>> Pseudonyms("k", {"王芳": "P07"}, {}).take("wangfang 1.wav", "王芳")
        'P07-a78142'
        """
        mark = hmac.new(self.key.encode(), id.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()[:DIGITS]
        return f"{self.trainees[trainee] if trainee is not None else TRAINEE}-{mark}"

    def text(self) -> str:
        """The file that keeps them."""
        told = {"key": self.key, "trainees": self.trainees, "cohorts": self.cohorts}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def pseudonyms(known: Pseudonyms, trainees: Iterable[str], cohorts: Iterable[str]) -> Pseudonyms:
    """Those of earlier runs, and new ones for whoever is new.

    Numbers are drawn at random: their order tells neither names nor when somebody joined.
    """
    return Pseudonyms(
        known.key, _with_new(known.trainees, trainees, TRAINEE), _with_new(known.cohorts, cohorts, COHORT)
    )


def read_pseudonyms(text: str | None, path: object) -> Pseudonyms:
    """Those that a file keeps; without a file, none, and a new key.

    Raises
    ------
    UsageError    it is no such file (``bad_pseudonyms``)
    """
    if text is None:
        return Pseudonyms(secrets.token_hex(16), {}, {})
    try:
        told = json.loads(text)
        return Pseudonyms(str(told["key"]), dict(told["trainees"]), dict(told["cohorts"]))
    except (ValueError, KeyError, TypeError):
        raise UsageError("bad_pseudonyms", path=path) from None


def veiled(handed: Sequence[Handed], names: Pseudonyms) -> list[Handed]:
    """Takes without names, files, links and recordings; of a failure only what its code says."""
    return [
        replace(
            one, id=names.take(one.id, one.trainee), name=names.take(one.id, one.trainee),
            trainee=None if one.trainee is None else names.trainees[one.trainee],
            cohort=None if one.cohort is None else names.cohorts[one.cohort],
            link=None, recording=None, failure=without_facts(one.code) if one.failure or one.code else None,
        )
        for one in handed
    ]  # fmt: skip


def without_facts(code: str | None) -> Text | None:
    """The sentence of an error without what it fills in: a path, a name, what was found.

    Examples
    --------
    >>> without_facts("empty_file")["en"]
    'the file is empty (0 bytes). Expected a recording; record or copy it again.'
    >>> without_facts("no such code") is None
    True
    """
    if code is None or code not in catalogue(LANGUAGES[0])["errors"]:
        return None
    return {lang: unfilled("errors", code, lang).lstrip("…:： ") for lang in LANGUAGES}


def _with_new(known: Mapping[str, str], names: Iterable[str], letter: str) -> dict[str, str]:
    """The known ones, and for every new name a number that is not taken.

    Examples
    --------
    >>> found = _with_new({"a": "P01"}, ["a", "b"], "P")
    >>> found["a"], len(found["b"])
    ('P01', 3)
    """
    found = dict(known)
    new = sorted(set(names) - set(found))
    taken = {int(one[len(letter) :]) for one in found.values()}
    most = 10 ** max(2, len(str(len(found) + len(new))))
    for name in new:
        number = secrets.choice([n for n in range(1, most) if n not in taken])
        taken.add(number)
        found[name] = f"{letter}{number:0{len(str(most - 1))}d}"
    return found
