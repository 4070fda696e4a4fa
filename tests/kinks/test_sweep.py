"""The line through the inputs: ranges and values as they are typed."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import InputError, UninitialisedError
from deepgraph.kinks.sweep import along_input, between, exact
from deepgraph.spec.literals import LONGEST
from tests.support.neurons import F, small
from tests.support.strategies import SPECS


def test_bounds_and_values_count_as_typed():
    net = small(("y", "relu"), inputs=("x", "u"), edges=[("x", "y", "1/3"), ("u", "y", 1)])
    found = net.kinks({"x": ("-1/3", 0.1)}, at={"u": "0.1"})
    assert (found["y"].pieces[0].start, found["y"].pieces[-1].end) == (F(-1, 3), F(1, 10))
    assert [kink.position for kink in found["y"].kinks] == [F(-3, 10)]


def test_inputs_that_lack_a_value():
    net = deepgraph.load(SPECS / "xor.json")
    with pytest.raises(InputError, match=r"no value for the input x2: each .* such as x2=0"):
        net.kinks({"x1": (0, 1)})
    with pytest.raises(UninitialisedError):
        small(("y", "relu"), edges=[("x", "y", None)]).kinks({"x": (0, 1)})


def test_where_the_inputs_are_on_the_way():
    net = deepgraph.load(SPECS / "xor.json")
    way = between(net, {"x1": 0, "x2": 1}, {"x1": 1, "x2": "1/2"})
    assert way.place({"x1": 0.25, "x2": 0.875}) == 0.25
    assert way.place({"x1": 0.25, "x2": 0.8}) is None
    assert way.place({"x1": 1.25, "x2": 0.375}) is None
    assert way.inputs["x2"] == (F(-1, 2), 1)
    level = along_input(net, {"x1": (0, 1)}, {"x2": 0})
    # nine digits behind the point, or nine digits of a number above 1
    assert level.place({"x1": 0.5, "x2": 0.9e-9}) == 0.5
    assert level.place({"x1": 0.5, "x2": 1.1e-9}) is None
    high = along_input(net, {"x1": (0, 1)}, {"x2": 1e6})
    assert high.place({"x1": 0.5, "x2": 1e6 + 0.9e-3}) == 0.5
    assert high.place({"x1": 0.5, "x2": 1e6 + 1.1e-3}) is None
    with pytest.raises(InputError, match=r"^no value for the inputs x1, x2$"):
        between(net, {}, {"x1": 1, "x2": 1})


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("1/3", F(1, 3)),
        (" -2.50 ", F(-5, 2)),
        ("1e-3", F(1, 1000)),
        (0.1, F(1, 10)),
        (np.float64(0.1), F(1, 10)),
        (Decimal("0.25"), F(1, 4)),
        (3, F(3)),
    ],
)
def test_a_number_counts_as_it_is_written(number, found):
    assert exact(number, "x") == found


@pytest.mark.parametrize("number", ["", "x", "nan", "1/0", float("inf"), None, 10**400, "1_0"])
def test_what_is_no_finite_number_is_named(number):
    with pytest.raises(InputError, match=r"^the range of x: .* is not a finite number$"):
        exact(number, "the range of x")


def test_values_along_the_line_are_doubles():
    net = deepgraph.load(SPECS / "xor.json")
    way = along_input(net, {"x2": (0, "1/3")}, {"x1": "1/7"})
    assert (way.name, way.ends, way.fixed) == ("x2", (0, F(1, 3)), {"x1": F(1, 7)})
    values = way.values([0.0, 0.25])
    assert {name: column.tolist() for name, column in values.items()} == {
        "x1": [1 / 7, 1 / 7],
        "x2": [0.0, 0.25],
    }


def test_five_of_many_values_are_suggested():
    names = [f"x{number}" for number in range(12)]
    net = small(("y", "relu"), inputs=names, edges=[(name, "y", 1) for name in names])
    with pytest.raises(InputError) as caught:
        net.kinks({"x0": (0, 1)})
    assert str(caught.value) == (
        f"no value for the inputs {', '.join(names[1:11])} and 1 more: each input that does not "
        "vary needs one, such as x1=0 x2=0 x3=0 x4=0 x5=0"
    )


def test_ten_of_many_lacking_values_of_a_row_are_named():
    names = [f"x{number}" for number in range(12)]
    net = small(("y", "relu"), inputs=names, edges=[(name, "y", 1) for name in names])
    with pytest.raises(InputError) as caught:
        between(net, {}, dict.fromkeys(names, 1))
    assert str(caught.value) == f"no value for the inputs {', '.join(names[:10])} and 2 more"


@pytest.mark.parametrize(
    ("bounds", "cure"), [((1, 1), ""), ((2, 1), "; the lower end comes first")]
)
def test_an_empty_range_says_what_is_wrong_with_it(bounds, cure):
    net = small(("y", "relu"), edges=[("x", "y", 1)])
    with pytest.raises(InputError) as caught:
        net.kinks({"x": bounds})
    start, end = bounds
    said = f"the range of x is from {start} to {end}: nothing lies between{cure}"
    assert str(caught.value) == said


def test_digits_up_to_the_bound_are_exact():
    longest = Decimal(1).scaleb(1 - LONGEST)
    assert exact(longest, "x") == F(1, 10 ** (LONGEST - 1))
    with pytest.raises(InputError, match="x: "):
        exact(Decimal(1).scaleb(-LONGEST), "x")
    with pytest.raises(InputError, match=r"^x: this is not a finite number$"):
        exact(10**5000, "x")
    said = r"^x: exact arithmetic takes fractions of at most 1,100 digits above or below$"
    with pytest.raises(InputError, match=said):
        exact(F(1, 10**1200), "x")


def test_a_place_on_a_line_that_begins_elsewhere():
    net = deepgraph.load(SPECS / "xor.json")
    way = between(net, {"x1": 3, "x2": 1}, {"x1": 5, "x2": 1})
    places = [way.place({"x1": x, "x2": 1}) for x in (2.999, 3, 4.5, 5, 5.001)]
    assert places == [None, 0, 0.75, 1, None]


def test_a_range_is_for_one_input():
    net = deepgraph.load(SPECS / "xor.json")
    two = {"x1": (0, 1), "x2": (0, 1)}
    with pytest.raises(InputError, match=r"^a range is given for one input, not for 2$"):
        along_input(net, two, {})


def test_a_limit_is_at_least_one_piece():
    net = deepgraph.load(SPECS / "xor.json")
    with pytest.raises(InputError, match=r"^the limit is a number of pieces, at least 1, got 0$"):
        net.kinks({"x1": (0, 1)}, at={"x2": 0}, limit=0)
