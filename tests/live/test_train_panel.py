"""Training in the page: steps, a run, the way back, a divergence, all in Chromium."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import deepgraph
from deepgraph import live, train
from tests.support.live_page import opened, until
from tests.support.strategies import SPECS, network

XOR = {
    "deepgraph": 1,
    "layers": [
        {"id": "x", "size": 2},
        {"id": "h", "size": 3, "activation": "tanh", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 1, "activation": "sigmoid", "weights": "W2", "bias": "b2"},
    ],
    "parameters": {
        "W1": [[0.5, -0.3], [0.2, 0.7], [-0.6, 0.4]],
        "b1": [0.1, 0, -0.2],
        "W2": [[0.4, -0.9, 0.3]],
        "b2": [0.05],
    },
}
X = [[0, 0], [0, 1], [1, 0], [1, 1]]
WANTED = [0, 1, 1, 0]


@pytest.fixture
def page(browser, tmp_path):
    table = live.Rows("xor.csv", X, {"y": WANTED})
    with opened(browser, live.page(network(XOR), rows=table), tmp_path) as opened_page:
        found = opened_page.page
        found.get_by_role("tab", name="Training").click()
        yield found


def told(page):
    """Step, loss now and at the start, as they are written."""
    text = page.locator(".training .loss").inner_text()
    match = re.match(r"Step (\d+): loss (\S+), at the start ([0-9.e−]+)", text)
    assert match, text
    return int(match[1]), match[2], match[3]


def becomes(page, wanted):
    """Wait until step and losses are these."""
    for _ in range(40):
        if told(page) == wanted:
            return
        page.wait_for_timeout(25)
    assert told(page) == wanted


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_steps_are_those_of_the_library(page):
    net = network(XOR)
    page.get_by_label("Learning rate").fill("1/2")
    page.get_by_label("Learning rate").press("Enter")
    page.get_by_role("combobox", name="Steps at once").select_option("100")
    press(page, "Step")
    done = train.fit(net, X, {"y": WANTED}, epochs=100, learning_rate=0.5)
    step, loss, first = told(page)
    assert step == 100
    assert float(loss) == pytest.approx(done.best.training.loss, rel=1e-3)
    assert float(first) == pytest.approx(net.loss(X, {"y": WANTED}), rel=1e-3)
    label = page.locator(".training svg.chart").get_attribute("aria-label")
    assert label == f"Loss over 100 steps, from {first} to {loss}"


EXAMPLE = {
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
    "examples": [
        {"name": "plain", "inputs": {"x": 1}, "targets": {"y": 0}},
        {
            "name": "by momentum",
            "inputs": {"x": 1},
            "targets": {"y": 0},
            "loss": {"name": "half_squared_error"},
            "learning_rate": 0.5,
            "momentum": 0.5,
            "weight_decay": 0.25,
            "steps": 2,
            "updated": {"w": -0.171875},
        },
    ],
}


def test_an_example_says_how_its_steps_are_taken(browser, tmp_path):
    """One step leads to 1 − 0.5·1.25, the second to 0.375 − 0.5·(0.5·1.25 + 0.46875)."""
    with opened(browser, live.page(network(EXAMPLE)), tmp_path) as opened_page:
        page = opened_page.page
        page.get_by_role("tab", name="Training").click()
        rate = page.get_by_label("Learning rate")
        assert rate.input_value() == "0.1"
        page.get_by_label("Rows to learn from").select_option("by momentum")
        opened_page.settle()
        assert rate.input_value() == "0.5"
        assert page.get_by_label("Steps at once").input_value() == "2"
        assert "with momentum 0.5, with weight decay 0.25" in page.locator(".training").inner_text()
        press(page, "Step")
        opened_page.settle()
        assert "−0.171875" in page.locator(".changes").first.inner_text()
        assert "training.rows=2" in opened_page.state()


def test_run_stop_rewind_and_undo(page):
    start = told(page)
    press(page, "Run")
    until(
        page, "() => parseInt(document.querySelector('.training .loss').textContent.slice(5)) > 20"
    )
    press(page, "Stop")
    stopped = told(page)
    page.wait_for_timeout(150)
    assert told(page) == stopped
    assert stopped[0] > 20
    press(page, "Rewind")
    becomes(page, start)
    press(page, "Undo")
    becomes(page, stopped)
    press(page, "Undo")
    becomes(page, start)
    press(page, "Redo")
    becomes(page, stopped)
    assert page.get_by_role("button", name="Run", exact=True).is_enabled()


def test_the_picture_follows_and_the_changes_are_listed(page):
    before = page.locator(".outputs").inner_text()
    press(page, "Step")
    until(page, "(old) => document.querySelector('.outputs').innerText !== old", before)
    assert "13 changed" in page.locator(".changes").first.inner_text()


@pytest.fixture
def steep(browser, tmp_path):
    """A network whose steps grow without bounds."""
    spec = json.loads(json.dumps(XOR).replace("tanh", "relu").replace("sigmoid", "identity"))
    table = live.Rows("xor.csv", X, {"y": WANTED})
    with opened(browser, live.page(network(spec), rows=table), tmp_path) as opened_page:
        found = opened_page.page
        found.get_by_role("tab", name="Training").click()
        yield found


def test_a_divergence_is_told_and_leaves_the_page_whole(steep):
    page = steep
    page.get_by_label("Learning rate").fill("100")
    page.get_by_label("Learning rate").press("Enter")
    page.get_by_role("combobox", name="Steps at once").select_option("100")
    press(page, "Step")
    said = page.locator(".training").get_by_role("alert").inner_text()
    assert re.match(
        r"Training stopped before step \d+, in which .+ would become (∞|−∞|NaN)\.", said
    )
    assert "NaN" not in page.locator(".outputs").inner_text()
    press(page, "Rewind")
    assert not page.locator(".training").get_by_role("alert").is_visible()


@pytest.mark.parametrize(("typed", "is_wrong"), [("0,05", False), ("x", True), ("0", True)])
def test_the_learning_rate_is_read(page, typed, is_wrong):
    field = page.get_by_label("Learning rate")
    field.fill(typed)
    field.press("Tab")
    assert field.get_attribute("aria-invalid") == str(is_wrong).lower()


def test_a_wrong_learning_rate_is_told_and_takes_no_step(page):
    field, wrong = page.get_by_label("Learning rate"), page.locator(".training .wrong").first
    for typed, said in (("-1", "above 0"), ("0", "above 0"), ("1/0", "divides by 0"), ("", "Type")):
        field.fill(typed)
        field.press("Tab")
        assert said in wrong.inner_text()
        assert page.get_by_role("button", name="Step", exact=True).is_disabled()
        assert field.input_value() == typed
    field.fill("0.5")
    field.press("Tab")
    assert not wrong.is_visible()
    assert field.get_attribute("aria-invalid") == "false"
    press(page, "Step")
    assert told(page)[0] == 1


def test_a_loss_that_grows_is_told(page):
    page.get_by_label("Learning rate").fill("1000")
    page.get_by_label("Learning rate").press("Enter")
    page.get_by_role("combobox", name="Steps at once").select_option("10")
    press(page, "Step")
    assert "try a smaller learning rate" in page.locator(".training .loss").inner_text()


STEPS = {"inputs": {"x": [1, 2]}, "targets": {"y": [0, 1]}, "learning_rate": 0.5}
OTHERS = [
    {**STEPS, "name": "Adam", "optimiser": "adam"},
    {**STEPS, "name": "batches", "batch": 1},
    {**STEPS, "name": "whole", "batch": 2, "freeze": ["w"]},
]


def test_what_the_page_cannot_learn_by_is_told_and_lends_no_rate(browser, tmp_path):
    spec = {**EXAMPLE, "examples": OTHERS}
    with opened(browser, live.page(network(spec)), tmp_path) as opened_page:
        page, said = opened_page.page, []
        page.get_by_role("tab", name="Training").click()
        for name in ("Adam", "batches", "whole"):
            page.get_by_label("Rows to learn from").select_option(name)
            opened_page.settle()
            said.append(page.locator(".training .told").all_inner_texts())
            rate = page.get_by_label("Learning rate").input_value()
            assert rate == ("0.5" if name == "whole" else "0.1")
        assert any("(adam) is not on this page" in text for text in said[0])
        assert any("(batch 1) is not on this page" in text for text in said[1])
        assert any("w unchanged" in text for text in said[2])
        press(page, "Step")
        opened_page.settle()
        assert "All numbers are those of the file" in page.locator(".changes").first.inner_text()


def test_without_targets_it_says_what_is_missing(browser, tmp_path):
    net = network(XOR)
    with opened(browser, live.page(net), tmp_path) as found:
        page = found.page
        page.get_by_role("tab", name="Training").click()
        assert "Type a target" in page.locator(".training .loss").inner_text()
        assert page.get_by_role("button", name="Run", exact=True).is_disabled()
        page.locator(".training .targets input").fill("0.9")
        page.locator(".training .targets input").press("Enter")
        page.get_by_role("combobox", name="Steps at once").select_option("100")
        press(page, "Step")
        assert told(page)[0] == 100
        press(page, "Step")
        start = page.get_by_label("x1", exact=True).input_value()
        x = [[float(start), float(page.get_by_label("x2", exact=True).input_value())]]
        done = train.fit(net, x, {"y": [0.9]}, epochs=200, learning_rate=0.1)
        expected = float(done.network(x)[0, 0])
        until(
            page,
            f"() => document.querySelector('.outputs b').textContent.startsWith('{expected:.4g}')",
        )


def test_classes_count_the_rows_that_are_right(browser, tmp_path):
    net = deepgraph.load(SPECS / "iris.json")
    lines = [line.rsplit(",", 1) for line in (SPECS / "iris.csv").read_text().splitlines()[1::5]]
    X = [[float(x) for x in line[0].split(",")] for line in lines]
    names = [net.label(node) for node in net.outputs.tolist()]
    wanted = {
        output: [float(line[1] in (output, name)) for line in lines]
        for output, name in zip(net.output_names, names, strict=True)
    }
    right = net.classes.predicted(net.trace(X).a[net.outputs]) == np.argmax(
        list(wanted.values()), axis=0
    )
    with opened(browser, live.page(net, rows=live.Rows("iris.csv", X, wanted)), tmp_path) as found:
        page = found.page
        page.get_by_role("tab", name="Training").click()
        text = page.locator(".training .loss").inner_text()
        assert text.endswith(f"; {right.sum()} of {len(X)} rows right")


def test_settings_come_back_from_the_address(browser, tmp_path):
    table = live.Rows("xor.csv", X, {"y": WANTED})
    with opened(browser, live.page(network(XOR), rows=table), tmp_path) as found:
        page = found.page
        page.get_by_role("tab", name="Training").click()
        page.get_by_label("Learning rate").fill("0.25")
        page.get_by_label("Learning rate").press("Enter")
        press(page, "Step")
        until(
            page, "() => location.hash.includes('training.rate') && location.hash.includes('&p=')"
        )
        link = page.evaluate("location.hash.slice(1)")
        outputs = page.locator(".outputs").inner_text()
    with opened(browser, live.page(network(XOR), rows=table), tmp_path, fragment=link) as found:
        page = found.page
        assert page.get_by_label("Learning rate").input_value() == "0.25"
        assert page.locator(".outputs").inner_text() == outputs


def test_by_keyboard_alone(page):
    page.get_by_role("tab", name="Training").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Step":
            break
    page.keyboard.press("Enter")
    assert told(page)[0] == 1


def test_hostile_names_are_texts(browser, tmp_path):
    name = "</script><b onclick=alert(1)>"
    spec = json.loads(json.dumps(XOR).replace('"y"', json.dumps(name)))
    table = live.Rows(name, X, {name: WANTED})
    with opened(browser, live.page(network(spec), rows=table), tmp_path) as found:
        page = found.page
        page.get_by_role("tab", name="Training").click()
        options = page.get_by_role("combobox", name="Rows to learn from").inner_text()
        assert name in options
        page.get_by_role("tab", name="Curves").click()
        assert page.locator(".curves b[onclick]").count() == 0


RISEN = {
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
    "examples": [{"inputs": {"x": 1}, "targets": {"y": 3}}],
}
"""One step at a rate of 1 of ½(w − 3)² leads to w = 3 itself, where every derivative is 0."""


@pytest.fixture
def endless(browser, tmp_path):
    """XOR at a rate at which it learns for a very long time, while a run goes on."""
    table = live.Rows("xor.csv", X, {"y": WANTED})
    with opened(browser, live.page(network(XOR), rows=table), tmp_path) as opened_page:
        page = opened_page.page
        opened_page.type("x1", "0.5")
        page.get_by_role("tab", name="Training").click()
        press(page, "Run")
        until(page, "() => document.querySelector('.changes').innerText.includes('13 changed')")
        yield opened_page


def is_running(page):
    return page.get_by_role("button", name="Stop", exact=True).is_visible()


def stays(opened_page, step):
    """The run has ended at a step, and nothing goes on."""
    opened_page.settle(200)
    assert not is_running(opened_page.page)
    assert told(opened_page.page)[0] == step


@pytest.mark.parametrize("name", ["Undo", "Reset", "Rewind"])
def test_what_leads_back_ends_a_run_first(endless, name):
    page = endless.page
    press(page, name)
    stays(endless, 0)
    assert "All numbers are those of the file" in page.locator(".changes").first.inner_text()
    assert (endless.field("x1").input_value() == "0.5") == (name != "Reset")
    press(page, "Redo" if name == "Undo" else "Undo")
    endless.settle()
    assert "13 changed" in page.locator(".changes").first.inner_text()
    assert endless.field("x1").input_value() == "0.5"
    assert told(page)[0] > 0


def test_redo_ends_a_run_first(endless):
    page = endless.page
    press(page, "Undo")
    endless.settle()
    press(page, "Run")
    page.keyboard.press("Control+Shift+Z")
    endless.settle(200)
    assert not is_running(page)


def test_a_weight_that_is_moved_during_a_run_ends_it(endless):
    endless.choose("e0")
    endless.page.locator(".chosen input[type=range]").first.press("Home")
    endless.page.locator(".chosen input[type=range]").first.press("ArrowUp")
    field = endless.page.locator(".chosen input[type=text]").first
    endless.settle()
    moved = field.input_value()
    stays(endless, 0)
    assert field.input_value() == moved


def test_a_run_that_changes_no_number_ends_by_itself(browser, tmp_path):
    with opened(browser, live.page(network(RISEN)), tmp_path) as opened_page:
        page = opened_page.page
        page.get_by_role("tab", name="Training").click()
        rate = page.get_by_label("Learning rate")
        rate.fill("1")
        rate.press("Enter")
        press(page, "Run")
        stays(opened_page, 2)
        said = page.locator(".training .loss").inner_text()
        assert said.startswith("Step 2: loss 0, at the start 2. Every derivative is 0"), said
        press(page, "Undo")
        opened_page.settle()
        rate.fill("1e-20")
        rate.press("Enter")
        press(page, "Run")
        stays(opened_page, 1)
        said = page.locator(".training .loss").inner_text()
        assert said == "Step 1: loss 2, at the start 2. A step changes no number here."
