"""Writes a network as a function of a programming language: what C, JavaScript and Python share.

A language is a subclass: it spells expressions and writes its own loops, and everything else is
here. The names of the spec become identifiers, and stand in comments as they are.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from deepgraph.formats.writers.names import Identifiers
from deepgraph.formats.writers.program import Layer, Neuron, Program, Softmax
from deepgraph.formats.writers.spelling import simplified, without_far_bounds
from deepgraph.formats.writers.texts import WIDTH
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.recorded import Expression, constant, named, operation
from deepgraph.graph.kinds import BIAS, INPUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from deepgraph.formats.writers.spelling import Spelling
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph


_OWN = re.compile(r"([\w.]+)\(z\)")


def calls(name: str, text: str) -> bool:
    """True if a text calls a function of this name."""
    return re.search(rf"(?<![\w.]){re.escape(name)}\(", text) is not None


class Code(ABC):
    """A network as the text of a program.

    Attributes:
        reserved: identifiers of the language.
        helpers: what the language lacks, as text by the name of the function; a helper is written
            where it is used.
        indent: of the statements of the function.
        names_unlabelled: true if a weight without a label needs a name, too.
    """

    reserved: ClassVar[frozenset[str]]
    helpers: ClassVar[Mapping[str, str]] = {}
    indent: ClassVar[str] = "    "
    names_unlabelled: ClassVar[bool] = False

    def __init__(self, graph: Graph, dtype: str = "float64") -> None:
        self.graph = graph
        self.dtype = np.dtype(dtype)
        self.program = Program(graph)
        self.spelling = self._make_spelling()
        self.names = Identifiers(self.reserved | set(self.helpers))
        self.function_name = self.names.new(self.title)
        self._name_functions()
        self._name_values()

    def _name_values(self) -> None:
        """Give parameters and values their identifiers."""
        self._name_parameters()
        self._name_nodes()

    def _name_parameters(self) -> None:
        graph, program = self.graph, self.program
        self.parameters: dict[int, str] = {}
        for number in program.single_parameters:
            key = graph.parameters.key(number)
            if number < graph.parameters.first_key:
                continue  # an entry of an array
            if isinstance(key, str):
                self.parameters[number] = self.names.new(key)
            elif self.names_unlabelled:
                self.parameters[number] = self.names.new("_".join(key))
        layers = [step for step in program.steps if isinstance(step, Layer)]
        self.blocks: dict[str, str] = {}
        for block in self._blocks(layers):
            self.blocks[block] = self.names.new(block)

    def _name_nodes(self) -> None:
        graph, program = self.graph, self.program
        layers = [step for step in program.steps if isinstance(step, Layer)]
        self.arrays = {layer.nodes.start: self.names.new(layer.id) for layer in layers}
        read = {int(graph.source[edge]) for edge in program.single_edges}
        own = [node for node in graph.inputs.tolist() if node in read and not graph.dense]
        # Layers read the inputs as an array, of which they need another if some are normalised.
        is_other = bool(graph.dense) and graph.normalise is not None
        self.input_array = self.names.new("normalised") if is_other else "inputs"
        own += [step.node for step in program.steps if isinstance(step, Neuron)]
        self.values = {node: self.names.new(graph.ids[node]) for node in own}

    def _blocks(self, layers: Iterable[Layer]) -> list[str]:
        """The names of the matrices and vectors that are written as arrays."""
        used = set(self.program.single_parameters)
        found = []
        for block in self.graph.parameters.blocks:
            whole = any(block in (layer.weights, layer.bias) for layer in layers)
            part = any(block.offset <= number < block.offset + block.size for number in used)
            if whole or part:
                found.append(block.name)
        return found

    @property
    def title(self) -> str:
        """The name of the function; by its end it is none of a library or of a page."""
        name = self.graph.spec.name or ""
        return name if name.endswith("network") else f"{name}_network"

    # --- what a language writes ----------------------------------------------------------

    @abstractmethod
    def _make_spelling(self) -> Spelling:
        """How the language writes expressions."""

    @abstractmethod
    def text(self) -> str:
        """The whole file."""

    @abstractmethod
    def _define(self, name: str, parts: list[tuple[str, str]], result: str) -> str:
        """A function of z: named parts, then the result."""

    @abstractmethod
    def _declare(self, name: str, text: str, *, changes: bool = False) -> str:
        """The statement that gives a new name its value."""

    @abstractmethod
    def _assign(self, place: str, text: str) -> str:
        """The statement that changes a value."""

    @abstractmethod
    def _entry(self, array: str, *index: int) -> str:
        """An entry of an array, counted from 0."""

    @abstractmethod
    def _declare_array(self, name: str, count: int) -> str:
        """The statement that makes an array for as many values as there are inputs."""

    @abstractmethod
    def _layer(self, layer: Layer, z: str, sources: list[tuple[str, int, int]]) -> list[str]:
        """The statements that write the values of a layer.

        Args:
            layer: without terms outside its matrix, the activation is applied, too.
            z: the name of the array.
            sources: the name, the first place and the length of each run of values that feed it.
        """

    @abstractmethod
    def _activate(self, layer: Layer, array: str) -> list[str]:
        """The statements that apply its activation to a layer whose z are written."""

    @abstractmethod
    def _softmax_of_array(self, array: str, count: int) -> list[str]:
        """The statements that turn a whole array into its softmax."""

    # --- functions ------------------------------------------------------------------------

    def _name_functions(self) -> None:
        """Write the activations; one that the language has by itself keeps its name there."""
        self.functions: dict[int, str] = {}
        self.definitions: list[str] = []
        for number in self.program.function_numbers:
            function = self.graph.functions[number].bare
            parts, result = self._text_of(function)
            if not parts and (own := _OWN.fullmatch(result)):
                self.functions[number] = own[1]
            else:
                self.functions[number] = name = self.names.new(function.name)
                self.definitions.append(self._define(name, parts, result))

    def _text_of(self, function: NodeFunction) -> tuple[list[tuple[str, str]], str]:
        """A function of z: parts with their names, and the result."""
        most = float(np.finfo(self.dtype).max)
        recorded = function.recorded(named("z", self.dtype))
        return self.spelling.statements(without_far_bounds(recorded, most))

    def with_helpers(self, statements: list[str]) -> list[str]:
        """The definitions of all functions that some statements use, helpers first."""
        text = "\n".join([*self.definitions, *statements])
        return [self.helpers[name] for name in self.helpers if calls(name, text)] + self.definitions

    # --- statements -----------------------------------------------------------------------

    def statements(self) -> list[str]:
        """The statements from the inputs to the outputs."""
        lines = self._inputs()
        for step in self.program.steps:
            if isinstance(step, Neuron):
                lines += self._neuron(step)
            elif isinstance(step, Layer):
                lines += self._whole_layer(step)
            else:
                lines += self._softmax(step)
        return lines

    def _inputs(self) -> list[str]:
        """The statements that give inputs their names, and normalise them."""
        lines: list[str] = []
        if self.input_array != "inputs":
            lines.append(self._declare_array(self.input_array, len(self.graph.inputs)))
        for place, node in enumerate(self.graph.inputs.tolist()):
            raw = named(self._entry("inputs", place))
            text = self.spelling.whole(self.graph.activation(node).recorded(raw))
            if self.input_array != "inputs":
                lines.append(self._assign(self._entry(self.input_array, place), text))
            elif node in self.values:
                lines.append(self._declare(self.values[node], text))
        return lines

    def value(self, node: int) -> str:
        """The value of a node that is an input or computed already."""
        if node in self.values:
            return self.values[node]
        if self.graph.kind[node] == INPUT:
            return self._entry(self.input_array, int(self.program.place[node]))
        layer = self.program.layer_of(node)
        assert layer is not None
        return self._entry(self.arrays[layer.nodes.start], node - layer.nodes.start)

    def _parameter(self, number: int) -> Expression:
        """A parameter by its name, an entry of an array by its place, or the number itself."""
        if number in self.parameters:
            return named(self.parameters[number])
        for block in self.graph.parameters.blocks:
            if block.offset <= number < block.offset + block.size:
                index = np.unravel_index(number - block.offset, block.shape)
                return named(self._entry(self.blocks[block.name], *map(int, index)))
        return constant(float(self.graph.parameters.values[number]))

    def term(self, edge: int) -> Expression:
        """One term of z: weight · source value; the number 1 is no factor."""
        graph, source = self.graph, int(self.graph.source[edge])
        number = int(graph.edge_parameter[edge])
        if graph.kind[source] != BIAS:
            value = named(self.value(source))
        elif graph.node_parameter[source] >= 0:
            value = self._parameter(int(graph.node_parameter[source]))
        else:
            value = constant(float(graph.node_constant[source]))
        if number < 0:
            return value
        return simplified(operation("multiply", self._parameter(number), value))

    def _neuron(self, step: Neuron) -> list[str]:
        """z = the joined terms; a = activation(z)."""
        graph, node = self.graph, step.node
        name = self.values[node]
        aggregation = AGGREGATIONS[graph.aggregations[node]]
        lines, last = self._joined(name, step.edges, aggregation.join.__name__)
        if aggregation.divides:
            last = operation("divide", last, constant(float(len(step.edges))))
        function = self.functions.get(int(graph.function[node]))
        if function is not None:
            last = named(f"{function}({self.spelling.text(last)})")
        text = self.spelling.text(self._rescaled(node, last))
        if lines:
            return [*lines, self._assign(name, text)]
        return [self._declare(name, text, changes=self.program.function(node).row is None)]

    def _rescaled(self, node: int, a: Expression) -> Expression:
        """a · scale + mean of an output that is rescaled; a of any other node."""
        function = self.program.function(node)
        if not function.rescaled:
            return a
        scale, mean = constant(float(function.scale)), constant(float(function.mean))
        return simplified(operation("add", operation("multiply", a, scale), mean))

    def _joined(self, name: str, edges: list[int], join: str) -> tuple[list[str], Expression]:
        """The terms of some edges joined from the first to the last.

        A long sum is written in several statements to the name of the node, in the same order.

        Returns:
            These statements, and the expression of what follows them.
        """
        lines: list[str] = []
        joined = self.term(edges[0])
        for edge in edges[1:]:
            longer = operation(join, joined, self.term(edge))
            if len(self.spelling.text(longer)) > WIDTH - 30:
                text = self.spelling.text(joined)
                lines.append(
                    self._assign(name, text) if lines else self._declare(name, text, changes=True)
                )
                longer = operation(join, named(name), self.term(edge))
            joined = longer
        return lines, joined

    def _whole_layer(self, layer: Layer) -> list[str]:
        array = self.arrays[layer.nodes.start]
        sources = []
        for run in layer.sources:
            fed_by = self.program.layer_of(run[0])
            if fed_by is None:
                sources.append((self.input_array, int(self.program.place[run[0]]), len(run)))
            else:
                start = fed_by.nodes.start
                sources.append((self.arrays[start], run[0] - start, len(run)))
        lines = self._layer(layer, array, sources)
        for node, edges in layer.further.items():
            place = self._entry(array, node - layer.nodes.start)
            for edge in edges:
                total = operation("add", named(place), self.term(edge))
                lines.append(self._assign(place, self.spelling.text(total)))
        if layer.further:
            lines += self._activate(layer, array)
        for number, node in enumerate(layer.nodes):
            if self.program.function(node).rescaled:
                place = self._entry(array, number)
                text = self.spelling.text(self._rescaled(node, named(place)))
                lines.append(self._assign(place, text))
        return lines

    def activation_of(self, layer: Layer) -> str:
        """The identifier of the function of a layer; empty if a is z, and for softmax."""
        return self.functions.get(int(self.graph.function[layer.nodes.start]), "")

    def _softmax(self, step: Softmax) -> list[str]:
        """exp(z − largest), divided by the sum of these; members in their order."""
        layer = self.program.layer_of(step.members[0])
        if layer is not None and step.members == list(layer.nodes):
            return self._softmax_of_array(self.arrays[layer.nodes.start], len(layer.nodes))
        return self._softmax_of_values(step)

    def _softmax_of_values(self, step: Softmax) -> list[str]:
        """The statements that turn the z of single nodes into their softmax."""
        places = [self.value(node) for node in step.members]
        names = [named(place) for place in places]
        largest, total = self.names.new("largest"), self.names.new("total")
        lines = self._chain(largest, "maximum", names)
        for place, name in zip(places, names, strict=True):
            e = operation("exp", operation("subtract", name, named(largest)))
            lines.append(self._assign(place, self.spelling.text(e)))
        lines += self._chain(total, "add", names)
        for place, name in zip(places, names, strict=True):
            share = operation("divide", name, named(total))
            lines.append(self._assign(place, self.spelling.text(share)))
        return lines

    def _chain(self, name: str, join: str, operands: list[Expression]) -> list[str]:
        """The statements that join some values, the first one first."""
        first = self.spelling.text(operands[0])
        lines = [self._declare(name, first, changes=len(operands) > 1)]
        for operand in operands[1:]:
            text = self.spelling.text(operation(join, named(name), operand))
            lines.append(self._assign(name, text))
        return lines

    # --- numbers and comments ---------------------------------------------------------------

    def number(self, value: float) -> str:
        """A number of the chosen type."""
        return self.spelling.number(value)

    def block_values(self, name: str) -> NDArray[np.float64]:
        """The numbers of a matrix or a vector, in its shape."""
        return np.asarray(self.graph.parameters[name])

    def single_values(self) -> list[tuple[str, float]]:
        """Identifier and value of each named parameter that stands for itself."""
        values = self.graph.parameters.values
        return [(name, float(values[number])) for number, name in self.parameters.items()]
