"""`deepgraph eval --on-error skip`: rows in are rows out and rows listed."""

from __future__ import annotations

import gzip
import os
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.outcome import error, good, rows
from tests.support.strategies import SPECS

XOR = SPECS / "xor.json"
BAD = "x1,x2,key\n0,1,a\n1,,b\n1,two,c\n0,0\n1,0,d\n"


def test_rows_that_do_not_fit_are_left_out_and_listed(run, tmp_path):
    (tmp_path / "t.csv").write_text(BAD)
    done = run(
        "eval", XOR, "--input", "t.csv", "--keep", "key", "-o", "o.csv",
        "--on-error", "skip", "--errors", "bad.csv",
    )  # fmt: skip
    assert good(done) == ""
    assert done.stderr == (
        'Note: 3 of 5 rows left out, the first: row 2, column "x2": the cell is empty; a number '
        "belongs there. bad.csv lists them.\n"
    )
    assert rows(tmp_path / "o.csv") == [["key", "y"], ["a", "1"], ["d", "1"]]
    assert rows(tmp_path / "bad.csv") == [
        ["row", "column", "text", "reason"],
        ["2", "x2", "", "the cell is empty; a number belongs there"],
        ["3", "x2", "two", "'two' is not a number"],
        ["4", "", "0,0", "2 cells, and the header has 3"],
    ]
    assert sorted(os.listdir(tmp_path)) == ["bad.csv", "o.csv", "t.csv"]


def test_without_a_file_they_are_counted(run):
    done = run("eval", XOR, "--input", "-", "--on-error", "skip", stdin="x1,x2\n1,0\n1,x\n")
    assert good(done) == "y\n1\n"
    assert done.stderr == (
        "Note: 1 of 2 rows left out, the first: row 2, column \"x2\": 'x' is not a number. "
        "--errors FILE lists them.\n"
    )


def test_a_table_without_faults_makes_an_empty_list_and_no_note(run, tmp_path):
    arguments = ("--on-error", "skip", "--errors", "bad.csv")
    done = run("eval", XOR, "--input", "-", *arguments, stdin="x1,x2\n1,0\n")
    assert (good(done), done.stderr) == ("y\n1\n", "")
    assert (tmp_path / "bad.csv").read_text() == "row,column,text,reason\n"


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_nothing_but_bad_rows(run, tmp_path, form):
    output = f"o.{form}"
    done = run("eval", XOR, "--input", "-", "--on-error", "skip", "-o", output, stdin="x1,x2\n,\n")
    assert good(done) == ""
    assert (tmp_path / output).exists()


def test_notes_name_the_rows_of_the_file(run):
    table = "x1,x2,t\nx,0,0\n1,1,0\n,,\nnan,1,0\n1,1,0\n"
    done = run("eval", XOR, "--input", "-", "--on-error", "skip", stdin=table)
    assert good(done) == "y\n0\nnan\n0\n"
    assert done.stderr.startswith(
        'Note: 1 input value is NaN or infinite, the first in row 4, input "x1".\n'
    )


def test_a_file_that_cannot_be_read_at_all_fails_all_the_same(run, tmp_path):
    for stdin in ('x1,x2\n1,"2\n', "x1,z\n1,2\n", "", gzip.compress(BAD.encode())[:-9]):
        done = run(
            "eval", XOR, "--input", "-", "--on-error", "skip", "--errors", "e.csv", "-o", "o.csv",
            stdin=stdin,
        )  # fmt: skip
        assert error(done)
        assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--errors", "e.csv"), "--errors lists the rows that --on-error skip leaves out"),
        (("--on-error", "skip", "--errors", "-"), "--errors names a file"),
        (
            ("--on-error", "skip", "--errors", "o.csv", "-o", "./o.csv"),
            "--errors and -o name the same file",
        ),
        (("--on-error", "skip", "--errors", XOR), f"--errors {XOR} is the spec; name another file"),
        (("-o", XOR, "--format", "csv"), f"-o {XOR} is the spec; name another file"),
        (
            ("--on-error", "skip", "--row", "1"),
            "--on-error needs a whole table: --input FILE, without --row",
        ),
    ],
)
def test_usage(run, tmp_path, arguments, message):
    done = run("eval", XOR, "--input", "-", *arguments, stdin="x1,x2\n1,0\n")
    assert error(done, 2) == message
    assert os.listdir(tmp_path) == []


def test_a_list_that_cannot_be_written_leaves_no_result(run, tmp_path):
    for errors, why in (
        ("no/e.csv", "there is no folder no; make it first"),
        ("/dev/full", "no space left on device"),
    ):
        done = run(
            "eval", XOR, "--input", "-", "--on-error", "skip", "--errors", errors, "-o", "o.csv",
            stdin=BAD,
        )  # fmt: skip
        assert error(done) == f"{errors}: cannot be written: {why}"
        assert os.listdir(tmp_path) == []


