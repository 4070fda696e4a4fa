from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest

import deepgraph
from deepgraph.errors import FormatError, OptionError
from deepgraph.spec import gallery
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
        ("source,target\n", "there is no edge"),
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
