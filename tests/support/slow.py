"""Which modules of tests take long: `pytest -m "not slow"` leaves them out, `.ci/run` runs them.

In other modules single tests carry the mark, those that take more than some six seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

TESTS = Path(__file__).parents[1]

SLOW = {
    *("cli", "live"),
    *("diff/test_picture.py", "diff/test_json_patch.py"),
    *("docs/test_not_learning.py", "docs/test_site.py"),
    *("draw/graphviz/test_pictures.py", "draw/test_browser.py"),
    *("draw/output/test_mermaid.py", "draw/output/test_svg_paint.py", "draw/output/test_tikz.py"),
    *("embed/test_hostile.py", "embed/test_myst_nb.py", "embed/test_mystmd.py"),
    *("embed/test_nbconvert.py", "embed/test_search.py", "embed/test_serving.py"),
    *("embed/test_setups.py", "embed/test_sites.py", "embed/test_sphinx.py"),
    *("embed/test_sphinx_pictures.py", "embed/test_sphinx_places.py"),
    *("embed/test_sphinx_words.py", "embed/test_superfences.py"),
    *("draw/layout/test_irregular.py", "evaluate/test_odd_numbers.py", "explain/test_latex.py"),
    *("formats/writers/test_programs.py", "formats/writers/test_sql.py"),
    *("scoring/test_spark.py", "test_naughty.py", "train/test_diagnosis.py"),
}
"""Folders and modules. Most tests there start processes of their own: the command line, a browser,
a generator of sites, a compiler; a few compute for minutes."""

LONG = {
    "draw/test_browser.py::test_nothing_overlaps",
    "live/test_arithmetic.py::test_every_line_of_the_gallery_is_that_of_explain",
    "live/test_arithmetic.py::test_two_hundred_random_networks",
    "live/test_hostile.py::test_naughty_texts_do_nothing_and_are_shown_exactly",
}
"""Tests of which a single one takes half a minute or more. They run first: one that begins when the
others are done leaves every core but its own without work."""


def is_slow(path: Path) -> bool:
    """Whether a module of tests is among them."""
    inside = path.relative_to(TESTS)
    return inside.parts[0] in SLOW or inside.as_posix() in SLOW


def is_long(item: pytest.Item) -> bool:
    """Whether a test is one of those."""
    name = getattr(item, "originalname", item.name)
    return (
        item.path.is_relative_to(TESTS)
        and f"{item.path.relative_to(TESTS).as_posix()}::{name}" in LONG
    )
