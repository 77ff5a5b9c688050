"""From measurements made by hand to scores: every rule of scoring, without a recording."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.errors import RubricError
from voicecoach.grading.scoring import Judged, judge
from voicecoach.grading.summary import summary
from voicecoach.results import CriterionResult, Evidence, Measurement, RequirementResult, missing
from voicecoach.rubric import Criterion, Rubric, load_rubric
from voicecoach.rubric.curve import normal_draws, score_at, target
from voicecoach.words import say

RUBRIC = load_rubric()
GOOD = RUBRIC.bands.on_target
PLENTY = {
    "speech_s": 120.0, "voiced_s": 60.0, "syllables": 300.0, "sentence_ends": 20.0, "snr_db": 30.0,
    "bandwidth_hz": 8000.0, "baseline_s": 60.0,
}  # fmt: skip
FACTS = {"windows": 10, "articulation": 250.0}


def at_best(rubric: Rubric = RUBRIC) -> dict[str, Measurement]:
    """Every row measured, without error, in the middle of its target."""
    found = {}
    for row in rubric.criteria:
        low, high = target(row.curve) if row.curve else (1.0, 1.0)
        value = low if high is None else high if low is None else (low + high) / 2
        assert value is not None
        found[row.id] = Measurement(float(value), row.unit, facts=FACTS)
    return found


def with_values(values: Mapping[str, float], sd: float = 0.0) -> dict[str, Measurement]:
    best = at_best()
    return best | {name: replace(best[name], value=value, sd=sd) for name, value in values.items()}


def lost(*ids: str, reason: str = "no_speech") -> dict[str, Measurement]:
    return at_best() | {name: missing("", reason) for name in ids}


def rows_of(requirement: str) -> list[str]:
    return [row.id for row in RUBRIC.rows(requirement)]


def judged(
    measured: Mapping[str, Measurement],
    available: Mapping[str, float] = PLENTY,
    rubric: Rubric = RUBRIC,
    lang: str = "en",
) -> Judged:
    return judge(measured, dict(available), rubric, lang)


def row(result: Judged, name: str) -> CriterionResult:
    return next(criterion for criterion in result.criteria if criterion.id == name)


def requirement(result: Judged, name: str) -> RequirementResult:
    return next(r for r in result.requirements if r.id == name)


def test_all_at_best_is_100_and_sure() -> None:
    result = judged(at_best())
    assert result.overall.score == pytest.approx(100)
    assert result.overall.interval == pytest.approx((100, 100))
    assert (result.overall.judged, result.overall.of, result.overall.band) == (6, 6, "on_target")
    assert result.overall.reason_code is None
    for r in result.requirements:
        assert (r.status, r.band, r.confidence, r.reason_code) == ("scored", "on_target", "high", None)
    for criterion in result.criteria:
        assert criterion.words["advice"] is None
        if criterion.weight and RUBRIC.stand_in(criterion.id) is None:
            assert criterion.score == pytest.approx(100)
            assert criterion.direction == "on_target"
        else:
            assert criterion.score is None
            assert criterion.status == "informative"


def test_the_same_measurements_are_judged_the_same_twice() -> None:
    measured = with_values({"speech_rate": 160.0, "f0_range": 7.0}, sd=5.0)
    assert judged(measured) == judged(measured)


def test_a_score_without_error_is_read_off_the_curve() -> None:
    result = judged(with_values({"speech_rate": 185.0}))
    assert row(result, "speech_rate").score == pytest.approx(50)
    assert row(result, "speech_rate").interval == (185, 185)
    rate = requirement(result, "rate")
    assert rate.score == pytest.approx(0.8 * 50 + 0.2 * 100)
    assert rate.band == "close"
    assert result.overall.score == pytest.approx((60 + 5 * 100) / 6)


def test_an_uncertain_value_scores_the_mean_over_its_error() -> None:
    """On a straight part of the curve error leaves the mean alone; at the edge of the band it costs."""
    straight = judged(with_values({"speech_rate": 202.5}, sd=5.0))
    assert row(straight, "speech_rate").score == pytest.approx(25, abs=0.1)
    edge = judged(with_values({"speech_rate": 150.0}, sd=10.0))
    # half of the draws lie past the edge, on average 10 * sqrt(2 / pi) syllables, at 50 points for 35 syllables
    assert row(edge, "speech_rate").score == pytest.approx(100 - 0.5 * 10 * np.sqrt(2 / np.pi) * 50 / 35, abs=0.1)
    assert row(edge, "speech_rate").interval == pytest.approx((150 - 16.45, 150 + 16.45))


def test_intervals_are_the_5th_and_95th_percentile() -> None:
    result = judged(with_values({"speech_rate": 202.5}, sd=5.0))
    spread = 1.645 * 5 * 50 / 35
    low, high = requirement(result, "rate").interval or (0, 0)
    assert low == pytest.approx(0.8 * (25 - spread) + 20, abs=0.2)
    assert high == pytest.approx(0.8 * (25 + spread) + 20, abs=0.2)
    low, high = result.overall.interval or (0, 0)
    assert high - low == pytest.approx(0.8 * 2 * spread / 6, abs=0.1)


def test_errors_of_rows_do_not_lean_on_each_other() -> None:
    """Two equal errors make an interval sqrt(2) wider than one, not twice."""
    one = judged(with_values({"speech_rate": 202.5}, sd=5.0)).overall.interval
    both = with_values({"speech_rate": 202.5}, sd=5.0)
    curve = RUBRIC.criterion("sentences_per_pause")
    assert curve is not None
    both["sentences_per_pause"] = replace(both["sentences_per_pause"], value=5.0, sd=0.8 * 5 * 50 / 35 / 0.45 / 22.5)
    two = judged(both).overall.interval
    assert one is not None
    assert two is not None
    assert (two[1] - two[0]) / (one[1] - one[0]) == pytest.approx(np.sqrt(2), rel=0.06)


def test_confidence_follows_the_width_of_the_interval() -> None:
    def confidence(sd: float) -> str | None:
        return row(judged(with_values({"speech_rate": 202.5}, sd=sd)), "speech_rate").confidence

    assert [confidence(sd) for sd in (1.0, 4.0, 10.0)] == ["high", "medium", "low"]


def test_less_than_four_judged_have_no_overall_score() -> None:
    three = lost(*rows_of("rate"), *rows_of("pause"), *rows_of("tone"))
    result = judged(three)
    assert result.overall.judged == 3
    assert result.overall.score is None
    assert result.overall.interval is None
    assert result.overall.band is None
    assert result.overall.reason_code == "too_few_judged"
    assert result.overall.reason == say("reasons", "too_few_judged", "en", judged=3, need=4)
    four = judged(lost(*rows_of("rate"), *rows_of("pause")))
    assert four.overall.judged == 4
    assert four.overall.score == pytest.approx(100)


def test_missing_is_not_zero() -> None:
    """A requirement that could not be judged leaves the others' mean alone."""
    rushed = with_values({"speech_rate": 220.0})["speech_rate"]
    result = judged(lost(*rows_of("clarity"), reason="no_sound") | {"speech_rate": rushed})
    clarity = requirement(result, "clarity")
    assert (clarity.status, clarity.score, clarity.interval, clarity.band) == ("not_measurable", None, None, None)
    assert (clarity.reason_code, clarity.confidence) == ("no_sound", None)
    assert clarity.reason == say("reasons", "no_sound", "en")
    assert result.overall.judged == 5
    assert result.overall.score == pytest.approx((20 + 4 * 100) / 5)


