"""Curves and maps in the page, in Chromium; how quick they are."""

from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph import live
from deepgraph.live import functions, scripts
from deepgraph.live.program import program
from tests.support.live_page import opened, until, violations
from tests.support.strategies import SPECS, network


@pytest.fixture
def page(browser, tmp_path):
    net = deepgraph.load(SPECS / "xor.json")
    table = live.Rows("xor.csv", [[0, 0], [0, 1], [1, 0], [1, 1]], {"y": [0, 1, 1, 0]})
    options = {"rows": table, "over": {"x1": (0, 2), "x2": (0, 1)}}
    with opened(browser, live.page(net, **options), tmp_path) as opened_page:
        found = opened_page.page
        found.get_by_role("tab", name="Curves").click()
        yield found


BIG = "document.querySelector('.curves > div > svg')"


def slide(page, name, value):
    field = page.get_by_label(name, exact=True)
    field.fill(value)
    field.press("Enter")


def test_curves_follow_the_inputs(page):
    big = page.locator(".curves > div > svg.chart")
    assert big.get_attribute("aria-label") == "XOR over x1 from 0 to 2: between 0 and 1, now 0"
    slide(page, "x2", "1")
    until(page, f"() => {BIG}.getAttribute('aria-label').endsWith('now 1')")
    assert big.get_attribute("aria-label") == "XOR over x1 from 0 to 2: between −1 and 1, now 1"
    path = big.locator(".chart-line").get_attribute("d")
    assert path.count("L") == 100


def test_a_small_curve_chooses_its_node(page):
    page.locator(".plots:visible").get_by_role("button", name="h1").click()
    big = page.locator(".curves > div > svg.chart")
    until(page, f"() => {BIG}.getAttribute('aria-label').startsWith('h1')")
    assert big.get_attribute("aria-label") == "h1 over x1 from 0 to 2: between 0 and 2, now 0"
    pressed = page.locator(".plots:visible [aria-pressed=true]")
    assert pressed.count() == 1


def show_map(page, name="x2"):
    """The map over the first and another input, painted."""
    page.get_by_role("combobox", name="and over").select_option(name)
    until(page, "() => document.querySelector('.map-over').hasAttribute('aria-label')")


def color(page, x, y):
    """The colour of a cell of the map, from its lower left corner."""
    script = """([x, y]) => {
      const copy = new OffscreenCanvas(100, 100).getContext("2d", { willReadFrequently: true });
      copy.drawImage(document.querySelector(".map-frame canvas"), 0, 0);
      return [...copy.getImageData(x, 99 - y, 1, 1).data].slice(0, 3);
    }"""
    return page.evaluate(script, [x, y])


def test_the_map_shows_the_values(page):
    show_map(page)
    over = page.locator(".map-over")
    label = over.get_attribute("aria-label")
    assert label.startswith(
        "XOR over x1 from 0 to 2 and x2 from 0 to 1: between −0.985 and 0.995; now 0"
    )
    # Along x1 + x2 = 1 the value is 1, the strongest blue; at 0 and 2 it is 0, the ground.
    ground, ridge, below = color(page, 0, 0), color(page, 25, 49), color(page, 99, 99)
    assert sum(ground) > sum(ridge)
    assert ridge[2] > ridge[0]
    assert below[0] > below[2]
    assert page.locator(".map-row").count() == 4


@pytest.mark.parametrize("value", ["1e308", "-3"])
def test_what_lies_beyond_a_range_is_not_marked(browser, tmp_path, value):
    """In a curve and in a map, and nobody hears of a coordinate that is no number."""
    with opened(browser, live.page(deepgraph.load(SPECS / "xor.json")), tmp_path) as found:
        found.mode("Curves")
        dot, ring = found.page.locator(".chart-dot").first, found.page.locator(".map-now")
        assert float(dot.get_attribute("cx")) > 0
        found.type("x1", value)
        assert float(dot.get_attribute("cx")) < 0
        show_map(found.page)
        assert ring.count() == 0
        found.type("x1", "0.5")
        assert float(ring.get_attribute("cx")) == 75
        assert not found.messages


def test_ranges_as_wide_as_doubles_go(browser, tmp_path):
    over = {"x1": (-8e307, 8e307), "x2": (-8e307, 8e307)}
    with opened(
        browser, live.page(deepgraph.load(SPECS / "xor.json"), over=over), tmp_path
    ) as found:
        found.mode("Curves")
        assert found.page.locator(".chart-line").first.get_attribute("d").count("L") > 40
        show_map(found.page)
        for key in ("Home", "End", "ArrowLeft"):
            found.page.locator(".inputs input[type=range]").first.press(key)
            found.settle()
        assert not found.messages


