"""Two parsers and one verdict; rows that are left out; every row accounted for."""

from __future__ import annotations

import csv
import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepgraph.errors import LostRowsError, TableError
from deepgraph.tables import Source, csv_records, delimited
from deepgraph.tables.csv_records import Dialect, blocks
from deepgraph.tables.rejects import Listing, Rejection, Rejects

BLOCKS = (1, 3, 17, 64, None)
EMPTY = "the cell is empty; a number belongs there"


class Listed(Rejects):
    """Remembers all of them."""

    def __init__(self):
        super().__init__()
        self.all = []

    def add(self, rejection):
        super().add(rejection)
        self.all.append((rejection.row, rejection.column, rejection.text, rejection.reason))


def read(content, numbers=("x", "y"), kept=(), block=None, skip=False, slowly=False, **options):
    """Columns, rejects, rows met; or the message."""
    content = content.encode() if isinstance(content, str) else content
    rejects = Listed() if skip else None
    try:
        table = Source(io.BytesIO(content), "t", block=block, **options).open()
        if slowly:
            table._parse = lambda *_: None
        table.require_inputs({name: name for name in numbers})
        batches = list(table.batches(list(numbers), list(kept), rejects))
    except TableError as error:
        return str(error)
    names = [*numbers, *kept]
    columns = {n: [v for b in batches for v in b.column(n).to_pylist()] for n in names}
    rows = sum(batch.num_rows for batch in batches)
    table.check_count(rows, len(rejects) if skip else 0)
    return columns, rejects.all if skip else [], table.rows


def every_way(content, *arguments, **options):
    """The same for every block, and from the slow parser alone."""
    found = {
        (block, slowly): repr(read(content, *arguments, block=block, slowly=slowly, **options))
        for block in BLOCKS
        for slowly in (False, True)
    }
    assert len(set(found.values())) == 1, found
    return read(content, *arguments, **options)


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


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=25).map("".join), st.booleans(), st.booleans())
def test_any_text_reads_the_same_in_both_parsers(text, skip, keep):
    every_way("x,t,y\n" + text, ("x", "y"), ("t",) if keep else (), skip=skip)


@settings(max_examples=300)
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


