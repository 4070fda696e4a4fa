"""Foreign text cannot forge a line or turn the direction of writing: every command × every text.

Each case puts one text, which no message may show as it is, in one place: a text of a spec, a
header or a cell of a table, a name in a file of parameters, the words of a marker, the name of a
file, the value of an option. Every command that meets the place runs, and what it writes for people
is looked at line by line. Results for programs (CSV, JSON lines, DOT) hold texts as they are.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import unicodedata

import numpy as np
import pytest
from click.testing import CliRunner

from deepgraph.cli import cli
from deepgraph.errors import DeepgraphError

TEXTS = {
    "line": "a\n::error file=a.py,line=1::FORGED",
    "breaks": "a ##[error]FORGED\r::error::FORGED\u2028::error::FORGED\u2029\x85::error::FORGED",
    "start": "::error::FORGED",
    "direction": "a\x1b]0;FORGED\x07\x1b[2K\u202ecod.exe\u202c \u2066b\u2069\u200f\u200b\ufeff\xad",
}
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

SPEC = {
    "deepgraph": 1,
    "name": "net",
    "title": "A title",
    "source": "A book",
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "h", "activation": "relu", "label": "hidden", "layer": "second", "note": "a note"},
        {"id": "y", "kind": "output", "label": "the output"},
        {"id": "b", "kind": "bias"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w", "weight": 1.5},
        {"source": "b", "target": "h", "label": "c", "weight": 0.5},
        {"source": "h", "target": "y", "label": "v", "weight": -2, "note": "a note"},
    ],
    "groups": {"all": ["w", "v"]},
    "stages": {"out1": ["h", "y"]},
    "examples": [
        {"name": "first", "source": "page 1", "note": "n", "inputs": {"x": 1}, "expect": {"y": 1}}
    ],
}
"""Its one example fails in `check`, which says so."""


def put(*path):
    """A change of the spec: the text becomes the value at a path; for `+` a key there."""

    def change(spec, text):
        *way, last = path
        for step in way:
            spec = spec[step]
        if last == "+":
            spec[text] = 1
        elif isinstance(last, tuple):  # a key is renamed
            spec[text] = spec.pop(last[0])
        else:
            spec[last] = text

    return change


def id_of(spec, text):
    """The hidden node has another id."""
    spec["nodes"][1]["id"] = spec["edges"][0]["target"] = text
    spec["edges"][1]["target"] = spec["edges"][2]["source"] = text
    spec["stages"]["out1"][0] = text


def output_id(spec, text):
    spec["nodes"][2]["id"] = spec["edges"][2]["target"] = text
    spec["stages"]["out1"][1] = text
    spec["examples"][0]["expect"] = {text: 1}


def input_id(spec, text):
    spec["nodes"][0]["id"] = spec["edges"][0]["source"] = text
    spec["examples"][0]["inputs"] = {text: 1}


def no_value(spec, text):
    spec["edges"][0]["label"] = spec["groups"]["all"][0] = text
    del spec["edges"][0]["weight"]


def with_table(name):
    """The network with a second output and the table of an example."""
    outputs = [*SPEC["nodes"], {"id": "z", "kind": "output"}]
    edges = [*SPEC["edges"], {"source": "h", "target": "z"}]
    examples = [{"table": name, "class": "c", "accuracy": 1}]
    return {**SPEC, "nodes": outputs, "edges": edges, "examples": examples}


def weight_label(spec, text):
    spec["edges"][0]["label"] = spec["groups"]["all"][0] = text


PLACES = {
    "name": put("name"),
    "title": put("title"),
    "description": put("description"),
    "source": put("source"),
    "note": put("note"),
    "$schema": put("$schema"),
    "unknown key": put("+"),
    "version": put("deepgraph"),
    "hidden id": id_of,
    "output id": output_id,
    "input id": input_id,
    "missing node": put("edges", 0, "target"),
    "unknown key of a node": put("nodes", 1, "+"),
    "kind": put("nodes", 1, "kind"),
    "activation": put("nodes", 1, "activation"),
    "parameter": lambda spec, text: spec["nodes"][1].update(activation={"name": "elu", text: 1}),
    "aggregation": put("nodes", 1, "aggregation"),
    "label of a node": put("nodes", 1, "label"),
    "label of the output": put("nodes", 2, "label"),
    "layer": put("nodes", 1, "layer"),
    "note of a node": put("nodes", 1, "note"),
    "value of a bias": put("nodes", 3, "value"),
    "label of a weight": weight_label,
    "weight": put("edges", 0, "weight"),
    "no value": no_value,
    "note of an edge": put("edges", 2, "note"),
    "group": put("groups", ("all",)),
    "label in a group": put("groups", "all", 0),
    "stage": put("stages", ("out1",)),
    "member of a stage": put("stages", "out1", 0),
    "example": put("examples", 0, "name"),
    "source of an example": put("examples", 0, "source"),
    "note of an example": put("examples", 0, "note"),
    "input of an example": put("examples", 0, "inputs", "+"),
    "value of an example": put("examples", 0, "inputs", "x"),
    "expected": put("examples", 0, "expect", "+"),
    "loss": lambda spec, text: spec["examples"][0].update(loss={"name": text}),
    "table": lambda spec, text: spec.update(with_table(text)),
    "parameters": put("parameters"),
    "file of parameters": lambda spec, text: spec.update(parameters=f"{text}.npz"),
    "theme": lambda spec, text: spec.update(style={"theme": text}),
    "unknown style": lambda spec, text: spec.update(style={text: 1}),
}  # fmt: skip

SILENT = {"$schema", "description", "layer", "source of an example", "parameters"}
SILENT |= {name for name in PLACES if name.startswith("note")}
"""The places of which no command speaks in messages."""

COMMANDS = {
    "validate": "validate net.json",
    "validate json": "validate net.json --json",
    "check": "check net.json",
    "check json": "check net.json --json",
    "info": "info net.json",
    "info json": "info net.json --json",
    "info node": "info net.json --node y",
    "render": "render net.json --set x=1 -o net.svg",
    "eval": "eval net.json --set x=1 -o out.csv",
    "eval table": "eval net.json --input t.csv -o out.csv -v",
    "eval target": "eval net.json --input t.csv --target c -o out.csv",
    "explain": "explain net.json --set x=1 --target y=1 --backward",
    "explain paths": "explain net.json --set x=1 --paths",
    "explain json": "explain net.json --set x=1 --format json",
    "explain markdown": "explain net.json --set x=1 --format markdown",
    "explain latex": "explain net.json --set x=1 --format latex",
    "kinks": "kinks net.json --over x=-1:1 --nodes all",
    "kinks json": "kinks net.json --over x=-1:1 --nodes all --json",
    "plot": "plot net.json --over x=-1:1 -o plot.svg",
    "train": "train net.json --input t.csv --target y=c --epochs 1 -o new.json",
    "train json": "train net.json --input t.csv --target y=c --epochs 1 -o new.json --json",
    "fmt": "fmt net.json --check",
    "init": "init net.json --seed 1 -o new.json",
    "embed": "embed page.md",
    "jacobian": "jacobian net.json --set x=1",
    "jacobian json": "jacobian net.json --set x=1 --json",
    "diff": "diff net.json other.json",
    "diff back": "diff other.json net.json --format markdown",
    "diff json": "diff net.json other.json --json",
    "patch": "patch net.json change.json -o new.json",
    "export": "export net.json -o net.graphml",
    "export python": "export net.json -o net.py",
    "live": "live net.json -o net.html",
}  # fmt: skip


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Runs commands in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("x,c\n1,2\n2,3\n")
    (tmp_path / "other.json").write_text(json.dumps({**SPEC, "examples": []}))
    (tmp_path / "change.json").write_text('[{"op": "test", "path": "/deepgraph", "value": 2}]')
    (tmp_path / "page.md").write_text(
        "<!-- deepgraph: net.json -->\n<!-- /deepgraph -->\n\n"
        "<!-- deepgraph: explain net.json --set x=1 -->\n<!-- /deepgraph -->\n"
    )

    def run(*arguments):
        done = CliRunner().invoke(cli, list(arguments))
        raised = done.exception
        if isinstance(raised, DeepgraphError):
            return f"{done.output}\nError: {raised}"
        assert raised is None or isinstance(raised, SystemExit), repr(raised)
        return done.output

    return run


def hold(written):
    """No line was forged, nothing steers a terminal or turns the direction of writing."""
    lines = written.split("\n")
    assert not [line for line in lines if line.lstrip().startswith("::")], written
    assert "##[" not in "".join(line for line in lines if '"' not in line), written
    assert BIDI.isdisjoint(written), ascii(written)
    wrong = {c for c in written if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs")} - {"\n"}
    assert not wrong, ascii(written)
    assert "\u200b" not in written
    assert "\ufeff" not in written


@pytest.mark.parametrize("place", PLACES)
def test_texts_of_a_spec(started, tmp_path, place):
    shown = 0
    for text in TEXTS.values():
        spec = copy.deepcopy(SPEC)
        PLACES[place](spec, text)
        (tmp_path / "net.json").write_text(json.dumps(spec))
        for arguments in COMMANDS.values():
            written = started(*arguments.split())
            hold(written)
            shown += "FORGED" in written
    assert shown > 0 or place in SILENT


PICTURES = [
    *(f"render net.json --groups --format {name}" for name in ("svg", "html", "dot", "mermaid")),
    *("render net.json --set x=1 --format tikz", "render net.json --renderer graphviz"),
    *("plot net.json --over x=-1:1 --format svg", "live net.json"),
]
"""Pictures and pages on standard output, of which a log may hold each line."""


@pytest.mark.parametrize("arguments", PICTURES)
def test_a_picture_forges_no_line(started, tmp_path, arguments):
    places = ["name", "title", "description", "layer", "label in a group", "label of a weight"]
    places += [name for name in PLACES if name.startswith(("label of", "note"))]
    for text in (TEXTS["line"], "a\r::error::FORGED", TEXTS["start"]):
        spec = copy.deepcopy(SPEC)
        for place in dict.fromkeys(places):
            PLACES[place](spec, text)
        (tmp_path / "net.json").write_text(json.dumps(spec))
        written = started(*arguments.split())
        assert "FORGED" in written
        lines = written.splitlines()
        assert not [line for line in lines if line.lstrip().startswith("::")], written


def csv_text(*rows):
    """A table whose every cell is in quotes where it has to be."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


