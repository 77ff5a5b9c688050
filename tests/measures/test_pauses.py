"""Deliberate pauses on timelines drawn by hand: a letter is 0.1 s of speech, a dot 0.1 s of silence."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.measures.pause_errors import STATED_SD, edge_error
from voicecoach.measures.pauses import (
    longest_run,
    mid_sentence_pauses,
    pause_length,
    sentences_per_pause,
    syllables_per_pause,
)
from voicecoach.settings import Settings
from voicecoach.timeline import Span, Spans, merged
from voicecoach.words import say

SETTINGS = Settings()


def drawn(line: str) -> Spans:
    """Runs of the same letter as spans: ``"aaa..b"`` is 0-0.3 s and 0.5-0.6 s."""
    cells = [i for i in range(len(line)) if line[i] != "."]
    starts = [i for i in cells if i == 0 or line[i - 1] != line[i]]
    ends = [i + 1 for i in cells if i + 1 == len(line) or line[i + 1] != line[i]]
    return tuple(Span(a / 10, b / 10) for a, b in zip(starts, ends, strict=True))


def nuclei(spans: Spans, apart: float = 0.2) -> np.ndarray:
    return np.concatenate([np.arange(s.start + apart / 2, s.end, apart) for s in spans])


#        0         10        20        30        40        50        60
GOOD = "aaaaaaaaaa...bbbbbbbbb..........cccccccccc....dddddddddd........eeeeeeeee...fffffffff"
HALTING = "aaaaaaaaaa..........bbbbbbbbbb.........ccccccccc..............ddddddddd"
RUSHED = "aaaaaaaaaa.bbbbbbbbbb.cccccccccc.dddddddddd.eeeeeeeeee"


def test_two_sentences_then_a_pause():
    sentences = drawn(GOOD)
    cadence = sentences_per_pause(sentences, nuclei(sentences), SETTINGS)
    assert cadence.value == 2.0
    assert cadence.facts == {"pauses": 2, "sentences": 6}
    assert cadence.evidence == ()
    length = pause_length(sentences, SETTINGS)
    assert length.value == pytest.approx(0.9)
    assert [(round(e.start, 3), round(e.end, 3), e.code) for e in length.evidence] == [
        (2.2, 3.2, "pause_good"), (5.6, 6.4, "pause_good"),
    ]


def test_a_pause_after_every_sentence():
    sentences = drawn(HALTING)
    cadence = sentences_per_pause(sentences, nuclei(sentences), SETTINGS)
    assert cadence.value == 1.0
    assert {e.code for e in cadence.evidence} == {"pause_after_one"}
    assert len(cadence.evidence) == 3


def test_no_pause_has_no_cadence_but_says_where_one_would_fit():
    sentences = drawn(RUSHED)
    cadence = sentences_per_pause(sentences, nuclei(sentences), SETTINGS)
    assert cadence.value is None
    assert cadence.reason == "no_deliberate_pauses"
    assert [(round(e.start, 2), round(e.end, 2), e.code) for e in cadence.evidence] == [
        (1.6, 2.7, "pause_missing"), (3.8, 4.9, "pause_missing"),
    ]
    assert pause_length(sentences, SETTINGS).reason == "no_deliberate_pauses"
    assert syllables_per_pause(sentences, nuclei(sentences), SETTINGS).reason == "no_deliberate_pauses"
    run = longest_run(sentences, nuclei(sentences), SETTINGS)
    assert run.value == 25
    assert (run.evidence[0].start, run.evidence[0].end) == (0.0, 5.4)


def test_length_has_no_upper_limit_and_overlong_pauses_are_shown():
    sentences = (Span(0, 3), Span(5.5, 8), Span(12, 15))
    length = pause_length(sentences, SETTINGS)
    assert length.value == 3.25
    assert [e.code for e in length.evidence] == ["pause_overlong", "pause_overlong"]


def test_a_pause_inside_a_sentence_is_told_apart_and_gives_rest():
    ipus = drawn("aaaaaaaaaa........bbbbbbbbbb..........cccccccccc")
    sentences = (Span(0, 2.8), ipus[2])
    inner = mid_sentence_pauses(ipus, sentences, merged(ipus, SETTINGS.dead_air_s), SETTINGS)
    assert inner.value == pytest.approx(60 / 4.8)
    assert [(e.start, e.end, e.code) for e in inner.evidence] == [(1.0, 1.8, "pause_mid_sentence")]
    assert pause_length(sentences, SETTINGS).value == pytest.approx(1.0)
    assert longest_run(ipus, nuclei(ipus), SETTINGS).value == 5
    assert syllables_per_pause(sentences, nuclei(ipus), SETTINGS).value == 7.5


def test_nothing_said():
    none = np.array([])
    assert longest_run((), none, SETTINGS).reason == "no_speech"
    assert mid_sentence_pauses((), (), (), SETTINGS).reason == "no_speech"
    assert sentences_per_pause((), none, SETTINGS).reason == "no_speech"
    assert pause_length((), SETTINGS).value is None


def test_noise_makes_the_length_less_sure():
    talk = (Span(0, 4), Span(5, 8), Span(9, 12), Span(13, 16))
    clear, noisy, noisier = (SimpleNamespace(band_snr_db=snr) for snr in (50.0, 15.0, 8.0))
    lengths = [pause_length(talk, Settings(), levels=levels).sd for levels in (None, clear, noisy, noisier)]
    assert lengths[0] == lengths[1] < lengths[2] < lengths[3]


def test_a_silence_close_to_the_limit_makes_the_length_less_sure():
    def reach(short):
        return STATED_SD * pause_length((Span(0, 4), Span(5, 8), Span(8 + short, 12)), SETTINGS).sd

    assert reach(0.2) == pytest.approx(reach(0.3))  # far too short to be counted, whatever the edges do
    assert reach(0.2) < 0.19 < reach(SETTINGS.deliberate_pause_s - 0.005)  # counted, it makes of 1 s (1 + 0.6) / 2


@pytest.mark.parametrize("count", [2, 4, 10])
def test_stated_errors_of_the_edges_hold_the_truth_as_often_as_they_say(count):
    random = np.random.default_rng(count)
    shift, spread, least = 0.02, 0.03, 0.6
    held = []
    for _ in range(400):
        true = random.uniform(0.4, 1.4, count)
        found = true + shift * random.standard_normal() + spread * random.standard_normal(count)
        if (true >= least).any() and (found >= least).any():
            off = np.median(found[found >= least]) - np.median(true[true >= least])
            held.append(abs(off) <= STATED_SD * edge_error(found, least, shift, spread))
    assert 0.85 <= np.mean(held) <= 0.97


def test_more_speech_makes_surer():
    once = drawn(GOOD)
    often = tuple(Span(s.start + k * 9.2, s.end + k * 9.2) for k in range(8) for s in once)
    uneven = drawn("aaaaa........bbbb..ccc..dddd.......eeee...ffff..gggg..hhhh......iiii...jjjj")
    steady, longer, unsteady = (sentences_per_pause(s, nuclei(s), SETTINGS).sd for s in (once, often, uneven))
    assert longer < steady < unsteady
    assert pause_length(often, SETTINGS).sd < pause_length(once[:4], SETTINGS).sd


def test_every_moment_has_words_in_both_languages():
    overlong = (Span(0, 3), Span(5.5, 8), Span(9, 12))
    middle = merged(overlong, SETTINGS.dead_air_s)
    measured = [
        pause_length(overlong, SETTINGS),
        sentences_per_pause(drawn(RUSHED), nuclei(drawn(RUSHED)), SETTINGS),
        sentences_per_pause(drawn(HALTING), nuclei(drawn(HALTING)), SETTINGS),
        longest_run(overlong, nuclei(overlong), SETTINGS),
        mid_sentence_pauses(overlong, middle, middle, SETTINGS),
    ]
    codes = set()
    for e in (e for m in measured for e in m.evidence):
        codes.add(e.code)
        assert "{" not in say("evidence", e.code, "zh", **e.facts) + say("evidence", e.code, "en", **e.facts)
    assert codes == {
        "pause_good", "pause_overlong", "pause_missing", "pause_after_one", "pause_mid_sentence", "run_without_pause",
    }


@given(st.lists(st.tuples(st.floats(0.01, 40), st.floats(0.0, 10)), max_size=30), st.integers(0, 300))
def test_wild_timelines(pieces: list[tuple[float, float]], count: int):
    spans, at = [], 0.0
    for speech, silence in pieces:
        spans.append(Span(at, at + speech))
        at += speech + silence
    sentences = tuple(spans)
    syllables = np.linspace(0, at, count)
    for m in (
        pause_length(sentences, SETTINGS),
        sentences_per_pause(sentences, syllables, SETTINGS),
        syllables_per_pause(sentences, syllables, SETTINGS),
        longest_run(sentences, syllables, SETTINGS),
        mid_sentence_pauses(sentences, sentences, merged(sentences, SETTINGS.dead_air_s), SETTINGS),
    ):
        assert (m.value is None) == (m.reason is not None)
        assert np.isfinite(m.sd)
        assert m.sd >= 0
        assert all(0 <= e.start < e.end <= at for e in m.evidence)
        if m.value is not None and m.unit == "sentences":
            assert 0.5 <= m.value <= len(sentences)


@given(st.floats(0, 100))
def test_a_later_start_changes_nothing(delay: float):
    sentences = drawn(GOOD)
    later = tuple(Span(s.start + delay, s.end + delay) for s in sentences)
    syllables = nuclei(sentences)
    assert sentences_per_pause(later, syllables + delay, SETTINGS).value == 2.0
    assert pause_length(later, SETTINGS).value == pytest.approx(0.9)
    assert longest_run(later, syllables + delay, SETTINGS).value == pytest.approx(
        longest_run(sentences, syllables, SETTINGS).value, abs=1
    )


def test_a_reply_of_the_customer_is_no_pause():
    #         |--1--| |--2--|  customer  |--3--| |--4--|   pause  |--5--| |--6--|
    talk = (Span(0, 4), Span(4.3, 8), Span(11, 14), Span(14.3, 17), Span(18, 21), Span(21.3, 24))
    customer = (Span(8.4, 10.5),)
    nuclei = np.arange(0, 24, 0.5)
    assert pause_length(talk, Settings(), customer).value == pytest.approx(1.0)
    assert sentences_per_pause(talk, nuclei, Settings(), customer).value == pytest.approx(3.0)
    assert sentences_per_pause(talk, nuclei, Settings()).value == pytest.approx(2.0)
