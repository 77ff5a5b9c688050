"""What is put into a store comes out of it again, on SQLite and on PostgreSQL alike."""

import unicodedata
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import voicecoach
from voicecoach import Baseline, UsageError
from voicecoach.errors import StoreError
from voicecoach.store import Store, open_store
from voicecoach.store.export import safe_name
from voicecoach.store.people import INVISIBLE, REFUSED

Make = Callable[..., Any]
DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)
NAMES = ["王芳", "👩‍💼 Ana", "Jean  Luc", "x" * 200, "../x", "O'Hara; DROP TABLE takes", "100%_", "Zoë"]


def baseline(sha256: str = "0" * 64, name: str = "neutral.wav") -> Baseline:
    shapes = np.ones((2, 28))
    return Baseline(name, sha256, "2026-03-01", "wideband", 60, 40, 200, 3, -26.0, -9.0, {"h1h2": 1.5}, shapes)


def files_in(store: Store, folder: str = "recordings") -> list[str]:
    return sorted(path.name for path in (store.root / folder).iterdir())


def test_a_take_comes_back_as_it_was_given(store: Store, practise: Make) -> None:
    one = practise(1, suffix=".WAV")
    take = store.add_take("王芳", one.path, one.report, recorded=DAY, note="第一次", script="您好")
    assert (take.trainee, take.note, take.script, take.recorded) == ("王芳", "第一次", "您好", DAY)
    assert (take.name, take.duration_s, take.sr, take.bytes) == ("take 1.WAV", 1.0, 8000, one.path.stat().st_size)
    assert take.score == one.report["overall"]["score"]
    assert store.report(take) == one.report
    assert store.take(take.id[:5]) == take
    assert store.takes() == store.takes("王芳") == (take,)
    assert store.recording_path(take).name == f"{one.report['recording']['sha256']}.wav"
    assert store.recording_path(take).read_bytes() == one.path.read_bytes()
    assert store.problems() == ()


def test_the_same_recording_is_one_take_and_one_file(store: Store, practise: Make, tmp_path: Path) -> None:
    one = practise(1)
    first = store.add_take("Ana", one.path, one.report, note="kept")
    copy = tmp_path / "another name.mp3"
    copy.write_bytes(one.path.read_bytes())
    again = store.add_take("Ana", copy, one.report)
    assert (again.id, again.note, again.recorded, len(again.reports)) == (first.id, "kept", first.recorded, 1)
    assert store.add_take("Ana", one.path, one.report, note="new").note == "new"
    other = store.add_take("Bo", one.path, one.report)
    assert other.id != first.id
    assert [len(store.takes(who)) for who in ("Ana", "Bo")] == [1, 1]
    assert files_in(store) == [f"{first.sha256}.wav"]


def test_a_report_is_kept_for_each_rubric_and_version_and_the_newest_of_each(store: Store, practise: Make) -> None:
    one = practise(1)
    take = store.add_take("Ana", one.path, one.report)
    other = one.report | {"rubric": one.report["rubric"] | {"name": "contemporary", "sha256": "c" * 64}}
    later = one.report | {"voicecoach": "9.9.9"}
    better = one.report | {"overall": one.report["overall"] | {"score": 99.0}}
    for report in (other, later, better):
        take = store.add_report(take, report)
    kept = [(graded.rubric, graded.voicecoach, graded.score) for graded in take.reports]
    score = one.report["overall"]["score"]
    assert kept == [
        ("etiquette", one.report["voicecoach"], 99.0), ("etiquette", "9.9.9", score),
        ("contemporary", one.report["voicecoach"], score),
    ]  # fmt: skip
    assert store.report(take) == better
    assert store.report(take.id, "contemporary") == other
    with pytest.raises(UsageError, match="has no report"):
        store.report(take, "nobody's")
    with pytest.raises(ValueError, match="another recording"):
        store.add_report(take, practise(2).report)


def test_a_report_that_judged_too_little_has_no_score(store: Store, practise: Make) -> None:
    one = practise(1)
    report = one.report | {"overall": one.report["overall"] | {"score": None}}
    assert store.add_take("Ana", one.path, report).score is None


def test_takes_are_listed_newest_first(store: Store, practise: Make) -> None:
    for day, number in enumerate((3, 1, 2)):
        one = practise(number)
        store.add_take("Ana" if day else "Bo", one.path, one.report, recorded=DAY + timedelta(days=day))
    assert [take.name for take in store.takes()] == ["take 2.wav", "take 1.wav", "take 3.wav"]
    assert [take.name for take in store.takes("Ana")] == ["take 2.wav", "take 1.wav"]


