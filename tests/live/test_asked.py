"""What a page says of a table that it cannot take."""

from __future__ import annotations

import shutil

import pytest

from deepgraph.errors import InputError
from deepgraph.live.asked import page_of
from deepgraph.request.request import ask
from deepgraph.spec import gallery

TABLES = {
    "x1,x2\n": "t.csv: the table has no rows",
    "x1,x2\n0,1\n1,inf\n": 't.csv: row 2, column "x2": inf; '
    "a page steps through finite numbers only",
    "x1,x2,y\n0,1,1\n1,1,nan\n": 't.csv: row 2, column "y": nan; '
    "a page steps through finite numbers only",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_mistake_in_a_table_is_told_with_its_place(table, tmp_path):
    shutil.copy(gallery.path("xor"), tmp_path / "xor.json")
    (tmp_path / "t.csv").write_text(table)
    with pytest.raises(InputError) as caught:
        page_of(ask("live", "xor.json", [("input", "t.csv")], folder=tmp_path))
    assert str(caught.value).removeprefix(f"{tmp_path}/") == TABLES[table]
