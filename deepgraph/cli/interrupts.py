"""Ctrl-C and the request to end become exceptions where nothing swallows them.

Python raises them between any two of its steps. Two kinds of place swallow an exception: a callback
(of a weak reference, of a finaliser, of a C library), and an import, since many a library catches
whatever an optional module raises. Python's import system also holds its lock in such a callback;
raised there, Ctrl-C was lost, and the lock stayed held, so that the next thread that imported
waited for ever. So neither is raised while the main thread imports, and each that a callback has
swallowed is raised once more.
"""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

PAUSE = 0.005
"""Seconds until the next look at whether the import is over."""

PATIENCE = 2.0
"""Seconds after which an import, of a slow disk perhaps, is interrupted all the same."""


class Terminated(BaseException):
    """The process was asked to end; files are tidied up on the way out."""


RAISED = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: Terminated}


def listen() -> None:
    """Raise what the two signals ask for; a program with its own handler of Ctrl-C keeps it."""
    own = _Listener(sys._getframe(1).f_code)
    with suppress(ValueError):  # only the main thread of a program may say what signals do
        signal.signal(signal.SIGTERM, own.arrived)
        if _listens(signal.getsignal(signal.SIGINT)):
            signal.signal(signal.SIGINT, own.arrived)
        if own.has_timer:
            signal.signal(signal.SIGALRM, own.look_again)
            sys.unraisablehook = own.unraisable


def fall_silent() -> None:
    """From here on a signal ends the process at once, without a word: everything is done."""
    with suppress(ValueError):
        for number in RAISED:
            if _listens(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)


def _listens(handler: object) -> bool:
    """Whether a handler is Python's own or that of an earlier call, which may be replaced."""
    return handler is signal.default_int_handler or isinstance(_owner(handler), _Listener)


def _owner(function: object) -> object:
    """What a bound method is bound to."""
    return getattr(function, "__self__", None)


class _Listener:
    """What the handlers of one call of the command line know."""

    def __init__(self, floor: CodeType) -> None:
        self._floor = floor
        self._waiting: dict[int, float] = {}  # each signal that came, and when
        earlier = _owner(sys.unraisablehook)
        self._hook: Callable[[sys.UnraisableHookArgs], Any]
        self._hook = earlier._hook if isinstance(earlier, _Listener) else sys.unraisablehook
        self.has_timer = False  # Windows has none, and a program may need its own
        if hasattr(signal, "setitimer"):
            handler = signal.getsignal(signal.SIGALRM)
            self.has_timer = handler is signal.SIG_DFL or isinstance(_owner(handler), _Listener)

    def arrived(self, number: int, frame: FrameType | None) -> None:
        """Raise the exception of a signal, at once or when the import is over."""
        first = self._waiting.setdefault(number, time.monotonic())
        if self.has_timer and time.monotonic() - first < PATIENCE and self._imports(frame):
            signal.setitimer(signal.ITIMER_REAL, PAUSE)
            return
        del self._waiting[number]
        if self._waiting:  # the other one came, too
            signal.setitimer(signal.ITIMER_REAL, PAUSE)
        raise RAISED[signal.Signals(number)]

    def _imports(self, frame: FrameType | None) -> bool:
        """Whether the command line imports here; an import that called it does not count."""
        while frame is not None and frame.f_code is not self._floor:
            if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
                return True
            frame = frame.f_back
        return False

    def look_again(self, _: int, frame: FrameType | None) -> None:
        """Let each signal that waits arrive once more, at whoever listens now."""
        for number in list(self._waiting):
            if signal.getsignal(number) == self.arrived:
                self.arrived(number, frame)
            else:
                del self._waiting[number]
                signal.raise_signal(number)

    def unraisable(self, what: sys.UnraisableHookArgs) -> None:
        """Raise once more what a callback has swallowed; any other error is told as usual."""
        for number, kind in RAISED.items():
            if what.exc_type is kind:
                self._waiting.setdefault(number, time.monotonic())
                signal.setitimer(signal.ITIMER_REAL, PAUSE)
                return
        self._hook(what)
