"""Stores of both kinds, and takes to put into them: one sample call graded once, its report told of other sounds.

PostgreSQL is a server of our own: a fresh one, on a free port of this machine, gone after the tests.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
import soundfile

from voicecoach.store import Store, open_store

REQUIRED = "VOICECOACH_REQUIRE_POSTGRESQL"  # set where a missing server is a failure, as in CI
PASSWORD = "not%20secret"  # in the form of a URL, with a space in it
SR = 8000


@dataclass(frozen=True)
class Practice:
    """A recording and the report on it."""

    path: Path
    report: dict[str, Any]


Make = Callable[..., Practice]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for every test: nobody's real store is touched."""
    monkeypatch.setenv("VOICECOACH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def practise(graded: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a recording by number, with a whole report on it; ``suffix`` and file ``stem`` may be chosen."""
    folder = tmp_path_factory.mktemp("practice")

    def made(number: int, *, stem: str | None = None, suffix: str = ".wav") -> Practice:
        path = folder / f"{stem or f'take {number}'}{suffix}"
        if not path.exists():
            tone = 0.1 * np.sin(2 * np.pi * (200 + number) * np.arange(SR) / SR)
            soundfile.write(path, tone, SR, format="WAV")
        report = deepcopy(graded("rushed"))
        report["recording"] |= {
            "name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "duration_s": 1.0, "sr": SR,
        }  # fmt: skip
        return Practice(path, report)

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is not there yet, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'store.sqlite3'}"
    return str(request.getfixturevalue("server").emptied())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store of each kind."""
    with open_store(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def server() -> Iterator["Server"]:
    """A running PostgreSQL; skipped, and said so, where there is none, but not where it must be."""
    reason = missing()
    if reason is not None:
        if os.environ.get(REQUIRED):
            pytest.fail(f"{reason}, and {REQUIRED} is set")
        pytest.skip(reason)
    with running() as started:
        yield started


@dataclass(frozen=True)
class Server:
    port: int
    data: Path

    def url(self, database: str) -> str:
        return f"postgresql://tester:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def emptied(self) -> str:
        """The URL of a database with nothing in it; one serves all tests, for making one takes a second."""
        self.run("DROP SCHEMA public CASCADE")
        self.run("CREATE SCHEMA public")
        return self.url("postgres")

    def run(self, sql: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as db:
            db.execute(sql.encode())


def missing() -> str | None:
    """Why there can be no server here; None if there can."""
    if _program("initdb") is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed (pip install 'voicecoach[postgres]')"
    if os.getuid() == 0 and (shutil.which("runuser") is None or not _exists("postgres")):
        return "PostgreSQL does not run as root, and there is no user postgres to run it"
    return None


@contextmanager
def running() -> Iterator[Server]:
    """Make a cluster, start it, and take it away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="voicecoach-postgresql-"))
    try:
        secret = folder / "password"
        secret.write_text(unquote(PASSWORD))
        if os.getuid() == 0:
            for path in (folder, secret):
                shutil.chown(path, "postgres")
        data, port = folder / "data", _free_port()
        _run("initdb", "-D", data, "-U", "tester", "-E", "UTF8", "--no-locale", "--auth=scram-sha-256", "-N",
             f"--pwfile={secret}", folder=folder)  # fmt: skip
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        _run("pg_ctl", "-D", data, "-o", settings, "-l", folder / "log", "-w", "start", folder=folder)
        try:
            yield Server(port, data)
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", folder=folder)
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: object, folder: Path) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*user, str(_program(program)), *map(str, arguments)],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    log = folder / "log"
    assert done.returncode == 0, (program, done.stderr, log.read_text() if log.exists() else "")


def _program(name: str) -> str | None:
    of_debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(of_debian[-1]) if of_debian else shutil.which(name)


def _exists(user: str) -> bool:
    import pwd

    return any(entry.pw_name == user for entry in pwd.getpwall())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
