"""`deepgraph jacobian` as a process."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import deepgraph
from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

IRIS, XOR, DEEP = (gallery.path(name) for name in ("iris", "xor", "deep_state"))


def test_at_a_point_it_is_a_matrix(run: Run) -> None:
    done = run("jacobian", IRIS, "--example", "flower 71")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        (
            "∂output/∂input at sepal_length = 5.9, sepal_width = 3.2, petal_length = 4.8, "
            "petal_width = 1.8"
        ),
        "",
        "            sepal_length  sepal_width  petal_length  petal_width",
        "setosa         −0.001223      0.02009     −0.006933     −0.01681",
        "versicolor        0.3106       0.9825        −1.179       −2.859",
        "virginica        −0.3094       −1.003         1.186        2.875",
    ]


def test_the_matrix_agrees_with_central_differences(run: Run) -> None:
    found = json.loads(run("jacobian", IRIS, "--example", "2", "--format", "json").stdout)
    net = deepgraph.load(IRIS)
    x, h = np.array([list(found["at"].values())]), 1e-5
    for place in range(4):
        step = np.eye(4)[place] * h
        wanted = (net(x + step) - net(x - step))[0] / (2 * h)
        got = np.array(found["derivatives"])[:, place]
        assert got == pytest.approx(wanted, rel=1e-6, abs=1e-9)


def test_over_a_table_it_is_the_sensitivity(run: Run) -> None:
    table = gallery.table("iris")
    done = run("jacobian", IRIS, "--input", table, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [*rows[0]] == ["output", "input", "mean", "mean_absolute", "largest", "row"]
    net = deepgraph.load(IRIS)
    X = np.genfromtxt(table, delimiter=",", skip_header=1, usecols=range(4))
    wanted = net.sensitivity(X)
    assert [float(row["mean"]) for row in rows] == wanted.mean.ravel().tolist()
    assert [float(row["largest"]) for row in rows] == wanted.largest.ravel().tolist()
    assert [int(row["row"]) for row in rows] == wanted.largest_row.ravel().tolist()
    told = run("jacobian", IRIS, "--input", table).stdout.splitlines()
    assert told[0] == (
        "∂output/∂input over 150 rows: mean, mean of the absolute value, largest absolute value "
        "and its row"
    )
    assert told[7].split() == ["versicolor", "sepal_length", "0.02834", "0.02834", "0.3106", "71"]


def test_rows_of_an_example_and_of_over(run: Run) -> None:
    found = json.loads(run("jacobian", XOR, "--example", "1", "--format", "json").stdout)
    assert (found["rows"], found["mean"], found["mean_absolute"]) == (4, [[0.25] * 2], [[0.75] * 2])
    over = run("jacobian", XOR, "--over", "x1=0,1", "--over", "x2=0,1", "--format", "json")
    assert json.loads(over.stdout) == found
    one = run("jacobian", XOR, "--example", "1", "--row", "2", "--format", "csv").stdout
    assert one == "output,input,derivative\ny,x1,1\ny,x2,1\n"


def test_chosen_nodes(run: Run, tmp_path: Path) -> None:
    shutil.copy(DEEP, tmp_path / "net.json")
    done = run("jacobian", "net.json", "--set", "x=0.5", "--nodes", "all", "-o", "j.csv")
    assert (done.returncode, done.stdout) == (0, "")
    text = (tmp_path / "j.csv").read_text(encoding="utf-8")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["h1", "h2", "g1", "g2", "y"]
    told = run("jacobian", "net.json", "--set", "x=0.5", "--nodes", "h1").stdout
    assert told.startswith("∂node/∂input at x = 0.5\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "give the inputs: --input FILE, or --set x1=0 --set x2=0"),
        (("--set", "x1=1"), 1, "no value for the input x2"),
        (("--example", "1", "--nodes", "h9"), 1, 'no node is named "h9"'),
        (("--example", "1", "-o", "a.svg"), 2, "a.svg: name a format with --format"),
    ],
)
def test_mistakes(run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = run("jacobian", XOR, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_markdown_is_a_table_for_pages(run: Run) -> None:
    done = run("jacobian", XOR, "--set", "x1=1", "x2=1", "--format", "markdown")
    assert done.stdout.splitlines() == [
        "|  | x1 | x2 |",
        "|:--|--:|--:|",
        "| y | −1 | −1 |",
        "",
        "∂output/∂input at x1 = 1, x2 = 1",
    ]


def test_a_bend_is_told(run: Run) -> None:
    """At (1, 0) z(h2) of XOR is 0: y rises by 1 to the left and falls by 1 to the right."""
    done = run("jacobian", XOR, "--set", "x1=1", "x2=0")
    assert done.stderr == "Note: ReLU bends at z(h2) = 0; its slope there counts as 0.\n"
    as_json = run("jacobian", XOR, "--set", "x1=1", "x2=0", "--json")
    told = "ReLU bends at z(h2) = 0; its slope there counts as 0"
    assert json.loads(as_json.stdout)["at_bends"] == [{"node": "h2", "note": told}]
    page = run("jacobian", XOR, "--set", "x1=1", "x2=0", "--format", "markdown")
    assert page.stdout.splitlines()[-1] == f"∂output/∂input at x1 = 1, x2 = 0. {told}."
    between = run("jacobian", XOR, "--set", "x1=1", "x2=0.5", "--json")
    assert (between.stderr, json.loads(between.stdout)["at_bends"]) == ("", [])


@pytest.mark.parametrize(("nodes", "more"), [(3, []), (4, ["1 more note"]), (5, ["2 more notes"])])
def test_of_many_bends_a_few_are_told(
    run: Run, tmp_path: Path, nodes: int, more: list[str]
) -> None:
    hidden = {"id": "h", "size": nodes, "activation": "relu", "weights": "W", "bias": None}
    layers = [{"id": "x", "size": 1}, hidden]
    layers += [{"id": "y", "size": 1, "weights": "V", "bias": None}]
    parameters = {"W": [[1]] * nodes, "V": [[1] * nodes]}
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"deepgraph": 1, "layers": layers, "parameters": parameters}))
    notes = run("jacobian", path, "--set", "x=0").stderr.splitlines()
    assert len(notes) == 3 + len(more)
    assert notes[3:] == [f"Note: {counted} of this kind." for counted in more]


def test_a_tie_is_told(run: Run, tmp_path: Path) -> None:
    nodes = [{"id": "a", "kind": "input"}, {"id": "b", "kind": "input"}]
    nodes += [{"id": "m", "kind": "output", "aggregation": "max"}]
    edges = [{"source": name, "target": "m", "weight": 1} for name in "ab"]
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))
    done = run("jacobian", path, "--set", "a=1", "b=1")
    told = "Note: a and b tie for the max in m; the slope goes to a alone.\n"
    assert done.stderr == told
