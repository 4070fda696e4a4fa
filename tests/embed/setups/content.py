"""The pages that every set-up shows: the same five diagrams, twice the same one among them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

SPECS = Path(__file__).parents[3] / "specs"

ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    ("xor.json", {"set": "x1=0 x2=1"}),
    ("xor.json", {"set": "x1=0 x2=1"}),
    ("deep_state.json", {"set": "x=0.5"}),
    ("iris.json", {"input": "iris.csv", "row": "3"}),
    ("deep_state.json", {"set": "x=0.5", "gradient": "", "loss": "output"}),
)
"""A spec and options for each diagram."""


def specs(folder: Path) -> None:
    """Copy the specs and their tables into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("xor.json", "deep_state.json", "iris.json", "iris.csv"):
        shutil.copy(SPECS / name, folder / name)


def fences(folder: str = "specs/") -> str:
    """A page of a site with fences."""
    text = "# Networks\n"
    for spec, options in ASKED:
        given = " ".join(
            f'{name}="{folder if name == "input" else ""}{value}"' if value else name
            for name, value in options.items()
        )
        text += f'\nWords between.\n\n```deepgraph spec="{folder}{spec}" {given}\n```\n'
    return text


def directives() -> str:
    """A page of reStructuredText."""
    text = "Networks\n========\n"
    for spec, options in ASKED:
        lines = "".join(f"   :{name}: {value}".rstrip() + "\n" for name, value in options.items())
        text += f"\nWords between.\n\n.. deepgraph:: {spec}\n{lines}"
    return text


def myst() -> str:
    """A page of MyST Markdown."""
    text = "# Networks\n"
    for spec, options in ASKED:
        lines = "".join(f":{name}: {value}".rstrip() + "\n" for name, value in options.items())
        text += f"\nWords between.\n\n```{{deepgraph}} {spec}\n{lines}```\n"
    return text


def markers(more: str = "") -> str:
    """A page for `deepgraph embed`."""
    text = "# Networks\n"
    for spec, options in ASKED:
        given = "".join(
            f" --{name} {part}".rstrip()
            for name, value in options.items()
            for part in (value.split() if name == "set" else [value])
        )
        text += f"\nWords between.\n\n<!-- deepgraph: {spec}{given}{more} -->\n"
        text += "<!-- /deepgraph -->\n"
    return text


def notebook(path: Path, title: str = "Notebook") -> None:
    """A notebook without outputs; its cells show a network, a trace, and the trace again."""
    cells = [
        ("markdown", f"# {title}"),
        ("code", "import deepgraph\nnetwork = deepgraph.load('xor.json')\nnetwork"),
        ("code", "network.trace({'x1': 0, 'x2': 1})"),
        ("code", "deepgraph.load('deep_state.json').trace({'x': 0.5})"),
        ("code", "network.trace({'x1': 0, 'x2': 1})"),
    ]
    spelled = [
        {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for number, (kind, source) in enumerate(cells)
    ]
    whole = {
        "cells": spelled,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(whole), encoding="utf-8")
