"""The tour: a notebook whose cells run, and which holds what they show."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

DOCS = Path(__file__).parents[2] / "docs"


def test_the_cells_run_and_show_what_the_notebook_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python docs/_ext/tour.py` writes it anew."""
    monkeypatch.syspath_prepend(DOCS / "_ext")
    tour = importlib.import_module("tour")
    held = json.loads(tour.NOTEBOOK.read_text(encoding="utf-8"))
    found = tour.executed(held)
    assert sum(bool(cell.get("outputs")) for cell in held["cells"]) >= 9
    for one, other in zip(found["cells"], held["cells"], strict=True):
        assert one == other, other["source"]


def test_its_links_lead_to_pages() -> None:
    text = (DOCS / "tour.ipynb").read_text(encoding="utf-8")
    pages = re.findall(r"\]\(([\w-]+\.md)\)", text)
    assert pages
    assert all((DOCS / page).is_file() for page in pages)
