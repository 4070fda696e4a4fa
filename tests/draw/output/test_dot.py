"""The DOT text: Graphviz reads it, draws it where the SVG does, and finds nothing else in it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from functools import cache
from itertools import groupby
from typing import Any

import graphviz
import numpy as np
import pytest
from hypothesis import example, given

from deepgraph import draw
from deepgraph.draw.graphviz import execute
from deepgraph.draw.view.records import Gradients
from tests.support.named import named, usable
from tests.support.picture import GALLERY, gallery, gallery_picture, spec
from tests.support.texts import HOSTILE, IN_LABELS, as_set, ids, labels, one_break, shown

ATTRIBUTES = {
    *("arrowhead", "arrowsize", "bgcolor", "color", "fillcolor", "fixedsize", "fontcolor"),
    *("fontname", "fontsize", "height", "id", "label", "labeltooltip", "layout", "lp", "margin"),
    *("notranslate", "outputorder", "pad", "penwidth", "pos", "shape", "style", "tooltip", "width"),
}
MADE_BY_GRAPHVIZ = {
    *("_gvid", "_draw_", "_ldraw_", "_hdraw_", "name", "head", "tail", "objects", "edges", "bb"),
    *("directed", "strict", "xdotversion", "_subgraph_cnt"),
}
ESTIMATED = re.compile(r"Warning: .*no value for width of non-ASCII character \d+\..*")
"""What graphviz-pure says of the first letter that is not ASCII, such as a minus sign: it takes the
width of a space, which moves nothing."""


def drawn(dot: bytes) -> dict[str, Any]:
    """The graph that Graphviz reads from a DOT text, with the lines that it draws as `lines`."""
    done = execute.run(dot.decode(), format="json")
    assert ESTIMATED.sub("", done.warnings).strip() == ""
    found: dict[str, Any] = json.loads(done.content)
    lines = lines_of(execute.run(dot.decode()).content.decode())
    for item in all_items(found):
        item["lines"] = lines.get(item.get("id", ""), [])
    return found


def lines_of(svg: str) -> dict[str, list[str]]:
    """The texts of Graphviz's own SVG, line by line, by the ids of the groups."""
    found = {}
    for group in ET.fromstring(svg).iter():
        if group.get("class") in ("node", "edge"):
            texts = [text for text in group.iter() if text.tag.endswith("}text")]
            rows = groupby(texts, lambda text: text.get("y"))
            lines = ["".join("".join(t.itertext()) for t in row) for _, row in rows]
            found[group.get("id", "")] = [line.replace("\u00a0", " ") for line in lines]
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def all_items(graph: dict[str, Any]) -> list[dict[str, Any]]:
    return [*graph.get("objects", []), *graph.get("edges", [])]


def middle(item: dict[str, Any], height: float, key: str = "pos") -> list[float]:
    x, y = map(float, item[key].split(","))
    return [x, height - y]


@cache
def gallery_dot(name: str, **options: Any) -> bytes:
    network, trace = gallery(name)
    return draw.render(network, trace, format="dot", max_width=64, legend=False, **options)


@pytest.mark.parametrize("name", GALLERY)
def test_the_same_texts_as_in_the_svg(name: str) -> None:
    graph = drawn(gallery_dot(name))
    lines = [line for item in all_items(graph) for line in item["lines"]]
    assert Counter(lines) == Counter(map(plain, gallery_picture(name).texts))


@pytest.mark.parametrize("name", GALLERY)
def test_the_same_places_as_in_the_svg(name: str) -> None:
    network, trace = gallery(name)
    drawing = draw.prepare(network, trace, max_width=64, legend=False)
    assert drawing.level_layout is drawing.layout  # no label is turned in the gallery
    graph, picture, height = drawn(gallery_dot(name)), gallery_picture(name), drawing.layout.height
    objects = {item["id"]: item for item in graph["objects"]}
    for node in picture.nodes:
        item = objects[f"n{node.number}"]
        outer = objects.get(f"n{node.number}name", {"lines": []})
        assert [*outer["lines"], *item["lines"]] == node.texts
        np.testing.assert_allclose(middle(item, height), node.middle, atol=1)
        size = [float(item[side]) * 72 for side in ("width", "height")]
        np.testing.assert_allclose(size, np.ptp(node.box, axis=0), atol=1)
    for pill in picture.pills:
        item = objects[f"be{pill.number}"]
        assert item["lines"] == [pill.text]
        np.testing.assert_allclose(middle(item, height), pill.box.mean(axis=0), atol=1)
    places = [(item["lines"], middle(item, height)) for item in graph["objects"]]
    places += [(e["lines"], middle(e, height, "lp")) for e in graph["edges"] if "lp" in e]
    for word in picture.outside:
        near = [
            np.abs(word.middle - at).max() for lines, at in places if lines == [plain(word.text)]
        ]
        assert min(near, default=99) < 4, word.text
    edges = [item for item in graph["edges"] if re.fullmatch("e[0-9]+", item.get("id", ""))]
    assert len(edges) == len(picture.arrows)
    for item, arrow in zip(edges, picture.arrows, strict=True):
        numbers = re.findall(r"-?[\d.]+(?:e-?\d+)?", re.sub("[;e],?", " ", item["pos"]))
        points = np.array(numbers, float).reshape(-1, 2)
        points[:, 1] = height - points[:, 1]
        near = [np.abs(points - end).max(axis=1).min() for end in arrow.line[[0, -1]]]
        assert max(near) < 1