TABLES = {
    "header": lambda text: csv_text([text, "c"], [1, 2]),
    "a further header": lambda text: csv_text(["x", "c", text], [1, 2, 3]),
    "two equal headers": lambda text: csv_text(["x", "c", text, text], [1, 2, 3, 4]),
    "cell": lambda text: csv_text(["x", "c"], [text, 2]),
    "target": lambda text: csv_text(["x", "c"], [1, text]),
    "too many cells": lambda text: csv_text(["x", "c"], [1, 2, text]),
    "delimiter": lambda text: f'"x";"{text}"\n1;2\n',
    "a text behind a quote": lambda text: f'x,c\n"1"{text},2\n',
}
TABLE_COMMANDS = {
    "eval": "eval net.json --input t.csv -o out.csv",
    "skip": "eval net.json --input t.csv -o out.csv --on-error skip",
    "errors": "eval net.json --input t.csv -o out.csv --on-error skip --errors bad.csv",
    "target": "eval net.json --input t.csv --target c -o out.csv -v",
    "keep": "eval net.json --input t.csv --keep all -o out.csv",
    "row": "explain net.json --input t.csv --row 1",
    "rows": "explain net.json --input t.csv --rows",
    "kinks": "kinks net.json --input t.csv --rows 1:2",
    "render": "render net.json --input t.csv --row 1 -o net.svg",
    "train": "train net.json --input t.csv --target y=c --epochs 1 -o new.json",
    "check": "check rows.json",
    "validate": "validate rows.json",
}  # fmt: skip