@settings(max_examples=200)
@given(st.lists(st.lists(st.text('a"\n\r,;é', max_size=4), min_size=2, max_size=2), max_size=6))
def test_sound_records_are_those_of_pythons_csv(rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    found = list(Dialect(",").records(stream.getvalue().encode()))
    assert [[cell.decode() for cell in record.cells] for record in found] == rows
    assert not any(record.fault for record in found)


def test_a_byte_order_mark_within_the_file_is_text():
    """Arrow drops one at the start of what it is given, which may be any row."""
    content = "t,x\n" + "\ufeffa,1\n" * 3
    assert every_way(content, ("x",), ("t",)) == ({"x": [1] * 3, "t": ["\ufeffa"] * 3}, [], 3)


# --- quotes where none belong -------------------------------------------------------------------

STRAY = 'a quote inside a cell that does not begin with one; write the cell as "5"" pipe"'
BEHIND = "text behind the closing quote of a cell; a quote that belongs to the cell is doubled"
BARE_CR = "a CR without LF; end every line with LF or CRLF"


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
    columns, listed, rows = read(content, ("x",), ("t",), block=4096, skip=True)
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


# --- rows that are left out ---------------------------------------------------------------------


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


def test_a_lost_row_is_an_internal_error(monkeypatch):
    """A parser that drops a row does not get away with it."""
    monkeypatch.setattr(
        delimited.Delimited,
        "_parse",
        lambda _, block: pa.record_batch({"x": [1.0] * min(block.records, 2)}),
    )
    table = Source(io.BytesIO(b"xxxxxxxxx\n1\n2\n3\n"), "t.csv").open()
    rows = sum(batch.num_rows for batch in table.batches(["xxxxxxxxx"], []))
    with pytest.raises(LostRowsError) as caught:
        table.check_count(rows, 0)
    assert str(caught.value) == (
        "internal error: t.csv: 3 rows in the file, 2 in the result and 0 left out; please report "
        "this with the file"
    )


def test_a_block_that_is_fine_never_goes_the_slow_way(monkeypatch):
    slow = []
    original = delimited.Delimited._parse_slowly

    def counted(self, block, skip):
        slow.append(block.records)
        return original(self, block, skip)

    monkeypatch.setattr(delimited.Delimited, "_parse_slowly", counted)
    content = "x,y\n" + '1,"2"\n' * 1000 + "1,x\n" + "1,2\n" * 1000
    _, listed, rows = read(content, skip=True, block=600)
    assert (len(listed), rows) == (1, 2001)
    assert len(slow) == 1
    assert slow[0] < 200


# --- headers ------------------------------------------------------------------------------------


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
            "--column x=HEADER names another"
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


# --- compressed ---------------------------------------------------------------------------------

PLAIN = "x,y\n" + "".join(f"{i},{i / 4}\n" for i in range(5000))


def zstd(content):
    return pa.Codec("zstd").compress(content, asbytes=True)


class Slow(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, content, piece):
        self.content, self.piece = content, piece

    def readable(self):
        return True

    def read(self, size=-1):
        piece, self.content = self.content[: self.piece], self.content[self.piece :]
        return piece


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_compressed_tables(pack):
    plain = PLAIN.encode()
    expected = read(plain)
    assert every_way(pack(plain)) == expected
    assert read(pack(b"\xef\xbb\xbf" + plain)) == expected  # a BOM inside
    assert read(pack(plain[:100]) + pack(plain[100:])) == expected  # two members
    table = Source(Slow(pack(plain), 5), "pipe").open()
    assert sum(batch.num_rows for batch in table.batches(["x", "y"], [])) == 5000


@pytest.mark.parametrize(
    ("pack", "name"), [(gzip.compress, "gzip"), (zstd, "Zstandard")], ids=["gzip", "zstd"]
)
def test_a_compressed_table_that_is_cut_off_is_never_a_shorter_one(pack, name):
    packed = pack(PLAIN.encode())
    for end in [5, 9, 11, 20, len(packed) // 2, *range(len(packed) - 9, len(packed))]:
        for skip in (False, True):
            assert read(packed[:end], skip=skip) == f"t: the {name} file is cut off", end
    assert read(packed + b"garbage").startswith(f"t: damaged {name} file: ")


def test_damaged_gzip():
    packed = bytearray(gzip.compress(PLAIN.encode()))
    packed[len(packed) // 2] ^= 0xFF
    assert read(bytes(packed)).startswith("t: damaged gzip file: ")


def test_a_bomb_of_one_record(monkeypatch):
    monkeypatch.setattr(csv_records, "LONGEST_RECORD", 1 << 22)
    assert read(gzip.compress(b"x,y\n" + bytes(1 << 24))) == "t: a record of more than 4 MiB"


# --- Parquet ------------------------------------------------------------------------------------


def parquet(**columns):
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


FAR = "is beyond 2**53, where doubles cannot tell neighbours apart"


def test_parquet_rows_that_are_left_out():
    content = parquet(
        x=pa.array([1, None, 2**53 + 1, 2**53, -(2**53) - 1, -(2**63), 7], pa.int64()),
        y=pa.array([1, None, None, 4, 5, 6, 2**64 - 1], pa.uint64()),
        t=["a", None, "c", "d", "e", "f", "g"],
    )
    for block in (1, 2, 3, None):
        columns, listed, rows = read(content, kept=["t"], skip=True, block=block, format="parquet")
        assert columns == {"x": [1, 2**53], "y": [1, 4], "t": ["a", "d"]}
        assert listed == [
            (2, "x", "", EMPTY),
            (3, "x", str(2**53 + 1), f"the integer {2**53 + 1} {FAR}"),
            (5, "x", str(-(2**53) - 1), f"the integer {-(2**53) - 1} {FAR}"),
            (6, "x", str(-(2**63)), f"the integer {-(2**63)} {FAR}"),
            (7, "y", str(2**64 - 1), f"the integer {2**64 - 1} {FAR}"),
        ]
        assert rows == 7
        first = read(content, block=block, format="parquet")
        assert first == f't: row 2, column "x": {EMPTY}'


def test_nested_columns_are_kept_and_are_no_numbers():
    content = parquet(x=[1.0], y=[2.0], n=[{"x": 1}], **{"n.x": [9.0]})
    columns, _, _ = read(content, ("n.x",), ("n",), format="parquet")
    assert columns == {"n.x": [9.0], "n": [{"x": 1}]}
    found = read(content, ("n",), format="parquet")
    assert found == 't: column "n" holds struct<x: int64>, not numbers; cast it to float64 first'


def test_a_parquet_file_that_is_damaged_or_packed():
    content = parquet(x=[float(i) for i in range(10_000)], y=[1.0] * 10_000)
    found = read(gzip.compress(content), format="parquet")
    assert found == "t: a compressed file; decompress it first (Parquet compresses by itself)"
    broken = content[:4] + bytes(2000) + content[2004:]
    assert read(broken, format="parquet").startswith("t: damaged Parquet file, after row 0: ")
