"""Python: one function of plain numbers, which needs no package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from deepgraph.formats.writers.code import Code
from deepgraph.formats.writers.names import quoted
from deepgraph.formats.writers.spelling import Spelling, plus
from deepgraph.formats.writers.texts import about, filled, two_classes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepgraph.formats.writers.program import Layer
    from deepgraph.graph.graph import Graph

_KEYWORDS = """
False None True and as assert async await break class continue def del elif else except finally for
from global if import in is lambda nonlocal not or pass raise return try while with yield match case
type abs float int len list map max min print range round sum tuple zip math np torch nn self object
super inputs outputs network INPUTS OUTPUTS CLASSES THRESHOLD ArithmeticError OverflowError
ValueError ZeroDivisionError z j k x a b forward is_row
"""
_CALLS = {
    **{
        name: name for name in ("maximum", "minimum", "divide", "exp", "expm1", "log", "sin", "cos")
    },
    **{"absolute": "abs", "tanh": "math.tanh", "log1p": "math.log1p", "isnan": "math.isnan"},
    **{name: name for name in ("sqrt", "floor", "rint")},
}


class Python(Code):
    """A network as a module of Python."""

    reserved = frozenset(_KEYWORDS.split())
    helpers: ClassVar[Mapping[str, str]] = {
        "maximum": "def maximum(a, b):\n    return a if a > b or a != a else b",
        "minimum": "def minimum(a, b):\n    return a if a < b or a != a else b",
        "divide": "def divide(a, b):\n    if b:\n        return a / b\n"
        "    return math.copysign(math.inf, a) * math.copysign(1.0, b) if a else math.nan",
        "exp": "def exp(z):\n    try:\n        return math.exp(z)\n"
        "    except OverflowError:\n        return math.inf",
        "expm1": "def expm1(z):\n    try:\n        return math.expm1(z)\n"
        "    except OverflowError:\n        return math.inf",
        "log": "def log(z):\n    if z == 0:\n        return -math.inf\n"
        "    return math.nan if z < 0 else math.log(z)",
        "sqrt": "def sqrt(z):\n    return math.nan if z < 0 else math.sqrt(z)",
        "sin": "def sin(z):\n    return math.nan if math.isinf(z) else math.sin(z)",
        "cos": "def cos(z):\n    return math.nan if math.isinf(z) else math.cos(z)",
        "floor": "def floor(z):\n    return z // 1.0 if math.isfinite(z) else z",
        "rint": "def rint(z):\n    return math.copysign(round(z), z) if math.isfinite(z) else z",
    }

    def _make_spelling(self) -> Spelling:
        return Spelling(_CALLS, "{1} if {0} else {2}", divides=False)

    def text(self) -> str:
        """The whole file."""
        body = self.statements()
        outputs = ", ".join(map(self.value, self.graph.outputs.tolist()))
        body.append(f"return [{outputs}]")
        definitions = self.with_helpers(body)
        parts = [
            self._head(),
            *(["import math"] if "math." in "\n".join([*definitions, *body]) else []),
            self.ids_text() + "\n".join(["", *self._constants()]).rstrip(),
            *("\n" + text for text in definitions),
            '\ndef network(inputs):\n    """The outputs for one row of inputs, both as lists."""\n'
            + "".join(f"    {line}\n" for line in body).rstrip(),
        ]
        return "\n\n".join(parts) + "\n"

    def _head(self) -> str:
        # A title such as "One-hot encoding: …" in the first two lines would name an encoding.
        lines = ["-*- coding: utf-8 -*-", *about(self.graph)]
        return "\n".join(f"# {line}".rstrip() for line in lines)

    def ids_text(self) -> str:
        """The ids of inputs and outputs, and the classes, as tuples."""
        texts = []
        for what, nodes in (("INPUTS", self.graph.inputs), ("OUTPUTS", self.graph.outputs)):
            ids = [quoted(self.graph.ids[node]) for node in nodes.tolist()]
            texts.append(f"{what} = ({filled(ids, '    ')}{',' * (len(ids) == 1)})\n")
        classes = two_classes(self.graph)
        if classes is not None:
            low, high = map(quoted, classes.names)
            texts.append(f"CLASSES = ({low}, {high})\nTHRESHOLD = {classes.threshold!r}\n")
        return "".join(texts)

    def _constants(self) -> list[str]:
        """The parameters, each with its name."""
        lines = [
            f"{name} = {self._array(self.block_values(block))}"
            for block, name in self.blocks.items()
        ]
        return lines + [f"{name} = {self.number(value)}" for name, value in self.single_values()]

    def _array(self, values: NDArray[Any], indent: str = "    ") -> str:
        if values.ndim == 1:
            return "[" + filled(map(self.number, values.tolist()), indent) + "]"
        rows = (self._array(row, indent + " ") for row in values)
        return "[\n" + "".join(f"{indent}{row},\n" for row in rows) + "]"

    def _define(self, name: str, parts: list[tuple[str, str]], result: str) -> str:
        lines = [*(self._declare(*part) for part in parts), f"return {result}"]
        return f"def {name}(z):\n" + "\n".join(f"    {line}" for line in lines)

    def _declare(self, name: str, text: str, *, changes: bool = False) -> str:
        return f"{name} = {text}"

    def _assign(self, place: str, text: str) -> str:
        return f"{place} = {text}"

    def _entry(self, array: str, *index: int) -> str:
        return array + "".join(f"[{number}]" for number in index)

    def _declare_array(self, name: str, count: int) -> str:
        return f"{name} = [0.0] * {count}"

    def _layer(self, layer: Layer, z: str, sources: list[tuple[str, int, int]]) -> list[str]:
        W, count = self.blocks[layer.weights.name], len(layer.nodes)
        array, first, length = sources[0]
        lines = [
            f"{z} = [0.0] * {count}",
            f"for j in range({count}):",
            f"    z = {W}[j][0] * {array}[{first}]",
        ]
        column = 0
        for array, first, length in sources:
            start = 0 if column else 1
            if length > start:
                lines.append(f"    for k in range({start}, {length}):")
                lines.append(
                    f"        z += {W}[j][{plus('k', column)}] * {array}[{plus('k', first)}]"
                )
            column += length
        if layer.bias is not None:
            lines.append(f"    z += {self.blocks[layer.bias.name]}[j]")
        function = "" if layer.further else self.activation_of(layer)
        return [*lines, f"    {z}[j] = {f'{function}(z)' if function else 'z'}"]

    def _activate(self, layer: Layer, array: str) -> list[str]:
        function = self.activation_of(layer)
        return [f"{array} = [{function}(z) for z in {array}]"] if function else []

    def _softmax_of_array(self, array: str, count: int) -> list[str]:
        largest, total = self.names.new("largest"), self.names.new("total")
        return [
            f"{largest} = {array}[0]",
            f"for z in {array}[1:]:",
            f"    {largest} = maximum({largest}, z)",
            f"{array} = [exp(z - {largest}) for z in {array}]",
            f"{total} = {array}[0]",
            f"for z in {array}[1:]:",
            f"    {total} += z",
            f"{array} = [z / {total} for z in {array}]",
        ]


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, in Python without packages."""
    return Python(graph, dtype).text().encode()
