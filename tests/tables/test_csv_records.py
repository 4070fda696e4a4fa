"""Whole records, however the file is cut, and quotes where none belong."""

from __future__ import annotations

import csv
import gzip
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.errors import TableError
from deepgraph.tables import csv_records
from deepgraph.tables.csv_records import Dialect, blocks
from tests.support.strategies import examples
from tests.support.tables import EMPTY, every_way, outcome, read_columns, refused

STRAY = 'a quote inside a cell that does not begin with one; write the cell as "5"" pipe"'


BEHIND = "text behind the closing quote of a cell; a quote that belongs to the cell is doubled"


BARE_CR = "a CR without LF; end every line with LF or CRLF"


PIECES = st.sampled_from(
    ["1", "2.5", "x", ",", ",", ",", "\n", "\n", "\r\n", "\r", '"', '""', '"a"', '",', '\n"', '"\n',
     " ", ";", "nan", "1e400", "ü", "\0", '"1"', '"1,2"', ',"', "a", "\t"]
)  # fmt: skip


@examples(300)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from([",", "\t", ";", " "]))
def test_records_are_cut_alike_in_pieces_of_any_size(text, delimiter):
    text = text.encode()
    dialect = Dialect(delimiter)
    found = []
    for size in (1, 2, 3, 7, 1000):
        try:
            cut = list(blocks(io.BytesIO(text), size, "t", dialect))
        except TableError as error:
            found.append(str(error))
            continue
        assert b"".join(block.content for block in cut) == text
        assert all(block.records == len(list(dialect.records(block.content))) for block in cut)
        found.append([r for block in cut for r in dialect.records(block.content)])
    assert all(other == found[0] for other in found), found


@examples(200)
@given(st.lists(st.lists(st.text('a"\n\r,;é', max_size=4), min_size=2, max_size=2), max_size=6))
def test_sound_records_are_those_of_pythons_csv(rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    found = list(Dialect(",").records(stream.getvalue().encode()))
    assert [[cell.decode() for cell in record.cells] for record in found] == rows
    assert not any(record.fault for record in found)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('1,5" pipe,2', STRAY),
        ('1,5",2', STRAY),
        ('1, "a",2', STRAY),
        ('1,a"b"c,2', STRAY),
        ('1,"a"b,2', BEHIND),
        ('1,"a" ,2', BEHIND),
        ('1,"a""b"c",2', BEHIND),
        ('1,""a"",2', BEHIND),
        ("1,a\r,2", BARE_CR),
        ("1,a,2\r", BARE_CR),
        ("1,a\rb,2", BARE_CR),
        ('1,"a"\r,2', BARE_CR),
    ],
)
def test_a_faulty_record_is_one_row(line, reason):
    content = f'x,t,y\n1,"a""\n",2\n{line}\n3,"\n""",4\n5,c,6\n'
    ended = line.rstrip("\r")
    if line.endswith("\r"):  # before a line feed, it is the end of the line
        content = content.replace("2\r\n", "2\r\r\n")
    for kept in ((), ("t",)):
        assert every_way(content, kept=kept) == f"t: row 2: {reason}"
    columns, listed, rows = every_way(content, kept=["t"], skip=True)
    assert listed == [(2, "", ended, reason)]
    assert columns == {"x": [1, 3, 5], "y": [2, 4, 6], "t": ['a"\n', '\n"', "c"]}
    assert rows == 4


def test_many_stray_quotes_in_a_long_table():
    """From the first one on, the file is cut cell by cell; still every row is found."""
    lines = [f'{i},{i}" pipe,2' if i % 3 == 0 else f'{i},"a\n{i}",2' for i in range(3000)]
    content = "x,t,y\n" + "\n".join(lines) + "\n"
    columns, listed, rows = outcome(content, ("x",), ("t",), block=4096, skip=True)
    assert [entry[0] for entry in listed] == [i + 1 for i in range(0, 3000, 3)]
    assert columns["x"] == [i for i in range(3000) if i % 3]
    assert rows == 3000


def test_a_quote_that_is_never_closed_names_its_row_and_cannot_be_left_out():
    message = "a quote is opened and never closed; double the quotes in a cell"
    for skip in (False, True):
        found = every_way('x,y\n1,2\n3,"4\n5,6\n', skip=skip)
        assert found == f"t: row 2: {message}"
        found = every_way('x,y\n1,2\n1,5"\n3,"4\n5,6\n', skip=True)
        assert found == f"t: row 3: {message}"
    assert every_way('x,"y\n1,2\n') == f"t: the header: {message}"


def test_a_bomb_of_one_record(monkeypatch):
    monkeypatch.setattr(csv_records, "LONGEST_RECORD", 1 << 22)
    assert outcome(gzip.compress(b"x,y\n" + bytes(1 << 24))) == "t: a record of more than 4 MiB"


def test_rows_are_counted_over_quoted_line_breaks_and_blocks():
    rows = "".join(f'{i},"a\nb"\n' for i in range(400))
    message = f't.csv: row 401, column "x": {EMPTY}'
    assert refused("x,t\n" + rows + ",c\n", ["x"]) == message


def test_a_stray_quote_in_a_long_table_is_found_at_once():
    """Every line break behind it is inside the quotes; looking back for one was quadratic."""
    content = 'x,t\n1,5" pipe\n' + "1.0,abcdefgh\n" * 300_000
    start = time.perf_counter()
    for block in (1 << 10, None):
        with pytest.raises(TableError, match="row 1: a quote inside a cell"):
            read_columns(content, ["x"], block=block)
    assert time.perf_counter() - start < 5


def test_a_record_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(csv_records, "LONGEST_RECORD", 1 << 20)
    with pytest.raises(TableError) as caught:
        read_columns('x,t\n1,"' + "a" * (1 << 22), ["x"], block=1 << 16)
    assert str(caught.value) == "t.csv: a record of more than 1 MiB"
