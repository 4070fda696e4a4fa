"""One line of a CSV reads back, whatever its cells hold."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from deepgraph.tables.csv_line import csv_line


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_cells_read_back(cells):
    line = csv_line(cells).decode()
    assert line.endswith("\n")
    assert list(csv.reader(io.StringIO(line, newline=""))) == [cells]


def test_a_cell_is_quoted_only_where_it_must_be():
    assert csv_line(["a b", "a,b", 'a"b', "a\rb", "ü"]) == 'a b,"a,b","a""b","a\rb",ü\n'.encode()
