"""What a notebook shows of a network or a trace: its picture, and a text where none can be.

Jupyter, VS Code and marimo ask an object for its `_repr_mimebundle_` and take the HTML of it: an
SVG in the page, which follows the notebook's own light and dark and describes itself to screen
readers. The SVG beside it is for what writes files: it paints its own ground.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph import draw
from deepgraph.embed.diagram import Diagram, numbered
from deepgraph.errors import DeepgraphError, DrawingError

if TYPE_CHECKING:
    from collections.abc import Collection

    from deepgraph.draw.drawing import Drawing
    from deepgraph.evaluate import Trace
    from deepgraph.network import Network

    Bundle = tuple[dict[str, str], dict[str, dict[str, str]]]

HTML, SVG, TEXT = "text/html", "image/svg+xml", "text/plain"
KINDS = (HTML, SVG, TEXT)
MOST_NODES, MOST_EDGES = 400, 2_000
"""A larger picture takes seconds and megabytes: one block a layer is shown instead."""
MOST_LABELS = 50
"""Finding a place for more labels among irregular edges takes seconds; tooltips hold them, too."""
_shown: Counter[bytes] = Counter()
"""How often this process has shown each picture: ids end in that number."""


def bundle(
    network: Network,
    trace: Trace | None = None,
    *,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> Bundle:
    """The representations of a network, or of the first row of a trace, by MIME type.

    Args:
        network: what to draw.
        trace: its values.
        include: only these types.
        exclude: not these types.

    Returns:
        The content of each type, and what the notebook should know about it: the alt text of the
        picture. A picture that cannot be drawn is missing, and the text says why.
    """
    shown = repr(network if trace is None else trace)
    wanted = set(include or KINDS) - set(exclude or ())
    found, metadata = {TEXT: shown}, {}
    if wanted & {HTML, SVG}:
        try:
            diagram = Diagram(_drawing(network, trace))
            found = {HTML: _numbered(diagram), SVG: diagram.file("svg").decode()}
            found[TEXT] = f"{shown}\n{diagram.drawing.description}"
            metadata = {SVG: {"alt": diagram.alt}}
        except DeepgraphError as error:
            found = {TEXT: f"{shown}\nNo picture: {error}"}
    return {kind: text for kind, text in found.items() if kind in wanted}, metadata


def _drawing(network: Network, trace: Trace | None) -> Drawing:
    """A picture that is quickly made and can be read."""
    values = trace if trace is not None and trace.rows else None
    try:
        drawing = draw.prepare(network, values)
    except DrawingError:  # too large to choose from
        return draw.prepare(network, collapse=True)
    view = drawing.view
    if len(view.nodes) > MOST_NODES or len(view.edges) > MOST_EDGES:
        return draw.prepare(network, collapse=True)
    if not view.layered and len(view.edges) > MOST_LABELS:
        drawing = draw.prepare(network, values, weights="none")
    if trace is None or trace.rows == 1:
        return drawing
    footnotes = (*drawing.view.footnotes, f"row 1 of {trace.rows:,}" if values else "no rows")
    return replace(drawing, view=replace(drawing.view, footnotes=footnotes))


def _numbered(diagram: Diagram) -> str:
    """The HTML, with ids that no other picture of this process has."""
    html = diagram.html()
    digest = hashlib.sha256(html.encode()).digest()
    _shown[digest] += 1
    return html if _shown[digest] == 1 else numbered(html, _shown[digest])
