"""Options: what their values are, and how texts become values."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deepgraph.options.option import Option

CHOICE = Option("a_choice", "choice", "", choices=("one", "two"))
WHOLE = Option("whole", "integer", "", low=1, high=5, in_words="1 to 5")
NUMBER = Option("number", "number", "", low=0, in_words="a number from 0")
SWITCH = Option("switch", "switch", "")
TEXT = Option("text", "text", "")


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        (CHOICE, "one", "one"),
        (WHOLE, "5", 5),
        (WHOLE, " 3 ", 3),
        (NUMBER, "2", 2.0),
        (NUMBER, "1e-3", 0.001),
        (NUMBER, "inf", math.inf),
        (SWITCH, "", True),
        (SWITCH, "TRUE", True),
        (SWITCH, "false", False),
        (TEXT, "", ""),
        (TEXT, "5", "5"),
    ],
)
def test_texts(option, text, value):
    found = option.read(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        (CHOICE, "on", 'a-choice is one of one, two, got "on"; did you mean "one"?'),
        (CHOICE, "9", 'a-choice is one of one, two, got "9"'),
        (WHOLE, "6", "whole is 1 to 5, got 6"),
        (WHOLE, "2.0", 'whole is 1 to 5, got "2.0"'),
        (NUMBER, "-1", "number is a number from 0, got -1.0"),
        (NUMBER, "nan", "number is a number from 0, got nan"),
        (NUMBER, "x" * 100, f'number is a number from 0, got "{"x" * 60}…"'),
        (SWITCH, "yes", 'switch is true or false, got "yes"'),
    ],
)
def test_texts_that_are_no_value(option, text, message):
    with pytest.raises(ValueError, match="got") as caught:
        option.read(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("kind", "limits", "values"),
    [
        ("number", {}, "a number"),
        ("number", {"low": 0.1, "high": 20}, "a number from 0.1 to 20"),
        ("number", {"high": 1}, "a number, at most 1"),
        ("integer", {}, "a whole number"),
        ("integer", {"low": 3}, "a whole number, at least 3"),
        ("text", {}, "a text"),
    ],
)
def test_values_without_words_of_their_own(kind, limits, values):
    option = Option("an_option", kind, "", **limits)
    assert option.values == values
    with pytest.raises(ValueError, match=f"^an-option is {values}, got None$"):
        option.check(None)


@pytest.mark.parametrize(
    ("option", "value"),
    [(WHOLE, True), (WHOLE, 2.0), (NUMBER, "1"), (SWITCH, 1), (TEXT, 5), (CHOICE, None)],
)
def test_values_of_another_type(option, value):
    with pytest.raises(ValueError, match=f"{option.flag} is"):
        option.check(value)


def test_numbers_of_numpy_are_numbers():
    assert WHOLE.check(np.int64(3)) == 3
    assert NUMBER.check(np.float64(0.5)) == 0.5
