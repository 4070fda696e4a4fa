"""`deepgraph eval` over many tables: one result, or one in a folder for each."""

from __future__ import annotations

import csv
import gzip
import os
import re
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.outcome import error, good, rows
from tests.support.strategies import SPECS

XOR = SPECS / "xor.json"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "b1.csv").write_text("x1,x2,k\n0,0,b\n0,1,c\n")
    (tmp_path / "data" / "b2.csv").write_text("k,x2,x1\nd,0,1\n")
    (tmp_path / "a.csv").write_text("x1,x2,k\n1,1,a\n")
    pq.write_table(pa.table({"x1": [1.0], "x2": [0.0], "k": ["p"]}), tmp_path / "p.parquet")
    return tmp_path


SKIPPED = ("--on-error", "skip", "--errors")
ALL = [["k", "y"], ["a", "0"], ["b", "0"], ["c", "1"], ["d", "1"]]


def test_files_and_patterns_become_one_table_in_their_order(run, folder):
    arguments = ("--keep", "k", "-o", "o.csv", "-v", "--threads", "2")
    done = run("eval", XOR, "--input", "a.csv", "--input", "data/b*.csv", *arguments)
    assert good(done) == ""
    assert rows(folder / "o.csv") == ALL
    *tables, total, speed = done.stderr.splitlines()
    assert tables == [
        "a.csv: 1 row, 1 written, 0 left out",
        "data/b1.csv: 2 rows, 2 written, 0 left out",
        "data/b2.csv: 1 row, 1 written, 0 left out",
    ]
    assert total == "3 tables: 4 rows, 4 written, 0 left out"
    assert speed.startswith("engine numpy: ")
    assert " 4 rows in " in speed
    shell = run(
        "eval", XOR, "--keep", "k", "--input", "a.csv", "data/b1.csv", "data/b2.csv"
    )  # as a shell fills in a pattern
    assert list(csv.reader(good(shell).splitlines())) == ALL


def test_a_folder_takes_a_result_for_each(run, folder):
    good(run("eval", XOR, "--input", "**/*.csv", "--input", "p.parquet", "-o", "new/results/"))
    assert sorted(os.listdir(folder / "new" / "results")) == [
        "a.csv", "b1.csv", "b2.csv", "p.parquet",
    ]  # fmt: skip
    assert rows(folder / "new" / "results" / "b1.csv") == [["y"], ["0"], ["1"]]
    assert pq.read_table(folder / "new/results/p.parquet").to_pydict() == {"y": [1.0]}
    good(run("eval", XOR, "--input", "p.parquet", "-o", "new", "--format", "jsonl"))
    assert (folder / "new" / "p.jsonl").read_text() == '{"y": 1.0}\n'


def test_rows_that_are_left_out_are_listed_with_their_file(run, folder):
    (folder / "data" / "b2.csv").write_text("x1,x2\n1,NA\n1,0\n,\n")
    done = run(
        "eval", XOR, "--input", "data/*.csv", "-o", "o.csv",
        "--on-error", "skip", "--errors", "bad.csv",
    )  # fmt: skip
    assert good(done) == ""
    assert rows(folder / "o.csv") == [["y"], ["0"], ["1"], ["1"]]
    assert [row[:3] for row in rows(folder / "bad.csv")] == [
        ["file", "row", "column"], ["data/b2.csv", "1", "x2"], ["data/b2.csv", "3", "x1"],
    ]  # fmt: skip
    assert done.stderr == (
        "Note: data/b2.csv: 2 of 3 rows left out, the first: row 1, column \"x2\": 'NA' is not a "
        "number; a missing value has to be filled in. bad.csv lists them.\n"
        "2 tables: 5 rows, 3 written, 2 left out\n"
    )


