"""Reads the size of an SVG."""

from __future__ import annotations

import re

from deepgraph.errors import DrawingError

_CSS_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54}


def svg_size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in CSS pixels, as its root element states them.

    Raises:
        DrawingError: it is no SVG.
    """
    root = re.search(r"<svg\b[^>]*>", svg)
    if root is None:
        raise DrawingError("this is no SVG: it has no <svg> element")
    sizes = []
    for name in ("width", "height"):
        found = re.search(rf'\b{name}="([\d.]+)(px|pt|in|mm|cm|)"', root[0])
        sizes.append(float(found[1]) * _CSS_PIXELS[found[2]] if found else 0.0)
    box = re.search(r'\bviewBox="([^"]+)"', root[0])
    numbers = [float(number) for number in box[1].replace(",", " ").split()] if box else []
    if len(numbers) == 4:
        # A side that is missing or relative (100%) follows the view box.
        sizes = [size or side for size, side in zip(sizes, numbers[2:], strict=True)]
    return sizes[0], sizes[1]
