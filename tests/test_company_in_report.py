"""A second voice, music, people talking behind: said in the report, and the rows that they make wrong are muted."""

import inspect
from functools import cache
from pathlib import Path

import pytest
import soundfile

from voicecoach import Report, from_array, grade, load, load_rubric, manipulation
from voicecoach.report.explain import explain
from voicecoach.report.text import notice
from voicecoach.rubric import measure_function
from voicecoach.rubric.muting import INTRUDERS, intruders, mutes
from voicecoach.timeline import Span
from voicecoach.words import LANGUAGES

SAMPLES = Path(__file__).parents[1] / "sample_audio"
RUBRIC = load_rubric()
FACTS_OF_THE_RECORDING = {
    "active_level", "snr", "clipping", "loudness_lufs", "level_spread", "clarity_noise", "bandwidth", "clipped_share",
    "call_length", "time_to_first_word", "company_share", "level_from_own",
}  # fmt: skip


@cache
def report(kind: str) -> Report:
    if kind == "second_voice":
        samples, sr = soundfile.read(SAMPLES / "two_sided.flac")
        return grade(from_array(samples.sum(axis=1), sr))
    change = {"music": "add_music:8:3", "babble": "add_noise:10:babble", "ringing": "insert_tone:5"}[kind]
    call = load(SAMPLES / "on_target.flac")
    return grade(from_array(*manipulation.apply(change, call.samples, call.sr)))


def test_rows_on_the_voice_are_muted_and_facts_of_the_recording_are_not() -> None:
    for row in RUBRIC.criteria:
        asked = list(inspect.signature(measure_function(row.measure)).parameters)
        for code in INTRUDERS:
            assert mutes(asked, {code: True}) == (None if row.id in FACTS_OF_THE_RECORDING else code), row.id
            assert mutes(asked, {code: False}) is None
        assert mutes(asked, {}) is None


def test_the_gravest_gives_the_reason() -> None:
    found = {"second_voice": (Span(0, 5),), "music": (Span(6, 9),), "babble": (Span(1, 2),)}
    assert intruders(found, (Span(0, 9),)) == {"second_voice": True, "music": True, "babble": True}
    assert mutes(["f0"], intruders(found, (Span(0, 9),))) == "second_voice"
    assert mutes(["f0"], {"music": False, "babble": True}) == "babble"


@pytest.mark.parametrize("code", INTRUDERS)
def test_what_is_found_is_said_and_mutes(code: str) -> None:
    found = report(code)
    quality = found.recording["quality"]
    assert code in quality["codes"]
    assert quality["verdict"] == "poor"
    for row in found.criteria:
        if row.id in FACTS_OF_THE_RECORDING:
            assert row.reason_code not in INTRUDERS
        else:
            assert (row.status, row.reason_code, row.value, row.score) == ("not_measurable", code, None, None)
            assert row.words["reason"] is not None
            assert all(row.words["reason"][lang] for lang in LANGUAGES)
    for name in ("rate", "pause", "tone", "intonation"):
        muted = next(r for r in found.requirements if r.id == name)
        assert (muted.status, muted.reason_code, muted.score) == ("not_measurable", code, None)
    assert found.overall.score is None
    said = notice(found.to_dict(), "en")
    assert said is not None
    assert quality["words"][quality["codes"].index(code)]["en"] in said


@pytest.mark.parametrize("code", INTRUDERS)
def test_the_moments_can_be_played(code: str) -> None:
    row = report(code).criterion("company_share")
    assert row.value is not None
    assert row.value > 0
    assert {moment.code for moment in row.evidence} == {f"{code}_here"}
    assert all(moment.end - moment.start >= 0.3 for moment in row.evidence)


def test_a_second_voice_takes_the_place_of_the_note_on_one_person() -> None:
    assert "mono_as_solo" not in report("second_voice").recording["quality"]["codes"]
    assert "mono_as_solo" in report("babble").recording["quality"]["codes"]


def test_a_ringing_tone_before_the_call_is_said_and_mutes_nothing() -> None:
    found = report("ringing")
    assert "music_apart" in found.recording["quality"]["codes"]
    assert "music" not in found.recording["quality"]["codes"]
    assert found.overall.judged == 6
    assert not [row.id for row in found.criteria if row.reason_code in INTRUDERS]


def test_explain_names_what_mutes_a_row() -> None:
    rate, level = (RUBRIC.criterion(name) for name in ("speech_rate", "active_level"))
    assert rate
    assert level
    for lang, label in (("en", "Not measured beside: "), ("zh", "遇到以下情况不测: ")):
        assert f"{label}second_voice (" in explain(rate, RUBRIC, lang)
        assert f"{label}-" in explain(level, RUBRIC, lang)
