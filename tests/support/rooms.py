"""The rooms of the package: which there are, and what each module imports.

`python -m tests.support.rooms` writes what docs/how.md shows of them: the picture and the table.
"""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import networkx as nx

import deepgraph
from deepgraph.edit import formatting

PACKAGE = Path(deepgraph.__file__).parent
DOCS = PACKAGE.parent / "docs"

# fmt: off
FLOORS = (
    "words", "errors", "lazy", "files",
    "functions", "options", "spec", "tables",
    "graph", "rules", "formats", "formats.readers",
    "evaluate", "engines", "kinks", "scoring",
    "draw.graphviz", "draw.view", "draw.layout", "draw.output", "draw", "plot",
    "explain", "check",
    "network", "loading", "builder",
    "train", "edit", "diff", "estimators", "request", "live", "embed", "cli",
    "__init__", "__main__",
)
# fmt: on
"""Rooms and modules of the root, from the ground up: each imports only what stands before it.

A room within a room is a floor of its own; a name stands for all that lies in it and has no floor
of its own.
"""


class Import(NamedTuple):
    """One import of a module: a whole module, or a name of one; for types alone, or not."""

    module: str
    name: str
    for_types: bool


def names_of(path: Path) -> str:
    """`draw.view.records` for a module, `draw.view.__init__` for that of a room."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


MODULES = {names_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def floor_of(module: str) -> str:
    """The floor of a module: the longest name in `FLOORS` that it lies under."""
    parts = module.removesuffix(".__init__").split(".")
    ends = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((name for name in ends if name in FLOORS), "")


def imports_of(path: Path):
    """All that a module imports from the package, at its head, in functions and for types."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    checking = [n for n in nodes if isinstance(n, ast.If) and _is_checking(n.test)]
    for_types = {id(inner) for block in checking for inner in ast.walk(block)}
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            assert not [name for name in names if name.split(".")[0] == "deepgraph"], (
                f"{path}: write from deepgraph import"
            )
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            name = ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else ""
            if name.startswith("deepgraph."):
                yield Import(name.removeprefix("deepgraph."), "", for_types=False)
        if not isinstance(node, ast.ImportFrom):
            continue
        assert not node.level, f"{path}: imports are absolute"
        if node.module.split(".")[0] != "deepgraph":
            continue
        inside = node.module.removeprefix("deepgraph").removeprefix(".")
        for alias in node.names:
            whole = f"{inside}.{alias.name}".removeprefix(".")
            if whole in MODULES:
                yield Import(whole, "", id(node) in for_types)
            elif f"{whole}.__init__" in MODULES:
                yield Import(f"{whole}.__init__", "", id(node) in for_types)
            elif inside in MODULES:
                yield Import(inside, alias.name, id(node) in for_types)
            else:
                room = f"{inside}.__init__".removeprefix(".")
                yield Import(room, alias.name, id(node) in for_types)


def _is_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


@cache
def imports() -> dict[str, list[Import]]:
    """What each module imports; it takes seconds, which no process of the tests pays unasked."""
    return {module: sorted(set(imports_of(path))) for module, path in MODULES.items()}


def rooms() -> dict[str, str]:
    """The rooms from the top down, each with the first line of its docstring."""
    found = {}
    for floor in reversed(FLOORS):
        if f"{floor}.__init__" in MODULES:
            told = ast.get_docstring(ast.parse(MODULES[f"{floor}.__init__"].read_text()))
            found[floor.replace(".", "/")] = (told or "").splitlines()[0]
    return found


def picture() -> str:
    """A spec with a node for each room, and an edge from a room to each that imports it.

    Rooms within a room are drawn as one. An import that a longer way implies is left out.
    """
    drawn = nx.DiGraph()
    for module, found in imports().items():
        for target in found:
            below, above = (_node(floor_of(name)) for name in (target.module, module))
            is_exempt = FLOORS.index(floor_of(target.module)) > FLOORS.index(floor_of(module))
            if below and above and below != above and not is_exempt:
                drawn.add_edge(below, above)
    plain = nx.transitive_reduction(drawn)
    order = {_node(floor): number for number, floor in enumerate(FLOORS)}
    nodes = []
    for name in sorted(plain, key=order.__getitem__):
        kind = "output" if not plain.out_degree(name) else "hidden"
        nodes.append({"id": name, "kind": kind if plain.in_degree(name) else "input"})
    edges = sorted(plain.edges, key=lambda edge: (order[edge[1]], order[edge[0]]))
    content = {
        "deepgraph": 1,
        "name": "rooms",
        "title": "The rooms of the package",
        "description": "An arrow leads from a room to one that imports it.",
        "nodes": nodes,
        "edges": [{"source": source, "target": target} for source, target in edges],
        "style": {"weights": "none"},
    }
    return formatting.formatted(json.dumps(content).encode(), "rooms.json")


def _node(floor: str) -> str:
    """The node of a floor in the picture; none for what nearly every room imports."""
    if floor in ("errors", "lazy", "files", "__init__", "__main__"):
        return ""
    return {"loading": "network", "builder": "network"}.get(floor, floor.split(".", maxsplit=1)[0])


def table() -> str:
    """The rooms from the top down, as the table of docs/how.md."""
    rows = [f"| `{room}/` | {line} |" for room, line in rooms().items()]
    return "\n".join(["| room | what it is for |", "|---|---|", *rows])


def with_table(page: str) -> str:
    """docs/how.md with the table as it is today."""
    return re.sub(r"\| room \|.*?(?=\n\n)", lambda _: table(), page, count=1, flags=re.DOTALL)


if __name__ == "__main__":
    (DOCS / "rooms.json").write_text(picture(), encoding="utf-8")
    how = DOCS / "how.md"
    how.write_text(with_table(how.read_text(encoding="utf-8")), encoding="utf-8")
