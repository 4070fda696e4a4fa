"""Works on a stream in several threads, with the results in the order of the stream."""

from __future__ import annotations

import _thread
from collections import deque
from contextlib import suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2
"""Items under way for each thread: enough that none runs dry, and memory stays flat."""


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item | None], threads: int
) -> Generator[Result, None, None]:
    """Apply `function` to every item in several threads; yield the results in order.

    Only the caller's thread takes items and yields results, so that it alone reads, writes and
    meets signals. While the next item is awaited, finished results wait, too, unless a `None` among
    the items says that the next one may take long. An error while taking an item is raised after
    the results of the items before it, as with one thread. When the generator is closed, waiting
    items are dropped, and the threads end.

    Args:
        function: pure; releases the interpreter's lock for most of its work.
        items: taken a few ahead of the results; a `None` has no result.
        threads: with 1, the caller's thread does the work, too.
    """
    source = iter(items)
    if threads == 1:
        yield from (function(item) for item in source if item is not None)
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
            if item is not None:
                pending.append(pool.start(item))
            while pending and (
                item is None or len(pending) > AHEAD * threads or pending[0].is_done()
            ):
                yield pending.popleft().get()
        while pending:
            yield pending.popleft().get()
        if failure is not None:
            raise failure
    finally:
        pool.close()


class Behind:
    """Work that is done in other threads while its caller goes on, and told of in its order.

    Args:
        threads: that work.
    """

    def __init__(self, threads: int) -> None:
        self._most = threads
        self._pool: _Pool[Callable[[], object], object] = _Pool(lambda work: work(), threads)
        self._pending: deque[tuple[_Task[Callable[[], object], object], Callable[[], object]]]
        self._pending = deque()

    def start(self, work: Callable[[], object], then: Callable[[], object]) -> None:
        """Start some work; wait for older work first if too much is under way.

        Args:
            work: done in another thread, with the context variables of the caller.
            then: called in the caller's thread when it is done, by a later `start` or `finish`.
        """
        context = copy_context()
        self._pending.append((self._pool.start(lambda: context.run(work)), then))
        self._take(self._most)

    def finish(self) -> None:
        """Wait for all work.

        Raises:
            Exception: of the first work that raised one.
        """
        self._take(0)

    def _take(self, left: int) -> None:
        while self._pending and (len(self._pending) > left or self._pending[0][0].is_done()):
            task, then = self._pending.popleft()
            task.get()
            then()

    def close(self) -> None:
        """Let all that was started come to its end, and end the threads."""
        for task, _ in self._pending:
            with suppress(Exception):  # of one that is told already, or of work before it
                task.get()
        self._pending.clear()
        self._pool.close()


class _Task(Generic[Item, Result]):
    """An item on its way to a result.

    A signal may end the wait for the result anywhere, even inside `threading.Event.wait`, which
    would then keep the lock that `set` needs. A `SimpleQueue` has no lock in Python.
    """

    def __init__(self, item: Item) -> None:
        self.item = item
        self._done: SimpleQueue[tuple[Result] | BaseException] = SimpleQueue()

    def work(self, function: Callable[[Item], Result]) -> None:
        try:
            self._done.put((function(self.item),))
        except BaseException as error:
            self._done.put(error)

    def is_done(self) -> bool:
        return not self._done.empty()

    def get(self) -> Result:
        found = self._done.get()
        if isinstance(found, BaseException):
            raise found
        return found[0]


class _Pool(Generic[Item, Result]):
    """Threads that work off a queue.

    To import `concurrent.futures` takes longer than to evaluate a short table, and
    `threading.Thread.start` waits for the thread by locks in Python, which a signal may leave
    locked.
    """

    def __init__(self, function: Callable[[Item], Result], threads: int) -> None:
        self._function = function
        self._queue: SimpleQueue[_Task[Item, Result] | None] = SimpleQueue()
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._most = threads
        self._started = 0
        self._closed = False

    def start(self, item: Item) -> _Task[Item, Result]:
        task: _Task[Item, Result] = _Task(item)
        self._queue.put(task)
        if self._started < self._most:
            _thread.start_new_thread(self._work, ())
            self._started += 1
        return task

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            if not self._closed:
                task.work(self._function)
        # For the next thread; one that was started may not be counted in `_started`.
        self._queue.put(None)
        self._ended.put(None)

    def close(self) -> None:
        self._closed = True
        self._queue.put(None)
        for _ in range(self._started):
            self._ended.get()
