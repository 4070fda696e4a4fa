"""Settings and fixtures of all tests."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support.slow import TESTS, is_long, is_slow

if TYPE_CHECKING:
    from pathlib import Path

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


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out modules of which the mark leaves nothing, so that no process imports them."""
    wanted = config.option.markexpr
    if collection_path.suffix != ".py" or wanted not in ("slow", "not slow"):
        return None
    is_whole = is_slow(collection_path)
    if wanted == "not slow":
        return is_whole or None
    return not (is_whole or "mark.slow" in collection_path.read_text(encoding="utf-8")) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(TESTS) and is_slow(item.path):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: not is_long(item))
