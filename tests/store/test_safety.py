"""Nothing finished is lost: kills, full disks, writers at once; and what is not ours or not whole is left as it is."""

import errno
import hashlib
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect, text

from voicecoach.errors import StoreError
from voicecoach.store import Store, database, files, migrations, open_store, people
from voicecoach.store.tables import METADATA

Make = Callable[..., Any]

# Adds takes until it has made COUNT, and says each one that is finished; at STAGE of the take number FATAL it is
# killed. The recordings are noise: a store does not listen to them.
WORKER = """
import hashlib, os, signal, sys
from pathlib import Path
from voicecoach.store import database, files, open_store, takes

url, folder, trainee, count, stage, fatal = sys.argv[1:]
deadly = False

def dying(function, *, before):
    def wrapped(*given, **named):
        if before and deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        found = function(*given, **named)
        if deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return wrapped

if stage == "copying":        # half a copy
    files.os.fsync = dying(os.fsync, before=True)
elif stage == "copied":       # in its place, no row yet
    files._copy = dying(files._copy, before=False)
elif stage == "written":      # every row there, not committed
    takes.put_report = dying(takes.put_report, before=False)
elif stage == "committed":    # all there, but for tidying up
    files.finished = dying(files.finished, before=True)

with open_store(url) as store:
    for number in range(int(count)):
        deadly = stage and number == int(fatal)
        path = Path(folder) / f"{trainee} {number}.wav"
        path.write_bytes(hashlib.sha256(path.name.encode()).digest() * 2000)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        about = {"name": path.name, "sha256": sha256, "duration_s": 1.0, "sr": 8000}
        rubric = {"name": "etiquette", "sha256": "0" * 64}
        report = {"recording": about, "rubric": rubric, "voicecoach": "1", "overall": {"score": 50.0}}
        report["more"] = "x" * 20000
        store.add_take("everybody", path, report)
        print(sha256, flush=True)
"""


def worker(url: str, folder: Path, name: str, count: int, stage: str = "", fatal: int = 0) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(folder), name, str(count), stage, str(fatal)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def is_whole(url: str, finished: set[str], *, exactly: bool = False) -> None:
    """Every finished take is there with its report and file, and there is nothing that belongs to no take."""
    with open_store(url) as store:
        takes = store.takes()
        kept = {take.sha256 for take in takes}
        assert len(kept) == len(takes)
        assert kept == finished if exactly else kept >= finished
        assert store.problems() == ()
        assert {path.stem for path in (store.root / "recordings").iterdir()} == kept
        assert list((store.root / "pending").iterdir()) == []
        for take in takes:
            assert store.report(take)["recording"]["sha256"] == take.sha256


# ------------------------------------------------------------------------------------------------------ interrupted


@pytest.mark.parametrize(
    ("stage", "kept"), [("copying", False), ("copied", False), ("written", False), ("committed", True)]
)
def test_killed_in_the_middle_of_a_take(url: str, tmp_path: Path, stage: str, kept: bool) -> None:
    out, err = (killed := worker(url, tmp_path, "a", 4, stage, 2)).communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL, err
    finished = set(out.split())
    assert len(finished) == 2
    third = hashlib.sha256((tmp_path / "a 2.wav").read_bytes()).hexdigest()
    is_whole(url, finished | {third} if kept else finished, exactly=True)
    about = {"name": "a 2.wav", "sha256": third, "duration_s": 1.0, "sr": 8000}
    rubric = {"name": "etiquette", "sha256": "0" * 64}
    with open_store(url) as store:
        report = {"recording": about, "rubric": rubric, "voicecoach": "1", "overall": {"score": 50.0}}
        store.add_take("everybody", tmp_path / "a 2.wav", report)
    is_whole(url, finished | {third}, exactly=True)


def test_killed_again_and_again_while_writing(url: str, tmp_path: Path) -> None:
    chance = random.Random(4)
    finished: set[str] = set()
    for round_ in range(3):
        running = worker(url, tmp_path, f"r{round_}", 100_000)
        assert running.stdout is not None
        for _ in range(chance.randint(1, 12)):
            finished.add(running.stdout.readline().strip())
        time.sleep(chance.uniform(0, 0.05))
        running.kill()
        rest, _ = running.communicate(timeout=60)
        finished |= set(re.findall(r"^[0-9a-f]{64}$", rest, flags=re.MULTILINE))
        is_whole(url, finished)


