"""Runs the cells of docs/tour.ipynb and writes what they show into it.

    python docs/_ext/tour.py

Code hosts show a notebook with the outputs that it holds. A test runs the cells and fails where
the notebook holds others.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from IPython.core.formatters import DisplayFormatter

NOTEBOOK = Path(__file__).parents[1] / "tour.ipynb"
SHOWN = ("image/svg+xml", "text/plain")
"""What is kept of an output: a picture that every viewer shows, and the line for a terminal."""


def main() -> None:
    """Write the notebook anew, with its outputs."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    NOTEBOOK.write_text(text_of(executed(notebook)), encoding="utf-8")


def text_of(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook whose cells were run one after the other, in an empty folder."""
    names: dict[str, Any] = {}
    cells = []
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        for cell in notebook["cells"]:
            count = sum(each["cell_type"] == "code" for each in cells) + 1
            cells.append(_run(names, cell, count) if cell["cell_type"] == "code" else cell)
    return notebook | {"cells": cells}


def _run(names: dict[str, Any], cell: dict[str, Any], count: int) -> dict[str, Any]:
    """A cell with what it prints, and what its last line is worth if that is an expression."""
    lines = ast.parse(cell["source"]).body
    last = lines.pop() if isinstance(lines[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(lines, []), "<tour>", "exec"), names)
        value = last and eval(compile(ast.Expression(last.value), "<tour>", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": printed.getvalue()})
    if value is not None:
        data, _ = DisplayFormatter().format(value, include=SHOWN)
        outputs.append(
            {
                "data": {kind: data[kind] for kind in SHOWN if kind in data},
                "execution_count": count,
                "metadata": {},
                "output_type": "execute_result",
            }
        )
    return cell | {"execution_count": count, "outputs": outputs}


if __name__ == "__main__":
    main()