@pytest.mark.parametrize("place", TABLES)
def test_texts_of_a_table(started, tmp_path, place):
    (tmp_path / "net.json").write_text(json.dumps(SPEC))
    (tmp_path / "rows.json").write_text(json.dumps(with_table("t.csv")))
    shown = 0
    for text in TEXTS.values():
        (tmp_path / "t.csv").write_bytes(TABLES[place](text).encode())
        for arguments in TABLE_COMMANDS.values():
            written = started(*arguments.split())
            hold(written)
            shown += "FORGED" in written
    assert shown > 0 or place in ("too many cells", "delimiter", "a text behind a quote")


TRAIN = ["train", "net.json", "--input", "t.csv", "-o", "n.json", "--target"]
OPTIONS = {
    "no command": lambda text: [text],
    "no option": lambda text: ["info", "net.json", f"--{text}"],
    "too many words": lambda text: ["info", "net.json", text],
    "no spec": lambda text: ["validate", f"{text}.json"],
    "no table": lambda text: ["eval", "net.json", "--input", text],
    "output": lambda text: ["render", "net.json", "-o", text],
    "format": lambda text: ["render", "net.json", "--format", text],
    "set": lambda text: ["explain", "net.json", "--set", text],
    "set a name": lambda text: ["explain", "net.json", "--set", f"{text}=1"],
    "set a value": lambda text: ["explain", "net.json", "--set", f"x={text}"],
    "over": lambda text: ["kinks", "net.json", "--over", text],
    "over a name": lambda text: ["kinks", "net.json", "--over", f"{text}=0:1"],
    "over a value": lambda text: ["kinks", "net.json", "--over", f"x={text}:1"],
    "nodes": lambda text: ["eval", "net.json", "--set", "x=1", "--nodes", text],
    "node": lambda text: ["explain", "net.json", "--set", "x=1", "--node", text],
    "info node": lambda text: ["info", "net.json", "--node", text],
    "target": lambda text: [*TRAIN, f"y={text}"],
    "loss": lambda text: ["explain", "net.json", "--set", "x=1", "--loss", text],
    "keep": lambda text: ["eval", "net.json", "--input", "t.csv", "--keep", text],
    "theme": lambda text: ["render", "net.json", "--theme", text, "-o", "net.svg"],
    "frame option": lambda text: [*TRAIN, "y=c", "--frames", "f", "--frame-option", text],
    "example": lambda text: ["new", "--example", text],
    "shape": lambda text: ["new", text],
    "activation": lambda text: ["new", "1-2-1", "--activation", text],
    "page": lambda text: ["embed", text],
}  # fmt: skip


