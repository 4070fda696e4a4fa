"""`deepgraph plot` as a process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deepgraph.spec import gallery
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from tests.cli.conftest import Run

DEEP = gallery.path("deep_state")
XOR = gallery.path("xor")
TABLE = gallery.table("xor")


def test_curves_to_a_file_and_to_a_pipe(run: Run, tmp_path) -> None:
    done = run("plot", DEEP, "--over", "x=-1:1", "-o", "y.svg")
    assert (done.returncode, done.stdout, done.stderr) == (0, "y.svg\n", "")
    piped = run("plot", DEEP, "--over", "x=-1:1")
    assert piped.stdout == (tmp_path / "y.svg").read_text()


def test_a_map_with_the_rows_of_a_table(run: Run, tmp_path) -> None:
    plane = ("--over", "x1=-1:2", "--over", "x2=-1:2")
    done = run("plot", XOR, *plane, "--input", TABLE, "--target", "target_y", "-o", "m.svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert "boundary: XOR = 0.5" in (tmp_path / "m.svg").read_text()


def test_a_segment(run: Run, tmp_path) -> None:
    done = run("plot", XOR, "--input", TABLE, "--rows", "1:4", "-o", "t.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((DEEP,), 2, "say which input varies, --over x=-1:1"),
        ((DEEP, "--over", "x=1:-1"), 1, "nothing lies between"),
        ((DEEP, "--over", "x=0:1", "-o", "a.dot"), 2, "name a format with --format"),
        ((DEEP, "--over", "x=0:1", "--target", "y"), 2, "--target shows the rows of a table"),
        (
            (XOR, "--over", "x1=0:1", "--input", TABLE, "--target", "target_y"),
            1,
            "no value for the input x2",
        ),
        (
            (XOR, "--over", "x1=0:1", "--set", "x2=0", "--input", TABLE, "--target", "q"),
            1,
            'no column "q"',
        ),
        ((XOR, "--over", "x1=0:1", "--set", "x2=0", "--level", "1"), 1, "ranges of two inputs"),
    ],
)
def test_errors(run: Run, arguments: tuple, code: int, message: str) -> None:
    done = run("plot", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_an_example_says_the_inputs_that_do_not_vary(run, tmp_path):
    typed = ("plot", SPECS / "xor.json", "--over", "x1=0:1", "--set", "x2=1", "-o", "a.svg")
    named = ("plot", SPECS / "xor.json", "--over", "x1=0:1", "--example", "1", "--row", "2")
    assert run(*typed).returncode == 0
    assert run(*named, "-o", "b.svg").returncode == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    both = run("plot", SPECS / "xor.json", "--over", "x1=0:1", "--over", "x2=0:1", "--example", "1")
    assert "the example says the inputs that do not vary, and here all of them vary" in both.stderr


def test_the_rows_of_an_example_with_targets_are_points(run, tmp_path):
    content = json.loads((SPECS / "xor.json").read_text(encoding="utf-8"))
    content["examples"][0]["targets"] = {"y": [0, 1, 1, 0]}
    (tmp_path / "xor.json").write_text(json.dumps(content), encoding="utf-8")
    table = "x1,x2,target of y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    typed = ("plot", "xor.json", "--over", "x1=-1:2", "--over", "x2=-1:2")
    points = (*typed, "--input", "t.csv", "--target", "target of y", "-o", "a.svg")
    assert run(*points).returncode == 0
    assert run(*typed, "--example", "the truth table", "-o", "b.svg").returncode == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
