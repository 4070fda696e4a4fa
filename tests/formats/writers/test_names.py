"""Names of a spec in programs: keywords, names of helpers, and names that want to be code."""

from __future__ import annotations

import keyword

import numpy as np
import pytest

from deepgraph.formats import writers
from deepgraph.formats.writers import c, javascript, python
from deepgraph.formats.writers.names import Identifiers, harmless, quoted
from deepgraph.options.export_formats import FORMATS
from tests.support.exported import PROGRAMS
from tests.support.strategies import ODD_IDS, network, same

HOSTILE = (
    "*/ int evil = 1; /*",
    "?\\?/",
    '"); process.exit(9); ("',
    "'''\"\"\"",
    "</script><script>alert(1)</script>",
    "<!--",
    "\u202eevil\u202c",
    "\u2028 throw 1",
    "#include </etc/passwd>",
    "${process.exit(9)}",
    "{0} {x} %s",
    "\\",
    "// \\",
    '"; DROP TABLE t; --',
    "=1+1",
    "__class__",
    "🎉",
)
_WORDS = (
    *("relu", "tanh", "exp", "maximum", "minimum", "divide", "network", "inputs", "outputs", "z"),
    *(
        "j",
        "k",
        "t1",
        "largest",
        "total",
        "math",
        "np",
        "torch",
        "F",
        "abs",
        "Math",
        "NaN",
        "arguments",
    ),
    *(
        "main",
        "double",
        "NAN",
        "M_PI",
        "linux",
        "unix",
        "y0",
        "j1",
        "gamma",
        "isnan",
        "fabs",
        "restrict",
    ),
    *(
        "eval",
        "let",
        "of",
        "yield",
        "async",
        "INPUTS",
        "float",
        "range",
        "self",
        "forward",
        "module",
    ),
    *keyword.kwlist,
)
WORDS = tuple(dict.fromkeys(_WORDS))


def neurons(names, title="ok"):
    """A network in which everything has one of these names, functions and softmax among it."""
    functions = ["relu", "tanh", "sigmoid", "gelu", "softplus", "leaky_relu", "softmax", "log"]
    nodes = [{"id": "x", "kind": "input"}, {"id": "b", "kind": "bias", "value": 0.25}]
    edges = []
    for number, name in enumerate(names):
        function = functions[number % len(functions)]
        nodes.append({"id": f"{name}", "kind": "output", "activation": function})
        edges.append({"source": "x", "target": name, "label": f"w {name}", "weight": 0.5})
        edges.append({"source": "b", "target": name})
    return network({"deepgraph": 1, "name": title, "title": title, "nodes": nodes, "edges": edges})


def labels(names):
    """A network whose weights have these names."""
    return network(
        {
            "deepgraph": 1,
            "nodes": [{"id": "X", "kind": "input"}]
            + [{"id": f"N{i}", "kind": "output", "activation": "relu"} for i in range(len(names))],
            "edges": [
                {"source": "X", "target": f"N{i}", "label": name, "weight": i + 0.5}
                for i, name in enumerate(names)
            ],
        }
    )


@pytest.mark.parametrize("form", PROGRAMS)
@pytest.mark.parametrize("make", [neurons, labels])
@pytest.mark.parametrize("names", [WORDS, HOSTILE, ODD_IDS], ids=["words", "hostile", "odd"])
def test_names_stay_names(names, make, form):
    net = make(names)
    X = np.linspace(-2, 2, 9)[:, None]
    found, expected = PROGRAMS[form](net, X), net(X)
    assert np.allclose(found, expected, rtol=1e-12, atol=1e-14, equal_nan=True)


@pytest.mark.parametrize("form", PROGRAMS)
@pytest.mark.parametrize("title", [*HOSTILE, "double", "exp", "2", "net"])
def test_the_name_of_the_network(form, title):
    net = neurons(["y"], title)
    X = np.array([[1.0], [-1.0]])
    assert same(PROGRAMS[form](net, X), net(X))


INJECTED = [
    "*\\ int injected = 42; /*",
    "<\\script>",
    "One-hot encoding: three inputs",
    "coding: utf-7 +AAo-raise SystemExit(1)",
    "??\\",
]


@pytest.mark.parametrize("form", PROGRAMS)
@pytest.mark.parametrize("title", INJECTED)
def test_a_title_runs_nothing_and_names_no_encoding(title, form):
    net = neurons(["y"], title)
    X = np.array([[1.0], [-1.0]])
    assert same(PROGRAMS[form](net, X), net(X))


@pytest.mark.parametrize("title", INJECTED)
def test_no_end_of_a_comment_is_left(title):
    text = harmless(title)
    assert not any(end in text for end in ("*/", "/*", "<!--", "-->", "</", "??/", "\\"))


@pytest.mark.parametrize(
    "form", [name for name, row in FORMATS.items() if row.is_text and name != "graphml"]
)
def test_a_title_of_several_lines_stays_a_comment(form):
    spec = {
        "deepgraph": 1,
        "title": "first\nsecond */ third\r\u2028fourth\u2029fifth\x85sixth",
        "source": "a\n'''b",
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y"}],
    }
    text = writers.write(network(spec), form).decode()
    assert not set(text) & set("\r\u2028\u2029\x85\u202e")
    [line] = [line for line in text.splitlines() if "third" in line]
    assert "first second" in line
    assert "*/" not in line


@pytest.mark.parametrize("language", [c.C, javascript.JavaScript, python.Python])
def test_identifiers_are_those_of_the_language(language):
    names = Identifiers(language.reserved)
    made = [names.new(name) for name in (*WORDS, *HOSTILE, *ODD_IDS)]
    assert len(set(made)) == len(made)
    assert all(name.isascii() and name.isidentifier() for name in made)
    assert not set(made) & language.reserved


def test_identifiers_without_case():
    names = Identifiers({"select"}, ignore_case=True)
    assert [names.new(name) for name in ("X", "x", "SELECT")] == ["X", "x_2", "SELECT_"]


def test_a_long_name_is_cut():
    names = Identifiers()
    made = [names.new("a" * 256), names.new("a" * 256)]
    assert [len(name) for name in made] == [60, 62]


def test_comments_and_texts():
    assert harmless("a */ b") == "a * / b"
    assert harmless("a\\") == "a/"
    assert eval(quoted("🎉\u2028'\"")) == "🎉\u2028'\""
