from __future__ import annotations

import csv
import datetime
import decimal
import io
import math
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepgraph.errors import TableError
from deepgraph.tables import Source, csv_records, first_rows, rows_at

BLOCKS = (1, 3, 64, None)
"""Bytes read at once: a record at a time, cuts inside records, several records, all of it."""


def read(content, numbers=("x", "y"), kept=(), block=None, name="t.csv", **options):
    """The columns of a table as lists, however it was cut."""
    content = content.encode() if isinstance(content, str) else content
    table = Source(io.BytesIO(content), name, block=block, **options).open()
    table.require_inputs({name: name for name in numbers})
    batches = list(table.batches(list(numbers), list(kept)))
    names = batches[0].schema.names if batches else []
    assert all(batch.schema == batches[0].schema for batch in batches)
    return {n: [v for b in batches for v in b.column(n).to_pylist()] for n in names}


def every_block(content, *arguments, **options):
    found = [read(content, *arguments, block=block, **options) for block in BLOCKS]
    assert all(repr(other) == repr(found[0]) for other in found)  # repr: NaN is not itself
    return found[0]


def refused(content, *arguments, **options):
    """The message, which is the same for every block."""
    found = []
    for block in BLOCKS:
        with pytest.raises(TableError) as caught:
            read(content, *arguments, block=block, **options)
        found.append(str(caught.value))
    assert len(set(found)) == 1, found
    return found[0]


PLAIN = {"x": [1.0, -3.5], "y": [2.0, 4e10]}


@pytest.mark.parametrize(
    "content",
    [
        "x,y\n1,2\n-3.5,4e10\n",
        "x,y\n1,2\n-3.5,4e10",
        "x,y\r\n1,2\r\n-3.5,4e10\r\n",
        "x,y\r\n1,2\r\n-3.5,4e10",
        "x,y\r\n1,2\n-3.5,4e10\n",
        "\ufeffx,y\n1,2\n-3.5,4e10\n",
        '"x","y"\n"1","2"\n"-3.5","4e10"\n',
        "x,y\n 1 ,2 \n-3.5, 4e10\n",
        "x,y\n+1,2.\n-3.50,4E+10\n",
        "y,other,x\n2,text,1\n4e10,,-3.5\n",
        'y,"oth\ner",x\n2,"te""x\n\nt,",1\n4e10,"\r\n",-3.5\n',
        "x,y\n1,2\n-35e-1,.4e11\n",
    ],
)
def test_ways_to_write_one_table(content):
    assert every_block(content) == PLAIN


def test_columns_come_in_the_order_that_is_asked_for():
    content = "a,b,c\n1,2,u\n3,4,v\n"
    assert every_block(content, ["b", "a"], ["c"]) == {"b": [2, 4], "a": [1, 3], "c": ["u", "v"]}
    assert list(every_block(content, ["b", "a"], ["c"])) == ["b", "a", "c"]


def test_a_column_may_be_a_number_and_be_kept():
    assert every_block("a,b\n1,2\n", ["a"], ["b", "a", "b"]) == {"a": [1.0], "b": ["2"]}


def test_kept_text_comes_as_it_is():
    texts = ["", " a ", "1.50", "NA", "null", "ü→日", 'a "quote"', "a,b", "two\nlines", "-"]
    stream = io.StringIO()
    csv.writer(stream).writerows([["x", "t"], *([i, text] for i, text in enumerate(texts))])
    assert every_block(stream.getvalue(), ["x"], ["t"])["t"] == texts


def test_tsv_and_other_delimiters():
    assert every_block("x\ty\n1\t2\n-3.5\t4e10\n", format="tsv") == PLAIN
    assert every_block("x;y\n1;2\n-3.5;4e10\n", delimiter=";") == PLAIN
    assert every_block("x|y\n1|2\n-3.5|4e10\n", delimiter="|") == PLAIN


@pytest.mark.parametrize("content", ["x,y\n", "x,y", "x,y\r\n", "\ufeffx,y"])
def test_zero_rows(content):
    assert every_block(content) == {}


def test_infinity_and_nan_are_numbers():
    content = "x,y\nnan,inf\nNaN,-Infinity\n-inf,+INF\n1,2\n"
    found = every_block(content)
    assert repr(found["x"]) == "[nan, nan, -inf, 1.0]"
    assert repr(found["y"]) == "[inf, -inf, inf, 2.0]"


def test_other_columns_may_hold_anything():
    content = b"x,n,y\n1,Andr\xe9,2\ninf,\xff,3\n"  # no UTF-8
    for block in BLOCKS:
        assert read(content, block=block) == {"x": [1.0, math.inf], "y": [2.0, 3.0]}


