"""The rooms of the package: what each may import, and that a command pays only for what it uses."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from deepgraph.cli import COMMANDS
from tests.support.rooms import FLOORS, MODULES, floor_of, imports

EXEMPT = {
    ("network", "diff"): "`Network.diff`, the comparison; by name, when it is asked for",
    ("network", "live"): "`Network.live`, the live page; by name, when it is asked for",
    ("network", "train"): "`Network.explain` of several steps, which training takes; by name",
    ("network", "embed"): "how a notebook shows a network; by name, when a notebook asks",
    ("evaluate", "embed"): "how a notebook shows a trace, likewise",
    ("errors", "embed"): "how a notebook shows an error that ends a cell, likewise",
}
"""Pairs of floors, the upper one imported by the lower one, each with the reason."""

MOST_IN_ROOT = 8


def test_every_import_leads_to_a_module():
    wrong = [(m, i) for m, found in imports().items() for i in found if i.module not in MODULES]
    assert wrong == []


def test_every_module_has_its_floor():
    assert {module: floor_of(module) for module in MODULES if not floor_of(module)} == {}
    assert {floor_of(module) for module in MODULES} == set(FLOORS)


def test_the_root_is_small():
    assert len([module for module in MODULES if "." not in module]) <= MOST_IN_ROOT


def test_every_room_says_what_it_is_for():
    for module, path in MODULES.items():
        if module.endswith("__init__"):
            told = ast.get_docstring(ast.parse(path.read_text()))
            assert told, module
            assert told.splitlines()[0].endswith((".", ":")), module


def test_imports_point_downwards():
    """Imports in functions and for types, too."""
    wrong, used = [], set()
    for module, found in imports().items():
        for target in found:
            above, below = floor_of(module), floor_of(target.module)
            if target.module == "__init__" or FLOORS.index(below) <= FLOORS.index(above):
                continue  # `__version__` alone, see below; or as it should be
            if (above, below) in EXEMPT:
                used.add((above, below))
            else:
                wrong.append(f"{module} imports {target.module}")
    assert wrong == []
    assert used == set(EXEMPT), "an exemption that nothing needs"


def test_the_root_is_asked_for_the_version_alone():
    names = {i.name for m, found in imports().items() for i in found if i.module == "__init__"}
    assert names <= {"__version__"}


@pytest.mark.parametrize("floor", FLOORS)
def test_no_circle_within_a_floor(floor):
    inside = {
        module: {i.module for i in found if floor_of(i.module) == floor} - {module}
        for module, found in imports().items()
        if floor_of(module) == floor
    }
    try:
        list(TopologicalSorter(inside).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_floor_imports_a_private_name_of_another():
    """A private name is one with an underscore in front, whatever it is imported as."""
    wrong = [
        f"{module} imports {target.module}.{target.name}"
        for module, found in imports().items()
        for target in found
        if target.name.startswith("_")
        and not target.name.startswith("__")
        and floor_of(module) != floor_of(target.module)
    ]
    assert wrong == []


def test_drawing_never_evaluates():
    targets = {
        floor_of(target.module)
        for module, found in imports().items()
        for target in found
        if module.startswith("draw.") and not target.for_types
    }
    assert targets & {"network", "evaluate", "scoring", "tables", "engines"} == set()


# --- what a process loads -----------------------------------------------------------------------

DUMP = """
import sys
sys.modules["pandas"] = None  # pyarrow imports it with its first array, where it is installed
from deepgraph.cli import main
for sys.argv[1:] in {calls!r}:
    try:
        main()
    except SystemExit as stop:
        assert (stop.code or None) == {code!r}, stop.code
print("loaded:", *sorted(sys.modules), file=sys.stderr)
"""
SPECS = Path(__file__).parents[1] / "specs"
SPEC, TABLE, IRREGULAR = SPECS / "xor.json", SPECS / "xor.csv", SPECS / "irregular.json"
SET = ("--set", "x1=0", "--set", "x2=1")

NUMPY = {"numpy", "msgspec"}
TABLES = {"pyarrow"}
GRAPHS = {"networkx"}
GRAPHVIZ = {"graphviz"}
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
        (("explain", SPEC, *SET), HEAVY | SLOW),
        (("explain", SPEC, *SET, "--node", "h1"), HEAVY | SLOW),
        (("explain", SPEC, *SET, "--target", "y=1"), HEAVY | SLOW),
        (("kinks", SPECS / "deep_state.json", "--over", "x=-1:1"), HEAVY | SLOW),
        (
            ("train", SPEC, "--input", TABLE, "--target", "y=target_y", "-o", "a.json"),
            GRAPHS | DRAWING | {"numba"},
        ),
        (("embed", SPECS.parent / "README.md", "--check"), TABLES | GRAPHVIZ | {"numba"}),
        (("check", SPEC), HEAVY | SLOW),
        (("validate", SPEC), HEAVY | SLOW),
        (("fmt", SPEC, "--check"), HEAVY | SLOW),
        (("diff", SPEC, SPEC), HEAVY | SLOW),
        (("schema",), HEAVY | SLOW),
        (("export", SPEC, "-o", "a.c"), HEAVY | SLOW),
        (("export", SPEC, "-o", "a.onnx"), HEAVY | SLOW | {"onnx"}),
        (("new", "1-2-1"), HEAVY | SLOW),
        (("render", SPEC, "-o", "a.dot"), HEAVY - {"deepgraph.draw", *GRAPHVIZ}),
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


PAY_FOR_NETWORKX = {
    "the longest path": ("info", SPEC),
    "what depends on one node": ("info", SPEC, "--node", "h1"),
    "which nodes form a cycle": ("validate", "cycle.json"),
    "the same, by whatever command reads the spec": ("eval", "cycle.json", "--set", "x=1"),
}
"""Commands that load networkx, by what they ask it: questions that a person waits for.

What is asked of every spec and every row (the order of evaluation, what an output needs) is
answered by arrays, since networkx takes a quarter of a second to load and seconds for a million
edges.
"""

CYCLE = """{"deepgraph": 1,
  "nodes": [{"id": "x", "kind": "input"}, {"id": "a"}, {"id": "b", "kind": "output"}],
  "edges": [{"source": "x", "target": "a"}, {"source": "a", "target": "b"},
            {"source": "b", "target": "a"}]}"""


@pytest.mark.parametrize("arguments", PAY_FOR_NETWORKX.values(), ids=PAY_FOR_NETWORKX)
def test_these_commands_pay_for_networkx(tmp_path, arguments):
    (tmp_path / "cycle.json").write_text(CYCLE)
    loaded = loaded_by(tmp_path, arguments, code=1 if "cycle.json" in arguments else None)
    assert loaded & (HEAVY - {"hashlib"}) == GRAPHS  # networkx itself imports hashlib


def test_help_needs_no_numpy(tmp_path):
    """Of all commands, one after the other in one process."""
    calls = [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)]
    assert loaded_by(tmp_path, *calls) & (NUMPY | HEAVY) == set()


def loaded_by(folder, *calls, code=None):
    """The names of the modules that a process has after some calls of the command line."""
    program = DUMP.format(calls=[list(map(str, arguments)) for arguments in calls], code=code)
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
