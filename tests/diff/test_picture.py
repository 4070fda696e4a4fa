"""The picture of a comparison, measured in a browser: nothing overlaps, no colour speaks alone."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field

import numpy as np
import pytest

import deepgraph
from deepgraph.diff import compare
from deepgraph.draw.output.palette import BIAS_LINE, DASHES, EDGE_DASHES, LIGHT
from deepgraph.edit.templates import dense
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS
from deepgraph.network import Network
from deepgraph.spec.writing import write
from deepgraph.words.numbers import short
from tests.support import browser
from tests.support.faults import faults
from tests.support.spec_edits import edited
from tests.support.strategies import GALLERY

EDITS = ("value", "rename", "add_node", "remove_node", "add_edge", "remove_edge", "words")


@dataclass
class Case:
    name: str
    found: object
    options: dict
    inputs: dict | None = None
    svg: bytes = b""
    pages: dict = field(default_factory=dict)


def cases():
    """Random edits of the gallery, still and live, to the right and downwards; and trained ones."""
    made = []
    small = [path for path in GALLERY if path.stem != "digits"]
    for seed in range(48):
        rng = random.Random(seed)
        path = small[seed % len(small)]
        before = path.read_bytes()
        after, _, _ = edited(before, rng, rng.randint(1, 4), EDITS)
        a, b = deepgraph.loads(before, "a"), deepgraph.loads(after, "b")
        a, b = a.initialised(1), b.initialised(1)
        names = {*a.input_names, *b.input_names}
        inputs = dict.fromkeys(sorted(names), 0.75) if seed % 3 else None
        options = {"direction": ("right", "down")[seed % 2], "theme": "light"}
        options |= {"legend": True} if seed % 4 == 0 else {}
        found = compare(a, b)
        if not found.equal:
            made.append(Case(f"{path.stem} {seed} {options}", found, options, inputs))
    return made + trained()


def trained():
    """Layers in which every number moved, as a training moves them."""
    made, rng = [], np.random.default_rng(0)
    for name in ("iris", "mazur", "deep_state", "digits"):
        before = deepgraph.load(next(path for path in GALLERY if path.stem == name))
        moved = before.parameters.values + rng.normal(0, 0.1, len(before.parameters))
        found = compare(before, before.rewritten(np.round(moved, 3)))
        inputs = dict.fromkeys(before.input_names, 0.5)
        for direction in ("right", "down"):
            options = {"direction": direction, "max_width": 8}
            made.append(Case(f"{name} trained {direction}", found, options, inputs))
    return made


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    browser.needed()
    made = cases()
    for case in made:
        case.svg = case.found.draw(case.inputs, **case.options).content("svg")
    pages = browser.measure([case.svg for case in made], tmp_path_factory.mktemp("browser"))
    for number, case in enumerate(made):
        case.pages = {font: pages[font][number] for font in browser.FONTS}
    return made


def test_nothing_overlaps(measured):
    assert len(measured) >= 40
    wrong = {
        (case.name, font): found
        for case in measured
        for font, page in case.pages.items()
        if (found := faults(page))
    }
    assert wrong == {}


def test_each_change_has_a_figure_or_a_sign(measured):
    """Whatever a colour tells, a dash and a sign tell, too: what came, what went, what moved."""
    seen = set()
    for case in measured:
        view = case.found.draw(case.inputs, **case.options).drawing.view
        things = [*view.nodes, *view.edges, *(bias for node in view.nodes for bias in node.biases)]
        svg = case.svg.decode()
        for thing in things:
            label = thing.name if hasattr(thing, "lines") else thing.label
            if thing.mark == "added":
                assert label.startswith("+"), (case.name, label)
            if thing.mark == "removed":
                assert label.startswith("−"), (case.name, label)
            if thing.mark == "changed" and not hasattr(thing, "lines"):
                wide = any(note.endswith("SVG's tooltips") for note in view.footnotes)
                assert "→" in (thing.tip if wide else label), (case.name, label)
            seen.add((type(thing).__name__, thing.mark))
        marks = {(type(thing).__name__, thing.mark) for thing in things}
        went = any(mark == "removed" for _, mark in marks)
        assert (f'"{DASHES}"' in svg) == went
        assert (f'"{EDGE_DASHES["added"]}"' in svg) == (("EdgeView", "added") in marks)
    assert {(kind, mark) for kind in ("NodeView", "EdgeView", "BiasView") for mark in MARKS} <= seen


MARKS = ("added", "removed")


def test_nothing_of_either_network_is_missing(measured):
    for case in measured:
        found, view = case.found, case.found.draw(case.inputs, **case.options).drawing.view
        biases = sum(len(node.biases) for node in view.nodes)
        told = [note for note in view.footnotes if note.startswith("not shown: ")]
        shown = [*view.edges, *(bias for node in view.nodes for bias in node.biases)]
        if any("not shown" in note for note in view.footnotes):  # a part of a layer is left out
            hidden = sum(
                int(n.replace(",", "")) for n in re.findall(r"([\d,]+) changed edge", *told or [""])
            )
            changed = sum(bool(edge.mark) for edge in shown)
            assert changed + hidden == len(changed_edges(found)), case.name
            continue
        left_out = sum("is not drawn" in note for note in view.footnotes)
        common = len(found.pairing.edges_b)
        union = common + len(found.pairing.removed) + len(found.pairing.added)
        assert len(view.edges) + biases + left_out == union, case.name


def changed_edges(found):
    """The edges that came, went, or have another weight or another bias behind them."""
    both = [
        (int(one), int(other))
        for one, other in zip(found.pairing.edges_a, found.pairing.edges_b, strict=True)
        if found.a.weights[one] != found.b.weights[other]
        or (found.a.kind[found.a.source[one]] == BIAS
            and found.a.bias_value(int(found.a.source[one]))
            != found.b.bias_value(int(found.b.source[other])))
    ]  # fmt: skip
    return [*both, *found.pairing.removed, *found.pairing.added]


def wide(**weights):
    """A network of 12-14-3, and the same with other weights."""
    before = Network(dense([12, 14, 3], "relu")).initialised(1)
    return before, before.rewritten(before.with_values(**weights).parameters.values)


def test_a_change_at_a_node_that_wide_layers_would_hide_is_shown():
    before, after = wide(w21=-2.0)
    view = before.diff(after).draw().drawing.view
    [moved] = [edge for edge in view.edges if edge.mark]
    assert moved.name == "w21"
    assert [note for note in view.footnotes if note.startswith("not shown")] == []
    ids = [node.id for node in view.nodes]
    assert "h7" in ids
    assert "h6" not in ids


def test_what_is_not_shown_of_the_changes_is_counted():
    before, _ = wide()
    after = before.rewritten(before.parameters.values + 0.25)
    view = before.diff(after).draw().drawing.view
    hidden = [node for node in before.ids if node not in {node.id for node in view.nodes}]
    assert len([one for one in hidden if one.startswith("h")]) == 3
    assert f"not shown: {3 * (12 + 1 + 3)} changed edges" in view.footnotes


def test_numbers_that_would_make_a_picture_many_times_as_wide_stand_in_tooltips():
    before, _ = wide()
    before = before.rewritten(before.parameters.values)  # its drawn numbers stand in the file
    spec = json.loads(write(before.spec))
    gone = [edge for edge in spec["edges"] if edge["target"] == "h9"][:5]
    for edge in spec["edges"][:110]:
        edge["weight"] = round(edge["weight"] + 0.3, 4)
    spec["edges"] = [edge for edge in spec["edges"] if edge not in gone]
    spec.pop("groups", None)
    found = before.diff(deepgraph.loads(json.dumps(spec), "b"))
    drawing = found.draw().drawing
    assert drawing.layout.width < 5_000
    assert not any(edge.label for edge in drawing.view.edges)
    assert drawing.view.footnotes[-1].endswith(" changed edges stand in the SVG's tooltips")
    svg = found.draw(theme="paper").content("svg").decode()
    assert f'"{DASHES}"' in svg  # what went is dashed, what changed is not
    assert len({edge.mark for edge in drawing.view.edges}) == 3


def two(*edges):
    nodes = [{"id": "x", "kind": "input"}, {"id": "a"}, {"id": "b"}, {"id": "y", "kind": "output"}]
    ends = [{"source": s, "target": t, "weight": 1} for s, t in edges]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": ends}))


def test_an_edge_that_turned_round_is_told_and_not_drawn_as_a_circle():
    forth = two(("x", "a"), ("x", "b"), ("a", "b"), ("a", "y"), ("b", "y"))
    back = two(("x", "a"), ("x", "b"), ("b", "a"), ("a", "y"), ("b", "y"))
    view = forth.diff(back).draw().drawing.view
    assert view.footnotes == ("− a → b is not drawn: it would close a circle",)
    assert [edge.label for edge in view.edges if edge.mark] == ["+ 1"]


def test_values_stand_in_the_nodes_before_and_after():
    before = deepgraph.load(GALLERY[0].parent / "deep_state.json")
    after = before.rewritten(before.with_values(w7=0.7).parameters.values)
    found = before.diff(after)
    view = found.draw({"x": 0.5}).drawing.view
    lines = {node.id: [line.text for line in node.lines] for node in view.nodes}
    assert lines["y"] == ["y", "0.5305", "linear", "was 0.4872"]
    assert lines["g1"] == ["g1", "1.444", "ReLU"]
    [moved] = [edge for edge in view.edges if edge.mark]
    assert (moved.label, moved.size) == ("w7 = 0.67 → 0.7", 1.0)
    moving = found.draw({"x": 0.5}, animate=True).content("svg").decode()
    assert "@keyframes" in moving
    for form in ("png", "pdf", "html"):
        assert found.draw(theme="dark" if form != "html" else None).content(form)
    assert found.draw(title=True).drawing.view.heading == "deep_state → deep_state".replace(
        "deep_state", before.name
    )
    with pytest.raises(DrawingError, match="no contributions"):
        found.draw(weights="contribution")
    with pytest.raises(DrawingError, match='such a picture has no option "thema"; did you mean'):
        found.draw(thema="dark")


@pytest.mark.parametrize(
    ("form", "went", "came"),
    [
        ("tikz", r"dash pattern=on \S+ off \S+[],]", r"dash pattern=on \S+ off \S+ on \S+ off"),
        ("mermaid", f"stroke-dasharray:{DASHES}", f"stroke-dasharray:{EDGE_DASHES['added']}"),
        ("dot", "dashed", "dotted"),
    ],
)
def test_what_went_and_came_is_dashed_in_every_format(form, went, came):
    path = next(path for path in GALLERY if path.stem == "deep_state")
    spec = json.loads(path.read_text(encoding="utf-8"))
    del spec["edges"][0]
    before = deepgraph.load(path)
    found = compare(before, deepgraph.loads(json.dumps(spec), "b"))
    assert re.search(went, found.draw().content(form).decode())
    assert not re.search(came, found.draw().content(form).decode())
    back = compare(deepgraph.loads(json.dumps(spec), "b"), before)
    assert re.search(came, back.draw().content(form).decode())
    assert not re.search(went, back.draw().content(form).decode())
    assert not re.search(f"{went}|{came}", before.draw().content(form).decode())


def iris(**entries):
    """The gallery's iris network with other numbers at some names, beside the network as it is."""
    before = deepgraph.load(next(path for path in GALLERY if path.stem == "iris"))
    values = before.parameters.values.copy()
    for name, value in entries.values():
        values[before.parameters.where(name)] = value
    return before, before.rewritten(values)