def test_a_row_that_is_missing_leaves_its_requirement_to_the_others() -> None:
    result = judged(lost("pause_length", reason="no_deliberate_pauses"))
    assert row(result, "pause_length").value is None
    assert row(result, "pause_length").score is None
    assert row(result, "pause_length").interval is None
    assert requirement(result, "pause").score == pytest.approx(100)


def test_too_little_speech_is_shown_and_not_scored() -> None:
    result = judged(at_best(), PLENTY | {"speech_s": 19.9})
    rate = row(result, "speech_rate")
    assert (rate.status, rate.score, rate.value) == ("informative", None, 135.0)
    assert rate.reason_code == "too_little_speech_s"
    assert rate.reason == say("reasons", "too_little_speech_s", "en", found=19.9, need=20)
    assert requirement(result, "rate").status == "informative"
    assert requirement(result, "rate").reason_code == "too_little_speech_s"
    assert requirement(result, "loudness").status == "scored"  # five seconds are enough for it
    assert judged(at_best(), PLENTY | {"speech_s": 20.0}).overall.judged == 6


@pytest.mark.parametrize(
    ("need", "short", "requirements"),
    [
        ("syllables", 59.0, {"pause"}),
        ("sentence_ends", 2.0, {"pause"}),
        ("voiced_s", 7.9, {"tone", "intonation"}),
        ("snr_db", 4.9, {"rate", "pause", "tone", "intonation"}),
        ("speech_s", 4.9, {"rate", "pause", "tone", "intonation", "loudness", "clarity"}),
        ("speech_s", 19.0, {"rate", "pause", "tone", "intonation", "clarity"}),
    ],
)
def test_needs_of_science_are_asked_for(need: str, short: float, requirements: set[str]) -> None:
    result = judged(at_best(), PLENTY | {need: short})
    assert {r.id for r in result.requirements if r.status != "scored"} == requirements
    assert {r.reason_code for r in result.requirements if r.status != "scored"} == {f"too_little_{need}"}


