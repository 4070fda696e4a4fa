"""JavaScript as a module, for `import network from "./network.mjs"`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.formats.writers.javascript import JavaScript
from deepgraph.formats.writers.texts import about

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph


class Module(JavaScript):
    """A network as a module."""

    def text(self) -> str:
        """The whole file."""
        head = "\n".join(f" * {line}".rstrip() for line in about(self.graph))
        name = self.function_name
        return (
            f"/*\n{head}\n *\n * {name}([…inputs]) is the array of outputs.\n */\n"
            f"const {name} = {self._function_text()};\n\nexport default {name};\n"
        )


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, a module of JavaScript."""
    return Module(graph, dtype).text().encode()
