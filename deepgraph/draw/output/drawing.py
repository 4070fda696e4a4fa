"""The input of every output format: a view, its layout and its options."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, get_args

from deepgraph.draw.layout.layered import place
from deepgraph.errors import DrawingError
from deepgraph.options.picture_formats import FORMATS, IMAGES, Format
from deepgraph.words.messages import either

if TYPE_CHECKING:
    from deepgraph.draw.layout.records import Layout
    from deepgraph.draw.view.records import View
    from deepgraph.options.drawing import ThemeName
    from deepgraph.options.shared import Backend


@dataclass(frozen=True)
class Drawing:
    """One picture, from `deepgraph.draw.prepare`; it is laid out once for all formats.

    Attributes:
        view: decides what it shows, with a title and a description in words.
        options: the value of every option of `deepgraph.options.drawing.OPTIONS`; the theme may be
            `None`.
        graphviz: which one runs where Graphviz draws; the layout needs none.
        fonts: files of fonts for what the shipped ones lack, in PNG and PDF.
        places: a layout made before, of a view that differs in its numbers only; by default it is
            laid out by itself.
    """

    view: View
    options: dict[str, Any]
    graphviz: Backend = "auto"
    fonts: tuple[str, ...] = ()
    places: Layout | None = None

    @property
    def by_graphviz(self) -> bool:
        """True if Graphviz draws its images."""
        return bool(self.options["renderer"] == "graphviz")

    @cached_property
    def layout(self) -> Layout:
        """The place of everything, computed on first use, as not every format needs it."""
        if self.places is not None:
            return self.places
        return place(self.view, self.options["direction"], self.options["wrap"])

    @cached_property
    def level_layout(self) -> Layout:
        """The same with every label level, for Graphviz; the layout itself where all are."""
        if not any(label and label.angle for label in self.layout.labels):
            return self.layout
        return place(
            replace(self.view, level=True), self.options["direction"], self.options["wrap"]
        )

    def written(
        self, format: Format | str, *, theme: ThemeName | None = None, step: int | None = None
    ) -> bytes:
        """The content of a file, by the function `write` of the format's module.

        Args:
            format: one of `deepgraph.options.picture_formats.Format`; if Graphviz draws, also any
                other that it knows.
            theme: instead of that of the options.
            step: the last step of the evaluation whose values an SVG or a PNG shows.

        Raises:
            DrawingError: there is no such format, or it holds no curves; a PNG is too large;
                Graphviz is missing or refuses.
            MissingExtraError: PDF without its packages.
        """
        if self.by_graphviz and (format in IMAGES or format not in FORMATS):
            return self._written("graphviz_picture", theme or self.options["theme"], format)
        if format not in FORMATS:
            raise DrawingError(f'a picture is {", ".join(get_args(Format))}, not "{format}"')
        if not FORMATS[format].curves and any(node.plot for node in self.view.nodes):
            known = either("and", [row.name for row in FORMATS.values() if row.curves])
            raise DrawingError(f"curves in nodes are drawn in {known}, not in {format}")
        follows = format == "html" or (format == "svg" and self.options["inline"])
        default = "auto" if follows else "light"
        return self._written(format, theme or self.options["theme"] or default, step)

    def _written(self, module: str, *arguments: Any) -> bytes:
        """The result of the function `write` of a module, imported where it is used."""
        found = import_module(f"deepgraph.draw.output.{module}")
        content: bytes = found.write(self, *arguments)
        return content
