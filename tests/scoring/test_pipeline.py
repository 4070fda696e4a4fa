from __future__ import annotations

import subprocess
import sys
import threading
import time
from functools import partial
from itertools import count

import pytest

from deepgraph.scoring.pipeline import AHEAD, Behind, in_order
from deepgraph.words.option_names import option, read_at


@pytest.mark.parametrize("threads", [1, 2, 16])
def test_results_come_in_order(threads):
    def slow(number):
        time.sleep((number * 7 % 5) / 1000)
        return number

    assert list(in_order(slow, range(100), threads)) == list(range(100))
    assert list(in_order(slow, [], threads)) == []


@pytest.mark.parametrize("threads", [1, 4])
def test_the_first_error_in_order_is_the_one_that_is_raised(threads):
    def work(number):
        if number in (5, 6):
            time.sleep((6 - number) / 50)  # the later one fails first
            raise ValueError(number)
        return number

    def items():
        yield from range(8)
        raise OSError("behind all of them")

    results = in_order(work, items(), threads)
    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="5"):
        next(results)
    results = in_order(lambda number: number, items(), threads)
    assert [next(results) for _ in range(8)] == list(range(8))
    with pytest.raises(OSError, match="behind"):
        next(results)


def test_few_items_are_under_way():
    taken = []

    def items():
        for number in range(200):
            taken.append(number)
            yield number

    for number in in_order(lambda number: number, items(), 3):
        assert len(taken) - number <= 3 * AHEAD + 2


def test_results_come_before_an_item_that_takes_its_time():
    given = set()

    def items():
        for number in range(6):
            yield number
            if number % 2:
                yield None
                assert given == set(range(number + 1))

    for threads in (1, 2, 16):
        given.clear()
        for number in in_order(lambda number: number, items(), threads):
            given.add(number)
        assert given == set(range(6))


def threads_alive():
    return len(sys._current_frames())


def test_closing_drops_what_waits_and_ends_the_threads():
    before = threads_alive()
    done = []

    def work(number):
        time.sleep(0.01)
        done.append(number)

    results = in_order(work, count(), 4)
    next(results)
    assert threads_alive() == before + 4
    results.close()
    until = time.monotonic() + 10
    while threads_alive() > before and time.monotonic() < until:
        time.sleep(0.001)
    assert threads_alive() == before
    assert len(done) < 4 * (AHEAD + 2)


INTERRUPTED = """
import random, signal
from deepgraph.scoring.pipeline import in_order

class Stop(BaseException):
    pass

def stop(*_):
    global armed
    if armed:
        armed = False
        raise Stop

armed, stopped = False, 0
signal.signal(signal.SIGALRM, stop)
chance = random.Random(1)
for _ in range(1000):
    signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-5, 1.5e-3))
    try:
        armed = True
        list(in_order(lambda number: sum(range(200)), range(100), 16))
        armed = False
    except Stop:
        stopped += 1
print(stopped)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such timers")
def test_a_signal_at_any_moment_neither_hangs_nor_is_lost():
    command = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 100


def test_work_behind_is_told_of_in_order_and_bounded():
    gate, under_way, most, told = threading.Event(), [], [], []

    def work(number):
        under_way.append(number)
        most.append(len(under_way))
        gate.wait(10)
        under_way.remove(number)

    behind = Behind(2)
    for number in range(2):
        behind.start(partial(work, number), partial(told.append, number))
    assert told == []  # the caller went on
    gate.set()
    for number in range(2, 9):
        behind.start(partial(work, number), partial(told.append, number))
    behind.finish()
    behind.close()
    assert told == list(range(9))
    assert max(most) <= 2


def test_an_error_behind_is_raised_and_what_was_started_ends():
    ended = []

    def fail():
        raise ValueError("no room")

    behind = Behind(1)
    behind.start(fail, lambda: ended.append("never"))
    with pytest.raises(ValueError, match="no room"):
        behind.finish()
    behind.start(lambda: ended.append("last"), lambda: None)
    behind.close()
    assert ended == ["last"]


def test_work_behind_has_the_variables_of_its_caller():
    found = []
    with read_at("command"):
        behind = Behind(1)
        behind.start(lambda: found.append(option("output")), lambda: None)
        behind.finish()
        behind.close()
    assert found == ["-o"]
