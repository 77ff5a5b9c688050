"""Pauses against labels, on clips whose answer is known: found, missed, moved, invented."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from voicecoach.recording import from_array
from voicecoach.timeline import Span, Spans, gaps
from voicecoach.validation import alternatives
from voicecoach.validation.checks import OURS, Observation, Take, pauses
from voicecoach.validation.manifest import Clip
from voicecoach.validation.signals import SR, signals
from voicecoach.validation.statistics import f1, median, median_abs

TRAIN = next(clip for clip in signals() if clip.name.startswith("tones 5 a second"))
SENTENCES = (Span(0, 4), Span(5, 9), Span(10, 14), Span(15, 19))


def told(found: Spans, true: Spans) -> Observation:
    return Observation(OURS, "clip", "", "", pauses.compared(found, true))


def test_pauses_found_as_labelled_are_all_hits() -> None:
    true = gaps(SENTENCES)
    assert f1([told(true, true)]) == 1.0
    assert median_abs("edges")([told(true, true)]) == 0.0


def test_a_pause_moved_by_half_its_length_is_missed_and_invented() -> None:
    moved = tuple(Span(a + 0.5, b + 0.5) for a, b in gaps(SENTENCES))
    assert f1([told(moved, gaps(SENTENCES))]) == 0.0


def test_a_pause_cut_short_is_a_hit_with_its_error() -> None:
    seen = [told((Span(4.1, 4.9),), (Span(4, 5),))]
    assert f1(seen) == 1.0
    assert median("length")(seen) == pytest.approx(-200)
    assert median_abs("edges")(seen) == pytest.approx(100)


def test_one_pause_found_in_two_halves_hits_once_at_most() -> None:
    assert told((Span(4, 4.6), Span(4.7, 5)), (Span(4, 5),)).values["hits"] == 1


def test_detectors_find_the_pauses_of_a_train_of_syllables() -> None:
    seen = {observation.tool: observation for observation in pauses.sentence_pauses((Take(TRAIN, "clean"),))}
    assert set(seen) == {OURS, "silero", "energy", "webrtcvad"} - ({"webrtcvad"} - set(available()))
    assert f1([seen[OURS]]) == 1.0
    assert seen[OURS].values["true"] == 4


def available() -> Iterator[str]:
    return (name for name in pauses.ALTERNATIVES if alternatives.runs(name))


def test_without_webrtcvad_the_others_still_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alternatives, "find_spec", lambda module: None)
    assert {o.tool for o in pauses.sentence_pauses((Take(TRAIN, "clean"),))} == {OURS, "silero", "energy"}


def test_webrtcvad_hears_no_speech_in_silence() -> None:
    pytest.importorskip("webrtcvad", reason="needs webrtcvad-wheels")
    assert pauses.ALTERNATIVES["webrtcvad"](np.zeros(SR, np.float32), SR) == ()


def call(*lengths: float) -> Clip:
    """Sentences of four seconds with these pauses between."""
    starts = np.cumsum([0.0, *(4 + length for length in lengths)])
    sentences = [{"start": float(a), "end": float(a) + 4} for a in starts]
    between = [[float(a) - length, float(a)] for a, length in zip(starts[1:], lengths, strict=True)]
    return Clip("call", "made", kind="tts", truth={"sentences": sentences, "pauses_between_sentences": between})


def test_pauses_that_are_clearly_deliberate_or_not_make_a_truth() -> None:
    calls = [call(0.35, 1.0), call(0.65, 1.0), call(0.35, 0.35)]
    assert [pauses.clear(clip) for clip in calls] == [True, False, False]
    assert [pauses.unclear(clip) for clip in calls] == [False, True, False]
    assert not pauses.clear(replace(call(0.35, 1.0), kind="syllable"))


def test_sentences_a_pause_follow_from_the_sentences_found() -> None:
    take = Take(call(0.35, 1.0, 0.35), "clean")
    take.recording = from_array(np.zeros(20 * SR, np.float32), SR)
    take.tracks.ipus = ()
    take.tracks.sentences = take.clip.sentences
    take.tracks.syllables = np.arange(0.0, 17.0, 0.25)
    seen = {observation.tool: observation.values["error"] for observation in pauses.a_pause((take,))}
    assert seen == {OURS: 0.0, "silero": -2.0}  # silence: no sentence where two a pause are true
