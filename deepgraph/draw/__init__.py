"""Pictures: view (what is shown) -> layout (where) -> SVG, PNG, PDF, TikZ, DOT; or Mermaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from deepgraph.errors import DrawingError

if TYPE_CHECKING:
    from deepgraph.draw.graphviz import Backend
    from deepgraph.draw.layered import Direction
    from deepgraph.draw.shapes import Layout
    from deepgraph.draw.theme import ThemeName
    from deepgraph.draw.view import Gradients, View, Weights
    from deepgraph.evaluate import Trace
    from deepgraph.network import Network

Format = Literal["svg", "png", "pdf", "tikz", "mermaid", "dot"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(
    network: Network,
    trace: Trace | None = None,
    *,
    row: int = 0,
    form: Format = "svg",
    weights: Weights | None = None,
    precision: int = 4,
    direction: Direction = "right",
    theme: ThemeName = "light",
    max_width: int = 12,
    focus: str | None = None,
    top: int | None = None,
    collapse: bool = False,
    gradients: Gradients | None = None,
    animate: bool = False,
    inline: bool = False,
    scale: float = 2.0,
    graphviz: Backend = "auto",
) -> bytes:
    """Draw a network.

    Args:
        network: uninitialised parameters show as `w3 = ?`.
        trace: live values to show, from `Network.trace`.
        row: which row of the trace, from 0.
        form: "svg", "png", "pdf", "tikz", "mermaid" or "dot".
        weights: parameters by "both" name and value, "name", "value", "contribution" (w·a) or
            "none"; by default "both", but with more than 150 of them the tooltips hold the numbers.
        precision: significant digits of the numbers.
        direction: where the signal flows to, "right" or "down".
        theme: "light", "dark", "auto" (as the reader's system is) or "paper" (black and white).
        max_width: a layer with more nodes shows the first and the last of them.
        focus: the id of a node; only it, what feeds it and what it feeds is shown.
        top: show only so many edges, those with the largest weights.
        collapse: show each layer as one block, with the shape of its matrix on the arrow.
        gradients: shown under values and on edges.
        animate: an SVG in which the values appear node by node.
        inline: an SVG to embed in the text of a web page, whose theme it follows.
        scale: PNG pixels per px of the picture.
        graphviz: for irregular networks "embedded", "system", or "auto" for the first that works.

    Returns:
        The file's content; the same bytes for the same arguments.

    Raises:
        DrawingError: the picture could not be read, an option is out of range, Graphviz refuses.
        MissingExtraError: PDF without its packages.
    """
    from deepgraph.draw.theme import THEMES

    if form not in FORMATS:
        raise DrawingError(f'a picture is {", ".join(FORMATS)}, not "{form}"')
    if theme not in THEMES:
        raise DrawingError(f'theme is one of {", ".join(THEMES)}, got "{theme}"')
    view = show(
        network,
        trace,
        row=row,
        weights=weights,
        precision=precision,
        max_width=max_width,
        focus=focus,
        top=top,
        collapse=collapse,
        gradients=gradients,
    )
    if form == "mermaid":
        from deepgraph.draw import mermaid

        return mermaid.draw(view, direction, THEMES[theme]).encode()
    placed = layout(view, direction, graphviz)
    if form == "dot":
        from deepgraph.draw import dot

        return dot.for_drawing(view, placed, THEMES[theme]).encode()
    if form == "tikz":
        from deepgraph.draw import tikz

        return tikz.draw(view, placed, THEMES[theme]).encode()
    from deepgraph.draw import svg

    if form == "svg":
        mode: svg.Mode = "inline" if inline else "file"
        return svg.draw(view, placed, theme, mode, animate=animate).encode()
    from deepgraph.draw import raster

    picture = svg.draw(view, placed, theme, "resolved")
    return raster.svg_to_png(picture, scale) if form == "png" else raster.svg_to_pdf(picture)


def steps(network: Network, trace: Trace, *, form: Format = "svg", **options: Any) -> list[bytes]:
    """One picture for each step of the evaluation, all in the layout of the last.

    In the first only inputs and biases have values; each further one adds a node, or the nodes of
    a softmax group.

    Args:
        network: what to draw.
        trace: the values.
        form: "svg" or "png".
        options: those of `render`, without `collapse` and `animate`.

    Raises:
        DrawingError: as in `render`.
    """
    from deepgraph.draw import raster, svg

    if form not in ("svg", "png"):
        raise DrawingError(f"steps are drawn as svg or png, not {form}")
    if options.get("collapse") or options.get("animate"):
        raise DrawingError("steps show every node by itself: without collapse and animate")
    theme, scale = options.pop("theme", "light"), options.pop("scale", 2.0)
    direction, graphviz = options.pop("direction", "right"), options.pop("graphviz", "auto")
    inline = options.pop("inline", False)
    view = show(network, trace, **options)
    placed = layout(view, direction, graphviz)
    mode: svg.Mode = "resolved" if form == "png" else "inline" if inline else "file"
    texts = [
        svg.draw(view, placed, theme, mode, step=step)
        for step in sorted({node.step for node in view.nodes})
    ]
    return [raster.svg_to_png(t, scale) if form == "png" else t.encode() for t in texts]


def show(
    network: Network,
    trace: Trace | None = None,
    *,
    row: int = 0,
    weights: Weights | None = None,
    precision: int = 4,
    max_width: int = 12,
    focus: str | None = None,
    top: int | None = None,
    collapse: bool = False,
    gradients: Gradients | None = None,
) -> View:
    """What a picture shows, before anything has a place; arguments and errors as in `render`."""
    from deepgraph.draw import parts, viewer

    viewer.check_options(weights, precision, trace)
    viewer.check_trace(network, trace, row)
    if collapse:
        return parts.collapsed(network)
    shown = parts.choose(network, focus=focus, top=top, max_width=max_width)
    return viewer.Viewer(network, shown, trace, row, weights, precision, gradients).view()


def layout(view: View, direction: Direction = "right", graphviz: Backend = "auto") -> Layout:
    """Place everything that a view shows: columns of our own, or for irregular networks Graphviz's.

    Raises:
        DrawingError: no such direction, or Graphviz refuses.
    """
    from deepgraph.draw import layered

    if direction not in layered.DIRECTIONS:
        known = ", ".join(layered.DIRECTIONS)
        raise DrawingError(f'direction is one of {known}, got "{direction}"')
    if view.layered:
        placed = layered.layered(view, direction)
        if placed is not None:
            return placed
    from deepgraph.draw import irregular

    return irregular.irregular(view, direction, graphviz)
