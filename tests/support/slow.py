"""Which modules of tests take long: `pytest -m "not slow"` leaves them out, `.ci/run` runs them.

In other modules single tests carry the mark, those that take more than some six seconds.
"""

from __future__ import annotations

from pathlib import Path

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


def is_slow(path: Path) -> bool:
    """Whether a module of tests is among them."""
    inside = path.relative_to(TESTS)
    return inside.parts[0] in SLOW or inside.as_posix() in SLOW
