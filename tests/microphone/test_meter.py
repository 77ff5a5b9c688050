"""The meter says what the report will say: same level, same band; and its zones are what a person needs first."""

from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

import voicecoach
from voicecoach.active_level import active_level, cells
from voicecoach.microphone import meter, screen
from voicecoach.microphone.played import sixteen_bit
from voicecoach.words import LANGUAGES, say

SAMPLE = voicecoach.load(Path(__file__).parents[2] / "sample_audio/on_target.flac")
BAND = (-30.0, -18.0)
SR = SAMPLE.sr
STEP = SR // 10


def fed(samples: np.ndarray, step: int = STEP, sr: int = SR) -> meter.Meter:
    found = meter.Meter(sr, BAND)
    for first in range(0, len(samples), step):
        found.add(samples[first : first + step])
    return found


@pytest.mark.parametrize("step", [37, 160, 1600, 16000])
def test_without_forgetting_it_is_the_active_level_of_the_report(step: int) -> None:
    """The same method fed in pieces: P.56 of the whole recording, whatever the size of the pieces."""
    running = meter.RecentActiveLevel(recent_s=float("inf"))
    magnitude, power, _ = cells(SAMPLE.samples, SR)
    for first in range(0, len(power), step):
        running.add(magnitude[first : first + step], power[first : first + step])
    known = active_level(SAMPLE.samples, SR)
    assert known is not None
    assert running.level == pytest.approx(known[0], abs=0.02)


@pytest.mark.parametrize(("gain_db", "zone"), [(-14, "soft"), (0, "good"), (5, "good"), (11, "loud")])
def test_the_zone_agrees_with_the_rubric(gain_db: float, zone: str) -> None:
    samples = np.clip(SAMPLE.samples[: 20 * SR] * 10 ** (gain_db / 20), -0.98, 0.98)
    reading = fed(sixteen_bit(samples)).reading()
    judged = active_level(samples, SR)
    assert judged is not None
    assert reading.zone == zone == meter.zone(judged[0], meter.band_of(voicecoach.load_rubric()))
    assert reading.voice_db == pytest.approx(judged[0], abs=2.5)  # the last seconds, not the whole


@pytest.mark.parametrize("sr", [8000, 44100, 48000])
def test_rates_agree(sr: int) -> None:
    t = np.arange(2 * sr) / sr
    reading = fed(sixteen_bit(0.1 * np.sin(2 * np.pi * 200 * t)), step=sr // 10, sr=sr).reading()
    assert reading.now_db == pytest.approx(-23.0, abs=0.1)
    assert reading.voice_db == pytest.approx(-23.0, abs=0.3)


def test_it_follows_a_voice_that_becomes_louder_within_some_seconds() -> None:
    soft = SAMPLE.samples[: 20 * SR] * 0.2
    found = fed(sixteen_bit(soft))
    assert found.reading().zone == "soft"
    until = 0
    loud = sixteen_bit(SAMPLE.samples[20 * SR : 40 * SR])
    while found.reading().zone != "good":
        found.add(loud[until : until + STEP])
        until += STEP
        assert until < len(loud)
    assert until / SR < 4


def test_a_pause_keeps_the_level_and_a_long_one_says_so() -> None:
    found = fed(sixteen_bit(SAMPLE.samples[: 10 * SR]))
    before = found.reading().voice_db
    rng = np.random.default_rng(0)

    def room(seconds: float) -> None:
        noise = sixteen_bit(rng.standard_normal(round(seconds * SR)) * 10 ** (-65 / 20))
        for first in range(0, len(noise), STEP):
            found.add(noise[first : first + STEP])

    room(2.0)
    assert found.reading().zone == "good"
    assert found.reading().voice_db == pytest.approx(before, abs=0.5)
    room(3.0)
    assert found.reading().zone == "waiting"
    room(60.0)
    assert found.reading().voice_db == pytest.approx(before, abs=1.0)


def test_a_muted_microphone_is_told_from_a_quiet_room_and_from_a_headset_that_gates_pauses() -> None:
    assert fed(np.zeros(3 * SR, np.int16)).reading().zone == "dead"
    hiss = sixteen_bit(np.random.default_rng(0).standard_normal(3 * SR) * 10 ** (-65 / 20))
    assert fed(hiss).reading().zone == "waiting"
    gated = np.concatenate([sixteen_bit(SAMPLE.samples[: 10 * SR]), np.zeros(5 * SR, np.int16)])
    assert fed(gated).reading().zone == "waiting"
    assert fed(np.concatenate([gated, np.zeros(6 * SR, np.int16)])).reading().zone == "dead"


def test_clipping_stays_on_show_for_a_moment_and_is_counted() -> None:
    clipped = sixteen_bit(np.clip(SAMPLE.samples[: 5 * SR] * 30, -1, 1))
    found = fed(clipped)
    assert found.reading().zone == "clipping"
    assert found.clippings > 5
    for first in range(0, 2 * SR, STEP):
        found.add(sixteen_bit(SAMPLE.samples[5 * SR + first : 5 * SR + first + STEP]))
    assert found.reading().zone != "clipping"


def test_a_loud_but_whole_voice_does_not_clip() -> None:
    peak = float(np.abs(SAMPLE.samples).max())
    assert fed(sixteen_bit(SAMPLE.samples[: 10 * SR] / peak * 0.99)).clippings == 0


def test_nothing_yet_is_no_reading() -> None:
    found = fed(np.zeros(0, np.int16))
    found.add(np.zeros(0, np.int16))
    assert found.reading() == meter.Reading(-100.0, None, "waiting")


def test_a_rubric_without_a_level_row_is_shown_the_shipped_band() -> None:
    class Rubric:
        def criterion(self, name: str) -> None:
            return None

    assert meter.band_of(Rubric()) == BAND  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_zone_has_its_words(lang: str) -> None:
    for zone in screen.COLOURS:
        assert say("meter", zone, lang)
        assert say("meter", f"{zone}_do", lang)


@pytest.mark.parametrize("width", [20, 44, 100])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_fits_and_shows_zone_time_and_advice(width: int, lang: str) -> None:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=False, color_system=None)
    for zone in screen.COLOURS:
        reading = meter.Reading(-24.0, -25.0, zone)
        console.print(screen.picture(reading, 200.0, lang, BAND, "USB Headset", console))
    lines = out.getvalue().splitlines()
    assert max(cell_len(line) for line in lines) <= width
    if width == 100:
        for zone in screen.COLOURS:
            assert say("meter", zone, lang).upper() in out.getvalue()
            assert say("meter", f"{zone}_do", lang) in out.getvalue()
        assert "0:20" in out.getvalue()  # over the three minutes


def test_a_terminal_that_knows_ascii_only_is_shown_ascii() -> None:
    raw = BytesIO()
    console = Console(file=TextIOWrapper(raw, encoding="ascii"), width=80, color_system=None)
    console.print(screen.picture(meter.Reading(-24.0, -25.0, "good"), 10.0, "en", BAND, "x", console))
    console.file.flush()
    assert b"####" in raw.getvalue()
