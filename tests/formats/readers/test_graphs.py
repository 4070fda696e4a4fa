from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest

import deepgraph
from deepgraph.errors import FormatError, ImportedWarning, OptionError
from deepgraph.spec import gallery
from tests.support import yed
from tests.support.models import imported
from tests.support.strategies import same


def node_link(graph, path):
    path.write_text(json.dumps(nx.node_link_data(graph, edges="edges")))


WRITERS = {".graphml": nx.write_graphml, ".gexf": nx.write_gexf, ".json": node_link}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", ["deep_state", "xor"])
def test_there_and_back(suffix, name, tmp_path):
    network = deepgraph.load(gallery.path(name))
    path = tmp_path / f"g{suffix}"
    WRITERS[suffix](network.graph, path)
    _, back = imported(path)
    X = np.random.default_rng(1).standard_normal((5, len(network.inputs)))
    assert same(back(X), network(X))
    assert back.output_names == network.output_names


def test_a_list_of_edges(tmp_path):
    (tmp_path / "e.csv").write_text("source,target,weight,label\nx,h,2,w1\nh,y,,\n")
    _, network = imported(tmp_path / "e.csv")
    assert network([[3.0]]).tolist() == [[6.0]]
    assert network.parameters.find("w1") is not None
    assert len(network.parameters) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "has the columns source, target and weight, not a, b"),
        ("source,target,weight\na,b,two\n", 'line 2, weight: expected a number, got "two"'),
        ("source,target,weight\na,b,nan\n", "expected a number"),
        ("source,target\n", "this list holds no edges"),
        ("source,target,weight\na,b,1\nb,a,1\n", "input|cycle"),
    ],
)
def test_lists_that_are_none(text, words, tmp_path):
    (tmp_path / "e.csv").write_text(text)
    with pytest.raises((FormatError, deepgraph.SpecError), match=words):
        imported(tmp_path / "e.csv")


def test_a_graph_takes_no_options(tmp_path):
    (tmp_path / "e.csv").write_text("source,target\nx,y\n")
    with pytest.raises(OptionError, match="names: a list of edges has no use for it"):
        imported(tmp_path / "e.csv", names=["a"])


# --- yEd ------------------------------------------------------------------------------------------

NODES = (yed.node(0, "x1"), yed.node(1, "x2"), yed.node(2, "h\n", "relu"), yed.node(3, "y"))
EDGES = (
    yed.edge(0, 0, 2, "w1 = -0.5"),
    yed.edge(1, 1, 2, " 2 "),
    yed.edge(2, 2, 3, "w1"),
    yed.edge(3, 0, 3, ""),
)


def test_labels_of_yed_are_names_and_weights(tmp_path):
    path = tmp_path / "drawn.graphml"
    path.write_text(yed.file(*NODES, yed.FRAME, *EDGES))
    found, network = imported(path)
    assert network.input_names == ["x1", "x2"]
    assert network.output_names == ["y"]
    assert [node.id for node in found.spec.nodes] == ["x1", "x2", "h", "y"]
    assert network([[1.0, 3.0]]).tolist() == [[-0.5 * 5.5 + 1.0]]
    assert found.spec.source == "drawn.graphml, GraphML of yEd"


def test_labels_of_yed_that_are_there_twice_stay_labels(tmp_path):
    path = tmp_path / "drawn.graphml"
    path.write_text(yed.file(*NODES[:3], yed.node(3, "h"), *EDGES))
    _, network = imported(path)
    assert network.input_names == ["n0", "n1"]
    assert [network.label(node) for node in range(4)] == ["x1", "x2", "h", "h"]


# --- what stands between cells --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("source|target|weight\nx|h|2\nh|y|-1\n", "|"),
        ("source target  weight\n  x   h 2\nh y -1 \n", " "),
        ('source;target;weight\n"x,h";h;2\nh;y;-1\n', ";"),
        ("source\ttarget\tweight\nx, h\th\t2\nh\ty\t-1\n", "\\t"),
    ],
)
def test_a_delimiter_that_is_named(text, sign, tmp_path):
    (tmp_path / "e.csv").write_text(text)
    with pytest.warns(ImportedWarning, match="every node is a sum"):
        network = deepgraph.from_file(tmp_path / "e.csv", delimiter=sign)
    assert network([[3.0]]).tolist() == [[-6.0]]
    with pytest.raises(OptionError, match="delimiter is one ASCII character"):
        deepgraph.from_file(tmp_path / "e.csv", delimiter="||")


def test_a_delimiter_that_is_not_named_is_asked_for(tmp_path):
    (tmp_path / "e.csv").write_text("source|target|weight\nx|y|2\n")
    with pytest.raises(FormatError, match=r"not source\|target\|weight; delimiter=CHAR names"):
        imported(tmp_path / "e.csv")