def test_accuracy_over_all_tables_and_notes_of_each(run, folder):
    given = (SPECS / "iris.csv").read_text()
    (folder / "i1.csv").write_text(given)
    (folder / "i2.csv").write_text("".join(given.splitlines(keepends=True)[:51]))
    spec = SPECS / "iris.json"
    done = run("eval", spec, "--input", "i?.csv", "--target", "species", "-o", "o.csv")
    good(done)
    hits = sum(row[0] == row[-1] for row in rows(folder / "o.csv")[1:])
    lines = done.stderr.splitlines()
    assert lines[0] == f"accuracy {hits / 200:.4g} ({hits} of 200 rows)"
    told = [[int(cell) for cell in line.split()[1:]] for line in lines[3:]]
    assert (sum(map(sum, told)), sum(told[k][k] for k in range(3))) == (200, hits)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--input", ""), 2, "--input names no file: its text is empty"),
        (("--input", "no*.csv"), 1, "no*.csv: no file matches"),
        (("--input", "a.csv", "--input", "?.csv"), 2,
         "a.csv is named twice; its rows would be there twice"),
        (("--input", "empty"), 1,
         ("empty: no table (.csv, .txt, .tsv, .tab, .parquet, .pq) in this folder; "
          "--input-format csv takes every file")),
        (("--input", "data", "-o", "data/results/"), 2,
         ("data/results/ lies in data, whose tables are read: the next run would read these "
          "results, too; name another folder")),
        (("--input", "data/*.csv", "-o", "data"), 2,
         "data/b1.csv is a table that is read; name another folder for the results"),
        (("--input", "a.csv", "--input", "other/a.csv", "-o", "r/"), 2,
         ("a.csv and other/a.csv would both become r/a.csv; name a folder for each, or with "
          "--input the folder that holds both")),
        (("--input", "*.csv", "--input", "data/*.csv", "--row", "1"), 2,
         "--row takes a row of one table"),
        (("--input", "*.csv", "--input", "data/*.csv", "--keep", "x1", "-o", "a.csv"), 2,
         "a.csv is a table that is read; name another file with -o"),
        ((*SKIPPED, "./a.csv", "--input", "a.csv", "-o", "o.csv"), 2,
         "./a.csv is a table that is read; name another file with --errors"),
        ((*SKIPPED, "other/b1.csv", "--input", "data/*.csv", "-o", "other"), 2,
         ("other/b1.csv lies in other/: whoever reads the results would read the lists, too; name "
          "another folder")),
        (("--input", "data/*.csv", "--keep", "z", "-o", "r/"), 1,
         'data/b1.csv: no column "z" for --keep; the columns are "x1", "x2", "k"'),
        (("--input", "data/*.csv", "--keep", "k,x1", "-o", "r/"), 1,
         'data/b1.csv: no column "k,x1" for --keep; say --keep k --keep x1'),
        (("--input", "a.csv", "--input", "data/b1.csv", "--set", "x1=1"), 2,
         "--set and --input exclude each other"),
        (("--set", "x1=1", "-v", "x2=1"), 2, "x2=1 is read as a table; say --set x2=1"),
        (("--input", "data/*.csv", "-o", "r"), 2,
         ("r: end it in a slash for a folder with a result for each table, or in a suffix for one "
          "result, r.csv")),
        (("--input", "data/b1.cvs"), 1, 'data/b1.cvs: no such file; did you mean "data/b1.csv"?'),
        (("--input", "dat/b1.csv"), 1, "dat/b1.csv: no such file: there is no folder dat"),
        (("--input", "a.csv", "-o", "a.csv/"), 1,
         "a.csv/: this is a file; name another folder for the results"),
    ],
)  # fmt: skip
def test_mistakes(run, folder, arguments, code, message):
    (folder / "other").mkdir()
    (folder / "other" / "a.csv").write_text("x1,x2\n0,0\n")
    (folder / "empty").mkdir()
    (folder / "empty" / "notes.md").write_text("none")
    before = sorted(os.listdir(folder))
    assert error(run("eval", XOR, *arguments), code) == message
    assert sorted(os.listdir(folder)) == before


def test_the_tables_before_a_bad_one_are_done(run, folder):
    (folder / "data" / "b2.csv").write_text("x1,x2\n1,two\n")
    message = error(run("eval", XOR, "--input", "data/*.csv", "-o", "r/"))
    assert message == (
        "data/b2.csv: row 1, column \"x2\": 'two' is not a number "
        "(or leave such rows out: --on-error skip)"
    )
    assert os.listdir(folder / "r") == ["b1.csv"]


def test_results_that_stay_keep_the_list_of_what_they_lack(run, folder):
    (folder / "data" / "b1.csv").write_text("x1,x2\n1,two\n1,0\n")
    (folder / "data" / "b2.csv").write_text("x1,z\n1,two\n")
    for output, made in (("r/", ["bad.csv", "r"]), ("o.csv", [])):
        before = set(os.listdir(folder))
        done = run("eval", XOR, "--input", "data/*.csv", "-o", output, *SKIPPED, "bad.csv")
        assert error(done).startswith('data/b2.csv: no column "x2"')
        assert sorted(set(os.listdir(folder)) - before) == made
        if made:
            assert rows(folder / "r" / "b1.csv") == [["y"], ["1"]]
            assert [row[:3] for row in rows(folder / "bad.csv")[1:]] == [["data/b1.csv", "1", "x2"]]
            (folder / "bad.csv").unlink()


