"""Every bar is held on signals known by construction and on the sample calls: a quick subset of what validate runs.

Where a bar is missed today, the test holds how far, so that it does not get worse unseen; the document says so too.
"""

from pathlib import Path

import pytest

from voicecoach.validation import Line, read_manifest, validate
from voicecoach.validation.checks import OURS
from voicecoach.validation.signals import signals

SAMPLES = Path(__file__).parents[2] / "sample_audio"
TRAINS = ("tones 4 a second at 130", "tones 5 a second at 220")
CALLS = ("on_target", "rushed", "neutral_baseline")
CLEAN = ("speech_rate", "sentence_pauses", "sentences_per_pause", "f0", "f0_range", "loudness", "active_level")
HEAVY = ("clarity", "scores", "laughter_candidates", "snr")  # on one call
MISSED = {  # and what the figure is at most
    ("speech_rate", "sample_audio", "clean", "mean abs. error"): 7.5,
    ("speech_rate", "sample_audio", "clean", "largest abs. error"): 9.0,
    ("speech_rate", "sample_audio", "telephone", "mean abs. error"): 8.3,
}


@pytest.fixture(scope="module")
def table() -> list[Line]:
    made = [clip for clip in signals() if "tones" not in clip.name or clip.name.startswith(TRAINS)]
    calls = [clip for clip in read_manifest(SAMPLES / "manifest.csv") if clip.name in CALLS]
    return [
        *validate([*made, *calls], measures=CLEAN, conditions=["clean"]),
        *validate(calls, measures=["speech_rate"], conditions=["telephone"]),
        *validate([clip for clip in calls if clip.name == "on_target"], measures=HEAVY, conditions=["clean"]),
    ]


def test_every_bar_but_those_known_to_be_missed_is_met(table: list[Line]) -> None:
    missed = {(line.measure, line.set, line.condition, line.figure): line for line in table if line.met is False}
    assert {key: line.tools[OURS].value for key, line in missed.items() if key not in MISSED} == {}
    assert {key: missed[key].tools[OURS].value for key in missed if missed[key].tools[OURS].value > MISSED[key]} == {}


def test_no_bar_is_called_missed_that_is_met(table: list[Line]) -> None:
    met = {(line.measure, line.set, line.condition, line.figure) for line in table if line.met}
    assert met & set(MISSED) == set()


def test_the_bars_are_really_looked_at(table: list[Line]) -> None:
    judged = {(line.measure, line.set) for line in table if line.met is not None}
    assert {"speech_rate", "sentence_pauses", "f0", "f0_range", "loudness", "active_level"} <= {m for m, _ in judged}
    assert {"clarity", "scores", "laughter_candidates", "snr"} <= {m for m, _ in judged}
    assert {"generated", "sample_audio"} <= {s for _, s in judged}


def test_counting_beats_what_a_user_would_otherwise_take(table: list[Line]) -> None:
    for line in table:
        if line.measure == "speech_rate" and line.set == "sample_audio" and line.figure == "mean abs. error":
            others = [result.value for tool, result in line.tools.items() if tool != OURS]
            assert line.tools[OURS].value < min(others), line.condition