def test_steadiness_needs_windows_of_its_own() -> None:
    measured = at_best()
    measured["rate_steadiness"] = replace(measured["rate_steadiness"], facts={"windows": 4})
    assert row(judged(measured), "rate_steadiness").reason_code == "too_little_windows"
    assert row(judged(measured), "rate_steadiness").score is None


def test_without_a_baseline_what_needs_one_is_not_measurable_and_says_how_to_get_one() -> None:
    result = judged(lost("smile_shift", "f0_height", "effort", reason="no_baseline"), PLENTY | {"baseline_s": 0.0})
    for name in ("smile_shift", "f0_height", "effort"):
        assert row(result, name).status == "not_measurable"
        assert "--baseline" in (row(result, name).reason or "")
        assert "--baseline" in (row(result, name).words["advice"] or {})["en"]
    assert result.overall.judged == 6


STANDING = [row for row in RUBRIC.criteria if row.instead_of]


@pytest.mark.parametrize("one", STANDING, ids=lambda one: one.id)
def test_against_the_own_voice_the_general_row_steps_back(one: Criterion) -> None:
    """It keeps its value and says why it is not scored; the requirement is the others' mean."""
    assert one.instead_of is not None
    assert one.curve is not None
    general = RUBRIC.criterion(one.instead_of)
    assert general is not None
    assert general.curve is not None
    poor = min(general.curve, key=lambda point: point[1])[0]
    result = judged(with_values({general.id: poor}))
    stepped = row(result, general.id)
    assert (stepped.status, stepped.score, stepped.reason_code) == ("informative", None, "own_voice_instead")
    assert stepped.value == poor
    assert stepped.words["advice"] is None
    assert "own voice" in (stepped.reason or "")
    assert "自己的声音" in (stepped.words["reason"] or {})["zh"]
    assert row(result, one.id).status == "scored"
    assert requirement(result, one.requirement).score == pytest.approx(100)


