"""Both languages say the same things, and every code that the program can tell has its sentence."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import voicecoach
from voicecoach.recording import __doc__ as recording_codes
from voicecoach.report import html
from voicecoach.rubric import load_rubric
from voicecoach.rubric.model import Need
from voicecoach.words import LANGUAGES, both, catalogue, locale_language, say

PACKAGE = Path(voicecoach.__file__).parent
SOURCES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}

# Where a call's code stands, and the section of the word files that holds its sentence: by the name called, the
# position of the code and its keyword. say() and both() name their section themselves.
CODES = {
    "missing": (1, "reason", "reasons"),
    "Evidence": (2, "code", "evidence"),
    "UsageError": (0, "code", "errors"),
    "RubricError": (0, "code", "errors"),
    "RecordingError": (0, "code", "errors"),
    "StoreError": (0, "code", "errors"),
    "MicrophoneError": (0, "code", "errors"),
    "VoiceCoachError": (0, "code", "errors"),
    "Finding": (1, "code", "doctor"),
    "refused": (0, "code", "expected"),
    "_wrong": (0, "code", "expected"),
}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def literals(node: ast.AST | None) -> Iterator[str]:
    """The texts that an expression may be: itself, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                yield path, node, name


def argument(call: ast.Call, position: int, keyword: str) -> ast.AST | None:
    if len(call.args) > position:
        return call.args[position]
    return next((k.value for k in call.keywords if k.arg == keyword), None)


def told() -> Iterator[tuple[str, str, str]]:
    """Where, section and code of every sentence that the code asks for by a literal."""
    for path, call, name in calls():
        where = f"{path.relative_to(PACKAGE)}:{call.lineno}"
        if name in CODES:
            position, keyword, section = CODES[name]
            for code in literals(argument(call, position, keyword)):
                yield where, section, code
        elif name in ("say", "both") and len(call.args) > 1:
            for section in literals(call.args[0]):
                for code in literals(call.args[1]):
                    yield where, section, code
        elif name == "Measurement":
            for code in literals(argument(call, 4, "reason")):
                yield where, "reasons", code


TOLD = sorted(set(told()))


def test_both_files_have_the_same_sections_and_codes() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert {section: sorted(codes) for section, codes in zh.items()} == {
        section: sorted(codes) for section, codes in en.items()
    }


@pytest.mark.parametrize("section", catalogue("zh"))
def test_sentences_of_both_languages_fill_in_the_same_facts(section: str) -> None:
    zh, en = (catalogue(lang)[section] for lang in LANGUAGES)
    for code in zh:
        a, b = fields(zh[code]), fields(en[code])
        if section == "errors":  # the one sentence that is told in its own language's words
            a, b = ({name.removesuffix("_zh").removesuffix("_en") for name in names} for names in (a, b))
        assert a == b, code
        assert zh[code].strip()
        assert en[code].strip()


def test_the_search_finds_codes() -> None:
    """Were the search broken it would find nothing amiss: it must find what is known to be there."""
    found = {(section, code) for _, section, code in TOLD}
    assert {
        ("reasons", "no_speech"), ("reasons", "no_baseline"), ("evidence", "pause_missing"), ("evidence", "clipped"),
        ("errors", "channel_choice"), ("errors", "too_short"), ("errors", "rubric_field"), ("terminal", "overall"),
        ("expected", "curve_order"), ("summary", "nothing_judged"),
    } <= found  # fmt: skip
    assert len(found) > 80


@pytest.mark.parametrize(("section", "code"), sorted({(section, code) for _, section, code in TOLD}))
def test_every_code_has_its_sentence(section: str, code: str) -> None:
    where = [place for place, s, c in TOLD if (s, c) == (section, code)]
    for lang in LANGUAGES:
        assert code in catalogue(lang)[section], f"{lang}.toml lacks [{section}] {code}, told at {where}"


def test_codes_are_literals_wherever_they_can_be_read() -> None:
    """A code that is computed escapes the search above: those places are few and known, and tested where they are."""
    known = {
        "measures/rate.py", "measures/pauses.py", "measures/company.py", "rubric/__init__.py", "grading/__init__.py",
        "doctor/__init__.py", "own_voice/__init__.py",
    }  # fmt: skip
    hidden = set()
    for path, call, name in calls():
        if name in CODES and name not in ("_wrong",):
            code = argument(call, *CODES[name][:2])
            if code is not None and not list(literals(code)):
                hidden.add(path.relative_to(PACKAGE).as_posix())
    assert hidden <= known


def test_every_need_of_a_rubric_can_be_found_wanting() -> None:
    for name in get_args(Need):
        for lang in LANGUAGES:
            assert say("reasons", f"too_little_{name}", lang, found=1.0, need=2.0)


def test_every_note_of_a_recording_has_its_sentence() -> None:
    notes = {line.split("``")[1] for line in (recording_codes or "").splitlines() if line.startswith("``")}
    assert len(notes) >= 8
    assert notes == set(catalogue("zh")["recording_notes"])


def test_every_unit_reason_and_advice_of_the_rubric_has_words() -> None:
    for row in load_rubric().criteria:
        assert row.unit in catalogue("zh")["units"]
        for key in row.advice:
            side = key.split("_")[0]
            assert side in ("low", "high") or key in catalogue("zh")["reasons"]


def test_every_stage_of_grading_has_its_name() -> None:
    from voicecoach.cli.progress import stage_names

    for stage in (*stage_names(), "page"):
        assert all(both("stages", stage).values())


def test_templates_say_only_what_is_in_the_word_files() -> None:
    found = set()
    for template in sorted((PACKAGE / "report/templates").glob("*.html")):
        found |= set(re.findall(r'\bt\("(\w+)"', template.read_text(encoding="utf-8")))
    assert len(found) > 40
    page = catalogue("zh")["page"]
    for code in found:  # one that ends in an underscore is put together with a code of the report
        assert code in page or (code.endswith("_") and any(known.startswith(code) for known in page)), code
    assert set(html.BANDS) == set(catalogue("zh")["bands"])


def test_no_sentence_of_one_language_is_of_the_other() -> None:
    def han(text: str) -> bool:
        return any("一" <= c <= "鿿" for c in text)

    for section, sentences in catalogue("en").items():
        for code, text in sentences.items():
            assert not han(text), f"en.toml [{section}] {code}"
    plain = {
        (section, code) for section, sentences in catalogue("zh").items() for code, text in sentences.items()
        if not han(text) and any(c.isalpha() for c in text)
    }  # fmt: skip
    units = {("units", unit) for unit in ("dB", "Hz", "LUFS", "s")}
    assert plain <= units | {("page", "score_of"), ("terminal", "why")}, "Chinese sentences without a Chinese character"


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_CN.GBK"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
    ],
)
def test_the_locale_says_which_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], lang: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert locale_language() == lang


def test_an_unknown_language_is_the_programmers_error() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        catalogue("fr")
