"""Plots: what matplotlib is asked to draw, the same bytes, and the errors."""

from __future__ import annotations

import csv
import io
import json
import sys
import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

import deepgraph
from deepgraph.errors import InputError, MissingExtraError
from deepgraph.kinks.curves import neurons, node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.plot import Points, canvas, grids, lines, maps, render
from deepgraph.plot.plane import Plane
from tests.support.strategies import SPECS, network

SVG = "{http://www.w3.org/2000/svg}"
DEEP = deepgraph.load(SPECS / "deep_state.json")
XOR = deepgraph.load(SPECS / "xor.json")
IRIS = deepgraph.load(SPECS / "iris.json")
WIDE = deepgraph.loads(
    json.dumps(
        {
            "deepgraph": 1,
            "layers": [
                {"id": "x", "size": 1},
                {"id": "h", "size": 33, "weights": "W", "bias": None},
                {"id": "y", "size": 1, "weights": "V", "bias": None},
            ],
            "parameters": {"W": [[n / 33] for n in range(33)], "V": [[1] * 33]},
        }
    )
)
NARROW = {
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "weight": 1}],
}
PLANE = {"x1": (-1, 2), "x2": (-1, 2)}


def rows(name):
    with (SPECS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def iris_points():
    table = rows("iris")
    inputs = {name: np.array([float(row[name]) for row in table]) for name in IRIS.input_names}
    return Points(inputs, [row["species"] for row in table], "species")


def xor_points():
    table = rows("xor")
    inputs = {name: np.array([float(row[name]) for row in table]) for name in XOR.input_names}
    return Points(inputs, np.array([float(row["target_y"]) for row in table]), "target_y")


def texts(svg):
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def named(line):
    return not line.get_label().startswith("_")


def child(svg, tag):
    return next(element.text for element in ET.fromstring(svg) if element.tag == f"{SVG}{tag}")


def test_a_curve_names_its_kinks():
    svg = render(DEEP, {"x": (-1, 1)})
    assert {"−0.4183", "−0.1892", "0.3699", "0.6367", "x", "y"} <= set(texts(svg))
    assert child(svg, "title") == "One input, two layers of two ReLU nodes"
    assert child(svg, "desc") == "over x from −1 to 1: y between 0.1689 and 1.237 with 4 kinks"
    root = ET.fromstring(svg)
    assert [root.get(key) for key in ("role", "width", "height")] == ["img", "620", "400"]
    assert b"Helvetica, Arial, 'Liberation Sans', sans-serif" in svg
    assert b"DejaVu" not in svg


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize("over", [{"x1": (0, 1)}, {"x1": (0, 1), "x3": (0, 1)}])
def test_the_inputs_that_do_not_vary_are_told(over, grid):
    net = deepgraph.load(SPECS / "irregular.json")
    at = {name: "1/2" for name in net.input_names if name not in over}
    svg = render(net, over, at=at, grid=grid)
    said = ", ".join(f"{name} = 0.5" for name in at)
    assert any(f"at {said}" in text for text in texts(svg))
    assert f", at {said}" in child(svg, "desc")


def test_the_lines_are_those_of_the_network():
    found = node_curves(DEEP, along_input(DEEP, {"x": (-1, 1)}, {}), ["y"])
    with canvas.Canvas("light") as paper:
        lines.draw(paper, DEEP, found, None)
        axes = paper.figure.axes[0]
        [curve] = [line for line in axes.lines if line.get_label() == "y"]
        t, y = curve.get_data()
        marks = [line.get_xdata() for line in axes.lines if line.get_marker() == "o"]
    assert np.allclose(DEEP({"x": t})[:, 0], y, rtol=0, atol=1e-15)
    assert np.allclose(marks, [[-356 / 851, -7 / 37, 64 / 173, 1432 / 2249]])


def test_several_curves_have_a_legend():
    svg = render(DEEP, {"x": (-1, 1)}, nodes=["g1", "y"], pre_activations=True)
    assert {"z(g1)", "z(y)"} <= set(texts(svg))


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_no_two_of_many_curves_look_alike(theme):
    way = along_input(WIDE, {"x": (0, 1)}, {})
    found = node_curves(WIDE, way, [f"h{n}" for n in range(1, 33)])
    with canvas.Canvas(theme) as paper:
        lines.draw(paper, WIDE, found, None)
        axes = paper.figure.axes[0]
        looks = {(line.get_color(), str(line._dash_pattern)) for line in axes.lines if named(line)}
        paper.figure.draw_without_rendering()
        legend = axes.get_legend()
        assert len(legend.get_texts()) == 32
        assert paper.figure.bbox.contains(*legend.get_window_extent().corners()[0])
        marks = {(paper.color(number), paper.mark(number)) for number in range(32)}
    assert len(looks) == len(marks) == 32
    with pytest.raises(InputError, match="at most 32 curves, not 33"):
        render(WIDE, {"x": (0, 1)}, nodes=[f"h{n}" for n in range(1, 34)])


def test_a_map_of_ten_classes_tells_all_of_them_apart():
    digits = deepgraph.load(SPECS / "digits.json")
    table = rows("digits")
    row = {name: float(table[0][name]) for name in digits.input_names}
    over = {"pixel_3_3": (0, 160), "pixel_4_4": (-100, 100)}
    points = Points(
        {name: np.array([float(row[name]) for row in table]) for name in over},
        np.array([float(row["digit"]) for row in table]),  # numbers that are labels of nodes
        "digit",
    )
    plane = Plane.over(digits, over, {name: row[name] for name in row if name not in over})
    with canvas.Canvas("light") as paper:
        maps.Map(digits, plane, digits.output_names, False, None).draw(paper, points)
        axes = paper.figure.axes[0]
        shown = [line for line in axes.lines if len(line.get_xdata())]
        assert len({(line.get_color(), line.get_marker()) for line in shown}) == 10
        areas = {tuple(colour) for line in axes.images[0].get_array() for colour in line}
    assert len(areas) == 4  # 0 and 8, which have one hue, are two of them


def test_a_long_heading_is_wrapped():
    spec = {**NARROW, "title": "A network whose title is as long as a sentence should be " * 3}
    net = network(spec)
    for grid in (False, True):
        with canvas.Canvas("light") as paper:
            found = node_curves(net, along_input(net, {"x": (0, 1)}, {}))
            grids.draw_curves(paper, net, found) if grid else lines.draw(paper, net, found, None)
            paper.figure.draw_without_rendering()
            heads = [*paper.figure.texts, paper.figure.axes[0]._left_title]
            boxes = [text.get_window_extent() for text in heads if "sen" in text.get_text()]
            frames = [axes.get_tightbbox() for axes in paper.figure.axes] if grid else []
            size = paper.figure.bbox
        said = " ".join(text.get_text() for text in heads).split()
        assert spec["title"].strip() in " ".join(said)
        assert all(size.contains(*corner) for box in boxes for corner in box.corners())
        assert not any(box.overlaps(frame) for box in boxes for frame in frames)


def test_the_map_has_its_border_where_the_value_is():
    picture = maps.Map(XOR, Plane.over(XOR, PLANE, None), ["y"], False, 0.5)
    with canvas.Canvas("light") as paper:
        picture.draw(paper, xor_points())
        axes = paper.figure.axes[0]
        [border] = axes.collections
        places = np.concatenate([path.vertices for path in border.get_paths()])
        values = XOR({"x1": places[:, 0], "x2": places[:, 1]})[:, 0]
        shown = axes.images[0].get_array()
    assert len(places) > 100
    assert np.abs(values - 0.5).max() < 1e-9
    assert shown[0, 0] == XOR({"x1": -1, "x2": -1})[0, 0]
    assert shown[-1, -1] == XOR({"x1": 2, "x2": 2})[0, 0]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "border: XOR = 0"),
        ({"points": xor_points()}, "border: XOR = 0.5"),
        ({"level": 0.25}, "border: XOR = 0.25"),
        ({"level": 9}, "no border: XOR is 9 nowhere within"),
        ({"pre_activations": True}, "border: z(XOR) = 0"),
    ],
)
def test_the_rule_of_the_border_is_said(options, text):
    assert text in texts(render(XOR, PLANE, **options))