@pytest.mark.parametrize("place", OPTIONS)
def test_texts_of_options(run, tmp_path, place):
    """As processes: the last step, which shows what click refuses, is part of it."""
    (tmp_path / "net.json").write_text(json.dumps(SPEC))
    (tmp_path / "t.csv").write_text("x,c\n1,2\n")
    shown = 0
    for name in ("line", "start", "direction"):
        done = run(*OPTIONS[place](TEXTS[name]))
        hold(done.stdout + done.stderr)
        shown += "FORGED" in done.stdout + done.stderr
        assert done.returncode, done
    assert shown > 0


def test_names_of_files(run, tmp_path):
    """A folder may hold files of any name; their names stand at the start of lines."""
    for number, text in enumerate(TEXTS.values()):
        name = text.replace("/", "_") + f"{number}.json"
        (tmp_path / name).write_text(json.dumps(SPEC))
        (tmp_path / f"x{name}").write_text('{"deepgraph": 1, "nodes": 3}')
        (tmp_path / f"y{name}").write_text("{}")
        (tmp_path / f"{name}.md").write_text(
            "<!-- deepgraph: nothing.json -->\n<!-- /deepgraph -->\n"
        )
    names = sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".json")
    pages = sorted(path.name for path in tmp_path.glob("*.md"))
    calls = [["validate", "."], *([word, *names] for word in ("validate", "check", "fmt"))]
    calls += [["fmt", "--check", *names], ["embed", *pages], ["embed", "--check", *pages]]
    for arguments in [*calls, *(["info", name] for name in names)]:
        done = run(*arguments)
        written = done.stdout + done.stderr
        hold(written)
        assert "FORGED" in written or arguments[0] == "info"


def test_names_in_a_file_of_parameters(started, tmp_path):
    spec = copy.deepcopy(SPEC)
    spec["parameters"] = "w.npz"
    (tmp_path / "net.json").write_text(json.dumps(spec))
    for text in TEXTS.values():
        np.savez(tmp_path / "w.npz", **{text: np.ones(2)})
        for name in ("validate", "info", "eval", "render"):
            hold(started(*COMMANDS[name].split()))


MARKERS = (
    "'{0}'",
    "net.json '--{0}' 1",
    "net.json --set '{0}'",
    "net.json -o '{0}.svg'",
    "net.json --alt '{0}' --theme '{0}'",
)


def test_markers_of_a_page(started, tmp_path):
    (tmp_path / "net.json").write_text(json.dumps(SPEC))
    shown = 0
    for text in TEXTS.values():
        for marker in MARKERS:
            page = f"<!-- deepgraph: {marker.format(text)} -->\n<!-- /deepgraph -->\n"
            (tmp_path / "page.md").write_bytes(page.encode())
            written = started("embed", "page.md")
            hold(written)
            shown += "FORGED" in written
    assert shown > 0
