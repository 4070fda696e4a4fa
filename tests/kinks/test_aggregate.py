"""Aggregations of exact curves: sums whose bends cancel, maxima, products."""

from __future__ import annotations

import random

import pytest

from deepgraph.errors import InputError
from tests.support.neurons import F, small


def test_bends_that_cancel_are_none():
    # relu(x) - relu(-x) is x.
    net = small(
        ("p", "relu"), ("m", "relu"), ("y", "identity"),
        edges=[("x", "p", 1), ("x", "m", -1), ("p", "y", 1), ("m", "y", -1)],
    )  # fmt: skip
    found = net.kinks({"x": (-1, 1)})["y"]
    assert found.kinks == ()
    assert [(piece.slope, piece.intercept) for piece in found.pieces] == [(1, 0)]


def test_the_maximum_bends_where_its_sources_cross():
    net = small(
        ("p", "identity"), ("m", "identity"), ("y", "identity", "max"),
        edges=[("x", "p", 1), ("x", "m", -2), ("p", "y", 1), ("m", "y", 1), ("b", "y", "1/3")],
    )  # fmt: skip
    found = net.kinks({"x": (-1, 1)})["y"]
    assert [(kink.position, kink.nodes) for kink in found.kinks] == [
        (F(-1, 6), ("y",)),
        (F(1, 3), ("y",)),
    ]


def test_a_product_of_a_gate_and_a_line():
    edges = [("x", "g", 1), ("x", "l", 2), ("g", "y", 1), ("l", "y", 1)]
    net = small(("g", "step"), ("l", "identity"), ("y", "identity", "product"), edges=edges)
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert (kink.position, kink.slope_left, kink.slope_right, kink.nodes) == (0, 0, 2, ("g",))
    both = small(("g", "abs"), ("l", "identity"), ("y", "identity", "product"), edges=edges)
    with pytest.raises(
        InputError, match="y multiplies g and l, which both vary between x = -1 and 0"
    ):
        both.kinks({"x": (-1, 1)})


def test_of_equal_curves_the_first_is_the_maximum_and_nothing_bends():
    edges = [("x", "p", 1), ("x", "q", 1), ("p", "y", 1), ("q", "y", 1)]
    net = small(("p", "relu"), ("q", "relu"), ("y", "identity", "max"), edges=edges)
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert kink.nodes == ("p",)


def test_a_factor_of_0_lets_the_others_vary():
    edges = [("x", "g", 1), ("x", "l", 2), ("g", "y", 1), ("l", "y", 1)]
    net = small(("g", "step"), ("l", "identity"), ("y", "identity", "product"), edges=edges)
    found = net.kinks({"x": (-2, -1)})["y"]
    assert [(piece.slope, piece.intercept) for piece in found.pieces] == [(0, 0)]


def test_a_minimum_is_that_of_the_negated_curves():
    edges = [("x", "p", 1), ("x", "m", -1), ("p", "y", 1), ("m", "y", 3)]
    net = small(("p", "identity"), ("m", "identity"), ("y", "identity", "min"), edges=edges)
    found = net.kinks({"x": (-1, 1)})["y"]
    assert [(piece.slope, piece.intercept) for piece in found.pieces] == [(1, 0), (-3, 0)]
    assert found.kinks[0].nodes == ("y",)


@pytest.mark.parametrize("weight", [1, -3])
def test_a_value_apart_at_an_end_stays_in_a_sum(weight):
    # step(-x) is 1 at 0 and 0 behind it, x is 0 there: the sum starts with weight, apart from x.
    for first, (start, end) in ((-1, (0, 1)), (1, (-1, 0))):
        net = small(
            ("s", "step"), ("y", "identity"),
            edges=[("x", "s", first), ("x", "y", 1), ("s", "y", weight)],
        )  # fmt: skip
        found = net.kinks({"x": (start, end)})["y"]
        assert found(0) == weight
        [kink] = found.kinks
        assert (kink.at, kink.left, kink.right) == (
            (weight, None, 0) if start == 0 else (weight, 0, None)
        )