@pytest.mark.parametrize("name", GALLERY)
def test_only_these_attributes(name: str) -> None:
    graph = drawn(gallery_dot(name))
    for item in [graph, *all_items(graph)]:
        assert set(item) - {"lines"} <= ATTRIBUTES | MADE_BY_GRAPHVIZ


@pytest.mark.parametrize("name", GALLERY)
def test_nodes_have_the_ids_of_the_network(name: str) -> None:
    network, _ = gallery(name)
    graph = drawn(gallery_dot(name))
    names = {item["id"]: item["name"] for item in graph["objects"]}
    for key, own in names.items():
        if re.fullmatch("n[0-9]+", key):
            assert own == network.ids[int(key[1:])]
    assert len(set(names.values())) == len(names)
    by_number = {item["_gvid"]: item["name"] for item in graph["objects"]}
    for item in graph["edges"]:
        if re.fullmatch("e[0-9]+", item.get("id", "")):
            edge = int(item["id"][1:])
            ends = network.ids[network.source[edge]], network.ids[network.target[edge]]
            assert (by_number[item["tail"]], by_number[item["head"]]) == ends


@pytest.mark.parametrize("name", ["deep_state", "irregular"])
def test_graphviz_writes_it_again(name: str) -> None:
    again = execute.run(gallery_dot(name).decode(), format="dot").content
    first, second = drawn(gallery_dot(name)), drawn(again)
    texts = [
        {item.get("id"): item["lines"] for item in all_items(g) if "id" in item}
        for g in (first, second)
    ]
    assert texts[0] == texts[1]


def test_a_line_has_a_gap_where_its_label_stands() -> None:
    graph = drawn(gallery_dot("mazur"))
    [edge] = [item for item in graph["edges"] if item.get("id") == "e0"]
    before, after = (
        [float(point.split(",")[0]) for point in re.findall(r"[\d.]+,[\d.]+", part)]
        for part in edge["pos"].split(";")
    )
    assert max(before) < float(edge["lp"].split(",")[0]) < min(after)


def test_a_digraph_of_the_package() -> None:
    network, trace = gallery("deep_state")
    made = network.to_graphviz({"x": 0.5}, direction="down")
    assert isinstance(made, graphviz.Digraph)
    made.graph_attr["bgcolor"] = "transparent"
    made.node("h1", fillcolor="gold")
    graph = drawn(made.source.encode())
    assert graph["bgcolor"] == "transparent"
    colors = {item["name"]: item.get("fillcolor") for item in graph["objects"]}
    assert colors["h1"] == "gold"
    assert colors["y"] == "#dff0e2"
    own = drawn(draw.render(network, network.trace({"x": 0.5}), format="dot", direction="down"))
    places = [{i["name"]: i["pos"] for i in g["objects"]} for g in (graph, own)]
    assert places[0] == places[1]
    assert trace.rows == 1


def test_outputs_have_a_thicker_border() -> None:
    network, _ = gallery("mazur")
    text = draw.render(network, format="dot").decode()
    found = dict(re.findall(r"^  (\w+) \[id=n\d+.*?penwidth=([\d.]+)", text, re.M))
    assert {"i1", "h1", "o1"} <= found.keys()
    assert found["i1"] == found["h1"] < found["o1"] == found["o2"]


def test_a_sketch_is_a_loop_of_its_badge() -> None:
    graph = drawn(gallery_dot("xor", activations="badge"))
    names = {item["name"]: item["_gvid"] for item in graph["objects"]}
    [loop] = [e for e in graph["edges"] if e["tail"] == e["head"] == names["activation of h1"]]
    assert loop["arrowhead"] == "none"


def test_the_gap_for_a_name_is_as_wide_as_the_name_and_not_as_its_spelling() -> None:
    def gap(label: str) -> float:
        edges = [("x", "y", {"label": label, "weight": 1})]
        network = spec([("x", "input"), ("y", "output")], edges)
        graph = drawn(draw.render(network, format="dot"))
        [edge] = graph["edges"]
        first, last = (strokes.split() for strokes in edge["pos"].split(";"))
        return float(last[1].split(",")[0]) - float(first[-1].split(",")[0])

    assert gap(r"w^{(1)}_{2,1}") < 1.5 * gap("w12")


