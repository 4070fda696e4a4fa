"""What is told of two networks: each kind of change, by name, and nothing where nothing differs."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from time import process_time

import pytest

import deepgraph
from deepgraph.diff import compare, renamed_nodes
from deepgraph.edit.formatting import LayoutError, expanded
from deepgraph.errors import InputError, SpecError
from tests.support.strategies import GALLERY, SPECS

BASE = {
    "deepgraph": 1,
    "name": "base",
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "v", "kind": "input"},
        {"id": "b1", "kind": "bias", "value": 0.5},
        {"id": "h1", "activation": "relu"},
        {"id": "h2", "activation": "relu"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h1", "label": "w1", "weight": 1.5},
        {"source": "v", "target": "h1", "label": "w2", "weight": -1},
        {"source": "b1", "target": "h1"},
        {"source": "x", "target": "h2", "label": "w3", "weight": 2},
        {"source": "h1", "target": "y", "label": "w4", "weight": 0.67},
        {"source": "h2", "target": "y", "label": "w5", "weight": 1},
    ],
    "groups": {"w45": ["w4", "w5"]},
    "stages": {"out": ["h1", "h2"]},
    "examples": [{"name": "one", "inputs": {"x": 1, "v": 0}, "expect": {"h1": 2.0}}],
}


def net(content):
    return deepgraph.loads(json.dumps(content), content.get("name", "spec"))


def changed(edit):
    """The report of a change of the base, without its first line."""
    other = copy.deepcopy(BASE)
    edit(other)
    text = str(net(BASE).diff(net(other)))
    return text.split("\n", 1)[1]


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_network_does_not_differ_from_itself_nor_from_its_nodes_and_edges(path):
    content = path.read_bytes()
    same = compare(deepgraph.loads(content), deepgraph.loads(content), texts=(content, content))
    assert (same.equal, same.text(), same.patch) == (True, "", [])
    try:
        spelled = expanded(content).encode()
    except LayoutError:
        pytest.skip("its numbers are in a file")
    texts = content, spelled
    network, other = map(deepgraph.loads, texts)
    assert compare(network, other, texts=texts).equal
    assert compare(other, network, texts=texts[::-1]).equal
    strict = compare(network, other, texts=texts, strict=True)
    if network.spec.layers:
        assert strict.text().splitlines()[1:] == ["form", "  ~ form: layers → nodes and edges"]
    else:
        assert strict.equal


def edit(section, number, **keys):
    def change(spec):
        spec[section][number] |= keys

    return change


def drop(spec, node):
    spec["nodes"] = [n for n in spec["nodes"] if n["id"] != node]
    spec["edges"] = [e for e in spec["edges"] if node not in (e["source"], e["target"])]


def renamed(spec):
    text = json.dumps({key: spec[key] for key in spec}).replace('"h1"', '"first"')
    spec.clear()
    spec.update(json.loads(text))


def without_h2(spec):
    del spec["groups"], spec["stages"]
    drop(spec, "h2")


def with_h3(spec):
    spec["nodes"].insert(5, {"id": "h3", "activation": "tanh"})
    spec["edges"] += [
        {"source": "v", "target": "h3", "label": "w6", "weight": 0.25},
        {"source": "h3", "target": "y", "label": "w7"},
    ]


def shared(spec):
    spec["edges"][3]["label"] = "w1"
    spec["edges"][3]["weight"] = 1.5


CHANGES = [
    (edit("edges", 4, weight=0.7), "parameters\n  ~ w4: 0.67 → 0.7 (+0.03)\n"),
    (edit("edges", 4, weight=0.67001), "parameters\n  ~ w4: 0.67 → 0.67001 (+1e−5)\n"),
    (edit("edges", 5, weight=None), "parameters\n  ~ w5: 1 → ?\n"),
    (edit("edges", 5, trainable=False), "parameters\n  ~ w5: trainable → frozen\n"),
    (edit("nodes", 2, value="-1/2"), "parameters\n  ~ b1: 0.5 → −0.5 (−1)\n"),
    (edit("nodes", 3, activation="tanh"), "structure\n  ~ node h1: ReLU → tanh\n"),
    (
        edit("nodes", 3, activation={"name": "relu", "gain": 2}),
        "structure\n  ~ node h1: ReLU → ReLU(2z)\n",
    ),
    (edit("nodes", 3, aggregation="max"), "structure\n  ~ node h1: ReLU → max, then ReLU\n"),
    (edit("nodes", 3, kind="output"), "structure\n  ~ node h1: hidden → output\n"),
    (
        edit("nodes", 0, normalise={"mean": 3, "scale": 2}),
        "structure\n  ~ node x: not normalised → mean 3, scale 2\n",
    ),
    (
        edit("nodes", 5, rescale={"mean": 3, "scale": 2}),
        "structure\n  ~ node y: linear → linear (scale 2, mean 3)\n",
    ),
    (
        edit("nodes", 5, classes=["no", "yes"]),
        "structure\n  + classes y: no and yes at 0.5\n",
    ),
    (
        lambda spec: spec["edges"].append(
            {"source": "v", "target": "h2", "label": "w9", "weight": 3}
        ),
        "structure\n  + edge v → h2: w9\nparameters\n  + w9 = 3\n",
    ),
    (
        lambda spec: spec["edges"].pop(1),
        "structure\n  - edge v → h1: w2\nparameters\n  - w2 = −1\n",
    ),
    (
        lambda spec: (
            spec["edges"].__setitem__(5, {"source": "h2", "target": "y"}) or spec.pop("groups")
        ),
        (
            "structure\n  ~ edge h2 → y: w5 = 1 → wire\nparameters\n  - w5 = 1\n"
            "names\n  - group w45: [w4, w5]\n"
        ),
    ),
    (
        with_h3,
        (
            "structure\n  + node h3: hidden, tanh, from v, to y\n"
            "parameters\n  + w6 = 0.25\n  + w7 = ?\n"
        ),
    ),
    (
        without_h2,
        (
            "structure\n  - node h2: hidden, ReLU, from x, to y\n"
            "parameters\n  - w3 = 2\n  - w5 = 1\nnames\n"
            "  - group w45: [w4, w5]\n  - stage out: [h1, h2]\n"
        ),
    ),
    (
        shared,
        ("structure\n  ~ shared parameter: w1, w3 → w1\nparameters\n  ~ w1: 2 → 1.5 (−0.5)\n"),
    ),
    (
        lambda spec: spec["edges"].insert(0, spec["edges"].pop(1)),
        "order of terms\n  ~ terms h1: x, v, b1 → v, x, b1\n",
    ),
    (
        lambda spec: spec["nodes"].insert(0, spec["nodes"].pop(1)),
        "structure\n  ~ order of inputs: x, v → v, x\n",
    ),
    (
        lambda spec: spec["nodes"].insert(3, spec["nodes"].pop(4)),
        "order of terms\n  ~ order of nodes: h1, h2 → h2, h1\n",
    ),
    (renamed, "names\n  ~ node h1 → first\n"),
    (edit("nodes", 5, label="class"), "names\n  + label of node y: class\n"),
    (
        lambda spec: (spec["edges"][4].pop("label"), spec.pop("groups")),
        "names\n  - label h1 → y: w4\n  - group w45: [w4, w5]\n",
    ),
    (
        lambda spec: spec.__setitem__("groups", {"all": ["w4", "w5"]}),
        "names\n  ~ group w45 → all\n",
    ),
    (
        lambda spec: spec.__setitem__("stages", {"out": ["h1"]}),
        "names\n  ~ stage out: [h1, h2] → [h1]\n",
    ),
    (
        lambda spec: spec["examples"][0]["expect"].__setitem__("h1", 2.5),
        'examples\n  ~ example "one", expect h1: 2.0 → 2.5\n',
    ),
    (
        lambda spec: spec["examples"].append({"inputs": {"x": 1, "v": 1}}),
        "examples\n  + example number 2: inputs\n",
    ),
    (
        lambda spec: spec.__setitem__("style", {"theme": "dark"}),
        'style\n  + style theme: "dark"\n',
    ),
    (lambda spec: spec.__setitem__("name", "other"), "words\n  ~ name: base → other\n"),
    (edit("nodes", 3, note="see page 3"), "words\n  + note of node h1: see page 3\n"),
    (edit("edges", 3, note="see page 3"), "words\n  + note of edge x → h2: see page 3\n"),
    (edit("nodes", 3, layer="first"), "style\n  + caption h1: first\n"),
]


@pytest.mark.parametrize(("change", "text"), CHANGES, ids=[text[:50] for _, text in CHANGES])
def test_a_change_is_told_in_its_section(change, text):
    assert changed(change) == text


def test_whatever_only_one_side_has_is_counted_and_told_with_its_number():
    """A layer inserted: the weights of both sides stand in text, Markdown and JSON."""
    other = layered()
    other["layers"].insert(2, {"id": "g", "size": 1, "weights": "U", "bias": "c"})
    other["parameters"] |= {"U": [[0.25, -0.75]], "c": [None], "V": [[2]]}
    found = net(layered()).diff(net(other))
    summary = "4 changes in structure, 4 parameters added, 2 removed"
    assert found.summary == summary.replace("4 changes", f"{len(found['structure'])} changes")
    lines = ["- V[1,1] = 1", "- V[1,2] = 1", "+ U[1,1] = 0.25", "+ U[1,2] = −0.75"]
    for line in [*lines, "+ V[1,1] = 2", "+ c[1] = ?"]:
        assert f"\n  {line}\n" in found.text(), found.text()
    assert "| U&#91;1,2&#93; |  | −0.75 |  |\n" in found.markdown()
    told = json.loads(found.json())["parameters"]
    assert {"mark": "removed", "what": "parameter", "name": "V[1,1]", "before": 1.0} in told
    assert {"mark": "added", "what": "parameter", "name": "c[1]", "after": None} in told
    assert len(told) == 6
    assert "and 4 more\n" in found.text(2)
    both = copy.deepcopy(BASE)
    both["edges"][0]["weight"] = 9
    both["edges"].append({"source": "v", "target": "h2", "weight": 3})
    assert net(BASE).diff(net(both)).summary == "1 change in structure, 1 of 6 parameters, 1 added"


def test_numbers_are_those_of_the_file_and_differences_add_up():
    """4.1015 is not 4.101; Markdown and JSON say the same; digits are a choice."""
    pair = []
    for values in ((4.1015, -1.2704, 1 / 3), (2.5, -1.3, 2 / 3)):
        spec = copy.deepcopy(BASE)
        for edge, weight in zip(spec["edges"], values, strict=False):
            edge |= {"weight": weight, "label": edge.get("label", "w0")}
        spec["nodes"][2]["value"] = 1
        pair.append(net(spec))
    found = pair[0].diff(pair[1])
    assert "w1: 4.1015 → 2.5 (−1.6015)\n" in found.text()
    assert "w2: −1.2704 → −1.3 (−0.0296)\n" in found.text()
    assert "w0: 0.333333 → 0.666667 (+0.333334)\n" in found.text()
    assert "w1: 4.1 → 2.5 (−1.6)\n" in found.text(digits=2)
    assert "| w0 | 0.3333333333333333 | 0.6666666666666666 |" in found.markdown(digits=17)
    told = {change["name"]: change for change in json.loads(found.json())["parameters"]}
    assert (told["w1"]["before"], told["w2"]["after"]) == (4.1015, -1.3)
    assert told["w0"]["before"] + told["w0"]["change"] == told["w0"]["after"]


def wide(**more):
    """Fifteen nodes between an input and an output."""
    names = [f"h{n}" for n in range(15)]
    nodes = [{"id": "x", "kind": "input"}, *({"id": n} for n in names)]
    edges = [{"source": "x", "target": n, "label": f"u{n}", "weight": 1} for n in names]
    edges += [{"source": n, "target": "y", "label": f"v{n}", "weight": 1} for n in names]
    return {
        "deepgraph": 1, "name": "wide", "nodes": [*nodes, {"id": "y", "kind": "output"}],
        "edges": edges, **more,
    }  # fmt: skip


FIRST = [f"h{n}" for n in range(13)]
LONG = "a word after another, " * 8


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            {"examples": [{"inputs": {"x": [*range(50)]}}]},
            {"examples": [{"inputs": {"x": [*range(49), 99]}}]},
            "example number 1, inputs x: …44, 45, 46, 47, 48, 49] → …44, 45, 46, 47, 48, 99]",
        ),
        (
            {"stages": {"s": [*FIRST, "h13"]}},
            {"stages": {"s": [*FIRST, "h14"]}},
            "h11, h12, h13] → [h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, h12, h14]",
        ),
        (
            {"groups": {"g": [*(f"u{n}" for n in FIRST), "uh13"]}},
            {"groups": {"g": [*(f"u{n}" for n in FIRST), "uh14"]}},
            "group g: …h10, uh11, uh12, uh13] → …h10, uh11, uh12, uh14]",
        ),
        ({"title": "a b"}, {"title": "a  b"}, "title: a b → a  b"),
        ({"title": "a\nb"}, {"title": "a b"}, "title: a\\nb → a b"),
        (
            {"title": LONG + "1"},
            {"title": LONG + "2"},
            "title: …word after another, 1 → …word after another, 2",
        ),
    ],
    ids=["figures", "stage", "group", "spaces", "line ends", "long text"],
)
def test_what_differs_behind_the_part_that_is_shown_is_told(before, after, told):
    found = net(wide(**before)).diff(net(wide(**after)))
    assert not found.equal
    assert told in found.text()


def test_figures_that_look_alike_stand_in_the_change_as_they_are_written():
    pair = [wide(examples=[{"inputs": {"x": 1}, "expect": {"h1": v}}]) for v in ("1/2", "2/4")]
    texts = [json.dumps(spec).replace('"2/4"', "0.50").encode() for spec in pair]
    found = deepgraph.loads(texts[0]).diff(deepgraph.loads(texts[1]))
    assert [(c.before, c.after) for c in found["examples"]] == [("1/2", "0.50")]


EXAMPLE = (
    '{"inputs": {"x": 1, "v": 0.50}, "targets": {"y": 0.50}, "learning_rate": 0.50, '
    '"loss": {"name": "mean_squared_error", "expect": 0.70}, "expect": {"h1": [2.0]}, '
    '"gradients": {"w1": 0.30}, "deltas": {"h1": 0.10}}'
)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"v": 0.50', '"v": "1/2"', ""),
        ('"y": 0.50', '"y": 0.5', ""),
        ('rate": 0.50', 'rate": 0.5', ""),
        ('"expect": 0.70', '"expect": 0.7', "loss expect: 0.70 → 0.7"),
        ('{"h1": [2.0]}', '{"h1": [2]}', "expect h1: [2.0] → [2]"),
        ('"w1": 0.30', '"w1": 0.3', "gradients w1: 0.30 → 0.3"),
        ('"h1": 0.10', '"h1": 0.1', "deltas h1: 0.10 → 0.1"),
    ],
)
def test_decimals_count_where_check_judges_by_them(before, after, told):
    whole = json.dumps(BASE | {"examples": []})
    texts = [whole.replace('"examples": []', f'"examples": [{e}]')
             for e in (EXAMPLE, EXAMPLE.replace(before, after))]  # fmt: skip
    found = compare(*map(deepgraph.loads, texts))
    assert found.equal is not bool(told)
    assert told in found.text()
    loose = [text.replace('"inputs"', '"tolerance": 0.01, "inputs"') for text in texts]
    assert compare(*map(deepgraph.loads, loose)).equal


def test_options_of_style_are_equal_by_their_values():
    style = [{"font_size": 12, "legend": True}, {"font_size": 12.0, "legend": True}]
    assert net(BASE | {"style": style[0]}).diff(net(BASE | {"style": style[1]})).equal


def test_whatever_is_dropped_from_a_spec_shows():
    """Every key of every record of the gallery, one by one."""
    dropped, only_strict = 0, set()
    for path in GALLERY:
        whole = json.loads(path.read_bytes())
        if "layers" in whole and path.stem != "iris":
            continue  # 8,832 numbers
        for place in _places(whole):
            other = copy.deepcopy(whole)
            holder = other
            for key in place[:-1]:
                holder = holder[key]
            del holder[place[-1]]
            texts = json.dumps(whole).encode(), json.dumps(other).encode()
            try:
                networks = [deepgraph.loads(text) for text in texts]
            except SpecError:
                continue
            dropped += 1
            if compare(*networks, texts=texts).equal:  # the key said what holds without it
                assert not compare(*networks, texts=texts, strict=True).equal, (path, place)
                only_strict.add(place[-1])
    assert dropped > 400
    assert only_strict <= {"kind", "activation", "value", "threshold"}, only_strict


def _places(tree, path=()):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*path, key)
            yield from _places(value, (*path, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            if isinstance(value, dict):
                yield from _places(value, (*path, number))


def test_numbers_are_equal_however_they_are_written_unless_it_is_strict():
    texts = [
        json.dumps(BASE).replace('"weight": 1.5', f'"weight": {number}').encode()
        for number in ("0.5", "0.50", '"1/2"')
    ]
    for other, told in ((1, "0.5 → 0.50"), (2, '0.5 → "1/2"')):
        pair = texts[0], texts[other]
        networks = [deepgraph.loads(text) for text in pair]
        assert compare(*networks, texts=pair).equal
        strict = compare(*networks, texts=pair, strict=True)
        assert strict.text().splitlines()[1:] == ["form", f"  ~ number edges/0/weight: {told}"]


@pytest.mark.parametrize(
    ("tolerance", "equal"),
    [({}, False), ({"rtol": 0.01}, False), ({"rtol": 0.05}, True), ({"atol": 0.031}, True)],
)
def test_within_a_tolerance_parameters_are_equal(tolerance, equal):
    other = copy.deepcopy(BASE)
    other["edges"][4]["weight"] = 0.7
    assert compare(net(BASE), net(other), **tolerance).equal is equal


def test_a_missing_value_is_within_no_tolerance():
    other = copy.deepcopy(BASE)
    other["edges"][4]["weight"] = None
    assert not compare(net(BASE), net(other), rtol=10, atol=10).equal


def labelled(spec, **labels):
    """A copy whose edges, by their numbers, have other labels."""
    other = copy.deepcopy(spec)
    for number, label in labels.items():
        other["edges"][int(number[1:])]["label"] = label
    return other


PLAIN = {key: value for key, value in BASE.items() if key not in ("groups", "stages", "examples")}


@pytest.mark.parametrize(
    ("before", "after", "told", "renamed"),
    [
        ({"e0": "w", "e1": "w"}, {"e0": "w", "e1": "v"}, ["shared parameter: w → w, v"], {}),
        ({"e0": "w", "e1": "w"}, {"e0": "u", "e1": "v"}, ["shared parameter: w → u, v"], {}),
        ({"e0": "u", "e1": "v"}, {"e0": "w", "e1": "w"}, ["shared parameter: u, v → w"], {}),
        ({"e0": "w", "e1": "w"}, {"e0": "v", "e1": "v"}, ["parameter w → v"], {"w": "v"}),
        (
            {"e0": "w", "e1": "v"}, {"e0": "v", "e1": "w"},
            ["parameter w → v", "parameter v → w"], {"w": "v", "v": "w"},
        ),
    ],
)  # fmt: skip
def test_a_parameter_is_renamed_if_all_its_edges_have_the_one_new_label(
    before, after, told, renamed
):
    spec = labelled(PLAIN, **before)
    spec["edges"][1]["weight"] = spec["edges"][0]["weight"]
    found = net(spec).diff(net(labelled(spec, **after)))
    lines = [line[4:] for line in found.text().splitlines()[1:] if line.startswith("  ")]
    assert lines == told
    names = {name: found.new_names.parameter(name) for name in ("u", "v", "w")}
    assert {old: new for old, new in names.items() if old != new} == renamed


def test_a_label_that_another_edge_of_b_bears_is_told_and_not_taken_for_renamed():
    """Edge 0 loses w to an edge that is new: groups of w hold another parameter now."""
    spec = labelled(PLAIN, e0="w") | {"groups": {"g": ["w", "w2"]}}
    other = labelled(spec, e0="v")
    other["edges"].append({"source": "v", "target": "h2", "label": "w", "weight": 1})
    found = net(spec).diff(net(other))
    assert "  ~ parameter w → v\n" in found.text()
    assert found.new_names.parameter("w") == "w"


def test_labels_and_ids_of_nodes_do_not_get_mixed_up():
    """An edge may be labelled like a hidden node, which is renamed; a bias is a parameter."""
    spec = labelled(PLAIN, e0="h1") | {"groups": {"g": ["h1", "w2"]}}
    spec["examples"] = [{"inputs": {"x": 1, "v": 1}, "gradients": {"h1": 1, "b1": 2}}]
    spec["examples"][0]["targets"] = {"y": 0}
    spec["examples"][0]["loss"] = {"name": "squared_error"}
    text = json.dumps(spec)
    for key in ("id", "source", "target"):
        text = text.replace(f'"{key}": "h1"', f'"{key}": "first"')
        text = text.replace(f'"{key}": "b1"', f'"{key}": "bias"')
    other = json.loads(text.replace('"b1": 2', '"bias": 2'))
    found = net(spec).diff(net(other))
    assert found.text().splitlines()[1:] == ["names", "  ~ node b1 → bias", "  ~ node h1 → first"]


def layered(**keys):
    """Two inputs, a layer of two ReLU nodes and an output; keys of the middle layer."""
    size, bias = keys.get("size", 2), keys.get("bias", "b")
    layer = {"id": "h", "size": size, "activation": "relu", "weights": "W", "bias": bias} | keys
    output = {"id": "y", "size": 1, "weights": "V", "bias": None}
    parameters = {"W": [[1, 1]] * size, "V": [[1] * size]} | ({"b": [0] * size} if bias else {})
    return {
        "deepgraph": 1, "name": "l", "layers": [{"id": "x", "size": 2}, layer, output],
        "parameters": parameters,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"note": "old"}, {"id": "g", "note": "new"}, ["note of layer g: old → new"]),
        ({}, {"id": "g", "grid": [1, 2]}, ["grid g: 1 × 2"]),
        ({"names": ["p", "q"], "note": "o"}, {"id": "g", "names": ["p", "q"], "note": "n"},
         ["note of layer g: o → n"]),
        ({}, {"size": 3, "bias": None},
         ["layer h: 2 nodes with biases → 3 nodes without biases"]),
        ({"bias": None}, {"size": 3}, ["layer h: 2 nodes without biases → 3 nodes with biases"]),
        ({}, {"size": 3}, ["layer h: 2 nodes → 3 nodes"]),
        ({"names": ["p", "q"]}, {"size": 3, "names": ["p", "r", "s"], "activation": "tanh"},
         ["layer h: 2 nodes → 3 nodes", "node q:", "node r:", "node s:"]),
    ],
)  # fmt: skip
def test_layers_are_compared_where_they_are_renamed_or_grow(before, after, told):
    text = net(layered(**before)).diff(net(layered(**after))).text()
    for line in told:
        assert line in text, text


def test_the_order_of_examples_is_told():
    both = [{"name": name, "inputs": {"x": 1, "v": 2}} for name in ("one", "two")]
    pair = net(BASE | {"examples": both}), net(BASE | {"examples": both[::-1]})
    assert pair[0].diff(pair[1]).text().splitlines()[1:] == [
        "examples", '  ~ order of examples: "one", "two" → "two", "one"',
    ]  # fmt: skip


def test_what_is_left_out_is_not_told_as_the_form():
    other = copy.deepcopy(BASE)
    other["edges"][4]["weight"] = 0.7
    texts = json.dumps(BASE).encode(), json.dumps(other).encode()
    networks = [deepgraph.loads(text) for text in texts]
    assert compare(*networks, texts=texts, strict=True, ignore=["parameters"]).equal


@pytest.mark.filterwarnings("error")
def test_a_difference_that_overflows_has_no_size():
    """1.7e308 → −1.7e308 is twice the largest number: told, written as JSON and drawn."""
    pair = []
    for weight in (1.7e308, -1.7e308):
        spec = copy.deepcopy(BASE)
        spec["edges"][4]["weight"] = weight
        pair.append(net(spec))
    found = pair[0].diff(pair[1])
    assert found.text().splitlines()[2] == "  ~ w4: 1.7e308 → −1.7e308"
    assert found["parameters"][0].size is None
    assert json.loads(found.json())["parameters"][0]["after"] == -1.7e308
    assert "−1.7e308" in found.draw().content().decode()
    assert not compare(*pair, rtol=0.5).equal


def test_sections_are_ignored_by_name():
    other = copy.deepcopy(BASE)
    other["title"], other["edges"][4]["weight"] = "t", 0.7
    found = compare(net(BASE), net(other), ignore=["words"])
    assert [section.key for section in found.sections] == ["parameters"]
    assert compare(net(BASE), net(other), ignore=["words", "parameters"]).equal
    with pytest.raises(InputError, match='no section is named "word"; did you mean "words"'):
        compare(net(BASE), net(other), ignore=["word"])
    with pytest.raises(InputError, match="rtol is 0 or more, got -1"):
        compare(net(BASE), net(other), rtol=-1)


def test_the_largest_changes_come_first_where_there_are_many():
    a = net({**BASE, "groups": {}, "stages": {}, "examples": []})
    b = a.rewritten(a.parameters.values + [0, 0.1, 0.2, 0.3, 0.4, 0.5][: len(a.parameters)])
    found = compare(a, b)
    assert "w5: 1 → 1.5 (+0.5)" in found.text(2)
    assert "and 3 more; the largest are shown" in found.text(2)
    assert len(found["parameters"]) == 5


def test_markdown_is_a_table_of_numbers_and_lists_whose_words_are_no_markup():
    other = copy.deepcopy(BASE)
    other["edges"][4]["weight"] = 0.7
    other["title"] = "*bold* @all <b>"
    assert net(BASE).diff(net(other)).markdown() == (
        "**base → base**: 1 of 6 parameters, 1 change in words\n\n**Parameters**\n\n"
        "| parameter | before | after | change |\n|:--|--:|--:|--:|\n"
        "| w4 | 0.67 | 0.7 | +0.03 |\n\n**Words**\n\n"
        "- ➕ title: &#42;bold&#42; &#64;all &#60;b&#62;\n"
    )


def test_a_node_that_is_not_the_only_one_that_fits_is_removed_and_added():
    """Two nodes without labels between the same neighbours: which is which, nobody can say."""

    def twins(*names):
        nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}]
        edges = []
        for name in names:
            nodes.append({"id": name, "activation": "relu"})
            edges += [{"source": "x", "target": name}, {"source": name, "target": "y"}]
        return net({"deepgraph": 1, "nodes": nodes, "edges": edges})

    assert not twins("a", "b").diff(twins("c", "d")).new_names.nodes
    assert twins("a", "b").diff(twins("a", "d")).new_names.nodes == {"b": "d"}


def test_a_chain_of_renamed_nodes_is_found_from_its_ends():
    def chain(*names):
        nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}]
        nodes += [{"id": name, "activation": "relu"} for name in names]
        way = ["x", *names, "y"]
        edges = [{"source": s, "target": t} for s, t in pairwise(way)]
        return net({"deepgraph": 1, "nodes": nodes, "edges": edges})

    found = chain("a", "b", "c").diff(chain("p", "q", "r"))
    assert found.new_names.nodes == {"a": "p", "b": "q", "c": "r"}


def test_long_chains_of_renamed_nodes_are_found_in_time():
    """Each link shows the next two; the work grows with the links and not with their square."""

    def chain(letter, count):
        names = [f"{letter}{n}" for n in range(count)]
        nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}]
        nodes += [{"id": name} for name in names]
        edges = [{"source": s, "target": t} for s, t in pairwise(["x", *names, "y"])]
        return net({"deepgraph": 1, "nodes": nodes, "edges": edges})

    pair = chain("a", 3000), chain("b", 3000)
    start = process_time()
    found = pair[0].diff(pair[1])
    assert process_time() - start < 5  # it was a minute
    assert found.new_names.nodes == {f"a{n}": f"b{n}" for n in range(3000)}


def relabelled(text, *pairs):
    """A text of JSON in which names are others."""
    for old, new in pairs:
        text = text.replace(f'"{old}"', f'"{new}"')
    return json.loads(text)


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("p", "P"), ("W", "M")], ["node p → P", "parameters W → M"]),
        ([("p", "P"), ("q", "Q"), ("W", "M")], ["node p → P", "node q → Q", "parameters W → M"]),
        ([("h", "g"), ("W", "M")], ["layer h → g", "parameters W → M"]),
        (
            [("p", "P"), ("q", "Q"), ("W", "M"), ("b", "c"), ("h", "g"), ("V", "N"), ("y", "z")],
            ["layer h → g", "layer y → z", "node p → P", "node q → Q", "parameters b → c",
             "parameters W → M", "parameters V → N"],
        ),
        ([("b", "c")], ["parameters b → c"]),
    ],
)  # fmt: skip
def test_what_is_renamed_together_is_found_and_told_once(pairs, told):
    """Inputs, a layer, its matrix and its vector: one network under other names."""
    spec = layered()
    spec["layers"][0]["names"] = ["p", "q"]
    spec["parameters"] = {"W": [[1.5, 2], [-3, 4]], "b": [0.5, 0.25], "V": [[7, 8]]}
    found = net(spec).diff(net(relabelled(json.dumps(spec), *pairs)))
    assert found.text().splitlines()[1:] == ["names", *(f"  ~ {line}" for line in told)]


def test_a_matrix_that_was_renamed_and_trained_is_the_same_one():
    spec = layered()
    spec["layers"][0]["names"] = ["p", "q"]
    other = relabelled(json.dumps(spec), ("p", "P"), ("W", "M"))
    other["parameters"]["M"] = [[5, 6], [7, 8]]
    assert net(spec).diff(net(other)).summary == "4 of 8 parameters, 2 changes in names"


def test_nodes_without_their_labels_are_found_by_their_numbers():
    spec = {**PLAIN, "edges": [dict(edge) for edge in BASE["edges"]]}
    other = relabelled(json.dumps(spec), ("h1", "first"), ("h2", "second"))
    for edge in other["edges"]:
        edge.pop("label", None)
    found = net(spec).diff(net(other))
    assert found.new_names.nodes == {"h1": "first", "h2": "second"}
    assert not found["structure"]
    other["edges"][0]["weight"] = 1.25  # now nothing shows that it is h1
    assert net(spec).diff(net(other)).new_names.nodes == {"h2": "second"}


def test_hidden_nodes_that_changed_places_are_told():
    """Two layers, each permuted with its biases: twelve numbers moved, and nothing else."""
    spec = layered(size=3)
    spec["layers"].insert(2, {"id": "g", "size": 2, "activation": "tanh", "weights": "U"})
    spec["layers"][2]["bias"] = "c"
    spec["parameters"] = {
        "W": [[1, 2], [3, 4], [5, 6]], "b": [0.1, 0.2, 0.3], "U": [[1, 2, 3], [4, 5, 6]],
        "c": [0.5, 0.25], "V": [[7, 8]],
    }  # fmt: skip
    other = copy.deepcopy(spec)
    other["parameters"] = {
        "W": [[3, 4], [1, 2], [5, 6]], "b": [0.2, 0.1, 0.3], "U": [[5, 4, 6], [2, 1, 3]],
        "c": [0.25, 0.5], "V": [[8, 7]],
    }  # fmt: skip
    found = net(spec).diff(net(other))
    told = "hidden nodes changed places: h1, h2, g1, g2; but for that, both networks have the same "
    assert f"  note: {told}numbers\n" in found.text()
    assert f"Note: {told}numbers.\n" in found.markdown()
    assert json.loads(found.json())["hints"] == [f"{told}numbers"]
    other["parameters"]["V"] = [[8, 7.5]]
    assert not net(spec).diff(net(other)).hints
    assert not net(spec).diff(net(spec)).hints


def test_a_caption_of_a_column_is_told_once():
    spec = copy.deepcopy(PLAIN)
    for node in spec["nodes"][3:5]:
        node["layer"] = "first"
    other = json.loads(json.dumps(spec).replace('"first"', '"hidden"'))
    assert net(spec).diff(net(other)).text().splitlines()[1:] == [
        "style", "  ~ caption first → hidden",
    ]  # fmt: skip
    other["nodes"][4]["layer"] = "third"
    assert net(spec).diff(net(other)).text().splitlines()[2:] == [
        "  ~ caption h1: first → hidden", "  ~ caption h2: first → third",
    ]  # fmt: skip


@pytest.mark.parametrize("old", ["W", "h"])
def test_a_large_matrix_or_layer_is_renamed_in_time(old):
    """300 × 300 entries; a name made for each took most of the time."""
    spec = layered(size=300) | {"parameters": {}}
    spec["layers"][0]["size"] = 300
    rows = [[(r * 7 + c * 13) % 101 / 100 + 0.01 for c in range(300)] for r in range(300)]
    spec["parameters"] = {"W": rows, "b": [0] * 300, "V": [[1] * 300]}
    pair = net(spec), net(relabelled(json.dumps(spec), (old, "new")))
    start = process_time()
    found = pair[0].diff(pair[1])
    assert process_time() - start < 0.5
    assert found.summary == "1 change in names"


def test_a_label_is_not_taken_for_the_number_of_a_node():
    """A: h, whose edge is labelled "1". B: g, fed by node 1, and r, whose edge is labelled "1"."""
    ends = [{"id": "x", "kind": "input"}, {"id": "k", "activation": "tanh"}]
    out, relu = {"id": "y", "kind": "output"}, "relu"
    always = [{"source": "x", "target": "k", "label": "kk"},
              {"source": "k", "target": "y", "label": "ky"}]  # fmt: skip
    a = {"deepgraph": 1, "nodes": [*ends, {"id": "h", "activation": relu}, out], "edges": [
        *always, {"source": "x", "target": "h", "label": "1"},
        {"source": "h", "target": "y", "label": "hz"},
    ]}  # fmt: skip
    b = {"deepgraph": 1, "nodes": [
        *ends, {"id": "g", "activation": relu}, {"id": "r"}, {"id": "z", "kind": "output"}, out,
    ], "edges": [
        *always, {"source": "k", "target": "g"}, {"source": "g", "target": "z"},
        {"source": "x", "target": "r", "label": "1"}, {"source": "r", "target": "y", "label": "ry"},
    ]}  # fmt: skip
    assert not net(a).diff(net(b)).new_names.nodes


def test_a_parameter_that_moved_and_was_frozen_counts_once():
    other = copy.deepcopy(BASE)
    other["edges"][4] |= {"weight": 0.7, "trainable": False}
    found = net(BASE).diff(net(other))
    assert (found.summary, len(found["parameters"])) == ("1 of 6 parameters", 2)


def test_numbers_of_a_file_are_compared_and_stand_in_the_patch(tmp_path):
    import numpy as np

    from deepgraph.diff import patched

    content = json.dumps(
        {
            "deepgraph": 1,
            "layers": [
                {"id": "x", "size": 2},
                {"id": "y", "size": 1, "weights": "W", "bias": None},
            ],
            "parameters": "weights.npz",
        }
    ).encode()
    networks = []
    for name, last in (("a", 2.0), ("b", 2.5)):
        (tmp_path / name).mkdir()
        np.savez(tmp_path / name / "weights.npz", W=np.array([[1.0, last]]))
        networks.append(deepgraph.loads(content, name, tmp_path / name))
    found = compare(*networks, texts=(content, content))
    assert found.text().splitlines()[1:] == ["parameters", "  ~ W[1,2]: 2 → 2.5 (+0.5)"]
    after = deepgraph.loads(patched(content, found.json().encode()))
    assert after.diff(networks[1]).equal


def test_above_a_limit_renamed_nodes_are_not_looked_for_and_that_is_said(monkeypatch):
    before = deepgraph.load(SPECS / "xor.json")
    text = (SPECS / "xor.json").read_text(encoding="utf-8")
    after = deepgraph.loads(text.replace('"h1"', '"g1"').replace('"h2"', '"g2"'))
    assert compare(before, after).hints == ()
    monkeypatch.setattr(renamed_nodes, "MOST_RENAMED", 1)
    found = compare(before, after)
    assert found.pairing.renamed == ()
    assert "no renamed ones are looked for" in found.hints[0]
