"""The formats of a picture, for `deepgraph.draw`, the command line and pages.

A format is a row here and a module of its name in `deepgraph/draw/output/`, with a function
`write(drawing, theme, step)` that gives the bytes of a file. Nothing here needs numpy.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

ImageFormat = Literal["svg", "png", "pdf"]
Format = Literal[ImageFormat, "html", "tikz", "mermaid", "dot"]


class PictureFormat(NamedTuple):
    """One format.

    Attributes:
        name: of the format and of its module.
        language: of the fenced block of Markdown in which it stands as text; empty for an image,
            and for HTML, which stands in the page as it is.
        curves: True if it shows curves in nodes.
        steps: True if it shows single steps of the evaluation.
    """

    name: Format
    language: str = ""
    curves: bool = False
    steps: bool = False


FORMATS: dict[str, PictureFormat] = {
    row.name: row
    for row in (
        PictureFormat("svg", curves=True, steps=True),
        PictureFormat("png", curves=True, steps=True),
        PictureFormat("pdf", curves=True),
        PictureFormat("html", curves=True),
        PictureFormat("mermaid", "mermaid"),
        PictureFormat("tikz", "latex"),
        PictureFormat("dot", "dot"),
    )
}
SUFFIXES: dict[str, Format] = {
    **{".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"},
    **{".html": "html", ".tex": "tikz", ".tikz": "tikz", ".mmd": "mermaid"},
}
"""Formats by suffix; the first suffix of each is that of a file that the user does not name."""
IMAGES: tuple[ImageFormat, ...] = get_args(ImageFormat)
"""The formats that are images, not texts."""
