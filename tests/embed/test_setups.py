"""Sites in common set-ups, as a reader sees them; `tests/embed/setups` builds more, by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.embed.setups.__main__ import build
from tests.embed.setups.table import LIGHT, Setup
from tests.support.readers import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


@pytest.mark.parametrize("setup", LIGHT, ids=lambda setup: setup.name)
def test_a_set_up_has_no_fault(setup: Setup, reader: Reader, tmp_path: Path) -> None:
    site = build(setup, tmp_path, Path(sys.executable).parent)
    for page in setup.pages:
        found = reader.judge(site, page, switch=setup.switch)
        assert found.diagrams >= 3
        assert len(found.states) == 10 * (1 + bool(setup.switch))
        assert found.faults() == []


def test_a_reader_notices_faults(reader: Reader, tmp_path: Path) -> None:
    """The measure itself: a page with every fault that it is there to find."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" class="deepgraph" viewBox="0 0 900 90" '
        'style="width:900px;height:90px">'
        '<text x="9" y="20" font-size="8" fill="#bbb">w</text></svg>'
    )
    (tmp_path / "page.html").write_text(
        "<!doctype html><body style='background:#fff'><p id=a><p id=a><img src=gone.svg>"
        f"<link rel=stylesheet href='https://example.com/a.css'>"
        f"<div style='overflow:hidden'>{svg}</div><figure><div style='overflow:auto'>{svg}</div>"
    )
    told = "\n".join(reader.judge(tmp_path, "page.html", widths=(400,)).faults())
    for fault in (
        "id a twice",
        "image gone.svg is missing",
        "diagram 1: contrast 1.9",
        "a text of 8.00 px",
        "px out of reach (400 px, light by system)",
        "diagram 2: scrolls, but not by keyboard",
        "px cut off (718 px, light by print)",
        "asks example.com",
    ):
        assert fault in told, told
