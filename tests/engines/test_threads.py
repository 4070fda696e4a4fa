"""BLAS within one thread, and released afterwards."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from deepgraph.engines.threads import cores, one_blas_thread


def blas_threads():
    np.ones((2, 2)) @ np.ones((2, 2))
    found = ThreadpoolController().select(user_api="blas").info()
    return [library["num_threads"] for library in found]


def test_blas_has_one_thread_until_the_last_user_is_done():
    before = blas_threads()
    assert before
    with one_blas_thread():
        with one_blas_thread():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


def test_threads_that_come_and_go_in_any_order_are_limited():
    """The last user need not be the first, and another thread may have had the limit before."""
    before = blas_threads()
    with one_blas_thread():
        pass
    first, last = one_blas_thread(), one_blas_thread()
    found = []

    def one():
        first.__enter__()
        found.append(blas_threads())

    def two():
        last.__enter__()
        first.__exit__(None, None, None)
        found.append(blas_threads())
        last.__exit__(None, None, None)

    for work in (one, two):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert {count for counts in found for count in counts} == {1}  # scipy may have its own BLAS
    assert blas_threads() == before
    with one_blas_thread():
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


def test_an_error_releases_it():
    before = blas_threads()
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        raise ZeroDivisionError
    assert blas_threads() == before


def test_cores_are_those_of_the_process(monkeypatch):
    assert 1 <= cores() <= (os.cpu_count() or 1)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert cores() == os.cpu_count()
