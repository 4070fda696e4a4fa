"""Work on a stream in several threads, with results in the order of the stream."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2
"""How many items for each thread may be under way, so that none runs dry and memory stays flat."""


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Generator[Result, None, None]:
    """`function` of every item, in order; `threads` of them at once.

    Items are taken and results given in the caller's thread, which is therefore the only one
    that reads, writes and meets signals. An error while taking an item comes after the results
    of the items before it, as it would with one thread.

    Args:
        function: pure; releases the interpreter's lock for the better part of its work.
        items: taken a few ahead of the results.
        threads: 1 works in the caller's thread, too.
    """
    source = iter(items)
    if threads == 1:
        yield from map(function, source)
        return
    from concurrent.futures import Future, ThreadPoolExecutor  # one thread needs none

    pending: deque[Future[Result]] = deque()
    failure: Exception | None = None
    pool = ThreadPoolExecutor(threads)
    try:
        while True:
            try:
                item = next(source)
            except StopIteration:
                break
            except Exception as error:
                failure = error
                break
            pending.append(pool.submit(function, item))
            while len(pending) > AHEAD * threads or (pending and pending[0].done()):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
        if failure is not None:
            raise failure
    finally:
        pool.shutdown(cancel_futures=True)
