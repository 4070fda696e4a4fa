"""The colours that nodes and layers are given by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from deepgraph.draw.view.layer_blocks import layer_members
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS
from deepgraph.options.drawing import ONE_COLOR, Color
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph


def node_colors(network: Graph, wanted: str | None) -> dict[int, str]:
    """The colour of each node that is given one, itself or with its layer.

    Args:
        network: its nodes and layers are meant by their names.
        wanted: a value of the option `colors`, such as "hidden=teal,y=rose". The colour of a node
            itself wins over that of its layer, and the last one over those before it.

    Raises:
        DrawingError: no node and no layer has such a name.

    >>> import deepgraph
    >>> layers = '[{"id": "x", "size": 2}, {"id": "h", "size": 2, "weights": "W", "bias": "b"}]'
    >>> node_colors(deepgraph.loads('{"deepgraph": 1, "layers": ' + layers + "}"), "h=teal,h2=rose")
    {4: 'teal', 5: 'rose'}
    """
    pairs = re.findall(ONE_COLOR, wanted or "")
    if not pairs:
        return {}
    layers = layer_members(network)
    nodes = {name: n for n, name in enumerate(network.ids) if network.kind[n] != BIAS}
    found: dict[int, str] = {}
    for name, color in pairs:
        if name not in nodes and name not in layers:
            if wrong := re.search("=([^=,]*),", name):  # after which the pattern went on
                colors = f"colours are {', '.join(get_args(Color))}"
                raise DrawingError(f'"{wrong[1]}" is no colour; {colors}')
            names = [*layers, *nodes]
            known = "known: " + ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
            raise DrawingError(f'no node or layer is named "{name}"{Nearest(names, known)(name)}')
        if name not in nodes:
            found |= dict.fromkeys(layers[name], color)
    return dict(sorted((found | {nodes[n]: color for n, color in pairs if n in nodes}).items()))
