from __future__ import annotations

import threading
import time

import pytest

from deepgraph.pipeline import AHEAD, in_order


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


def test_closing_drops_what_waits_and_ends_the_threads():
    before = threading.active_count()
    done = []

    def work(number):
        time.sleep(0.01)
        done.append(number)

    results = in_order(work, range(1000), 4)
    next(results)
    results.close()
    assert threading.active_count() == before
    assert len(done) < 4 * (AHEAD + 2)
