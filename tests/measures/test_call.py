"""The call as a whole: times by hand, and fillers made of a vowel that stands still."""

import numpy as np
import pytest

from voicecoach.measures.call import call_length, filled_pause_candidates, time_to_first_word
from voicecoach.results import Measurement
from voicecoach.settings import DEFAULT
from voicecoach.timeline import Span, Track
from voicecoach.tracks.intensity import intensity

SR = 16000


def test_times() -> None:
    talk = (Span(1.5, 60), Span(61, 200))
    assert call_length(talk, DEFAULT).value == 198.5
    (over,) = call_length(talk, DEFAULT).evidence
    assert (over.code, over.start, over.end) == ("past_limit", 181.5, 200)
    assert call_length(talk[:1], DEFAULT).evidence == ()
    assert time_to_first_word(talk).value == 1.5


def test_nothing_said() -> None:
    empty = Track(np.empty(0), np.empty(0), "dB")
    for found in (
        call_length((), DEFAULT),
        time_to_first_word(()),
        filled_pause_candidates(empty, empty, (), np.empty(0, np.float32), DEFAULT),
    ):
        assert (found.value, found.reason) == (None, "no_speech")


def voiced(pitch: np.ndarray, formant: np.ndarray) -> np.ndarray:
    """A harmonic voice with one resonance, both given every sample."""
    phase = 2 * np.pi * np.cumsum(pitch) / SR
    k = np.arange(1, 20)[:, None]
    weight = 1 / (1 + ((k * pitch - formant) / 150) ** 2) + 0.02
    return np.asarray(0.05 * np.sum(weight * np.sin(k * phase), axis=0), np.float32)


def candidates(pitch: np.ndarray, formant: np.ndarray) -> Measurement:
    x = voiced(pitch, formant)
    count = len(x) // 160
    f0 = Track(np.arange(count) * 0.01 + 0.005, pitch[80::160][:count], "Hz")
    return filled_pause_candidates(f0, intensity(x, SR), (Span(0, count / 100),), x, DEFAULT)


def speech() -> tuple[np.ndarray, np.ndarray]:
    """Four seconds of pitch and resonance that move all the time."""
    t = np.arange(4 * SR) / SR
    return 180 * 2 ** (np.sin(2 * np.pi * 3 * t) / 3), 900 + 500 * np.sin(2 * np.pi * 2.3 * t)


def test_moving_speech_has_no_candidates() -> None:
    assert candidates(*speech()).value == 0


def test_a_sound_that_stands_still_is_one() -> None:
    pitch, formant = speech()
    here = slice(int(1.0 * SR), int(1.6 * SR))
    pitch[here], formant[here] = 170, 600
    found = candidates(pitch, formant)
    assert found.facts["count"] == 1
    assert found.value == pytest.approx(15.0)
    assert found.evidence[0].start == pytest.approx(1.0, abs=0.05)
    assert found.evidence[0].end == pytest.approx(1.6, abs=0.05)


@pytest.mark.parametrize("change", ["high", "gliding", "short"])
def test_what_is_no_filler(change: str) -> None:
    pitch, formant = speech()
    here = slice(int(1.0 * SR), int(1.25 * SR) if change == "short" else int(1.6 * SR))
    pitch[here] = 240 if change == "high" else 170
    formant[here] = 600
    if change == "gliding":
        formant[here] = np.linspace(400, 2600, here.stop - here.start)
    assert candidates(pitch, formant).facts["count"] == 0