def test_a_map_says_what_its_marks_mean(browser, tmp_path):
    net = deepgraph.load(SPECS / "xor.json")
    rows = [[0, 0], [0, 1], [1, 0], [5, 1]]  # the last one lies beside the map
    table = live.Rows("gate.csv", rows, {"y": [0, 1, 1, 0]})
    over = {"x1": (0, 1), "x2": (0, 1)}
    with opened(browser, live.page(net, rows=table, over=over), tmp_path) as found:
        found.mode("Curves")
        show_map(found.page)
        told = found.page.locator(".map-told").inner_text()
        assert "gate.csv" in told
        assert "full where the target is at least 0.5" in told
        assert "The ring is where the inputs are" in told
        marks = found.page.locator(".map-row")
        assert [("full" in mark.get_attribute("class")) for mark in marks.all()] == [
            False,
            True,
            True,
        ]


def test_the_legend_of_a_map_has_a_colour_for_each_class(browser, tmp_path):
    net = deepgraph.load(SPECS / "iris.json")
    table = live.Rows(
        "iris.csv", [[5.1, 3.5, 1.4, 0.2]], {name: [0.0] for name in net.output_names}
    )
    table.targets["virginica"] = [1.0]
    with opened(browser, live.page(net, rows=table), tmp_path) as found:
        found.mode("Curves")
        show_map(found.page, "sepal_width")
        legend = found.page.locator(".map-told .kept")
        assert [entry.inner_text().split()[-1] for entry in legend.all()] == net.output_names
        colour = legend.last.locator("span").first.evaluate("dot => getComputedStyle(dot).color")
        assert found.page.locator(".map-row").evaluate(
            "row => row.getAttribute('fill')"
        ) == colour.replace(" ", "")


def test_outputs_that_are_no_classes_give_rows_no_colours(browser, tmp_path):
    net = deepgraph.load(SPECS / "half_adder.json")
    rows = [[0, 0], [0, 1], [1, 1]]
    table = live.Rows("sums.csv", rows, {"carry": [0.0, 0.0, 1.0], "sum": [0.0, 1.0, 0.0]})
    over = {"a": (0, 1), "b": (0, 1)}
    with opened(browser, live.page(net, rows=table, over=over), tmp_path) as found:
        found.mode("Curves")
        show_map(found.page, "b")
        told = found.page.locator(".map-told").inner_text()
        assert "sums.csv" in told
        assert "class" not in told
        marks = [mark.get_attribute("class") for mark in found.page.locator(".map-row").all()]
        assert marks == ["map-row full"] * 3


def test_one_drag_is_one_undo(page):
    show_map(page)
    inputs = [page.get_by_label(name, exact=True) for name in ("x1", "x2")]
    before = [field.input_value() for field in inputs]
    page.locator(".map-over").scroll_into_view_if_needed()
    box = page.locator(".map-over").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(x + 5 * step, y - 3 * step)
        page.wait_for_timeout(10)
    page.mouse.up()
    page.wait_for_timeout(50)
    assert [field.input_value() for field in inputs] != before
    page.get_by_role("button", name="Undo", exact=True).click()
    page.wait_for_timeout(50)
    assert [field.input_value() for field in inputs] == before


def test_pointer_and_arrow_keys_move_the_inputs(page):
    show_map(page)
    over = page.locator(".map-over")
    box = over.bounding_box()
    over.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.5})
    page.wait_for_timeout(50)
    assert float(page.get_by_label("x1", exact=True).input_value()) == pytest.approx(1.5, abs=0.02)
    assert float(page.get_by_label("x2", exact=True).input_value()) == pytest.approx(0.5, abs=0.02)
    before = float(page.get_by_label("x1", exact=True).input_value())
    over.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(50)
    assert float(page.get_by_label("x1", exact=True).input_value()) > before


def test_maps_change_with_light_and_dark(page):
    show_map(page)
    light = color(page, 0, 0)
    page.get_by_role("button", name="Light or dark").click()
    page.wait_for_timeout(100)
    assert sum(light) > 600
    assert sum(color(page, 0, 0)) < 200


def test_class_regions_have_names(browser, tmp_path):
    net = deepgraph.load(SPECS / "iris.json")
    inputs = dict(zip(net.input_names, [5.8, 3.0, 3.7, 1.2], strict=True))
    over = dict(zip(net.input_names, [(4, 8), (2, 5), (1, 7), (0, 2.5)], strict=True))
    with opened(browser, live.page(net, inputs=inputs, over=over), tmp_path) as found:
        page = found.page
        page.get_by_role("tab", name="Curves").click()
        page.get_by_role("combobox", name="Over", exact=True).select_option(index=2)
        page.get_by_role("combobox", name="and over").select_option(index=4)
        until(page, "() => document.querySelectorAll('.map-names text').length > 2")
        names = page.locator(".map-names text").all_text_contents()
        said = page.locator(".map-over").get_attribute("aria-label")
        until(page, "() => location.hash.includes('curves.x=3&curves.of=0&curves.y=4')")
    assert sorted(names) == sorted(net.label(node) for node in net.outputs.tolist())
    assert all(name in said for name in names)