def test_rows_in_are_rows_out_and_rows_listed(run, tmp_path):
    """Counted again from the files, by their lines: no cell of this table holds a line feed."""
    chance = random.Random(5)
    faults = [
        "1,",
        ",1",
        "1",
        "1,2,3,4",
        "1,0x10,k",
        "",
        '1,5",k',
        "1e400,1,k",
        '"1"2,1,k',
        "a,b,c",
    ]
    lines, faulty = [], set()
    for number in range(1, 120_001):
        if chance.random() < (0.3 if 30_000 < number < 40_000 else 0.0005):
            lines.append(chance.choice(faults))
            faulty.add(number)
        else:
            lines.append(f'{chance.random()},"{chance.random()}",{number}')
    (tmp_path / "t.csv").write_text("x1,x2,key\n" + "\n".join(lines) + "\n")
    done = run(
        "eval", XOR, "--input", "t.csv", "--keep", "key", "-o", "o.csv",
        "--on-error", "skip", "--errors", "bad.csv",
    )  # fmt: skip
    good(done)
    read = (tmp_path / "t.csv").read_bytes().count(b"\n") - 1
    written = (tmp_path / "o.csv").read_bytes().count(b"\n") - 1
    listed = [int(row[0]) for row in rows(tmp_path / "bad.csv")[1:]]
    assert read == written + len(listed) == 120_000
    assert listed == sorted(faulty)
    kept = [int(row[0]) for row in rows(tmp_path / "o.csv")[1:]]
    assert kept == [number for number in range(1, 120_001) if number not in faulty]
    assert f"Note: {len(faulty):,} of 120,000 rows left out" in done.stderr


def test_parquet(run, tmp_path):
    pq.write_table(
        pa.table({"x1": [0, None, 2**60, 1], "x2": [1.0, 1.0, 1.0, None]}), tmp_path / "t.parquet"
    )
    assert error(run("eval", XOR, "--input", "t.parquet")) == (
        't.parquet: row 2, column "x1": the cell is empty; a number belongs there '
        "(or leave such rows out: --on-error skip)"
    )
    arguments = ("--on-error", "skip", "--errors", "bad.csv")
    assert good(run("eval", XOR, "--input", "t.parquet", *arguments)) == "y\n1\n"
    assert [row[:3] for row in rows(tmp_path / "bad.csv")[1:]] == [
        ["2", "x1", ""],
        ["3", "x1", str(2**60)],
        ["4", "x2", ""],
    ]


@pytest.mark.parametrize("suffix", [".csv.gz", ".CSV.GZ", ".gz", ".tsv.gz", ".csv.zst"])
def test_compressed_tables_by_their_names(run, tmp_path, suffix):
    table = "x1,x2\n1,0\n".replace(",", "\t" if "tsv" in suffix else ",").encode()
    pack = pa.Codec("zstd").compress if "zst" in suffix else gzip.compress
    (tmp_path / f"t{suffix}").write_bytes(bytes(pack(table)))
    assert good(run("eval", XOR, "--input", f"t{suffix}")) == "y\n1\n"
    assert good(run("eval", XOR, "--input", f"t{suffix}", "--row", "1")) == "y\n1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1e400", "1e400 is too large for a double"),
        ("1_000", "'1_000' is not a number; write nothing between the thousands: 1000"),
        ("0x10", "'0x10' is not a number; write it as a decimal: 16"),
        ("1,5", "'1,5' is not a number; write a decimal point: 1.5"),
        ("", "the cell is empty; a number belongs there"),
        ("١", "'١' is not a number; write it with the digits 0 to 9"),
    ],
)
def test_numbers_of_the_command_line_follow_the_rules_of_cells(run, text, message):
    done = run("eval", XOR, "--set", f"x1={text}", "--set", "x2=0")
    assert error(done) == f"--set x1={text}: {message}"


def test_nan_and_infinity_typed_by_hand_are_told(run):
    done = run("eval", XOR, "--set", "x1=nan", "--set", "x2=0")
    assert (good(done), done.stderr) == ("y\nnan\n", "Note: x1 is NaN or infinite.\n")
    done = run("eval", XOR, "--set", "x1=inf", "--set", "x2=-inf")
    assert (good(done), done.stderr) == ("y\nnan\n", "Note: x1, x2 are NaN or infinite.\n")
    done = run("eval", XOR, "--set", "x1=1e308", "--set", "x2=1e308")
    assert done.stderr == ('Note: NaN is born of finite inputs, first in node "y".\n'), done.stdout
