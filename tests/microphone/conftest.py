"""The command in a terminal of its own: a pseudo-terminal that shows what a person would see and takes keys."""

import fcntl
import importlib.util
import os
import pty
import resource
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "sample_audio"
FAKE = Path(__file__).parent / "fake"
PATIENCE_S = 60.0


class Terminal:
    """A command running in a pseudo-terminal; ``out`` is what it wrote to stdout where that is kept apart."""

    def __init__(
        self, arguments: list[object], *, piped: bool, environment: dict[str, str], limit: int | None, folder: Path
    ) -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        command = [sys.executable, "-m", "voicecoach", *map(str, arguments)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if piped else slave,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if piped else slave,
            env=environment,
            cwd=folder,
            start_new_session=True,
            preexec_fn=in_its_place(limit, terminal=not piped),
        )
        os.close(slave)

    def sees(self, text: str) -> None:
        """Wait until the screen has shown ``text``."""
        until = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            assert time.monotonic() < until, f"never saw {text!r} in {self.seen[-800:]!r}"
            if not self._read():
                assert text in self.seen, f"never saw {text!r} in {self.seen[-800:]!r}"

    def types(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def signals(self, number: int) -> None:
        self.process.send_signal(number)

    def ends(self) -> tuple[int, str, str]:
        """Exit code, stdout, and all that was on the screen."""
        until = time.monotonic() + PATIENCE_S
        while self._read() or self.process.poll() is None:
            assert time.monotonic() < until, f"does not end: {self.seen[-800:]!r}"
        assert self.process.stdout is not None
        return self.process.wait(), self.process.stdout.read().decode(), self.seen

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self.master)

    def _read(self) -> bool:
        """Take what is there; False when the other side is closed."""
        if not select.select([self.master], [], [], 0.05)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self.master, 65536)
        except OSError:  # how Linux tells that nobody holds the other side
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)


def in_its_place(limit: int | None, *, terminal: bool) -> Callable[[], None]:
    """What the child does first: take the terminal for its own, so that Ctrl-C in it is a signal, and, with a
    limit, let no file grow beyond so many bytes: what a full disk looks like, without filling one."""

    def prepare() -> None:
        if terminal:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return prepare


Starts = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starts]:
    """Start ``voicecoach`` in a terminal, in English; ``fake`` puts a stand-in of that kind in sounddevice's place."""
    started: list[Terminal] = []

    def starts(
        *arguments: object, fake: str | None = None, piped: bool = False, limit: int | None = None,
        folder: Path = tmp_path, **more: str,
    ) -> Terminal:  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES", "DISPLAY", "BROWSER")}
        paths = [str(Path(__file__).parents[2]), environment.get("PYTHONPATH", "")]
        if fake is not None:
            paths.insert(0, str(FAKE))
            environment["FAKE_MICROPHONE"] = fake
        environment |= {"LANG": "en_GB.UTF-8", "PYTHONIOENCODING": "utf-8", "TERM": "xterm", "COLUMNS": "100"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        environment["VOICECOACH_HOME"] = str(tmp_path / "home")
        one = Terminal(list(arguments), piped=piped, environment=environment | more, limit=limit, folder=folder)
        started.append(one)
        return one

    yield starts
    for one in started:
        one.close()


Uses = Callable[[str], None]


@pytest.fixture
def uses(monkeypatch: pytest.MonkeyPatch) -> Uses:
    """In this process: put the stand-in of that kind in sounddevice's place, or what its absence looks like."""

    def put(kind: str) -> None:
        monkeypatch.setenv("FAKE_MICROPHONE", kind)
        if kind in ("no_portaudio", "no_package"):  # fails when it is imported
            monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
            monkeypatch.syspath_prepend(FAKE)
            return
        spec = importlib.util.spec_from_file_location("sounddevice", FAKE / "sounddevice.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setitem(sys.modules, "sounddevice", module)

    return put
