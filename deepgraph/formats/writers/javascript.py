"""JavaScript: one function for Node.js, for a script of a page, and for a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from deepgraph.formats.writers.braces import Braces
from deepgraph.formats.writers.names import quoted
from deepgraph.formats.writers.spelling import Spelling
from deepgraph.formats.writers.texts import about, filled, two_classes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

_CALLS = {
    **{"maximum": "maximum", "minimum": "minimum", "rint": "rint", "isnan": "Number.isNaN"},
    "absolute": "Math.abs",
    **{name: f"Math.{name}" for name in ("exp", "expm1", "log", "log1p", "tanh", "sin", "cos")},
    **{name: f"Math.{name}" for name in ("sqrt", "floor")},
}

_KEYWORDS = """
abstract arguments await boolean break byte case catch char class const continue debugger default
delete do double else enum eval export extends false final finally float for function goto if
implements import in instanceof int interface let long native new null package private protected
public return short static super switch synchronized this throw throws transient true try typeof
undefined var void volatile while with yield async of get set NaN Infinity Math Number Array Object
Float64Array module exports require globalThis window self inputs outputs z j k network largest
total
"""


class JavaScript(Braces):
    """A network as a script."""

    counter = "let"
    inside = "  "
    reserved = frozenset(_KEYWORDS.split())
    helpers: ClassVar[Mapping[str, str]] = {
        "maximum": "const maximum = (a, b) => (a > b || a !== a ? a : b);",
        "minimum": "const minimum = (a, b) => (a < b || a !== a ? a : b);",
        "rint": "const rint = (z) => {\n"
        "  const down = Math.floor(z), rest = z - down;\n"
        "  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);\n"
        "  return Number.isFinite(z) ? (z < 0 && (up ? down + 1 : down) === 0 ? -0 : "
        "up ? down + 1 : down) : z;\n"
        "};",
    }
    indent = "    "

    def _make_spelling(self) -> Spelling:
        return Spelling(_CALLS, "{0} ? {1} : {2}", equal="===")

    def _function_text(self) -> str:
        """The expression that is the function."""
        body = self.statements()
        values = filled(map(self.value, self.graph.outputs.tolist()), "      ")
        head = [*self._constants(), *self.with_helpers(body)]
        lines = "\n".join(head).splitlines()
        lines += ["const network = (inputs) => {"]
        lines += [f"  {line}" for line in body]
        lines += [f"  return [{values}];", "};"]
        for what, nodes in (("inputs", self.graph.inputs), ("outputs", self.graph.outputs)):
            names = filled((quoted(self.graph.ids[node]) for node in nodes.tolist()), "    ")
            lines.append(f"network.{what} = [{names}];")
        classes = two_classes(self.graph)
        if classes is not None:
            lines.append(f"network.classes = [{', '.join(map(quoted, classes.names))}];")
            lines.append(f"network.threshold = {classes.threshold!r};")
        lines.append("return network;")
        return "(() => {\n" + "".join(f"  {line}\n" for line in lines) + "})()"

    def text(self) -> str:
        """The whole file."""
        head = "\n".join(f" * {line}".rstrip() for line in about(self.graph))
        name = self.function_name
        return (
            f"/*\n{head}\n *\n * {name}([…inputs]) is the array of outputs.\n */\n"
            f'"use strict";\n\nconst {name} = {self._function_text()};\n\n'
            f'if (typeof module !== "undefined") module.exports = {name};\n'
        )

    def _constants(self) -> list[str]:
        """The parameters, each with its name."""
        lines = [
            f"const {name} = {self._array(self.block_values(block))};"
            for block, name in self.blocks.items()
        ]
        return lines + [
            f"const {name} = {self.number(value)};" for name, value in self.single_values()
        ]

    def _array(self, values: NDArray[Any]) -> str:
        if values.ndim == 1:
            return "[" + filled(map(self.number, values.tolist()), "    ") + "]"
        return "[\n" + "".join(f"  {self._array(row)},\n" for row in values) + "]"

    def _define(self, name: str, parts: list[tuple[str, str]], result: str) -> str:
        if not parts:
            return f"const {name} = (z) => {result};"
        lines = [*(self._declare(*part) for part in parts), f"return {result};"]
        return f"const {name} = (z) => {{\n" + "".join(f"  {line}\n" for line in lines) + "};"

    def _declare(self, name: str, text: str, *, changes: bool = False) -> str:
        return f"{'let' if changes else 'const'} {name} = {text};"

    def _declare_array(self, name: str, count: int) -> str:
        return f"const {name} = new Float64Array({count});"


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, in JavaScript."""
    return JavaScript(graph, dtype).text().encode()
