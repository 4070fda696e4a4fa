"""Keeps BLAS within the calling thread while several threads work on tiles.

Threads over tiles share the cores as they become free. Threads inside BLAS wait for each other
after every block; on a busy machine that was measured to be two to four times slower.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = threading.Lock()
_users = 0
_limit: Any = None


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController  # only large dense blocks need it

    return ThreadpoolController().select(user_api="blas")


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to the calling thread, in the whole process, until the last user is done."""
    global _users, _limit  # noqa: PLW0603 - it is the process that has one BLAS
    with _lock:
        if not _users:
            _give_up_control()
            _limit = _controller().limit(limits=1)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                _give_up_control()
                _limit.restore_original_limits()
                _give_up_control()


def _give_up_control() -> None:
    """Let any thread set the limit of OpenBLAS.

    threadpoolctl lets only the thread do so that did it first; but here the last user lifts what
    the first one has set, and the next one may be a third.
    """
    for library in _controller().lib_controllers:
        clear = getattr(library, "clear_controlling_thread", None)  # since threadpoolctl 3.8
        if clear is not None:
            clear(force=True)


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
