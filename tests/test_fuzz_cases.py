"""Bytes that once broke a reader, found by `python -m tests.fuzz`, and what was made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CASES = sorted(
    path for reader in TARGETS for path in (Path(__file__).parent / "fuzz/cases" / reader).glob("*")
)


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_case_that_was_found(case):
    TARGETS[case.parent.name](case.read_bytes())


def test_every_case_belongs_to_a_reader():
    assert {path.name for path in (Path(__file__).parent / "fuzz" / "cases").iterdir()} <= set(
        TARGETS
    )
    assert CASES