def test_engines_are_named(run, folder):
    done = run("eval", XOR, "--input", "a.csv", "--engine", "numpy", "--exact", "-v")
    assert good(done) == "y\n0\n"
    assert done.stderr.startswith("engine numpy: ")


def told_rows(done):
    """The estimate that the choice of the engine went by."""
    assert done.returncode == 0, done.stderr
    found = re.search(r"engine numpy: about ([\d,]+) rows × 8 edges are not worth", done.stderr)
    assert found, done.stderr
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("cell", ["0", "lorem ipsum " * 9])
def test_rows_are_estimated_by_what_a_file_holds(run, tmp_path, cell):
    """Long and short lines, packed or not, and Parquet by what it says."""
    count = 300_000
    text = "x1,x2,k\n" + "".join(f"{i / 7:.5f},1,{cell}\n" for i in range(count))
    (tmp_path / "t.csv").write_text(text)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(text.encode(), 1))
    columns = {"x1": [i / 7 for i in range(count)], "x2": [1] * count, "k": [cell] * count}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    quiet = ("-o", "o.parquet", "-v")
    assert told_rows(run("eval", XOR, "t.csv", *quiet)) == pytest.approx(count, rel=0.1)
    assert told_rows(run("eval", XOR, "t.csv.gz", *quiet)) == pytest.approx(count, rel=0.5)
    assert told_rows(run("eval", XOR, "t.parquet", *quiet)) == count


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_rows_of_a_short_file_are_counted(run, tmp_path, end):
    (tmp_path / "t.csv").write_text("x1,x2\n0,1\n1,1" + end)
    assert told_rows(run("eval", XOR, "t.csv", "-v")) == 2
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"x1,x2\n0,1\n1,1\n1,0" + end.encode()))
    assert told_rows(run("eval", XOR, "t.csv.gz", "-v")) == 3


def test_nobody_looks_into_a_pipe_beforehand(run, folder):
    os.mkfifo(folder / "pipe.csv")
    writer = subprocess.Popen(["cp", folder / "a.csv", folder / "pipe.csv"])
    done = run("eval", XOR, "pipe.csv", "-v")
    writer.wait()
    assert good(done) == "y\n0\n"
    assert done.stderr.startswith("engine numpy: the default; ")


@pytest.mark.parametrize("output", [("-o", "o.csv"), ()])
def test_a_folder_of_errors_takes_a_list_for_each_table_of_one_result(run, folder, output):
    (folder / "a.csv").write_text("x1,x2,k\n1,two,a\n0,1,b\n,1,c\n")
    given = ("--input", "data", "a.csv", "--keep", "k", *SKIPPED, "bad/", *output)
    done = run("eval", XOR, *given)
    good(done)
    written = rows(folder / "o.csv") if output else list(csv.reader(done.stdout.splitlines()))
    assert written == [["k", "y"], ["b", "0"], ["c", "1"], ["d", "1"], ["b", "1"]]
    assert sorted(path.name for path in (folder / "bad").iterdir()) == ["a.csv", "b1.csv", "b2.csv"]
    assert [row[:4] for row in rows(folder / "bad" / "a.csv")] == [
        ["file", "row", "column", "text"], ["a.csv", "1", "x2", "two"], ["a.csv", "3", "x1", ""],
    ]  # fmt: skip
    assert len(rows(folder / "bad" / "b1.csv")) == 1
    assert "2 of 3 rows left out" in done.stderr
    assert "bad/ lists them." in done.stderr


def test_lists_of_a_folder_are_closed_with_their_tables(tmp_path, run):
    """A thousand tables do not need a thousand open files."""
    (tmp_path / "data").mkdir()
    for number in range(300):
        (tmp_path / "data" / f"{number}.csv").write_text("x1,x2\n0,one\n")
    command = f'ulimit -n 100; "{sys.executable}" -m deepgraph eval "{XOR}" --input data -o o.csv '
    done = subprocess.run(
        [*["sh", "-c"], command + "--on-error skip --errors bad/"], cwd=tmp_path, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "bad").iterdir())) == 300


def test_rows_that_are_typed_are_not_left_out(run, folder):
    done = error(run("eval", XOR, "--over", "x1=0:1:3", "--set", "x2=1", *SKIPPED, "bad.csv"), 2)
    assert "--on-error" in done
    assert not (folder / "bad.csv").exists()