EMPTY = "the cell is empty; a number belongs there"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no header; the first line names the columns"),
        ("\nx,y\n1,2\n", "no header; the first line names the columns"),
        ("x,y\n1,2\n3\n", "row 2: 1 cell, and the header has 2"),
        ("x,y\n1,2\n3,4,5\n", "row 2: 3 cells, and the header has 2"),
        ("x,y\n1,2\n\n3,4\n", "row 2: the line is blank; remove it"),
        ("x,y\n1,2\n\n", "row 2: the line is blank; remove it"),
        ("x,y\n1,2\n3,\n", f'row 2, column "y": {EMPTY}'),
        ("x,y\n1,2\n ,4\n", f'row 2, column "x": {EMPTY}'),
        ('x,y\n1,2\n"",4\n', f'row 2, column "x": {EMPTY}'),
        (
            "x,y\n1,NA\n",
            "row 1, column \"y\": 'NA' is not a number; a missing value has to be filled in",
        ),
        ("x,y\n1,two\n", "row 1, column \"y\": 'two' is not a number"),
        ("x,y\n1,0x10\n", "row 1, column \"y\": '0x10' is not a number; write it as a decimal: 16"),
        (
            "x,y\n1,1_000\n",
            (
                "row 1, column \"y\": '1_000' is not a number; "
                "write nothing between the thousands: 1000"
            ),
        ),
        ("x,y\n1,1e\n", "row 1, column \"y\": '1e' is not a number"),
        ("x,y\n1,true\n", "row 1, column \"y\": 'true' is not a number; write 1"),
        ("x,y\n1,١\n", "row 1, column \"y\": '١' is not a number; write it with the digits 0 to 9"),
        (
            'x,y\n1,"1,5"\n',
            "row 1, column \"y\": '1,5' is not a number; write a decimal point: 1.5",
        ),
        (
            'x,y\n1,"1,000,000"\n',
            (
                "row 1, column \"y\": '1,000,000' is not a number; "
                "write nothing between the thousands: 1000000"
            ),
        ),
        ("x,y\n1,1e400\n", 'row 1, column "y": 1e400 is too large for a double'),
        ("x,y\n-1e999,1\n", 'row 1, column "x": -1e999 is too large for a double'),
        (
            "x,z\n1,2\n",
            (
                'no column "y" for the input "y"; the columns are "x", "z"; '
                "--column y=HEADER names another"
            ),
        ),
        ("x,y,y\n1,2,3\n", '2 columns are named "y"; rename one'),
        (
            'x,y\n1,2\n3,"4\n5,6\n',
            "row 2: a quote is opened and never closed; double the quotes in a cell",
        ),
        (
            'x,"y\n1,2\n',
            "the header: a quote is opened and never closed; double the quotes in a cell",
        ),
        ("x,y\r1,2\r3,4\r", "lines end with a bare CR; end them with LF or CRLF"),
        (
            b"sep=,\nx,y\n1,2\n",
            'no column "x" for the input "x"; the first line tells Excel the delimiter; remove it',
        ),
        (b"x,\xff\n1,2\n", "the header is not UTF-8; save the file as UTF-8"),
        (
            "x,y\n1,2\n".encode("utf-16"),
            "this is not UTF-8 (it looks like UTF-16); save the file as UTF-8",
        ),
        (b"x,y\n1,2\n3,\xff\n", 'row 2, column "y": not UTF-8; save the file as UTF-8'),
    ],
)
def test_mistakes(content, message):
    assert refused(content) == f"t.csv: {message}"


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("x;y\n1;2\n", "the header looks like 'x;y': try --delimiter ';'"),
        ("x\ty\n1\t2\n", "the header looks like 'x\\ty': try --delimiter $'\\t'"),
        ("x|y\n1|2\n", "the header looks like 'x|y': try --delimiter '|'"),
    ],
)
def test_a_wrong_delimiter_is_seen_in_the_header(content, hint):
    assert refused(content) == f't.csv: no column "x" for the input "x"; {hint}'
    assert refused("x,y\n1,2\n", format="tsv").endswith("try --delimiter ','")


def test_kept_text_that_is_not_utf_8():
    assert (
        refused(b"x,t\n1,a\n2,\xff\n", ["x"], ["t"])
        == 't.csv: row 2, column "t": not UTF-8; save the file as UTF-8'
    )


def test_a_wide_table_names_some_of_its_columns():
    content = ",".join(f"c{i}" for i in range(1000)) + "\n"
    message = refused(content)
    assert '"c19" and 980 more' in message
    assert len(message) < 300


