"""The live page in Chromium: it follows as Python draws, it is silent, it is for everybody."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

import pytest

import deepgraph
from deepgraph.live.document import page
from deepgraph.live.picture import picture
from tests.support.pages import differences, opened, shapes

SPECS = Path(deepgraph.__file__).parents[1] / "specs"
NAMES = sorted(path.stem for path in SPECS.glob("*.json"))
MOST_BYTES = 60_000


def network_of(name):
    return deepgraph.load(SPECS / f"{name}.json")


def page_of(name, **options):
    text = (SPECS / f"{name}.json").read_text(encoding="utf-8")
    return page(network_of(name), text=text, file=f"{name}.json", **options)


def first_inputs(html):
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.S)[1])
    return data["start"]["inputs"], data["digest"]


# --- it follows --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_follows_as_python_draws_it(browser, tmp_path, name):
    network, html = network_of(name), page_of(name)
    start, digest = first_inputs(html)
    names = network.input_names
    layout = picture(network, dict(zip(names, start, strict=True))).drawing.layout
    rng = random.Random(name)
    with opened(browser, html, tmp_path, width=1400) as live:
        for _ in range(4):
            inputs = [round(rng.uniform(-2, 3), 2) for _ in names]
            values = network.parameters.values.copy()
            for number in rng.sample(range(len(values)), min(5, len(values))):
                values[number] = rng.choice(
                    [0.0, round(rng.gauss(0, 2), rng.randint(1, 2)), 123.456]
                )
            changed = ",".join(
                f"{n}:{value!r}"
                for n, value in enumerate(values.tolist())
                if value != network.parameters.values[n]
            )
            fragment = f"live=1&spec={digest}&x={','.join(map(repr, inputs))}"
            live.go(fragment + (f"&p={changed}" if changed else ""))
            wanted = picture(
                network.with_values(values), dict(zip(names, inputs, strict=True)), layout
            )
            python = f'<svg xmlns="http://www.w3.org/2000/svg">{wanted.svg}</svg>'
            assert not differences(live.shapes(), shapes(python))


@pytest.mark.parametrize("name", NAMES)
def test_a_gallery_page_is_silent_and_small(browser, tmp_path, name):
    html = page_of(name)
    assert len(gzip.compress(html.encode(), 9)) <= MOST_BYTES
    with opened(browser, html, tmp_path) as live:
        for mode in live.page.get_by_role("tab").all():
            mode.click()
            live.settle()
        assert "check" in live.page.locator(".foot").inner_text().lower()
    assert len(live.requests) == 1