def test_a_failure_takes_back_the_whole_take(store: Store, practise: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = practise(1), practise(2)
    kept = store.add_take("Ana", first.path, first.report)
    with monkeypatch.context() as patch:
        patch.setattr("voicecoach.store.takes.put_report", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.add_take("Bo", second.path, second.report)
    assert store.takes() == (kept,)
    assert [who.name for who in store.trainees()] == ["Ana"]
    again = store.add_take("Bo", second.path, second.report)
    assert store.problems() == ()
    assert len(list((store.root / "recordings").iterdir())) == len({kept.sha256, again.sha256})


def test_several_processes_make_one_store_and_lose_nothing(url: str, tmp_path: Path) -> None:
    running = [worker(url, tmp_path, name, 10) for name in ("a", "b", "a")]  # two record the very same
    ended = [(one.communicate(timeout=240), one.returncode) for one in running]
    assert [code for _, code in ended] == [0, 0, 0], [err for (_, err), _ in ended]
    finished = {line for (out, _), _ in ended for line in out.split()}
    assert len(finished) == 20
    is_whole(url, finished, exactly=True)
    with open_store(url) as store:
        assert [who.name for who in store.trainees()] == ["everybody"]


# -------------------------------------------------------------------------------------------------- full, busy, …


def test_a_full_disk_under_the_database(practise: Make, home: Path) -> None:
    first, second = practise(1), practise(2)
    with open_store() as store:
        kept = store.add_take("Ana", first.path, first.report)
        pages = len((home / "store.sqlite3").read_bytes()) // 4096
        event.listen(store.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages}"))
        store.engine.dispose()
        with pytest.raises(StoreError, match="the disk is full"):
            store.add_take("Bo", second.path, second.report, note="x" * 1_000_000)
    with open_store() as store:
        assert store.takes() == (kept,)
        assert store.problems() == ()
        assert len(list((home / "recordings").iterdir())) == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EACCES])
