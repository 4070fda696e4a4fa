"""Bytes that once broke a reader, found by `python tests/fuzz`, and what was made of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "fuzz"
sys.path.insert(0, str(HERE))

from targets import TARGETS  # noqa: E402 (in the folder above)

CASES = sorted(path for reader in TARGETS for path in (HERE / "cases" / reader).glob("*"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_case_that_was_found(case):
    TARGETS[case.parent.name](case.read_bytes())


def test_every_case_belongs_to_a_reader():
    assert {path.name for path in (HERE / "cases").iterdir()} <= set(TARGETS)
    assert CASES
