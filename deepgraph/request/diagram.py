"""A diagram for a page: an inline SVG that fits its column, files, and an alt text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.words.option_names import read_at

if TYPE_CHECKING:
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.drawing import ThemeName
    from deepgraph.options.picture_formats import Format
    from deepgraph.words.option_names import Door

PHONE = 320
"""px; a diagram that may be this narrow never scrolls, so the keyboard need not reach it."""

_ROOT = re.compile(r'<svg [^>]*\bid="(dg-[0-9a-f]+)"')
_LABELLED = re.compile(r' aria-labelledby="[^"]*"')
_LEAST = re.compile(r"min-width:(\d+)px")


@dataclass(frozen=True)
class Diagram:
    """A diagram, laid out once, whatever formats are written.

    Attributes:
        drawing: from `deepgraph.draw.prepare`.
        door: where options are typed, which messages of `file` name.
    """

    drawing: Drawing
    door: Door = "python"

    @property
    def alt(self) -> str:
        """The diagram in words, live values included: the alt text of an image."""
        return f"{self.drawing.view.title}: {self.drawing.view.description}"

    @property
    def theme(self) -> ThemeName | None:
        """The theme that the request or the spec names, or `None`."""
        chosen: ThemeName | None = self.drawing.options["theme"]
        return chosen

    def html(
        self, key: str | int = "", theme: ThemeName | None = None, *, system: bool = True
    ) -> str:
        """An SVG for the text of a web page, in an element that scrolls where it is too narrow.

        It follows the page's light and dark unless it has a theme of its own. It holds no script
        and asks for nothing from elsewhere.

        Args:
            key: a suffix of its ids, different for every diagram of a page.
            theme: "light" or "dark", for a page that is always so; the theme of the request comes
                first.
            system: True if a page without a chosen theme follows the reader's system; False if it
                is light unless it is marked as dark.
        """
        text = self._inline(self.theme or theme, system)
        least = _LEAST.search(text)
        reach = ' tabindex="0"' if least and int(least[1]) > PHONE else ""
        style = "overflow-x:auto;max-width:100%"
        whole = f'<div class="deepgraph-diagram" style="{style}"{reach}>{text.strip()}</div>'
        return numbered(whole, key)

    def _inline(self, theme: ThemeName | None, system: bool) -> str:
        """The SVG for the text of a page; one by Graphviz has a theme of its own."""
        if self.drawing.by_graphviz:
            from deepgraph.draw.output import graphviz_picture

            return graphviz_picture.inline(self.drawing, theme or "light")
        from deepgraph.draw.output import svg, svg_paint

        text = svg.inline(self.drawing, theme)
        return text if system else svg_paint.without_system(text)

    def file(self, format: Format | str, theme: ThemeName | None = None) -> bytes:
        """The content of a file.

        Args:
            format: "svg", "png", "pdf", "tikz", "mermaid" or "dot"; or another one of Graphviz.
            theme: replaces that of the request; "light" and "dark" make a pair for `<picture>`.

        Raises:
            DrawingError: a PNG too large, Graphviz refuses.
            MissingExtraError: PDF without its packages.
        """
        with read_at(self.door):
            return self.drawing.written(format, theme=theme)


def fitted(diagram: str, key: str | int, *, alt: str = "", width: str = "") -> str:
    """Fit a diagram to a page.

    Args:
        diagram: from `Diagram.html`, without a key.
        key: a suffix of its ids.
        alt: the text to read out instead of its own title and description.
        width: a length of CSS; the diagram takes more room before it scrolls.
    """
    if alt:
        from html import escape  # a millisecond, and few pages give a text of their own

        diagram = _LABELLED.sub(lambda _: f' aria-label="{escape(alt)}"', diagram, count=1)
    if width:
        least = _LEAST.search(diagram)
        room = f"max({width},min(100%,{least[1]}px))" if least else width
        wanted = f"max-width:100%;width:{room};margin:0 auto"
        diagram = diagram.replace("max-width:100%", wanted, 1)
        diagram = diagram.replace("max-width:100%;height", "width:100%;height", 1)
    return numbered(diagram, key)


def numbered(html: str, key: str | int) -> str:
    """Append a key to the ids of an inline SVG, so that a page may hold the same diagram twice.

    >>> numbered('<svg id="dg-0a"><style>#dg-0a{}</style></svg>', 2)
    '<svg id="dg-0a-2"><style>#dg-0a-2{}</style></svg>'
    """
    root = _ROOT.search(html)
    if root is None or key == "":
        return html
    return re.sub(rf"(?<=[\"# ]){root[1]}\b", f"{root[1]}-{key}", html)