def test_one_input_has_no_map(browser, tmp_path):
    net = deepgraph.load(SPECS / "deep_state.json")
    with opened(browser, live.page(net), tmp_path) as found:
        page = found.page
        page.get_by_role("tab", name="Curves").click()
        assert page.get_by_role("combobox", name="and over").count() == (len(net.inputs) > 1)


def test_many_nodes_are_counted_and_drawn_when_chosen(browser, tmp_path):
    layers = [{"id": "x", "size": 2}, {"id": "h", "size": 30, "weights": "W1", "bias": None}]
    layers.append({"id": "y", "size": 1, "weights": "W2", "bias": None})
    weights = np.linspace(-1, 1, 60).reshape(30, 2)
    parameters = {"W1": weights.tolist(), "W2": [[0.1] * 30]}
    net = network({"deepgraph": 1, "layers": layers, "parameters": parameters})
    with opened(browser, live.page(net, {"x1": 0.5, "x2": 1}), tmp_path) as found:
        found.mode("Curves")
        assert found.page.locator(".plots:visible button").count() == 24
        assert "and 7 more" in found.page.locator(".panel").inner_text()
        found.choose(f"n{net.index['h30']}")
        until(found.page, f"() => {BIG}.getAttribute('aria-label').startsWith('h30 over x1')")


TIMES = """
const program = readProgram(%s);
const least = (times, f) => {
  let found = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    f(i);
    found = Math.min(found, performance.now() - start);
  }
  return found;
};
const axis = (input) => ({ input, range: [-1, 1] });
const goal = { loss: "squared_error", nodes: program.outputs, targets: Float64Array.of(0.9) };
const pass = (i) => {
  const trace = evaluate(program, program.values, [0.1, i / 99]);
  return gradient(program, program.values, trace, goal);
};
window.times = {
  map: least(25, () => mapOver(program, program.values, [0, 0], axis(0), axis(1), program.outputs)),
  pass: least(25, () => { for (let i = 0; i < 100; i++) pass(i); }) / 100,
};
"""


def test_maps_and_gradients_are_quick(browser):
    """50 neurons: a map of 100 × 100 within 50 ms, evaluation and gradient far below 1 ms."""
    rng = np.random.default_rng(0)
    sizes = (2, 17, 17, 15, 1)
    layers, parameters = [{"id": "x", "size": 2}], {}
    for i, (size, before) in enumerate(zip(sizes[1:], sizes, strict=False), 1):
        layer = {"id": f"l{i}_", "size": size, "weights": f"W{i}", "bias": f"b{i}"}
        layers.append({**layer, "activation": "tanh"})
        parameters[f"W{i}"] = rng.standard_normal((size, before)).tolist()
        parameters[f"b{i}"] = rng.standard_normal(size).tolist()
    net = network({"deepgraph": 1, "layers": layers, "parameters": parameters})
    behind = TIMES % json.dumps(program(net))
    text = scripts.joined(scripts.NUMBERS, before=functions.script(net), behind=behind)
    page = browser.new_page()
    page.evaluate(text.strip().removesuffix(";"))
    times = page.evaluate("window.times")
    page.close()
    assert times["map"] <= 50
    assert times["pass"] <= 0.5


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_nothing_is_in_the_way_of_anybody(browser, tmp_path, scheme, width):
    """axe-core on training, curves and a map; targets of 24 px; no sideways scrolling."""
    net = deepgraph.load(SPECS / "xor.json")
    table = live.Rows("xor.csv", [[0, 0], [0, 1], [1, 0], [1, 1]], {"y": [0, 1, 1, 0]})
    html = live.page(net, rows=table)
    with opened(browser, html, tmp_path, width=width, scheme=scheme) as found:
        for mode, choice in (("Training", ""), ("Curves", ""), ("Curves", "x2")):
            found.mode(mode)
            if choice:
                show_map(found.page)
            assert violations(found) == []
            sizes = found.page.evaluate(
                """() => [...document.querySelectorAll(".panel :is(button, input, select)")]
                  .filter((e) => e.checkVisibility())
                  .map((e) => e.closest("label") ?? e)
                  .map((e) => e.getBoundingClientRect())
                  .map(({ width, height }) => Math.min(width, height))"""
            )
            assert min(sizes) >= 24
            page = found.page
            assert page.evaluate("document.documentElement.scrollWidth") <= width
