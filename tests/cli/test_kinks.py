"""`deepgraph kinks` as a process."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from deepgraph.spec import gallery

if TYPE_CHECKING:
    from tests.cli.conftest import Run

DEEP = gallery.path("deep_state")
XOR = gallery.path("xor")
KINKS = ("-356/851", "-7/37", "64/173", "1432/2249")


def test_text(run: Run) -> None:
    done = run("kinks", DEEP, "--over", "x=-1:1", "--fractions")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "y over x from −1 to 1: 4 kinks",
        "        x              y        slope left       slope right  bends",
        " −356/851  151279/460000    −156177/100000     201243/100000  g2",
        "    −7/37         79/100     201243/100000                 0  h2",
        "   64/173         79/100                 0  −2328061/1000000  h1",
        "1432/2249    10979/65000  −2328061/1000000       11591/15625  g2",
    ]


def test_decimals_and_all_nodes(run: Run) -> None:
    done = run("kinks", DEEP, "--over", "x=-1:1", "--nodes", "all", "--precision", "3")
    blocks = done.stdout.split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        "h1 over x from −1 to 1: 1 kink",
        "h2 over x from −1 to 1: 1 kink",
        "g1 over x from −1 to 1: 2 kinks",
        "g2 over x from −1 to 1: 4 kinks",
        "y over x from −1 to 1: 4 kinks",
    ]
    assert blocks[0].splitlines()[2].split() == ["0.370", "0", "0", "1.73", "h1"]


def test_a_line_says_its_values_within_the_range(run: Run) -> None:
    done = run("kinks", DEEP, "--over", "x=1/2:0.6", "--fractions", "--nodes", "h1,h2")
    assert done.stdout.splitlines() == [
        "h1 over x from 1/2 to 3/5: no kinks, a line from 9/40 to 199/500 with slope 173/100",
        "",
        "h2 over x from 1/2 to 3/5: no kinks, a line from 0 to 0 with slope 0",
    ]


def test_json(run: Run) -> None:
    done = run("kinks", DEEP, "--over", "x=-1:1", "--json", "--fractions")
    found = json.loads(done.stdout)
    assert found["over"]["name"] == "x"
    [node] = found["nodes"]
    assert tuple(kink["position"] for kink in node["kinks"]) == KINKS
    assert [kink["bends"] for kink in node["kinks"]] == [["g2"], ["h2"], ["h1"], ["g2"]]
    pieces = node["pieces"]
    assert [piece["end"] for piece in pieces] == [*KINKS, "1"]
    end = Fraction(pieces[-1]["slope"]) + Fraction(pieces[-1]["intercept"])
    assert Fraction(node["last"]) == end
    decimals = json.loads(run("kinks", DEEP, "--over", "x=-1:1", "--json").stdout)
    assert [kink["position"] for kink in decimals["nodes"][0]["kinks"]] == [
        float(Fraction(text)) for text in KINKS
    ]


def test_csv(run: Run, tmp_path) -> None:
    done = run("kinks", DEEP, "--over", "x=-1:1", "-o", "k.csv", "--pre-activations", "--fractions")
    assert (done.returncode, done.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "k.csv").read_text())))
    assert tuple(row["position"] for row in rows) == KINKS
    assert {row["node"] for row in rows} == {"z(y)"}


def test_a_step_shows_three_values(run: Run, tmp_path) -> None:
    step = {"name": "step", "at_zero": 0.5}
    nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": step}]
    spec = {"deepgraph": 1, "nodes": nodes, "edges": [{"source": "x", "target": "y", "weight": 1}]}
    (tmp_path / "step.json").write_text(json.dumps(spec))
    lines = run("kinks", "step.json", "--over", "x=-1:1").stdout.splitlines()
    assert lines[1].split() == [
        "x",
        "left",
        "at",
        "right",
        "slope",
        "left",
        "slope",
        "right",
        "bends",
    ]
    assert lines[2].split() == ["0", "0", "0.5", "1", "0", "0", "y"]
    lines = run("kinks", "step.json", "--over", "x=0:1").stdout.splitlines()
    assert lines[0] == "y over x from 0 to 1: no kinks, and a jump at an end"
    assert lines[2].split() == ["0", "0.5", "1", "0", "y"]


def test_numbers_beyond_the_doubles(run: Run, tmp_path) -> None:
    nodes = [{"id": "x", "kind": "input"}, {"id": "h"}, {"id": "y", "kind": "output"}]
    nodes[1]["activation"] = "relu"
    edges = [{"source": s, "target": t, "weight": -1e308} for s, t in (("x", "h"), ("h", "y"))]
    spec = {"deepgraph": 1, "nodes": nodes, "edges": edges}
    (tmp_path / "huge.json").write_text(json.dumps(spec))
    lines = run("kinks", "huge.json", "--over", "x=-1:1").stdout.splitlines()
    assert lines[2].split() == ["0", "0", "∞", "0", "h"]
    found = json.loads(run("kinks", "huge.json", "--over", "x=-1:1", "--json").stdout)
    assert found["nodes"][0]["first"] == "-inf"
    exact = json.loads(
        run("kinks", "huge.json", "--over", "x=-1:1", "--json", "--fractions").stdout
    )
    assert exact["nodes"][0]["first"] == f"-{10**616}"


def test_a_segment_between_two_rows(run: Run, tmp_path) -> None:
    (tmp_path / "t.csv").write_text("x1,x2\n0,0\n5,5\n1,1\n")
    done = run("kinks", XOR, "--input", "t.csv", "--rows", "1:3", "--fractions")
    assert done.stdout.splitlines()[0].endswith("over t from 0 to 1: 1 kink")
    assert done.stdout.splitlines()[2].split()[0] == "1/2"
    piped = run(
        "kinks", XOR, "--input", "-", "--rows", "1:3", "--fractions", stdin="x1,x2\n0,0\n5,5\n1,1\n"
    )
    assert piped.stdout == done.stdout


def test_fixed_inputs(run: Run, tmp_path) -> None:
    typed = run("kinks", XOR, "--over", "x1=0:1", "--set", "x2=1/2", "--fractions")
    assert typed.stdout.startswith("y over x1 from 0 to 1, at x2 = 1/2: ")
    assert typed.stdout.splitlines()[2].split()[0] == "1/2"
    (tmp_path / "t.csv").write_text("x1,x2\n9,0.5\n")
    row = run("kinks", XOR, "--over", "x1=0:1", "--input", "t.csv", "--row", "1", "--fractions")
    assert (row.returncode, row.stdout) == (0, typed.stdout)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((DEEP,), 2, "say which input varies, --over x=-1:1"),
        ((DEEP, "--over", "x=1"), 2, "--over takes ID=FROM:TO, such as x=-1:1; got x=1"),
        ((DEEP, "--over", "x"), 2, "--over takes ID=FROM:TO, such as x=-1:1; got x"),
        ((DEEP, "--over", "x=0:1", "--over", "x=0:2"), 2, "--over x is given twice"),
        ((XOR, "--over", "x1=0:1", "--over", "x2=0:2"), 2, "--over takes one input"),
        ((DEEP, "--over", "x=1:-1"), 1, "the range of x is from 1 to -1: nothing lies between"),
        ((DEEP, "--over", "x=a:1"), 1, "the range of x: 'a' is not a finite number"),
        ((DEEP, "--over", "q=0:1"), 1, 'no input is named "q"; known: x'),
        ((XOR, "--over", "x1=0:1"), 1, "no value for the input x2"),
        ((DEEP, "--over", "x=0:1", "--set", "x=1"), 1, "the input x has a range, and a value"),
        ((DEEP, "--over", "x=0:1", "--nodes", "h9"), 1, 'no node or stage is named "h9"'),
        (
            (DEEP, "--over", "x=-1:1", "--limit", "3"),
            1,
            "g2 has 5 pieces, more than the limit of 3",
        ),
        ((DEEP, "--over", "x=-1:1", "--json", "--format", "csv"), 2, "exclude each other"),
        ((DEEP, "--over", "x=-1:1", "-o", "k.png"), 2, "name a format with --format"),
        ((DEEP, "--over", "x=0:1", "--input", "xor.csv"), 2, "here all of them vary: leave it out"),
        ((DEEP, "--rows", "1:2"), 2, "--rows needs a table: --input FILE"),
        ((DEEP, "--rows", "1:2", "--over", "x=0:1"), 2, "--rows gives all inputs"),
        ((XOR, "--input", "xor.csv", "--rows", "0:2"), 2, "--rows takes two rows M:N"),
        ((XOR, "--input", "xor.csv", "--rows", "1:9"), 1, "there is no row 9; the table has 4"),
        (
            (gallery.path("mazur"), "--over", "i1=0:1", "--set", "i2=0"),
            1,
            "h1 is sigmoid, which is not piecewise linear",
        ),
    ],
)
def test_errors(run: Run, tmp_path, arguments: tuple, code: int, message: str) -> None:
    (tmp_path / "xor.csv").write_bytes(gallery.table("xor").read_bytes())
    done = run("kinks", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
