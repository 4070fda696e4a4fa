"""A diagram for a page: an inline SVG that fits its column, files, and an alt text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.words.messages import titled
from deepgraph.words.option_names import read_at

if TYPE_CHECKING:
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.drawing import ThemeName
    from deepgraph.options.picture_formats import Format
    from deepgraph.words.option_names import Door

COLUMN = 530.0
"""px: the column that pictures of pages should fit, the narrowest one that usual themes have on a
window of 608 px, or between two side bars."""

_LABELLED = re.compile(r' aria-label="[^"]*"')
_LEAST = re.compile(r"min-width:(\d+)px")
_WIDTH = re.compile(r'<svg [^>]*?\bwidth="([\d.]+)')
WORDS = "14em"
"""The least width of a text beside a diagram."""


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
        return titled(self.drawing.view.title, self.drawing.view.description)

    @property
    def theme(self) -> ThemeName | None:
        """The theme that the request or the spec names, or `None`."""
        chosen: ThemeName | None = self.drawing.options["theme"]
        return chosen

    def html(
        self, theme: ThemeName | None = None, *, system: bool = True, rules: bool = True
    ) -> str:
        """An SVG for the text of a web page, in an element that scrolls where it is too narrow.

        It follows the page's light and dark unless it has a theme of its own. It holds no script
        and no id, so that a page may hold it twice, and asks for nothing from elsewhere. Search
        engines of sites that know `data-search-exclude` leave it out.

        Args:
            theme: "light" or "dark", for a page that is always so; the theme of the request comes
                first.
            system: True if a page without a chosen theme follows its own `color-scheme`; False if
                it is light unless it is marked as dark.
            rules: False if a style sheet of the site has the rules by which the picture follows
                the page: those of `deepgraph.draw.output.svg_paint.page_rules`.
        """
        from deepgraph.draw.output import html

        text = html.snippet(self.drawing, self.theme or theme, system=system)
        if not rules:
            from deepgraph.draw.output.svg_paint import page_rules

            text = text.replace(page_rules(system), "", 1).replace("<style></style>\n", "", 1)
        return text

    def file(self, format: Format | str, theme: ThemeName | None = None) -> bytes:
        """The content of a file.

        Args:
            format: "svg", "png", "pdf", "html", "tikz", "mermaid" or "dot"; or another one of
                Graphviz.
            theme: replaces that of the request; "light" and "dark" make a pair for `<picture>`.

        Raises:
            DrawingError: a PNG too large, Graphviz refuses.
            MissingExtraError: PDF without its packages.
        """
        with read_at(self.door):
            return self.drawing.written(format, theme=theme)


def fitted(diagram: str, *, alt: str = "", width: str = "") -> str:
    """Fit a diagram to a page.

    Args:
        diagram: from `Diagram.html`.
        alt: the text to read out instead of its own title and description.
        width: a length of CSS; the diagram takes more room before it scrolls.
    """
    if alt:
        from html import escape  # a millisecond, and few pages give a text of their own

        diagram = _LABELLED.sub(lambda _: f' aria-label="{escape(alt)}"', diagram, count=1)
    if width:
        wanted = f"max-width:100%;width:{room(diagram, width)};margin:0 auto"
        diagram = diagram.replace("max-width:100%", wanted, 1)
        diagram = diagram.replace("max-width:100%;height", "width:100%;height", 1)
    return diagram


def room(diagram: str, width: str) -> str:
    """The width of a diagram as a length of CSS: more than is wished for, before it would scroll.

    Args:
        diagram: from `Diagram.html`.
        width: the wish, a length of CSS.
    """
    least = _LEAST.search(diagram)
    return f"max({width},min(100%,{least[1]}px))" if least else width


def beside(diagram: str, width: str = "") -> str:
    """The width of a diagram with text beside it: the whole column where few words would fit there.

    Args:
        diagram: from `Diagram.html`.
        width: the wish, a length of CSS; empty for the diagram's own.
    """
    natural = _WIDTH.search(diagram)
    own = room(diagram, width) if width else f"{natural[1]}px" if natural else "100%"
    return f"max({own},min(100%,({own} + {WORDS} - 100%)*999))"
