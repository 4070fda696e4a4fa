"""Work on a stream in several threads, with results in the order of the stream."""

from __future__ import annotations

import os
import threading
from collections import deque
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

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
    that reads, writes and meets signals; while an item is awaited, results wait, too. An error
    while taking an item comes after the results of the items before it, as it would with one
    thread. When the generator is closed, items that wait are dropped, and the threads end.

    Args:
        function: pure; releases the interpreter's lock for the better part of its work.
        items: taken a few ahead of the results.
        threads: 1 works in the caller's thread, too.
    """
    source = iter(items)
    if threads == 1:
        yield from map(function, source)
        return
    pool = _Pool(function, threads)
    pending: deque[_Task[Item, Result]] = deque()
    failure: Exception | None = None
    try:
        while True:
            try:
                item = next(source)
            except StopIteration:
                break
            except Exception as error:
                failure = error
                break
            pending.append(pool.start(item))
            while len(pending) > AHEAD * threads or (pending and pending[0].done.is_set()):
                yield pending.popleft().get()
        while pending:
            yield pending.popleft().get()
        if failure is not None:
            raise failure
    finally:
        pool.close()


class _Task(Generic[Item, Result]):
    """An item on its way to a result."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = threading.Event()
        self.result: Result | None = None
        self.error: BaseException | None = None

    def get(self) -> Result:
        self.done.wait()
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]  # set with `done`


class _Pool(Generic[Item, Result]):
    """Threads that work off a queue; `concurrent.futures` would cost more than a short table."""

    def __init__(self, function: Callable[[Item], Result], threads: int) -> None:
        self._function = function
        self._queue: SimpleQueue[_Task[Item, Result] | None] = SimpleQueue()
        self._most = threads
        self._threads: list[threading.Thread] = []
        self._closed = False

    def start(self, item: Item) -> _Task[Item, Result]:
        task: _Task[Item, Result] = _Task(item)
        self._queue.put(task)
        if len(self._threads) < self._most:
            thread = threading.Thread(target=self._work, daemon=True)
            thread.start()
            self._threads.append(thread)
        return task

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            if not self._closed:
                try:
                    task.result = self._function(task.item)
                except BaseException as error:
                    task.error = error
            task.done.set()

    def close(self) -> None:
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
