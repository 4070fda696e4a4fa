"""Checks SOURCE_DATE_EPOCH, which the packages that write PDFs and plots read."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from deepgraph.errors import DrawingError

NAME = "SOURCE_DATE_EPOCH"


def require_epoch() -> None:
    """Check that the variable is unset, or a time that a file can hold.

    Raises:
        DrawingError: it is not.
    """
    text = os.environ.get(NAME)
    if not text:
        return
    try:
        datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise DrawingError(
            f"the environment variable {NAME} is {text[:40]!r}, and the seconds since 1970 belong "
            "there; mend it, or unset it"
        ) from None
