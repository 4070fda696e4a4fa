"""`deepgraph eval` as real processes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import deepgraph
from deepgraph.spec import gallery
from tests.support import peak
from tests.support.outcome import error, good
from tests.support.strategies import GALLERY, SPECS, same

XOR = SPECS / "xor.json"
TABLE = "x1,x2,key\n0,0,a\n0,1,b\n1,0,c\n1,1,d\n"
OPEN = {
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w"}],
}


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


# --- what comes out -----------------------------------------------------------------------------


def test_a_table_from_standard_input_to_standard_output(run):
    done = run("eval", XOR, "--input", "-", stdin=TABLE)
    assert good(done) == "y\n0\n1\n1\n0\n"
    assert done.stderr == ""


def test_a_spec_from_standard_input(run, tmp_path):
    (tmp_path / "t.csv").write_text(TABLE)
    assert good(run("eval", "-", "--input", "t.csv", stdin=XOR.read_bytes())) == "y\n0\n1\n1\n0\n"
    assert (
        good(run("eval", "-", "--set", "x1=1", "--set", "x2=0", stdin=XOR.read_bytes())) == "y\n1\n"
    )
    assert error(run("eval", "-", "--input", "t.csv", stdin="{}")) == (
        'standard input:1:1: $.deepgraph: missing; write "deepgraph": 1'
    )


def test_one_row_by_hand(run):
    arguments = ("eval", SPECS / "deep_state.json", "--set", "x=1/2", "--pre-activations")
    assert rows(good(run(*arguments, "--nodes", "h1,h2")))[0] == ["z(h1)", "h1", "z(h2)", "h2"]
    assert rows(good(run(*arguments, "--nodes", "h2")))[1] == ["-1.275", "0"]
    line = json.loads(good(run(*arguments, "--format", "jsonl")))
    assert line == pytest.approx({"z(y)": 0.4872175, "y": 0.4872175}, abs=1e-15)


def test_a_row_of_a_table(run, tmp_path):
    (tmp_path / "t.csv").write_text(TABLE)
    assert good(run("eval", XOR, "--input", "t.csv", "--row", "2")) == "y\n1\n"
    assert error(run("eval", XOR, "--input", "t.csv", "--row", "5")) == (
        "t.csv: there is no row 5; the table has 4"
    )


def test_set_and_table_print_the_same_text(run):
    x = "0.1234567890123456789"
    single = good(run("eval", SPECS / "statquest_dosage.json", "--set", f"x={x}", "--nodes", "all"))
    whole = run(
        "eval", SPECS / "statquest_dosage.json", "--input", "-", "--nodes", "all", stdin=f"x\n{x}\n"
    )
    if whole.returncode:  # the input of this spec has another name
        pytest.fail(whole.stderr)
    assert single == good(whole)


def test_columns_in_any_order_by_other_names_and_kept_ones(run):
    table = "key;b;a\nr;1;0\ns;1;1\n"
    done = run(
        "eval", XOR, "--input", "-", "--delimiter", ";", "--column", "x1=a", "--column", "x2=b",
        "--keep", "key", "--keep", "b", stdin=table,
    )  # fmt: skip
    assert rows(good(done)) == [["key", "b", "y"], ["r", "1", "1"], ["s", "1", "0"]]


@pytest.mark.parametrize("name", ["t.tsv", "t.tab"])
def test_a_suffix_names_the_format(run, tmp_path, name):
    (tmp_path / name).write_text(TABLE.replace(",", "\t"))
    assert good(run("eval", XOR, "--input", name)) == "y\n0\n1\n1\n0\n"


def test_parquet_in_and_out(run, tmp_path):
    pq.write_table(
        pa.table({"x1": [0, 1], "x2": [1, 1], "key": ["a", "b"]}), tmp_path / "t.parquet"
    )
    good(run("eval", XOR, "--input", "t.parquet", "--keep", "key", "-o", "o.parquet"))
    assert pq.read_table(tmp_path / "o.parquet").to_pydict() == {"key": ["a", "b"], "y": [1, 0]}
    piped = run("eval", XOR, "--input", "-", "--input-format", "parquet",
                stdin=(tmp_path / "t.parquet").read_bytes())  # fmt: skip
    assert good(piped) == "y\n1\n0\n"
    good(run("eval", XOR, "--set", "x1=1", "--set", "x2=0", "-o", "one.parquet"))
    assert pq.read_table(tmp_path / "one.parquet").to_pydict() == {"y": [1.0]}


def test_json_lines(run, tmp_path):
    good(run("eval", XOR, "--input", "-", "--keep", "key", "-o", "o.jsonl", stdin=TABLE))
    lines = (tmp_path / "o.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines][1] == {"key": "b", "y": 1.0}
    done = run("eval", XOR, "--input", "-", "--format", "jsonl", stdin="x1,x2\nnan,1\n")
    assert json.loads(good(done)) == {"y": "NaN"}


def test_accuracy(run):
    done = run("eval", SPECS / "iris.json", "--input", SPECS / "iris.csv", "--target", "species")
    header, *found = rows(good(done))
    assert header[0] == "species"
    assert header[-1] == "prediction"
    hits = sum(row[0] == row[-1] for row in found)
    lines = done.stderr.splitlines()
    assert lines[:2] == [
        f"accuracy {hits / 150:.4g} ({hits} of 150 rows)",
        "cross_entropy 0.04762",
    ]
    told = [[int(cell) for cell in line.split()[1:]] for line in lines[3:]]
    assert lines[2].split() == [
        *["true", "\\", "predicted"],
        *["setosa", "versicolor", "virginica"],
    ]
    assert sum(map(sum, told)) == 150
    assert sum(told[k][k] for k in range(3)) == hits
    stated = next(
        e for e in json.loads((SPECS / "iris.json").read_text())["examples"] if "accuracy" in e
    )
    assert hits / 150 == pytest.approx(stated["accuracy"], abs=0.005)


def test_notes_go_to_standard_error(run):
    done = run("eval", XOR, "--input", "-", stdin="x1,x2\n1,1\ninf,0\nnan,1\n")
    assert good(done).startswith("y\n0\n")
    assert done.stderr == (
        'Note: 2 input values are NaN or infinite, the first in row 2, input "x1".\n'
    )


def test_uninitialised_values(run, tmp_path):
    (tmp_path / "open.json").write_text(json.dumps(OPEN))
    assert error(run("eval", "open.json", "--set", "x=1")).startswith("w has no value. Write the")
    seeded = good(run("eval", "open.json", "--set", "x=1", "--seed", "3"))
    assert seeded == good(run("eval", "open.json", "--input", "-", "--seed", "3", stdin="x\n1\n"))
    assert seeded != good(run("eval", "open.json", "--set", "x=1", "--seed", "4"))
    assert seeded != good(run("eval", "open.json", "--set", "x=1", "--seed", "3", "--init", "he"))


def test_zero_rows_are_a_header(run, tmp_path):
    assert good(run("eval", XOR, "--input", "-", "--keep", "k", stdin="x1,x2,k\n")) == "k,y\n"
    good(run("eval", XOR, "--input", "-", "-o", "o.parquet", stdin="x1,x2\n"))
    assert pq.read_table(tmp_path / "o.parquet").num_rows == 0


def test_nodes_by_names_with_commas(run, tmp_path):
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            *({"id": name} for name in ("a", "b", "a,b", "all")),
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            *({"source": "x", "target": n, "weight": w}
              for n, w in (("a", 1), ("b", 2), ("a,b", 3), ("all", 4))),
            *({"source": n, "target": "y"} for n in ("a", "b", "a,b", "all")),
        ],
    }  # fmt: skip
    (tmp_path / "s.json").write_text(json.dumps(spec))

    def values(*nodes):
        options = [text for name in nodes for text in ("--nodes", name)]
        return rows(good(run("eval", "s.json", "--set", "x=1", *options)))

    assert values("a,b") == [["a,b"], ["3"]]
    assert values("a", "b", "a,b") == [["a", "b", "a,b"], ["1", "2", "3"]]
    assert values("y,b", "a,b") == [["y", "b", "a,b"], ["10", "2", "3"]]
    assert values("all") == [["all"], ["4"]]


# --- the same bits ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_text_has_the_bits_of_the_trace(run, path):
    net = deepgraph.load(path)
    table = path.with_suffix(".csv")
    with table.open(newline="") as stream:
        given = list(csv.DictReader(stream))
    X = np.array([[float(row[name]) for name in net.input_names] for row in given])
    trace = net.trace(X)
    done = run("eval", path, "--input", table, "--nodes", "all", "--pre-activations", "--exact")
    header, *found = rows(good(done))
    columns = dict(zip(header, np.array(found, np.float64).T, strict=True))
    computed = {name for node, name in enumerate(net.ids) if net.has_z(node)}
    assert header == [
        text for name in net.ids for text in ([f"z({name})", name] if name in computed else [name])
    ]
    assert all(same(columns[name], trace[name]) for name in net.ids)
    assert all(same(columns[f"z({name})"], trace.pre_activation(name)) for name in computed)


@pytest.mark.parametrize(
    ("species", "told"),
    [
        (["rose"], '"rose" (row 1) in "species" is no output; '),
        (["rose", "elm"], '"rose" (row 1) and 1 other text in "species" are no outputs; '),
        (["rose", "elm", "oak"], '"rose" (row 1) and 2 other texts in "species" are no outputs; '),
    ],
)
def test_classes_that_are_no_outputs_are_told(run, species, told):
    header, first, *_ = (SPECS / "iris.csv").read_text().splitlines()
    lines = [header, *(first.replace("setosa", name) for name in species), first]
    table = "\n".join(lines) + "\n"
    arguments = ("--input", "-", "--target", "species")
    done = run("eval", SPECS / "iris.json", *arguments, stdin=table)
    assert done.stderr.startswith(f"Note: {told}the outputs are setosa, versicolor, virginica.")


def test_one_row_needs_no_engine(run):
    done = run("eval", XOR, "--set", "x1=0", "--set", "x2=1", "-v", "--engine", "numba")
    assert good(done) == "y\n1\n"
    assert done.stderr == "one row, computed node by node: no engine, and one thread\n"


@pytest.mark.parametrize("inputs", [("--set", "x1=0", "--set", "x2=1"), ("--input", "-")])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_inputs_and_biases_have_no_z(run, inputs, form):
    options = ("--nodes", "x1,b2,h1,y", "--pre-activations", "--format", form)
    out = good(run("eval", XOR, *inputs, *options, stdin="x1,x2\n0,1\n"))
    if form == "csv":
        assert out == "x1,b2,z(h1),h1,z(y),y\n0,-1,1,1,1,1\n"
    else:
        assert json.loads(out) == {"x1": 0, "b2": -1, "z(h1)": 1, "h1": 1, "z(y)": 1, "y": 1}


def test_float32_text_reads_back_as_float32(run):
    path = SPECS / "statquest_dosage.json"
    net = deepgraph.load(path)
    x = np.linspace(-1, 1, 50, dtype=np.float32)
    table = net.input_names[0] + "\n" + "\n".join(map(repr, x.astype(float).tolist())) + "\n"
    _, *found = rows(good(run("eval", path, "--input", "-", "--dtype", "float32", stdin=table)))
    assert same(np.array(found, np.float32), net(x[:, None], dtype=np.float32))


# --- what is wrong ------------------------------------------------------------------------------

SKIP = " (or leave such rows out: --on-error skip)"
MISTAKES = {
    "x1,x2\n0,0\n1,\n": (
        'standard input: row 2, column "x2": the cell is empty; a number belongs there' + SKIP
    ),
    "x1,x2\n0,0\n1,two\n": ("standard input: row 2, column \"x2\": 'two' is not a number" + SKIP),
    "x1,x2\n0,0\n1\n": ("standard input: row 2: 1 cell, and the header has 2" + SKIP),
    "x1;x2\n0;0\n": (
        'standard input: no column "x1" for the input "x1"; '
        "the header looks like 'x1;x2': try --delimiter ';'"
    ),
    "x1,z\n0,0\n": (
        'standard input: no column "x2" for the input "x2"; the columns are "x1", "z"; '
        "--column x2=HEADER names another"
    ),
    "": "standard input: no header; the first line names the columns",
}


@pytest.mark.parametrize(("table", "message"), MISTAKES.items())
def test_a_bad_table(run, tmp_path, table, message):
    done = run("eval", XOR, "--input", "-", "-o", "o.csv", stdin=table)
    assert error(done) == message
    assert done.stdout == ""
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("old", [None, "old"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_bad_row_far_down_leaves_nothing_half_written(run, tmp_path, suffix, old):
    """Several blocks are written before it is seen."""
    output = tmp_path / f"o.{suffix}"
    if old is not None:
        output.write_text(old)
    table = "x1,x2\n" + "0.5,0.25\n" * 300_000 + "1,x\n"
    done = run("eval", XOR, "--input", "-", "-o", output.name, stdin=table)
    assert error(done) == ("standard input: row 300,001, column \"x2\": 'x' is not a number" + SKIP)
    assert os.listdir(tmp_path) == ([output.name] if old is not None else [])
    assert old is None or output.read_text() == old


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nowhere.json", "--set", "x=1"), 1, "nowhere.json: no such file"),
        ((".", "--set", "x=1"), 1, ".: this is a folder; name a file in it"),
        ((XOR,), 2, "give the inputs: --input FILE, or --set x1=0 --set x2=0"),
        ((XOR, "--input", "nowhere.csv"), 1, "nowhere.csv: no such file"),
        ((XOR, "--set", "x1=1"), 1, "no value for the input x2; given: x1"),
        (
            (XOR, "--set", "x1=1", "--set", "x2=1", "--set", "q=2"),
            1,
            "no input is named q; known: x1, x2",
        ),
        ((XOR, "--set", "x1=1", "--set", "x2=a"), 1, "--set x2=a: 'a' is not a number"),
        ((XOR, "--set", "x1=1", "--set", "x2=1_0"), 1, "--set x2=1_0: '1_0' is not a number"),
        ((XOR, "--set", "x1=1", "--set", "x2=1/0"), 1, "--set x2=1/0: '1/0' is not a number"),
        ((XOR, "--set", "x1"), 2, "--set takes NAME=VALUE, got 'x1'"),
        ((XOR, "--set", "x1=1", "--set", "x1=2"), 2, "--set x1 is given twice"),
        ((XOR, "--set", "x1=1", "--input", "t.csv"), 2, "--set and --input exclude each other"),
        ((XOR, "--row", "1"), None, None),
        ((XOR, "--input", "t.csv", "-o", "o.xlsx"), 2, None),
        (
            (XOR, "--input", "t.csv", "-o", "no/o.csv"),
            1,
            "no/o.csv: cannot be written: there is no folder no; make it first",
        ),
        ((XOR, "--input", "t.csv", "-o", "."), None, None),
        (
            (XOR, "--input", "t.csv", "--nodes", "h1,q"),
            1,
            'no node is named "q"; known: "x1", "x2", "b1", "b2", "h1", "h2", "y"',
        ),
        ((XOR, "--input", "t.csv", "--column", "q=x"), 1, 'no input is named "q"; known: x1, x2'),
        (
            (XOR, "--input", "t.csv", "--keep", "q"),
            1,
            't.csv: no column "q" for --keep; the columns are "x1", "x2", "key"',
        ),
        (
            (XOR, "--input", "t.csv", "--keep", "kye"),
            1,
            't.csv: no column "kye" for --keep; did you mean "key"?',
        ),
        (
            (SPECS / "iris.json", "--input", SPECS / "iris.csv", "--target", "specis"),
            1,
            f'{SPECS / "iris.csv"}: no column "specis" for --target; did you mean "species"?',
        ),
        (
            (XOR, "--input", "t.csv", "--column", "x1=X2"),
            1,
            (
                't.csv: no column "X2" for the input "x1"; did you mean "x2"? '
                "--column x1=x2 takes it"
            ),
        ),
        (
            (XOR, "--input", "t.csv", "--nodes", "H1"),
            1,
            'no node is named "H1"; did you mean "h1"?',
        ),
        ((XOR, "--set", "X1=1", "--set", "x2=1"), 1, 'no input is named X1; did you mean "x1"?'),
        (
            (XOR, "--input", "t.csv", "--argmax"),
            1,
            (
                "a prediction is the largest of several outputs; this network has one, which names "
                'no classes: write "classes": ["no", "yes"] on it'
            ),
        ),
        (
            (XOR, "--input", "t.csv", "--delimiter", ";;"),
            2,
            "--delimiter is one ASCII character, no quote or line break; \\t is a tab",
        ),
        ((XOR, "--input", "t.csv", "--format", "xml"), 2, None),
        ((XOR, "--input", "t.csv", "--row", "0"), 2, None),
        (("-", "--input", "-"), 2, "the spec and the table cannot both be standard input"),
        ((), 2, None),
    ],
)
def test_mistakes(run, tmp_path, arguments, code, message):
    (tmp_path / "t.csv").write_text(TABLE)
    done = run("eval", *arguments)
    assert done.returncode in ((code,) if code is not None else (1, 2)), (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Error: " in done.stderr
    if message is not None:
        assert done.stderr.split("Error: ")[1].rstrip("\n") == message
    assert os.listdir(tmp_path) == ["t.csv"]


def test_help_and_version(run):
    assert "--pre-activations" in good(run("eval", "--help"))
    assert good(run("--version")) == f"deepgraph {deepgraph.__version__}\n"
    assert run("evil").returncode == 2


# --- processes and pipes ------------------------------------------------------------------------


def shell(command, tmp_path, **options):
    environment = {**os.environ, "DEEPGRAPH": f"{sys.executable} -W error -m deepgraph"}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
        **options,
    )


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_closed_pipe_ends_quietly(tmp_path, form):
    (tmp_path / "t.csv").write_text("x1,x2\n" + "0.5,0.25\n" * 300_000)
    done = shell(
        f"$DEEPGRAPH eval {XOR} --input t.csv --format {form} | head -c 4; exit ${{PIPESTATUS[0]}}",
        tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == {"csv": b"y\n0.", "jsonl": b'{"y"', "parquet": b"PAR1"}[form]


def test_a_closed_pipe_before_one_row(tmp_path):
    done = shell(
        f"$DEEPGRAPH eval {XOR} --set x1=1 --set x2=1 | true; exit ${{PIPESTATUS[0]}}", tmp_path
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_output_to_a_device_and_to_a_full_disk(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE)
    done = shell(f"$DEEPGRAPH eval {XOR} --input t.csv --format csv -o /dev/stdout | cat", tmp_path)
    assert (done.returncode, done.stdout) == (0, b"y\n0\n1\n1\n0\n"), done.stderr
    for form in ("csv", "jsonl", "parquet"):
        done = shell(f"$DEEPGRAPH eval {XOR} --input t.csv --format {form} -o /dev/full", tmp_path)
        assert done.returncode == 1
        assert done.stderr == b"Error: /dev/full: cannot be written: no space left on device\n"


def test_a_late_error_says_what_standard_output_holds(tmp_path):
    rows = 400_000
    (tmp_path / "t.csv").write_text("x1,x2\n" + "0,1\n" * rows + "0,one\n")
    done = shell(f"$DEEPGRAPH eval {XOR} --input t.csv | wc -l", tmp_path)
    lines = int(done.stdout) - 1  # of the header
    assert lines > 1000
    note, error = done.stderr.decode().splitlines()
    assert note == (
        f"Note: standard output holds {lines:,} rows already; with -o FILE a result "
        "is whole or not there"
    )
    assert error.startswith("Error: t.csv: row 400,001")
    done = shell(f"$DEEPGRAPH eval {XOR} --input t.csv -o r.csv; ls", tmp_path)
    assert done.stdout == b"t.csv\n"
    assert b"Note" not in done.stderr


posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes cannot be asked there")


def begin(*arguments, stdin=subprocess.PIPE):
    command = [sys.executable, "-W", "error", "-m", "deepgraph", "eval", XOR, "--input", "-"]
    return subprocess.Popen([*command, *arguments], stdin=stdin, stdout=subprocess.PIPE)


@posix
@pytest.mark.parametrize("threads", ["1", "2"])
def test_rows_of_a_slow_pipe_are_answered_before_the_next_ones_come(threads):
    with begin("--threads", threads) as process:
        process.stdin.write(b"x1,x2,time\n")
        for row in range(3):
            process.stdin.write(b"0,1,noon\n1,1,later\n")
            process.stdin.flush()
            if not row:
                assert process.stdout.readline() == b"y\n"
            assert [process.stdout.readline() for _ in range(2)] == [b"1\n", b"0\n"]
        process.stdin.close()
        assert process.stdout.read() == b""


@posix
def test_a_short_row_is_answered_at_once():
    with begin() as process:
        process.stdin.write(b"x1,x2\n0,1\n")  # shorter than the marks of files that are no text
        process.stdin.flush()
        assert [process.stdout.readline() for _ in range(2)] == [b"y\n", b"1\n"]
        process.stdin.close()


@posix
def test_no_row_is_lost_in_a_pipe_that_does_not_wait():
    """Such as a program shares that has set its end not to block."""
    taken, given = os.pipe()
    os.set_blocking(taken, False)
    with begin(stdin=taken) as process:
        os.close(taken)
        with open(given, "wb") as stream:
            stream.write(b"x1,x2\n")
            for _ in range(3):
                stream.write(b"0,1\n" * 5_000)
                stream.flush()
                time.sleep(0.2)
        assert process.stdout.read() == b"y\n" + b"1\n" * 15_000


def test_memory_is_flat_in_the_length_of_the_table(tmp_path):
    """The table comes through a pipe, made on the fly; the result goes nowhere."""
    peaks = {}
    for count in (200_000, 2_000_000):
        make = (
            "import sys; w = sys.stdout.write; w('x1,x2\\n'); "
            f"[w('0.123456,0.25\\n' * 1000) for _ in range({count // 1000})]"
        )
        done = shell(
            f'{sys.executable} -c "{make}" | '
            f"{sys.executable} {peak.__file__} $DEEPGRAPH eval {XOR} --input -",
            tmp_path,
        )
        assert done.returncode == 0, done.stderr
        peaks[count] = float(done.stdout)
    assert peaks[2_000_000] < peaks[200_000] + 40, peaks
    assert peaks[2_000_000] < 250, peaks


def test_memory_is_flat_in_the_length_of_a_parquet_table(tmp_path):
    """A single row group, which a reader might hold whole."""
    peaks = {}
    for count in (200_000, 4_000_000):
        values = np.random.default_rng(1).random((2, count))
        pq.write_table(
            pa.table({"x1": values[0], "x2": values[1]}),
            tmp_path / "t.parquet",
            row_group_size=count,
            use_dictionary=False,
        )
        command = f"$DEEPGRAPH eval {XOR} --input t.parquet -o o.parquet"
        done = shell(f"{sys.executable} {peak.__file__} {command}", tmp_path)
        assert done.returncode == 0, done.stderr
        peaks[count] = float(done.stdout)
    assert peaks[4_000_000] < peaks[200_000] + 50, peaks
    assert peaks[4_000_000] < 250, peaks


def test_a_classifier_of_raw_rows(run, tmp_path):
    """Raw values in the table, two classes of one output: every command takes it as it is."""
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "age", "kind": "input", "normalise": {"mean": 40, "scale": 10}},
            {"id": "b", "kind": "bias", "value": -0.2},
            {
                **{"id": "risk", "kind": "output", "activation": "sigmoid"},
                **{"classes": ["stays", "leaves"], "threshold": 0.4},
            },
        ],
        "edges": [
            {"source": "age", "target": "risk", "label": "w", "weight": 0.5},
            {"source": "b", "target": "risk"},
        ],
    }
    net, table = tmp_path / "net.json", tmp_path / "t.csv"
    net.write_text(json.dumps(spec))
    table.write_text("age,left\n45,leaves\n20,stays\n60,stays\n41,leaves\n")
    done = run("eval", net, "--input", table, "--target", "left")
    assert [line.split(",")[-1] for line in done.stdout.splitlines()[1:]] == [
        '"leaves"', '"stays"', '"leaves"', '"leaves"',
    ]  # fmt: skip
    assert done.stderr.startswith("accuracy 0.75 (3 of 4 rows)\n")
    one = run("eval", net, "--set", "age=20", "--nodes", "age,risk", "--pre-activations")
    assert one.stdout.splitlines()[0] == "z(age),age,z(risk),risk"
    assert one.stdout.splitlines()[1].startswith("20,-2,-1.2,0.2314")
    text = run("explain", net, "--set", "age=20").stdout
    assert "age = (z(age) − 40)/10 = (20 − 40)/10 = −2" in text
    assert "class = stays, as 0.2315 < 0.4" in text
    assert "leaves" in run("render", net, "--set", "age=45", "--format", "dot").stdout
    kinks = run("kinks", net, "--over", "age=0:80", "--pre-activations")
    assert (kinks.returncode, kinks.stderr) == (0, "")
    wrong = run("eval", net, "--input", table, "--target", "age")
    assert '"45" (row 1)' in wrong.stderr
    assert "are no classes; the classes are stays, leaves." in wrong.stderr


def test_a_kept_column_that_is_called_like_an_output(run, tmp_path):
    shutil.copy(gallery.path("xor"), tmp_path / "xor.json")
    (tmp_path / "t.csv").write_text("x1,x2,y\n0,1,7\n")
    done = run("eval", "xor.json", "--input", "t.csv", "--keep", "y")
    assert done.returncode == 1
    assert done.stderr == (
        'Error: two columns of the result would be named "y"; --rename y=y_given renames the one '
        "that is kept\n"
    )
    done = run("eval", "xor.json", "--input", "t.csv", "--keep", "y", "--rename", "y=y_given")
    assert list(csv.reader(done.stdout.splitlines())) == [["y_given", "y"], ["7", "1"]]
    done = run("eval", "xor.json", "--input", "t.csv", "--rename", "a=b")
    assert (
        done.stderr == 'Error: --rename: "a" is no column that is kept; name it with --keep too\n'
    )


def test_a_result_for_a_spreadsheet(run, tmp_path):
    shutil.copy(gallery.path("xor"), tmp_path / "xor.json")
    (tmp_path / "t.csv").write_text("x1,x2,=a\n0,1,@x\n0,1,-5\nx,1,=2\n")
    command = ("eval", "xor.json", "--input", "t.csv", "--keep", "=a", "--on-error", "skip")
    done = run(*command, "--errors", "bad.csv", "--spreadsheet-safe", "-o", "out.csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader((tmp_path / "out.csv").read_text().splitlines()))
    assert rows == [["'=a", "y"], ["'@x", "1"], ["-5", "1"]]
    done = run("eval", "xor.json", "--input", "t.csv", "--spreadsheet-safe", "-o", "out.jsonl")
    assert (done.returncode, "is for a CSV" in done.stderr) == (2, True)
    assert (
        run("eval", "xor.json", "--set", "x1=0", "--set", "x2=1", "--spreadsheet-safe").returncode
        == 0
    )


def test_sentinels_are_noted(run, tmp_path):
    shutil.copy(gallery.path("xor"), tmp_path / "xor.json")
    (tmp_path / "t.csv").write_text("x1,x2\n0,1\n1,-999\n0.5,0.25\n\n")
    done = run("eval", "xor.json", "--input", "t.csv")
    assert done.returncode == 0
    assert done.stderr == (
        'Note: 1 row of the input "x2" holds −999, far from the others (0.25 to 1), the first in '
        "row 2; if that marks a missing value, leave such rows out.\n"
    )


def test_decimal_commas(run, tmp_path):
    shutil.copy(gallery.path("xor"), tmp_path / "xor.json")
    (tmp_path / "t.csv").write_text("x1;x2\n0,0;1,0\n")
    done = run("eval", "xor.json", "--input", "t.csv", "--delimiter", ";", "--decimal", ",")
    assert (done.returncode, done.stdout) == (0, "y\n1\n")
    done = run("eval", "xor.json", "--input", "t.csv", "--delimiter", ";")
    assert "write a decimal point: 0.0" in done.stderr


def test_a_truth_table_without_a_file(run, tmp_path):
    over = ("--over", "x1=0,1", "--over", "x2=0,1")
    done = run("eval", SPECS / "xor.json", *over)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
    done = run("eval", SPECS / "xor.json", "--over", "x1=0:1:0.5", "--set", "x2=1", "-o", "r.jsonl")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert rows == [{"x1": 0, "y": 1}, {"x1": 0.5, "y": 0.5}, {"x1": 1, "y": 0}]
    done = run("eval", SPECS / "xor.json", "--over", "x1=0,1")
    assert done.returncode == 1
    assert done.stderr.endswith("which does not vary; give it with --set x2=0\n")
    done = run("eval", SPECS / "xor.json", *over, "--input", SPECS / "xor.csv")
    assert (done.returncode, "--over and --input exclude each other" in done.stderr) == (2, True)


def test_numbers_are_judged_too(run, tmp_path):
    """One output that tells no classes: the loss; a sigmoid: accuracy, loss and confusion."""
    done = run("eval", SPECS / "xor.json", "--input", SPECS / "xor.csv", "--target", "target_y")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "half_squared_error 0 (4 rows)\n"
    spec = json.loads((SPECS / "xor.json").read_text())
    del spec["examples"]
    spec["nodes"] = [
        node | {"activation": "sigmoid"} if node["id"] == "y" else node for node in spec["nodes"]
    ]
    (tmp_path / "s.json").write_text(json.dumps(spec))
    net = deepgraph.load(tmp_path / "s.json")
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    loss = net.loss(X, {"y": [0, 1, 1, 0]}, "cross_entropy")
    right = int(((net(X)[:, 0] >= 0.5) == [0, 1, 1, 0]).sum())
    done = run("eval", "s.json", "--input", SPECS / "xor.csv", "--target", "target_y")
    lines = done.stderr.splitlines()
    assert lines[:2] == [
        f"accuracy {right / 4:.4g} ({right} of 4 rows)",
        f"cross_entropy {loss:.4g}",
    ]
    assert [line.split() for line in lines[2:]] == [
        ["true", "\\", "predicted", "0", "1"],
        ["0", "0", "2"],
        ["1", "0", "2"],
    ]
    (tmp_path / "t.csv").write_text("x1,x2,t\n0,1,yes\n")
    done = run("eval", SPECS / "xor.json", "--input", "t.csv", "--target", "t")
    assert done.returncode == 1
    assert 'column "t" holds no numbers, and "y" tells no classes; write "classes"' in done.stderr


# --- examples of the spec -------------------------------------------------------------------------


def test_the_rows_of_an_example_and_its_loss(run):
    rows = run("eval", SPECS / "xor.json", "--example", "the truth table")
    assert (rows.stdout, rows.stderr) == ("x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "")
    one = run("eval", SPECS / "mazur.json", "--example", "the total error", "--nodes", "h1")
    assert one.stdout == "h1\n0.5932699921071872\n"
    assert one.stderr == "half_squared_error 0.298371109\n"
    piped = run("eval", "-", "--example", "1", "--row", "2", stdin=(SPECS / "xor.json").read_text())
    assert (piped.stdout, piped.stderr) == ("y\n1\n", "")


def test_an_example_about_a_table_is_that_table(run):
    whole = run("eval", SPECS / "iris.json", "--example", "all 150 flowers")
    typed = run("eval", SPECS / "iris.json", "--input", SPECS / "iris.csv", "--target", "species")
    assert (whole.stdout, whole.stderr) == (typed.stdout, typed.stderr)
    assert "accuracy 0.98 (147 of 150 rows)" in whole.stderr
    third = run("eval", SPECS / "iris.json", "--example", "1", "--row", "3")
    row = run("eval", SPECS / "iris.json", "--input", SPECS / "iris.csv", "--row", "3")
    assert third.stdout == row.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--example", "1", "--set", "x1=0"), 2, "--example and --set exclude each other"),
        (("--example", "1", "--over", "x1=0,1"), 2, "--example and --over exclude each other"),
        (("--example", "1", "--input", "a.csv"), 2, "--example and --input exclude each other"),
        (("--example", "2"), 1, 'there is no example "2"; the examples are "the truth table"'),
        (("--example", "1", "--row", "9"), 1, "has 4 rows, and no row 9"),
    ],
)
def test_an_example_that_does_not_fit(run, arguments, code, message):
    done = run("eval", SPECS / "xor.json", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_several_columns_of_numbers(run):
    """Loss over the named nodes; accuracy where all targets are levels of their nodes."""
    table = ("--input", SPECS / "half_adder.csv")
    both = ("--target", "carry=target_carry", "--target", "sum=target_sum")
    done = run("eval", SPECS / "half_adder.json", *table, *both)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "target_carry,target_sum,carry,sum"
    assert done.stderr == (
        "half_squared_error 0 (4 rows)\n"
        "accuracy 1 (4 of 4 rows, whose outputs are all on the right side)\n"
    )
    mazur = (SPECS / "mazur.json", "--input", SPECS / "mazur.csv")
    net = deepgraph.load(SPECS / "mazur.json")
    loss = net.loss({"i1": 0.05, "i2": 0.1}, {"o2": 0.99}, "half_squared_error")
    done = run("eval", *mazur, "--target", "o2=target_o2")
    assert done.stderr == f"half_squared_error {loss:.4g} (1 row)\n"
    wrong = {
        ("o3=target_o1", "o1=target_o1"): '--target o3=target_o1: there is no node "o3"',
        ("o1=target_o1", "x"): "--target x: several targets are NODE=COLUMN each",
        ("o1=target_o1", "o1=target_o2"): '--target: "o1" is given twice',
        ("o1=nothing",): f'{SPECS / "mazur.csv"}: no column "nothing" for --target',
    }
    for texts, message in wrong.items():
        options = [word for text in texts for word in ("--target", text)]
        done = run("eval", *mazur, *options)
        assert (done.returncode, message in done.stderr) == (1, True)
