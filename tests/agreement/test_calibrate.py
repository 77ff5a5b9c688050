"""``voicecoach calibrate``: true bands come back, nothing is fitted to nothing, and what is written is a rubric."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import voicecoach
from voicecoach.agreement.calibration.crossvalidation import folds
from voicecoach.agreement.calibration.shapes import Sample, fit
from voicecoach.agreement.records import Grade, Take
from voicecoach.cli import app
from voicecoach.rubric import load_rubric
from voicecoach.rubric.curve import score_at, target

SAMPLES = Path(__file__).parents[2] / "sample_audio"



def milder(rate: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Trainers who want what the rubric wants, but take half the points."""
    return 45 + score / 2




@pytest.mark.slow
def test_the_band_that_trainers_have_in_mind_is_found(simulated: ModuleType) -> None:
    found = simulated.outcome(*simulated.graded_for_rate(simulated.faster, biases=(-5.0, 0.0, 5.0)))
    assert found.status == "fitted"
    row = next(row for row in found.rows if row.id == "speech_rate")
    assert row.fitted is not None
    assert row.fitted.model == "band"
    assert target(row.fitted.curve) == pytest.approx((180, 240), abs=8)
    assert row.target is not None
    for edge, true in zip(row.target, (180, 240), strict=True):
        assert edge.interval is not None
        assert edge.interval[0] - 3 <= true <= edge.interval[1] + 3
    steady = 0.2 * score_at([(12, 100), (22, 50), (35, 0)], np.random.default_rng(0).gamma(4, 4, 10_000)).mean()
    whole = 0.8 * score_at(row.fitted.curve, [130, 150, 210]) + steady
    assert whole == pytest.approx(simulated.faster(np.array([130.0, 150, 210]), whole), abs=8)
    assert found.gain.interval is not None
    assert found.gain.interval[0] > 20
    assert found.error_before is not None
    assert found.error_after is not None
    # what is left: the trainers' own error, 9 / sqrt(3), what the row of steadiness adds, and the fit's
    assert 9 / np.sqrt(3) < found.error_after < 0.25 * found.error_before
    assert found.kappa_before is not None
    assert found.kappa_after is not None
    assert found.kappa_after > 0.6
    assert found.kappa_before < 0


def test_trainers_who_are_only_milder_leave_the_target_where_it_is(simulated: ModuleType) -> None:
    found = simulated.outcome(*simulated.graded_for_rate(milder))
    row = next(row for row in found.rows if row.id == "speech_rate")
    assert row.fitted is not None
    assert row.fitted.model == "level"
    assert target(row.fitted.curve) == (120, 150)
    low, high = (score for score in (min(row.fitted.curve, key=lambda p: p[1])[1], max(y for _, y in row.fitted.curve)))
    assert high - low == pytest.approx(50, abs=8)


@pytest.mark.slow
def test_trainers_who_grade_as_the_rubric_does_change_nothing(simulated: ModuleType) -> None:
    """Five of a hundred studies of nothing may find something; of these twelve none or one does."""
    found = [simulated.outcome(*simulated.graded_for_rate(simulated.alike, seed=seed)).status for seed in range(12)]
    assert found.count("fitted") <= 1


def test_grades_that_follow_nothing_are_refused_as_a_teacher(simulated: ModuleType) -> None:
    """Trainers who agree, but on something else than the rate: the row would end as a constant."""

    def other(rate: np.ndarray, score: np.ndarray) -> np.ndarray:
        return np.random.default_rng(9).normal(60, 18, len(rate))

    found = simulated.outcome(*simulated.graded_for_rate(other, error=4.0))
    assert [row.status for row in found.rows if row.id == "speech_rate"] == ["flat"]
    assert found.status == "no_gain"


def test_the_gain_is_that_on_speakers_left_out(simulated: ModuleType) -> None:
    """A fit to many free points would shine on its own takes; cross-validated, noise gains nothing."""
    rng = np.random.default_rng(2)
    sample = Sample(rng.normal(190, 40, 60), np.zeros(60), np.ones(60), rng.normal(50, 15, 60))
    own = load_rubric().criterion("speech_rate")
    assert own is not None
    curve = fit(sample, own.curve or (), "band").curve
    inside = np.mean((score_at(curve, sample.values) - sample.wanted) ** 2)
    assert inside < np.var(sample.wanted)
    found = simulated.outcome(*simulated.graded_for_rate(simulated.alike, seed=3))
    assert all((row.gain.value or 0) < 1 for row in found.rows)


def test_no_speaker_is_on_both_sides_of_a_fold() -> None:
    speakers = [f"s{i % 17}" for i in range(90)]
    parts = folds(speakers, 10)
    assert len(set(zip(speakers, parts.tolist(), strict=True))) == 17
    assert set(parts.tolist()) == set(range(10))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"speakers": 9}, "too_few"), ({"speakers": 11}, "too_few"), ({"biases": (0.0,)}, "too_few"),
        ({"error": 45.0}, "unreliable"),
    ],
)  # fmt: skip
def test_too_little_to_learn_from(change: dict[str, object], status: str, simulated: ModuleType) -> None:
    found = simulated.outcome(*simulated.graded_for_rate(simulated.faster, **change))  # type: ignore[arg-type]
    assert found.status == status
    assert found.rows == ()