def test_rows_are_counted_over_quoted_line_breaks_and_blocks():
    rows = "".join(f'{i},"a\nb"\n' for i in range(400))
    message = f't.csv: row 401, column "x": {EMPTY}'
    assert refused("x,t\n" + rows + ",c\n", ["x"]) == message


# --- Python's csv and float as an oracle --------------------------------------------------------

CELLS = st.text(alphabet='abü",;\n\t 1e', max_size=5)
NUMBERS = (
    st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.integers(-(10**20), 10**20).map(str)
    | st.sampled_from(["1.", ".5", "+3", " 7 ", "1e5", "0.1e-3", "-0", "nan", "-inf", "5e-324"])
)


@settings(max_examples=80)
@given(
    st.lists(st.tuples(NUMBERS, CELLS, NUMBERS), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
)
def test_what_python_writes_is_read(rows, line, quoting, delimiter, last):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line, quoting=quoting)
    writer.writerows([["x", "t", "y"], *rows])
    content = stream.getvalue()
    content = content if last else content.removesuffix(line)
    found = every_block(content, ["y", "x"], ["t"], delimiter=delimiter)
    if not rows:
        assert found == {}
        return
    assert found["t"] == [text for _, text, _ in rows]
    for name, place in (("x", 0), ("y", 2)):
        expected = np.array([float(row[place]) for row in rows])
        assert np.array_equal(np.array(found[name]).view(np.int64), expected.view(np.int64))


@settings(max_examples=300)
@given(st.text(alphabet='xy1.,"\n\r -', max_size=30))
def test_any_text_gives_the_rows_of_pythons_csv_or_an_error(text):
    content = "x,y\n" + text
    outcomes = set()
    for block in BLOCKS:
        try:
            outcomes.add(repr(read(content, block=block)))
        except TableError as error:
            outcomes.add(str(error))
    assert len(outcomes) == 1, outcomes
    outcome = outcomes.pop()
    if outcome.startswith("{"):
        rows = list(csv.reader(io.StringIO(content, newline="")))[1:]
        expected = {name: [float(row[i]) for row in rows] for i, name in enumerate("xy")}
        assert outcome == repr(expected if rows else {})


@given(st.binary(max_size=60))
def test_any_bytes_are_rows_or_an_error(content):
    for block in (1, None):
        try:
            read(content, ["x"], block=block)
        except TableError as error:
            assert str(error).startswith("t.csv: ")  # noqa: PT017


# --- size ---------------------------------------------------------------------------------------


def test_a_stray_quote_in_a_long_table_is_found_at_once():
    """Every line break behind it is inside the quotes; looking back for one was quadratic."""
    content = 'x,t\n1,5" pipe\n' + "1.0,abcdefgh\n" * 300_000
    start = time.perf_counter()
    for block in (1 << 10, None):
        with pytest.raises(TableError, match="row 1: a quote inside a cell"):
            read(content, ["x"], block=block)
    assert time.perf_counter() - start < 5


def test_a_record_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(csv_records, "LONGEST_RECORD", 1 << 20)
    with pytest.raises(TableError) as caught:
        read('x,t\n1,"' + "a" * (1 << 22), ["x"], block=1 << 16)
    assert str(caught.value) == "t.csv: a record of more than 1 MiB"


def test_long_cells_and_many_columns():
    names = [f"c{i}" for i in range(3000)]
    content = ",".join(names) + "\n" + ",".join(map(str, range(3000))) + "\n"
    assert every_block(content, ["c2999", "c0"]) == {"c2999": [2999.0], "c0": [0.0]}
    assert every_block("x,t\n1," + "a" * 100_000 + "\n", ["x"], ["t"])["t"] == ["a" * 100_000]


class Slow(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, content, piece):
        self.content, self.piece = content, piece

    def readable(self):
        return True

    def read(self, size=-1):
        piece, self.content = self.content[: self.piece], self.content[self.piece :]
        return piece


@pytest.mark.parametrize("piece", [1, 7, 100])
def test_a_pipe_may_give_less_than_asked(piece):
    content = b"x,y\n" + b"1.25,-3\n" * 50
    table = Source(Slow(content, piece), "pipe").open()
    rows = sum(batch.num_rows for batch in table.batches(["x", "y"], []))
    assert rows == 50


# --- Parquet ------------------------------------------------------------------------------------


