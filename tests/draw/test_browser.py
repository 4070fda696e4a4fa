"""Proof in a real browser: in no picture does anything overlap, in no font, in no direction."""

from __future__ import annotations

import io
import random
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageChops

from deepgraph import draw
from deepgraph.draw.output.svg_moves import SECONDS
from deepgraph.draw.view.density import MOST_LABELS
from deepgraph.graph.shape import columns
from tests.draw.lots import LOTS, Case, with_curves
from tests.support import browser
from tests.support.faults import faults
from tests.support.picture import gallery

if TYPE_CHECKING:
    from pathlib import Path


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
        if case.options.get("collapse"):  # its edges are matrices
            continue
        for page in pages(case).values():
            shown = [edge["key"] for edge in page["edges"]]
            wanted = {k for k in shown if case.network.edge_parameter[int(k[1:])] >= 0}
            labels = [word for word in page["words"] if word["kind"] == "label"]
            if case.options.get("weights") == "none":
                wanted = set()
            assert len(wanted) <= MOST_LABELS
            below = [word for word in labels if word["text"].startswith("∂")]  # a second line
            first = [word["owner"] for word in labels if word not in below]
            second = [word["owner"] for word in below]
            assert sorted(first) == sorted(wanted), case.name
            assert len(second) == len(set(second)), case.name
            assert set(second) <= wanted, case.name
            assert all(word["text"] for word in labels)


@pytest.mark.parametrize("lot", LOTS)
def test_columns_in_the_order_of_the_file(cases: dict[str, list[Case]], lot: str) -> None:
    looked = 0
    for case in cases[lot]:
        few = {k: v for k, v in case.options.items() if k == "max_width"}
        view = draw.prepare(case.network, **few).view
        if not view.layered or case.options.get("collapse"):  # whose layers are blocks
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
