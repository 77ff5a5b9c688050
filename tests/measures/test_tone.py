"""The tone index: its arithmetic, known changes of a voice, and acted speech that listeners have labelled."""

import csv
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.baseline import Baseline
from voicecoach.manipulation import gain, scale_f0_range, shift_f0, telephone, warp_formants
from voicecoach.measures import tone
from voicecoach.measures.tone_model import model
from voicecoach.recording import from_array, load
from voicecoach.results import Measurement
from voicecoach.timeline import Span
from voicecoach.tracks import Tracks
from voicecoach.tracks.envelopes import Envelopes
from voicecoach.tracks.manner import COLUMNS, Manner
from voicecoach.tracks.neutral import baseline_from
from voicecoach.words import LANGUAGES, say

SAMPLES = Path(__file__).parent.parent.parent / "sample_audio"


def index(tracks: Tracks, baseline: Baseline | None = None) -> Measurement:
    return tone.tone_index(tracks.manner, tracks.envelopes, tracks.ipus, tracks.capture, baseline)


def tracks_of(x: np.ndarray, sr: int) -> Tracks:
    return Tracks(from_array(np.asarray(x, np.float32), sr))


@pytest.fixture(scope="module")
def call() -> tuple[np.ndarray, int]:
    recording = load(SAMPLES / "neutral_baseline.flac")
    return recording.samples[: 30 * recording.sr], recording.sr


@pytest.fixture(scope="module")
def neutral(call: tuple[np.ndarray, int]) -> Baseline:
    return baseline_from(tracks_of(*call))


@pytest.mark.parametrize("name", ["relative", "population"])
def test_each_term_has_its_direction_and_the_rest_no_say(name: str) -> None:
    fit = model(name)
    plain = {figure: fit.centre.get(figure, 0.0) for figure in fit.scale}
    middle = float(fit.index(plain))
    assert middle == pytest.approx(0.0, abs=0.02)
    assert all(weight > 0 for weight in fit.energy.values())
    for figure in fit.energy:
        up = plain | {figure: plain[figure] + fit.scale[figure]}
        assert float(fit.index(up)) > middle
    forced = plain | {f: plain[f] + 12 * fit.scale[f] * np.sign(w) for f, w in fit.force.items() if f not in fit.energy}
    assert float(fit.index(forced)) == pytest.approx(middle - fit.penalty, abs=0.02)
    assert float(fit.index(plain | {"anything": 99.0})) == middle


def test_a_missing_figure_gives_its_weight_to_the_others() -> None:
    fit = model("relative")
    with_f1 = fit.terms({"centroid": 0.1, "f1": 0.1, "f0_sd": 0.0}, "force")
    without = fit.terms({"centroid": 0.1, "f0_sd": 0.0}, "force")
    assert set(without) == {"centroid", "f0_sd"}
    assert without["centroid"] == pytest.approx(1.5 * with_f1["centroid"], rel=0.01)
    assert np.isfinite(fit.index({"f0_mean": 1.0}))


def test_forceful_is_not_friendly() -> None:
    """A voice that only gets brighter and more open loses; one that rises and moves gains."""
    fit = model("relative")
    lively = {"f0_mean": 5.0, "f0_sd": 1.0, "level_sd": 0.3, "alpha": 4.0, "centroid": 0.15, "f1": 0.1, "smile": 0.0}
    forceful = lively | {"f0_sd": 0.0, "alpha": 7.5, "centroid": 0.45, "f1": 0.35}
    assert float(fit.index(lively)) > 1.5
    assert float(fit.index(lively)) - float(fit.index(forceful)) > 0.6


def test_the_neutral_voice_is_zero_against_itself(call: tuple[np.ndarray, int], neutral: Baseline) -> None:
    found = index(tracks_of(*call), neutral)
    assert found.value == pytest.approx(0.0, abs=0.1)
    assert found.facts["against"] == "own"
    assert index(tracks_of(*call), neutral) == found


def test_a_smiling_higher_voice_is_livelier_than_the_same_take(call: tuple[np.ndarray, int], neutral: Baseline) -> None:
    x, sr = call
    smiling = shift_f0(warp_formants(x, sr, 1.06), sr, 3.0)
    assert index(tracks_of(smiling, sr), neutral).value > index(tracks_of(x, sr), neutral).value + 0.5


def test_less_movement_is_less_lively_with_and_without_a_baseline(
    call: tuple[np.ndarray, int], neutral: Baseline
) -> None:
    x, sr = call
    flat, plain = tracks_of(scale_f0_range(x, sr, 0.4), sr), tracks_of(x, sr)
    assert index(flat).value < index(plain).value - 0.5
    assert index(flat, neutral).value < index(plain, neutral).value
    assert tone.level_dynamics(flat.manner).value == pytest.approx(tone.level_dynamics(plain.manner).value, abs=0.6)


def test_gain_moves_nothing(call: tuple[np.ndarray, int], neutral: Baseline) -> None:
    x, sr = call
    soft, plain = tracks_of(gain(x, -12), sr), tracks_of(x, sr)
    assert index(soft, neutral).value == pytest.approx(index(plain, neutral).value, abs=0.05)
    assert index(soft).value == pytest.approx(index(plain).value, abs=0.05)
    assert tone.brightness(soft.manner).value == pytest.approx(tone.brightness(plain.manner).value, abs=0.1)
    for measure in (tone.formant_f1, tone.formant_f2, tone.formant_f3):
        a, b = measure(soft.formants, soft.capture).value, measure(plain.formants, plain.capture).value
        assert a == pytest.approx(b, rel=0.01)


