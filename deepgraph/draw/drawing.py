"""A view in its place, ready to be written in any format."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deepgraph.draw.view.theme import THEMES
from deepgraph.errors import DrawingError
from deepgraph.options.drawing import FORMATS

if TYPE_CHECKING:
    from deepgraph.draw.graphviz.execute import Backend
    from deepgraph.draw.layout.shapes import Layout
    from deepgraph.draw.view.records import View
    from deepgraph.options.drawing import Direction, Format, ThemeName


@dataclass(frozen=True)
class Drawing:
    """One picture, from `deepgraph.draw.prepare`; it is laid out once, whatever is written of it.

    Attributes:
        view: what it shows, with a title and a description in words.
        options: the value of every option of `deepgraph.options.drawing.OPTIONS`; the theme may be
            `None`.
        graphviz: which Graphviz lays out an irregular network.
    """

    view: View
    options: dict[str, Any]
    graphviz: Backend = "auto"

    @property
    def title(self) -> str:
        """What the picture is called."""
        return self.view.title

    @property
    def description(self) -> str:
        """What it shows, in words for readers who cannot see it."""
        return self.view.description

    @cached_property
    def layout(self) -> Layout:
        """Where everything is.

        Raises:
            DrawingError: Graphviz refuses.
        """
        return layout(self.view, self.options["direction"], self.graphviz)

    def written(
        self,
        form: Format,
        *,
        theme: ThemeName | None = None,
        step: int | None = None,
    ) -> bytes:
        """The content of a file.

        Args:
            form: one of `FORMATS`.
            theme: instead of that of the options.
            step: of an SVG or a PNG, show values only up to this step of the evaluation.

        Raises:
            DrawingError: no such format, or one that holds no curves; a PNG too large, Graphviz
                refuses.
            MissingExtraError: PDF without its packages.
        """
        if form not in FORMATS:
            raise DrawingError(f'a picture is {", ".join(FORMATS)}, not "{form}"')
        if form == "svg" and self.options["inline"]:
            return self.inline(theme=theme, step=step).encode()
        chosen: ThemeName = theme or self.options["theme"] or "light"
        if form in ("svg", "png", "pdf"):
            return self._picture(form, chosen, step)
        if any(node.plot for node in self.view.nodes):
            raise DrawingError(f"curves in nodes are drawn in svg, png and pdf, not in {form}")
        if form == "mermaid":
            from deepgraph.draw.output import mermaid

            return mermaid.draw(self.view, self.options["direction"], THEMES[chosen]).encode()
        if form == "tikz":
            from deepgraph.draw.output import tikz

            return tikz.draw(self.view, self.layout, THEMES[chosen]).encode()
        from deepgraph.draw.graphviz import dot

        return dot.for_drawing(self.view, self.layout, THEMES[chosen]).encode()

    def inline(
        self,
        *,
        theme: ThemeName | None = None,
        step: int | None = None,
        key: str = "",
        smallest: float = 0.0,
    ) -> str:
        """An SVG for the text of a web page.

        Args:
            theme: "auto" follows the page; by default that of the options, and auto where they
                name none.
            step: show values only up to this step of the evaluation.
            key: ends the ids of the SVG, so that a page may hold the same one twice.
            smallest: px; the SVG is never so narrow that a text would be drawn smaller.
        """
        from deepgraph.draw.output import svg

        return svg.draw(
            self.view,
            self.layout,
            theme or self.options["theme"] or "auto",
            "inline",
            step=step,
            animate=self._animates(step),
            key=key,
            smallest=smallest,
        )

    def _picture(self, form: Format, theme: ThemeName, step: int | None) -> bytes:
        from deepgraph.draw.output import svg

        if form == "svg":
            moves = self._animates(step)
            text = svg.draw(self.view, self.layout, theme, "file", step=step, animate=moves)
            return text.encode()
        from deepgraph.draw.output import raster

        text = svg.draw(self.view, self.layout, theme, "resolved", step=step)
        if form == "png":
            return raster.svg_to_png(text, self.options["scale"])
        return raster.svg_to_pdf(text)

    def _animates(self, step: int | None) -> bool:
        return bool(self.options["animate"]) and step is None


def layout(view: View, direction: Direction = "right", graphviz: Backend = "auto") -> Layout:
    """Place everything that a view shows: columns of our own, or for irregular networks Graphviz's.

    Raises:
        DrawingError: Graphviz refuses.
    """
    from deepgraph.draw.layout import layered

    if view.layered:
        placed = layered.layered(view, direction)
        if placed is not None:
            return placed
    from deepgraph.draw.graphviz import irregular

    return irregular.irregular(view, direction, graphviz)
