"""Networks, points of tables and the texts of an SVG, for tests of plots."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET

import numpy as np

import deepgraph
from deepgraph.plot import Points
from tests.support.strategies import SPECS

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
    """The texts of a plot without spaces: in mathematics each letter has a place of its own."""
    return [squeezed(_in_order(text)) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def _in_order(text):
    """The letters of a text from left to right; matplotlib gathers those of one style."""
    parts = list(text.iter(f"{SVG}tspan"))
    if not parts:
        return "".join(text.itertext())
    letters = [
        (float(x), letter)
        for part in parts
        for x, letter in zip(part.get("x").split(), part.text.strip(), strict=False)
    ]
    return "".join(letter for _, letter in sorted(letters))


def squeezed(text):
    """A text without its spaces."""
    return "".join(text.split())
