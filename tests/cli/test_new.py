from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deepgraph import loads, spec
from deepgraph.edit.templates import dense
from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_without_numbers(run: Run) -> None:
    done = run("new", "1-2-2-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == spec.write(dense([1, 2, 2, 1]))


@pytest.mark.parametrize("layers", [(), ("--layers",)])
def test_with_numbers(run: Run, layers: tuple[str, ...]) -> None:
    options = ("--activation", "tanh", "--output-activation", "softmax", "--init", "xavier")
    done = run("new", "2-3-2", *options, *layers, "--seed", "7")
    assert (done.returncode, done.stderr) == (0, "")
    found = loads(done.stdout)
    empty = loads(spec.write(dense([2, 3, 2], "tanh", "softmax", layers=bool(layers))))
    drawn = empty.initialised(7, "xavier").parameters.values
    assert found.parameters.values.tolist() == drawn.tolist()
    assert {function.name for function in found.functions} == {"identity", "tanh", "softmax"}
    assert found([[1, 2]]).sum() == pytest.approx(1)


def test_matrices_have_a_row_a_line(run: Run) -> None:
    text = run("new", "2-3-1", "--layers", "--seed", "1").stdout
    lines = text.splitlines()
    start = lines.index('    "W1": [')
    assert [line.startswith("      [") for line in lines[start + 1 : start + 4]] == [True] * 3
    assert lines[start + 4] == "    ],"
    assert "parameters" not in run("new", "2-3-1", "--layers").stdout


def test_a_file_is_not_replaced(run: Run, tmp_path: Path) -> None:
    assert run("new", "1-1", "-o", "net.json").returncode == 0
    first = (tmp_path / "net.json").read_text()
    done = run("new", "1-2-1", "-o", "net.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: net.json: this file exists; --force replaces it\n"
    assert (tmp_path / "net.json").read_text() == first
    assert run("new", "1-2-1", "-o", "net.json", "--force").returncode == 0
    assert (tmp_path / "net.json").read_text() == spec.write(dense([1, 2, 1]))


def test_an_example_and_its_table(run: Run, tmp_path: Path) -> None:
    done = run("new", "--example", "iris", "-o", "mine.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Wrote its table of inputs beside it: iris.csv\n"
    assert (tmp_path / "mine.json").read_bytes() == gallery.path("iris").read_bytes()
    assert run("check", "mine.json").returncode == 0
    # The table is there already, with the same content.
    assert run("new", "--example", "iris", "-o", "second.json").returncode == 0
    (tmp_path / "iris.csv").write_text("mine\n")
    done = run("new", "--example", "iris", "-o", "third.json")
    assert done.returncode == 1
    assert done.stderr == "Error: iris.csv: this file exists; --force replaces it\n"
    assert not (tmp_path / "third.json").exists()
    assert (tmp_path / "iris.csv").read_text() == "mine\n"


def test_the_same_network_once_more_is_no_error(run: Run, tmp_path: Path) -> None:
    arguments = ("new", "2-3-1", "--seed", "1", "-o", "net.json")
    assert run(*arguments).returncode == 0
    before = (tmp_path / "net.json").read_bytes()
    assert run(*arguments).returncode == 0
    done = run(*arguments[:3], "2", "-o", "net.json")
    assert done.returncode == 1
    assert done.stderr == "Error: net.json: this file exists; --force replaces it\n"
    assert (tmp_path / "net.json").read_bytes() == before


def test_an_example_to_standard_output(run: Run, tmp_path: Path) -> None:
    for output in ((), ("-o", "-")):
        done = run("new", "--example", "xor", *output)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == gallery.path("xor").read_text()
    assert list(tmp_path.iterdir()) == []


def test_the_list(run: Run) -> None:
    done = run("new", "--list")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == gallery.names()
    assert "xor               XOR with two ReLU nodes" in lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give a shape such as 1-2-2-1, or --example NAME, or --list"),
        (("1-1", "--list"), "give a shape such as 1-2-2-1, or --example NAME, or --list"),
        (("3",), '"3" is no shape; write the sizes of two layers or more, as in 1-2-2-1'),
        (("1-0-1",), "a layer has 1 to 1,000,000 nodes"),
        (("1-2-1", "--activation", "rleu"), 'unknown activation "rleu"; did you mean "relu"?'),
        (("200-200",), "40,000 weights are too many to write edge by edge; --layers writes"),
        (("--example", "xro"), 'no network "xro" in the gallery; did you mean "xor"? It holds'),
        (("--example", "../xor"), "xor"),
    ],
)
def test_usage(run: Run, arguments: tuple[str, ...], message: str) -> None:
    done = run("new", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_folder_that_is_not_there(run: Run) -> None:
    done = run("new", "1-1", "-o", "none/net.json")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: none/net.json: cannot be written: ")


def test_round_trip(run: Run) -> None:
    text = run("new", "3-4-2", "--seed", "5").stdout
    assert run("init", "-", "--seed", "9", stdin=text).stdout == text
    assert json.loads(run("info", "-", "--json", stdin=text).stdout)["layers"] == [3, 4, 2]
    values = run("eval", "-", "--set", "x1=1", "--set", "x2=2", "--set", "x3=3", stdin=text)
    assert values.stdout.startswith("y1,y2\n")


def test_a_schema_beside_the_spec_is_named_in_it(run, tmp_path):
    run("new", "1-2-1", "-o", "before.json")
    run("schema", "-o", "deepgraph.schema.json")
    run("new", "1-2-1", "--seed", "1", "-o", "net.json")
    assert "$schema" not in json.loads((tmp_path / "before.json").read_text())
    assert json.loads((tmp_path / "net.json").read_text())["$schema"] == "deepgraph.schema.json"
    assert run("validate", "net.json").returncode == 0
    assert "$schema" not in json.loads(run("new", "1-2-1").stdout)
