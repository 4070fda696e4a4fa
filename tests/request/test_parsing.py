"""Values of options, parsed."""

from __future__ import annotations

import pytest

from deepgraph import Builder
from deepgraph.errors import InputError, OptionError
from deepgraph.request import parsing


def test_a_name_may_hold_equals_signs() -> None:
    assert parsing.pairs(["a=b=1"], "set") == {"a=b": "1"}
    assert parsing.pairs(["a=b=1"], "column", first=True) == {"a": "b=1"}
    assert parsing.pairs(["x="], "set") == {"x": ""}
    for text in ("x", "=1"):
        with pytest.raises(OptionError, match=rf"^set takes NAME=VALUE, got '{text}'$"):
            parsing.pairs([text], "set")


def test_numbers_are_decimals_and_fractions() -> None:
    texts = ["a=1/3", "b=-2.5e1", "c=inf"]
    assert parsing.numbers(texts, "set") == {"a": 1 / 3, "b": -25, "c": float("inf")}
    assert parsing.exact(texts, "set") == {"a": "1/3", "b": "-2.5e1", "c": "inf"}
    for read in (parsing.numbers, parsing.exact):
        with pytest.raises(InputError, match=r"^--set x=1/0: '1/0' is not a number$"):
            read(["x=1/0"], "--set")


@pytest.mark.parametrize(("text", "character"), [(";", ";"), ("\\t", "\t"), (" ", " ")])
def test_a_delimiter(text: str, character: str) -> None:
    assert parsing.delimiter(text, "delimiter") == character


@pytest.mark.parametrize("text", ["", ";;", '"', "\n", "é"])
def test_no_delimiter(text: str) -> None:
    with pytest.raises(OptionError, match=r"^delimiter is one ASCII character"):
        parsing.delimiter(text, "delimiter")


def test_ranges() -> None:
    assert parsing.ranges(["x=-1/3:2", "a=b= 0:1"], "over") == {
        "x": ("-1/3", "2"),
        "a=b": (" 0", "1"),
    }
    for text in ("x", "x=1", "x=1:", "=0:1"):
        with pytest.raises(OptionError, match=r"^--over takes ID=FROM:TO"):
            parsing.ranges([text], "--over")
    with pytest.raises(OptionError, match=r"^--over x is given twice$"):
        parsing.ranges(["x=0:1", "x=0:2"], "--over")


def test_lists_of_nodes() -> None:
    net = Builder("commas")
    net.input("x")
    net.output("a,b")
    net.edge("x", "a,b", "w", 1)
    network = net.build()
    assert parsing.node_names(network, ["x,", "a,b"]) == ["x", "a,b"]
    assert parsing.node_names(network, ["x,q", "x"]) == ["x", "q", "x"]
    assert parsing.node_names(network, ["all"]) == ["x", "a,b"]
