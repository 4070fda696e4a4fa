"""Which tests take long: `pytest -m "not slow"` leaves them out, `.ci/run` runs them, too."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]

MODULES = {
    "cli/test_environment.py",
    "cli/test_eval_objects.py",
    "cli/test_eval_parts.py",
    "cli/test_foreign_text.py",
    "cli/test_inputs_survive.py",
    "cli/test_long_numbers.py",
    "cli/test_numeric_options.py",
    "cli/test_output_faults.py",
    "diff/test_picture.py",
    "docs/test_not_learning.py",
    "docs/test_site.py",
    "draw/graphviz/test_pictures.py",
    "draw/output/test_mermaid.py",
    "draw/output/test_svg_paint.py",
    "draw/test_browser.py",
    "embed/test_hostile.py",
    "embed/test_setups.py",
    "formats/writers/test_programs.py",
    "live/test_arithmetic.py",
    "live/test_firefox.py",
    "scoring/test_spark.py",
    "test_naughty.py",
}
"""They start hundreds of processes, build sites, measure many pictures, or kill what runs."""
FIXTURES = {"browser"}
"""What drives a browser."""


def is_slow(path: Path, fixtures: set[str]) -> bool:
    """Whether a test is among them, by its module and by what it uses."""
    return bool(FIXTURES & fixtures) or str(path.relative_to(TESTS)) in MODULES
