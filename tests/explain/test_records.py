"""Lines of worked arithmetic: their parts from left to right, with the sign before each."""

from __future__ import annotations

import pytest

from deepgraph import loads
from tests.support.strategies import SPECS

LINE = """{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
"edges": [{"source": "x", "target": "y", "label": "w", "weight": %s}]}"""


def line_of(weight: str, value: object):
    [found] = [li for li in loads(LINE % weight).explain({"x": value}).lines if li.name == "y"]
    return found


def test_the_parts_of_a_line():
    line = line_of("2", 3)
    assert [part for _, part in line.segments] == [
        line.left,
        line.symbols,
        line.numbers,
        line.result,
    ]
    assert [sign for sign, _ in line.segments] == ["", "=", "=", "="]
    assert (line.sign_of_numbers, line.result.text, line.value) == ("=", "6", 6.0)


@pytest.mark.parametrize(("weight", "sign"), [("0.5", "="), ("0.123456789", "≈")])
def test_the_sign_says_whether_the_result_is_rounded(weight, sign):
    assert line_of(weight, "0.3").segments[-1][0] == sign


def test_a_line_that_gives_a_value_computes_nothing():
    [line] = [li for li in loads(LINE % "2").explain({"x": 3}).lines if li.name == "x"]
    assert line.numbers is None
    assert line.sign_of_numbers is None


def test_sections_have_their_row_only_if_there_are_several():
    net = loads((SPECS / "xor.json").read_text(encoding="utf-8"))
    [one] = net.explain({"x1": 1, "x2": 0}).sections[:1]
    many = net.explain({"x1": [1, 0], "x2": [0, 0]}).sections
    assert one.row is None
    assert {section.row for section in many} == {1, 2}
