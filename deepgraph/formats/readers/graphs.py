"""Reads directed graphs: GraphML, GEXF, the node-link JSON of networkx, and lists of edges.

What their attributes mean is what `Network.from_networkx` says.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import msgspec

from deepgraph.errors import FormatError, SpecError
from deepgraph.formats import networkx as networks
from deepgraph.formats.readers import xml_text
from deepgraph.formats.readers.json_text import loads
from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.numbers_in_text import number
from deepgraph.formats.readers.record import Imported, Report
from deepgraph.words.messages import counted, in_quotes

if TYPE_CHECKING:
    import networkx as nx

    from deepgraph.formats.readers.record import Options, Source

MOST_ROWS = 2_000_000


def read_graphml(source: Source, options: Options) -> Imported:
    """The network of a GraphML file."""
    import networkx as nx  # takes a quarter of a second

    xml_text.require_plain(source)
    return _imported(_read(nx.read_graphml, source), "GraphML", source)


def read_gexf(source: Source, options: Options) -> Imported:
    """The network of a GEXF file."""
    import networkx as nx  # takes a quarter of a second

    xml_text.require_plain(source)
    return _imported(_read(nx.read_gexf, source), "GEXF", source)


def _read(reader: Any, source: Source) -> nx.DiGraph:
    try:
        return reader(io.BytesIO(source.content))
    except Exception as error:  # the library raises what it likes
        kind = type(error).__name__
        raise FormatError(f"no graph that networkx reads: {kind}: {error}") from None


def read_node_link(source: Source, options: Options) -> Imported:
    """The network of the node-link JSON of networkx."""
    import networkx as nx  # takes a quarter of a second

    content = loads(source)
    key = "edges" if "edges" in content else "links"
    try:
        graph = nx.node_link_graph(content, edges=key)
    except Exception as error:  # the library raises what it likes
        raise FormatError(f"no node-link graph: {type(error).__name__}: {error}") from None
    return _imported(graph, "node-link JSON", source)


def read_edges(source: Source, options: Options) -> Imported:
    """The network of a table with the columns source, target, weight and perhaps label."""
    import csv

    import networkx as nx  # takes a quarter of a second

    rows = csv.reader(io.StringIO(source.text(), newline=""))
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if not {"source", "target"} <= set(header):
            raise FormatError(
                "a list of edges has the columns source, target and weight, not "
                + ", ".join(header)
            )
        graph = nx.DiGraph()
        for line, row in enumerate(rows, 2):
            if row:
                _add_edge(graph, dict(zip(header, row, strict=False)), line)
            if line > MOST_ROWS:
                raise FormatError(f"more than {MOST_ROWS:,} edges")
    except csv.Error as error:
        raise FormatError(f"this is no CSV: {error}") from None
    return _imported(graph, "list of edges", source)


def _add_edge(graph: nx.DiGraph, row: dict[str, str], line: int) -> None:
    ends = [as_id(row.get(key, "")) for key in ("source", "target")]
    if graph.has_edge(*ends):
        both = f"from {in_quotes(ends[0])} to {in_quotes(ends[1])}"
        raise FormatError(f"line {line}: the edge {both} is there twice")
    attributes: dict[str, Any] = {}
    if row.get("weight", "").strip():
        attributes["weight"] = number(row["weight"], f"line {line}, weight")
    if row.get("label", "").strip():
        attributes["label"] = row["label"].strip()
    graph.add_edge(*ends, **attributes)


def _imported(graph: nx.DiGraph, title: str, source: Source) -> Imported:
    try:
        spec = networks.to_spec(graph)
    except SpecError as error:
        first = error.problems[0]
        more = counted(error.count - 1, "more problem")
        rest = f" (and {more})" if error.count > 1 else ""
        raise FormatError(f"{first.path}: {first.message}{rest}") from None
    if not spec.source:
        spec = msgspec.structs.replace(spec, source=f"{source.name}, {title}")
    return Imported(spec, {}, Report(title))
