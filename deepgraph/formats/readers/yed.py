"""What people write into the pictures of yEd: names of nodes, and weights beside edges.

In its GraphML the nodes are called n0, n1 and so on; what a person sees are labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.numbers_in_text import number

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import networkx as nx

MARK = b"yfiles.type"
"""Only files of yEd and its relatives hold this."""


def with_names(graph: nx.DiGraph, root: Element) -> nx.DiGraph:
    """The graph that people see: labels are the names of nodes, and the weights of edges.

    An edge may say `0.5`, `w1` or `w1 = 0.5`. Where labels of nodes are missing or are there twice,
    nodes keep their numbers as ids. Frames around nodes are no nodes.

    Args:
        graph: as networkx has read it.
        root: the top element of the same file.
    """
    import networkx as nx  # takes a quarter of a second

    found = nx.DiGraph(graph)
    if description := found.graph.pop("Description", None):  # the property that yEd itself makes
        found.graph.setdefault("description", description)
    frames = [node.get("id") for node in root.iter() if node.get("yfiles.foldertype") is not None]
    found.remove_nodes_from(
        [frame for frame in frames if frame in found and not nx.degree(found, frame)]
    )
    for _, _, attributes in found.edges(data=True):
        _drop_empty(attributes)
        if "weight" not in attributes and "label" in attributes:
            attributes.update(_weight(attributes.pop("label")))
    for attributes in found.nodes.values():
        _drop_empty(attributes)
        if "label" in attributes:
            attributes["label"] = as_id(" ".join(str(attributes["label"]).split()))
    labels = nx.get_node_attributes(found, "label")
    if len(labels) < len(found) or len(set(labels.values())) < len(labels):
        return found
    for attributes in found.nodes.values():
        del attributes["label"]
    return nx.relabel_nodes(found, labels)


def _drop_empty(attributes: dict[str, Any]) -> None:
    """Leave out properties without content, which yEd gives every node and edge."""
    for key in [key for key, content in attributes.items() if content in ("", None)]:
        del attributes[key]


def _weight(text: str | None) -> dict[str, Any]:
    """What the text beside an edge says of its weight: a label, a number or both.

    >>> _weight("w1 = -0.5"), _weight(" 2 "), _weight("w1"), _weight("")
    ({'label': 'w1', 'weight': -0.5}, {'weight': 2.0}, {'label': 'w1'}, {})
    """
    plain = " ".join((text or "").split())
    name, equals, value = plain.rpartition("=")
    if (found := _number(value)) is not None:
        named = {"label": name.strip()} if equals and name.strip() else {}
        return {**named, "weight": found}
    return {"label": plain} if plain else {}


def _number(text: str) -> float | None:
    try:
        return number(text.strip(), "a weight")
    except ValueError:
        return None
