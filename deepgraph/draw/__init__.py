"""Pictures: view (what is shown) -> layout (where) -> DOT -> Graphviz -> SVG, PNG, PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from deepgraph.errors import DrawingError

if TYPE_CHECKING:
    from deepgraph.draw.graphviz import Backend
    from deepgraph.draw.view import Weights
    from deepgraph.evaluate import Trace
    from deepgraph.network import Network

Format = Literal["svg", "png", "pdf", "dot"]
FORMATS: tuple[Format, ...] = get_args(Format)
ThemeName = Literal["light", "dark"]


def render(
    network: Network,
    trace: Trace | None = None,
    *,
    row: int = 0,
    form: Format = "svg",
    weights: Weights = "both",
    precision: int = 4,
    theme: ThemeName = "light",
    scale: float = 2.0,
    graphviz: Backend = "auto",
) -> bytes:
    """Draw a network.

    Args:
        network: uninitialised parameters show as `w3 = ?`.
        trace: live values to show, from `Network.trace`.
        row: which row of the trace, from 0.
        form: "svg", "png", "pdf" or "dot".
        weights: parameters by "both" name and value, "name", "value" or "none".
        precision: significant digits of the numbers.
        theme: "light" or "dark".
        scale: PNG pixels per px of the picture.
        graphviz: "embedded", "system", or "auto" for the first that works.

    Returns:
        The file's content; the same bytes for the same arguments.

    Raises:
        DrawingError: the network is too large to be read, or Graphviz refuses.
        MissingExtraError: PDF without its packages.
    """
    from deepgraph.draw import dot, svg
    from deepgraph.draw import graphviz as program
    from deepgraph.draw.layout import layout
    from deepgraph.draw.theme import THEMES
    from deepgraph.draw.view import view

    if form not in FORMATS:
        raise DrawingError(f'a picture is {", ".join(FORMATS)}, not "{form}"')
    if theme not in THEMES:
        raise DrawingError(f'theme is one of {", ".join(THEMES)}, got "{theme}"')
    shown = view(network, trace, row=row, weights=weights, precision=precision)
    placed = layout(shown, graphviz)
    text = dot.for_drawing(shown, placed, THEMES[theme])
    if form == "dot":
        return text.encode()
    picture = svg.finish(program.run(text, backend=graphviz), shown, placed, THEMES[theme])
    if form == "svg":
        return picture.encode()
    from deepgraph.draw import raster

    return raster.svg_to_png(picture, scale) if form == "png" else raster.svg_to_pdf(picture)
