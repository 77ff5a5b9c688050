"""A cohort on a real Dask cluster of the loopback, from and to folders and a server that speaks S3."""

import csv
import io
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import soundfile

import voicecoach
from voicecoach.cohort import cluster, storage
from voicecoach.cohort.sources import Source
from voicecoach.cohort.work import Task, failure, keep
from voicecoach.errors import RecordingError, UsageError
from voicecoach.rubric import load_rubric

distributed = pytest.importorskip("distributed", reason="cluster not tested: pip install 'voicecoach[cluster]'")
boto3 = pytest.importorskip("boto3", reason="cluster not tested: pip install 'moto[server]'")
pytest.importorskip("s3fs", reason="cluster not tested: pip install 'voicecoach[cluster]'")

SAMPLE = Path(__file__).parents[2] / "sample_audio" / "rushed.flac"
ROOT = Path(voicecoach.__file__).parents[1]
SR = 16000
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
START_S = 60  # for a process to be ready on a busy machine

pytestmark = pytest.mark.slow


def calls(folder: Path, count: int) -> Path:
    """Different calls of two seconds with a day in their names, and one file that is no recording."""
    folder.mkdir()
    samples, _ = soundfile.read(SAMPLE, frames=2 * (count + 1) * SR)
    for number in range(count):
        call = samples[2 * number * SR : 2 * (number + 1) * SR]
        soundfile.write(folder / f"2026110{number + 1}.wav", call, SR)
    (folder / "20261109.wav").write_bytes(b"no recording")
    return folder


def here(work, tasks):
    return ((task, work(task)) for task in tasks)


def until(ready, process) -> None:
    end = time.monotonic() + START_S
    while not ready():
        assert process.poll() is None, "ended before it was ready"
        assert time.monotonic() < end
        time.sleep(0.05)


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def started(*command: object, **env: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, command)], env=os.environ | env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def graded_here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with calls in ``in`` and, in ``local``, what this process made of them when called from there."""
    folder = tmp_path_factory.mktemp("here")
    calls(folder / "in", 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        voicecoach.grade_cohort(["in"], "local", voices=False, mapper=here, lang="en")
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a server that speaks S3."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def answers() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    process = started("moto.server", "-H", "127.0.0.1", "-p", port, **KEYS)
    try:
        until(answers, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        ended(process)


@contextmanager
def dask(folder: Path, workers: int, **env: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Address and process of a scheduler with so many workers, each a process of one thread."""
    told = folder / "scheduler.json"
    first = started("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard",
                    "--scheduler-file", told, **env)  # fmt: skip
    processes = [first]
    try:
        until(told.exists, first)
        processes.append(started(
            "distributed.cli.dask_worker", "--scheduler-file", told, "--nworkers", workers, "--nthreads", 1,
            "--no-dashboard", "--local-directory", folder, **env,
        ))  # fmt: skip
        with distributed.Client(scheduler_file=str(told), set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=START_S)
            address = client.scheduler.address
        yield address, first
    finally:
        for process in reversed(processes):
            ended(process)


