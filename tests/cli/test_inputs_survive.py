"""An output never destroys an input: every command with an output × every file that it reads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import networkx
import numpy as np
import pytest

import deepgraph
from deepgraph.draw.output.font_files import FONT_FILES

SPEC = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "h", "activation": "relu"},
        {"id": "y", "kind": "output"},
        {"id": "z", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w"},
        {"source": "h", "target": "y", "label": "v"},
        {"source": "h", "target": "z"},
    ],
    "parameters": "w.npz",
    "examples": [{"table": "rows.csv", "class": "c", "accuracy": 0.5}],
}

COMMANDS = {
    "eval": ("eval", "net.json", "--input", "t.csv", "--format", "csv", "-o", "OUT"),
    "eval --row": (
        *("eval", "net.json", "--input", "t.csv", "--row", "1"),
        *("--format", "csv", "-o", "OUT"),
    ),
    "eval --set": ("eval", "net.json", "--set", "x=1", "--format", "csv", "-o", "OUT"),
    "eval --errors": (
        *("eval", "net.json", "--input", "t.csv", "--on-error", "skip"),
        *("--errors", "OUT", "-o", "new.csv"),
    ),
    "eval two": (
        *("eval", "net.json", "--input", "t.csv", "--input", "v.csv"),
        *("--format", "csv", "-o", "OUT"),
    ),
    "explain": (
        *("explain", "net.json", "--input", "t.csv", "--row", "1"),
        *("--format", "json", "-o", "OUT"),
    ),
    "kinks": ("kinks", "net.json", "--over", "x=-1:1", "--format", "csv", "-o", "OUT"),
    "kinks --rows": (
        "kinks", "net.json", "--input", "t.csv", "--rows", "1:2", "--format", "csv", "-o", "OUT"
    ),
    "plot": (
        *("plot", "net.json", "--over", "x=-1:1", "--format", "svg", "-o", "OUT"),
    ),
    "render": (
        *("render", "net.json", "--input", "t.csv", "--row", "1"),
        *("--format", "mermaid", "-o", "OUT"),
    ),
    "render svg": ("render", "net.json", "--format", "svg", "-o", "OUT"),
    "train": (
        *("train", "net.json", "--input", "t.csv", "--target", "c", "--validation", "v.csv"),
        *("--epochs", "1", "-o", "OUT"),
    ),
    "render png": (
        *("render", "net.json", "--input", "t.csv", "--row", "1", "--font", "some.ttf"),
        *("--format", "png", "-o", "OUT"),
    ),
    "jacobian": ("jacobian", "net.json", "--set", "x=1", "--format", "csv", "-o", "OUT"),
    "diff": ("diff", "net.json", "changed.json", "--format", "json", "-o", "OUT"),
    "patch": ("patch", "net.json", "change.json", "-o", "OUT"),
    "export": ("export", "net.json", "--format", "python", "-o", "OUT"),
    "import": ("import", "links.json", "-o", "OUT"),
    "train --log": (
        *("train", "net.json", "--input", "t.csv", "--target", "c", "--validation", "v.csv"),
        *("--epochs", "1", "--log", "OUT", "-o", "new.json"),
    ),
}  # fmt: skip
READ = {
    "net.json": {*COMMANDS} - {"import", "patch"},  # patch may change its spec
    "w.npz": {*COMMANDS} - {"import"},
    "rows.csv": {*COMMANDS} - {"import"},
    "t.csv": {name for name, arguments in COMMANDS.items() if "t.csv" in arguments},
    "some.ttf": {"render png"},
    "changed.json": {"diff"},
    "change.json": {"patch"},
    "links.json": {"import"},
    "v.csv": {name for name, arguments in COMMANDS.items() if "v.csv" in arguments},
}
"""By input, the commands that read it or, as tables of examples, whose spec names it."""

WAYS = ("itself", "link", "hard link", "another way")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "net.json").write_text(json.dumps(SPEC))
    np.savez(tmp_path / "w.npz", w=1.5, v=-0.5)
    (tmp_path / "changed.json").write_text(json.dumps({**SPEC, "name": "other"}))
    (tmp_path / "change.json").write_text("[]")
    shutil.copy(FONT_FILES["LiberationSans-Regular"], tmp_path / "some.ttf")
    graph = deepgraph.loads(json.dumps({**SPEC, "parameters": {}, "examples": []})).graph
    links = json.dumps(networkx.node_link_data(graph, edges="links"))
    (tmp_path / "links.json").write_text(links)
    for name in ("t.csv", "v.csv", "rows.csv"):
        (tmp_path / name).write_text("x,y,z,c\n1,2,1,y\n2,3,1,z\n")
    return tmp_path


def called(folder, name, way):
    """The output that is an input, by one of the ways to call it."""
    if way == "itself":
        return name
    if way == "another way":
        (folder / "sub").mkdir()
        return f"sub/../{name}"
    other = f"other{os.path.splitext(name)[1]}"
    if way == "link":
        (folder / other).symlink_to(name)
    else:
        os.link(folder / name, folder / other)
    return other


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("command", "name"),
    [(command, name) for name, commands in READ.items() for command in sorted(commands)],
)
def test_no_output_replaces_what_is_read(run_again, files, command, name, way):
    out = called(files, name, way)
    before = contents(files)
    done = run_again(*(out if argument == "OUT" else argument for argument in COMMANDS[command]))
    assert done.returncode in (1, 2), done
    assert f"{out} is " in done.stderr
    assert " read" in done.stderr or "is the spec;" in done.stderr
    assert contents(files) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_another_file_is_written(run, files, command):
    """The commands above end well with any other output."""
    out = "out.json" if command == "import" else "out.csv"
    arguments = [out if argument == "OUT" else argument for argument in COMMANDS[command]]
    done = run(*arguments)
    code = 1 if command == "diff" else 0  # it says that two networks differ
    assert done.returncode == code, done.stderr
    assert (files / out).exists()
    assert run(*arguments).returncode == code


def test_standard_input_is_a_file(run, files):
    (files / "net.json").write_text((files / "net.json").read_text().replace('"w.npz"', "{}"))
    before = contents(files)
    command = [sys.executable, "-m", "deepgraph", "explain", "-", "--seed", "1", "--set", "x=1"]
    with (files / "net.json").open("rb") as stream:
        done = subprocess.run(
            [*command, "-o", "net.json"], stdin=stream, capture_output=True, cwd=files, check=False
        )
    assert done.returncode == 1
    assert b"net.json is read by this command" in done.stderr
    assert contents(files) == before


def test_what_is_for_it_writes_what_it_reads(run, files):
    shutil.copy(files / "net.json", files / "one.json")
    assert run("fmt", "one.json").returncode == 0
    assert run("fmt", "one.json", "-o", "one.json").returncode == 0
    (files / "two.json").write_text((files / "net.json").read_text().replace('"w.npz"', "{}"))
    assert run("init", "two.json", "--seed", "1").returncode == 0
    assert run("eval", "two.json", "--set", "x=1").returncode == 0
    (files / "page.md").write_text("<!-- deepgraph: two.json -o two.svg -->\n<!-- /deepgraph -->\n")
    assert run("embed", "page.md").returncode == 0
    assert run("new", "--example", "xor", "-o", "xor.json").returncode == 0
    assert run("new", "--example", "xor", "-o", "xor.json", "--force").returncode == 0


@pytest.mark.parametrize("command", [("fmt", "net.json"), ("init", "net.json", "--seed", "1")])
@pytest.mark.parametrize("name", ["w.npz", "rows.csv"])
def test_but_nothing_else(run, files, command, name):
    before = contents(files)
    done = run(*command, "-o", name)
    assert done.returncode == 1
    assert done.stderr == f"Error: {name} is read by this command; name another file to write\n"
    assert contents(files) == before
