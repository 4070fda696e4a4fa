"""Sliders of a live page that are moved: how long, and how often the browser computes."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import deepgraph


def fifty():
    """A network of 50 nodes and 504 edges, in four layers."""
    rng, sizes = random.Random(50), [8, 14, 14, 14]
    layers = [[f"n{layer}_{i}" for i in range(size)] for layer, size in enumerate(sizes)]
    kinds = {0: {"kind": "input"}, 3: {"kind": "output"}}
    nodes = [
        {"id": name, **kinds.get(layer, {"activation": "relu"})}
        for layer, names in enumerate(layers)
        for name in names
    ]
    edges = [
        {"source": source, "target": target, "weight": round(rng.gauss(0, 0.5), 3)}
        for before, after in pairwise(layers)
        for source in before
        for target in after
    ]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))


CHANGES = 120
SLIDE = """(count) => {
  const slider = document.querySelector(".inputs input[type=range]"), times = [];
  const low = Number(slider.min), high = Number(slider.max);
  return new Promise((done) => {
    const next = () => {
      if (times.length === count) return done(times);
      slider.value = low + (high - low) * ((times.length * 7) % 60) / 60;
      const start = performance.now();
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      requestAnimationFrame(() => {
        document.querySelector(".picture").getBoundingClientRect();
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          times.push(performance.now() - start);
          next();
        };
        channel.port2.postMessage(0);
      });
    };
    next();
  });
}"""


@dataclass
class Slid:
    """What one change of a slider took: a median, and means."""

    wall: float
    """ms from the event to the repainted picture"""
    cpu: float
    """ms of the page's own thread"""
    layouts: float
    styles: float
    """how often places, and styles, were computed"""


def slid(live):
    """Move the first slider, and tell what a change took."""
    session = live.page.context.new_cdp_session(live.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def metrics():
        told = session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in told}

    before = metrics()
    times = live.page.evaluate(SLIDE, CHANGES)
    after = metrics()

    def mean(name):
        return (after[name] - before[name]) / CHANGES

    cpu = 1000 * mean("TaskDuration")
    return Slid(median(times), cpu, mean("LayoutCount"), mean("RecalcStyleCount"))


def show_map(live):
    """Have the map over the first two inputs of the page follow."""
    live.mode("Curves")
    live.page.locator(".panel select").nth(1).select_option(index=2)
    live.settle()
    assert live.page.locator(".map").is_visible()