def test_when_it_was_recorded_is_when_the_file_was_written_unless_told(store: Store, practise: Make) -> None:
    one = practise(1)
    take = store.add_take("Ana", one.path, one.report)
    assert abs(take.recorded.timestamp() - one.path.stat().st_mtime) < 1e-3


def test_a_beginning_names_a_take_if_it_is_the_only_one(store: Store, practise: Make) -> None:
    made = [practise(number) for number in range(20)]
    ids = [store.add_take("Ana", one.path, one.report).id for one in made]
    twice = next(start for start in "0123456789abcdef" if sum(i.startswith(start) for i in ids) > 1)
    with pytest.raises(UsageError) as error:
        store.take(twice)
    assert error.value.code == "ambiguous_take"
    for wrong in ("", "%", "_", "xyz", "0" * 16, "'"):
        with pytest.raises(UsageError, match="no such take"):
            store.take(wrong)


def test_a_recording_that_changed_since_it_was_graded_is_not_kept(store: Store, practise: Make, tmp_path: Path) -> None:
    one = practise(1)
    changed = tmp_path / "take 1.wav"
    changed.write_bytes(one.path.read_bytes() + b"\0")
    with pytest.raises(UsageError, match="not the recording the report is about"):
        store.add_take("Ana", changed, one.report)
    with pytest.raises(UsageError, match="no such file"):
        store.add_take("Ana", tmp_path / "gone.wav", one.report)
    assert (store.takes(), store.trainees(), files_in(store), files_in(store, "pending")) == ((), (), [], [])


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind_are_names(store: Store, practise: Make, name: str) -> None:
    one = practise(1)
    store.add_take(f"  {name} ", one.path, one.report)
    assert [who.name for who in store.trainees()] == [name]
    assert len(store.takes(name)) == 1


@given(st.text(min_size=1, max_size=220))
@example("\u200b")
@example("x" * 201)
@example("a\nb")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_name_or_is_refused(store: Store, name: str) -> None:
    bare = unicodedata.normalize("NFC", name).strip()
    kinds = {unicodedata.category(c) for c in bare}
    if len(bare) > 200 or kinds <= INVISIBLE or kinds & REFUSED:
        with pytest.raises(UsageError, match="cannot be a trainee's name"):
            store.set_pseudonym(name, "P")
        return
    who = store.set_pseudonym(name, "P")
    assert store.trainee(name) == store.trainee(f" {name} ") == who
    assert store.forget(name).left == ()
    assert store.trainees() == ()


@given(st.text(max_size=300))
def test_any_name_makes_a_file_name(name: str) -> None:
    made = safe_name(name)
    assert Path(made).name == made
    assert 0 < len(made.encode()) <= 120


def test_composed_and_decomposed_letters_are_one_name(store: Store, practise: Make) -> None:
    for number, name in enumerate(("Zoe\u0308", "Zoë")):
        one = practise(number)
        store.add_take(name, one.path, one.report)
    assert len(store.takes("Zoë")) == 2


def test_unknown_trainees_are_named(store: Store) -> None:
    for call in (store.takes, store.baselines, store.forget, store.trainee):
        with pytest.raises(UsageError, match="Nobody: there is no such trainee"):
            call("Nobody")
    with pytest.raises(UsageError, match="no such trainee"):
        store.export("Nobody", "nobody.zip")
    assert not Path("nobody.zip").exists()


# ------------------------------------------------------------------------------------------------------- baselines


def test_the_newest_baseline_is_the_active_one(store: Store, practise: Make) -> None:
    neutral, smiling = (voicecoach.load(practise(number).path) for number in (1, 2))
    first = store.set_baseline("Ana", baseline().to_dict(), [neutral], [smiling], made=DAY, facts={"room": "quiet"})
    plain = baseline(name="second.wav").to_dict()
    later = DAY + timedelta(days=9)
    second = store.set_baseline("Ana", plain, [neutral, smiling], made=later, smile_evidence=False)
    assert first.neutral == (neutral.sha256,)
    assert first.smiling == (smiling.sha256,)
    assert (first.active, first.facts, first.smile_evidence) == (True, {"room": "quiet"}, True)
    assert store.baseline("Ana") == second
    assert second.neutral == (neutral.sha256, smiling.sha256)
    assert not second.smile_evidence
    assert [one.active for one in store.baselines("Ana")] == [True, False]
    assert store.baseline("Ana", at=DAY + timedelta(days=3)).id == first.id  # type: ignore[union-attr]
    assert store.baseline("Ana", at=DAY - timedelta(days=3)) is None
    assert np.array_equal(Baseline.from_dict(second.data).codebook, np.ones((2, 28)))
    assert len(files_in(store)) == 2


