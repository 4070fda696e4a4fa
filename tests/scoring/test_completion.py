"""The end of a run in parts: what is wrong is said, and no word remains that all is well."""

from __future__ import annotations

import os

import pytest

import deepgraph
from deepgraph.scoring import Evaluation, Work, finish
from deepgraph.scoring.completion import IncompleteError
from tests.support.folders import make_tables
from tests.support.strategies import SPECS

XOR = deepgraph.load(SPECS / "xor.json")


@pytest.fixture
def work(tmp_path):
    make_tables(tmp_path / "data", files=4, rows=20, bad=0.1)
    folders = {name: str(tmp_path / name) for name in ("out", "bad")}
    work = Work(Evaluation(XOR), str(tmp_path / "data"), folders["out"], skip=True,
                rejects=folders["bad"])  # fmt: skip
    for task in work.tasks:
        task()
    return work


def test_a_changed_byte_of_a_result_or_of_a_list_is_found(work, tmp_path):
    """Even if size and time are those of before, as of a disk that fails."""
    finish(work)
    for folder in ("out", "bad"):
        path = next((tmp_path / folder).rglob("part-00.csv"))
        content, there = path.read_bytes(), path.stat()
        path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
        os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))
        with pytest.raises(IncompleteError, match=r"table or result has changed: 1 of 4 tables: "):
            finish(work)
        path.write_bytes(content)
    finish(work)


def test_no_stale_word_stays_after_an_end_that_fails(work, tmp_path):
    finish(work)
    for name in ("_SUCCESS", "_manifest.json"):
        assert (tmp_path / "out" / name).exists()
    os.unlink(work.tasks[0].output)
    with pytest.raises(IncompleteError):
        finish(work)
    for name in ("_SUCCESS", "_manifest.json"):
        assert not (tmp_path / "out" / name).exists()


@pytest.mark.parametrize(("folder", "what"), [("out", "no result"), ("bad", "no list")])
def test_strays_are_found_among_results_and_among_lists(work, tmp_path, folder, what):
    stray = tmp_path / folder / "year=2020" / "old.csv"
    stray.write_text("file,row,column,text,reason\n")
    with pytest.raises(IncompleteError, match=f'/{folder}: "year=2020/old.csv" .* is {what} of'):
        finish(work)
    stray.unlink()
    assert finish(work)["read"] == 80
