"""A large file is read in pieces; whatever it holds, the answer is that of the careful reader."""

from __future__ import annotations

import json
import random
from itertools import permutations

import numpy as np
import pytest

from deepgraph import loading, spec
from deepgraph.spec import edge_columns
from deepgraph.spec import reading as spec_reading
from deepgraph.spec.lazy_list import LazyList
from tests.support.strategies import GALLERY

NEVER = 1 << 60


def answer(content, large, monkeypatch):
    """Everything that can be seen of a spec, read in pieces or by the careful reader."""
    monkeypatch.setattr(spec_reading, "LARGE", large)
    found = loading.diagnose(content)
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
    """Check that both readers give one answer; return whether the fast one gave it."""
    expected = answer(content, NEVER, monkeypatch)
    assert answer(content, 0, monkeypatch) == expected
    return spec_reading._parse_large(content) is not None


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
    monkeypatch.setattr(edge_columns, "PIECE", request.param)


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
        ('{"source": "x", "target": "ü"', '{"source": "h", "target": "ü"'),
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


LETTERS = b'{}[]",:.-+eE019 \n\tax\\u\xc3\xff\x00'


def mutated(rng, text):
    content = bytearray(text)
    for _ in range(rng.choice((1, 1, 2, 3))):
        place, kind = rng.randrange(len(content)), rng.randrange(4)
        if kind == 0:
            del content[place : place + rng.choice((1, 1, 5, 40))]
        elif kind == 1:
            content.insert(place, rng.choice(LETTERS))
        elif kind == 2:
            content[place] = rng.choice(LETTERS)
        else:
            content[place:place] = content[place : place + rng.randrange(1, 60)]
    return bytes(content)


def test_mutations_are_answered_alike(monkeypatch):
    rng = random.Random(7)
    text = json.dumps(plain(EDGES), ensure_ascii=False).encode()
    taken = 0
    for _ in range(1500):
        monkeypatch.setattr(edge_columns, "PIECE", rng.choice((1, 40, 1000)))
        taken += both_ways(mutated(rng, text), monkeypatch)
    assert taken > 50


# --- edges of the same keys -------------------------------------------------------------------


def uniform(keys, ids=("x", "b:1", "h", "ü"), number=lambda n: (n - 3) / 7):
    """Edges of the same keys in the same order."""
    ends = [(ids[0], ids[2]), (ids[1], ids[2]), (ids[2], ids[3]), (ids[0], ids[3])]
    edges = []
    for n, (source, target) in enumerate(ends):
        all_keys = {"source": source, "target": target, "label": f"w:{n}", "weight": number(n)}
        edges.append({key: all_keys[key] for key in keys})
    nodes = [
        {"id": name, "kind": kind}
        for name, kind in zip(ids, ("input", "bias", "hidden", "output"), strict=True)
    ]
    nodes[1]["value"] = 1
    return {"deepgraph": 1, "nodes": nodes, "edges": edges}


KEYS = [
    ["source", "target"],
    ["source", "target", "label"],
    ["weight", "target", "source"],
    *map(list, permutations(["source", "target", "label", "weight"])),
]


@pytest.mark.parametrize("keys", KEYS, ids=" ".join)
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"separators": (",", ":")},
        {"indent": 4},
        {"indent": "\t", "separators": (" ,", " : ")},
    ],
)
def test_keys_in_any_order_and_layout(keys, form, monkeypatch, piece):
    text = json.dumps(uniform(keys), ensure_ascii=False, **form).encode()
    assert both_ways(text, monkeypatch)


