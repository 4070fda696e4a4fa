"""The stepper through rows: buttons that stay, a number to type, the rows that are wrong."""

from __future__ import annotations

import pytest

import deepgraph
from deepgraph import live as live_page
from deepgraph.live.asked import page_of
from deepgraph.live.document import page
from deepgraph.request.request import ask
from tests.support.live_gallery import data_of
from tests.support.live_page import opened
from tests.support.strategies import SPECS


@pytest.fixture
def iris(browser, tmp_path):
    net = deepgraph.load(SPECS / "iris.json")
    lines = [line.rsplit(",", 1) for line in (SPECS / "iris.csv").read_text().splitlines()[1:]]
    names = [net.label(node) for node in net.outputs.tolist()]
    wanted = {
        output: [float(line[1] in (output, name)) for line in lines]
        for output, name in zip(net.output_names, names, strict=True)
    }
    X = [[float(x) for x in line[0].split(",")] for line in lines]
    rows = live_page.Rows("iris.csv", X, wanted)
    with opened(browser, page(net, rows=rows), tmp_path) as found:
        right = net.classes.predicted(net.trace(X).a[net.outputs])
        wrong = [
            row + 1
            for row, index in enumerate(right.tolist())
            if wanted[net.output_names[int(index)]][row] != 1
        ]
        yield found, wrong


def test_wrong_rows_are_marked_and_found(iris):
    live, wrong = iris
    field = live.page.locator(".stepper input")
    assert field.input_value() == "1"
    assert "✓ wanted: setosa" in live.page.locator(".rows").inner_text()
    found = []
    for _ in wrong:
        live.page.get_by_role("button", name="Next wrong row").click()
        live.settle()
        found.append(int(field.input_value()))
        assert "✗ wanted: " in live.page.locator(".rows").inner_text()
    assert found == wrong
    assert len(wrong) == 3


def test_the_buttons_keep_their_places_and_a_row_can_be_typed(iris):
    live, _ = iris
    field, button = (
        live.page.locator(".stepper input"),
        live.page.get_by_role("button", name="Next row"),
    )
    place = button.bounding_box()
    for typed, row in (("9", 9), ("99", 99), ("1000", 150), ("x", 150), ("0", 1)):
        field.fill(typed)
        field.press("Enter")
        live.settle()
        assert field.input_value() == str(row)
        assert button.bounding_box() == place
    live.mode("Quiz")
    assert "wanted" not in live.page.locator(".rows").inner_text()


def test_an_arrow_key_steps_from_what_is_typed(browser, tmp_path):
    with opened(browser, page(deepgraph.load(SPECS / "deep_state.json")), tmp_path) as live:
        field = live.field("x")
        before = field.input_value()
        field.fill("0.24")
        field.press("ArrowUp")
        live.settle()
        assert field.input_value() == "0.25"
        field.fill("half")
        field.press("ArrowUp")
        live.settle()
        assert field.input_value() == "half"
        assert "“half” is no number" in live.page.locator(".inputs").first.inner_text()
        field.press("Escape")
        assert field.input_value() == "0.25"
        for value in ("0.24", before):
            live.page.get_by_role("button", name="Undo").click()
            live.settle()
            assert field.input_value() == value


def test_one_row_has_no_next_wrong_row(browser, tmp_path):
    net = deepgraph.load(SPECS / "iris.json")
    rows = live_page.Rows(
        "one.csv", [[5.1, 3.5, 1.4, 0.2]], {name: [0.0] for name in net.output_names}
    )
    with opened(browser, page(net, rows=rows), tmp_path) as live:
        live.type(net.label(int(net.inputs[0])), "9")
        assert "Row" in live.page.locator(".rows").inner_text()
        assert not live.page.get_by_role("button", name="Next wrong row").is_visible()


TWICE = """{
  "deepgraph": 1,
  "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
  "edges": [{"source": "x", "target": "y", "weight": 2}],
  "examples": [
    {"name": "many", "inputs": {"x": [0, 1, 2]}, "targets": {"y": [0, 0, 0]}},
    {"name": "other", "inputs": {"x": 1}, "targets": {"y": 5}}
  ]
}"""


@pytest.mark.parametrize(
    ("inputs", "targets", "row", "source"),
    [
        ({"x": 2}, {}, "3", "many"),
        ({"x": 1}, {}, "2", "many"),
        ({"x": 1}, {"y": 5}, "", "other"),  # one row has no field
        ({"x": 0.5}, {}, "", "many"),
        (None, {}, "1", "many"),
    ],
)
def test_a_page_begins_at_the_row_that_has_its_inputs(
    browser, tmp_path, inputs, targets, row, source
):
    html = page(deepgraph.loads(TWICE), inputs, targets=targets)
    with opened(browser, html, tmp_path) as live:
        rows = live.page.locator(".rows")
        field = rows.locator(".stepper input")
        assert (field.input_value() if field.is_visible() else "") == row
        assert rows.locator("select").evaluate("(e) => e.selectedOptions[0].text") == source
        assert "row=" not in live.state()


@pytest.mark.parametrize(
    ("given", "begins_with"),
    [
        ({}, "the forward pass"),
        ({"targets": {"o1": 0.01, "o2": 0.99}}, "the forward pass"),
        (
            {"inputs": {"i1": 0.05, "i2": 0.1}, "targets": {"o1": 0.01}},
            "the error of o1 alone",
        ),
    ],
)
def test_a_page_begins_with_the_first_example_unless_inputs_are_given(given, begins_with):
    """The examples of mazur have the same inputs; only later ones have targets."""
    network = deepgraph.load(SPECS / "mazur.json")
    row = data_of(page(network, **given))["start"]["row"]
    assert network.spec.examples[row].name == begins_with


def test_the_example_that_was_asked_for_is_the_row(tmp_path, browser):
    (tmp_path / "net.json").write_text(TWICE)
    html = page_of(ask("live", "net.json", [("example", "other")], folder=tmp_path))
    with opened(browser, html, tmp_path) as live:
        assert live.page.locator(".rows select").input_value() == "other"
        assert live.page.locator(".inputs").first.get_by_role("textbox").last.input_value() == "1"