@pytest.mark.parametrize("one", STANDING, ids=lambda one: one.id)
def test_where_the_own_voice_could_not_be_judged_by_the_general_row_is_scored(one: Criterion) -> None:
    """No baseline, one too short, or one that is no measure: all is as if the other row were not there."""
    assert one.instead_of is not None
    alone = RUBRIC.model_copy(update={"criteria": [row for row in RUBRIC.criteria if row.id != one.id]})
    expected = {r: requirement(judged(at_best(), rubric=alone), r).score for r in ("clarity", "loudness")}
    without = at_best() | {one.id: missing(one.unit, "no_baseline")}
    facts = {"own": 9.0, "need": 13.0}
    blurred = at_best() | {one.id: replace(at_best()[one.id], reason="baseline_blurred", facts=facts)}
    for measured, plenty in ((without, PLENTY), (blurred, PLENTY), (at_best(), PLENTY | {"baseline_s": 5.0})):
        result = judged(measured, plenty)
        assert row(result, one.instead_of).status == "scored"
        assert row(result, one.id).score is None
        assert {r: requirement(result, r).score for r in expected} == pytest.approx(expected)


def test_what_a_general_row_lacks_it_says_even_where_it_steps_back() -> None:
    found = row(judged(lost("articulation_contrast", reason="no_speech")), "articulation_contrast")
    assert (found.status, found.reason_code) == ("not_measurable", "no_speech")


def test_what_the_customer_hears_is_judged_whoever_speaks() -> None:
    """Level, noise, clipping, room, band and endings keep their weight: a habit of the speaker's excuses none."""
    absolute = {"active_level", "snr", "clipping", "clarity_noise", "reverberation", "bandwidth", "clipped_share",
                "swallowed_endings"}  # fmt: skip
    assert not absolute & {one.instead_of for one in STANDING}
    assert all(row(judged(at_best()), name).status == "scored" for name in absolute)


LOWEST = RUBRIC.criterion("smile_shift")


@pytest.mark.parametrize("others", [0, 1, 2])
@pytest.mark.parametrize("rest", [20.0, 70.0, 100.0])
def test_the_smile_never_costs_more_than_five_points(others: int, rest: float) -> None:
    """Whatever the smile scores, with six, five or four judged, and however good the rest is."""
    assert LOWEST is not None
    gone = [name for r in ("rate", "pause")[:others] for name in rows_of(r)]
    base = lost(*gone) | with_values({"tone_index": float(np.interp(rest, [0, 40, 70, 100], [-2.5, -1.2, 0, 1]))})
    base |= {name: missing("", "no_speech") for name in gone}
    without = judged(base | {"smile_shift": missing("%", "no_baseline")})
    worst = judged(base | {"smile_shift": Measurement(-20.0, "%")})
    assert worst.overall.judged == without.overall.judged == 6 - others
    assert row(worst, "smile_shift").score == pytest.approx(LOWEST.curve[0][1] if LOWEST.curve else None)
    assert without.overall.score is not None
    assert worst.overall.score is not None
    assert worst.overall.score >= without.overall.score - 5
    best = judged(base | {"smile_shift": Measurement(10.0, "%")})
    assert best.overall.score is not None
    assert best.overall.score >= without.overall.score - 1e-9


def test_the_limit_binds_where_it_has_to() -> None:
    """With a harsh curve the limit is reached: exactly five points, with four judged."""
    smile = next(r for r in RUBRIC.criteria if r.id == "smile_shift")
    harsh = smile.model_copy(update={"curve": [(0.0, 0.0), (4.0, 100.0)], "weight": 5.0})
    rubric = RUBRIC.model_copy(update={"criteria": [harsh if r.id == harsh.id else r for r in RUBRIC.criteria]})
    gone = [*rows_of("rate"), *rows_of("pause")]
    result = judged(lost(*gone) | {"smile_shift": Measurement(-5.0, "%")}, rubric=rubric)
    assert result.overall.judged == 4
    assert result.overall.score == pytest.approx(95)


def test_the_smile_alone_carries_no_tone() -> None:
    result = judged(lost("tone_index", reason="no_voice"))
    assert row(result, "smile_shift").status == "scored"
    tone = requirement(result, "tone")
    assert (tone.status, tone.score, tone.reason_code) == ("not_measurable", None, "no_voice")


