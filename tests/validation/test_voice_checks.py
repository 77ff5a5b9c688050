"""Checks of smile, tone, clarity, scores, intervals and laughter: what they are given, and figures known by hand."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from voicecoach.measures.tone_model import left_out, model
from voicecoach.recording import from_array
from voicecoach.timeline import Span
from voicecoach.validation.alternatives import egemaps
from voicecoach.validation.checks import (
    OURS,
    Check,
    Observation,
    Take,
    clarity,
    every,
    intervals,
    laughter,
    scores,
    smile,
    tone,
)
from voicecoach.validation.manifest import Clip, read_manifest
from voicecoach.validation.run import Seen, done, jobs
from voicecoach.validation.table import lines
from voicecoach.validation.utterances import Utterance, utterances

SR = 16000
SAMPLES = Path(__file__).parents[2] / "sample_audio"


def check(name: str) -> Check:
    return next(one for one in every() if one.measure == name)


def figures(name: str, observations: list[Observation]) -> Mapping[str, float | None]:
    return {figure.name: figure.of(observations) for figure in check(name).figures}


def said(text: str, seconds: float, clip: str = "a") -> Utterance:
    return Utterance(text, clip, np.zeros(round(seconds * SR), np.float32), SR, 10)


def made(name: str, recordings: str, speaker: str, seconds: float, **of: object) -> Clip:
    samples = np.zeros(round(seconds * SR), np.float32)
    return Clip(name, recordings, speaker, kind="tts", n_syllables=9, made=lambda: (samples, SR), **of)  # type: ignore[arg-type]


def shifted(voice: str, plain: list[float], by: Mapping[str, float]) -> list[Observation]:
    """Takes of one voice; each change adds so much."""
    return [
        Observation(OURS, f"{voice} {k}", voice, "", {"plain": v, "alarm": 0.0, **{n: v + d for n, d in by.items()}})
        for k, v in enumerate(plain)
    ]


GAINS = {f"{method} {ratio}": 100 * (ratio - 1) for method in ("Praat", "warp") for ratio in (1.03, 1.06, 1.12)}


def test_halves_share_no_text_and_a_baseline_has_every_text_before_any_comes_twice() -> None:
    spoken = [said(text, 15) for text in "ABCDEFGH"] + [said(text, 15, "second") for text in "ABCDEFGH"]
    one, other = smile.dealt(spoken)
    assert {u.text for u in one} == set("ACEG")
    assert {u.text for u in other} == set("BDFH")
    assert [(u.text, u.clip) for u in smile.minute(one)] == [(text, "a") for text in "ACEG"]
    assert [len(stretch) for stretch in smile.stretched([said("A", 8)] * 5)] == [2, 2]


def test_a_voice_is_one_unit_over_several_sets_and_its_lines_name_them() -> None:
    clips = [made(f"r{k}", "read", "ann", 10, text=f"text {k}") for k in range(6)]
    clips += [made(f"c{k}", "call", "ann", 10, text=f"text {k}") for k in range(6)]
    clips += [made("moved", "call", "ann", 300, text="x", truth={"formant_ratio": 1.06})]
    clips += [made(f"b{k}", "read", "bo", 10, text=f"text {k}") for k in range(6)]  # a minute: too little
    (unit,) = smile.voices(clips)
    assert [clip.name for clip in unit] == [clip.name for clip in clips[:12]]
    todo = jobs(clips, [check("smile_shift")], ["clean"])
    assert [job.clips for job in todo] == [unit]
    assert done(todo[0])[0].set == "read + call"  # silence: nothing was measured, and that is said
    assert "baseline" in done(todo[0])[0].failed[0]
    measured = tuple(shifted("ann", [0.0, 1.0], GAINS | {"pitch": 0.0}))
    (line, *_) = lines([Seen("smile_shift", "read + call", "clean", measured, ())])
    assert line.sets == ["read", "call"]


def test_smile_figures_are_those_of_the_worst_voice() -> None:
    good = shifted("ann", [-1.0, 0.0, 1.0], GAINS | {"pitch": 0.4})
    poor = shifted("bo", [-1.0, 0.0, 1.0], GAINS | {"pitch": -0.9, "warp 1.12": 5.0})
    found = figures("smile_shift", good + poor)
    assert found["voices in order"] == 50
    assert found["smallest d' at x1.06"] == pytest.approx(6.0)
    assert found["largest move by pitch +3 st alone"] == pytest.approx(0.9)
    assert found["false alarms on neutral pairs"] == 0
    assert found["reads at x1.06, Praat"] == pytest.approx(6.0)
    assert figures("smile_shift", good)["voices in order"] == 100


def test_emotions_are_judged_by_pairs_and_speakers_without_enough_neutral_takes_are_left_out() -> None:
    emotions = ["neutral"] * 3 + ["happiness", "fear"]
    clips = [made(f"{k}", "acted", "ann", 2, emotion=emotion) for k, emotion in enumerate(emotions)]
    clips += [made(f"b{k}", "acted", "bo", 2, emotion=emotion) for k, emotion in enumerate(emotions[1:])]
    (unit,) = tone.acted(clips)
    assert [clip.name for clip in unit] == ["0", "1", "2", "3"]
    assert tone.acted(clips[5:]) == []
    values = {"happiness": [2.0, 1.0], "neutral": [0.0, 0.5], "anger": [1.5]}
    seen = [Observation(OURS, f"{e}{v}", "", "", {e: v}) for e, row in values.items() for v in row]
    found = figures("tone_index", seen)
    assert found["AUC happy against neutral"] == 1.0
    assert found["AUC happy against anger"] == 0.5
    assert found["AUC happy against boredom"] is None


def test_fitted_speakers_are_scored_by_weights_fitted_without_them() -> None:
    shipped = model("relative")
    assert left_out("de_emodb", "03") != shipped
    assert left_out("de_emodb", "somebody new") == shipped
    assert left_out("other", "03") == shipped
    assert left_out("de_emodb", "03").energy == shipped.energy


def test_the_alternative_never_sees_the_speaker_that_it_scores() -> None:
    pytest.importorskip("sklearn")
    speakers = np.repeat(np.array(["a", "b", "c"]), 4)
    wanted = np.tile([True, True, False, False], 3)
    plain = np.where(wanted, 1.0, -1.0)
    found = np.stack([plain, np.where(speakers == "c", -plain, plain)], axis=1)
    score = egemaps.left_one_out(found, wanted, speakers)
    before = egemaps.left_one_out(found, np.where(speakers == "c", ~wanted, wanted), speakers)
    assert (score[wanted & (speakers != "c")] > 0).all()
    assert np.array_equal(score[8:], before[8:])  # what c is told to be does not change how c is scored


def test_a_tool_that_crashes_is_left_out_and_takes_nothing_down() -> None:
    assert egemaps.apart(crash, []) is None


def crash(sounds: object) -> NoReturn:
    os.abort()


def test_a_ladder_falls_only_if_every_step_does() -> None:
    assert clarity._falls([90.0, 80.0, 70.0, 10.0]) == -1.0
    assert clarity._falls([90.0, 95.0, 70.0, None]) == pytest.approx(-0.8)
    assert clarity._falls([50.0, 50.0, 50.0]) == 0.0
    assert all(len(specs) >= 8 for specs in clarity.LADDERS.values())


def test_gain_stops_where_clipping_would_begin() -> None:
    half = from_array(np.full(SR, 0.5, np.float32), SR)
    assert np.abs(scores.changed(half, "gain:{up}").samples).max() == pytest.approx(10 ** (-0.1 / 20), abs=1e-3)
    assert np.abs(scores.changed(half, "gain:-12").samples).max() == pytest.approx(0.5 * 10 ** (-12 / 20), abs=1e-3)


def call() -> intervals.Speech:
    spans = tuple(Span(10.0 * k + 1, 10.0 * k + 9) for k in range(8))
    return intervals.Speech(from_array(np.zeros(80 * SR, np.float32), SR), spans, [20] * 8)


def test_windows_are_whole_sentences_of_20_to_60_s_and_always_the_same() -> None:
    whole = call()
    found = intervals.windows(whole, 5)
    assert found == intervals.windows(whole, 5)
    assert len(set(found)) == 5
    for first, last in intervals.windows(whole, 99):
        assert 20 <= whole.sentences[last].end - whole.sentences[first].start <= 60
    assert intervals.cut(whole, 1, 3).duration == pytest.approx(28 + 2 * intervals.EDGE_S)
    assert intervals.true_values(whole, 1, 3) == {"speech_rate": 60 * 60 / 28, "pause_length": 2.0}


def test_intervals_that_are_too_narrow_hold_the_truth_less_often() -> None:
    errors = np.random.default_rng(0).standard_normal(2000)

    def seen(sd: float) -> list[Observation]:
        held = np.abs(errors) <= intervals.Z90 * sd
        return [Observation(OURS, f"{k}", "", "", {"f0_range held": float(h)}) for k, h in enumerate(held)]

    name = "f0_range within its 90 % interval"
    honest, narrow = (figures("interval coverage", seen(sd))[name] for sd in (1.0, 0.5))
    assert honest == pytest.approx(90, abs=2)
    assert narrow is not None
    assert narrow < 65


@pytest.mark.slow
def test_on_a_sample_call_laughs_are_found_and_intervals_hold() -> None:
    clip = next(one for one in read_manifest(SAMPLES / "manifest.csv") if one.name == "on_target")
    (found,) = laughter.candidates((Take(clip, "clean"),))
    assert found.values["flags"] == 0
    assert figures("laughter_candidates", [found])["recall"] == pytest.approx(100, abs=20)
    assert utterances(clip, clip.recording())[0].n_syllables == 12
