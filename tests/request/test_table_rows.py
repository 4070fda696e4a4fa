"""Rows of a table with their targets, as pages and the command line ask for them."""

from __future__ import annotations

import pytest

from deepgraph.errors import DeepgraphError
from deepgraph.request.request import ask

SPEC = """{"deepgraph": 1,
"nodes": [{"id": "x", "kind": "input"}, {"id": "a=b", "kind": "output"},
  {"id": "y", "kind": "output"}],
"edges": [{"source": "x", "target": "a=b", "label": "u", "weight": 1},
{"source": "x", "target": "y", "label": "v", "weight": 2}]}"""
TABLE = "x,t,kind,1\n1,5,y,7\n2,6,a=b,8\n3,7,y,9\n"


@pytest.fixture
def asked(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE)

    def explanation(**options):
        given = [(name.replace("_", "-"), text) for name, text in options.items()]
        given.insert(0, ("input", "t.csv"))
        return ask("explain", None, given, folder=tmp_path, text=SPEC).explanation()

    return explanation


def losses(explanation):
    return [line.value for line in explanation.lines if line.quantity == "loss"]


def test_rows_and_columns(asked):
    assert losses(asked(row="2", target="y=t")) == [(4 - 6) ** 2 / 2]
    assert losses(asked(target="y=t")) == [(2 - 5) ** 2 / 2]  # row 1
    three = [(2 - 5) ** 2 / 2, (4 - 6) ** 2 / 2, (6 - 7) ** 2 / 2]
    assert losses(asked(rows="3", target="y=t")) == [*three, sum(three) / 3]
    assert losses(asked(rows="3", target="y=t", reduction="sum"))[-1] == sum(three)
    assert losses(asked(target="a=b=t y=0.5")) == [((1 - 5) ** 2 + 1.5**2) / 2]


def test_a_walk_takes_all_rows_unless_it_is_told(asked):
    walk = asked(target="y=t", steps="2", batch="2", learning_rate="0.01")
    assert [section.row for section in walk.sections if section.title == "Loss"] == [1, 2, 3]
    two = asked(target="y=t", steps="2", batch="1", rows="2", learning_rate="0.01")
    assert [section.row for section in two.sections if section.title == "Loss"] == [1, 2]
    one = asked(target="y=t", steps="2", row="3", learning_rate="0.01")
    assert losses(one)[0] == (6 - 7) ** 2 / 2


def test_a_column_comes_before_a_number_of_the_same_text(asked):
    assert losses(asked(target="y=1")) == [(2 - 7) ** 2 / 2]
    assert losses(asked(target="y=1.0")) == [(2 - 1) ** 2 / 2]


def test_a_column_of_classes(asked):
    assert losses(asked(row="2", target="kind")) == [((2 - 1) ** 2 + (4 - 0) ** 2) / 2]


def test_a_picture_compares_with_a_column(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE)
    given = [("input", "t.csv"), ("row", "2"), ("gradient", "")]

    def shown(target):
        asked = ask("diagram", None, [*given, ("target", target)], folder=tmp_path, text=SPEC)
        return asked.shown()[2]["gradients"].parameters

    assert shown("y=t") == {"u": 0, "v": (4 - 6) * 2}
    assert shown("y=0.5") == {"u": 0, "v": (4 - 0.5) * 2}
    assert shown("kind") == {"u": (2 - 1) * 2, "v": (4 - 0) * 2}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "y=nothing"}, 't.csv: no column "nothing" for target'),
        ({"target": "z=t"}, 'target z=t: there is no node "z"'),
        ({"target": "y=t y=1"}, 'target: "y" is given twice'),
        ({"target": "kind y=t"}, "target kind: several targets are NODE=COLUMN each"),
        ({"target": "sort"}, 't.csv: no column "sort" for target'),
        ({"target": "y=t", "row": "9"}, "t.csv: there is no row 9; the table has 3"),
    ],
)
def test_what_does_not_fit(asked, options, message):
    with pytest.raises(DeepgraphError) as caught:
        asked(**options)
    assert message in str(caught.value)
