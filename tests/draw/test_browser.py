"""Proof in a real browser: in no picture does anything overlap, in no font, in no direction."""

from __future__ import annotations

import io
import random
import re
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageChops

from deepgraph import draw
from deepgraph.draw.output.svg_moves import SECONDS
from deepgraph.draw.view.density import MOST_LABELS
from deepgraph.draw.view.records import Gradients
from deepgraph.edit.templates import dense
from deepgraph.graph.shape import columns
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.network import Network
from tests.support import browser
from tests.support.convolution import convolution
from tests.support.faults import faults
from tests.support.picture import GALLERY, gallery, spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
        self.svg = draw.render(self.network, self.trace, **self.options)
        return self


# --- what is drawn -----------------------------------------------------------------------------


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


LOTS: dict[str, Callable[[], list[Case]]] = {
    "gallery": gallery_cases,
    "layered": lambda: [random_layered(seed) for seed in range(24)],
    "irregular": lambda: [random_irregular(seed) for seed in range(16)],
    "wide": wide_cases,
    "curves": curve_cases,
    "grids": grid_cases,
    "dressed": dressed_cases,
    "fitted": fitted_cases,
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Case]]:
    """All pictures, measured in one run of the browser."""
    browser.needed()
    found = {lot: [case.draw() for case in make()] for lot, make in LOTS.items()}
    together = [case for lot in found.values() for case in lot]
    pages = browser.measure([case.svg for case in together], tmp_path_factory.mktemp("browser"))
    for number, case in enumerate(together):
        case.pages = {font: pages[font][number] for font in browser.FONTS}
    return found


def pages(case: Case) -> dict[str, dict[str, Any]]:
    assert case.pages is not None
    return case.pages


# --- what must hold ----------------------------------------------------------------------------


@pytest.mark.parametrize("font", browser.FONTS)
@pytest.mark.parametrize("lot", LOTS)
def test_nothing_overlaps(cases: dict[str, list[Case]], lot: str, font: str) -> None:
    found = {case.name: faults(pages(case)[font]) for case in cases[lot]}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("lot", LOTS)
def test_every_parameter_is_labelled(cases: dict[str, list[Case]], lot: str) -> None:
    for case in cases[lot]:
        for page in pages(case).values():
            shown = [edge["key"] for edge in page["edges"]]
            wanted = {k for k in shown if case.network.edge_parameter[int(k[1:])] >= 0}
            labels = [word for word in page["words"] if word["kind"] == "label"]
            if case.options.get("weights") == "none":
                wanted = set()
            assert len(wanted) <= MOST_LABELS
            assert sorted(word["owner"] for word in labels) == sorted(wanted), case.name
            assert all(word["text"] for word in labels)


@pytest.mark.parametrize("lot", LOTS)
def test_columns_in_the_order_of_the_file(cases: dict[str, list[Case]], lot: str) -> None:
    looked = 0
    for case in cases[lot]:
        few = {k: v for k, v in case.options.items() if k == "max_width"}
        view = draw.prepare(case.network, **few).view
        if not view.layered:
            continue
        column = columns(case.network)
        page = pages(case)["Liberation Sans"]
        places: dict[int, list[Any]] = {}
        for node in page["nodes"]:
            if node["shape"] and node["kind"] not in ("bias", "pill"):
                x, y, width, height = node["shape"]["box"]
                number = int(node["key"][1:])
                middle = (number, x + width / 2, y + height / 2)
                places.setdefault(int(column[number]), []).append(middle)
        main = 1 if case.options.get("direction") != "down" else 2
        if "fit" in case.options:  # which chooses the direction by itself
            centres = np.array([np.mean(members, axis=0)[1:] for members in places.values()])
            main = 1 if np.ptp(centres[:, 0]) > np.ptp(centres[:, 1]) else 2
        lines = []
        for number, members in sorted(places.items()):
            ordered = np.array(sorted(members))
            grid = view.grids[number] if view.grids else None
            line = (len(ordered), 1) if main == 1 else (1, len(ordered))
            shape = (grid.rows, grid.columns) if grid else line
            x, y = (ordered[:, axis].reshape(shape) for axis in (1, 2))
            assert np.ptp(x, axis=0).max() < 0.1, case.name
            assert np.ptp(y, axis=1).max() < 0.1, case.name
            assert (np.diff(x, axis=1) > 0).all(), case.name
            assert (np.diff(y, axis=0) > 0).all(), case.name
            lines.append(ordered[:, main].min())
        assert (np.diff(lines) > 0).all(), case.name
        looked += 1
    assert looked or lot == "irregular"


