"""Python with numpy: one function of a whole table, with the bits of the network itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from deepgraph.formats.writers.python import Python
from deepgraph.formats.writers.spelling import Spelling, plain_number, single_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepgraph.formats.writers.program import Layer
    from deepgraph.graph.graph import Graph

_NAMES = """
maximum minimum absolute exp expm1 log log1p tanh sin cos sqrt floor rint isnan clip sign heaviside
logaddexp
"""


class Numpy(Python):
    """A network as a module of Python that computes whole tables."""

    helpers: ClassVar[Mapping[str, str]] = {}

    def _make_spelling(self) -> Spelling:
        calls = {name: f"np.{name}" for name in _NAMES.split()}
        number = plain_number if self.dtype == "float64" else single_number
        return Spelling(calls, "np.where({0}, {1}, {2})", choice_call=True, number=number)

    def text(self) -> str:
        """The whole file."""
        count = len(self.graph.inputs)
        columns = f'inputs = np.atleast_2d(np.asarray(inputs, "{self.dtype}")).T'
        body = [
            "is_row = np.ndim(inputs) == 1",
            columns,
            f"if len(inputs) != {count}:",
            f'    raise ValueError(f"{{len(inputs)}} columns of inputs, not {count}")',
            *self.statements(),
        ]
        outputs = [self.value(node) for node in self.graph.outputs.tolist()]
        rows = "np.broadcast_to(value, inputs.shape[1:]) for value in"
        parts = [
            self._head(),
            "import numpy as np",
            self.ids_text() + "\n".join(["", *self._constants()]).rstrip(),
            *("\n" + text for text in self.with_helpers(body)),
            '\n@np.errstate(all="ignore")\n'
            "def network(inputs):\n"
            '    """The outputs, (rows, outputs), for (rows, inputs); or of one row, both 1-D."""\n'
            + "".join(f"    {line}\n" for line in body)
            + f"    outputs = np.stack([{rows} [{', '.join(outputs)}]], axis=1)\n"
            "    return outputs[0] if is_row else outputs",
        ]
        return "\n\n".join(parts) + "\n"

    def _array(self, values: NDArray[Any], indent: str = "    ") -> str:
        text = super()._array(values, indent)
        return f'np.array({text}, "{self.dtype}")' if indent == "    " else text

    def _entry(self, array: str, *index: int) -> str:
        return f"{array}[{', '.join(map(str, index))}]"

    def _declare_array(self, name: str, count: int) -> str:
        return f"{name} = np.empty_like(inputs)"

    def _layer(self, layer: Layer, z: str, sources: list[tuple[str, int, int]]) -> list[str]:
        W = self.blocks[layer.weights.name]
        array, first, length = sources[0]
        lines = [f"{z} = {W}[:, 0, None] * {array}[{first}]"]
        column = 0
        for array, first, length in sources:
            start = 0 if column else 1
            if length > start:
                own = f"k + {column}" if column else "k"
                theirs = f"k + {first}" if first else "k"
                lines.append(f"for k in range({start}, {length}):")
                lines.append(f"    {z} += {W}[:, {own}, None] * {array}[{theirs}]")
            column += length
        if layer.bias is not None:
            lines.append(f"{z} += {self.blocks[layer.bias.name]}[:, None]")
        return lines if layer.further else lines + self._activate(layer, z)

    def _activate(self, layer: Layer, array: str) -> list[str]:
        function = self.activation_of(layer)
        return [f"{array} = {function}({array})"] if function else []

    def _softmax_of_array(self, array: str, count: int) -> list[str]:
        largest, total = self.names.new("largest"), self.names.new("total")
        return [
            f"{largest} = {array}[0]",
            f"for z in {array}[1:]:",
            f"    {largest} = np.maximum({largest}, z)",
            f"{array} = np.exp({array} - {largest})",
            f"{total} = {array}[0]",
            f"for z in {array}[1:]:",
            f"    {total} = {total} + z",
            f"{array} = {array} / {total}",
        ]


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, in Python with numpy."""
    return Numpy(graph, dtype).text().encode()