def test_width_and_colour_are_those_of_the_change_of_weights_and_biases_alike():
    """A bias that moved by 1.6 is wide and has its name, a weight that moved by 1e-5 is thin."""
    a, b = iris(bias=("b1[1]", 2.5), weight=("W2[1,2]", -1.27041))
    svg = compare(a, b).draw(legend=True, theme="light").content("svg").decode()
    pill = svg.split('class="bias"')[1:]
    [changed] = [part.split("</g>")[0] for part in pill if "→" in part]
    assert "b" in changed
    assert "= 4.101 → 2.5" in "".join(re.sub("<[^>]*>", "", changed).split("\n"))
    line = LIGHT.positive
    assert f'stroke="{line}" stroke-width="{short(BIAS_LINE + 1.5)}"' in changed
    thin = [
        part for part in svg.split('class="edge"')[1:] if LIGHT.negative in part.split("</g>")[0]
    ]
    width = re.search('stroke-width="([0-9.]+)"', thin[0])
    assert float(width[1]) < 0.9
    for words in ("changed, now above 0", "changed, now below 0", "as before"):
        assert words in svg


def test_a_layer_that_came_leaves_the_others_in_the_order_of_the_file():
    spec = json.loads(next(path for path in GALLERY if path.stem == "iris").read_text())
    before = deepgraph.loads(json.dumps(spec))
    size = spec["layers"][1]["size"]
    spec["layers"].insert(2, {"id": "g", "size": 2, "weights": "G", "bias": None})
    spec["parameters"] |= {"G": [[1] * size] * 2, "W2": [[1, 2]] * 3}
    svg = before.diff(deepgraph.loads(json.dumps(spec))).draw().content("svg").decode()
    pattern = r'data-kind="hidden">.*?<circle cx="([0-9.]+)" cy="([0-9.]+)"'
    drawn = re.findall(pattern, svg, re.DOTALL)
    columns = {}
    for x, y in drawn:
        columns.setdefault(x, []).append(float(y))
    assert sorted(map(len, columns.values())) == [2, size]
    assert all(places == sorted(places) for places in columns.values())