@pytest.mark.parametrize("markup", [True, False])
def test_a_gradient_is_a_line_below_its_label(markup: bool) -> None:
    from deepgraph.draw.output import dot

    slopes = Gradients({}, {"w1": 1.5, "w2": -0.25})
    drawing = draw.prepare(*gallery("xor"), gradients=slopes)
    parts = dot.parts(drawing, "light", markup=markup)
    edges = {item.get("id"): item["lines"] for item in all_items(drawn(parts.text.encode()))}
    assert edges["e0"] == ["w1 = 1", "∂ 1.5"]
    (_, above), (_, below) = parts.middles["e0"] if markup else ((0, 0), (0, 1))
    assert above < below
    assert ["w3 = 1"] in edges.values()  # which has none


def test_without_markup_for_builds_that_have_none() -> None:
    from deepgraph.draw.output import dot

    drawing = draw.prepare(*gallery("deep_state"))
    text = dot.parts(drawing, "light", markup=False).text
    assert "<I>" not in text
    lines = [line for item in all_items(drawn(text.encode())) for line in item["lines"]]
    marked = drawn(dot.parts(drawing, "light").text.encode())
    assert Counter(lines) == Counter(line for i in all_items(marked) for line in i["lines"])


# --- hostile texts -----------------------------------------------------------------------------


def check_texts(id: str, label: str, *, skip: bool) -> None:
    dot = draw.render(named(id, label, skip=skip), format="dot", weights="name")
    graph = drawn(dot)
    by_key = {item["id"]: item for item in all_items(graph) if "id" in item}
    keys = [key for key in by_key if re.fullmatch("e[0-9]+", key)]
    assert len(keys) == (11 if skip else 2)
    texts = {"n0": id, "n1": label, "n2": "y", "be1": f"{id[:255]}b", "e0": label}
    for key, text in texts.items():
        lines = by_key[key]["lines"] or by_key.get(f"{key}name", {"lines": []})["lines"]
        assert [line for line in lines if line.strip()] == drawn_lines(text), key
    for item in [graph, *all_items(graph)]:
        assert set(item) - {"lines"} <= ATTRIBUTES | MADE_BY_GRAPHVIZ
    names = [item["name"] for item in graph["objects"]]
    assert len(set(names)) == len(names)


def drawn_lines(text: str) -> list[str]:
    """A label as Graphviz draws it: empty lines have no text, spaces are kept by hard ones.

    A label that is a name of mathematics, such as A', has the letters of that.
    """
    lines = one_break(shown(text)).replace("\t", " ").split("\n")
    return [plain(as_set(line)) for line in lines if line.strip()]


@pytest.mark.parametrize("skip", [False, True], ids=["layered", "irregular"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_letter_by_letter(text: str, skip: bool) -> None:
    check_texts(text, text, skip=skip)


@pytest.mark.parametrize("text", IN_LABELS)
def test_hostile_labels_come_back(text: str) -> None:
    check_texts("x", text, skip=False)


@given(ids, labels)
@example("0", "A'")
def test_any_text_comes_back_letter_by_letter(id: str, label: str) -> None:
    if usable(id, label):
        check_texts(id, label, skip=False)


@pytest.mark.parametrize(
    "text",
    ['x" URL="javascript:alert(1)', 'x\\" href="http://a', "x]; n9 [image=a", 'x", tooltip="'],
)
def test_no_text_becomes_an_attribute(text: str) -> None:
    network = spec(
        [(text, "input"), ("y", "output", {"label": text})],
        [(text, "y", {"label": text, "weight": 1})],
        title=text,
    )
    dot = draw.render(network, format="dot")
    graph = drawn(dot)
    plain_one = drawn(draw.render(spec(*PLAIN), format="dot"))
    # A long text stands beside its node, as a text of its own.
    keys = [{item["id"].removesuffix("name") for item in g["objects"]} for g in (graph, plain_one)]
    assert keys[0] == keys[1]
    assert len(graph["edges"]) == 1
    for item in [graph, *all_items(graph)]:
        assert set(item) - {"lines"} <= ATTRIBUTES | MADE_BY_GRAPHVIZ


PLAIN: tuple[list[Any], list[Any]] = (
    [("x", "input"), ("y", "output")],
    [("x", "y", {"label": "w", "weight": 1})],
)


@pytest.mark.parametrize("name", GALLERY)
def test_every_digit_is_that_of_the_svg(name: str) -> None:
    graph = drawn(gallery_dot(name, precision=17))
    objects = {item["id"]: item for item in graph["objects"]}
    picture = gallery_picture(name, precision=17)
    for node in picture.nodes:
        keys = (f"n{node.number}name", f"n{node.number}")
        texts = [line for key in keys if key in objects for line in objects[key]["lines"]]
        assert texts == node.texts
