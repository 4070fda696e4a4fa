"""Pages of random networks in Chromium: every mode is silent, from a file and in a frame."""

from __future__ import annotations

import gzip
import random
import re
from functools import cache

import pytest

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.live import functions, scripts
from deepgraph.live.document import page
from deepgraph.live.frame import frame
from deepgraph.live.needs import NEEDS
from tests.support.live_gallery import NAMES, data_of, network_of, page_of
from tests.support.live_page import TWO_FRAMES, opened
from tests.support.strategies import irregular, network

COUNT = 50
MOMENTUM = {
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
    "examples": [
        {
            "inputs": {"x": 1},
            "targets": {"y": 0},
            "loss": {"name": "squared_error"},
            "learning_rate": 0.5,
            "momentum": 0.5,
            "updated": {"w": 0},
        }
    ],
}


PLAY = """
async (body) => {
  const all = (selector) => [...body.querySelectorAll(selector)];
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const slider = all(".inputs input[type=range]")[0], list = all(".chosen select")[0];
  slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  await drawn();
  for (const tab of all("[role=tab]")) {
    tab.click();
    list.value = list.options[list.options.length - 1].value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
    await drawn();
    if (tab.getAttribute("aria-selected") !== "true") throw new Error(tab.textContent);
  }
  all("button").find((one) => one.textContent === "Undo").click();
  await drawn();
  return all(".foot")[0].innerText;
}
"""
"""A frame after each step, and no more waiting: every page is played twice."""


@cache
def random_page(seed):
    """The page of a random network, small or large, of all activations and aggregations."""
    rng = random.Random(seed)
    sizes = rng.randint(1, 4), rng.randint(0, 3), rng.randint(1, 14)
    some = rng.sample(list(ACTIVATIONS), rng.randint(1, 6))
    names = some if rng.random() < 0.6 else None  # then softmax, too
    joins = rng.sample(["sum", "mean", "product", "max", "min"], rng.randint(1, 3))
    net = network(irregular(rng, *sizes, names, joins, scaled=rng.random() < 0.3))
    targets = dict.fromkeys(net.output_names, 1.0) if rng.random() < 0.7 else None
    return page(net, targets=targets)


def play(live, inside):
    """Look at every mode, change a weight and an input, take a step back; what the foot says."""
    told = inside.locator("body").evaluate(PLAY)
    live.page.evaluate(TWO_FRAMES)
    return told


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_random_page_is_silent(browser, tmp_path, seed):
    html = random_page(seed)
    with opened(browser, html, tmp_path) as live:
        assert "Checked" in play(live, live.page)
    assert len(live.requests) == 1
    host = f"<!DOCTYPE html><title>host</title>{frame('net', '900px', html=html)}"
    with opened(browser, host, tmp_path) as live:
        assert "Checked" in play(live, live.frame())


def test_random_pages_are_small():
    sizes = [len(gzip.compress(random_page(seed).encode(), 9)) for seed in range(COUNT)]
    print(
        f"random pages, bytes compressed: median {sorted(sizes)[COUNT // 2]:,}, most {max(sizes):,}"
    )
    assert max(sizes) <= 60_000
    assert sorted(sizes)[COUNT // 2] <= 55_800


def test_each_need_is_left_out_by_some_page_and_kept_by_another():
    text = functions.script(network_of(NAMES[0])) + "\n" + scripts.text()
    pages = [data_of(page_of(name)) for name in NAMES]
    pages += [data_of(random_page(seed)) for seed in range(COUNT)]
    pages.append(data_of(page(network(MOMENTUM), reload="changes")))
    for need in NEEDS:
        assert {need.asks(data) for data in pages} == {True, False}, need.names
        for name in need.names:
            outer, _, inner = name.partition(".")
            found = re.search(rf"^(?:const|class|function) \[?{outer}\b", text, re.MULTILINE)
            assert found, name
            whole = text[found.start() :].split("\n}")[0]
            assert (
                re.search(rf"^ +(?:function )?{inner}(?:\(|:|,)", whole, re.MULTILINE) or not inner
            )
