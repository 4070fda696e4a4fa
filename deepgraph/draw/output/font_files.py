"""The fonts in `fonts/` that PNG and PDF are set in, since a bare machine has none.

Every text is set in Liberation Sans, whose widths are those of Arial and Helvetica. Characters that
it lacks (⋮, ∇, ₊) come from DejaVu Sans.
"""

from __future__ import annotations

from pathlib import Path

FONT_FAMILY = "Liberation Sans"
FONT_FOLDER = Path(__file__).with_name("fonts")
SYMBOLS = "DejaVuSans-Symbols"
_FACES = ("LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic", SYMBOLS)


def font_files() -> dict[str, Path]:
    """The path of each shipped face, by its name."""
    return {name: FONT_FOLDER / f"{name}.ttf" for name in _FACES}