def iris_map(nodes, points):
    """A map over the petals of iris: its axes, and the figure's width less theirs, in px."""
    over = {"petal_length": (1, 6), "petal_width": (0.2, 2)}
    plane = Plane.over(IRIS, over, {"sepal_length": 6, "sepal_width": 3})
    with canvas.Canvas("light") as paper:
        maps.Map(IRIS, plane, nodes, False, None).draw(paper, points)
        paper.figure.draw_without_rendering()
        axes = paper.figure.axes[0]
        return axes, paper.figure.bbox.width - axes.get_window_extent().width


@pytest.mark.parametrize("node", IRIS.output_names)
def test_the_class_of_a_node_has_the_colour_of_its_high_values(node):
    axes, beside = iris_map([node], iris_points())
    colours = {line.get_label(): line.get_color() for line in axes.lines}
    assert colours[node] == canvas.SERIES["light"][0]
    assert len({colours[name] for name in IRIS.output_names}) == 3
    assert beside < 150  # the legend takes no width


def test_points_are_whole_or_left_out():
    axes, _ = iris_map(IRIS.output_names, iris_points())
    points = iris_points().inputs
    x, y = points["petal_length"], points["petal_width"]
    shown = [line for line in axes.lines if len(line.get_xdata())]
    inside = (x >= 1) & (x <= 6) & (y >= 0.2) & (y <= 2)
    assert sum(len(line.get_xdata()) for line in shown) == inside.sum() < len(x)
    assert (x[inside].min(), y[inside].max()) == (1, 2)
    assert not any(line.get_clip_on() for line in shown)


