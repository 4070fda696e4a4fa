"""Writes one line of a CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def csv_line(cells: Sequence[str]) -> bytes:
    """Write cells as a line of a CSV, in quotes where they need it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)  # so that CR and LF are both quoted
    return text.getvalue().removesuffix("\r\n").encode() + b"\n"
