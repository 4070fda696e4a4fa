"""Shows a network or a trace in a notebook: as its picture, or as text if it cannot be drawn.

Jupyter, VS Code and marimo ask an object for its `_repr_mimebundle_` and show the HTML in it: an
inline SVG that follows the notebook's light or dark theme and describes itself to screen readers.
The bundle also holds a standalone SVG with a background, for programs that write files.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from deepgraph import draw
from deepgraph.embed.myst_nb import FAILED, LOADED
from deepgraph.errors import DeepgraphError, DrawingError
from deepgraph.request.diagram import COLUMN, Diagram

if TYPE_CHECKING:
    from collections.abc import Collection

    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.evaluate.reference import Trace
    from deepgraph.network import Network

    Bundle = tuple[dict[str, str], dict[str, dict[str, str]]]

HTML, SVG, TEXT = "text/html", "image/svg+xml", "text/plain"
KINDS = (HTML, SVG, TEXT)
MOST_NODES, MOST_EDGES = 400, 2_000
"""A larger picture takes seconds and megabytes: each layer is shown as one block instead."""
MOST_LABELS = 50
"""Placing more labels among irregular edges takes seconds; then only tooltips show them."""

_told: WeakSet[DeepgraphError] = WeakSet()
"""The errors that an output has told of: IPython asks twice, to show a traceback and to keep it."""


def bundle(
    network: Network,
    trace: Trace | None = None,
    *,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> Bundle:
    """The representations of a network, or of the first row of a trace, by MIME type.

    Args:
        network: the network to draw.
        trace: the values to show in it.
        include: only these types.
        exclude: all but these types.

    Returns:
        The content of each type, and its metadata: the alt text of the picture, and the file of the
        network. If the picture cannot be drawn, there is only a text that says why.
    """
    shown = repr(network if trace is None else trace)
    wanted = set(include or KINDS) - set(exclude or ())
    found: dict[str, str] = {TEXT: shown}
    metadata: dict[str, dict[str, str]] = {}
    if wanted & {HTML, SVG}:
        try:
            diagram = Diagram(_drawing(network, trace))
            found = {HTML: diagram.html(), SVG: diagram.file("svg").decode()}
            found[TEXT] = f"{shown}\n{diagram.drawing.view.description}"
            metadata = {SVG: {"alt": diagram.alt}, **origin(network)}
        except DeepgraphError as error:
            found = {TEXT: f"{shown}\nNo picture: {error}"}
    metadata = {kind: words for kind, words in metadata.items() if kind in {*wanted, LOADED}}
    return {kind: text for kind, text in found.items() if kind in wanted}, metadata


def origin(network: Network) -> dict[str, dict[str, str]]:
    """The file of a network as metadata of an output, by which `myst_nb` finds old pictures.

    The path starts where the kernel runs. One that leads out of the folders of the user is left
    out, since a notebook should tell nothing of the machine.
    """
    if network.loaded is None:
        return {}
    path = network.loaded.path
    try:
        here, home = Path.cwd(), Path.home()
        shared = Path(os.path.commonpath([here, path]))
        file = Path(os.path.relpath(path)).as_posix()
    except (OSError, RuntimeError, ValueError):  # no folder, no home, another drive of Windows
        return {}
    if shared in (home, *home.parents) and shared != here:
        return {}
    return {LOADED: {"file": file, "checksum": network.loaded.checksum}}


def traceback_of(error: DeepgraphError) -> list[str]:
    """The traceback of an error as IPython shows it.

    A kernel shows an empty output before it, whose metadata say what is wrong: a book that keeps
    pages learns from it that a page is to be read again, and where the mistake is.
    """
    from IPython import get_ipython  # who asks for it is IPython

    shell = get_ipython()
    if hasattr(shell, "kernel") and error not in _told:  # a terminal would print something
        _told.add(error)
        shell.display_pub.publish({HTML: ""}, {LOADED: {FAILED: str(error)}})
    found: list[str] = shell.InteractiveTB.structured_traceback(
        type(error), error, error.__traceback__
    )
    return found


def _drawing(network: Network, trace: Trace | None) -> Drawing:
    """A picture that is quick to make and easy to read."""
    values = trace if trace is not None and trace.rows else None
    try:
        drawing = draw.prepare(network, values)
    except DrawingError:  # too large
        return draw.prepare(network, collapse=True)
    view = drawing.view
    if len(view.nodes) > MOST_NODES or len(view.edges) > MOST_EDGES:
        return draw.prepare(network, collapse=True)
    if not view.layered and len(view.edges) > MOST_LABELS:
        drawing = draw.prepare(network, values, weights="none")
    elif view.layered and "fit" not in network.spec.style:
        drawing = draw.prepare(network, values, fit=COLUMN)
    if trace is None or trace.rows == 1:
        return drawing
    footnotes = (*drawing.view.footnotes, f"row 1 of {trace.rows:,}" if values else "no rows")
    return replace(drawing, view=replace(drawing.view, footnotes=footnotes))