def test_the_legend_names_the_areas_that_there_are():
    over = {"petal_length": (1, 2), "petal_width": (0, 0.5)}
    svg = render(IRIS, over, at={"sepal_length": 5, "sepal_width": 3})
    assert {"setosa", "virginica"} & set(texts(svg)) == {"setosa"}
    assert "area: the largest of the nodes" in texts(svg)
    both = render(IRIS, over, at={"sepal_length": 5, "sepal_width": 3}, points=iris_points())
    assert "area: the largest of the nodes, points: species" in texts(both)


def test_numbers_are_no_classes_of_areas():
    points = Points(iris_points().inputs, iris_points().inputs["sepal_width"], "sepal_width")
    iris_map(["setosa"], points)
    with pytest.raises(InputError, match="sepal_width has 23 different numbers"):
        iris_map(IRIS.output_names, points)


def test_areas_are_those_of_the_largest_node():
    over = {"petal_length": (0.5, 7.5), "petal_width": (0, 3)}
    at = {"sepal_length": "5.8", "sepal_width": 3}
    plane = Plane.over(IRIS, over, at)
    picture = maps.Map(IRIS, plane, IRIS.output_names, False, None)
    with canvas.Canvas("light") as paper:
        picture.draw(paper, iris_points())
        axes = paper.figure.axes[0]
        image = np.asarray(axes.images[0].get_array())
        borders = [
            path.vertices for found in axes.collections for path in found.get_paths() if len(path)
        ]
    largest = np.argmax(
        plane.values(IRIS, IRIS.output_names, maps.SAMPLES, pre_activations=False), axis=0
    )
    for number in range(3):
        assert len(np.unique(image[largest == number], axis=0)) == 1
    places = np.concatenate(borders)
    fixed = {name: np.full(len(places), float(value)) for name, value in at.items()}
    outputs = IRIS({**fixed, "petal_length": places[:, 0], "petal_width": places[:, 1]})
    two = np.sort(outputs, axis=1)[:, -2:]
    assert np.abs(two[:, 1] - two[:, 0]).max() < 0.02
    svg = render(IRIS, over, at=at, points=iris_points())
    assert {"setosa", "versicolor", "virginica"} <= set(texts(svg))


@pytest.mark.parametrize("over", [{"x1": (-1, 1)}, PLANE])
def test_a_grid_has_a_plot_for_each_node(over):
    at = {"x2": 1} if len(over) == 1 else None
    svg = render(XOR, over, at=at, grid=True)
    assert {"h1 · ReLU", "h2 · leaky ReLU", "XOR"} <= set(texts(svg))
    assert ("x2" in texts(svg)) == (len(over) == 2)
    chosen = texts(render(XOR, over, at=at, grid=True, nodes=["h1"]))
    assert "XOR" not in chosen


