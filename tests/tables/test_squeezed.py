"""Tables whose cells are parted by runs of blanks."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from deepgraph.tables.squeezed import Squeezed
from tests.support.tables import every_block, refused

PLAIN = {"x": [1.0, -3.5], "y": [2.0, 4e10]}


def whole(text: bytes, size: int) -> bytes:
    stream = Squeezed(io.BytesIO(text))
    return b"".join(iter(lambda: stream.read(size), b""))


def test_columns_that_are_aligned_by_blanks():
    assert every_block("   x      y\n   1      2\n-3.5   4e10\n", delimiter=" ") == PLAIN
    assert every_block("x \t y  \r\n1\t2 \r\n -3.5\t\t4e10\t", delimiter=" ") == PLAIN


def test_blanks_in_quotes_stay():
    content = '"x" "y"  "the  name"\n1  2 "a  b"\n-3.5 4e10\t"c\n d"\n'
    expected = {**PLAIN, "the  name": ["a  b", "c\n d"]}
    assert every_block(content, ["x", "y"], ["the  name"], delimiter=" ") == expected


def test_a_missing_cell_is_no_empty_one():
    message = "t.csv: row 1: 1 cell, and the header has 2"
    assert refused("x y\n1 \n", delimiter=" ") == message


LINES = st.lists(st.lists(st.sampled_from(["1", "ab", "-2.5"]), min_size=1), min_size=1)


@given(LINES, st.data(), st.integers(1, 9))
def test_python_splits_alike(lines, data, size):
    blanks = st.text(alphabet=" \t", min_size=1, max_size=3)
    edges = st.text(alphabet=" \t", max_size=3)
    text = ""
    for line in lines:
        text += data.draw(edges) + line[0]
        text += "".join(data.draw(blanks) + cell for cell in line[1:])
        text += data.draw(edges) + data.draw(st.sampled_from(["\n", "\r\n"]))
    found = whole(text.encode(), size).decode()
    assert [line.split(" ") for line in found.splitlines()] == lines
    assert "  " not in found
