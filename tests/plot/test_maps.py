"""Maps: boundaries, areas, points on top."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.plot import Points, canvas, maps, render
from deepgraph.plot.maps import Plane
from tests.support.plots import IRIS, PLANE, XOR, iris_points, rows, squeezed, texts, xor_points
from tests.support.strategies import SPECS, network

LOG = network(
    {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "u", "kind": "input"},
            {"id": "y", "kind": "output", "activation": "log"},
        ],
        "edges": [{"source": "x", "target": "y", "weight": 1}],
    }
)


def test_the_first_input_lies_along_x_and_the_second_upwards():
    plane = Plane.over(XOR, {"x2": ("-1/2", 2), "x1": (0, 1)}, None)
    assert (plane.x, plane.y, plane.extent) == ("x2", "x1", (-0.5, 2.0, 0.0, 1.0))
    x, y = plane.axis(4)
    a = plane.values(XOR, ["y", "h1"], 4, pre_activations=False)
    z = plane.values(XOR, ["y", "h1"], 4, pre_activations=True)
    for row in range(4):
        for column in range(4):
            trace = XOR.trace({"x2": x[column], "x1": y[row]})
            nodes = [XOR.index["y"], XOR.index["h1"]]
            assert a[:, row, column].tolist() == trace.a[nodes, 0].tolist()
            assert z[:, row, column].tolist() == trace.z[nodes, 0].tolist()


def test_the_other_inputs_are_held():
    over = {"petal_length": (1, 6), "petal_width": (0.2, 2)}
    plane = Plane.over(IRIS, over, {"sepal_length": "58/10", "sepal_width": 3})
    assert plane.at == {"sepal_length": 5.8, "sepal_width": 3.0}
    with pytest.raises(InputError, match="no value for the input sepal_width"):
        Plane.over(IRIS, over, {"sepal_length": 5})


def test_values_that_cannot_be_drawn_are_missing():
    plane = Plane.over(LOG, {"x": (-1, 1), "u": (0, 1)}, None)
    [values] = plane.values(LOG, ["y"], 3, pre_activations=False)
    assert np.isnan(values).tolist() == [[True, True, False]] * 3  # ln −1 and ln 0
    left = Plane.over(LOG, {"x": (-2, -1), "u": (0, 1)}, None)
    with pytest.raises(InputError, match=r"^y has no value in this plane that can be drawn$"):
        left.values(LOG, ["y"], 3, pre_activations=False)
    assert left.values(LOG, ["y"], 3, pre_activations=True).max() == -1


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


def test_the_map_has_its_boundary_where_the_value_is():
    picture = maps.Map(XOR, Plane.over(XOR, PLANE, None), ["y"], False, 0.5)
    with canvas.Canvas("light") as paper:
        picture.draw(paper, xor_points())
        axes = paper.figure.axes[0]
        [boundary] = axes.collections
        places = np.concatenate([path.vertices for path in boundary.get_paths()])
        values = XOR({"x1": places[:, 0], "x2": places[:, 1]})[:, 0]
        shown = axes.images[0].get_array()
    assert len(places) > 100
    assert np.abs(values - 0.5).max() < 1e-9
    assert shown[0, 0] == XOR({"x1": -1, "x2": -1})[0, 0]
    assert shown[-1, -1] == XOR({"x1": 2, "x2": 2})[0, 0]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "boundary: XOR = 0"),
        ({"points": xor_points()}, "boundary: XOR = 0.5"),
        ({"level": 0.25}, "boundary: XOR = 0.25"),
        ({"level": 9}, "no boundary: XOR is 9 nowhere within"),
        ({"pre_activations": True}, "boundary: z(XOR) = 0"),
    ],
)
def test_the_rule_of_the_boundary_is_said(options, text):
    assert squeezed(text) in texts(render(XOR, PLANE, **options))


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
    assert squeezed("area: the largest of the nodes") in texts(svg)
    both = render(IRIS, over, at={"sepal_length": 5, "sepal_width": 3}, points=iris_points())
    assert squeezed("area: the largest of the nodes, points: species") in texts(both)


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
        boundaries = [
            path.vertices for found in axes.collections for path in found.get_paths() if len(path)
        ]
    largest = np.argmax(
        plane.values(IRIS, IRIS.output_names, maps.SAMPLES, pre_activations=False), axis=0
    )
    for number in range(3):
        assert len(np.unique(image[largest == number], axis=0)) == 1
    places = np.concatenate(boundaries)
    fixed = {name: np.full(len(places), float(value)) for name, value in at.items()}
    outputs = IRIS({**fixed, "petal_length": places[:, 0], "petal_width": places[:, 1]})
    two = np.sort(outputs, axis=1)[:, -2:]
    assert np.abs(two[:, 1] - two[:, 0]).max() < 0.02
    svg = render(IRIS, over, at=at, points=iris_points())
    assert {"setosa", "versicolor", "virginica"} <= set(texts(svg))


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
