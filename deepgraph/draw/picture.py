"""A picture in Python: shown by a notebook, written to files, asked for its places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.errors import DrawingError
from deepgraph.files import write_bytes
from deepgraph.options.picture_formats import FORMATS, SUFFIXES
from deepgraph.words.messages import titled

if TYPE_CHECKING:
    import os

    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.picture_formats import Format


class Picture:
    """A picture of a network, from `Network.draw`; laid out once, written in any format.

    Jupyter shows it as the last value of a cell.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing

    @property
    def alt(self) -> str:
        """The picture in words, live values included: the alt text of an image."""
        return titled(self.drawing.view.title, self.drawing.view.description)

    def content(self, format: Format | str = "svg") -> bytes:
        """The content of a file.

        Args:
            format: "svg", "png", "pdf", "html", "tikz", "mermaid" or "dot"; with the renderer
                "graphviz" any other that Graphviz knows, too.

        Raises:
            DrawingError: the format is unknown, a PNG too large, Graphviz missing.
            MissingExtraError: PDF without its packages.
        """
        return self.drawing.written(format)

    def save(self, path: str | os.PathLike[str], format: Format | str | None = None) -> Path:
        """Write a file, whole or not at all.

        Args:
            path: its suffix says the format, if none is given.
            format: as in `content`.

        Returns:
            The path.

        Raises:
            DrawingError: as in `content`, or the suffix says no format.
            FileError: the file cannot be written.
        """
        path = Path(path)
        write_bytes(path, self.content(format or self._format_of(path)))
        return path

    def _format_of(self, path: Path) -> str:
        suffix = path.suffix.lower()
        if suffix in SUFFIXES:
            return SUFFIXES[suffix]
        # A spec is JSON, and a picture must not take its place by a slip.
        if self.drawing.by_graphviz and suffix not in ("", ".json"):
            return suffix[1:]
        raise DrawingError(
            f"{path}: give a format, {', '.join(FORMATS)}, or end the file in {', '.join(SUFFIXES)}"
        )

    def positions(self) -> dict[str, tuple[float, float]]:
        """The place of each node, y upwards, by its id: the `pos` of `networkx.draw`.

        A node that stands for several, such as the block of a layer, and what the picture leaves
        out have none. A bias stands where its pill does, one with several between them.
        """
        view, layout = self.drawing.view, self.drawing.layout
        places: dict[str, list[tuple[float, float]]] = {}
        for node, box in zip(view.nodes, layout.boxes, strict=True):
            if node.id:
                places[node.id] = [(box.x, box.y)]
            for bias, pill in zip(node.biases, box.pills, strict=True):
                place = (box.x + pill.dx, box.y + pill.dy)
                places.setdefault(bias.id, []).append(place)
        return {
            id: (
                round(sum(x for x, _ in found) / len(found), 3),
                round(layout.height - sum(y for _, y in found) / len(found), 3),
            )
            for id, found in places.items()
        }

    def _repr_svg_(self) -> str:
        return self.content("svg").decode()

    def _repr_png_(self) -> bytes:
        return self.content("png")

    def __repr__(self) -> str:
        return f"<Picture of {self.alt}>"
