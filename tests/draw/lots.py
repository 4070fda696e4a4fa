"""Lots of pictures that a browser measures: the gallery and random networks, in many ways."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepgraph import draw
from deepgraph.draw.view.density import MOST_LABELS
from deepgraph.draw.view.records import Gradients
from deepgraph.edit.templates import dense
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.network import Network
from tests.support.convolution import convolution
from tests.support.picture import GALLERY, gallery, spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.evaluate.reference import Trace

LONG = "a_name_of_20_letters"
LARGE = 123456789012.0


@dataclass
class Case:
    """A picture, and where Chromium put everything in it, by font."""

    name: str
    network: Network
    trace: Trace | None
    options: dict[str, Any]
    svg: bytes = b""
    pages: dict[str, dict[str, Any]] | None = None

    def draw(self) -> Case:
        self.svg = self.svg or draw.render(self.network, self.trace, **self.options)
        return self


def gallery_cases() -> list[Case]:
    cases = []
    for name in GALLERY:
        network, live = gallery(name)
        few = {"max_width": 6} if len(network.parameters) > MOST_LABELS else {}
        for direction in ("right", "down"):
            for trace in (None, live):
                for weights in ("both", "name", "value", "none", "contribution"):
                    if weights == "contribution" and trace is None:
                        continue
                    options = {"direction": direction, "weights": weights, **few}
                    what = f"{name} {direction} {weights} {'live' if trace else 'still'}"
                    cases.append(Case(what, network, trace, options))
    return cases


def random_layered(seed: int) -> Case:
    rng = random.Random(seed)
    largest = (4, 8, 8, 3) if rng.random() < 0.6 else (4, 8, 3)
    sizes = [rng.randint(1, most) for most in largest] if seed else [4, 8, 8, 3]
    function = rng.choice(["relu", "tanh", "sigmoid"])
    made = dense(sizes, function, layers=rng.random() < 0.3)
    return random_case(f"{sizes}", Network(made).initialised(seed), rng)


def random_irregular(seed: int) -> Case:
    """A graph in which every node may feed every later one, some of its weights shared."""
    rng = random.Random(seed)
    inputs, neurons, biases = rng.randint(1, 3), rng.randint(3, 12), rng.randint(0, 2)
    ids = [f"x{i}" for i in range(inputs)] + [f"b{i}" for i in range(biases)]
    nodes: list[Any] = [(f"x{i}", "input") for i in range(inputs)]
    nodes += [(f"b{i}", "bias", {"value": -0.35 * i + 1}) for i in range(biases)]
    edges: list[Any] = []
    for i in range(neurons):
        function = rng.choice(["relu", "tanh", "identity", "sigmoid"])
        kind = "output" if i == neurons - 1 or rng.random() < 0.15 else "hidden"
        nodes.append((f"h{i}", kind, {"activation": function}))
        for source in rng.sample(ids, rng.randint(1, min(len(ids), 4))):
            keys = {"label": f"w{len(edges)}", "weight": round(rng.uniform(-2, 2), 3)}
            weighted = source == "b0" or (source[0] != "b" and rng.random() < 0.8)
            edges.append((source, f"h{i}", keys if weighted else {}))
        ids.append(f"h{i}")
    feeding = {source for source, _, _ in edges}
    nodes = [node for node in nodes if node[1] != "bias" or node[0] in feeding]
    return random_case(f"irregular {seed}", spec(nodes, edges), rng)


def random_case(name: str, network: Network, rng: random.Random) -> Case:
    values = {key: rng.choice([0.5, -1.25, 3.0, 0.333333]) for key in network.input_names}
    trace = network.trace(values) if rng.random() < 0.6 else None
    options = {
        "weights": rng.choice(["both", "both", "both", "name", "value"]),
        "direction": rng.choice(["right", "down"]),
    }
    return Case(f"{name} {options}", network, trace, options)


def wide_cases() -> list[Case]:
    """Long names, numbers of 12 digits, and gradients."""
    layered = spec(
        [
            (f"{LONG}_x", "input"),
            (f"{LONG}_h", "hidden", {"activation": "tanh"}),
            ("h2", "hidden"),
            ("b_of_20_letters_too", "bias", {"value": LARGE / 7}),
            (f"{LONG}_y", "output"),
        ],
        [
            (f"{LONG}_x", f"{LONG}_h", {"label": "a_weight_of_20_letters", "weight": LARGE}),
            (f"{LONG}_x", "h2", {"label": "w2", "weight": -1 / 3}),
            (f"{LONG}_h", f"{LONG}_y", {"label": "w3", "weight": -LARGE / 9}),
            ("h2", f"{LONG}_y", {"label": "another_of_20_letters", "weight": 2 / 3}),
            ("b_of_20_letters_too", f"{LONG}_h"),
            ("b_of_20_letters_too", "h2"),
        ],
        groups={"a_group_of_20_letters": ["w3", "another_of_20_letters"]},
    )
    skipping = spec(
        [
            *((name, "input") for name in ("x1", f"{LONG}_x")),
            *((name, "hidden", {"activation": "relu"}) for name in (f"{LONG}_h", "h2", "h3")),
            ("y", "output"),
        ],
        [
            (source, target, {"label": f"{source}_to_{target}", "weight": LARGE / (7 + i)})
            for i, (source, target) in enumerate(
                [
                    ("x1", f"{LONG}_h"),
                    (f"{LONG}_x", f"{LONG}_h"),
                    (f"{LONG}_h", "h2"),
                    ("h2", "h3"),
                    ("x1", "h3"),
                    (f"{LONG}_x", "h2"),
                    ("x1", "y"),
                    ("h2", "y"),
                    (f"{LONG}_h", "y"),
                    ("h3", "y"),
                ]
            )
        ],
    )
    cases = []
    for name, network in (
        ("long", layered),
        ("skipping", skipping),
        ("2-3-2", Network(dense([2, 3, 2], "tanh")).initialised(1)),
    ):
        trace = network.trace(dict.fromkeys(network.input_names, 1 / 7))
        for direction in ("right", "down"):
            options = {"precision": 12, "direction": direction}
            cases.append(Case(f"{name} {direction} still", network, None, options))
            cases.append(Case(f"{name} {direction} live", network, trace, options))
    for name in ("deep_state", "mazur", "irregular"):
        network, trace = gallery(name)
        slopes = {network.parameters.name(i): -0.0123456 for i in range(len(network.parameters))}
        gradients = Gradients(dict.fromkeys(network.ids, 0.0123456), slopes)
        for direction in ("right", "down"):
            options = {"gradients": gradients, "direction": direction}
            cases.append(Case(f"{name} {direction} gradients", network, trace, options))
    return cases


def curve_cases() -> list[Case]:
    """Curves in the nodes: the gallery over its first input, and random networks."""
    cases = []
    few = {"digits": {"max_width": 4}, "iris": {"max_width": 5}}
    for name in GALLERY:
        network, live = gallery(name)
        for direction, trace in (("right", live), ("down", None)):
            options = {"direction": direction, **few.get(name, {})}
            case = Case(f"{name} {direction} curves", network, trace, options)
            cases.append(with_curves(case, random.Random(name)))
    cases += [with_curves(random_layered(seed), random.Random(seed)) for seed in range(1, 7)]
    cases += [with_curves(random_irregular(seed), random.Random(seed)) for seed in range(5)]
    return cases


def with_curves(case: Case, rng: random.Random) -> Case:
    """The picture with the curves of all nodes over one of its inputs, the others fixed."""
    network = case.network
    swept = rng.choice(network.input_names)
    held = dict.fromkeys(network.input_names, 0.5)
    if case.trace is not None:
        held = {name: float(case.trace[name][0]) for name in network.input_names}
    held.pop(swept)
    way = along_input(network, {swept: (-3, 3)}, held)
    case.options["curves"] = node_curves(network, way, pre_activations=rng.random() < 0.2)
    return case


def dressed_cases() -> list[Case]:
    """Titles, legends, other sizes and distances."""
    cases = []
    for name in GALLERY:
        network, live = gallery(name)
        few = {"max_width": 6} if len(network.parameters) > MOST_LABELS else {}
        for direction, size, spacing in (("right", 24, 0.8), ("down", 12, 1.4), ("right", None, 1)):
            options = {"direction": direction, "spacing": spacing, **few}
            options |= {"title": True, "legend": True, "fractions": True}
            options |= {"font_size": size} if size else {"scale_width": "log"}
            cases.append(Case(f"{name} {direction} {size} dressed", network, live, options))
    return cases


def fitted_cases() -> list[Case]:
    """Pictures for columns of text, with and without gradients."""
    cases = []
    for name in GALLERY:
        network, live = gallery(name)
        few = {"max_width": 6} if len(network.parameters) > MOST_LABELS else {}
        slopes = {network.parameters.name(i): -0.0123456 for i in range(len(network.parameters))}
        gradients = Gradients(dict.fromkeys(network.ids, 0.0123456), slopes)
        for width, more in ((600, {}), (750, {}), (600, {"gradients": gradients})):
            what = f"{name} fit {width} {'gradients' if more else ''}"
            cases.append(Case(what, network, live, {"fit": width, **few, **more}))
    return cases


def grid_cases() -> list[Case]:
    """Layers that are drawn as grids, with weights that several edges share."""
    cases = []
    for rows, wide, size in ((3, 3, 2), (2, 4, 2), (4, 3, 3)):
        network = convolution(rows, wide, size)
        trace = network.trace(dict.fromkeys(network.input_names, 0.5))
        for direction in ("right", "down"):
            options = {"direction": direction}
            cases.append(Case(f"{rows} by {wide} {direction}", network, trace, options))
    return cases


def slopes_of(network: Network, rng: random.Random) -> Gradients:
    """Derivatives of many sizes, as a loss may have them."""

    def some() -> float:
        return rng.choice([-1, 1]) * 10 ** rng.uniform(-5, 1)

    names = [network.parameters.name(number) for number in range(len(network.parameters))]
    return Gradients({id: some() for id in network.ids}, {name: some() for name in names})


def derived_cases() -> list[Case]:
    """Pictures with derivatives: as they are, downwards, in columns of text, in part."""
    cases = []
    for name in GALLERY:
        network, live = gallery(name)
        few = {"max_width": 6} if len(network.parameters) > MOST_LABELS else {}
        rng = random.Random(name)
        for more in ({}, {"direction": "down"}, {"top": 7}, {"top": 7, "fit": 600}):
            options = {"gradients": slopes_of(network, rng), **few, **more}
            cases.append(Case(f"{name} derived {more}", network, live, options))
    return cases


def partial_cases() -> list[Case]:
    """Parts of networks: the strongest edges, what is around a node, layers as blocks."""
    cases = []
    for name in GALLERY:
        network, live = gallery(name)
        few = {"max_width": 6} if len(network.parameters) > MOST_LABELS else {}
        focus = network.ids[len(network.ids) // 2]
        ways: list[dict[str, Any]] = [{"top": 4}, {"top": 12}, {"focus": focus}, {"collapse": True}]
        ways = [{"direction": flow, **way} for way in ways for flow in ("right", "down")]
        ways.append({"top": 12, "fit": 600})
        cases += [Case(f"{name} {way}", network, live, {**few, **way}) for way in ways]
    return cases


def step_cases() -> list[Case]:
    """The first, a middle and the last picture of an evaluation, and of one with its way back."""
    cases = []
    for name in GALLERY:
        network, live = gallery(name)
        few = {"max_width": 6} if len(network.parameters) > MOST_LABELS else {}
        gradients = slopes_of(network, random.Random(name))
        for more in ({}, {"gradients": gradients, "direction": "down"}):
            pictures = draw.steps(network, live, **few, **more)
            for number in sorted({0, len(pictures) // 2, len(pictures) - 1}):
                what = f"{name} step {number} {'derived' if more else ''}"
                cases.append(Case(what, network, live, {**few, **more}, pictures[number]))
    return cases


LOTS: dict[str, Callable[[], list[Case]]] = {
    "gallery": gallery_cases,
    "layered": lambda: [random_layered(seed) for seed in range(24)],
    "irregular": lambda: [random_irregular(seed) for seed in range(16)],
    "wide": wide_cases,
    "curves": curve_cases,
    "grids": grid_cases,
    "dressed": dressed_cases,
    "fitted": fitted_cases,
    "derived": derived_cases,
    "partial": partial_cases,
    "steps": step_cases,
}
