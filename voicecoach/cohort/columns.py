"""What the columns of a cohort's results mean, in both languages, out of ``columns.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from voicecoach.cohort.rows import OF_CRITERION, OF_REQUIREMENT, columns_of
from voicecoach.results import Text
from voicecoach.rubric import Rubric


def meanings(rubric: Rubric) -> dict[str, Text]:
    """The meaning of every column, in the order of the table.

    Examples
    --------
    >>> from voicecoach.rubric import load_rubric
    >>> found = meanings(load_rubric())
    >>> found["duration_s"]["en"], found["rate_score"]["en"]
    ('Length of the recording, s.', 'Speech rate: score, 0 to 100; empty where it could not be judged.')
    """
    known = _catalogue()
    found = {name: dict(meaning) for name, meaning in known["take"].items()}
    titled: list[tuple[str, tuple[str, ...], str, Text]] = []
    titled += [("requirement", OF_REQUIREMENT, one.id, one.title.both()) for one in rubric.requirements]
    titled += [("criterion", OF_CRITERION, row.id, row.title.both()) for row in rubric.criteria]
    for section, parts, id, title in titled:
        for part in parts:
            meaning = known[section][part]
            found[f"{id}_{part}"] = {lang: text.replace("{title}", title[lang]) for lang, text in meaning.items()}
    return {name: found[name] for name in columns_of(rubric)}


@cache
def _catalogue() -> Mapping[str, Mapping[str, Text]]:
    return tomllib.loads(files("voicecoach.cohort").joinpath("columns.toml").read_text(encoding="utf-8"))
