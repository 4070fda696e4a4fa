"""The graph: a sound spec as arrays of nodes, edges and parameters.

Evaluation, drawing, explanations, kinks and training read a graph and nothing above it.
`deepgraph.network.Network` is a graph with the methods that people call.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from deepgraph.errors import InputError, UninitialisedError, UnknownNameError
from deepgraph.functions.node_function import NodeFunction
from deepgraph.functions.scaling import RESCALE, normalise
from deepgraph.graph.classes import classes_of
from deepgraph.graph.initialise import draw
from deepgraph.graph.inputs import converted, float_dtype
from deepgraph.graph.kinds import BIAS, INPUT, KINDS, OUTPUT
from deepgraph.graph.named_values import changed
from deepgraph.graph.node_functions import scaled_functions
from deepgraph.graph.scaling import Scaling
from deepgraph.graph.stages import Member, member, suggestion
from deepgraph.graph.topology import Adjacency, ranks
from deepgraph.words.messages import Nearest, article, shown, shown_value
from deepgraph.words.numbers import z_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from deepgraph.graph.assignment import Assignment
    from deepgraph.graph.classes import Classes
    from deepgraph.graph.draft import DenseLayer, Draft
    from deepgraph.graph.inputs import Missing
    from deepgraph.graph.parameters import EdgeKey, Parameters
    from deepgraph.options.shared import Method

Value = TypeVar("Value")

NAMED_MISSING = 10
"""The number of uninitialised parameters that a message names."""
MOST_NAMED = 3
"""The most nodes that a message about one weight names."""


class value_property(cached_property[Value]):  # noqa: N801 - named like the decorator that it extends
    """A cached property that depends on the parameters; a copy with other ones drops it."""


class Graph:
    """The nodes, edges and parameters of a network, numbered from 0, as arrays.

    Nodes are in the order of the file. Those of `layers` come first, the biases of a layer before
    its nodes. Several edges may share one parameter.

    Attributes:
        spec: the records of the file.
        name: what the network is called in messages.
        folder: the folder of the spec file; `None` if the spec was not read from a file.
        ids: node ids.
        kind: (nodes,) one of `INPUT`, `BIAS`, `HIDDEN`, `OUTPUT` of `deepgraph.graph.kinds`.
        function: (nodes,) numbers into `functions`.
        functions: the distinct activations; those of rescaled nodes lack their constants, which
            `activation` adds.
        aggregations: (nodes,) each "sum", "product", "mean", "max" or "min".
        labels: texts that are shown instead of ids, by node number.
        columns: names of columns in the picture, by node number.
        normalise: the constants of the inputs that are normalised; `None` without any.
        rescale: the constants of the outputs that are rescaled; likewise.
        source: (edges,) node numbers.
        target: (edges,) node numbers.
        edge_parameter: (edges,) parameter numbers; −1 for a wire.
        node_parameter: (nodes,) the parameter that is a value-style bias; −1 elsewhere.
        node_constant: (nodes,) the value of a unit-style bias; NaN elsewhere.
        parameters: values and names of the parameters.
        rank: (nodes,) topological rank.
        step_rank: (nodes + softmax groups,) topological rank of each step of evaluation.
        softmax_groups: the node numbers of each group.
        dense: the layers with a matrix.
        paths: the path in the file at which each node is made.
        groups: the labels of each group of parameters, by its name.
        drawn_by: the method by which values were drawn, if some were.
    """

    drawn_by: Method = "uniform"

    def __init__(
        self,
        draft: Draft,
        assignment: Assignment,
        name: str = "spec",
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        """Take over a draft that keeps all rules.

        Args:
            draft: the resolved spec.
            assignment: the parameters of the draft.
            name: the name of the network in messages.
            folder: the folder of the spec file.
        """
        self.spec = draft.spec
        self.name = name
        self.folder = folder
        self.ids: list[str] = draft.ids
        self.paths = draft.paths
        self.kind = np.array(draft.kind, np.int8)
        self.function = np.array(draft.function, np.int32)
        self.functions = [
            replace(NodeFunction.of(written), rescaled=number in draft.rescaled)
            for number, written in enumerate(draft.functions)
        ]
        self._given_classes = draft.classes
        self.normalise, self.rescale = Scaling.of(draft.normalise), Scaling.of(draft.rescale)
        self.aggregations = draft.aggregations
        self.labels = draft.labels
        self.columns = draft.columns
        self.source, self.target = draft.source, draft.target
        self.edge_parameter = assignment.edge_parameter
        self.node_parameter = assignment.node_parameter
        self.node_constant = assignment.node_constant
        self.parameters = self._written = assignment.parameters
        self.groups = self.parameters.groups
        self.softmax_groups = draft.softmax_groups
        self.rank = draft.rank[: len(self.ids)]
        self.step_rank = draft.rank
        self.dense: list[DenseLayer] = draft.dense

    # --- nodes and edges -----------------------------------------------------------------

    @cached_property
    def index(self) -> dict[str, int]:
        """Node numbers by id."""
        return {name: number for number, name in enumerate(self.ids)}

    @cached_property
    def longest_paths(self) -> NDArray[np.int32]:
        """See `deepgraph.graph.shape.columns`; a drawing asks for it again and again."""
        bias = self.kind == BIAS
        kept = ~bias[self.source]
        rank = ranks(len(self.ids), self.source[kept], self.target[kept])
        found = np.where(bias, np.int32(-1), rank)
        found.flags.writeable = False
        return found

    @cached_property
    def inputs(self) -> NDArray[np.int64]:
        """The numbers of the input nodes, in the order of the columns."""
        return np.flatnonzero(self.kind == INPUT)

    @cached_property
    def outputs(self) -> NDArray[np.int64]:
        """The numbers of the output nodes, in the order of the columns."""
        return np.flatnonzero(self.kind == OUTPUT)

    @property
    def input_names(self) -> list[str]:
        """The ids of the inputs."""
        return [self.ids[node] for node in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The ids of the outputs."""
        return [self.ids[node] for node in self.outputs]

    @cached_property
    def incoming(self) -> Adjacency:
        """The edges into each node, in the order of summation."""
        return Adjacency.by(self.target, len(self.ids))

    @cached_property
    def outgoing(self) -> Adjacency:
        """The edges out of each node."""
        return Adjacency.by(self.source, len(self.ids))

    @cached_property
    def steps(self) -> NDArray[np.int64]:
        """The order of evaluation: node numbers, and nodes + g for softmax group g."""
        return np.argsort(self.step_rank, kind="stable")

    def activation(self, node: int) -> NodeFunction:
        """The function from z to a of a node; the identity of an input that is not normalised."""
        if self.normalise is None and self.rescale is None:
            found: NodeFunction = self.functions[self.function[node]]
            return found
        return self.scaled_functions.get(node) or self.functions[self.function[node]]

    @cached_property
    def scaled_functions(self) -> dict[int, NodeFunction]:
        """The functions of normalised inputs and rescaled outputs, by node number."""
        return scaled_functions(
            self.normalise, self.rescale, lambda node: self.functions[self.function[node]]
        )

    def activations(
        self, function: int, nodes: NDArray[np.integer[Any]], dtype: np.dtype[Any]
    ) -> NodeFunction:
        """The function of several nodes that share one, for their z as (nodes, rows) of a dtype."""
        found = self.functions[function]
        if not found.rescaled or self.rescale is None:
            return found
        constants = self.rescale.columns(nodes, dtype, RESCALE)
        return replace(found, scale=constants["scale"], mean=constants["mean"])

    def has_z(self, node: int) -> bool:
        """True if z of a node is a number of its own: of a neuron, or of a normalised input."""
        if self.kind[node] > BIAS:
            return True
        return self.normalise is not None and node in self.normalise.place

    def normalised(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """What flows on from the inputs, (inputs, rows) like them: the values a, in their dtype."""
        if self.normalise is None:
            return inputs
        a, nodes = inputs.copy(), self.normalise.nodes
        rows = np.searchsorted(self.inputs, nodes)
        z = a[rows]
        a[rows] = normalise(z, z, **self.normalise.columns(nodes, a.dtype))
        return a

    def label(self, node: int) -> str:
        """The name of a node for readers: its label, or its id."""
        return self.labels.get(node, self.ids[node])

    def kind_name(self, node: int) -> str:
        """The kind of a node as a word: input, bias, hidden or output."""
        return KINDS[self.kind[node]]

    @cached_property
    def stages(self) -> dict[str, tuple[Member, ...]]:
        """The members of each stage, by its name: node numbers, and whether z is meant."""
        found = {
            name: [member(text, self.index) for text in texts]
            for name, texts in self.spec.stages.items()
        }
        return {name: tuple(filter(None, members)) for name, members in found.items()}

    def members(self, names: Iterable[str]) -> list[Member]:
        """The values that names mean: `h1` is a of a node, `z(h1)` its z, a stage all its members.

        Raises:
            UnknownNameError: there is no such node or stage, or the node has no z.
        """
        if isinstance(names, str):
            raise InputError(f"nodes are a list of ids, got one text: write [{names!r}]")
        return [found for name in names for found in self._meant(name)]

    def _meant(self, name: str) -> tuple[Member, ...]:
        found = member(name, self.index) if isinstance(name, str) else None
        if found is None:
            staged = self.stages.get(name) if isinstance(name, str) else None
            if staged is None:
                raise self.unknown(name)
            return staged
        if found.is_z and not self.has_z(found.node):
            node, kind = shown(self.ids[found.node]), article(self.kind_name(found.node))
            raise UnknownNameError(f'"{node}" is {kind} node and has no z; write "{node}"')
        return (found,)

    def unknown(self, name: object, *, stages: bool = True) -> UnknownNameError:
        """The error about a name that no node has, and no stage where stages may be meant."""
        there = [*(self.stages if stages else ()), *self.ids]
        what = "node or stage" if stages and self.stages else "node"
        if not isinstance(name, str):
            return UnknownNameError(f"a {what} is named by a text, got {shown_value(name)}")
        known = ", ".join(f'"{known}"' for known in there[:20])
        nearest = Nearest(there, f"known: {known}")
        found = member(name, self.index)
        if weighs := self._weighs(name):
            into = " and ".join(f'"{shown(self.ids[node])}"' for node in weighs)
            cure = f"; it is a weight into {into}"
        elif found is not None:  # z of a node where only a node itself can be meant
            cure = f'; write "{shown(self.ids[found.node])}"'
        else:
            cure = suggestion(name, self.index, nearest) if stages else nearest(name)
        return UnknownNameError(f'no {what} is named "{shown(name)}"{cure}')

    def _weighs(self, name: str) -> list[int]:
        """The nodes that a weight of this name leads to, unless they are many."""
        number = self.parameters.find(name)
        if number is None:
            return []
        nodes = np.unique(self.target[self.edge_parameter == number]).tolist()
        return nodes if len(nodes) <= MOST_NAMED else []

    def member_name(self, member: Member) -> str:
        """A value as a stage names it, and the header of its column: `h1` or `z(h1)`."""
        name = self.ids[member.node]
        return z_of(name) if member.is_z else name

    @cached_property
    def classes(self) -> Classes | None:
        """The classes that it tells apart; `None` if it has one output that is no classifier."""
        labels = [self.label(node) for node in self.outputs.tolist()]
        return classes_of(labels, self.activation(self.outputs[0]), self._given_classes)

    @cached_property
    def tells_classes(self) -> bool:
        """True if its outputs are classes: a lone one with two, or one softmax of all.

        The largest of any other outputs means a class only where something says so: an example
        that names a column of classes does, and a caller may know of one-hot targets.
        """
        if len(self.outputs) == 1 or any(example.class_column for example in self.spec.examples):
            return self.classes is not None
        outputs = set(self.outputs.tolist())
        return any(outputs <= set(group.tolist()) for group in self.softmax_groups)

    # --- inputs --------------------------------------------------------------------------

    def require_inputs(self, names: Iterable[str]) -> None:
        """Check that these are inputs.

        Raises:
            InputError: one is not.
        """
        for name in names:
            if name not in self.input_names:
                nearest = Nearest(self.input_names, f"known: {', '.join(self.input_names[:10])}")
                raise InputError(f'no input is named "{shown(name)}"{nearest(name)}')

    def input_array(
        self,
        X: ArrayLike | Mapping[str, ArrayLike],
        dtype: DTypeLike = np.float64,
        missing: Missing = "error",
    ) -> NDArray[Any]:
        """Convert inputs to the network's own order and shape.

        Args:
            X: (rows, inputs), columns in the order of `input_names`; or a mapping by input name of
                one number or of (rows,) numbers each. A table with other columns, too, may be a
                data frame (pandas, Polars, lazy as well), an Arrow table, or whatever gives a
                stream of Arrow (a reader of record batches, a DuckDB relation).
            dtype: float64 or float32.
            missing: "error", or "nan": missing cells (None, null, NA, masked ones, and NaN in a
                column of pandas, which reads empty cells as NaN) are read as NaN. Elsewhere NaN is
                a number like any other.

        Returns:
            (inputs, rows).

        Raises:
            InputError: a name, a shape or a type that does not fit; a missing cell; an integer
                beyond 2**53, where doubles cannot tell neighbours apart.
        """
        kind = float_dtype(dtype)
        if type(X) is np.ndarray and X.dtype is kind and X.shape[1:] == self.inputs.shape:
            return X.T  # nothing to convert; a call for one row stays fast
        return converted(X, self.input_names, kind, missing)

    # --- parameters ----------------------------------------------------------------------

    @value_property
    def weights(self) -> NDArray[np.float64]:
        """(edges,) the weight of every edge; 1 for a wire, NaN if uninitialised."""
        if not len(self.parameters):
            return np.ones(len(self.source))
        return np.where(self.edge_parameter < 0, 1.0, self.parameters.values[self.edge_parameter])

    def bias_value(self, node: int) -> float:
        """The value of a bias node; NaN if uninitialised."""
        number = self.node_parameter[node]
        return float(self.node_constant[node] if number < 0 else self.parameters.values[number])

    @property
    def unwritten(self) -> NDArray[np.bool]:
        """(parameters,) true if the spec has no value; one may have been drawn since."""
        return np.isnan(self._written.values)

    def require_values(self) -> None:
        """Check that every parameter has a value.

        Raises:
            UninitialisedError: some have none; the error has their names.
        """
        missing = self.parameters.missing
        if len(missing):
            names = [self.parameters.name(int(number)) for number in missing[:NAMED_MISSING]]
            raise UninitialisedError(names, len(missing))

    def with_values(
        self, values: ArrayLike | Mapping[Any, ArrayLike] | None = None, /, **named: ArrayLike
    ) -> Self:
        """The same network with other parameter values; the spec stays the same.

        Args:
            values: all values, (parameters,); or some of them by name.
            named: values by name, as `parameters[name]` takes them: `w3=0.5`, `w35=[0.64, 1.26]`.
                Names that are no Python names, such as "W1[2,3]", stand in the mapping. A value
                may be a text, "1/3" or "0.25"; `None` leaves a parameter uninitialised.

        Raises:
            InputError: there is no such parameter, the shape does not fit, a value is no finite
                number, or one parameter is given two values.
        """
        return self.with_computed(changed(self.parameters, values, named))

    def with_computed(self, values: NDArray[np.float64]) -> Self:
        """The same with (parameters,) values as they are: infinity stays, NaN is no value."""
        return self._with(replace(self.parameters, values=values))

    def _with(self, parameters: Parameters) -> Self:
        """A copy with other parameters, without what was made of the old ones."""
        other = copy.copy(self)
        for name in list(vars(other)):  # of the copy: another thread may use this network
            if isinstance(getattr(type(other), name, None), value_property):
                del other.__dict__[name]
        other.parameters = parameters
        return other

    def frozen(self, names: Iterable[str | EdgeKey]) -> Self:
        """The same network with some parameters frozen beside those that its spec freezes.

        Args:
            names: as `parameters[name]` takes them: labels, groups, matrices and vectors.

        Raises:
            UnknownNameError: there is no such parameter.
        """
        if isinstance(names, str):
            raise InputError(f"names of parameters are a list, got one text: write [{names!r}]")
        trainable = self.parameters.trainable.copy()
        for name in names:
            trainable[self.parameters.where(name)] = False
        return self._with(replace(self.parameters, trainable=trainable))

    def as_written(self) -> Self:
        """The same network with the values that its spec gives."""
        return self.with_computed(self._written.values)

    def initialised(self, seed: int, init: Method = "uniform") -> Self:
        """The network with its uninitialised parameters drawn at random.

        Args:
            seed: any integer; the same seed draws the same values everywhere.
            init: "uniform", "he" or "xavier"; see `deepgraph.graph.initialise.METHODS`.

        Raises:
            InputError: no such method.
        """
        number = self.edge_parameter.copy()
        wire = number < 0
        number[wire] = self.node_parameter[self.source[wire]]
        edges = (self.source, self.target, number)
        found = self.with_computed(draw(self.parameters, edges, self.kind == BIAS, seed, init))
        found.drawn_by = init
        return found
