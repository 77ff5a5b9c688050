"""How a person stops a recording: a key, Ctrl-C, or closing the terminal. Nothing of it interrupts a write."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

STOP_KEYS = frozenset("qQ \r\n")
LEAVING = ("SIGTERM", "SIGHUP")  # nobody is there any more to look at a report


class Stop:
    """Whether somebody asked to stop; ``leaving`` if the program is to end as well."""

    def __init__(self) -> None:
        self.asked = False
        self.leaving = False

    def __call__(self) -> bool:
        return self.asked or self._key()

    def _key(self) -> bool:
        if any(key in STOP_KEYS for key in _pressed()):
            self.asked = True  # never set to False: a signal may have come while the keys were read
        return self.asked

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        self.asked = True
        self.leaving = number != signal.SIGINT


@contextmanager
def stopping() -> Iterator[Stop]:
    """Within it, the object given is true as soon as somebody wants to stop.

    Ctrl-C and the signals that end a program are only noted. On a terminal single keys are read without Enter and
    without being shown; what was typed before is dropped, as is what is typed until the end.
    """
    stop = Stop()
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", *LEAVING):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None:
                before[number] = signal.signal(number, stop._signalled)
    try:
        with _single_keys():
            yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _single_keys() -> Iterator[None]:
    if sys.platform == "win32" or not _is_terminal():
        yield
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield
    finally:
        with suppress(termios.error):  # the terminal has been closed
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def _pressed() -> str:
    """Keys pressed since last asked."""
    if not _is_terminal():
        return ""
    if sys.platform == "win32":
        import msvcrt

        keys = ""
        while msvcrt.kbhit():
            keys += msvcrt.getwch()
        return keys
    import os
    import select

    try:
        if not select.select([sys.stdin], [], [], 0)[0]:
            return ""
        return os.read(sys.stdin.fileno(), 64).decode("utf-8", "replace")
    except OSError:  # the terminal has been closed
        return ""


def _is_terminal() -> bool:
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:  # closed
        return False