def test_takes_without_a_trainee_cannot_be_left_out_by_trainee(simulated: ModuleType) -> None:
    takes, grades = simulated.graded_for_rate(simulated.faster)
    nameless = [Take(**{**take.__dict__, "trainee": ""}) for take in takes]
    assert simulated.outcome(nameless, grades).status == "too_few"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--lang", "en"])


def files(
    folder: Path, write_results: Callable[..., Path], made: tuple[list[Take], list[Grade]]
) -> tuple[Path, Path]:
    takes, grades = made
    lines = [f"{g.take},{g.trainer},{g.requirement},{g.points:.1f}" for g in grades]
    (folder / "trainers.csv").write_text("take,trainer,requirement,grade\n" + "\n".join(lines), encoding="utf-8")
    return write_results(takes), folder / "trainers.csv"


@pytest.mark.slow
def test_the_rubric_that_is_written_is_checked_and_grades(
    tmp_path: Path, write_results: Callable[..., Path], simulated: ModuleType
) -> None:
    results, grades = files(tmp_path, write_results, simulated.graded_for_rate(simulated.faster))
    out = tmp_path / "ours.toml"
    done = run("calibrate", "--grades", grades, results, "--out", out)
    assert done.exit_code == 0, done.output
    assert "full score moved from 120–150 to" in done.output
    assert run("rubric", "check", out).exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert "# voicecoach calibrate --grades trainers.csv results.csv --out ours.toml" in text
    assert str(tmp_path) not in text
    table = tomllib.loads(text)
    assert table["extends"] == "etiquette"
    (row,) = table["criterion"]
    assert (row["id"], row["basis"]) == ("speech_rate", "fitted")
    assert "cross-validated" in row["source"]
    rubric = load_rubric(out)
    ours = rubric.criterion("speech_rate")
    assert ours is not None
    assert "120" not in ours.statement.en
    assert "(fitted to trainers' grades)" in ours.statement.en
    call = voicecoach.load(SAMPLES / "rushed.flac")
    before, after = voicecoach.grade(call), voicecoach.grade(call, rubric=rubric)
    assert before.criterion("speech_rate").value == after.criterion("speech_rate").value
    assert before.criterion("speech_rate").score != after.criterion("speech_rate").score
    assert "syllables/min" in (after.criterion("speech_rate").words["heard"] or {})["en"]


def test_a_file_is_never_replaced(
    tmp_path: Path, write_results: Callable[..., Path], simulated: ModuleType
) -> None:
    results, grades = files(tmp_path, write_results, simulated.graded_for_rate(simulated.faster))
    out = tmp_path / "ours.toml"
    out.write_text("mine", encoding="utf-8")
    assert run("calibrate", "--grades", grades, results, "--out", out).exit_code == 2
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_rubric_of_ones_own_is_written_whole(
    tmp_path: Path, write_results: Callable[..., Path], simulated: ModuleType
) -> None:
    own = tmp_path / "house.toml"
    own.write_text('extends = "etiquette"\nname = "house"\nmin_judged = 5\n', encoding="utf-8")
    results, grades = files(tmp_path, write_results, simulated.graded_for_rate(simulated.faster, base=own))
    out = tmp_path / "ours.toml"
    assert "--rubric FILE.toml" in run("calibrate", "--grades", grades, results, "--out", out).output
    done = run("calibrate", "--grades", grades, results, "--out", out, "--rubric", own)
    assert done.exit_code == 0, done.output
    whole, base = load_rubric(out), load_rubric(own)
    assert whole.min_judged == 5
    assert [row.id for row in whole.criteria] == [row.id for row in base.criteria]
    same = [row for row in whole.criteria if row == base.criterion(row.id)]
    assert len(same) == len(base.criteria) - 1


def test_refusals_say_what_is_needed_and_write_nothing(
    tmp_path: Path, write_results: Callable[..., Path], simulated: ModuleType
) -> None:
    out = tmp_path / "ours.toml"
    results, grades = files(tmp_path, write_results, simulated.graded_for_rate(simulated.faster, speakers=4))
    done = run("calibrate", "--grades", grades, results, "--out", out)
    assert done.exit_code == 2
    assert "A requirement needs 60 takes, 10 trainees" in done.output
    results, grades = files(tmp_path, write_results, simulated.graded_for_rate(simulated.alike))
    done = run("calibrate", "--grades", grades, results, "--out", out)
    assert done.exit_code == 2
    assert "no row came closer" in done.output
    assert not out.exists()


def test_results_of_another_rubric_are_refused(
    tmp_path: Path, write_results: Callable[..., Path], simulated: ModuleType
) -> None:
    results, grades = files(tmp_path, write_results, simulated.graded_for_rate(simulated.faster))
    done = run("calibrate", "--grades", grades, results, "--out", tmp_path / "a.toml", "--rubric", "contemporary")
    assert done.exit_code == 2
    assert "which is not this rubric" in done.output
