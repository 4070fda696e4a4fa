"""Messages of all rooms name options as the reader types them: as a flag, a name, an argument."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, get_args

import pytest

from deepgraph import draw, load
from deepgraph.edit import templates
from deepgraph.errors import DeepgraphError, UninitialisedError
from deepgraph.graph.target_columns import Wanted
from deepgraph.tables import Source
from deepgraph.train.rows import one_hot
from deepgraph.words.option_names import Door, read_at
from tests.support.rooms import FLOORS, MODULES, floor_of
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from collections.abc import Callable


def _table(content: bytes, name: str = "t.csv", form: Any = "csv") -> Any:
    return Source(BytesIO(content), name, form).open()


MISTAKES: list[tuple[Callable[[], Any], str, str, str]] = [
    (
        lambda: _table(b"x1,b\n").require_inputs({"x1": "x1", "x 2": "x 2"}),
        "; --column 'x 2'=HEADER names another",
        "; column 'x 2'=HEADER names another",
        "; columns={'x 2': HEADER} names another",
    ),
    (
        lambda: _table(b"X 2,b\n").require_inputs({"x 2": "x 2"}),
        " --column 'x 2=X 2' takes it",
        " column 'x 2=X 2' takes it",
        " columns={'x 2': 'X 2'} takes it",
    ),
    (
        lambda: _table(b"day,b c\n").column("day,b c", "keep"),
        " for --keep; say --keep day --keep 'b c'",
        " for keep; say keep day keep 'b c'",
        " for keep; say keep=['day', 'b c']",
    ),
    (
        lambda: _table(b"x\ty\n").require_inputs({"x": "x"}),
        r": try --delimiter $'\t'",
        r": try delimiter \t",
        r": try delimiter='\t'",
    ),
    (
        lambda: _table(b"PAR1\x15\x04"),
        "a Parquet file; say --input-format parquet",
        "a Parquet file; say input-format parquet",
        'a Parquet file; say form="parquet"',
    ),
    (
        lambda: _table(b"x,y\n1,2\n", "t.parquet", "parquet"),
        "a table of text is read with --input-format csv",
        "a table of text is read with input-format csv",
        'a table of text is read with form="csv"',
    ),
    (
        lambda: draw.render(load(SPECS / "digits.json"), weights="both", max_width=64),
        (
            "(--max-width 6), the strongest edges (--top 50), one node with its neighbours "
            "(--focus ID), or no numbers but in tooltips (--weights none)"
        ),
        (
            "(max-width 6), the strongest edges (top 50), one node with its neighbours "
            "(focus ID), or no numbers but in tooltips (weights none)"
        ),
        (
            "(max_width=6), the strongest edges (top=50), one node with its neighbours "
            '(focus=ID), or no numbers but in tooltips (weights="none")'
        ),
    ),
    (
        lambda: draw.render(load(SPECS / "digits.json"), max_width=64, format="mermaid"),
        "blocks (--collapse), fewer nodes a layer (--max-width 12), or draw an SVG",
        "blocks (collapse), fewer nodes a layer (max-width 12), or draw an SVG",
        "blocks (collapse=True), fewer nodes a layer (max_width=12), or draw an SVG",
    ),
    (
        lambda: templates.dense([101, 100], activation="relu", output_activation="relu"),
        "edge by edge; --layers writes them",
        "edge by edge; layers writes them",
        "edge by edge; layers=True writes them",
    ),
    (
        lambda: Wanted.of(load(SPECS / "xor.json"), ["y=a", "y=b"], []),
        '--target: "y" is given twice',
        'target: "y" is given twice',
        'target: "y" is given twice',
    ),
    (
        lambda: one_hot(load(SPECS / "xor.json"), ["a"]),
        "a number for each row instead: --target y=COLUMN",
        "a number for each row instead: target y=COLUMN",
        "a number for each row instead: targets={'y': numbers}",
    ),
    (
        lambda: _raise(UninitialisedError(["w"], 1)),
        "or draw them on the fly with --seed 1.",
        "or draw them on the fly with seed 1.",
        "or draw them on the fly with network.initialised(1).",
    ),
]
"""A mistake, and the end of its message on the command line, on a page and in Python."""


def _raise(error_class: DeepgraphError) -> None:
    raise error_class


def _message(mistake: Callable[[], Any]) -> str:
    with pytest.raises(DeepgraphError) as caught:
        mistake()
    return str(caught.value)


@pytest.mark.parametrize(("mistake", "command", "page", "python"), MISTAKES)
def test_a_message_names_options_as_its_reader_does(
    mistake: Callable[[], Any], command: str, page: str, python: str
) -> None:
    texts = {}
    for door in get_args(Door):
        with read_at(door):
            texts[door] = _message(mistake)
    assert command in texts["command"]
    assert page in texts["page"]
    assert python in texts["python"]
    assert "--" not in texts["page"].replace("`deepgraph init SPEC --seed 1`", "")


def test_without_a_door_the_reader_is_in_python() -> None:
    with read_at("page"), read_at("command"):
        pass
    mistake, _, _, python = MISTAKES[0]
    assert python in _message(mistake)


# --- no room below the doors writes a flag --------------------------------------------------------

FLAG = re.compile(r"(?<![\w<|-])(?:--[a-z][\w-]+|-[ovh](?!\w))")
NO_FLAGS = {
    ("draw.output.svg_paint", "--"): "properties of CSS",
    ("words.option_names", "-o"): "the table of short flags itself",
    ("errors", "--seed"): "`deepgraph init SPEC --seed 1` is a command, whoever reads it",
    ("spec.reading", "--upgrade"): "of pip",
    ("tables.header_hints", "--delimiter"): "the spelling of the command line, of three",
    ("formats.writers.torch", "-o"): "a command in a comment of the file",
    ("options.drawing", "--inline"): "a help text, which only the command line shows",
    ("options.shared", "--of"): "a help text",
    ("options.shared", "--blank"): "a help text",
    ("options.difference", "--set"): "a help text",
}
"""Texts below the doors that look like flags: module and beginning, and why they may."""


def _texts(path: Any) -> list[str]:
    """The texts of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    ]


def test_no_message_below_the_doors_holds_a_flag() -> None:
    below = FLOORS[: FLOORS.index("request")]
    found = {
        (module, flag)
        for module, path in MODULES.items()
        if floor_of(module) in below
        for text in _texts(path)
        for flag in FLAG.findall(text)
    }
    allowed = {
        (module, flag)
        for module, flag in found
        for place, begins in NO_FLAGS
        if module == place and flag.startswith(begins)
    }
    assert found - allowed == set()
    used = {(place, begins) for place, begins in NO_FLAGS for m, f in found if m == place}
    assert used == set(NO_FLAGS)
