"""A large file is read as columns: whatever it holds, the answer is that of the other way."""

from __future__ import annotations

import json
import pickle
import random

import numpy as np
import pytest
from strategies import GALLERY

from deepgraph import edgecolumns, network, spec
from deepgraph.lazylist import LazyList

NEVER = 1 << 60


def answer(content, large, monkeypatch):
    """What there is to see of a spec, read with or without columns."""
    monkeypatch.setattr(spec, "LARGE", large)
    found = network.diagnose(content)
    if found.network is None:
        return [str(problem) for problem in found.problems], found.more
    net = found.network
    return (
        [str(problem) for problem in found.problems],
        net.ids,
        [getattr(net, name).tolist() for name in ("kind", "source", "target", "edge_parameter")],
        [getattr(net, name).tolist() for name in ("node_parameter", "rank")],
        net.parameters.values.tobytes(),
        net.parameters.trainable.tolist(),
        list(net.parameters.keys),
        spec.write(net.spec),
    )


def both_ways(content, monkeypatch):
    """The same answer both ways; whether the columns were taken."""
    expected = answer(content, NEVER, monkeypatch)
    assert answer(content, 0, monkeypatch) == expected
    return spec._parse_large(content) is not None


def plain(edges, **more):
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "b:1", "kind": "bias", "value": 1},
        {"id": "h"},
        {"id": "ü", "kind": "output"},
    ]
    return {"deepgraph": 1, "nodes": nodes, "edges": edges, **more}


EDGES = [
    {"source": "x", "target": "h", "label": "w1", "weight": 0.5},
    {"source": "b:1", "target": "h"},
    {"source": "h", "target": "ü", "label": "a:b", "weight": None, "trainable": False},
    {"source": "x", "target": "ü", "weight": -1e-5, "note": "so: so", "trainable": True},
    {"source": "b:1", "target": "ü", "label": None, "note": None},
]


@pytest.fixture(params=[1 << 16, 40, 1])
def piece(request, monkeypatch):
    monkeypatch.setattr(edgecolumns, "PIECE", request.param)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(path, monkeypatch, piece):
    both_ways(path.read_bytes(), monkeypatch)


@pytest.mark.parametrize("form", [{}, {"indent": 2}, {"ensure_ascii": False}])
def test_a_plain_spec_is_read_as_columns(form, monkeypatch, piece):
    text = json.dumps(plain(EDGES), **form).encode()
    assert both_ways(text, monkeypatch) == (b"\\" not in text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"w1", "weight": 0.5', '"w1", "weight": 0.5, "weight": 0.5'),  # a key stands twice
        ('"note": "so: so"', '"note": "so: so", "note": "so"'),
        ('"w1"', '"a:b"'),  # one label for two edges
        ('"w1"', '"b:1"'),  # the label of an edge is the name of a bias
        ('"w1"', '""'),
        ("0.5", "9007199254740993"),
        ("0.5", "1e400"),
        ("0.5", "-0"),
        ("0.5", "NaN"),
        ("0.5", "01"),
        ("0.5", "1."),
        ("0.5", '"1/3"'),
        ("0.5", "[0.5]"),
        ("0.5", "[" * 1000 + "]" * 1000),
        ("0.5}", "0.5},"),
        ("0.5}", "0.5}}"),
        ('"w1"', '"w},{1"'),
        ('"w1"', '"w\x01"'),
        ('"w1"', '"w\\u0031"'),
        ('"w1"', '"w\\ud800"'),
        ('"source": "x"', '"source": "q"'),
        ('"source": "x"', '"sorce": "x"'),
        ('"source": "x"', '"source": 1'),
        ('"trainable": false', '"trainable": 0'),
        ('"edges": [', '"edges": [], "edges": ['),
        ('"edges": [', '"edges": [1, '),
        ('"edges": [', '"edges": [, '),
        ("]}", ",]}"),
        ("]}", '], "groups": {"g": ["w1", "a:b"]}}'),
        ("]}", '], "parameters": {"a:b": 3, "w1": 0.5}}'),
        ("]}", '], "parameters": {"nothing": 3}, "parameters": {}}'),
        ("]}", '], "style": ' + '{"a": ' * 600 + "1" + "}" * 600 + "}"),
        ('{"deepgraph"', ' \n{"deepgraph"'),
        ('{"deepgraph"', '\ufeff{"deepgraph"'),
    ],
)
def test_what_is_odd_is_answered_alike(old, new, monkeypatch, piece):
    text = json.dumps(plain(EDGES), ensure_ascii=False)
    assert old in text
    both_ways(text.replace(old, new, 1).encode(errors="surrogatepass"), monkeypatch)


def test_bytes_that_are_no_utf_8(monkeypatch):
    text = json.dumps(plain(EDGES), ensure_ascii=False).encode()
    for wrong in (b"\xff", b"\xed\xa0\x80", b"\xc0\xaf"):
        assert not both_ways(text.replace(b"w1", wrong), monkeypatch)


def test_mutations_are_answered_alike(monkeypatch):
    rng = random.Random(7)
    text = json.dumps(plain(EDGES), ensure_ascii=False).encode()
    letters = b'{}[]",:.-+eE019 \n\tax\\u\xc3\xff\x00'
    taken = 0
    for _ in range(1500):
        content = bytearray(text)
        for _ in range(rng.choice((1, 1, 2, 3))):
            place, kind = rng.randrange(len(content)), rng.randrange(4)
            if kind == 0:
                del content[place : place + rng.choice((1, 1, 5, 40))]
            elif kind == 1:
                content.insert(place, rng.choice(letters))
            elif kind == 2:
                content[place] = rng.choice(letters)
            else:
                content[place:place] = content[place : place + rng.randrange(1, 60)]
        monkeypatch.setattr(edgecolumns, "PIECE", rng.choice((1, 40, 1000)))
        taken += both_ways(bytes(content), monkeypatch)
    assert taken > 50


def test_weights_are_the_nearest_doubles(monkeypatch):
    rng = random.Random(3)
    texts = ["5e-324", "2.4703282292062328e-324", "0.1e1", "123456789e-9"]
    for _ in range(3000):
        digits = "".join(rng.choices("0123456789", k=rng.randrange(1, 40)))
        texts.append(
            f"{rng.choice(('', '-'))}{rng.randrange(10)}.{digits}e{rng.randrange(-330, 12)}"
        )
    edges = [f'{{"source": "x", "target": "h{n}", "weight": {t}}}' for n, t in enumerate(texts)]
    found = edgecolumns.read(b'{"edges": [' + ",".join(edges).encode() + b"]}")
    assert found is not None
    np.testing.assert_array_equal(found[2].weight, [float(text) for text in texts])


def test_the_records_are_there_when_they_are_asked_for(monkeypatch):
    monkeypatch.setattr(spec, "LARGE", 0)
    text = json.dumps(plain(EDGES), ensure_ascii=False).encode()
    net = network.loads(text)
    edges = net.spec.edges
    assert isinstance(edges, LazyList)
    assert len(edges) == len(EDGES)
    assert bytes(edges[0].weight) == b"0.5"
    assert [edge.label for edge in edges[:3]] == ["w1", None, "a:b"]
    assert edges == list(edges)
    assert pickle.loads(pickle.dumps(LazyList(2, lambda: [1, 2]))) == [1, 2]
