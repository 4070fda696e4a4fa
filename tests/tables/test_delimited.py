"""Text tables: what is read, what is refused, and that the two parsers agree."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.errors import TableError
from deepgraph.tables import Source, delimited
from tests.support.strategies import examples
from tests.support.tables import (
    BLOCKS,
    EMPTY,
    Slow,
    every_block,
    every_way,
    outcome,
    read_columns,
    refused,
)

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
        assert read_columns(content, block=block) == {"x": [1.0, math.inf], "y": [2.0, 3.0]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no header; the first line names the columns"),
        ("\nx,y\n1,2\n", "no header; the first line names the columns"),
        ("x,y\n1,2\n3\n", "row 2: 1 cell, and the header has 2"),
        ("x,y\n1,2\n3,4,5\n", "row 2: 3 cells, and the header has 2"),
        ("x,y\n1,2\n\n3,4\n", "row 2: the line is blank; remove it"),
        ("x,y\n1,2\n\n\n", "row 2: the line is blank; remove it"),
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
        ("x,y\n1,yes\n", "row 1, column \"y\": 'yes' is not a number; write 1"),
        ("x,y\n1,tRUE\n", "row 1, column \"y\": 'tRUE' is not a number; write 1"),
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
                "columns={'y': HEADER} names another"
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
        ("x;y\n1;2\n", "the header looks like 'x;y': try delimiter=';'"),
        ("x\ty\n1\t2\n", "the header looks like 'x\\ty': try delimiter='\\t'"),
        ("x|y\n1|2\n", "the header looks like 'x|y': try delimiter='|'"),
    ],
)
def test_a_wrong_delimiter_is_seen_in_the_header(content, hint):
    assert refused(content) == f't.csv: no column "x" for the input "x"; {hint}'
    assert refused("x,y\n1,2\n", format="tsv").endswith("try delimiter=','")


def test_kept_text_that_is_not_utf_8():
    assert (
        refused(b"x,t\n1,a\n2,\xff\n", ["x"], ["t"])
        == 't.csv: row 2, column "t": not UTF-8; save the file as UTF-8'
    )


STRAY = 'a quote inside a cell that does not begin with one; write the cell as "5"" pipe"'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,y,y\n1,2,3\n", 't: 2 columns are named "y"; rename one'),
        ("0.5,1\n1,2\n", (
            't: no column "x" for the input "x"; '
            "the first line holds numbers; write the names of the columns above it"
        )),
        (",,\n1,2,3\n", (
            't: no column "x" for the input "x", nor for "y"; the columns are "", "", ""; '
            "columns={'x': HEADER} names another"
        )),
        ('x,a"b,y\n', f"t: the header: {STRAY}"),
        ("x,y\n".encode("utf-16-le"), (
            "t: this is not UTF-8 (it looks like UTF-16); save the file as UTF-8"
        )),
    ],
)  # fmt: skip
def test_headers(content, message):
    assert every_way(content) == message


def test_columns_that_are_not_used_may_be_named_as_they_like():
    found = every_way(",a,x,a,,y\n0,1,2,3,4,5\n")
    assert found == ({"x": [2], "y": [5]}, [], 1)


# --- the two parsers agree ----------------------------------------------------------------------


NUMBERS = [
    "1", "+1", "-1", " 1 ", "\t1", "1\t", "\xa01", "\u20091", "1d", "1f", "0x10", "0x1p3", "1_0",
    "1e", "1e5", "1E+5", "1e+", ".5", "5.", ".", "-", "+", "- 1", "1 2", "1,5", "nan", "NaN",
    "-nan", "+nan", "nan(ind)", "nan(x)", "inf", "-Inf", "+INFINITY", "infini", "1e400", "-1e400",
    "1e-400", "1e99999999999999999999", "0e99999999999", "9" * 400, "0." + "0" * 400 + "1", "00",
    "1e0000", "١", "１", "−1", "1\0", "\n1", "1\r", "true", "NA", "null", "", " ", '"', 'a"b',
    "5e-324", "2.2250738585072011e-308", "0.1" + "0" * 100, "179769313486231580793e289", "1e1.5",
    "1.2.3", "--1", "+-1", "1e--5", "٫5", "½", "1%", "$1", "(1)", "1'000", "1\u200b", "\ufeff1",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_reads_the_same_in_both_parsers(text):
    quoted = '"' + text.replace('"', '""') + '"'
    for skip in (False, True):
        every_way(f"x,y\n1,2\n{quoted},4\n5,6\n", skip=skip)
        if not set(text) & set('",\n\r'):
            bare = every_way(f"x,y\n1,2\n{text},4\n5,6\n", skip=skip)
            assert repr(bare) == repr(every_way(f"x,y\n1,2\n{quoted},4\n5,6\n", skip=skip))


PIECES = st.sampled_from(
    ["1", "2.5", "x", ",", ",", ",", "\n", "\n", "\r\n", "\r", '"', '""', '"a"', '",', '\n"', '"\n',
     " ", ";", "nan", "1e400", "ü", "\0", '"1"', '"1,2"', ',"', "a", "\t"]
)  # fmt: skip


@pytest.mark.slow
@examples(400)
@given(st.lists(PIECES, max_size=25).map("".join), st.booleans(), st.booleans())
def test_any_text_reads_the_same_in_both_parsers(text, skip, keep):
    every_way("x,t,y\n" + text, ("x", "y"), ("t",) if keep else (), skip=skip)


def test_a_byte_order_mark_within_the_file_is_text():
    """Arrow drops one at the start of what it is given, which may be any row."""
    content = "t,x\n" + "\ufeffa,1\n" * 3
    assert every_way(content, ("x",), ("t",)) == ({"x": [1] * 3, "t": ["\ufeffa"] * 3}, [], 3)


def test_a_block_that_is_fine_never_goes_the_slow_way(monkeypatch):
    slow = []
    original = delimited.Delimited._parse_slowly

    def counted(self, block, skip):
        slow.append(block.records)
        return original(self, block, skip)

    monkeypatch.setattr(delimited.Delimited, "_parse_slowly", counted)
    content = "x,y\n" + '1,"2"\n' * 1000 + "1,x\n" + "1,2\n" * 1000
    _, listed, rows = outcome(content, skip=True, block=600)
    assert (len(listed), rows) == (1, 2001)
    assert len(slow) == 1
    assert slow[0] < 200


# --- Python's csv and float as an oracle --------------------------------------------------------


CELLS = st.text(alphabet='abü",;\n\t 1e', max_size=5)


FLOATS = (
    st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.integers(-(10**20), 10**20).map(str)
    | st.sampled_from(["1.", ".5", "+3", " 7 ", "1e5", "0.1e-3", "-0", "nan", "-inf", "5e-324"])
)


@examples(80)
@given(
    st.lists(st.tuples(FLOATS, CELLS, FLOATS), max_size=6),
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


@examples(300)
@given(st.text(alphabet='xy1.,"\n\r -', max_size=30))
def test_any_text_gives_the_rows_of_pythons_csv_or_an_error(text):
    content = "x,y\n" + text
    outcomes = set()
    for block in BLOCKS:
        try:
            outcomes.add(repr(read_columns(content, block=block)))
        except TableError as error:
            outcomes.add(str(error))
    assert len(outcomes) == 1, outcomes
    outcome = outcomes.pop()
    if outcome.startswith("{"):
        rows = list(csv.reader(io.StringIO(content, newline="")))[1:]
        if rows and not rows[-1]:  # one blank line at the end is no row
            rows.pop()
        expected = {name: [float(row[i]) for row in rows] for i, name in enumerate("xy")}
        assert outcome == repr(expected if rows else {})


@given(st.binary(max_size=60))
def test_any_bytes_are_rows_or_an_error(content):
    for block in (1, None):
        try:
            read_columns(content, ["x"], block=block)
        except TableError as error:
            assert str(error).startswith("t.csv: ")  # noqa: PT017


# --- size ---------------------------------------------------------------------------------------


def test_long_cells_and_many_columns():
    names = [f"c{i}" for i in range(3000)]
    content = ",".join(names) + "\n" + ",".join(map(str, range(3000))) + "\n"
    assert every_block(content, ["c2999", "c0"]) == {"c2999": [2999.0], "c0": [0.0]}
    assert every_block("x,t\n1," + "a" * 100_000 + "\n", ["x"], ["t"])["t"] == ["a" * 100_000]


@pytest.mark.parametrize("piece", [1, 7, 100])
def test_a_pipe_may_give_less_than_asked(piece):
    content = b"x,y\n" + b"1.25,-3\n" * 50
    table = Source(Slow(content, piece), "pipe").open()
    rows = sum(batch.num_rows for batch in table.batches(["x", "y"], []))
    assert rows == 50


def test_truth_values_are_numbers_as_pandas_and_sql_write_them():
    content = 'x,y\nTrue,false\n1,TRUE\n" true",FALSE\nFalse ,2\n'
    assert every_block(content) == {"x": [1.0, 1.0, 1.0, 0.0], "y": [0.0, 1.0, 0.0, 2.0]}
    assert every_block("x,y,s\n1,2,True\n", kept=["s"])["s"] == ["True"]  # a text is kept


# --- as people have them ------------------------------------------------------------------------


def test_decimal_commas():
    plain = {"x": [1.5, -3.5], "y": [2.0, 4e10]}
    assert every_block("x;y\n1,5;2\n-3,5;4,0e10\n", delimiter=";", decimal=",") == plain
    assert every_block('x,y\n"1,5",2\n"-3,5",4e10\n', decimal=",") == plain
    infinite = every_block("x;y\n1,5;inf\n", delimiter=";", decimal=",")  # read cell by cell
    assert infinite == {"x": [1.5], "y": [float("inf")]}


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("1.5", "; its decimals begin behind a comma here, not behind a point"),
        ("1.234,5", "; write nothing between the thousands: 1234,5"),
        ("1,5,2", ""),
    ],
)
def test_a_decimal_comma_is_no_point(cell, hint):
    assert refused(f"x;y\n{cell};2\n", delimiter=";", decimal=",") == (
        f"t.csv: row 1, column \"x\": '{cell}' is not a number{hint}"
    )


def test_truth_values_of_whole_columns_and_of_mixed_ones():
    assert every_block("x,y\nTrue,1\nfalse,0\n") == {"x": [1.0, 0.0], "y": [1.0, 0.0]}
    assert every_block("x,y\nTrue,1\n0.5,0\n") == {"x": [1.0, 0.5], "y": [1.0, 0.0]}
    assert every_block("x,y\n0.5,1\nTRUE,0\n") == {"x": [0.5, 1.0], "y": [1.0, 0.0]}
    table = Source(io.BytesIO(b"x\n" + b"True\nFALSE\n" * 50), "t.csv").open()
    table.choose(["x"], [])
    (piece,) = table.pieces()
    assert table._parse(piece).column("x").to_pylist() == [1.0, 0.0] * 50  # by Arrow, all at once


def test_one_blank_line_at_the_end():
    plain = {"x": [1.0], "y": [2.0]}
    assert every_block("x,y\n1,2\n\n") == plain
    assert every_block("x,y\r\n1,2\r\n\r\n") == plain
    assert every_block('x,y,t\n1,2,"a\n\n"\n\n', ["x", "y"], ["t"]) == {**plain, "t": ["a\n\n"]}
    assert refused("x,y\n1,2\n\n\n") == "t.csv: row 2: the line is blank; remove it"
    assert refused("x\n1\n\n2\n", ["x"]) == "t.csv: row 2: the line is blank; remove it"
    table = Source(io.BytesIO(b"x\n1\n\n"), "t.csv").open()
    assert sum(batch.num_rows for batch in table.batches(["x"], [])) == table.rows == 1
