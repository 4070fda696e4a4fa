"""Reads directed graphs: GraphML, GEXF, the node-link JSON of networkx, and lists of edges.

What their attributes mean is what `Network.from_networkx` says.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from deepgraph.errors import FormatError, SpecError
from deepgraph.formats import networkx as networks
from deepgraph.formats.readers import xml_text, yed
from deepgraph.formats.readers.json_text import loads
from deepgraph.formats.readers.names import LONGEST, as_id
from deepgraph.formats.readers.numbers_in_text import number
from deepgraph.formats.readers.record import Imported, Report
from deepgraph.words.messages import Nearest, counted, in_quotes, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    import networkx as nx

    from deepgraph.formats.readers.record import Options, Source

MOST_ROWS = 2_000_000


def read_graphml(source: Source, options: Options) -> Imported:
    """The network of a GraphML file, with the labels of yEd as names."""
    import networkx as nx  # takes a quarter of a second

    root = xml_text.root(source)
    graph = _read(nx.read_graphml, source)
    if yed.MARK not in source.content or graph.is_multigraph() or not graph.is_directed():
        return _imported(graph, "GraphML", source)
    return _imported(yed.with_names(graph, root), "GraphML of yEd", source)


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
        raise FormatError(f"networkx cannot read this graph: {kind}: {error}") from None


def read_node_link(source: Source, options: Options) -> Imported:
    """The network of the node-link JSON of networkx."""
    import networkx as nx  # takes a quarter of a second

    content = loads(source)
    key = "edges" if "edges" in content else "links"
    try:
        graph = nx.node_link_graph(content, edges=key)
    except Exception as error:  # the library raises what it likes
        raise FormatError(
            f"this is not a node-link graph: {type(error).__name__}: {error}"
        ) from None
    return _imported(graph, "node-link JSON", source)


def read_edges(source: Source, options: Options) -> Imported:
    """The network of a table with the columns source, target, weight and perhaps label.

    It holds no activations and no biases, so that every node is a sum; the report says so.

    Raises:
        FormatError: it is no such table.
    """
    import csv

    import networkx as nx  # takes a quarter of a second

    text = source.text()
    head = text.partition("\n")[0]
    delimiter = options.delimiter or next((sign for sign in ",;\t" if sign in head), ",")
    blank = delimiter == " "
    if blank:  # any run of blanks is one
        text = "\n".join(line.strip(" ") for line in text.splitlines())
    stream = io.StringIO(text, newline="")
    rows = csv.reader(stream, delimiter=delimiter, skipinitialspace=blank, strict=True)
    graph, bare = nx.DiGraph(), 0
    try:
        header = _header(next(rows, []))
        for row in rows:
            if not row:
                continue
            if len(row) != len(header):
                cells = counted(len(row), "cell")
                raise FormatError(f"line {rows.line_num}: {cells} for {len(header)} columns")
            bare += not _add_edge(graph, dict(zip(header, row, strict=True)), rows.line_num)
            if graph.number_of_edges() > MOST_ROWS:
                raise FormatError(f"more than {MOST_ROWS:,} edges")
    except csv.Error as error:
        raise FormatError(f"line {rows.line_num}: this is not a CSV table: {error}") from None
    if not graph.number_of_edges():
        raise FormatError("this list holds no edges")
    imported = _imported(graph, "list of edges", source)
    report = imported.report
    if unused := [name for name in header if name not in EDGE_COLUMNS]:
        report.unused.append(f"the {counted(len(unused), 'column')} {listed(unused)}")
    if bare:
        report.notes.append(f"{counted(bare, 'edge')} without a weight: each passes its value on")
    report.notes.append("a list of edges has no activations and no biases: every node is a sum")
    return imported


EDGE_COLUMNS = ("source", "target", "weight", "label")


def _header(cells: list[str]) -> list[str]:
    """The names of the columns.

    Raises:
        FormatError: one is missing, is there twice, or is a slip of one that has a meaning.
    """
    header = [name.strip().lower() for name in cells]
    if not {"source", "target"} <= set(header):
        found = listed(header) if any(header) else "nothing"
        told = f"a list of edges has the columns source, target and weight, not {found}"
        if len(header) == 1:
            told += f"; {option('delimiter', 'CHAR')} names what stands between them"
        raise FormatError(told)
    for name in header:
        if header.count(name) > 1:
            raise FormatError(f"the column {in_quotes(name)} is there twice")
        meant = "weight" if name in ("w", "value") else Nearest(EDGE_COLUMNS).name(name)
        if name not in EDGE_COLUMNS and meant and meant not in header:
            raise FormatError(f"the column {in_quotes(name)}; did you mean {in_quotes(meant)}?")
    return header


def _add_edge(graph: nx.DiGraph, row: dict[str, str], line: int) -> bool:
    """Add the edge of a row; false if it has no weight of its own."""
    for key in ("source", "target"):
        if not row[key].strip():
            raise FormatError(f"line {line}: the {key} has no name")
        if len(row[key].strip()) > LONGEST:
            raise FormatError(f"line {line}: the {key} has more than {LONGEST} characters")
    ends = [as_id(row[key]) for key in ("source", "target")]
    if graph.has_edge(*ends):
        both = f"from {in_quotes(ends[0])} to {in_quotes(ends[1])}"
        raise FormatError(f"line {line}: the edge {both} is there twice")
    attributes: dict[str, Any] = {}
    if row.get("weight", "").strip():
        attributes["weight"] = number(row["weight"], f"line {line}, weight")
    if row.get("label", "").strip():
        attributes["label"] = row["label"].strip()
    graph.add_edge(*ends, **attributes)
    return bool(attributes)


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
    if not spec.name:
        spec = msgspec.structs.replace(spec, name=as_id(Path(source.name).stem))
    return Imported(spec, {}, Report(title))
