"""A small Sphinx project, and what its builds did and wrote."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from deepgraph.spec import gallery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Build = Callable[..., "Built"]

CONF = """
project = "nets"
extensions = ["myst_parser", "deepgraph.embed.sphinx"]
exclude_patterns = ["_build"]
numfig = True
"""
INDEX = """
Networks
========

.. toctree::

   arithmetic
   markdown

.. deepgraph:: xor.json
   :set: x1=1 x2=0
   :name: worked
   :caption: XOR *by hand*

The answer is :deepgraph-value:`xor.json y x1=1 x2=0`, see :ref:`worked` and :numref:`worked`.

.. deepgraph:: xor.json
   :set: x1=1 x2=0

.. deepgraph:: irregular.json
   :align: left
   :class: mine

.. deepgraph:: iris.json
   :input: iris.csv
   :row: 3
   :alt: Iris and its three species.
"""
ARITHMETIC = """
Arithmetic
==========

.. deepgraph-eval:: iris.json
   :input: iris.csv
   :rows: 2
   :target: species
   :caption: Some rows

.. deepgraph-explain:: xor.json
   :set: x1=1 x2=0
   :target: y=1
   :caption: XOR *on paper*
"""
MARKDOWN = """
# Markdown

The sum before the ReLU is {dg}`deep_state.json z(h2) x=0.5`.

```{deepgraph} deep_state.json
:set: x=0.5
:gradient:
:loss: output
:width: 60%
```

```{deepgraph}
:theme: dark

{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
 "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}]}
```
"""
INLINE = """
.. deepgraph::

   {"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}]}
"""
DIAGRAMS = {"index.html": 4, "markdown.html": 2}
PAGES = {"index.rst": INDEX, "arithmetic.rst": ARITHMETIC, "markdown.md": MARKDOWN}


class Built:
    """The result of a run of `sphinx-build`."""

    def __init__(self, done: subprocess.CompletedProcess[str], folder: Path) -> None:
        self.code, self.told, self.folder = done.returncode, done.stdout + done.stderr, folder

    @property
    def counts(self) -> list[int]:
        """Diagrams drawn, and taken from the cache."""
        found = re.search(r"deepgraph: (\d+) diagrams? drawn, (\d+) from the cache", self.told)
        return [] if found is None else [int(number) for number in found.groups()]

    def text(self, name: str) -> str:
        """The text of a file."""
        return (self.folder / name).read_text(encoding="utf-8")


def project(folder: Path, conf: str = "", **own: str) -> Build:
    """A fresh project, and what builds it."""
    for name in ("xor", "irregular", "iris", "deep_state"):
        shutil.copy(gallery.path(name), folder)
        shutil.copy(gallery.path(name).with_suffix(".csv"), folder)
    (folder / "conf.py").write_text(CONF + conf, encoding="utf-8")
    for name, text in (own or PAGES).items():
        path = folder / (name if "." in name else f"{name}.rst")
        path.write_text(text, encoding="utf-8")

    def build(builder: str = "html", *options: str) -> Built:
        out = folder / "_build" / builder
        command = [sys.executable, "-m", "sphinx", "-b", builder, "-d", "_build/trees"]
        command += [*options, ".", str(out)]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=240, check=False
        )
        return Built(done, out)

    return build
