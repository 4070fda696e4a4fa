"""`deepgraph eval` in parts: shards, kills at any moment, and the check at the end."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from tests.support.folders import data_in, make_tables
from tests.support.outcome import error, good, rows
from tests.support.strategies import SPECS

XOR = SPECS / "xor.json"
RUN = ("eval", XOR, "--input", "data", "-o", "out/")


@pytest.fixture
def folder(tmp_path):
    make_tables(tmp_path / "data", files=8, rows=40)
    return tmp_path


def test_a_folder_keeps_its_partitions(run, folder):
    good(run(*RUN, "--format", "parquet"))
    found = ds.dataset(folder / "out", partitioning="hive").to_table()
    assert found.num_rows == 8 * 40
    assert Counter(found["year"].to_pylist()) == {2020: 120, 2021: 120, 2022: 80}
    assert not (folder / "out" / "_deepgraph").exists()


def test_a_partition_is_a_column_that_can_be_kept_and_be_an_input(run, folder):
    good(run("eval", XOR, "--input", "data", "--keep", "year", "--keep", "k", "-o", "one.csv"))
    found = rows(folder / "one.csv")
    assert found[0] == ["year", "k", "y"]
    assert Counter(row[0] for row in found[1:]) == {"2020": 120, "2021": 120, "2022": 80}
    given = ("--input", "data/year=2021/part-01.csv", "--column", "x2=year", "--keep", "x1")
    good(run("eval", XOR, *given, "-o", "two.csv"))
    for x1, y in rows(folder / "two.csv")[1:]:
        h1, h2 = max(0, float(x1) + 2021), max(0, float(x1) + 2021 - 1)
        assert float(y) == h1 - 2 * h2


def test_shards_write_what_one_run_writes(run, folder):
    good(run("eval", XOR, "--input", "data", "-o", "whole/"))
    for number in (2, 3, 1):
        assert "out/: no result yet: " in error(run(*RUN, "--finish"))
        good(run(*RUN, "--shard", f"{number}/3"))
    assert data_in(folder / "out") == data_in(folder / "whole")
    assert not (folder / "out" / "_SUCCESS").exists()
    done = run(*RUN, "--finish")
    assert good(done) == ""
    assert done.stderr == "8 tables: 320 rows, 320 written, 0 left out; out/_SUCCESS\n"
    assert (folder / "out" / "_SUCCESS").read_bytes() == b""
    manifest = json.loads((folder / "out" / "_manifest.json").read_text())
    assert manifest["rows"] == {"read": 320, "written": 320, "rejected": 0}
    told = {entry["output"]["name"]: entry["output"]["sha256"] for entry in manifest["files"]}
    assert told == data_in(folder / "out")


def test_resume_does_what_lacks_and_no_more(run, folder):
    good(run(*RUN, "--resume"))
    good(run(*RUN, "--finish"))
    wanted = data_in(folder / "out")
    stamps = {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("*.csv")}
    done = run(*RUN, "--resume")
    assert (good(done), done.stderr) == ("", "Note: 8 of 8 tables have their results.\n")
    assert (folder / "out" / "_SUCCESS").exists()
    (folder / "out" / "year=2021" / "part-01.csv").unlink()
    assert error(run(*RUN, "--finish")) == (
        "out/: table or result has changed: 1 of 8 tables: "
        '"year=2021/part-01.csv"; make new results with --resume'
    )
    done = run(*RUN, "--resume")
    assert (good(done), done.stderr) == ("", "Note: 7 of 8 tables have their results.\n")
    assert not (folder / "out" / "_SUCCESS").exists()
    assert data_in(folder / "out") == wanted
    again = {path for path, stamp in stamps.items() if path.stat().st_mtime_ns != stamp}
    assert [path.name for path in again] == ["part-01.csv"]


def test_a_changed_input_is_noticed(run, folder):
    good(run(*RUN, "--resume"))
    changed = folder / "data" / "year=2020" / "part-00.csv"
    changed.write_text(changed.read_text()[:-2] + "9\n")
    assert '"year=2020/part-00.csv"' in error(run(*RUN, "--finish"))
    good(run(*RUN, "--resume"))
    good(run(*RUN, "--finish"))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (("--dtype", "float32"), "dtype 'float64', and here it is 'float32'"),
        (("--nodes", "h1,y"), "nodes None, and here it is ['h1', 'y']"),
        (("--on-error", "skip"), "on_error 'fail', and here it is 'skip'"),
    ],
)
def test_results_of_other_options_are_not_mixed(run, folder, changed, what):
    good(run(*RUN, "--shard", "1/2"))
    name = "out/year=2020/part-00.csv"
    message = f"{name} was made with {what}; name another folder, or empty this one"
    for part in (("--resume",), ("--shard", "2/2"), ("--finish",)):
        assert error(run(*RUN, *changed, *part)) == message


def test_results_of_another_spec_are_not_mixed(run, folder):
    spec = folder / "net.json"
    spec.write_text(XOR.read_text())
    arguments = ("eval", spec, *RUN[2:])
    good(run(*arguments, "--shard", "1/2"))
    spec.write_text(XOR.read_text().replace('"weight": 1}', '"weight": 1.5}', 1))
    before = data_in(folder / "out")
    for part in (("--shard", "2/2"), ("--shard", "2/2", "--resume")):
        message = error(run(*arguments, *part))
        assert "was made with another spec; name another folder, or empty this one" in message
    assert data_in(folder / "out") == before
    assert "was made with another spec" in error(run(*arguments, "--finish"))
    assert "was made with another spec" in error(run(*arguments, "--resume"))
    good(run(*arguments, "--shard", "1/2"))  # all that is there is made anew
    good(run(*arguments, "--shard", "2/2"))
    good(run(*arguments, "--finish"))


def test_a_plain_run_takes_the_records_away(run, folder):
    good(run(*RUN, "--resume"))
    good(run(*RUN, "--dtype", "float32"))
    assert "no result yet: 8 of 8 tables" in error(run(*RUN, "--finish"))


def test_files_that_are_no_results_are_noticed(run, folder):
    good(run(*RUN, "--resume"))
    (folder / "out" / "year=2020" / "old.csv").write_text("y\n1\n")
    assert error(run(*RUN, "--finish")) == (
        'out/: "year=2020/old.csv" in this folder is no result of these tables; whoever reads '
        "the folder would read them, too: take them away"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--shard", "0/3"),
         ("Invalid value for '--shard': 0/3: shards are counted from 1 to 3; of an index from 0, "
          "such as JOB_COMPLETION_INDEX, write $((INDEX + 1))")),
        (("--shard", "3"),
         "Invalid value for '--shard': '3' is no shard; write 3/24 for the third of 24"),
        (("--finish", "--resume"), "--finish checks a run that is done; drop --resume"),
        (
            ("--resume", "--input", "-"),
            "--resume needs files; standard input can be read only once",
        ),
        (("--resume", "-o", "r.csv"), "--resume needs a folder for the results: -o results/"),
        (("--resume", "--on-error", "skip", "--errors", "bad.csv"),
         ("--resume needs a folder for the lists of rows left out, one for each table: "
          "--errors bad.csv/")),
        (("--resume", "--on-error", "skip", "--errors", "out/"),
         "--errors and -o name the same file"),
    ],
)  # fmt: skip
def test_mistakes(run, folder, arguments, message):
    assert error(run(*RUN, *arguments), 2) == message
    assert not (folder / "out").exists()


# --- rows that are left out ---------------------------------------------------------------------


def test_every_bad_row_is_listed_and_counted(run, tmp_path):
    """One row in a hundred of 24 tables is bad; they are counted again from the files."""
    faulty = make_tables(tmp_path / "data", files=24, rows=300, bad=0.01, seed=5)
    assert len(faulty) > 50
    arguments = (*RUN, "--on-error", "skip", "--errors", "bad/", "--keep", "k")
    for number in range(1, 5):
        good(run(*arguments, "--shard", f"{number}/4"))
    done = run(*arguments, "--finish")
    good(done)
    listed = []
    for name in data_in(tmp_path / "bad"):
        with (tmp_path / "bad" / name).open(newline="") as lines:
            for row in csv.DictReader(lines):
                assert row["file"] == f"data/{name}"
                listed.append((name, int(row["row"]), row["column"], row["text"]))
                assert row["reason"]
    assert sorted(listed) == sorted(faulty)
    read = written = 0
    for name in data_in(tmp_path / "data"):
        kept = [row[2] for row in rows(tmp_path / "data" / name)[1:]]
        bad = {row for table, row, *_ in faulty if table == name}
        wanted = [k for row, k in enumerate(kept, 1) if row not in bad]
        assert [row[0] for row in rows(tmp_path / "out" / name)[1:]] == wanted
        read, written = read + len(kept), written + len(wanted)
    assert read == written + len(faulty)
    assert done.stderr.startswith(
        f"24 tables: {read:,} rows, {written:,} written, {len(faulty)} left out"
    )


def test_rows_that_are_lost_fail_the_end(run, folder):
    good(run(*RUN, "--resume"))
    record = folder / "out" / "_deepgraph" / "year=2020" / "part-00.csv.json"
    record.write_text(record.read_text().replace('"written": 40', '"written": 39'))
    assert error(run(*RUN, "--finish")) == (
        "internal error: year=2020/part-00.csv: 40 rows in the file, 39 in the result and 0 left "
        "out; please report this with the file"
    )


# --- kills --------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has neither forks nor SIGKILL")
def test_a_process_that_is_killed_at_any_moment_leaves_nothing_wrong(run, tmp_path):
    """Twenty times a run is killed and goes on; its end has the bytes of a run without a kill."""
    make_tables(tmp_path / "data", files=40, rows=300, bad=0.01)
    skip = ("--on-error", "skip", "--errors")
    good(run("eval", XOR, "--input", "data", "-o", "whole/", *skip, "badly/", "--resume"))
    wanted, listed = data_in(tmp_path / "whole"), data_in(tmp_path / "badly")
    arguments = [*map(str, RUN), *skip, "bad/", "--resume"]
    command = [sys.executable, "-m", "tests.support.killed", "3", "0.02", "out/**/*"]
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [*command, *arguments], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join([root, *sys.path])},
    )  # fmt: skip
    at_work = begun_anew = 0
    with process:
        for _ in range(20):
            process.stdin.write("\n")
            process.stdin.flush()
            at_work += json.loads(process.stdout.readline())
            there = data_in(tmp_path / "out")
            assert there.items() <= wanted.items()
            assert data_in(tmp_path / "bad").items() <= listed.items()
            for record in (tmp_path / "out" / "_deepgraph").rglob("*.csv.json"):
                told = json.loads(record.read_text())
                assert there[told["output"]["name"]] == told["output"]["sha256"]
            if there == wanted:
                begun_anew += 1
                shutil.rmtree(tmp_path / "out")
                shutil.rmtree(tmp_path / "bad")
    assert at_work >= 15
    assert begun_anew < 10  # so that most of them go on with what another one left
    good(run(*arguments))
    good(run(*arguments[:-1], "--finish"))
    assert data_in(tmp_path / "out") == wanted
    assert data_in(tmp_path / "bad") == listed


def test_a_run_on_this_machine_asks_no_network(folder):
    """No file system of Arrow is loaded, and nothing is connected to."""
    program = (
        "import sys\n"
        "def watch(event, arguments):\n"
        "    assert not event.startswith('socket.'), (event, arguments)\n"
        "    name = arguments[0] if event == 'import' else ''\n"
        "    assert name not in ('pyarrow.fs', 'pyarrow._s3fs', 'fsspec'), name\n"
        "sys.addaudithook(watch)\n"
        "from deepgraph.__main__ import main\n"
        "main()\n"
    )
    for arguments in (["--resume"], ["--finish"]):
        command = [sys.executable, "-c", program, *map(str, RUN), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, "Error" in done.stderr) == (0, False), done.stderr


def test_two_tables_do_not_share_a_list_of_rejects(run, tmp_path):
    """`t.csv` and `t.parquet` would both list their rows in `t.csv`."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/t.csv").write_text("x1,x2\n1,two\n")
    table = pa.table({"x1": [1.0], "x2": [0.0]})
    pq.write_table(table, tmp_path / "data/t.parquet")
    given = ("eval", SPECS / "xor.json", "--input", "data", "-o", "out/")
    done = run(*given, "--on-error", "skip", "--errors", "bad/")
    assert done.returncode == 2
    assert "would both be listed in bad/t.csv; rename one table" in done.stderr
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").glob("*.csv"))


def test_a_file_of_this_machine_is_named_by_its_path(run, tmp_path):
    """Otherwise nothing would keep a result from replacing the table that it is made of."""
    (tmp_path / "t.csv").write_text("x1,x2\n1,0\n")
    done = run("eval", SPECS / "xor.json", "--input", "t.csv", "-o", f"file://{tmp_path}/t.csv")
    assert done.returncode == 1
    assert "name a file of this machine by its path, without file://" in done.stderr
    assert (tmp_path / "t.csv").read_text() == "x1,x2\n1,0\n"
