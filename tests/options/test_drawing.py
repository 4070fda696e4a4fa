"""One table of drawing options: in the library, on the command line, in a spec's `style`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner

from deepgraph import draw, loads
from deepgraph.cli.render_command import command
from deepgraph.draw.view.records import Gradients
from deepgraph.errors import DeepgraphError, DrawingError
from deepgraph.options import drawing
from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path

OTHER: dict[str, Any] = {
    "weights": "name",
    "precision": 2,
    "biases": "shared",
    "groups": True,
    "activations": "badge",
    "fill": "value",
    "colors": "h1=teal",
    "scale_width": "max=7",
    "fractions": True,
    "title": True,
    "legend": True,
    "deltas": True,
    "font_size": 24,
    "spacing": 1.5,
    "direction": "down",
    "fit": 300,
    "theme": "dark",
    "max_width": 3,
    "focus": "h2",
    "top": 2,
    "collapse": True,
    "wrap": 2,
    "animate": True,
    "inline": True,
    "scale": 1.5,
    "renderer": "graphviz",
}
"""For every option a value that changes the picture below."""


def text(**preset: Any) -> str:
    content = json.loads(gallery.path("xor").read_text(encoding="utf-8"))
    content["nodes"] += [{"id": f"n{i}", "kind": "output"} for i in range(3)]
    content["edges"] += [{"source": "h1", "target": f"n{i}"} for i in range(3)]
    content["edges"] += [{"source": "b1", "target": "n0"}]
    content["edges"][0]["weight"] = "1/3"
    return json.dumps({**content, "style": preset})


def network(**preset: Any) -> Any:
    return loads(text(**preset))


def picture(name: str, net: Any, **given: Any) -> bytes:
    trace = net.trace({"x1": 0.123456, "x2": 1})
    if name == "deltas":
        given["gradients"] = Gradients.of(net.gradient({"x1": 0.123456, "x2": 1}, {"y": 0}))
    return draw.render(net, trace, format="png" if name == "scale" else "svg", **given)


def test_the_table_is_the_library_and_the_command_line() -> None:
    typed = {parameter.name for parameter in command.params}
    assert set(OTHER) == set(drawing.OPTIONS) == set(drawing.DrawingOptions.__annotations__)
    assert set(drawing.OPTIONS) <= typed


@pytest.mark.parametrize("name", drawing.OPTIONS)
def test_the_library_takes_what_the_spec_presets(name: str) -> None:
    plain, changed = picture(name, network()), picture(name, network(), **{name: OTHER[name]})
    assert plain != changed
    preset = network(**{name: OTHER[name]})
    assert picture(name, preset) == changed
    default = drawing.OPTIONS[name].default
    if default is not None:  # what is given wins
        assert picture(name, preset, **{name: default}) == plain


def test_keys_may_have_dashes() -> None:
    given = picture("", network(), max_width=3)
    assert picture("", network(**{"max-width": 3})) == given != picture("", network())


def test_the_command_line_agrees(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    for preset in ({}, {"theme": "dark", "precision": 2, "top": 2}):
        path.write_text(text(**preset), encoding="utf-8")
        words = [str(path), "-o", "-", "--set", "x1=0.123456", "--set", "x2=1"]
        done = CliRunner().invoke(command, words)
        assert done.exit_code == 0, done.output
        assert done.stdout_bytes == picture("", network(**preset))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"thema": "dark"}, 'a drawing has no option "thema"; did you mean "theme"?'),
        (
            {"theme": "darc"},
            ('theme is one of light, dark, auto, paper, got "darc"; did you mean "dark"?'),
        ),
        (
            {"scale": -1},
            ("scale is the pixels of a PNG for each pixel of the picture, 0.1 to 20, got -1"),
        ),
        (
            {"scale": float("nan")},
            ("scale is the pixels of a PNG for each pixel of the picture, 0.1 to 20, got nan"),
        ),
        ({"precision": True}, "precision is 1 to 17 significant digits, got True"),
        ({"precision": 2.5}, "precision is 1 to 17 significant digits, got 2.5"),
        (
            {"collapse": 1},
            "collapse is true, false, or the names of layers with commas between, got 1",
        ),
        ({"focus": 3}, "focus is the id of a node, or the name of a stage, got 3"),
    ],
)
def test_wrong_arguments(given: dict[str, Any], message: str) -> None:
    net = network()
    for drawn in (
        lambda: draw.prepare(net, **given),
        lambda: draw.steps(net, net.trace({"x1": 0, "x2": 1}), **given),
    ):
        with pytest.raises(DrawingError) as caught:
            drawn()
        assert str(caught.value) == message


def test_numbers_of_numpy_are_numbers() -> None:
    net = network()
    assert draw.render(net, top=np.int64(2)) == draw.render(net, top=2)


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ({"theme": "dark", "max-width": 4}, []),
        (
            {"thema": "dark"},
            [("$.style.thema", ('render has no option "thema"; did you mean "theme"?'))],
        ),
        (
            {"zork": 1},
            [("$.style.zork", 'render has no option "zork"; known: ' + ", ".join(drawing.OPTIONS))],
        ),
        ({"top": 0}, [("$.style.top", "top is how many edges to show, at least 1, got 0")]),
        ({"top": "2"}, [("$.style.top", 'top is how many edges to show, at least 1, got "2"')]),
        (
            {"theme": None},
            [("$.style.theme", ("theme is one of light, dark, auto, paper, got None"))],
        ),
        (
            {"max_width": 4, "max-width": 5},
            [("$.style.max-width", ('the same option as "max_width"; keep one of them'))],
        ),
    ],
)
def test_problems_of_a_style(preset: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert drawing.problems(preset) == expected
    if expected:
        with pytest.raises(DeepgraphError, match=r"\$\.style\."):
            draw.render(network(**preset))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("theme", "dark", "dark"),
        ("precision", "3", 3),
        ("scale", "1.5", 1.5),
        ("collapse", "", True),
        ("collapse", "false", False),
        ("collapse", "h2,h3", "h2,h3"),
        ("focus", "h1", "h1"),
    ],
)
def test_texts_are_read(name: str, text: str, value: Any) -> None:
    assert drawing.OPTIONS[name].read(text) == value


@pytest.mark.parametrize(
    ("name", "text"), [("precision", "two"), ("scale", "inf"), ("animate", "yes"), ("theme", "")]
)
def test_texts_that_say_no_value(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is .*, got "):
        drawing.OPTIONS[name].read(text)