def test_mutations_of_edges_of_the_same_keys(monkeypatch):
    rng = random.Random(8)
    taken = 0
    for _ in range(2500):
        form = rng.choice([{}, {"indent": 1}, {"separators": (",", ":")}])
        number = rng.choice([lambda n: n + 0.5, lambda n: 10 ** (n * 4), lambda n: -n])
        text = json.dumps(uniform(rng.choice(KEYS), number=number), ensure_ascii=False, **form)
        monkeypatch.setattr(edge_columns, "PIECE", rng.choice((1, 150, 1000)))
        taken += both_ways(mutated(rng, text.encode()), monkeypatch)
    assert taken > 80


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.5", "0.5 "),
        ("0.5", "1, 2"),
        ("0.5", "1}"),
        ("0.5", "[1]"),
        ("0.5", "true"),
        ("0.5", "null"),
        ("0.5", "1e"),
        ("0.5", "01"),
        ("0.5", "-0"),
        ("0.5", "1e400"),
        ("0.5", "9007199254740993"),
        ("0.5", "0." + "5" * 40),
        ("0.5", ""),
        ("0.5", " "),
        ("0.5", '"0.5"'),
        ('"w:2"', '"w:1"'),
        ('"w:2"', '""'),
        ('"w:2"', '"w\x01"'),
        ('"w:2"', '"w\x7f"'),
        ('"w:2"', '"' + "w" * 40 + '"'),
        ('"w:2"', "null"),
        ('"w:2"', '"b:1"'),
        ('"w:2"', '"a", "note": "b"'),
        ('"label": "w:2"', '"lable": "w:2"'),
        ('"label": "w:2", ', ""),
        ('"label"', '"note"'),
        ('"source": "h"', '"source": "h", "source": "h"'),
        ("}, {", "},\x0b{"),
        ("}, {", "} {"),
        ("}, {", "}, {}, {"),
        ("}, {", '}, {"source": "h", "target": "ü", "weight": 7}, {'),
        ("}]}", "},]}"),
        ("}]}", "}\x0c]}"),
        ("}]}", "}\n ]}"),
        ('"edges": [', '"edges": [' + " " * 600),
    ],
)
@pytest.mark.parametrize("which", [0, -1, None])
def test_one_edge_written_otherwise(old, new, which, monkeypatch, piece):
    text = json.dumps(uniform(KEYS[-1], number=lambda n: 0.5), ensure_ascii=False)
    if which is None:
        text = text.replace(old, new)
    else:
        parts = text.split(old)
        assert len(parts) > 1
        at = which % (len(parts) - 1)
        text = old.join(parts[: at + 1]) + new + old.join(parts[at + 1 :])
    both_ways(text.encode(), monkeypatch)


