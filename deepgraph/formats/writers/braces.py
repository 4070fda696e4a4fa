"""Statements of languages with braces, C and JavaScript: assignments, and loops over a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from deepgraph.formats.writers.code import Code
from deepgraph.formats.writers.spelling import plus

if TYPE_CHECKING:
    from deepgraph.formats.writers.program import Layer


class Braces(Code):
    """A network in a language with braces.

    Attributes:
        counter: what declares the variable of a loop.
        inside: the blanks before a statement of a loop.
    """

    counter: ClassVar[str]
    inside: ClassVar[str]

    def _loop(self, variable: str, count: int, first: int = 0) -> str:
        """The head of a loop from a number on."""
        start = f"{self.counter} {variable} = {first}"
        return f"for ({start}; {variable} < {count}; {variable}++)"

    def _assign(self, place: str, text: str) -> str:
        return f"{place} = {text};"

    def _entry(self, array: str, *index: int) -> str:
        return array + "".join(f"[{number}]" for number in index)

    def _layer(self, layer: Layer, z: str, sources: list[tuple[str, int, int]]) -> list[str]:
        W, count = self.blocks[layer.weights.name], len(layer.nodes)
        array, first, length = sources[0]
        lines = [self._declare("z", f"{W}[j][0] * {array}[{first}]", changes=True)]
        column = 0
        for array, first, length in sources:
            start = 0 if column else 1
            if length > start:
                lines.append(
                    f"{self._loop('k', length, start)} "
                    f"z += {W}[j][{plus('k', column)}] * {array}[{plus('k', first)}];"
                )
            column += length
        if layer.bias is not None:
            lines.append(f"z += {self.blocks[layer.bias.name]}[j];")
        function = "" if layer.further else self.activation_of(layer)
        lines.append(f"{z}[j] = {f'{function}(z)' if function else 'z'};")
        head = [self._declare_array(z, count), f"{self._loop('j', count)} {{"]
        return [*head, *(self.inside + line for line in lines), "}"]

    def _activate(self, layer: Layer, array: str) -> list[str]:
        function = self.activation_of(layer)
        if not function:
            return []
        return [f"{self._loop('j', len(layer.nodes))} {array}[j] = {function}({array}[j]);"]

    def _softmax_of_array(self, array: str, count: int) -> list[str]:
        every, rest = self._loop("j", count), self._loop("j", count, 1)
        lines = [
            self._declare("largest", f"{array}[0]", changes=True),
            f"{rest} largest = maximum(largest, {array}[j]);",
            f"{every} {array}[j] = {self.spelling.calls['exp']}({array}[j] - largest);",
            self._declare("total", f"{array}[0]", changes=True),
            f"{rest} total += {array}[j];",
            f"{every} {array}[j] /= total;",
        ]
        return ["{", *(self.inside + line for line in lines), "}"]
