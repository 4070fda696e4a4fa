"""The DOT text: Graphviz reads it, draws it where the SVG does, and finds nothing else in it."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from deepgraph import draw
from deepgraph.draw.graphviz import execute
from tests.support.named import named, usable
from tests.support.picture import GALLERY, gallery, gallery_picture, spec
from tests.support.texts import HOSTILE, IN_LABELS, ids, labels, one_break, shown

ATTRIBUTES = {
    *(
        "arrowhead",
        "arrowsize",
        "bb",
        "bgcolor",
        "color",
        "fillcolor",
        "fixedsize",
        "fontcolor",
        "fontname",
    ),
    *("fontsize", "height", "id", "label", "layout", "lp", "margin", "pad", "penwidth", "pos"),
    *("shape", "style", "width"),
}
KINDS = ("node", "edge")
MADE_BY_GRAPHVIZ = {
    *("_gvid", "_draw_", "_ldraw_", "_hdraw_", "name", "head", "tail", "objects", "edges"),
    *("directed", "strict", "xdotversion", "_subgraph_cnt"),
}


def drawn(dot: bytes) -> dict[str, Any]:
    """The graph that Graphviz reads from a DOT text."""
    found: dict[str, Any] = json.loads(execute.run(dot.decode(), format="json"))
    return found


def text_of(item: dict[str, Any]) -> str:
    r"""The label of a node or edge as Graphviz reads it.

    Three escapes, which Graphviz undoes as it draws: `\\` is a backslash, `\n` a line break, and
    `&…;` an entity, decoded last. (Its JSON has the drawn texts too, but cuts off those that
    hold backslashes.)
    """
    unescaped = re.sub(
        r"\\(.)",
        lambda found: {"\\": "\\", "n": "\n"}[found[1]],
        item.get("label", ""),
    )
    return html.unescape(unescaped)


def lines_of(svg: str) -> dict[str, list[str]]:
    """The texts of Graphviz's own SVG, line by line, by the ids of the groups."""
    groups = [group for group in ET.fromstring(svg).iter() if group.get("class") in KINDS]
    return {
        group.get("id", ""): [
            "".join(text.itertext()) for text in group.iter() if text.tag.endswith("}text")
        ]
        for group in groups
    }


def drawn_lines(text: str) -> list[str]:
    """A label as Graphviz draws it: empty lines have no text, spaces are kept by hard ones."""
    lines = one_break(shown(text)).split("\n")
    return [line.replace("\u00a0", " ") for line in lines if line]


def all_items(graph: dict[str, Any]) -> list[dict[str, Any]]:
    return [*graph.get("objects", []), *graph.get("edges", [])]


@cache
def gallery_dot(name: str, **options: Any) -> bytes:
    network, trace = gallery(name)
    return draw.render(network, trace, format="dot", max_width=64, **options)


@pytest.mark.parametrize("name", GALLERY)
def test_the_same_texts_as_in_the_svg(name: str) -> None:
    graph = drawn(gallery_dot(name))
    lines = [line for item in all_items(graph) for line in text_of(item).split("\n") if line]
    assert Counter(lines) == Counter(gallery_picture(name).texts)


@pytest.mark.parametrize("name", GALLERY)
def test_the_same_places_as_in_the_svg(name: str) -> None:
    graph, picture = drawn(gallery_dot(name)), gallery_picture(name)
    height = float(graph["bb"].split(",")[3])
    objects = {item["name"]: item for item in graph["objects"]}
    nodes = [item for item in graph["objects"] if re.fullmatch("n[0-9]+", item["name"])]
    assert [item["name"] for item in nodes] == [f"n{node.number}" for node in picture.nodes]
    for item, node in zip(nodes, picture.nodes, strict=True):
        name = objects.get(f"{item['name']}name")
        texts = [text_of(name)] if name else []
        assert [*texts, *text_of(item).split("\n")] == node.texts
        x, y = map(float, item["pos"].split(","))
        np.testing.assert_allclose([x, height - y], node.middle, atol=1)
        size = [float(item[side]) * 72 for side in ("width", "height")]
        np.testing.assert_allclose(size, np.ptp(node.box, axis=0), atol=1)
    for pill in picture.pills:
        item = objects[f"be{pill.number}"]
        assert text_of(item) == pill.text
        x, y = map(float, item["pos"].split(","))
        np.testing.assert_allclose([x, height - y], pill.box.mean(axis=0), atol=1)
    others = [o for o in graph["objects"] if re.fullmatch("(t|g)[0-9]+", o["name"])]
    places = [(text_of(item), item["pos"]) for item in others]
    edges = [item for item in graph["edges"] if "id" in item]
    places += [(text_of(item), item["lp"]) for item in edges if "lp" in item]
    assert len(places) == len(picture.outside)
    for text, place in places:
        x, y = map(float, place.split(","))
        near = [np.abs(w.middle - [x, height - y]).max() for w in picture.outside if w.text == text]
        assert min(near) < 4, text
    for item, arrow in zip(edges, picture.arrows, strict=True):
        numbers = re.findall(r"-?[\d.]+(?:e-?\d+)?", item["pos"].removeprefix("e,"))
        points = np.array(numbers, float).reshape(-1, 2)
        points[:, 1] = height - points[:, 1]
        headed = item["pos"].startswith("e,")
        first, last = (points[1], points[0]) if headed else (points[0], points[-1])
        np.testing.assert_allclose(first, arrow.line[0], atol=1)
        np.testing.assert_allclose(last, arrow.line[-1], atol=1)


