"""The colours that nodes and layers are given by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from deepgraph.draw.view.layer_blocks import layer_members
from deepgraph.draw.view.records import GivenColor
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS
from deepgraph.options.drawing import ONE_COLOR, Color
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph


def colors_by_name(wanted: str | None) -> dict[str, str]:
    """The colour of each name, as the option `colors` gives them.

    The last colour of a name counts, and it stands where the name is first.

    >>> colors_by_name("h1=rose,y=grey,h1=teal")
    {'h1': 'teal', 'y': 'grey'}
    """
    return dict(re.findall(ONE_COLOR, wanted or ""))


def node_colors(network: Graph, wanted: str | None) -> dict[int, GivenColor]:
    """The colour of each node that is given one, itself or with its layer.

    Args:
        network: its nodes and layers are meant by their names.
        wanted: a value of the option `colors`, such as "hidden=teal,y=rose". The colour of a node
            itself wins over that of its layer, and the last one of a name over those before it.

    Raises:
        DrawingError: no node and no layer has such a name.

    >>> import deepgraph
    >>> layers = '[{"id": "x", "size": 2}, {"id": "h", "size": 2, "weights": "W", "bias": "b"}]'
    >>> network = deepgraph.loads('{"deepgraph": 1, "layers": ' + layers + "}")
    >>> {node: tuple(given) for node, given in node_colors(network, "h=teal,h2=rose").items()}
    {4: ('teal', 'h'), 5: ('rose', 'h2')}
    """
    colors = colors_by_name(wanted)
    if not colors:
        return {}
    layers = layer_members(network)
    nodes = {name: n for n, name in enumerate(network.ids) if network.kind[n] != BIAS}
    of_layers: dict[int, GivenColor] = {}
    own: dict[int, GivenColor] = {}
    for name, color in colors.items():
        if name not in nodes and name not in layers:
            if wrong := re.search("=([^=,]*),", name):  # after which the pattern went on
                there = f"colours are {', '.join(get_args(Color))}"
                raise DrawingError(f'"{wrong[1]}" is no colour; {there}')
            names = [*layers, *nodes]
            known = "known: " + ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
            raise DrawingError(f'no node or layer is named "{name}"{Nearest(names, known)(name)}')
        given = GivenColor(color, name)
        if name in nodes:
            own[nodes[name]] = given
        else:
            of_layers |= dict.fromkeys(layers[name], given)
    return dict(sorted((of_layers | own).items()))
