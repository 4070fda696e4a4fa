"""The legend: what occurs in a picture, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepgraph import draw
from deepgraph.draw.view.records import Gradients
from tests.support.picture import gallery, spec

if TYPE_CHECKING:
    from typing import Any


WIDER = "wider: larger |weight|"


def words(name: str, *, live: bool = True, **options: Any) -> list[str]:
    network, trace = gallery(name)
    view = draw.prepare(network, trace if live else None, legend=True, **options).view
    return [item.text for item in view.legend]


def test_what_occurs_is_explained() -> None:
    assert words("deep_state") == [
        "input",
        "hidden",
        "output",
        "bias",
        "positive weight",
        "negative weight",
        "off: passes on 0",
        WIDER,
    ]


def test_what_does_not_occur_is_not() -> None:
    found = words("mazur", live=False)
    assert found == ["input", "hidden", "output", "bias", "positive weight", WIDER]
    assert "no weight: passed on as it is" in words("irregular", live=False)


@pytest.mark.parametrize(
    ("options", "word", "gone"),
    [
        ({"weights": "contribution"}, "negative contribution w·a", "negative weight"),
        ({"fill": "value"}, "value above 0", "hidden"),
    ],
)
def test_options_change_what_colours_tell(options: Any, word: str, gone: str) -> None:
    found = words("deep_state", **options)
    assert word in found
    assert gone not in found


def test_gradients_are_explained() -> None:
    gradients = Gradients({"h1": 0.5}, {"w1": 0.25})
    assert words("deep_state", gradients=gradients)[-1] == "∂: derivative of the loss"
    assert words("deep_state", gradients=gradients, deltas=True)[-1].startswith("∂, δ: ")
    network, trace = gallery("deep_state")
    short = draw.prepare(network, trace, gradients=gradients).view.legend
    assert [item.text for item in short][-1] == "∂: derivative of the loss"  # without being asked


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("deep_state", ["off: passes on 0", "negative weight", WIDER]),
        ("irregular", ["negative weight", "no weight: passed on as it is", WIDER]),
        ("mazur", []),
        ("karpathy_neuron", ["carries 0", "negative weight"]),
    ],
)
def test_without_the_option_it_has_what_nobody_guesses(name: str, said: list[str]) -> None:
    network, trace = gallery(name)
    found = draw.prepare(network, trace).view.legend
    assert [item.text for item in found] == said
    assert draw.prepare(network, trace, legend=False).view.legend == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weights": "none"}, ["negative weight", WIDER]),
        ({"weights": "name"}, ["negative weight", WIDER]),
        ({"weights": "value"}, []),
    ],
)
def test_it_says_what_no_number_does(options: Any, said: list[str]) -> None:
    network, _ = gallery("deep_state")
    assert [item.text for item in draw.prepare(network, **options).view.legend] == said
    many, _ = gallery("digits")
    assert draw.prepare(many).view.legend == ()


def test_what_is_pale_is_one_thing() -> None:
    network, trace = gallery("deep_state")
    off, *_, wider = draw.prepare(network, trace).view.legend
    assert off.node is not None
    assert off.node.off
    assert [edge.zero for edge in off.edges] == [True]
    thin, wide = wider.edges
    assert thin.size < wide.size
    assert (thin.sign, thin.zero, wide.zero) == (wide.sign, False, False)
    assert words("deep_state", weights="contribution")[-1] == "wider: larger |w·a|"


def test_a_line_of_weight_0_is_not_called_off() -> None:
    nodes = [
        ("x", "input"),
        *((n, "hidden", {"activation": "relu"}) for n in "hg"),
        ("y", "output"),
    ]
    edges = [("x", "h", {"weight": -1}), ("x", "g", {"weight": 1}), ("g", "y", {"weight": 0})]
    network = spec(nodes, edges)
    off, carries, *_ = draw.prepare(network, network.trace({"x": 2})).view.legend
    assert (off.text, len(off.edges), carries.text) == ("off: passes on 0", 0, "carries 0")


def test_equal_weights_need_no_word_about_widths() -> None:
    edges = [("x", "y", {"label": "w", "weight": 2}), ("y", "z", {})]
    network = spec([("x", "input"), ("y", "hidden"), ("z", "output")], edges)
    found = draw.prepare(network).view.legend
    assert [item.text for item in found] == ["no weight: passed on as it is"]


def test_colours_are_named_as_they_were_given() -> None:
    colored = words("deep_state", colors="h1=teal,h2=teal,y=rose,g1=rose,g1=teal")
    assert colored[:5] == ["input", "hidden", "h1, h2, g1", "y", "bias"]
    assert "output" not in colored


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"focus": "h1", "colors": "h1=teal,h2=teal"}, ["h1"]),
        ({"focus": "h1", "colors": "h2=teal,g1=teal,g2=rose"}, ["g1", "g2"]),
        ({"focus": "h1", "colors": "hidden 1=teal,h1=rose,g1=teal"}, ["h1", "g1"]),
        ({"focus": "h1", "colors": "hidden 1=teal,h2=rose,g1=teal"}, ["hidden 1, g1"]),
        (
            {"collapse": True, "colors": "hidden 1=teal,hidden 2=teal,g2=rose"},
            ["hidden 1, hidden 2"],
        ),
        ({"collapse": "hidden 1", "colors": "hidden 1=teal,h2=teal,y=teal"}, ["hidden 1, y"]),
    ],
)
def test_colours_are_named_only_by_what_is_shown(options: Any, named: list[str]) -> None:
    found = words("deep_state", **options)
    assert [text for text in found if text[0] in "hgy" and text != "hidden"] == named


def test_a_graph_without_numbers_needs_no_legend() -> None:
    network = spec([("x", "input"), ("y", "output")], [("x", "y")])
    assert draw.prepare(network).view.legend == ()


def test_an_edge_whose_number_is_left_out_is_no_wire() -> None:
    network = spec([("x", "input"), ("y", "output")], [("x", "y", {"label": "w", "weight": 0})])
    legend = draw.prepare(network, weights="none", legend=True).view.legend
    assert "no weight: passed on as it is" not in [item.text for item in legend]


def test_every_format_with_places_draws_it() -> None:
    network, trace = gallery("deep_state")
    for form in ("svg", "tikz"):
        text = draw.render(network, trace, legend=True, title=True, format=form).decode()
        assert "off: passes on 0" in text
        assert network.spec.title in text