def test_a_report_knows_its_baseline(store: Store, practise: Make) -> None:
    one = practise(1)
    own = store.set_baseline("Ana", baseline().to_dict(), [voicecoach.load(practise(2).path)])
    assert store.add_take("Ana", one.path, one.report, baseline=own.id).reports[0].baseline == own.id
    assert store.baseline("Ana") == own


def test_who_has_no_baseline_has_none(store: Store, practise: Make) -> None:
    one = practise(1)
    store.add_take("Ana", one.path, one.report)
    assert store.baseline("Ana") is None


# ------------------------------------------------------------------------------------------------------ pseudonyms


def test_with_a_pseudonym_the_name_is_in_no_report_and_no_export(store: Store, practise: Make, tmp_path: Path) -> None:
    name = "王芳芳"
    before, after = practise(1, stem=f"{name}一"), practise(2, stem=f"{name}二")
    own = practise(3, stem=f"{name}三")
    voice = baseline(own.report["recording"]["sha256"], own.path.name)
    store.set_baseline(name, voice.to_dict(), [voicecoach.load(own.path)])
    first = store.add_take(name, before.path, before.report | {"baseline": voice.summary()}, note=f"{name}的第一次")
    page = store.put_page(first, "the page")
    assert store.set_pseudonym(name, "P7").shown == "P7"
    assert not page.exists()
    store.add_take("P7", after.path, after.report | {"baseline": voice.summary()})
    assert [take.trainee for take in store.takes(name)] == ["P7", "P7"]
    assert [take.name.partition("-")[0] for take in store.takes("P7")] == ["P7", "P7"]
    made = store.export(name, tmp_path / "all.zip", voice=False)
    with zipfile.ZipFile(made.path) as archive:
        for entry in archive.namelist():
            assert name not in entry
            assert name.encode() not in archive.read(entry), entry
    assert made.reports == 2


def test_a_pseudonym_is_one_persons(store: Store) -> None:
    store.set_pseudonym("Ana", "P1")
    store.set_pseudonym("Bo", "P2")
    for taken in ("P1", "Ana"):
        with pytest.raises(UsageError, match="another trainee has this name"):
            store.set_pseudonym("Bo", taken)
    assert store.set_pseudonym("P2", "P3").name == "Bo"
    assert [who.shown for who in store.trainees()] == ["P1", "P3"]


# ----------------------------------------------------------------------------------------------------------- places


def test_a_store_says_where_its_recordings_lie(store: Store, home: Path, practise: Make) -> None:
    one = practise(1)
    take = store.add_take("Ana", one.path, one.report)
    assert store.recording_path(take).is_relative_to(home)
    store.recording_path(take).unlink()
    assert store.problems() == (str(store.root / "recordings" / f"{take.sha256}.wav"),)
    with pytest.raises(StoreError, match="the recording is not there"):
        store.recording_path(take)
    assert store.add_take("Ana", one.path, one.report) == store.take(take.id)
    assert store.problems() == ()


def test_the_default_is_one_file_at_home(home: Path, practise: Make) -> None:
    one = practise(1)
    with open_store() as opened:
        opened.add_take("Ana", one.path, one.report)
    assert sorted(path.name for path in home.iterdir()) == ["pages", "pending", "recordings", "store.sqlite3"]
    assert home.stat().st_mode & 0o077 == 0


def test_two_stores_in_one_folder_keep_apart(tmp_path: Path, practise: Make) -> None:
    one = practise(1)
    urls = [f"sqlite:///{tmp_path}/{name}" for name in ("a.db", "b.db")]
    for url in urls:
        with open_store(url) as opened:
            opened.add_take("Ana", one.path, one.report)
    with open_store(urls[0]) as first, open_store(urls[1]) as second:
        assert first.forget("Ana").recordings == 1
        assert second.problems() == ()


@pytest.mark.parametrize(
    "wrong", ["voices.db", "sqlite://", "sqlite:///:memory:", "mysql://me:secret@host/x", "", "://"]
)
def test_what_is_no_address_of_a_store_is_refused_without_its_password(wrong: str) -> None:
    with pytest.raises(UsageError) as error:
        open_store(wrong)
    assert error.value.code == "bad_store_url"
    assert "secret" not in str(error.value)
