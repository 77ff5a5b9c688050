"""Each known change does what its name and number say, and nothing to its input."""

import numpy as np
import pytest

from voicecoach import manipulation
from voicecoach.active_level import active_level

SR = 16000


def voice(seconds: float = 3.0, f0: float = 150.0, wobble: float = 3.0, sr: int = SR) -> np.ndarray:
    """Two stretches of a harmonic voice whose pitch sways, with half a second of silence between them."""
    t = np.arange(round(seconds * sr)) / sr
    pitch = f0 * 2 ** (wobble / 12 * np.sin(2 * np.pi * 1.0 * t))
    phase = 2 * np.pi * np.cumsum(pitch) / sr
    x = sum(np.sin(k * phase) / k for k in range(1, 12)) * 0.1
    x *= np.abs(t - seconds / 2) > 0.25
    return np.asarray(x)


def pitch(x: np.ndarray, sr: int) -> np.ndarray:
    import parselmouth

    f0 = parselmouth.Sound(x, sr).to_pitch_ac(time_step=0.01).selected_array["frequency"]
    return np.asarray(12 * np.log2(f0[f0 > 0]))


@pytest.mark.parametrize(
    "spec",
    [
        "gain:-6", "fade_half:-8", "fade_ends:25", "insert_hums:0.6", "pad_silence:0.5",
        "stretch:0.8", "stretch_half:1.4", "insert_pauses:0.9", "lengthen_pauses:0.8",
        "shorten_pauses:0.3", "scale_pauses:2", "shift_f0:3", "scale_f0_range:0.5", "add_noise:10",
        "add_noise:10:pink", "add_noise:10:babble:3", "reverberate:0.5", "lowpass:3000", "clip:6", "telephone",
        "coded:mp3:64", "coded:opus:24", "coded:alaw", "coded:gsm", "add_music:10", "insert_music:1:2",
        "insert_tone:1:busy", "alternate_voice:-9:0.85",
    ],
)  # fmt: skip
def test_every_change_runs_alike_twice_and_leaves_its_input(spec: str) -> None:
    x = voice().astype(np.float32)
    kept = x.copy()
    once, sr = manipulation.apply(spec, x, SR)
    twice, _ = manipulation.apply(spec, x, SR)
    assert np.array_equal(once, twice)
    assert np.array_equal(x, kept)
    assert once.dtype == np.float64
    assert np.isfinite(once).all()
    assert sr == (8000 if spec == "telephone" else SR)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("louder:3", "unknown change 'louder', expected one of add_music, add_noise"),
        ("gain", "missing a required argument"),
        ("gain:1:2:3", "too many positional arguments"),
        ("add_noise:10:purple", "expected white, pink or babble"),
        ("coded:flac", "expected one of"),
        ("stretch:0", "expected 0.1 to 3"),
        ("reverberate:0", "expected a time above 0"),
        ("insert_hums:0", "expected a time above 0"),
        ("insert_tone:1:whistle", "expected one of"),
    ],
)
def test_a_wrong_spec_says_what_was_expected(spec: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        manipulation.apply(spec, voice(), SR)


@pytest.mark.parametrize("factor", [0.7, 0.8, 1.3])
def test_stretch_keeps_the_pitch(factor: float) -> None:
    x = voice()
    y = manipulation.stretch(x, SR, factor)
    assert len(y) / len(x) == pytest.approx(factor, rel=0.03)
    assert np.median(pitch(y, SR)) == pytest.approx(np.median(pitch(x, SR)), abs=0.3)


def test_pitch_moves_by_what_was_asked() -> None:
    x = voice()
    was = pitch(x, SR)
    up, flat = pitch(manipulation.shift_f0(x, SR, 3), SR), pitch(manipulation.scale_f0_range(x, SR, 0.5), SR)
    assert np.median(up) - np.median(was) == pytest.approx(3, abs=0.3)
    assert np.std(flat) / np.std(was) == pytest.approx(0.5, abs=0.1)
    assert np.array_equal(manipulation.shift_f0(np.zeros(SR), SR, 3), np.zeros(SR))


@pytest.mark.parametrize(("factor", "pause"), [(2.0, 1.0), (0.5, 0.25), (0.0, 0.0)])
def test_pauses_change_and_speech_does_not(factor: float, pause: float) -> None:
    x = voice()
    y = manipulation.scale_pauses(x, SR, factor)
    assert (len(y) - len(x)) / SR == pytest.approx(pause - 0.5, abs=0.03)
    assert np.array_equal(y[: int(1.2 * SR)], x[: int(1.2 * SR)])
    assert np.array_equal(y[-int(1.2 * SR) :], x[-int(1.2 * SR) :])


def test_pauses_are_lengthened_shortened_and_put_in() -> None:
    x = voice(6.0)

    def pauses(y: np.ndarray) -> list[float]:
        return [span.duration for span in manipulation.quiet_spans(y, SR)]

    assert pauses(x) == pytest.approx([0.5], abs=0.03)
    assert pauses(manipulation.lengthen_pauses(x, SR, 0.8)) == pytest.approx([1.3], abs=0.03)
    assert pauses(manipulation.shorten_pauses(x, SR, 0.3)) == pytest.approx([0.3], abs=0.03)
    assert pauses(manipulation.shorten_pauses(x, SR, 0.1)) == []
    assert pauses(manipulation.insert_pauses(x, SR, 0.9)) == pytest.approx([0.9, 0.5, 0.9], abs=0.03)


def test_the_second_half_is_stretched() -> None:
    x = voice()
    y = manipulation.stretch_half(x, SR, 1.4)
    assert np.array_equal(y[: len(x) // 2], x[: len(x) // 2])
    assert len(y) / len(x) == pytest.approx(1.2, abs=0.03)


def test_the_second_half_fades() -> None:
    x = voice()
    y = manipulation.fade_half(x, SR, -8)
    assert np.array_equal(y[: len(x) // 3], x[: len(x) // 3])
    assert y[-100:] == pytest.approx(10 ** (-8 / 20) * x[-100:])
    steps = np.abs(np.diff(manipulation.fade_half(np.ones(3 * SR), SR, -8)))
    assert steps.max() < 2 / SR  # no click


def test_ends_before_pauses_fade_and_nothing_else() -> None:
    x = voice()  # a pause from 1.25 to 1.75 s
    y = manipulation.fade_ends(x, SR, 25)
    last = slice(int(1.02 * SR), int(1.24 * SR))
    assert 20 * np.log10(np.std(y[last]) / np.std(x[last])) == pytest.approx(-25, abs=0.5)
    assert np.array_equal(y[: int(0.9 * SR)], x[: int(0.9 * SR)])
    assert np.array_equal(y[int(1.75 * SR) :], x[int(1.75 * SR) :])


def test_hums_are_level_low_and_in_the_pauses() -> None:
    x = voice()
    y = manipulation.insert_hums(x, SR, 0.6)
    assert len(y) - len(x) == round(0.6 * SR)
    assert np.array_equal(y[: int(1.3 * SR)], x[: int(1.3 * SR)])
    assert np.array_equal(y[-int(1.3 * SR) :], x[-int(1.3 * SR) :])
    heard = y[int(1.55 * SR) : int(2.05 * SR)]
    low = np.quantile(pitch(x, SR), 0.25)
    assert np.ptp(pitch(heard, SR)) < 0.1
    assert np.median(pitch(heard, SR)) == pytest.approx(low, abs=0.3)
    assert 20 * np.log10(np.std(heard) / np.std(x[: int(1.2 * SR)])) == pytest.approx(-6, abs=3)
    assert np.array_equal(manipulation.insert_hums(np.zeros(SR), SR, 0.6), np.zeros(SR))


@pytest.mark.parametrize("kind", ["white", "pink", "babble"])
@pytest.mark.parametrize("snr", [20.0, 5.0])
def test_noise_stands_at_the_ratio_named(kind: manipulation.channel.Noise, snr: float) -> None:
    x = voice()
    noise = manipulation.add_noise(x, SR, snr, kind) - x
    level = active_level(x, SR)
    assert level is not None
    assert level[0] - 10 * np.log10(np.mean(noise**2)) == pytest.approx(snr, abs=0.01)


def test_silence_has_no_ratio() -> None:
    with pytest.raises(ValueError, match="needs speech"):
        manipulation.add_noise(np.zeros(SR), SR, 10)


def test_a_room_decays_by_60_db_in_its_time() -> None:
    click = np.zeros(SR)
    click[0] = 1
    tail = manipulation.reverberate(click, SR, 0.5)[1:]
    early, late = (10 * np.log10(np.mean(tail[int(a * SR) : int(b * SR)] ** 2)) for a, b in [(0.0, 0.05), (0.4, 0.45)])
    assert early - late == pytest.approx(60 * 0.4 / 0.5, abs=1.5)
    assert np.sum(tail**2) == pytest.approx(1.0, abs=1e-6)


def test_narrow_bands_lose_what_lies_outside() -> None:
    x = np.random.default_rng(0).standard_normal(2 * SR) * 0.1
    low = manipulation.lowpass(x, SR, 3000)
    line, sr = manipulation.telephone(x, SR)
    spectrum, heard = np.abs(np.fft.rfft(low)) ** 2, np.abs(np.fft.rfft(line)) ** 2
    assert 10 * np.log10(spectrum[(4000 * 2) :].mean() / spectrum[200:4000].mean()) < -30
    assert 10 * np.log10(heard[: 150 * 2].mean() / heard[800:6000].mean()) < -20
    assert sr == 8000
    assert np.array_equal(manipulation.lowpass(x, SR, 8000), x)


@pytest.mark.parametrize(("codec", "least"), [("mp3", 0.99), ("opus", 0.9), ("alaw", 0.999), ("gsm", 0.8)])
def test_coding_keeps_time_and_length(codec: manipulation.channel.Codec, least: float) -> None:
    x = voice()
    y = manipulation.coded(x, SR, codec, 64)
    assert len(y) == len(x)
    assert np.corrcoef(x, y)[0, 1] > least
