"""A request: read from texts, its files and its key, its results, its mistakes."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner

from deepgraph import DeepgraphError, load
from deepgraph.cli import render_command
from deepgraph.embed import ask, words
from deepgraph.errors import OptionError
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path


def test_the_picture_is_that_of_the_command(here: Path) -> None:
    options = [("input", "iris.csv"), ("row", "3"), ("theme", "dark"), ("precision", "3")]
    found = ask("diagram", "iris.json", options, folder=here)
    typed = [str(here / "iris.json"), "-o", "-", "--input", str(here / "iris.csv")]
    typed += ["--row", "3", "--theme", "dark", "--precision", "3"]
    done = CliRunner().invoke(render_command.command, typed)
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes == found.diagram().file("svg")


def test_paths_from_the_root(here: Path) -> None:
    page = here / "deep" / "page"
    page.mkdir(parents=True)
    options = [("input", "/iris.csv")]
    asked = ask("diagram", "/iris.json", options, folder=page, root=here)
    assert asked.files == [here / "iris.json", here / "iris.csv"]
    assert asked.diagram().alt.startswith("Iris: ")


def test_the_key_changes_with_every_input(here: Path) -> None:
    np.savez(here / "numbers.npz", w=np.float64(2))
    spec = '{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": '
    spec += '"output"}], "edges": [{"source": "x", "target": "y", "label": "w"}], '
    (here / "net.json").write_text(spec + '"parameters": "numbers.npz"}', encoding="utf-8")
    (here / "t.csv").write_text("x\n1\n2\n", encoding="utf-8")

    def key(*options: tuple[str, str], kind: Any = "diagram") -> str:
        return ask(kind, "net.json", [("input", "t.csv"), *options], folder=here).key()

    asked = ask("diagram", "net.json", [("input", "t.csv")], folder=here)
    assert asked.files == [here / "net.json", here / "t.csv", here / "numbers.npz"]
    found = [key(), key(("row", "2")), key(kind="eval"), asked.key("png")]
    assert key() == found[0] == asked.key()
    for name, content in (("t.csv", b"x\n1\n3\n"), ("net.json", b"")):
        (here / name).write_bytes(content or (here / name).read_bytes() + b"\n")
        found.append(key())
    np.savez(here / "numbers.npz", w=np.float64(3))
    found.append(key())
    assert len(set(found)) == len(found)


def test_a_broken_spec_still_names_its_files(here: Path) -> None:
    (here / "broken.json").write_text("{", encoding="utf-8")
    asked = ask("eval", "broken.json", [("input", "gone.csv")], folder=here)
    assert asked.files == [here / "broken.json", here / "gone.csv"]


def test_curves(here: Path) -> None:
    options = [("curves", "x=-1:1"), ("set", "x=0.5")]
    found = ask("diagram", "deep_state.json", options, folder=here).diagram()
    assert "; y = 0.4872; in each node the curve of its value over x from −1 to 1: y " in found.alt
    typed = [str(here / "deep_state.json"), "-o", "-", "--curves", "x=-1:1", "--set", "x=0.5"]
    assert CliRunner().invoke(render_command.command, typed).stdout_bytes == found.file("svg")
    held = [("curves", "x1=0:1"), ("set", "x2=1/2")]
    assert "XOR =" not in ask("diagram", "xor.json", held, folder=here).diagram().alt


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("deep_state.json y x=0.5", "0.4872"),
        ("deep_state.json y x=1/2 --precision 17", "0.4872175000000002"),
        ("deep_state.json z(h2) x=0.5", "−1.275"),
        ("deep_state.json w3", "0.64"),
        ("deep_state.json b5", "−0.9"),
        ("xor.json b2", "−1"),
        ("iris.json setosa --input iris.csv --row 2", "0.9990"),
    ],
)
def test_one_value(here: Path, asked: str, number: str) -> None:
    assert ask("value", asked, folder=here).number() == number


def test_the_arithmetic_is_that_of_the_library(here: Path) -> None:
    options = [("set", "x=1/2"), ("target", "y=1"), ("fractions", ""), ("learning-rate", "0.5")]
    found = ask("explain", "deep_state.json", options, folder=here).explanation()
    network = load(here / "deep_state.json")
    expected = network.explain({"x": "1/2"}, {"y": "1"}, fractions=True, learning_rate=0.5)
    assert found.text() == expected.text()


def test_paths_on_a_page(here: Path) -> None:
    options = [("set", "x=1/2"), ("paths", ""), ("paths-limit", "7"), ("node", "y")]
    found = ask("explain", "deep_state.json", options, folder=here).explanation()
    assert found.sections[-1].title == "Paths"
    options[2] = ("paths-limit", "6")
    asked = ask("explain", "deep_state.json", options, folder=here)
    with pytest.raises(DeepgraphError, match="7 paths, more than the limit of 6"):
        asked.explanation()


RESULT = {"diagram": "diagram", "explain": "explanation", "eval": "table", "value": "number"}


@pytest.mark.parametrize(
    ("kind", "spec", "options", "message"),
    [
        ("diagram", "xor.json", "--them dark", 'no option "them" here; did you mean "theme"?'),
        ("diagram", "xor.json", "--inline", 'no option "inline" here; did you mean "init"?'),
        (
            "diagram",
            "xor.json",
            "--theme darc",
            ('theme is one of light, dark, auto, paper, got "darc"; did you mean "dark"?'),
        ),
        ("diagram", "xor.json", "--theme dark --theme light", "theme is given twice"),
        ("diagram", "xor.json", "--gradient=perhaps", 'gradient is true or false, got "perhaps"'),
        ("diagram", "xor.json", "--set x1", "set takes NAME=VALUE, got 'x1'"),
        ("diagram", "xor.json", "--set x1=1 --set x1=2", "set x1 is given twice"),
        ("diagram", "xor.json", "--set x1=one --set x2=1", "set x1=one: 'one' is not a number"),
        ("diagram", "xor.json", "--set x1=1", "no value for the input x2; given: x1"),
        (
            "diagram",
            "xor.json",
            "--gradient",
            ("gradient needs live values: give inputs, set ID=NUMBER"),
        ),
        (
            "diagram",
            "xor.json",
            "--target y=1",
            ("target is what gradient compares with; say gradient, too"),
        ),
        ("diagram", "xor.json", "--row 0", "row is the number of a row, from 1, got 0"),
        ("diagram", "xor.json", "--row 1", "row needs a table: input FILE"),
        (
            "diagram",
            "xor.json",
            "--input-format xls",
            ('input-format is one of csv, tsv, parquet, got "xls"'),
        ),
        (
            "diagram",
            "xor.json",
            "--init he",
            ("init says how to draw missing values; say seed N to draw them"),
        ),
        (
            "explain",
            "xor.json",
            "--set x1=1 --set x2=0 --learning-rate 1",
            "derivatives are those of a loss or a node: give target ID=NUMBER, or of ID",
        ),
        (
            "diagram",
            "xor.json",
            "--curves x1=1",
            "curves takes ID=FROM:TO, such as x=-1:1; got x1=1",
        ),
        (
            "explain",
            "xor.json",
            "--set x1=1 --set x2=0 --paths-limit 5",
            "paths-limit is the most paths that paths writes; say paths, too",
        ),
        ("explain", "xor.json", "--precision many", 'precision is 1 to 17, or full, got "many"'),
        ("explain", "xor.json", "", "give the inputs: input FILE, or set x1=0 x2=0"),
        ("eval", "xor.json", "", "give the inputs: input FILE, or set x1=0 x2=0"),
        ("eval", "xor.json", "--set x1=1 --input t.csv", "set and input exclude each other"),
        (
            "eval",
            "iris.json",
            "--input iris.csv --delimiter ;;",
            ("delimiter is one ASCII character, no quote or line break; \\t is a tab"),
        ),
        (
            "value",
            "xor.json",
            "",
            ("a value is asked for as `SPEC NODE ID=NUMBER …`, got `xor.json`"),
        ),
        (
            "value",
            "xor.json yy x1=1 x2=1",
            "",
            ('no node or parameter is named "yy"; did you mean "y"?'),
        ),
    ],
)
def test_mistakes_name_the_option(
    here: Path, kind: Any, spec: str, options: str, message: str
) -> None:
    with pytest.raises(DeepgraphError) as caught:
        getattr(ask(kind, spec, words(options.split())[1], folder=here), RESULT[kind])()
    assert str(caught.value) == message


def test_mistakes_in_files_say_where(here: Path) -> None:
    with pytest.raises(DeepgraphError, match=r"nope\.json: no such file$"):
        ask("diagram", "nope.json", folder=here).diagram()
    with pytest.raises(DeepgraphError, match=r"nope\.csv: no such file$"):
        ask("eval", "xor.json", [("input", "nope.csv")], folder=here).table()
    (here / "bad.json").write_text('{"deepgraph": 1,\n "nodes": []}', encoding="utf-8")
    with pytest.raises(DeepgraphError, match=r"^bad\.json:2:11: \$\.nodes: "):
        ask("diagram", "bad.json", folder=here).diagram()


def test_a_spec_or_a_text() -> None:
    for spec, text in ((None, None), ("xor.json", "{}")):
        with pytest.raises(OptionError, match="spec"):
            ask("diagram", spec, text=text)


def test_an_option_without_a_value_is_named() -> None:
    with pytest.raises(OptionError, match="--seed needs a value"):
        ask("value", "xor.json y --seed")


def test_a_request_reaches_another_process() -> None:
    asked = ask("value", f"{SPECS / 'deep_state.json'} y x=0.5")
    assert pickle.loads(pickle.dumps(asked)).number() == asked.number() == "0.4872"


@pytest.mark.parametrize("given", [["x1=1 x2=2.5"], ["x1=1,x2=2.5"], ["x1=1", "x2=2.5"]])
def test_several_values_may_stand_in_one_option(given: list[str]) -> None:
    asked = ask("eval", str(SPECS / "xor.json"), [("set", text) for text in given])
    assert (
        asked.table().rows
        == ask("eval", str(SPECS / "xor.json"), [("set", "x1=1"), ("set", "x2=5/2")]).table().rows
    )