def test_lines_in_a_grid_of_maps_are_where_activations_bend():
    names = ["relu", "hard_tanh", "tanh", "identity", "softmax"]
    spec = {
        "deepgraph": 1,
        "nodes": [
            *({"id": name, "kind": "input"} for name in ("u", "v")),
            *({"id": name, "kind": "output", "activation": name} for name in names),
        ],
        "edges": [
            {"source": source, "target": name, "weight": 2} for name in names for source in "uv"
        ],
    }
    net = network(spec)
    with canvas.Canvas("light") as paper:
        plane = Plane.over(net, {"u": (-1, 1), "v": (-1, 1)}, None)
        grids.draw_maps(paper, net, plane, names, pre_activations=False)
        found = {}
        for name, axes in zip(names, paper.figure.axes, strict=True):
            places = [p.vertices for lines in axes.collections for p in lines.get_paths()]
            found[name] = {round(2 * float(place.sum()), 6) for path in places for place in path}
    assert found == {
        "relu": {0.0}, "hard_tanh": {-1.0, 1.0}, "tanh": {0.0}, "identity": set(), "softmax": set(),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["deep_state", "irregular", "full_adder"])
def test_the_plots_of_a_grid_stand_apart(name):
    net = deepgraph.load(SPECS / f"{name}.json")
    first, *others = net.input_names
    way = along_input(net, {first: (-1, 1)}, dict.fromkeys(others, 1))
    with canvas.Canvas("light") as paper:
        grids.draw_curves(paper, net, node_curves(net, way))
        paper.figure.draw_without_rendering()
        rooms = [axes.get_tightbbox() for axes in paper.figure.axes]
        size = paper.figure.bbox
    assert len(rooms) == len(neurons(net))
    assert all(size.contains(*corner) for room in rooms for corner in room.corners())
    assert not any(one.overlaps(other) for one, other in combinations(rooms, 2))


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_same_bytes_each_time(theme, form):
    pictures = [render(DEEP, {"x": (-1, 1)}, theme=theme, format=form) for _ in range(2)]
    assert pictures[0] == pictures[1]
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    assert pictures[0].startswith(starts[form])
    assert b"/tmp" not in pictures[0]


def test_the_size_of_a_png():
    small, large = (
        Image.open(io.BytesIO(render(DEEP, {"x": (-1, 1)}, format="png", scale=scale)))
        for scale in (1, 2)
    )
    assert small.size == (620, 400)
    assert large.size == (1240, 800)
    assert small.text["Description"].startswith("over x from −1 to 1")


def test_a_large_grid_makes_a_png_that_can_be_opened():
    pixels = [
        Image.open(io.BytesIO(render(net, {"x": (0, 1)}, grid=True, format="png"))).size
        for net in (network(NARROW), WIDE)
    ]
    boxes = [render(net, {"x": (0, 1)}, grid=True) for net in (network(NARROW), WIDE)]
    sizes = [
        (float(root.get("width")), float(root.get("height"))) for root in map(ET.fromstring, boxes)
    ]
    assert pixels[0] == pytest.approx([2 * side for side in sizes[0]], abs=1)
    assert pixels[1] == pytest.approx(sizes[1], abs=1)
    assert pixels[1][0] < 1500
    assert pixels[1][0] * pixels[1][1] < 8e6
    asked = render(WIDE, {"x": (0, 1)}, grid=True, format="png", scale=1.5)
    assert Image.open(io.BytesIO(asked)).size[0] == pytest.approx(1.5 * sizes[1][0], abs=1)


@pytest.mark.parametrize("name", ["deep_state", "iris", "half_adder"])
def test_the_lines_of_a_grid_end_at_its_boxes(name):
    net = deepgraph.load(SPECS / f"{name}.json")
    first, *others = net.input_names
    with canvas.Canvas("light") as paper:
        grids.draw_curves(
            paper,
            net,
            node_curves(net, along_input(net, {first: (0, 1)}, dict.fromkeys(others, 1))),
        )
        size = np.array([paper.figure.bbox.width, paper.figure.bbox.height])
        drawn = paper.figure.artists + paper.figure.patches
        boxes = [patch.get_bbox() for patch in drawn if type(patch).__name__ == "FancyBboxPatch"]
        ends = [
            patch.get_path().vertices[[0, -1]]
            for patch in drawn
            if type(patch).__name__ == "PathPatch"
        ]
    assert ends
    for path in ends:
        for end in path:
            gaps = [
                np.hypot(*(np.maximum(np.maximum(box.min - end, end - box.max), 0) * size))
                for box in boxes
            ]
            assert min(gaps) < 6  # corners are round


