"""Every sentence a trainee or trainer reads that does not belong to a rubric row, in Chinese and English.

The words are data: ``zh.toml`` and ``en.toml`` hold the same keys (a test compares them). Codes are stable
and never translated; a sentence is looked up by section and code, and facts are filled in by name.
"""

import locale
import os
import re
import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh", "en")
FACT = re.compile(r"\{[^}]*\}")  # what a sentence fills in


@cache
def catalogue(lang: str) -> dict[str, dict[str, str]]:
    """All words of one language: ``{section: {code: sentence}}``. The result is shared: do not change it."""
    if lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}, expected one of {list(LANGUAGES)}")
    words: dict[str, dict[str, str]] = tomllib.loads(
        files("voicecoach.words").joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    )
    return words


def say(section: str, code: str, lang: str, **facts: object) -> str:
    """The sentence for ``code`` with ``facts`` filled in.

    Parameters
    ----------
    section, code : str     where the sentence stands in the word files
    lang : {"zh", "en"}
    **facts                 values for the names in braces; numbers may carry a format, as in ``{found:.0f}``

    Raises
    ------
    KeyError    no such sentence (a programmer's error: the word files are incomplete)

    Examples
    --------
    >>> say("bands", "on_target", "en"), say("bands", "on_target", "zh")
    ('on target', '达标')
    """
    return catalogue(lang)[section][code].format_map(facts)


def both(section: str, code: str, **facts: object) -> dict[str, str]:
    """The sentence in every language: ``{"zh": …, "en": …}``.

    Examples
    --------
    >>> both("bands", "close")
    {'zh': '接近', 'en': 'close'}
    """
    return {lang: say(section, code, lang, **facts) for lang in LANGUAGES}


def unfilled(section: str, code: str, lang: str) -> str:
    """The sentence for ``code`` without its facts.

    Examples
    --------
    >>> unfilled("reasons", "no_speech", "en"), unfilled("reasons", "too_little_voice", "en")
    ('No speech was found.', 'Too little voice: … s found, … s needed.')
    """
    return FACT.sub("…", catalogue(lang)[section][code])


def printable(text: str) -> str:
    """``text`` on one line and in characters that UTF-8 can write, so that any file name can be shown.

    Examples
    --------
    >>> printable("通话 1.wav"), printable("a\\nb\\udcff.wav")
    ('通话 1.wav', 'a?b?.wav')
    """
    return "".join(c if c.isprintable() or c == "\u3000" else "?" for c in text)


def locale_language() -> str:
    """The language of the person's locale: ``"zh"`` for any Chinese one, else ``"en"``."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    spoken = named or locale.getlocale()[0] or ""
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"