def test_a_value_with_a_reason_is_not_scored() -> None:
    measured = at_best()
    measured["f0_range"] = replace(measured["f0_range"], reason="telephone_band")
    found = row(judged(measured), "f0_range")
    assert (found.status, found.score, found.reason_code) == ("informative", None, "telephone_band")
    assert found.value is not None


@pytest.mark.parametrize(
    ("cause", "key"), [("few_pauses", "high_few_pauses"), ("fast_articulation", "high_fast_articulation"), ("", "high")]
)
def test_advice_goes_by_cause(cause: str, key: str) -> None:
    measured = with_values({"speech_rate": 200.0})
    measured["speech_rate"] = replace(measured["speech_rate"], facts=FACTS | {"cause": cause})
    rate = RUBRIC.criterion("speech_rate")
    assert rate is not None
    expected = rate.advice[key].both(value=200.0, low=120.0, high=150.0, gap=50.0, articulation=250.0)
    assert row(judged(measured), "speech_rate").words["advice"] == expected
    assert row(judged(measured), "speech_rate").direction == "high"
    assert "50" in expected["en"] or "{gap" not in rate.advice[key].en


def test_advice_is_for_what_falls_short_only() -> None:
    """Just past the edge of a band nothing has to be done, and too little speech must not advise."""
    near = judged(with_values({"speech_rate": 151.0}))
    assert row(near, "speech_rate").direction == "high"
    assert row(near, "speech_rate").words["advice"] is None
    short = judged(with_values({"speech_rate": 300.0}), PLENTY | {"speech_s": 5.0})
    assert row(short, "speech_rate").words["advice"] is None
    low = judged(with_values({"speech_rate": 90.0}))
    assert row(low, "speech_rate").direction == "low"
    assert row(low, "speech_rate").words["advice"] is not None


def test_no_deliberate_pause_has_its_own_advice() -> None:
    found = row(judged(lost("sentences_per_pause", reason="no_deliberate_pauses")), "sentences_per_pause")
    pauses = RUBRIC.criterion("sentences_per_pause")
    assert pauses is not None
    assert found.words["advice"] == pauses.advice["no_deliberate_pauses"].model_dump()
    assert found.words["heard"] is None
    assert found.direction is None
    few = judged(lost("sentences_per_pause", reason="no_deliberate_pauses"), PLENTY | {"sentence_ends": 1.0})
    assert row(few, "sentences_per_pause").words["advice"] is None


def test_words_are_in_both_languages_and_the_reason_in_the_first() -> None:
    for lang in ("zh", "en"):
        result = judged(lost("snr"), lang=lang)
        words = row(result, "snr").words["reason"]
        assert words is not None
        assert row(result, "snr").reason == words[lang] == say("reasons", "no_speech", lang)
    measured = at_best()
    measured["snr"] = replace(measured["snr"], evidence=(Evidence(1.0, 2.0, "noise_alone"),))
    moment = row(judged(measured, lang="zh"), "snr").evidence[0]
    assert (moment.start, moment.end, moment.note) == (1.0, 2.0, say("evidence", "noise_alone", "zh"))
    assert moment.words["en"] == say("evidence", "noise_alone", "en")


def test_an_interval_ends_where_the_quantity_does() -> None:
    measured = with_values({"swallowed_endings": 2.0}, sd=10.0)
    low, high = row(judged(measured), "swallowed_endings").interval or (None, None)
    assert low == 0
    assert high == pytest.approx(18.45)


def test_a_rubric_that_asks_for_an_unknown_fact_is_refused_by_row() -> None:
    rate = next(r for r in RUBRIC.criteria if r.id == "speech_rate")
    typo = rate.model_copy(update={"heard": rate.heard.model_copy(update={"en": "About {valu:.0f}."})})
    rubric = RUBRIC.model_copy(update={"criteria": [typo if r.id == typo.id else r for r in RUBRIC.criteria]})
    with pytest.raises(RubricError, match=r"row speech_rate, field heard: found \{valu\}, expected one of .*value"):
        judged(at_best(), rubric=rubric)