@pytest.mark.parametrize("nodes", [["h"], ["y"], ["h", "y"]])
def test_huge_values(nodes):
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "u", "kind": "input"},
            {"id": "h", "activation": "relu"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "h", "weight": 1e308},
            {"source": "u", "target": "h", "weight": 1},
            {"source": "h", "target": "y", "weight": -1e308},
        ],
    }
    net = network(spec)
    for grid in (False, True):
        assert render(net, {"x": (-1, 1)}, at={"u": 0}, nodes=nodes, grid=grid)
        assert render(net, {"x": (-1, 1), "u": (0, 1)}, nodes=nodes, grid=grid)


def test_where_a_node_has_no_value_none_is_the_largest():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "u", "kind": "input"},
            {"id": "a", "kind": "output", "activation": "log"},
            {"id": "b", "kind": "output"},
        ],
        "edges": [{"source": s, "target": t} for s in ("x", "u") for t in ("a", "b")],
    }
    svg = render(network(spec), {"x": (-1, 1), "u": (-1, 1)}).decode()
    assert "a 0%, b 50% of the area" in svg  # ln t is below t, and nothing below 0


def test_texts_of_a_spec_are_no_markup():
    spec = {
        "deepgraph": 1,
        "title": "<b>$x^2$</b> & \\frac",
        "nodes": [{"id": "$x$", "kind": "input"}, {"id": "_y", "kind": "output"}],
        "edges": [{"source": "$x$", "target": "_y", "weight": 1}],
    }
    svg = render(network(spec), {"$x$": (0, 1)}, nodes=["_y"])
    assert {"<b>$x^2$</b> & \\frac", "$x$", "_y"} <= set(texts(svg))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"over": {"x1": (0, 1)}}, "no value for the input x2"),
        ({"over": {"x1": (0, 1), "x3": (0, 1)}}, 'no input is named "x3"'),
        ({"over": {"x1": (0, 1), "x2": (1, 1)}}, "the range of x2 is from 1 to 1"),
        ({"over": {"x1": (0, 1), "x2": (0, "1e308")}}, "the range of x2 is too wide to be drawn"),
        ({"over": {"x1": (1, "1.00000000000000000001"), "x2": (0, 1)}}, "x1 is too narrow to be"),
        ({"over": {"x1": (-1e308, 1)}, "at": {"x2": 0}}, "the range of x1 is too wide to be drawn"),
        ({"over": PLANE, "at": {"x1": 0}}, "the input x1 has a range, and a value as well"),
        ({"over": PLANE, "nodes": ["q"]}, 'no node is named "q"'),
        ({"over": PLANE, "nodes": ["h1", "y"], "level": 1}, "a level is that of one node"),
        ({"over": {"x1": (0, 1)}, "at": {"x2": 0}, "level": 1}, "it needs ranges of two inputs"),
        ({"over": PLANE, "theme": "auto"}, 'light, dark, paper, not "auto"'),
        ({"over": PLANE, "format": "gif"}, 'svg, png, pdf, not "gif"'),
        ({"over": PLANE, "grid": True, "nodes": ["h1"] * 81}, "at most 80 nodes, not 81"),
        ({"over": PLANE, "grid": True, "nodes": ["h1", "x1"]}, 'nodes, and "x1" is an input'),
        ({"over": {"x1": (0, 1)}, "at": {"x2": 0}, "grid": True, "nodes": ["b1"]}, "is a bias"),
        ({"over": PLANE, "grid": True, "level": 1}, "a grid shows neither points nor a level"),
        ({"over": PLANE, "grid": True, "points": xor_points()}, "neither points nor a level"),
        ({}, "give ranges of inputs"),
    ],
)
def test_what_does_not_fit(arguments, message):
    with pytest.raises(InputError, match=message):
        render(XOR, **arguments)


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'deepgraph-nn\[plot\]'"):
        render(DEEP, {"x": (-1, 1)})
