"""Rows that are left out: listed with the reason, and counted."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from deepgraph.tables.rejects import Listing, Rejection, Rejects
from tests.support.tables import EMPTY, every_way


def test_left_out_rows_are_listed_with_the_first_thing_wrong():
    content = (
        'x,y,t\n1,2,a\n,4,b\n5,six,c\n7\n8,9,"d\nd"\n\n10,11,e,f\n'
        '1e400,0x10,g\n"1,5",1,h\n12,13,i\n'
    )
    columns, listed, rows = every_way(content, kept=["t"], skip=True)
    assert columns == {"x": [1, 8, 12], "y": [2, 9, 13], "t": ["a", "d\nd", "i"]}
    assert listed == [
        (2, "x", "", EMPTY),
        (3, "y", "six", "'six' is not a number"),
        (4, "", "7", "1 cell, and the header has 3"),
        (6, "", "", "the line is blank; remove it"),
        (7, "", "10,11,e,f", "4 cells, and the header has 3"),
        (8, "x", "1e400", "1e400 is too large for a double"),
        (9, "x", "1,5", "'1,5' is not a number; write a decimal point: 1.5"),
    ]
    assert rows == 10


def test_a_header_alone_and_nothing_but_bad_rows():
    assert every_way("x,y\n", skip=True) == ({"x": [], "y": []}, [], 0)
    columns, listed, rows = every_way("x,y\na,1\nb,2\n", skip=True)
    assert columns == {"x": [], "y": []}
    assert len(listed) == rows == 2


def test_the_list_is_a_csv():
    stream = io.BytesIO()
    rejects = Rejects(Listing(stream))
    rejects.add(Rejection(2, "x", 'a,"b"\n', "r"))
    rejects.add(Rejection(1000, "", "\udcff" + "é" * 2000, "not UTF-8"))
    found = list(csv.reader(io.StringIO(stream.getvalue().decode(), newline="")))
    assert found == [
        ["row", "column", "text", "reason"],
        ["2", "x", 'a,"b"\n', "r"],
        ["1000", "", "\\xff" + "é" * 999 + "…", "not UTF-8"],
    ]
    assert len(rejects) == 2
    assert str(rejects.first) == 'row 2, column "x": r'


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_the_row_of_the_file_is_found_again(good):
    rejects = Rejects()
    for row, fine in enumerate(good, 1):
        if not fine:
            rejects.add(Rejection(row, "", "", ""))
    expected = [row for row, fine in enumerate(good, 1) if fine]
    assert [rejects.file_row(i) for i in range(1, len(expected) + 1)] == expected
