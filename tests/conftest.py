"""Settings and fixtures of all tests."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.support.slow import TESTS, is_slow

# What a shell runs in its background ignores SIGINT, and our processes would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Thousands of command lines are run as processes. Where this variable is set, each would compile
# the package once more, which is half of its time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "deepgraph",
    deadline=None,  # a busy machine is no bug
    # As in Hypothesis' own profile for CI: a push is judged by the same examples as the last one.
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deepgraph")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(TESTS) and is_slow(item.path):
            item.add_marker(pytest.mark.slow)