def parquet(**columns):
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def test_parquet_columns_of_every_number_type():
    kinds = [pa.int8(), pa.uint64(), pa.int64(), pa.float16(), pa.float32(), pa.float64()]
    for kind in kinds:
        values = np.array([1, 2, 3], kind.to_pandas_dtype())
        content = parquet(x=pa.array(values, kind), y=[1.0, 2.0, 3.0])
        found = every_block(content, format="parquet")
        assert found == {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0]}


def test_parquet_keeps_other_columns_as_they_are():
    day = datetime.date(2024, 2, 29)
    content = parquet(x=[1, 2], s=["a", None], d=[day, day], l=[[1], []], y=[0, 0])
    found = every_block(content, ["y", "x"], ["l", "s", "d", "x"], format="parquet")
    assert list(found) == ["y", "x", "l", "s", "d"]
    assert found["s"] == ["a", None]
    assert found["d"] == [day, day]
    assert found["l"] == [[1], []]


def test_parquet_without_rows():
    content = parquet(x=pa.array([], pa.float64()), y=pa.array([], pa.float64()))
    assert {k: v for k, v in read(content, format="parquet").items() if v} == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (parquet(x=[1.0, None], y=[1, 2]), f'row 2, column "x": {EMPTY}'),
        (parquet(x=["1"], y=[1]), 'column "x" holds string, not numbers; cast it to float64 first'),
        (parquet(x=[True], y=[1]), 'column "x" holds bool, not numbers; cast it to float64 first'),
        (
            parquet(x=[decimal.Decimal("1.5")], y=[1]),
            'column "x" holds decimal128(2, 1), not numbers; cast it to float64 first',
        ),
        (
            parquet(x=[[1.0]], y=[1]),
            'column "x" holds list<element: double>, not numbers; cast it to float64 first',
        ),
        (
            parquet(x=[1], z=[1]),
            (
                'no column "y" for the input "y"; the columns are "x", "z"; '
                "--column y=HEADER names another"
            ),
        ),
    ],
)
def test_parquet_mistakes(content, message):
    assert refused(content, format="parquet") == f"t.csv: {message}"


def test_parquet_integers_beyond_doubles_are_refused():
    assert "9007199254740993" in refused(parquet(x=[2**53 + 1], y=[1]), format="parquet")


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2\n", b"PAR1", b"PAR1 and PAR1"])
def test_what_is_no_parquet(content):
    assert refused(content, format="parquet").startswith("t.csv: not a Parquet file: ")


@pytest.mark.parametrize("end", [-1, -4, 9])
def test_a_parquet_file_that_is_cut_off(end):
    message = refused(parquet(x=[1], y=[2])[:end], format="parquet")
    assert message == "t.csv: the Parquet file is cut off: it does not end with PAR1"


def test_parquet_from_a_pipe():
    table = Source(Slow(parquet(x=[1], y=[2]), 1 << 20), "pipe", "parquet").open()
    assert [batch.num_rows for batch in table.batches(["x", "y"], [])] == [1]


# --- some rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("rows", [[1], [3], [3, 1], [2, 2]])
def test_rows_by_their_numbers(rows, block):
    content = b"x,y\n1,10\n2,20\n3,30\n"
    for source in (
        Source(io.BytesIO(content), "t", block=block),
        Source(io.BytesIO(parquet(x=[1, 2, 3], y=[10, 20, 30])), "t", "parquet", block=block),
    ):
        wanted = [{"x": float(row), "y": 10.0 * row} for row in rows]
        assert rows_at(source.open(), ["y", "x"], rows) == wanted


def test_a_row_that_is_not_there():
    with pytest.raises(TableError) as caught:
        rows_at(Source(io.BytesIO(b"x\n1\n2\n"), "t.csv").open(), ["x"], [1, 1003])
    assert str(caught.value) == "t.csv: there is no row 1,003; the table has 2"


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(("most", "more"), [(0, True), (2, True), (3, False), (9, False)])
def test_the_first_rows(most, more, block):
    source = Source(io.BytesIO(b"x,y,k\n1,10,a\n2,20,b\n3,30,c\n"), "t", block=block)
    columns = {"y": [10.0, 20.0, 30.0][:most], "k": ["a", "b", "c"][:most]}
    assert first_rows(source.open(), ["y"], ["k"], most) == (columns, more)


def test_nothing_behind_the_rows_is_read():
    content = b"x\n1\n2\n" + b"3\n" * 100 + b"oops\n"
    source = Source(io.BytesIO(content), "t", block=8)
    assert rows_at(source.open(), ["x"], [2, 1]) == [{"x": 2.0}, {"x": 1.0}]
    source = Source(io.BytesIO(content), "t", block=8)
    assert first_rows(source.open(), ["x"], [], 2) == ({"x": [1.0, 2.0]}, True)
