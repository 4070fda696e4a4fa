"""GraphML: the nodes and edges with the keys of the spec, for tools that draw and study graphs.

`Network.from_networkx` makes the same network of it again.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.formats.networkx import from_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    import networkx as nx

    from deepgraph.graph.graph import Graph

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML has no way to write."""


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network.

    Raises:
        InputError: a text of the spec holds a control character, which XML cannot.
    """
    import networkx as nx

    found = from_network(graph)
    for where, attributes in _all(found):
        for key, text in attributes.items():
            if isinstance(text, str) and (letter := _FORBIDDEN.search(text)):
                code = f"U+{ord(letter[0]):04X}"
                raise InputError(f"{where}: {key} holds {code}, which GraphML cannot; take it out")
    content = io.BytesIO()
    nx.write_graphml_xml(found, content)
    return content.getvalue() + b"\n"


def _all(graph: nx.DiGraph) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything that has attributes, with its name for messages."""
    yield "the network", graph.graph
    for name, attributes in graph.nodes.items():
        yield f'node "{name}"', {"id": name, **attributes}
    for source, target, attributes in graph.edges(data=True):
        yield f'edge "{source}" → "{target}"', attributes
