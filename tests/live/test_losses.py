"""Which losses may be used with a network: one table for menu, link, --loss and targets."""

from __future__ import annotations

import json
import re

import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.functions.losses import LOSSES
from deepgraph.live.document import page
from deepgraph.live.losses import first_loss, losses
from tests.support.live import run_node
from tests.support.live_gallery import data_of
from tests.support.live_page import opened
from tests.support.strategies import GALLERY, network


def two_outputs(first="sigmoid", second="identity", **more):
    """A network with an output of each activation."""
    return {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "y", "kind": "output", "activation": first},
            {"id": "v", "kind": "output", "activation": second},
        ],
        "edges": [
            {"source": "x", "target": "y", "label": "w", "weight": 0.5},
            {"source": "x", "target": "v", "label": "u", "weight": 2},
        ],
        **more,
    }


def one_output(activation="sigmoid", **more):
    spec = two_outputs(activation)
    return spec | {"nodes": spec["nodes"][:2], "edges": spec["edges"][:1]} | more


def test_losses_are_those_that_python_computes():
    """For every output of the gallery: a loss is in the table if Python takes a target for it."""
    for net in map(deepgraph.load, GALLERY):
        found = losses(net)
        inputs = dict.fromkeys(net.input_names, 0.5)
        for name, loss in LOSSES.items():
            if not loss.needs_targets:
                for node in net.outputs.tolist():
                    assert found[f"{name} {net.ids[node]}"] == {"outputs": {}, "of": node}
                continue
            for outputs in [[output] for output in net.output_names]:
                targets = dict.fromkeys(outputs, 1.0)
                try:
                    net.loss(inputs, targets, name)
                    legal = True
                except InputError:
                    legal = False
                nodes = {str(net.index[output]) for output in outputs}
                assert legal == (nodes <= found[name]["outputs"].keys() if name in found else False)


def test_cross_entropy_reads_the_outputs_that_suit_it():
    found = losses(network(two_outputs()))
    assert found["cross_entropy"]["outputs"] == {"1": [0.0, 1.0]}
    assert found["squared_error"]["outputs"] == {"1": [None, None], "2": [None, None]}
    assert found["hinge"]["among"] == [-1.0, 1.0]
    assert {name: row["of"] for name, row in found.items() if "of" in row} == {
        "output y": 1,
        "output v": 2,
    }
    assert "cross_entropy" not in losses(network(one_output("tanh")))


def test_the_first_loss_is_one_that_may_be_used():
    """An example may compare a hidden node, for which the page has no target."""
    spec = one_output("identity")
    spec["nodes"].insert(1, {"id": "h", "activation": "sigmoid"})
    spec["edges"] = [
        {"source": "x", "target": "h", "weight": 1},
        {"source": "h", "target": "y", "weight": 1},
    ]
    example = {"inputs": {"x": 1}, "targets": {"h": 1}, "loss": {"name": "cross_entropy"}}
    assert first_loss(network(spec | {"examples": [example]})) == "half_squared_error"


@pytest.mark.parametrize(
    ("loss", "spec", "said"),
    [
        ("cross_entropy", one_output("tanh"), "defined on softmax and sigmoid nodes"),
        ("output", two_outputs(), "is one output, and there are 2"),
        ("nonsense", one_output(), 'got "nonsense"'),
    ],
)
def test_a_loss_that_does_not_suit_is_refused(loss, spec, said):
    with pytest.raises(InputError, match=said):
        page(network(spec), loss=loss)


def test_a_loss_with_targets_has_no_node_of_its_own():
    with pytest.raises(InputError) as found:
        network(two_outputs()).live(of="v", loss="half_squared_error")
    assert str(found.value) == (
        '"of" names the node of the loss "output"; leave out the loss "half_squared_error"'
    )


def test_the_value_of_each_output_and_of_a_node_that_is_named(browser, tmp_path):
    """What takes the place of a loss is in the menu, needs no target, and comes through a link."""
    net = network(two_outputs("sigmoid", "tanh"))
    assert data_of(page(net, of="x"))["graph"]["loss"] == "output x"
    html = page(net, {"x": 1}, of="v")
    with opened(browser, html, tmp_path) as live:
        live.mode("Gradients")
        menu = live.page.locator(".slopes select")
        texts = menu.locator("option").all_inner_texts()
        assert texts[-2:] == ["output y", "output v"]
        assert menu.input_value() == "output v"
        assert "Loss = 0.964." in live.page.locator(".loss").first.inner_text()
        assert not live.page.locator(".slopes .targets").is_visible()
        menu.select_option("output y")
        live.settle()
        assert "Loss = 0.6225." in live.page.locator(".loss").first.inner_text()
        ranked = live.page.locator(".ranked li").all_inner_texts()
        slope = net.gradient({"x": 1}, loss="output", of="y").parameters[0]
        assert [one.split() for one in ranked] == [["w", "∂", f"{slope:.4g}"]]
        fragment = live.state()
        live.mode("Training")
        assert "no smallest value" in live.page.locator(".training .loss").inner_text()
    with opened(browser, html, tmp_path, fragment=fragment) as live:
        assert live.page.locator(".slopes select").input_value() == "output y"


