"""What a page asks for: texts are read in one place, and every page gets what the command gives."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from deepgraph import DeepgraphError, SpecError, load
from deepgraph.cli import eval_command, explain_command, render_command
from deepgraph.embed import ask, numbered, words
from deepgraph.errors import OptionError
from deepgraph.request.diagram import LEAST_SIZE
from deepgraph.request.options import OPTIONS
from deepgraph.spec import gallery
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "diagram": (render_command, {"output", "form", "steps", "opens", "watches", "inline"}),
    "explain": (explain_command, {"output", "form"}),
    "eval": (
        eval_command,
        {"more", "output", "form", "on_error", "errors", "engine", "exact", "threads", "verbose"},
    ),
}
"""Of each kind its command, and the options that make no sense on a page."""
OWN = {"eval": {"rows", "precision"}}
"""Options that only the page has: how many rows it shows, with how many digits."""
ELSE = {("explain", "precision"), ("eval", "input")}
"""Options that the command reads in a way of its own: a number or `full`, many tables."""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name in ("xor", "iris", "deep_state"):
        shutil.copy(gallery.path(name), tmp_path)
        table = gallery.table(name)
        if table is not None:
            shutil.copy(table, tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", COMMANDS)
def test_options_are_those_of_the_command(kind: Any) -> None:
    module, without = COMMANDS[kind]
    names = {str(p.name) for p in module.command.params} - {"spec"}
    assert set(OPTIONS[kind]) - OWN.get(kind, set()) == names - without


@pytest.mark.parametrize("kind", COMMANDS)
def test_values_are_those_of_the_command(kind: Any) -> None:
    for parameter in COMMANDS[kind][0].command.params:
        option = OPTIONS[kind].get(str(parameter.name))
        if option is None or (kind, option.name) in ELSE:
            continue
        takes = parameter.type
        assert tuple(getattr(takes, "choices", ())) == option.choices, option
        assert (getattr(takes, "min", None), getattr(takes, "max", None)) == (
            option.low,
            option.high,
        )
        assert (parameter.is_flag, parameter.multiple) == (option.kind == "switch", option.many)


def test_texts_of_a_directive_of_a_fence_and_of_a_marker_agree(here: Path) -> None:
    directive = [("set", "x1=1 x2=0"), ("max-width", "4"), ("gradient", ""), ("loss", "output")]
    fence = [("set", "x1=1"), ("set", "x2=0"), ("max_width", "4"), ("gradient", "true")]
    typed = [
        "xor.json",
        "--set",
        "x1=1",
        "--set",
        "x2=0",
        "--max-width=4",
        "--gradient",
        "--loss",
        "output",
    ]
    alone, marker = words(typed)
    assert alone == ["xor.json"]
    asked = [
        ask("diagram", "xor.json", options, folder=here)
        for options in (directive, [*fence, ("loss", "output")], marker)
    ]
    assert len({one.key() for one in asked}) == 1
    assert len({one.diagram().file("svg") for one in asked}) == 1


def test_ids_with_spaces() -> None:
    text = '{"deepgraph": 1, "nodes": [{"id": "my id", "kind": "input"}, {"id": "y", "kind": '
    text += '"output"}], "edges": [{"source": "my id", "target": "y", "label": "w", "weight": 2}]}'
    asked = ask("eval", None, [("set", '"my id=1/2"')], text=text)
    assert asked.table().rows == (("0.5", "1"),)


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


# --- files and keys ------------------------------------------------------------------------------


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


@pytest.mark.parametrize("name", ["/dev/zero", "../pipe.npz", "pipe.npz", "link.npz", "notes.txt"])
def test_a_spec_makes_no_page_read_what_it_may_not_load(here: Path, name: str) -> None:
    page = here / "page"
    page.mkdir()
    for pipe in (here / "pipe.npz", page / "pipe.npz"):
        os.mkfifo(pipe)  # reading one would wait for ever
    (page / "link.npz").symlink_to("/dev/zero")
    (page / "notes.txt").write_text("secret", encoding="utf-8")
    spec = json.loads((here / "xor.json").read_text(encoding="utf-8")) | {"parameters": name}
    asked = ask("diagram", None, text=json.dumps(spec), folder=page)
    assert asked.files == []
    assert asked.key() == asked.key()
    with pytest.raises(SpecError):
        asked.diagram()


# --- results ---------------------------------------------------------------------------------


def test_an_inline_picture(here: Path) -> None:
    diagram = ask("diagram", "xor.json", [("set", "x1=1 x2=0")], folder=here).diagram()
    assert diagram.alt.endswith("XOR = 1")
    one, two = diagram.html(1), diagram.html(2)
    ids = [set(re.findall(r'\bid="([^"]*)"', html)) for html in (one, two)]
    assert len(ids[0]) == 3
    assert not ids[0] & ids[1]
    for html, own in zip((one, two), ids, strict=True):
        named = re.findall(r'aria-labelledby="([^"]*)"', html)[0].split()
        assert {*named, *re.findall(r"#(dg-[\w-]+)", html)} <= own
        assert "<script" not in html
        assert not re.search(r"""(href|src|url)\s*[=(]""", html)
    assert numbered(two, "") == two


def test_no_text_of_an_inline_picture_is_too_small() -> None:
    for name in gallery.names():
        html = ask("diagram", str(gallery.path(name))).diagram().html()
        width = float(re.findall(r' width="([\d.]+)"', html)[0])
        least = float(re.findall(r"min-width:(\d+)px", html)[0])
        smallest = min(float(size) for size in re.findall(r'font-size="([\d.]+)"', html))
        assert least <= width + 1
        assert smallest * least / width >= min(LEAST_SIZE, smallest) - 1e-9


def test_the_theme_of_a_request_stays(here: Path) -> None:
    free = ask("diagram", "xor.json", folder=here).diagram()
    dark = ask("diagram", "xor.json", [("theme", "dark")], folder=here).diagram()
    assert "prefers-color-scheme" in free.html()
    assert "prefers-color-scheme" not in free.html(theme="light")
    assert "prefers-color-scheme" not in dark.html()
    assert dark.html(theme="light") == dark.html()


def test_curves(here: Path) -> None:
    options = [("curves", "x=-1:1"), ("set", "x=0.5")]
    found = ask("diagram", "deep_state.json", options, folder=here).diagram()
    assert "; y = 0.4872; in each node the curve of its value over x from −1 to 1: y " in found.alt
    typed = [str(here / "deep_state.json"), "-o", "-", "--curves", "x=-1:1", "--set", "x=0.5"]
    assert CliRunner().invoke(render_command.command, typed).stdout_bytes == found.file("svg")
    held = [("curves", "x1=0:1"), ("set", "x2=1/2")]
    assert "XOR =" not in ask("diagram", "xor.json", held, folder=here).diagram().alt


def test_a_table_shows_inputs_and_values(here: Path) -> None:
    options = [("input", "iris.csv"), ("target", "species"), ("rows", "2"), ("precision", "2")]
    table = ask("eval", "iris.json", options, folder=here).table()
    network = load(here / "iris.json")
    outputs = network([[5.1, 3.5, 1.4, 0.2], [4.9, 3.0, 1.4, 0.2]])
    assert table.header[:5] == (*network.input_names, "species")
    assert table.header[5:] == (*network.output_names, "prediction")
    for row, values in zip(table.rows, outputs, strict=True):
        assert row[5:8] == tuple(number_text(float(value), 2) for value in values)
    assert table.numeric == (True,) * 4 + (False,) + (True,) * 3 + (False,)
    assert table.note == "accuracy 0.98 (147 of 150 rows)"


def test_cells_that_are_no_numbers(here: Path) -> None:
    pq.write_table(pa.table({"x": [-1.0, 2.0], "kept": [True, None]}), here / "t.parquet")
    nodes = [{"id": "x", "kind": "input"}, {"id": "b", "kind": "output"}]
    nodes += [{"id": "a", "kind": "output", "activation": "log"}]
    edges = [{"source": "x", "target": target} for target in "ab"]
    text = json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges})
    options = [("input", "t.parquet"), ("keep", "kept"), ("argmax", "")]
    table = ask("eval", None, options, text=text, folder=here).table()
    assert table.rows == (("−1", "true", "−1", "NaN", ""), ("2", "", "2", "0.6931", "b"))
    assert table.numeric == (True, False, True, True, False)


def test_a_table_of_one_row(here: Path) -> None:
    options = [("set", "x=0.5"), ("nodes", "h2, y"), ("pre-activations", "")]
    table = ask("eval", "deep_state.json", options, folder=here).table()
    assert table.header == ("x", "z(h2)", "h2", "z(y)", "y")
    assert table.rows == (("0.5", "−1.275", "0", "0.4872", "0.4872"),)
    everything = ask("eval", "xor.json", [("set", "x1=1 x2=1"), ("nodes", "all")], folder=here)
    assert everything.table().header == ("x1", "x2", "b1", "b2", "h1", "h2", "y")


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


# --- mistakes --------------------------------------------------------------------------------

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
            ("learning-rate needs a loss: give target ID=NUMBER"),
        ),
        (
            "diagram",
            "xor.json",
            "--curves x1=1",
            "curves takes ID=FROM:TO, such as x=-1:1; got x1=1",
        ),
        ("explain", "xor.json", "--precision many", 'precision is 1 to 17, or full, got "many"'),
        ("explain", "xor.json", "", "give the inputs: input FILE, or set x1=NUMBER x2=NUMBER"),
        ("eval", "xor.json", "", "give the inputs: input FILE, or set x1=NUMBER x2=NUMBER"),
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
    with pytest.raises(OptionError, match="--set needs a value"):
        words(["xor.json", "--set"])