def test_a_full_disk_under_the_recordings(
    store: Store, practise: Make, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    one = practise(1)
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(StoreError) as error:
            store.add_take("Ana", one.path, one.report)
    assert error.value.code == ("store_unwritable" if code == errno.EACCES else "store_full")
    assert store.takes() == ()
    assert not list((store.root / "pending").glob("*.part"))
    assert store.add_take("Ana", one.path, one.report) == store.takes()[0]


def test_whoever_waits_too_long_is_told(url: str, practise: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    one = practise(1)
    with open_store(url):  # the tables are there
        pass
    monkeypatch.setattr(database, "PATIENCE_S", 0.2)
    monkeypatch.setattr(database, "PRAGMAS", ("busy_timeout = 200", *database.PRAGMAS[1:]))
    with open_store(url) as busy, open_store(url) as waiting:
        with database.writing(busy.engine), pytest.raises(StoreError, match="writing for too long"):
            waiting.add_take("Ana", one.path, one.report)
        assert waiting.takes() == ()
        waiting.add_take("Ana", one.path, one.report)


# ------------------------------------------------------------------------------------------------ refused, untouched


def test_a_store_of_a_newer_version_is_refused(url: str) -> None:
    with open_store(url) as store, database.writing(store.engine) as db:
        db.execute(text("INSERT INTO voicecoach_migrations VALUES (99, 'later', '2030-01-01')"))
    with pytest.raises(StoreError, match=r"newer voicecoach \(store version 99; this one reads up to 1\)"):
        open_store(url)


def test_another_programs_database_is_refused(url: str, home: Path) -> None:
    with open_store(url) as store, database.writing(store.engine) as db:
        for table in inspect(db).get_table_names():
            db.execute(text(f"DROP TABLE {table}" + (" CASCADE" if db.dialect.name == "postgresql" else "")))
        db.execute(text("CREATE TABLE songs (title TEXT)"))
    with pytest.raises(StoreError, match=r"another program's \(it holds songs\)"):
        open_store(url)


def test_a_store_that_lacks_a_table_is_refused(url: str) -> None:
    with open_store(url) as store, database.writing(store.engine) as db:
        db.execute(text("DROP TABLE reports"))
    with pytest.raises(StoreError, match=r"the store is damaged \(table reports\)"):
        open_store(url)


def foreign(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE songs (title TEXT)")
    db.close()


def scribbled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[8192:12288] = os.urandom(4096)
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (foreign, "store_foreign"),
        (scribbled, "store_damaged"),
        (lambda file: file.write_bytes(b"\0" * 100 + file.read_bytes()[100:]), "store_damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:20_000]), "store_damaged"),
        (lambda file: file.write_text("a letter to my aunt"), "store_damaged"),
        (lambda file: file.write_bytes(b""), "store_lost"),
        (lambda file: file.unlink(), "store_lost"),
    ],
    ids=["foreign", "scribbled", "header", "cut", "letter", "emptied", "gone"],
)
def test_what_is_refused_is_left_as_it_was(home: Path, practise: Make, spoil: Make, code: str) -> None:
    one = practise(1)
    with open_store() as store:
        store.add_take("Ana", one.path, one.report)
    if code == "store_foreign":
        (home / "store.sqlite3").unlink()
    spoil(home / "store.sqlite3")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    with pytest.raises(StoreError) as error:
        open_store()
    assert error.value.code == code
    after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before} == before
    assert {path.name for path in set(after) - set(before)} <= {"store.sqlite3-shm", "store.sqlite3-wal"}  # by reading
    assert len(before) == (1 if code == "store_lost" and not (home / "store.sqlite3").exists() else 2)


def test_a_folder_in_the_way_is_told(home: Path) -> None:
    (home / "store.sqlite3").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be read or written"):
        open_store()


def test_a_home_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VOICECOACH_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(StoreError, match="cannot be read or written"):
        open_store()


# ------------------------------------------------------------------------------------------------------- migrations


def test_the_tables_are_what_the_queries_take_them_for(store: Store) -> None:
    with database.reading(store.engine) as db:
        there = inspect(db)
        made = {table: {column["name"] for column in there.get_columns(table)} for table in there.get_table_names()}
    assert made == {name: {column.name for column in table.columns} for name, table in METADATA.tables.items()}


def test_numbers_of_migrations_have_no_gap() -> None:
    assert list(migrations.known()) == list(range(1, len(migrations.known()) + 1))


@pytest.mark.parametrize("sql", ["CREATE TABLE late (x TEXT);\n", "CREATE TABLE late (x TEXT);\nNO SUCH THING;\n"])
def test_a_change_of_the_tables_is_made_once_and_whole_or_not_at_all(
    url: str, practise: Make, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    one = practise(1)
    with open_store(url) as store:
        take = store.add_take("Ana", one.path, one.report)
    known = migrations.known()
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "known", lambda: known | {2: ("late", sql)})
        if "NO" in sql:
            with pytest.raises(Exception, match=r"(?i)syntax error"):
                open_store(url)
        else:
            for _ in range(2):
                open_store(url).close()
    number = 1 if "NO" in sql else 2
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "known", lambda: known | ({2: ("late", sql)} if number == 2 else {}))
        with open_store(url) as store, database.reading(store.engine) as db:
            assert migrations.version(db, "") == number
            assert ("late" in inspect(db).get_table_names()) == (number == 2)
            assert store.takes() == (take,)


# -------------------------------------------------------------------------------------------------------- forgetting


def test_nothing_of_a_forgotten_person_is_left_in_the_bytes(home: Path, practise: Make) -> None:
    secret = "Wilhelmine-Unverwechselbar"
    with open_store() as store:
        for number in range(12):
            one = practise(number)
            who = secret if number % 2 else "Bo"
            store.add_take(who, one.path, one.report, note=f"note of {who}", script=f"script of {who} " * 400)
        reader = sqlite3.connect(home / "store.sqlite3")  # one that had the log open
        reader.execute("SELECT count(*) FROM takes").fetchall()
        gone = store.forget(secret)
        assert (gone.takes, gone.reports, gone.recordings, gone.left, gone.held) == (6, 6, 6, (), ())
        reader.close()
        for path in (path for path in home.rglob("*") if path.is_file()):
            assert secret.encode() not in path.read_bytes(), path
        assert len(store.takes("Bo")) == len(list((home / "recordings").iterdir())) == 6
        assert store.problems() == ()