def test_a_requirement_without_weight_is_shown_and_does_not_count() -> None:
    free = [r.model_copy(update={"weight": 0.0}) if r.id == "tone" else r for r in RUBRIC.requirements]
    rubric = RUBRIC.model_copy(update={"requirements": free})
    result = judged(with_values({"tone_index": -3.0}), rubric=rubric)
    assert requirement(result, "tone").score is not None
    assert result.overall.score == pytest.approx(100)


def test_the_summary_names_a_strength_and_the_weakest_with_what_to_do() -> None:
    measured = with_values({"speech_rate": 230.0, "f0_range": 7.0})
    measured["speech_rate"] = replace(
        measured["speech_rate"],
        facts=FACTS | {"cause": "few_pauses"},
        evidence=(Evidence(3.0, 8.0, "rate_fastest", {"rate": 260}),),
    )
    result = judged(measured)
    said = summary(result, GOOD)
    assert said["next"]["requirement"] == "rate"
    assert said["next"]["criterion"] == "speech_rate"
    assert said["next"]["words"] == row(result, "speech_rate").words["advice"]
    assert said["next"]["evidence"] == 0
    assert said["strength"]["requirement"] not in ("rate", "intonation")
    assert said["sentence"]["zh"].endswith("语速。")


def test_the_summary_of_nothing_and_of_all() -> None:
    nothing = summary(judged(lost(*(r.id for r in RUBRIC.criteria))), GOOD)
    assert nothing["strength"] is None
    assert nothing["next"] is None
    assert nothing["sentence"]["en"] == say("summary", "nothing_judged", "en")
    whole = summary(judged(at_best()), GOOD)
    assert whole["next"] is None
    assert whole["strength"] is not None


def test_a_call_in_practise_bands_only_is_not_praised() -> None:
    open_above = {r.id: target(r.curve)[1] is None for r in RUBRIC.criteria if r.curve}
    bad = {name: Measurement(-1e6 if above else 1e6, "", facts=FACTS) for name, above in open_above.items()}
    said = summary(judged(at_best() | bad), GOOD)
    assert said["strength"] is None
    assert said["next"] is not None


def test_draws_are_balanced_and_fixed() -> None:
    z = normal_draws(4)
    assert z.shape == (1000, 4)
    assert np.array_equal(z, normal_draws(4))
    assert np.allclose(z.mean(axis=0), 0, atol=1e-9)
    assert np.allclose(np.sort(z[:, 0]), np.sort(z[:, 1]))
    assert np.abs(np.corrcoef(z.T) - np.eye(4)).max() < 0.12
    assert np.percentile(z[:, 0], 95) == pytest.approx(1.645, abs=0.01)


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0, 100)), min_size=2, max_size=8, unique_by=lambda p: p[0]),
    st.floats(-1e6, 1e6),
)
def test_a_score_lies_between_the_curves_points(points: list[tuple[float, float]], value: float) -> None:
    curve = sorted(points)
    scores = [score for _, score in curve]
    assert min(scores) <= float(score_at(curve, value)) <= max(scores)
    low, high = target(curve)
    for edge in (low, high):
        assert edge is None or score_at(curve, edge) == pytest.approx(max(scores))


IDS = st.sampled_from([row.id for row in RUBRIC.criteria])


@given(st.dictionaries(IDS, st.floats(0, 100), max_size=12), st.floats(0, 1e6))
def test_wild_values_are_judged_within_bounds(values: dict[str, float], sd: float) -> None:
    limits = {r.id: r.limits for r in RUBRIC.criteria if r.limits}
    possible = {name: float(np.clip(value, *limits.get(name, (None, None)))) for name, value in values.items()}
    result = judged(with_values(possible, sd))
    for r in (result.overall, *result.requirements):
        assert r.score is None or 0 <= r.score <= 100
        assert r.interval is None or 0 <= r.interval[0] <= r.interval[1] <= 100
    for criterion in result.criteria:
        if criterion.interval:
            assert criterion.interval[0] <= criterion.interval[1]