def test_uncertainty_is_wider_without_a_baseline_and_with_less_speech(
    call: tuple[np.ndarray, int], neutral: Baseline
) -> None:
    x, sr = call
    long, short = tracks_of(x, sr), tracks_of(x[sr : 3 * sr], sr)
    assert index(long).sd > 2 * index(long, neutral).sd
    assert index(short, neutral).sd > 1.5 * index(long, neutral).sd


def test_the_telephone_takes_formants_away_and_leaves_the_index(
    call: tuple[np.ndarray, int], neutral: Baseline
) -> None:
    over = tracks_of(*telephone(*call))
    for measure in (tone.formant_f1, tone.formant_f2, tone.formant_f3):
        found = measure(over.formants, over.capture)
        assert (found.value, found.reason) == (None, "telephone_band")
        assert all(say("reasons", "telephone_band", lang) for lang in LANGUAGES)
    assert "f1" not in over.manner.figures()
    by_telephone = index(over)
    assert by_telephone.value == pytest.approx(index(tracks_of(*call)).value, abs=0.5)
    assert index(over, neutral).facts["against"] == "population"  # a baseline of another channel is not used
    assert index(over, baseline_from(over)).value == pytest.approx(0.0, abs=0.15)


def test_silence_has_no_tone() -> None:
    for x in (np.zeros(32000, np.float32), np.zeros(8000, np.float32)):
        found = tracks_of(x, 16000)
        formants, capture, manner = found.formants, found.capture, found.manner
        got = [index(found), tone.formant_f1(formants, capture), tone.level_dynamics(manner), tone.brightness(manner)]
        for one in got:
            assert one.value is None
            assert one.reason is not None
            assert all(say("reasons", one.reason, lang, **one.facts) for lang in LANGUAGES)


def test_moments_are_where_the_voice_is_liveliest_and_flattest() -> None:
    fit = model("population")
    counts = np.full((20, len(COLUMNS)), 200.0)
    sums = np.zeros((20, len(COLUMNS)))
    names = {"level_square": 36.0, "f1": 6.1, "f4": 8.3} | {k: fit.centre[k] for k in ("alpha", "centroid")}
    for name, value in names.items():
        sums[:, COLUMNS.index(name)] = 200 * value
    spread = np.where(np.arange(20) < 8, 1.0, np.where(np.arange(20) < 14, 3.0, 5.5))
    sums[:, COLUMNS.index("f0_square")] = 200 * spread**2
    sums[:, COLUMNS.index("steps")] = 200 * spread * 10
    manner = Manner(tuple(Span(3.0 * k, 3.0 * k + 3) for k in range(20)), sums, counts)
    envelopes = Envelopes(np.arange(50) / 50, np.full(50, 200.0), np.zeros((50, 129), np.float32))
    found = tone.tone_index(manner, envelopes, (Span(0, 60),), SimpleNamespace(telephone=False), None)
    assert [e.code for e in found.evidence] == ["tone_flat", "tone_lively"]
    assert found.evidence[0].end <= 24
    assert found.evidence[1].start >= 42
    assert all(say("evidence", e.code, lang) for e in found.evidence for lang in LANGUAGES)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(0, 2**32 - 1), st.floats(0, 1e3))
def test_wild_figures_give_a_finite_index_or_a_reason(count: int, seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    counts = random.integers(0, 100, (count, len(COLUMNS))).astype(float)
    sums = np.where(counts > 0, scale * random.standard_normal(counts.shape), 0.0)
    manner = Manner(tuple(Span(2.0 * k, 2.0 * k + 1) for k in range(count)), sums, counts)
    envelopes = Envelopes(np.arange(9.0), np.full(9, 100.0), random.standard_normal((9, 129)).astype(np.float32))
    base = Baseline(
        "n", "", None, "wideband", 9.0, 9.0, 200.0, 2.0, None, None, {"f0_mean": 1.0, "alpha": 0.0}, np.zeros((2, 28))
    )
    for baseline in (None, base):
        found = tone.tone_index(manner, envelopes, (Span(0, 24),), SimpleNamespace(telephone=False), baseline)
        if found.value is None:
            assert found.reason == "too_little_voice"
        else:
            assert -3.01 <= found.value <= 2
            assert np.isfinite(found.sd)
            assert found.sd > 0


@pytest.mark.data
@pytest.mark.slow
def test_acted_happiness_stands_out_from_neutral_boredom_and_anger() -> None:
    if "VOICECOACH_DATA" not in os.environ:
        pytest.skip("VOICECOACH_DATA is not set: needs de_emodb")
    data = Path(os.environ["VOICECOACH_DATA"])
    with open(data / "manifest.csv", encoding="utf-8") as rows:
        takes = [row for row in csv.DictReader(rows) if row["path"].startswith("de_emodb")]
    wanted = ("happiness", "neutral", "boredom", "anger")
    takes = [t | {"recording": load(data / t["path"])} for t in takes if t["emotion"] in wanted]
    own: dict[str, list[float]] = {emotion: [] for emotion in wanted}
    anyone: dict[str, list[float]] = {emotion: [] for emotion in wanted}
    for take in takes:
        others = [
            t["recording"]
            for t in takes
            if t["speaker"] == take["speaker"] and t["emotion"] == "neutral" and t is not take
        ]
        baseline = baseline_from(tracks_of(np.concatenate([r.samples for r in others]), others[0].sr))
        tracks = Tracks(take["recording"])
        own[take["emotion"]].append(index(tracks, baseline).value)
        anyone[take["emotion"]].append(index(tracks).value)

    def auc(values: dict[str, list[float]], other: str) -> float:
        return float(np.mean(np.subtract.outer(values["happiness"], values[other]) > 0))

    assert auc(own, "neutral") >= 0.99
    assert auc(own, "boredom") >= 0.98
    assert auc(own, "anger") >= 0.80
    assert auc(anyone, "neutral") >= 0.93
    assert auc(anyone, "boredom") >= 0.93
