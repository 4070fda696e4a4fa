"""Options of a request: the same on pages as on the command line, read from texts in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from deepgraph.cli import (
    diff_command,
    eval_command,
    explain_command,
    jacobian_command,
    live_command,
    render_command,
)
from deepgraph.embed import ask, words
from deepgraph.errors import OptionError
from deepgraph.request.options import OPTIONS, read

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "diagram": (render_command, {"output", "form", "font", "steps", "opens", "watches", "inline"}),
    "explain": (explain_command, {"output", "form", "as_json"}),
    "eval": (
        eval_command,
        {
            "more",
            "as_json",
            "output",
            "form",
            "on_error",
            "errors",
            "engine",
            "exact",
            "threads",
            "verbose",
            "marked",
            *{"shard", "resume", "finish"},
        },
    ),
    "jacobian": (jacobian_command, {"output", "form", "as_json"}),
    "live": (live_command, {"output", "opens", "serves", "port"}),
    "diff": (
        diff_command,
        {
            *{"sides", "output", "form", "as_json", "inline", "everything", "quiet", "color"},
            *{"git_config", "staged", "textconv"},
        },
    ),
}
"""Of each kind its command, and the options that make no sense on a page."""
OWN = {"eval": {"rows", "precision"}, "jacobian": {"precision"}}
"""Options that only the page has: how many rows it shows, with how many digits."""
ELSE = {("explain", "precision"), ("eval", "input")}
"""Options that the command reads in a way of its own: a number or `full`, many tables."""


@pytest.mark.parametrize("kind", COMMANDS)
def test_options_are_those_of_the_command(kind: Any) -> None:
    module, without = COMMANDS[kind]
    names = {str(p.name) for p in module.command.params} - {"spec"}
    assert set(OPTIONS[kind]) - OWN.get(kind, set()) == names - without


@pytest.mark.parametrize("kind", COMMANDS)
def test_values_are_those_of_the_command(kind: Any) -> None:
    for parameter in COMMANDS[kind][0].command.params:
        option = OPTIONS[kind].get(str(parameter.name))
        if option is None or (kind, option.name) in ELSE:
            continue
        takes = parameter.type
        assert tuple(getattr(takes, "choices", ())) == option.choices, option
        assert (getattr(takes, "min", None), getattr(takes, "max", None)) == (
            option.low,
            option.high,
        )
        assert (parameter.is_flag, parameter.multiple) == (
            option.kind == "switch",
            option.many,
        )


def test_texts_of_a_directive_of_a_fence_and_of_a_marker_agree(here: Path) -> None:
    directive = [("set", "x1=1 x2=0"), ("max-width", "4"), ("gradient", ""), ("loss", "output")]
    fence = [("set", "x1=1"), ("set", "x2=0"), ("max_width", "4"), ("gradient", "true")]
    typed = [
        "xor.json",
        "--set",
        "x1=1",
        "--set",
        "x2=0",
        "--max-width=4",
        "--gradient",
        "--loss",
        "output",
    ]
    alone, marker = words(typed)
    assert alone == ["xor.json"]
    asked = [
        ask("diagram", "xor.json", options, folder=here)
        for options in (directive, [*fence, ("loss", "output")], marker)
    ]
    assert len({one.key() for one in asked}) == 1
    assert len({one.diagram().file("svg") for one in asked}) == 1


def test_texts_become_values() -> None:
    given = [("set", "x1=1 'my id=2'"), ("set", "x2=0"), ("gradient", "false"), ("max-width", "4")]
    assert read("diagram", given) == {
        "set": ["x1=1", "my id=2", "x2=0"],
        "gradient": False,
        "max_width": 4,
    }
    with pytest.raises(OptionError, match="a quote is not closed: 'x=1"):
        read("diagram", [("set", "'x=1")])


def test_words_of_a_command_line() -> None:
    assert words(["explain", "a.json", "--no-collapse", "--rows=3", "--set", "x=1"]) == (
        ["explain", "a.json"],
        [("collapse", "false"), ("rows", "3"), ("set", "x=1")],
    )
    with pytest.raises(OptionError, match="--set needs a value"):
        words(["xor.json", "--set"])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x1=0,x2=1 x3=2", ["x1=0", "x2=1", "x3=2"]),
        ("'f(a,b=1)=0' x=1", ["f(a,b=1)=0", "x=1"]),  # a name with a comma
        ("'it'\"'\"'s,a=1'", ["it's,a=1"]),
        ("a\\'b=1", ["a'b=1"]),
    ],
)
def test_pairs_with_commas_between(text: str, values: list[str]) -> None:
    assert read("diagram", [("set", text)]) == {"set": values}
