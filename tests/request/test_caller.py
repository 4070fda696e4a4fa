"""How a caller names options, in every refusal."""

from __future__ import annotations

import pytest

from deepgraph.request.caller import NO_SEED, PAGE, Caller

TERMINAL = Caller("command")


@pytest.mark.parametrize(
    ("message", "page", "terminal"),
    [
        ("<set> and <input> exclude", "set and input exclude", "--set and --input exclude"),
        ("<input_format> FORM", "input-format FORM", "--input-format FORM"),
        ("x < 1 > 0", "x < 1 > 0", "x < 1 > 0"),
        (
            NO_SEED,
            "init says how to draw missing values; say seed N to draw them",
            "--init says how to draw missing values; say --seed N to draw them",
        ),
    ],
)
def test_a_refusal_names_options_as_they_are_typed(message: str, page: str, terminal: str) -> None:
    assert str(PAGE.refusal(message)) == page
    assert str(TERMINAL.refusal(message)) == terminal


def test_missing_inputs_are_named_as_they_are_typed() -> None:
    names = ["x1", "my x", "a", "b", "c", "d", "e"]
    assert str(PAGE.without_inputs(names)) == (
        "give the inputs: input FILE, or set x1=NUMBER 'my x=NUMBER' a=NUMBER b=NUMBER c=NUMBER"
    )
    assert str(TERMINAL.without_inputs(names)) == (
        "give the inputs: --input FILE, or --set x1=NUMBER --set 'my x=NUMBER' --set a=NUMBER "
        "--set b=NUMBER --set c=NUMBER and 2 more"
    )