# --- the measure itself ------------------------------------------------------------------------


def test_the_measure_finds_what_is_wrong(tmp_path: Path) -> None:
    browser.needed()
    network, trace = gallery("deep_state")
    good = draw.render(network, trace).decode()
    crowded = draw.render(*gallery("iris")).decode()
    first, second = re.findall(r'<g class="label".*?</g>', good, re.S)[:2]
    node = good.index('<g class="node')
    curved = with_curves(Case("curves", network, trace, {}), random.Random(0)).draw().svg.decode()
    bad = {
        '" on "': good.replace(first, second),
        "on node": good.replace(first, re.sub(r' x="[\d.]+"', ' x="64"', first)),
        "leaves the picture": re.sub(r'<text x="[\d.]+"', '<text x="3"', good, count=1),
        "leaves node": good[:node] + good[node:].replace('font-size="22"', 'font-size="52"'),
        "px from its edge": good.replace(first, re.sub(r' y="([\d.]+)"', r' y="9\1"', first)),
        "px high": good.replace('font-size="14"', 'font-size="8"'),
        "through n": re.sub(r'<path d="M[\d.]+ [\d.]+L', '<path d="M5 5L', good),
        "at 0°": re.sub(r'(class="label" data-edge)="e\d+"', r'\1="e0"', good),
        "the curve leaves node": re.sub('(class="plot">.*?d="M)', r"\g<1>5 5L", curved, count=1),
        "the curve of": curved.replace('class="plot"', 'class="plot" transform="translate(0 -30)"'),
        "no background": re.sub(r'(<g class="label"[^>]*>)<rect[^>]*>', r"\1", crowded),
    }
    found = browser.measure([svg.encode() for svg in bad.values()], tmp_path)
    for what, page in zip(bad, found["DejaVu Sans"], strict=True):
        assert any(what in fault for fault in faults(page)), what


# --- the animated picture ----------------------------------------------------------------------


class Slow(BaseHTTPRequestHandler):
    """Answers after as many seconds as its path says, so that a page is done only then."""

    def do_GET(self) -> None:
        time.sleep(float(self.path[1:]))
        self.send_error(404)

    def log_message(self, *_: Any) -> None:
        pass


def screenshot(folder: Path, svg: bytes, seconds: float) -> Image.Image:
    """The picture of an `<img>` after so long, in real time, as a reader sees it."""
    (folder / "picture.svg").write_bytes(svg)
    page, image = folder / "page.html", folder / "shot.png"
    size = [round(float(n)) for n in re.findall(rb'(?:width|height)="([\d.]+)"', svg)[:2]]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        slow = f"http://127.0.0.1:{server.server_port}/{seconds}"
        page.write_text(
            '<!doctype html><body style="margin:0"><img src="picture.svg">'
            f'<img src="{slow}" style="position:absolute;top:-99px">'
        )
        browser.run(page, f"--screenshot={image}", f"--window-size={size[0]},{size[1] + 100}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    return Image.open(io.BytesIO(image.read_bytes())).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ visibly."""
    delta = np.asarray(ImageChops.difference(one, other)).max(axis=2)
    return float((delta > 40).mean())


def test_the_animated_picture_ends_on_the_still_one(tmp_path: Path) -> None:
    browser.needed()
    network, trace = gallery("deep_state")
    moving = draw.render(network, trace, animate=True, theme="auto")
    assert len(moving) < 60_000
    seconds = SECONDS * max(node.step for node in draw.prepare(network, trace).view.nodes) + 1.5
    still = screenshot(tmp_path, draw.render(network, trace, theme="auto"), 0)
    assert difference(screenshot(tmp_path, moving, 0), still) > 0.001, "it begins without values"
    assert difference(screenshot(tmp_path, moving, seconds), still) < 0.0005
