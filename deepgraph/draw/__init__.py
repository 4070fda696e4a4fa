"""Draws pictures of networks: view (what is shown) -> layout (where) -> output (the file).

    view/      the network as boxes, arrows and texts, decided once, without a coordinate
    layout/    the place of everything in px: columns for layers, levels and lanes for the rest
    output/    a module for each format, and the look that all of them share
    graphviz/  DOT text, and the one place that runs Graphviz
    picture    the result of `Network.draw`: shown in a notebook, written to files

The options are rows of `deepgraph.options.drawing`, the formats of `…options.picture_formats`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from deepgraph.errors import DrawingError
from deepgraph.options.drawing import OPTIONS, DrawingOptions, key_name, resolved
from deepgraph.options.picture_formats import FORMATS
from deepgraph.words.messages import Nearest, either
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.view.records import Gradients
    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curves
    from deepgraph.options.picture_formats import Format
    from deepgraph.options.shared import Backend


def render(
    network: Graph,
    trace: Trace | None = None,
    *,
    row: int = 0,
    format: Format | str = "svg",
    gradients: Gradients | None = None,
    curves: Curves | None = None,
    graphviz: Backend = "auto",
    font: Sequence[str | Path] = (),
    **options: Unpack[DrawingOptions],
) -> bytes:
    """Draw a network.

    Args:
        network: uninitialised parameters show as `w3 = ?`.
        trace: live values to show, from `Network.trace`.
        row: of the trace, from 0.
        format: "svg", "png", "pdf", "html", "tikz", "mermaid" or "dot"; with the renderer
            "graphviz" any other that Graphviz knows, too.
        gradients: shown under values and on edges.
        curves: of `deepgraph.kinks.curves.node_curves`, drawn in the nodes; SVG, PNG and PDF.
        graphviz: the program of the renderer "graphviz": "pure" is that of the package
            graphviz-pure, "system" is `dot`, "auto" the first that is there.
        font: files of fonts, for PNG and PDF, with characters that Liberation Sans lacks; they come
            before those of the system. A `MissingFontWarning` names characters without any.
        options: see `deepgraph.options.drawing.DrawingOptions`. Options that are `None` or left out
            are taken from the `style` of the spec, or else have their defaults.

    Returns:
        The file's content; the same bytes for the same arguments.

    Raises:
        DrawingError: the picture could not be read, an option is out of range, Graphviz is asked
            for and missing.
        MissingExtraError: PDF without its packages.
    """
    drawing = prepare(
        network,
        trace,
        row=row,
        gradients=gradients,
        curves=curves,
        graphviz=graphviz,
        font=font,
        **options,
    )
    return drawing.written(format)


def prepare(
    network: Graph,
    trace: Trace | None = None,
    *,
    row: int = 0,
    gradients: Gradients | None = None,
    curves: Curves | None = None,
    graphviz: Backend = "auto",
    font: Sequence[str | Path] = (),
    **options: Unpack[DrawingOptions],
) -> Drawing:
    """Make a picture that can be written in several formats and themes, and be put in words.

    Arguments and errors as in `render`.
    """
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.view import viewer

    chosen = _chosen(network, options)
    view = viewer.show(network, trace, row, gradients, curves, chosen)
    drawing = Drawing(view, chosen, graphviz, tuple(map(str, font)))
    if chosen["fit"] is None:
        return drawing
    from deepgraph.draw.output import fitting

    given = [name for name, value in options.items() if value is not None]
    return fitting.fitted(drawing, chosen["fit"], [*given, *map(key_name, network.spec.style)])


def steps(
    network: Graph,
    trace: Trace,
    *,
    row: int = 0,
    format: Format = "svg",
    gradients: Gradients | None = None,
    curves: Curves | None = None,
    graphviz: Backend = "auto",
    font: Sequence[str | Path] = (),
    **options: Unpack[DrawingOptions],
) -> list[bytes]:
    """Draw one picture for each step of the evaluation, all in the layout of the last.

    In the first only inputs and biases have values; each further one adds a node, or the nodes of
    a softmax group. Arguments and errors as in `render`; the format is "svg" or "png", and
    `collapse` and `animate` are not among the options.
    """
    known = [known.name for known in FORMATS.values() if known.steps]
    if format not in known:
        raise DrawingError(f"steps are drawn as {either('or', known)}, not {format}")
    drawing = prepare(
        network,
        trace,
        row=row,
        gradients=gradients,
        curves=curves,
        graphviz=graphviz,
        font=font,
        **options,
    )
    if drawing.by_graphviz:
        raise DrawingError(f"Graphviz draws no steps: without {option('renderer', 'graphviz')}")
    if drawing.options["collapse"] or drawing.options["animate"]:
        raise DrawingError("steps show every node by itself: without collapse and animate")
    nodes = drawing.view.nodes
    numbers = {node.step for node in nodes}
    if gradients is not None:  # the chain rule goes back from the last value
        numbers |= {node.back for node in nodes if node.role != "bias"}
    return [drawing.written(format, step=number) for number in sorted(numbers)]


def _chosen(network: Graph, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every option: a given one is checked, any other comes from the spec."""
    nearest = Nearest(OPTIONS, "known: " + ", ".join(OPTIONS))
    for name, value in given.items():
        if name not in OPTIONS:
            raise DrawingError(f'a drawing has no option "{name}"{nearest(name)}')
        if value is not None:
            try:
                OPTIONS[name].check(value)
            except ValueError as error:
                raise DrawingError(str(error)) from None
    return resolved(network.spec.style, given)
