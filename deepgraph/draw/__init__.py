"""Pictures: view (what is shown) -> layout (where) -> SVG, PNG, PDF, TikZ, DOT; or Mermaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.errors import DrawingError
from deepgraph.options import drawing as drawing_options
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.draw.drawing import Drawing
    from deepgraph.draw.graphviz.execute import Backend
    from deepgraph.draw.view.records import Gradients, View
    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curves
    from deepgraph.options.drawing import Direction, Format, ThemeName, Weights


def render(
    network: Graph,
    trace: Trace | None = None,
    *,
    row: int = 0,
    form: Format = "svg",
    weights: Weights | None = None,
    precision: int | None = None,
    direction: Direction | None = None,
    theme: ThemeName | None = None,
    max_width: int | None = None,
    focus: str | None = None,
    top: int | None = None,
    collapse: bool | None = None,
    gradients: Gradients | None = None,
    curves: Curves | None = None,
    animate: bool | None = None,
    inline: bool | None = None,
    scale: float | None = None,
    graphviz: Backend = "auto",
) -> bytes:
    """Draw a network.

    Of the options below, those that are `None` are taken from the `style` of the spec, and else
    as said here.

    Args:
        network: uninitialised parameters show as `w3 = ?`.
        trace: live values to show, from `Network.trace`.
        row: which row of the trace, from 0.
        form: "svg", "png", "pdf", "tikz", "mermaid" or "dot".
        weights: parameters by "both" name and value, "name", "value", "contribution" (w·a) or
            "none"; by default "both", but with more than 150 of them the tooltips hold the numbers.
        precision: significant digits of the numbers, 4.
        direction: where the signal flows to, "right" or "down"; right.
        theme: "light", "dark", "auto" (as the reader's system is; inline, as the page is) or
            "paper" (black and white); light, and auto where `inline` is.
        max_width: a layer with more nodes shows the first and the last of them; 12.
        focus: the id of a node; only it, what feeds it and what it feeds is shown.
        top: show only so many edges, those with the largest weights.
        collapse: show each layer as one block, with the shape of its matrix on the arrow.
        gradients: shown under values and on edges.
        curves: of the nodes, from `deepgraph.kinks.curves.curves`, drawn in them; SVG, PNG and PDF.
        animate: an SVG in which the values appear node by node.
        inline: an SVG to embed in the text of a web page.
        scale: PNG pixels per px of the picture, 2.
        graphviz: for irregular networks "embedded", "system", or "auto" for the first that works.

    Returns:
        The file's content; the same bytes for the same arguments.

    Raises:
        DrawingError: the picture could not be read, an option is out of range, Graphviz refuses.
        MissingExtraError: PDF without its packages.
    """
    drawing = prepare(
        network,
        trace,
        row=row,
        gradients=gradients,
        curves=curves,
        graphviz=graphviz,
        weights=weights,
        precision=precision,
        direction=direction,
        theme=theme,
        max_width=max_width,
        focus=focus,
        top=top,
        collapse=collapse,
        animate=animate,
        inline=inline,
        scale=scale,
    )
    return drawing.written(form)


def prepare(
    network: Graph,
    trace: Trace | None = None,
    *,
    row: int = 0,
    gradients: Gradients | None = None,
    curves: Curves | None = None,
    graphviz: Backend = "auto",
    **options: Any,
) -> Drawing:
    """A picture that can be written in several formats and themes, and be described in words.

    Args:
        network: as in `render`.
        trace: as in `render`.
        row: as in `render`.
        gradients: as in `render`.
        curves: as in `render`.
        graphviz: as in `render`.
        options: the others of `render`, without `form`.

    Raises:
        DrawingError: as in `render`.
    """
    from deepgraph.draw.drawing import Drawing

    chosen = _chosen(network, options)
    view = _view(network, trace, row, gradients, curves, chosen)
    return Drawing(view, chosen, graphviz)


def steps(
    network: Graph,
    trace: Trace,
    *,
    row: int = 0,
    form: Format = "svg",
    gradients: Gradients | None = None,
    curves: Curves | None = None,
    graphviz: Backend = "auto",
    **options: Any,
) -> list[bytes]:
    """One picture for each step of the evaluation, all in the layout of the last.

    In the first only inputs and biases have values; each further one adds a node, or the nodes of
    a softmax group.

    Args:
        network: what to draw.
        trace: the values.
        row: which row of the trace, from 0.
        form: "svg" or "png".
        gradients: as in `render`.
        curves: as in `render`.
        graphviz: as in `render`.
        options: the others of `render`, without `collapse` and `animate`.

    Raises:
        DrawingError: as in `render`.
    """
    if form not in ("svg", "png"):
        raise DrawingError(f"steps are drawn as svg or png, not {form}")
    drawing = prepare(
        network, trace, row=row, gradients=gradients, curves=curves, graphviz=graphviz, **options
    )
    if drawing.options["collapse"] or drawing.options["animate"]:
        raise DrawingError("steps show every node by itself: without collapse and animate")
    numbers = sorted({node.step for node in drawing.view.nodes})
    return [drawing.written(form, step=number) for number in numbers]


def show(
    network: Graph,
    trace: Trace | None = None,
    *,
    row: int = 0,
    gradients: Gradients | None = None,
    curves: Curves | None = None,
    **options: Any,
) -> View:
    """What a picture shows, before anything has a place; arguments and errors as in `prepare`."""
    return _view(network, trace, row, gradients, curves, _chosen(network, options))


def _chosen(network: Graph, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every option; what is given is checked, what is not comes from the spec."""
    nearest = Nearest(drawing_options.OPTIONS, "known: " + ", ".join(drawing_options.OPTIONS))
    for name, value in given.items():
        if name not in drawing_options.OPTIONS:
            raise DrawingError(f'a drawing has no option "{name}"{nearest(name)}')
        if value is not None:
            try:
                drawing_options.OPTIONS[name].check(value)
            except ValueError as error:
                raise DrawingError(str(error)) from None
    return drawing_options.resolved(network.spec.style, given)


def _view(
    network: Graph,
    trace: Trace | None,
    row: int,
    gradients: Gradients | None,
    curves: Curves | None,
    chosen: Mapping[str, Any],
) -> View:
    from deepgraph.draw.view import parts, viewer

    viewer.check_trace(network, trace, row)
    weights = chosen["weights"]
    if weights == "contribution" and trace is None:
        raise DrawingError("contributions w·a need live values: give the inputs")
    if chosen["collapse"]:
        if curves is not None:
            raise DrawingError("a block of a whole layer has no curve: no curves with collapse")
        return parts.collapsed(network)
    part = {name: chosen[name] for name in ("focus", "top", "max_width")}
    shown = parts.choose(network, **part)
    precision = chosen["precision"]
    return viewer.Viewer(network, shown, trace, row, weights, precision, gradients, curves).view()
