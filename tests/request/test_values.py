"""The values of the inputs: typed, or rows of a table."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from deepgraph import load
from deepgraph.errors import OptionError, TableError
from deepgraph.request.caller import Caller
from deepgraph.request.values import OF_TABLES, Values

if TYPE_CHECKING:
    from pathlib import Path

    from deepgraph.network import Network


@pytest.fixture
def xor(here: Path) -> Network:
    (here / "t.csv").write_text("a;b;kept\n0;1;k\n1;1;l\n", encoding="utf-8")
    return load(here / "xor.json")


def values(here: Path, **options: Any) -> Values:
    given = {"column": ["x1=a", "x2=b"], "delimiter": ";"} | options
    return Values(given, str(here / "t.csv"))


def test_one_row(here: Path, xor: Network) -> None:
    assert values(here).one_row(xor) == {"x1": 0, "x2": 1}
    assert values(here, row=2).one_row(xor) == {"x1": 1, "x2": 1}
    assert Values({"set": ["x1=1/2", "x2=0"]}).one_row(xor) == {"x1": 0.5, "x2": 0}
    assert Values({}).one_row(xor) is None


def test_a_row_that_nobody_chose_is_noted(here: Path, xor: Network) -> None:
    notes: list[str] = []
    for options in ({}, {"row": 1}):
        Values(
            {"column": ["x1=a", "x2=b"], "delimiter": ";", **options},
            str(here / "t.csv"),
            Caller("command", note=notes.append),
        ).one_row(xor)
    assert notes == [f"row 1 of {here / 't.csv'} is taken; --row N takes another."]


def test_several_rows(here: Path, xor: Network) -> None:
    assert values(here).rows(xor, [2, 1, 2]) == [
        {"x1": 1, "x2": 1},
        {"x1": 0, "x2": 1},
        {"x1": 1, "x2": 1},
    ]
    assert values(here).first_rows(xor, 1, ["kept"]) == (
        {"x1": [0], "x2": [1]},
        {"kept": ["k"]},
        True,
    )
    assert values(here).first_rows(xor, 2)[2] is False


def test_the_caller_opens_the_table(xor: Network) -> None:
    given = Values({}, "upload.csv", Caller(open_table=lambda _: BytesIO(b"x1,x2\n3,4\n")))
    assert given.one_row(xor) == {"x1": 3, "x2": 4}
    with pytest.raises(TableError, match=r"^upload.csv: there is no row 2; the table has 1$"):
        given.rows(xor, [2])


@pytest.mark.parametrize("name", OF_TABLES)
def test_options_that_need_a_table(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        Values({name: "1"}, caller=Caller("command")).check()
    assert str(caught.value) == f"--{name.replace('_', '-')} needs a table: --input FILE"
    Values({name: "1"}, "t.csv").check()
