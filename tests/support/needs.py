"""Programs and packages that some tests need beside Python."""

from __future__ import annotations

import os

import pytest


def need(found: object, what: str, cure: str) -> None:
    """Skip a test whose tool is missing; in CI, where everything has to run, fail it.

    Args:
        found: the tool; false if it is missing.
        what: its name.
        cure: how to install it.
    """
    if not found:
        reason = f"{what} is missing ({cure})"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