@pytest.mark.parametrize("name", GALLERY)
def test_only_these_attributes(name: str) -> None:
    graph = drawn(gallery_dot(name))
    for item in [graph, *all_items(graph)]:
        assert set(item) <= ATTRIBUTES | MADE_BY_GRAPHVIZ


@pytest.mark.parametrize("name", GALLERY)
def test_names_are_made_up(name: str) -> None:
    graph = drawn(gallery_dot(name))
    names = [item["name"] for item in graph["objects"]]
    made = "(t|corner|be)[0-9]+|n[0-9]+(name)?|g[0-9]+[ab]?"
    assert not [name for name in names if not re.fullmatch(made, name)]
    assert len(set(names)) == len(names)
    ids = [item["id"] for item in graph["edges"] if "id" in item]
    assert ids == [f"e{arrow.number}" for arrow in gallery_picture(name).arrows]


@pytest.mark.parametrize("name", ["deep_state", "irregular"])
def test_graphviz_writes_it_again(name: str) -> None:
    again = execute.run(gallery_dot(name).decode(), format="dot")
    first, second = drawn(gallery_dot(name)), drawn(again.encode())
    texts = [
        {item.get("name") or item.get("id", ""): text_of(item) for item in all_items(graph)}
        for graph in (first, second)
    ]
    assert texts[0] == texts[1]


# --- hostile texts -----------------------------------------------------------------------------


def check_texts(id: str, label: str, *, skip: bool) -> None:
    dot = draw.render(named(id, label, skip=skip), format="dot", weights="name")
    graph = drawn(dot)
    by_name = {item.get("name") or item.get("id", ""): item for item in all_items(graph)}
    assert len(graph["edges"]) == (12 if skip else 3)
    texts = {"n0": id, "n1": label, "n2": "y", "be1": f"{id[:255]}b", "e0": label}
    texts = {
        key if key not in ("n0", "n1") or text_of(by_name[key]) else f"{key}name": text
        for key, text in texts.items()
    }
    assert {key: text_of(by_name[key]) for key in texts} == {
        key: one_break(shown(text)) for key, text in texts.items()
    }
    notes = [text_of(item) for key, item in by_name.items() if key.startswith("t")]
    assert sorted(notes) == ([] if skip else ["hidden", "input", "output"])
    for item in [graph, *all_items(graph)]:
        assert set(item) <= ATTRIBUTES | MADE_BY_GRAPHVIZ
    lines = lines_of(execute.run(dot.decode()))
    for key, text in texts.items():
        assert [line.replace("\u00a0", " ") for line in lines[key]] == drawn_lines(text)


@pytest.mark.parametrize("skip", [False, True], ids=["layered", "irregular"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_letter_by_letter(text: str, skip: bool) -> None:
    check_texts(text, text, skip=skip)


@pytest.mark.parametrize("text", IN_LABELS)
def test_hostile_labels_come_back(text: str) -> None:
    check_texts("x", text, skip=False)


@given(ids, labels)
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
    plain = drawn(draw.render(spec(*PLAIN), format="dot"))
    # A long text stands beside its node, as a text of its own.
    keys = [{item["name"].removesuffix("name") for item in g["objects"]} for g in (graph, plain)]
    assert keys[0] == keys[1]
    assert len(graph["edges"]) == 1
    for item in [graph, *all_items(graph)]:
        assert set(item) <= ATTRIBUTES | MADE_BY_GRAPHVIZ


PLAIN: tuple[list[Any], list[Any]] = (
    [("x", "input"), ("y", "output")],
    [("x", "y", {"label": "w", "weight": 1})],
)


@pytest.mark.parametrize("name", GALLERY)
def test_every_digit_is_that_of_the_svg(name: str) -> None:
    graph = drawn(gallery_dot(name, precision=17))
    objects = {item["name"]: item for item in graph["objects"]}
    picture = gallery_picture(name, precision=17)
    for node in picture.nodes:
        keys = (f"n{node.number}name", f"n{node.number}")
        texts = [
            line for key in keys if key in objects for line in text_of(objects[key]).split("\n")
        ]
        assert texts == node.texts