@pytest.fixture(scope="module")
def scheduler(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a scheduler with two workers, each a process of one thread, that may use the server."""
    env = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", "AWS_ENDPOINT_URL": server, **KEYS}
    with dask(tmp_path_factory.mktemp("dask"), 2, **env) as (address, _):
        yield address


def pids(address: str) -> set[int]:
    """Process ids of the two workers, as soon as there are two."""
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=START_S)
        return set(client.run(os.getpid).values())


def command(*asked: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voicecoach", "cohort", *map(str, asked), "--no-audio", "--lang", "en"], cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_cluster_gives_what_one_process_gives(
    scheduler: str, graded_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = command("in", "--out", "out", "--scheduler", scheduler, cwd=graded_here)
    assert done.returncode == 1, done.stderr  # one is no recording
    assert "4 recordings graded, 1 could not be." in done.stdout
    monkeypatch.chdir(graded_here)
    for name in ("results.csv", "results.parquet"):
        assert Path("out", name).read_bytes() == Path("local", name).read_bytes()
    pairs = [sorted(Path(folder).glob("r*s/*")) for folder in ("out", "local")]
    assert len(pairs[0]) == 13
    for one, other in zip(*pairs, strict=True):
        assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())


def test_a_worker_that_is_killed_loses_nothing(
    scheduler: str, graded_here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(graded_here)
    before = pids(scheduler)
    killed: list[int] = []

    def told(done: int, of: int, failed: int, new: int) -> None:
        if new == 1:
            killed.append(min(before))
            os.kill(killed[0], signal.SIGKILL)

    with cluster.on_cluster(scheduler) as mapper:
        voicecoach.grade_cohort(["in"], tmp_path, voices=False, mapper=mapper, told=told, lang="en")
    assert killed
    assert killed[0] not in pids(scheduler)
    assert (tmp_path / "results.csv").read_bytes() == Path("local/results.csv").read_bytes()


def test_a_recording_that_kills_its_process_is_a_row_and_workers_come_back(scheduler: str, tmp_path: Path) -> None:
    folder, before = calls(tmp_path / "in", 8), pids(scheduler)

    def deadly(task):
        if task.source.name == "20261103.wav":
            os.kill(os.getpid(), signal.SIGKILL)
        return keep(task, failure(task, RecordingError("empty_file", path=task.source.path)))

    with cluster.on_cluster(scheduler) as mapper:
        rows = voicecoach.grade_cohort(
            [folder], tmp_path / "out", mapper=lambda work, tasks: mapper(deadly, tasks)
        ).rows
    assert {row["name"]: row["failure"] for row in rows} == {
        f"2026110{day}.wav": "process_died" if day == 3 else "empty_file" for day in range(1, 10)
    }
    after = pids(scheduler)
    assert len(after) == 2
    assert after != before


def test_from_object_storage_to_object_storage(
    server: str, scheduler: str, graded_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    s3 = boto3.client("s3", endpoint_url=server)
    s3.create_bucket(Bucket="night")
    for path in (graded_here / "in").iterdir():
        s3.put_object(Bucket="night", Key=f"calls/王芳/{path.name}", Body=path.read_bytes())

    def read(key: str) -> bytes:
        return s3.get_object(Bucket="night", Key=key)["Body"].read()

    def rows() -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(read("out/results.csv").decode("utf-8-sig"), newline="")))

    asked = ("s3://night/calls", "--out", "s3://night/out", "--scheduler", scheduler)
    done = command(*asked, cwd=graded_here, AWS_ENDPOINT_URL=server)
    assert done.returncode == 1, done.stderr
    with (graded_here / "local/results.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = list(csv.DictReader(file))
    found = rows()
    for row in (*found, *expected):
        for name in ("recording", "trainee", "failure_zh", "failure_en"):  # where it lies
            row.pop(name)
    assert found == expected
    assert read("out/results.xlsx").startswith(b"PK")
    assert "20261102.wav" in read("out/cohort.html").decode()
    report = found[0]["report"]
    assert read(f"out/{report}").startswith(b"<!doctype html>")
    assert rows()[0]["recording"] == "s3://night/calls/王芳/20261101.wav"
    assert "s3://night/calls/王芳/20261109.wav" in rows()[4]["failure_en"]

    before, kept = rows(), s3.head_object(Bucket="night", Key=f"out/{report}")["LastModified"]
    s3.delete_object(Bucket="night", Key=f"out/rows/{found[1]['take']}.json")
    s3.delete_object(Bucket="night", Key="out/results.csv")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    with cluster.on_cluster(scheduler) as mapper:  # in this process: to start another and its libraries takes seconds
        again = voicecoach.grade_cohort(
            ["s3://night/calls"], "s3://night/out", mapper=mapper, resume=True, voices=False, lang="en"
        )
    assert again.known == 4
    assert rows() == before
    assert s3.head_object(Bucket="night", Key=f"out/{report}")["LastModified"] == kept


def test_a_cluster_of_this_machine_stops_at_ctrl_c_and_goes_on(tmp_path: Path) -> None:
    calls(tmp_path / "in", 3)
    asked = ("in", "--out", "out", "--cluster", "local", "--jobs", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "voicecoach", "cohort", *asked, "--no-audio", "--lang", "en"], cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, start_new_session=True, text=True,
    )  # fmt: skip
    until(lambda: list(tmp_path.glob("out/rows/*")), process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
    assert process.communicate(timeout=START_S)[1].splitlines() == [
        "voicecoach: Stopped. What is finished is kept; the same command with --resume goes on."
    ]
    assert process.returncode == 130
    done = command(*asked, "--resume", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "3 recordings graded, 1 could not be." in done.stdout
    assert all(line.startswith("voicecoach: ") for line in done.stderr.splitlines()), done.stderr


def test_a_scheduler_that_is_lost_ends_the_run_with_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = calls(tmp_path / "in", 3)
    with dask(tmp_path, 1) as (address, process):

        def told(done: int, of: int, failed: int, new: int) -> None:
            if new == 1:
                process.kill()
                process.wait()

        with pytest.raises(UsageError) as caught, cluster.on_cluster(address) as mapper:
            voicecoach.grade_cohort([folder], tmp_path / "out", voices=False, mapper=mapper, told=told)
    assert caught.value.code == "cluster_lost"
    assert len(list(tmp_path.glob("out/rows/*"))) >= 1
    assert capfd.readouterr().err == ""


def test_results_that_workers_do_not_see_are_refused(scheduler: str, tmp_path: Path) -> None:
    task = Task(Source("a.wav"), None, "a", str(tmp_path), load_rubric(), "en", False)
    with cluster.on_cluster(scheduler) as mapper, pytest.raises(UsageError) as caught:
        list(mapper(deny, [task]))
    assert caught.value.code == "cluster_storage"
    assert caught.value.facts["path"] == str(tmp_path / "run.json")


def test_what_ends_a_run_on_a_worker_ends_it_here(scheduler: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").touch()
    task = Task(Source("a.wav"), None, "a", str(tmp_path), load_rubric(), "en", False)

    def full(task):
        raise UsageError("cannot_write", path=task.out, found="No space left on device")

    with cluster.on_cluster(scheduler) as mapper, pytest.raises(UsageError) as caught:
        list(mapper(full, [task]))
    assert caught.value.code == "cannot_write"


def deny(task):
    raise AssertionError("nothing is to be done")


def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    for wrong in (address, "nonsense://x"):
        with pytest.raises(UsageError) as caught, cluster.on_cluster(wrong):
            pass
        assert caught.value.code == "cluster_unreachable"
        assert wrong in str(caught.value)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"voicecoach\[cluster\]"), cluster.on_cluster("tcp://127.0.0.1:1"):
        pass


@pytest.mark.parametrize(
    ("versions", "worker", "code"),
    [
        ({}, {}, None),
        ({"python": "3.11.99.final.0"}, {}, None),
        ({"python": "3.0.1.final.0"}, {}, "cluster_versions"),
        ({"voicecoach": "0.0.1"}, {}, "cluster_versions"),
        ({"numpy": None}, {}, "cluster_versions"),
        ({}, {"nthreads": 4}, "cluster_workers"),
        ({}, {"nanny": None}, "cluster_workers"),
    ],
)
def test_workers_that_would_grade_otherwise_are_refused(
    versions: dict[str, str], worker: dict[str, object], code: str | None
) -> None:
    same = dict.fromkeys((*cluster.LOADED, *cluster.DECIDING), "1") | {"python": "3.11.2.final.0"}
    client = SimpleNamespace(
        get_versions=lambda packages: {
            "client": {"packages": same}, "scheduler": {"packages": same},
            "workers": {"tcp://w:1": {"packages": same | versions}},
        },
        scheduler_info=lambda n_workers: {"workers": {"tcp://w:1": {"nthreads": 1, "nanny": "tcp://w:2"} | worker}},
    )  # fmt: skip
    if code is None:
        cluster._check_workers(client, "tcp://s:1")
        return
    with pytest.raises(UsageError, match="tcp://w:1") as caught:
        cluster._check_workers(client, "tcp://s:1")
    assert caught.value.code == code


def test_an_error_passes_to_another_process_whole() -> None:
    error = pickle.loads(pickle.dumps(RecordingError("empty_file", path=Path("calls/王.wav"))))
    assert (type(error), error.code, error.facts) == (RecordingError, "empty_file", {"path": str(Path("calls/王.wav"))})


def test_what_is_there() -> None:
    assert storage.there(str(SAMPLE))
    assert not storage.there(str(SAMPLE) + "x")