def test_a_link_with_a_loss_that_does_not_suit_is_garbage(browser, tmp_path):
    html = page(network(one_output("tanh")))
    digest = data_of(html)["digest"]
    fragment = f"live=1&spec={digest}&loss=cross_entropy&t=0.5&mode=slopes"
    with opened(browser, html, tmp_path, fragment=fragment) as live:
        assert "could not be read" in live.page.locator(".warning").first.inner_text()


def test_the_menu_is_the_table(browser, tmp_path):
    net = network(one_output("tanh"))
    with opened(browser, page(net), tmp_path) as live:
        live.mode("Gradients")
        options = live.page.locator(".slopes select option")
        found = options.evaluate_all("all => all.map((one) => one.value)")
        assert found == list(losses(net))


@pytest.mark.parametrize(
    ("activation", "loss", "typed", "said"),
    [
        ("sigmoid", "cross_entropy", "2", "the target of y lies from 0 to 1, not at 2"),
        ("tanh", "hinge", "0.5", "the target of y is one of −1, 1, not 0.5"),
    ],
)
@pytest.mark.parametrize("mode", ["Gradients", "Training", "Step by step"])
def test_a_target_that_a_loss_cannot_take_is_told(
    browser, tmp_path, activation, loss, typed, said, mode
):
    with opened(browser, page(network(one_output(activation)), loss=loss), tmp_path) as live:
        live.mode(mode)
        panel = live.page.get_by_role("tabpanel")
        field = panel.get_by_label("y", exact=True)
        field.fill(typed)
        field.press("Enter")
        live.settle()
        assert said in panel.inner_text()
        assert "NaN" not in panel.inner_text()
        if mode == "Training":
            assert panel.get_by_role("button", name="Run").is_disabled()
        field.fill("1")
        field.press("Enter")
        live.settle()
        assert said not in panel.inner_text()
        if mode == "Gradients":
            assert "Loss = " in panel.inner_text()


def test_an_output_that_a_loss_does_not_read_has_no_field(browser, tmp_path):
    html = page(network(two_outputs()), targets={"y": 1, "v": 3}, loss="cross_entropy")
    with opened(browser, html, tmp_path) as live:
        live.mode("Gradients")
        assert live.page.get_by_label("y", exact=True).is_visible()
        assert not live.page.get_by_label("v", exact=True).is_visible()
        (x,) = json.loads(re.search(r'"start":(\{.*?\})', html)[1])["inputs"]
        loss = network(two_outputs()).loss({"x": x}, {"y": 1}, "cross_entropy")
        assert f"Loss = {loss:.4g}" in live.page.locator(".loss").inner_text()


def test_bad_targets_are_found_by_row():
    snippet = """
const losses = {
  hinge: { outputs: { 5: [null, null] }, among: [-1, 1] },
  cross_entropy: { outputs: { 4: [0, 1], 7: [null, null] } },
};
const main = (goals) => goals.map((goal) => badTarget({ data: { losses } }, goal));
"""
    goals = [
        {"loss": "hinge", "nodes": [5], "targets": [1, -1, 1]},
        {"loss": "hinge", "nodes": [5], "targets": [1, 0, 1]},
        {"loss": "cross_entropy", "nodes": [4, 7], "targets": [0, 1, 9, -9]},
        {"loss": "cross_entropy", "nodes": [4, 7], "targets": [0, 1.5, 9, -9]},
    ]
    assert run_node(snippet, goals) == [
        None,
        {"node": 5, "target": 0, "row": 1},
        None,
        {"node": 4, "target": 1.5, "row": 1},
    ]


def test_the_output_itself_is_not_trained(browser, tmp_path):
    html = page(network(one_output()), loss="output", targets={"y": 1})
    with opened(browser, html, tmp_path) as live:
        live.mode("Training")
        panel = live.page.get_by_role("tabpanel")
        assert "has no smallest value" in panel.inner_text()
        assert panel.get_by_role("button", name="Run").is_disabled()
