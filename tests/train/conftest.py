"""The network that most tests of training start from."""

from __future__ import annotations

import pytest

import deepgraph
from tests.support.strategies import SPECS


@pytest.fixture(scope="module")
def net():
    return deepgraph.load(SPECS / "deep_state.json")