def test_a_reader_that_holds_old_pages_is_found_out(
    home: Path, practise: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left is looked for, not assumed to be gone: here the log cannot be emptied."""
    one = practise(1)
    monkeypatch.setattr("voicecoach.store.forget.PATIENCE_S", 0.1)
    with open_store() as store:
        store.add_take("Ana", one.path, one.report)
        reader = sqlite3.connect(home / "store.sqlite3", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM takes").fetchall()
        gone = store.forget("Ana")
        assert gone.left == ()
        assert {Path(where).name for where in gone.held} <= {"store.sqlite3", "store.sqlite3-wal"}
        assert gone.held
        reader.execute("COMMIT")
        reader.close()
    assert b"Ana" not in (home / "store.sqlite3").read_bytes()


def test_a_recording_that_two_share_stays_for_the_other(store: Store, practise: Make) -> None:
    one = practise(1)
    for name in ("Ana", "Bo"):
        store.add_take(name, one.path, one.report)
    gone = store.forget("Ana")
    assert (gone.takes, gone.recordings, gone.shared, gone.left) == (1, 0, 1, ())
    assert store.problems() == ()
    assert store.forget("Bo").recordings == 1
    assert list((store.root / "recordings").iterdir()) == []


def test_a_baselines_recordings_are_forgotten_too(store: Store, practise: Make) -> None:
    import voicecoach

    one, two = practise(1), practise(2)
    voice = voicecoach.load(two.path)
    own = store.set_baseline("Ana", {}, [voice], [voicecoach.load(one.path)])
    store.add_take("Ana", one.path, one.report, baseline=own.id)
    gone = store.forget("Ana")
    assert (gone.baselines, gone.recordings, gone.left) == (1, 2, ())
    assert list((store.root / "recordings").iterdir()) == []


def test_a_file_that_cannot_be_removed_is_said_and_tried_again(
    url: str, practise: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = practise(1)
    with open_store(url) as store:
        take = store.add_take("Ana", one.path, one.report)
        path = store.recording_path(take)
        with monkeypatch.context() as patch:
            patch.setattr(files, "_gone", lambda path: not path.exists())
            gone = store.forget("Ana")
        assert (gone.left, gone.held) == ((str(path),), ())
        assert path.exists()
    with open_store(url):
        assert not path.exists()


def test_forgetting_that_was_interrupted_is_finished_at_the_next_opening(
    url: str, practise: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = practise(1)
    with open_store(url) as store:
        take = store.add_take("Ana", one.path, one.report)
        pages = store.put_page(take, "page"), store.recording_path(take)
        with monkeypatch.context() as patch:
            patch.setattr(files, "settle", interrupted_after(files.settle, 1))
            with pytest.raises(KeyboardInterrupt):
                store.forget("Ana")
        assert store.trainees() == ()
        assert all(path.exists() for path in pages)
    with open_store(url):
        assert not any(path.exists() for path in pages)


def interrupted_after(function: Make, calls: int) -> Make:
    left = [calls]

    def wrapped(*given: Any) -> Any:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return function(*given)

    return wrapped


def test_recordings_that_nobody_spoke_of_are_not_ours_to_remove(home: Path) -> None:
    """Only what an interrupted take left behind is swept: a database put back from a backup loses no recording."""
    with open_store() as store:
        unknown = store.root / "recordings" / ("a" * 64 + ".wav")
        unknown.write_bytes(b"voice")
    open_store().close()
    assert unknown.exists()


def test_the_name_of_a_forgotten_person_can_be_used_anew(store: Store, practise: Make) -> None:
    one = practise(1)
    first = store.add_take("Ana", one.path, one.report)
    store.forget("Ana")
    assert store.add_take("Ana", one.path, one.report).id != first.id
    assert people.cleaned("Ana") == store.trainees()[0].name
