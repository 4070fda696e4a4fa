"""An example of the spec in the place of typed values, on pages and for every kind of request."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from deepgraph.embed import ask
from deepgraph.errors import DeepgraphError, InputError, OptionError
from deepgraph.live.asked import page_of
from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path

MAZUR = [("set", "i1=0.05 i2=0.10"), ("target", "o1=0.01 o2=0.99")]
FLOWER = "sepal_length=5.9 sepal_width=3.2 petal_length=4.8 petal_width=1.8"


@pytest.fixture(autouse=True)
def _published(here: Path) -> None:
    shutil.copy(gallery.path("mazur"), here)


def test_the_arithmetic_is_that_of_the_values(here: Path) -> None:
    found = ask("explain", "mazur.json", [("example", "the backward pass")], folder=here)
    typed = ask("explain", "mazur.json", [*MAZUR, ("learning_rate", "0.5")], folder=here)
    assert found.explanation().text() == typed.explanation().text()


def test_the_picture_shows_its_values_and_with_a_gradient_its_loss(here: Path) -> None:
    def picture(*options: tuple[str, str]) -> bytes:
        return ask("diagram", "mazur.json", options, folder=here).diagram().file("svg")

    assert picture(("example", "5")) == picture(MAZUR[0])
    assert picture(("example", "5"), ("gradient", "")) == picture(*MAZUR, ("gradient", ""))


def test_an_option_beside_it_comes_first(here: Path) -> None:
    def words(*options: tuple[str, str]) -> str:
        return ask("explain", "mazur.json", options, folder=here).explanation().text()

    other = ("loss", "squared_error")
    assert words(("example", "2"), other) == words(*MAZUR, other)
    target = ("target", "o1=1")
    assert words(("example", "2"), target) == words(MAZUR[0], target)
    assert words(("example", "2"), ("of", "h1")) == words(MAZUR[0], ("of", "h1"))


def test_every_row_of_an_example_is_explained_or_one(here: Path) -> None:
    def words(*options: tuple[str, str]) -> str:
        return ask("explain", "xor.json", options, folder=here).explanation().text()

    assert words(("example", "1")) == words(("over", "x1=0,1 x2=0,1"))
    assert words(("example", "1"), ("rows", "2")) == words(("over", "x1=0 x2=0,1"))
    assert words(("example", "1"), ("row", "3")) == words(("set", "x1=1 x2=0"))


def test_rows_with_targets_are_one_batch(here: Path) -> None:
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}],
        "examples": [
            {
                "inputs": {"x": ["1/3", 2]},
                "targets": {"y": [1, 3]},
                "loss": {"name": "squared_error", "reduction": "sum"},
                "learning_rate": 0.1,
            }
        ],
    }
    options = [("example", "1"), ("fractions", "")]
    found = ask("explain", None, options, text=json.dumps(spec), folder=here).explanation().text()
    # (2/3 − 1)² + (4 − 3)² = 10/9; by w: 2·(−1/3)·(1/3) + 2·1·2 = 34/9
    assert "row 1 + row 2 = 1/9 + 1 = 10/9" in found
    assert "−2/9 + 4 = 34/9" in found
    assert "w − η · ∂loss/∂w = 2 − (1/10)·(34/9) = 73/45" in found


def test_the_table_of_an_example_tells_its_loss(here: Path) -> None:
    found = ask("eval", "mazur.json", [("example", "2")], folder=here).table()
    assert (found.header, found.note) == (
        ("i1", "i2", "o1", "o2"),
        "half_squared_error 0.298371109",
    )
    rows = ask("eval", "xor.json", [("example", "1")], folder=here).table()
    assert rows.rows == (("0", "0", "0"), ("0", "1", "1"), ("1", "0", "1"), ("1", "1", "0"))


def test_one_value(here: Path) -> None:
    assert ask("value", 'mazur.json o1 --example "the total error"', folder=here).number() == (
        "0.7514"
    )
    assert ask("value", "xor.json y --example 1 --row 2", folder=here).number() == "1"


def test_an_example_about_a_table_is_that_table(here: Path) -> None:
    asked = ask("eval", "iris.json", [("example", "all 150 flowers")], folder=here)
    assert asked.files == [here / "iris.json", here / "iris.csv"]
    found = asked.table()
    assert (len(found.rows), found.note) == (150, "accuracy 0.98 (147 of 150 rows)")
    row = ask("diagram", "iris.json", [("example", "1"), ("row", "71")], folder=here).diagram()
    typed = ask("diagram", "iris.json", [("set", FLOWER)], folder=here).diagram()
    assert row.file("svg") == typed.file("svg")


def test_a_live_page_begins_with_it(here: Path) -> None:
    found = page_of(ask("live", "mazur.json", [("example", "5"), ("over", "i1=0:1")], folder=here))
    typed = page_of(ask("live", "mazur.json", [*MAZUR, ("over", "i1=0:1")], folder=here))
    assert found == typed


@pytest.mark.parametrize(
    ("kind", "spec", "options", "message"),
    [
        ("explain", "xor.json", {"example": "1", "set": "x1=0"},
         "example and set exclude each other: the example says the inputs"),
        ("diagram", "xor.json", {"example": "1", "over": "x1=0,1"},
         "example and over exclude each other: the example says the inputs"),
        ("eval", "iris.json", {"example": "1", "input": "iris.csv"},
         "example and input exclude each other: the example says the inputs"),
        ("eval", "iris.json", {"example": "2", "delimiter": ";"},
         "example and delimiter exclude each other: the example says the inputs"),
        ("diagram", "xor.json", {"example": "the truth tabel"},
         ('there is no example "the truth tabel"; did you mean "the truth table"? The examples are '
         '"the truth table"')),
        ("diagram", "xor.json", {"example": "1", "row": "5"},
         'the example "the truth table" has 4 rows, and no row 5'),
        ("explain", "xor.json", {"example": "1", "backward": ""},
         "derivatives are those of a loss or a node: give target ID=NUMBER, or of ID"),
        ("eval", "iris.json", {"example": "2", "argmax": ""},
         "argmax needs a whole table: input FILE, without row"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(
    here: Path, kind: Any, spec: str, options: dict[str, str], message: str
) -> None:
    result = {"explain": "explanation", "diagram": "diagram", "eval": "table"}[kind]
    with pytest.raises(DeepgraphError) as caught:
        getattr(ask(kind, spec, options.items(), folder=here), result)()
    assert str(caught.value) == message


def test_the_spec_of_a_pipe_has_no_folder_for_the_table_of_an_example(here: Path) -> None:
    from deepgraph.request.request import Request
    from deepgraph.request.spec_source import SpecSource
    from deepgraph.request.values import Values

    text = (here / "iris.json").read_text(encoding="utf-8")
    options = {"example": "1"}
    asked = Request("eval", SpecSource("standard input", text=text), options, Values(options))
    with pytest.raises(InputError, match="a spec from standard input has no folder to find it in"):
        asked.table()


@pytest.mark.parametrize("beside", [("loss", "squared_error"), ("target", "o1=1")])
def test_a_node_to_differentiate_goes_with_no_other_loss(
    here: Path, beside: tuple[str, str]
) -> None:
    with pytest.raises(OptionError, match=f"drop {beside[0]}"):
        ask("explain", "mazur.json", [MAZUR[0], ("of", "o1"), beside], folder=here)


TWO = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "y", "kind": "output"},
        {"id": "q", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "y", "label": "v", "weight": 2},
        {"source": "x", "target": "q", "label": "u", "weight": 3},
    ],
    "examples": [
        {"name": "of q", "inputs": {"x": 1}, "loss": {"name": "output", "node": "q"}},
        {
            "name": "sum",
            "inputs": {"x": [1, 2]},
            "targets": {"y": [1, 2], "q": [3, 4]},
            "loss": {"name": "squared_error", "reduction": "sum"},
        },
    ],
}


def test_a_page_says_what_it_takes_otherwise_than_an_example(here: Path) -> None:
    """Of several rows a page takes the mean; the value of one node it takes as it is."""
    (here / "two.json").write_text(json.dumps(TWO))

    def notes(*options: tuple[str, str]) -> list[str]:
        told: list[str] = []
        request = ask("live", "two.json", options, folder=here)
        caller = request.caller._replace(note=told.append)
        page_of(replace(request, values=replace(request.values, caller=caller)))
        return told

    assert notes(("example", "of q")) == []
    (two,) = notes(("example", "sum"), ("row", "2"))
    assert two.endswith("it takes the mean of their losses, not the sum.")
    with pytest.raises(InputError, match="is one output, and there are 2"):
        notes(("loss", "output"), ("set", "x=1"))