@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 31, 40])
def test_names_of_any_length(length, monkeypatch, piece):
    ids = ["ü" * (length // 2) + letter for letter in "abcd"]
    ids[1] = ids[1][1:] or "q"
    text = json.dumps(uniform(KEYS[-1], ids), ensure_ascii=False)
    assert both_ways(text.encode(), monkeypatch)


def test_many_names(monkeypatch):
    monkeypatch.setattr(edge_columns, "PIECE", 2000)
    rng = random.Random(2)
    names = [f"{'long ' * rng.randrange(4)}{n}" for n in range(300)]
    pairs = [(rng.choice(names), rng.choice(names)) for _ in range(2000)]
    edges = [{"source": source, "target": target} for source, target in pairs]
    for edge in rng.sample(edges, 20):
        edge["note"] = "a key more"
    found = edge_columns.read(json.dumps({"edges": edges}).encode())
    assert found is not None
    columns = found[0].columns
    ids = columns.names
    assert sorted(ids) == sorted({name for pair in pairs for name in pair})
    assert [columns.ends(edge) for edge in range(len(pairs))] == pairs


def test_labels_of_one_hash_are_different_labels(monkeypatch):
    monkeypatch.setattr(edge_columns, "hash", lambda _: 7, raising=False)
    for edges in (uniform(KEYS[-1])["edges"], EDGES):
        text = json.dumps(plain(edges), ensure_ascii=False).encode()
        assert both_ways(text, monkeypatch)
        own = [edge.get("label") is not None or "weight" in edge for edge in edges]
        columns = edge_columns.read(text)[0].columns
        assert columns.bearers.tolist() == np.flatnonzero(own).tolist()


def test_records_have_the_columns_of_their_text():
    for edges in (EDGES, uniform(KEYS[-1])["edges"], [*EDGES, *EDGES], []):
        text = json.dumps(plain(edges), ensure_ascii=False).encode()
        read = edge_columns.read(text)[0].columns
        made = edge_columns.columns_of(spec.read(text).edges)
        for name in ("source", "target", "first", "weight", "frozen"):
            np.testing.assert_array_equal(getattr(made, name), getattr(read, name))
        assert (made.names, made.labels()) == (read.names, read.labels())


def test_a_weight_that_is_no_plain_number_is_left_to_its_text():
    weights = [0.5, "1/3", None, 2**53, True, [1], 2**53 - 1, ...]
    edges = [{"source": "x", "target": "h", "label": f"w{n}"} for n in range(len(weights))]
    for edge, weight in zip(edges, weights, strict=True):
        if weight is not ...:
            edge["weight"] = weight
    columns = edge_columns.columns_of(spec.read(json.dumps(plain(edges)).encode()).edges)
    nan = np.nan
    np.testing.assert_array_equal(columns.weight, [0.5, nan, nan, nan, nan, nan, 2**53 - 1, nan])
    assert columns.unread == [1, 3, 4, 5]


def test_an_empty_list_of_edges(monkeypatch):
    layers = [{"id": "x", "size": 2}, {"id": "y", "size": 2, "weights": "W", "bias": "b"}]
    for edges in ("[]", "[ \n]"):
        text = f'{{"deepgraph": 1, "layers": {json.dumps(layers)}, "edges": {edges}}}'
        assert both_ways(text.encode(), monkeypatch)


@pytest.mark.parametrize("label", ["w", "w" * 8, "w" * 30, "w" * 40, "ü" * 17])
def test_labels_shared_by_edges_of_different_pieces(label, monkeypatch):
    monkeypatch.setattr(edge_columns, "PIECE", 1)
    for other in (label, label + "'", "b:1"):
        for note in ({}, {"note": "a record"}):
            text = uniform(KEYS[-1], number=lambda n: 0.5)
            text["edges"][0]["label"] = label
            text["edges"][3] |= {"label": other} | note
            content = json.dumps(text, ensure_ascii=False).encode()
            both_ways(content, monkeypatch)
            columns = edge_columns.read(content)[0].columns
            assert columns.first.tolist() == [0, 1, 2, 0 if other == label else 3]
            assert columns.labels() == [label, "w:1", "w:2", other]


def test_weights_are_the_nearest_doubles():
    rng = random.Random(3)
    texts = ["5e-324", "2.4703282292062328e-324", "0.1e1", "123456789e-9"]
    for _ in range(3000):
        digits = "".join(rng.choices("0123456789", k=rng.randrange(1, 40)))
        texts.append(
            f"{rng.choice(('', '-'))}{rng.randrange(10)}.{digits}e{rng.randrange(-330, 12)}"
        )
    edges = [f'{{"source": "x", "target": "h{n}", "weight": {t}}}' for n, t in enumerate(texts)]
    found = edge_columns.read(b'{"edges": [' + ",".join(edges).encode() + b"]}")
    assert found is not None
    np.testing.assert_array_equal(found[0].columns.weight, [float(text) for text in texts])


SHARED = [
    {},
    {"parameters": {"w": 0.5}},
    {"parameters": {"v": "1/3"}},
    {"parameters": {"v": 0.25, "w": 0.5}, "groups": {"both": ["w", "v"]}},
    {"parameters": {"both": [0.5, 0.25]}, "groups": {"both": ["w", "v"]}},
    {"parameters": {"both": [0.5, 0.25]}, "groups": {"both": ["w", "u"]}},
    {"parameters": {"b:1": 3}},
    {"parameters": {"u": 1}},
    {"examples": [{"inputs": {"x": 1}, "gradients": {"w": 1}, "loss": {"name": "mse"}}]},
    {"examples": [{"inputs": {"x": 1}, "gradients": {"u": 1}, "loss": {"name": "mse"}}]},
]


@pytest.mark.parametrize("more", SHARED, ids=str)
def test_parameters_of_several_edges(more, monkeypatch):
    rng = random.Random(str(more))
    taken = sound = 0
    for _ in range(60):
        labels = rng.choices(["v", "w", "b:1", "a label of some length, indeed", None], k=4)
        weights = rng.choices([0.5, 0.50, 2, None, ...], weights=(9, 3, 1, 3, 9), k=4)
        spec_ = uniform(["source", "target"]) | more
        for edge, label, weight in zip(spec_["edges"], labels, weights, strict=True):
            if label is not None or rng.random() < 0.1:
                edge["label"] = label
            if weight is not ...:
                edge["weight"] = weight
            if rng.random() < 0.1:
                edge["trainable"] = False
        monkeypatch.setattr(edge_columns, "PIECE", rng.choice((1, 1000)))
        content = json.dumps(spec_, ensure_ascii=False).encode()
        taken += both_ways(content, monkeypatch)
        sound += loading.diagnose(content).network is not None
    assert taken == 60
    assert sound > 3 or "u" in str(more)


def test_a_large_file_with_shared_labels_needs_no_records(monkeypatch):
    content = (
        json.dumps(uniform(KEYS[-1], number=lambda n: 0.5))
        .replace("w:2", "w:1")
        .replace("w:3", "w:0")
        .encode()
    )
    monkeypatch.setattr(spec_reading, "LARGE", 0)
    monkeypatch.setattr(edge_columns, "_RECORDS", None)
    assert loading.loads(content).parameters.values.tolist() == [0.5, 0.5]


def test_the_records_are_there_when_they_are_asked_for(monkeypatch):
    monkeypatch.setattr(spec_reading, "LARGE", 0)
    text = json.dumps(plain(EDGES), ensure_ascii=False).encode()
    net = loading.loads(text)
    edges = net.spec.edges
    assert isinstance(edges, LazyList)
    assert len(edges) == len(EDGES)
    assert bytes(edges[0].weight) == b"0.5"
    assert [edge.label for edge in edges[:3]] == ["w1", None, "a:b"]
    assert edges == list(edges)
