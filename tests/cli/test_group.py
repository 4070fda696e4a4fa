"""`deepgraph` itself: what stands before the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


XOR = str(SPECS / "xor.json")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("rendr", """No such command 'rendr'; did you mean "render"?"""),
        ("zzz", "No such command 'zzz'."),
    ],
)
def test_an_unknown_command(run: Run, command: str, message: str) -> None:
    done = run(command, "xor.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"\nError: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        (
            ["train", "n.json", "--lr", "1"],
            "Did you mean '--learning-rate'?",
        ),
        (["train", "n.json", "--batch-size", "1"], "Did you mean '--batch'?"),
        (["train", "n.json", "--epoch", "1"], "Did you mean '--epochs'?"),
        (["render", "n.json", "--digits", "3"], "Did you mean '--precision'?"),
        (["train", "n.json", "--optimiser", "Adam"], "'sgd', 'adam'; did you mean \"adam\"?"),
        (["train", "n.json", "--optimiser", "rmsprop"], "'sgd', 'adam'."),
        (["train", "n.json", "--loss", "MSELoss"], '; write "mean_squared_error"'),
        (["explain", "n.json", "--loss", "BCELoss"], '; write "cross_entropy"'),
        (["eval", "n.json", "--engine", "nmba"], '; did you mean "numba"?'),
    ],
)
def test_a_word_of_another_tool(run: Run, arguments: list[str], end: str) -> None:
    done = run(*arguments, "--input", "a.csv", "--target", "y")
    assert done.returncode == 2
    assert done.stderr.strip().endswith(end)


def test_a_word_that_this_command_has_not(run: Run) -> None:
    done = run("validate", "n.json", "--csv", "a")  # which reads no table
    assert done.returncode == 2
    assert "No such option" in done.stderr
    assert "Did you mean" not in done.stderr


@pytest.mark.parametrize(
    "given",
    [
        ("--set", "x1=0", "x2=1", XOR),
        ("--set", "x1=0,x2=1", XOR),
        ("--set=x1=0", "x2=1", XOR),
        (XOR, "--set", "x1=0", "--set", "x2=1"),
    ],
)
def test_several_values_behind_one_option(run: Run, given: tuple[str, ...]) -> None:
    assert run("eval", *given).stdout == "y\n1\n"


def test_a_file_behind_a_value_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "n=1.json").write_text((SPECS / "xor.json").read_text())
    assert run("eval", "--set", "x1=0", "x2=1", "n=1.json").stdout == "y\n1\n"


def test_combinations_of_several_inputs_in_one_option(run: Run) -> None:
    told = run("eval", XOR, "--over", "x1=0,1,x2=0,1").stdout
    assert told == "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


@pytest.mark.parametrize("command", ["render", "explain", "jacobian", "kinks", "plot", "live"])
def test_a_value_without_its_option(run: Run, command: str) -> None:
    done = run(command, XOR, "x1=1", "x2=a b")
    assert (done.returncode, done.stdout) == (2, "")
    told = "Got unexpected extra arguments (x1=1 x2=a b); write --set before the values"
    assert f"{told}: --set x1=1 'x2=a b'\n" in done.stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [("render", ["x1=1", "more.json"]), ("render", ["more.json"]), ("info", ["x1=1"])],
)
def test_other_words_that_no_command_takes(run: Run, command: str, words: list[str]) -> None:
    done = run(command, XOR, *words)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(f"({' '.join(words)})")