@pytest.mark.parametrize("word", ["max", "min"])
def test_only_sources_that_decide_bend_a_maximum(word):
    # |x| + 1 lies above relu(x) everywhere: that relu(x) bends at 0, too, is not seen.
    sign = 1 if word == "max" else -1
    edges = [("x", "p", 1), ("x", "q", 1), ("q", "r", 1), ("b", "r", 1)]
    for order in (["p", "r"], ["r", "p"]):
        net = small(
            ("p", "relu"), ("q", "abs"), ("r", "identity"), ("y", "identity", word),
            edges=[*edges, *((name, "y", sign) for name in order)],
        )  # fmt: skip
        [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
        assert (kink.position, kink.nodes) == (0, ("q",))


@pytest.mark.parametrize("seed", range(40))
def test_the_nodes_of_each_kink_are_those_whose_change_is_seen(seed):
    """Oracle: which source is larger just before, at and behind a kink, in plain fractions."""
    rng = random.Random(seed)
    near = F(1, 10**6)
    nodes, edges, curves = [], [], {}
    for one in ("p", "q"):
        terms = [(rng.randint(-3, 3), rng.choice([-2, -1, 1, 2])) for _ in range(3)]
        for number, (place, _) in enumerate(terms):
            nodes.append((f"{one}{number}", "relu"))
            edges += [("x", f"{one}{number}", 1), (f"b{one}{number}", f"{one}{number}", -place)]
        nodes.append((one, "identity"))
        edges += [(f"{one}{number}", one, slope) for number, (_, slope) in enumerate(terms)]
        curves[one] = terms

    def value(one, x):
        return sum(slope * max(x - place, 0) for place, slope in curves[one])

    net = small(
        *nodes, ("y", "identity", "max"), edges=[*edges, ("p", "y", 1), ("q", "y", 1)]
    )  # fmt: skip
    for kink in net.kinks({"x": (-4, 5)})["y"].kinks:
        t = kink.position
        larger = set()
        for x in (t - near, t, t + near):
            p, q = value("p", x), value("q", x)
            larger |= {"p"} if p > q or (p == q and x != t) else {"q"} if q > p else set()
        seen = {
            f"{one}{number}"
            for one in larger
            for number, (place, _) in enumerate(curves[one])
            if place == t and sum(slope for where, slope in curves[one] if where == t)
        }
        assert set(kink.nodes) == seen | ({"y"} if len(larger) > 1 else set())


def test_a_single_value_that_is_larger_bends_a_maximum():
    # 1 − |sign(x)| is 0 for all x but 0, where it is 1: only there it lies above a half.
    net = small(
        ("s", "sign"), ("q", "abs"), ("r", "identity"), ("h", "identity"),
        ("y", "identity", "max"),
        edges=[("x", "s", 1), ("s", "q", 1), ("q", "r", -1), ("b", "r", 1), ("c", "h", "1/2"),
               ("r", "y", 1), ("h", "y", 1)],
    )  # fmt: skip
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert (kink.left, kink.at, kink.right) == (F(1, 2), 1, F(1, 2))
    assert kink.nodes == ("s", "q", "y")


@pytest.mark.parametrize(
    ("word", "activation", "weight", "limit"),
    [
        *(("max", "identity", -1, 1), ("min", "identity", -1, 1)),  # of x and 1 − x
        *(("product", "sign", 1, 2), ("sum", "sign", 1, 2), ("mean", "sign", 1, 2)),  # and x + 1
    ],
)
def test_a_limit_holds_for_every_aggregation(word, activation, weight, limit):
    net = small(
        ("p", activation), ("q", activation), ("y", "identity", word),
        edges=[("x", "p", 1), ("x", "q", weight), ("c", "q", 1), ("p", "y", 1), ("q", "y", 1)],
    )  # fmt: skip
    over = {"x": (-3, 3)}
    assert len(net.kinks(over, limit=limit + 1)["y"].pieces) == limit + 1
    said = f"^y has {limit + 1} pieces, more than the limit of {limit}; raise the limit"
    with pytest.raises(InputError, match=said):
        net.kinks(over, limit=limit)
