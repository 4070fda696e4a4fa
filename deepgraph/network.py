"""The network: a validated spec as flat arrays, with objects and a networkx view on demand."""

from __future__ import annotations

import copy
import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from deepgraph import graphs
from deepgraph import spec as specs
from deepgraph.activations import NodeFunction
from deepgraph.errors import InputError, SpecError, UninitialisedError
from deepgraph.initialise import draw
from deepgraph.inputs import converted, float_dtype
from deepgraph.nearest import Nearest, shown
from deepgraph.resolve import BIAS, INPUT, KINDS, OUTPUT, DenseLayer, Draft
from deepgraph.topology import Adjacency
from deepgraph.validate import problems
from deepgraph.wiring import unused_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import networkx as nx
    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from deepgraph.embed.notebook import Bundle
    from deepgraph.engines import Engine, EngineName
    from deepgraph.errors import Problem
    from deepgraph.evaluate import Trace
    from deepgraph.explain.records import Explanation
    from deepgraph.gradient import Gradient
    from deepgraph.kinks import Kinks
    from deepgraph.options import Method
    from deepgraph.parameters import Parameters
    from deepgraph.spec import Spec

NAMED_MISSING = 10
"""How many uninitialised parameters a message names."""


class Network:
    """A small neural network as a directed graph.

    Nodes, edges and parameters are numbered from 0; everything about them is an array. The nodes
    stand in the file's order, those of `layers` first, a layer's biases before its nodes.

    Attributes:
        spec: the records of the file.
        name: what the network is called in messages.
        folder: where the spec lies; `None` if it was not read from a file.
        ids: node ids.
        kind: (nodes,) one of `INPUT`, `BIAS`, `HIDDEN`, `OUTPUT` of `deepgraph.resolve`.
        function: (nodes,) numbers into `functions`.
        functions: the distinct activations.
        aggregations: of each node "sum", "product", "mean", "max" or "min".
        labels: text to show instead of the id, where there is one.
        columns: the name of the column that a node is drawn in, where there is one.
        source: (edges,) node numbers.
        target: (edges,) node numbers.
        edge_parameter: (edges,) parameter numbers; −1 for a wire.
        node_parameter: (nodes,) the parameter that is a value-style bias; −1 elsewhere.
        node_constant: (nodes,) the value of a unit-style bias; NaN elsewhere.
        parameters: their values and names.
        rank: (nodes,) topological rank.
        step_rank: (nodes + softmax groups,) the same, and when each group is due.
        softmax_groups: the members of each.
        dense: the layers that are fed, as matrices.
    """

    def __init__(
        self, spec: Spec, name: str = "spec", folder: str | os.PathLike[str] | None = None
    ) -> None:
        """Resolve and validate a spec.

        Args:
            spec: the records of the file.
            name: what to call the network in messages.
            folder: where the spec lies, and so a file of parameters that it names.

        Raises:
            SpecError: with every problem found.
        """
        draft = Draft(spec)
        assignment, found = problems(draft, None if folder is None else Path(folder))
        if found or assignment is None:
            raise SpecError(found, name)
        self.spec = spec
        self.name = name
        self.folder = folder
        self.ids: list[str] = draft.ids
        self.kind = np.array(draft.kind, np.int8)
        self.function = np.array(draft.function, np.int32)
        self.functions = [NodeFunction.of(written) for written in draft.functions]
        self.aggregations = draft.aggregations
        self.labels = draft.labels
        self.columns = draft.columns
        self.source, self.target = draft.source, draft.target
        self.edge_parameter = assignment.edge_parameter
        self.node_parameter = assignment.node_parameter
        self.node_constant = assignment.node_constant
        self.parameters: Parameters = assignment.parameters
        self._written = assignment.parameters
        self.softmax_groups = draft.softmax_groups
        self.rank = draft.rank[: len(self.ids)]
        self.dense: list[DenseLayer] = draft.dense
        self.step_rank = draft.rank
        self._paths = draft.paths

    # --- making and saving ---------------------------------------------------------------

    @classmethod
    def from_networkx(cls, graph: nx.DiGraph, name: str = "graph") -> Network:
        """A network from a directed graph, as `Network.graph` gives it.

        Nodes may have the attributes of a node of the spec (`kind`, `activation`, `aggregation`,
        `label`, `layer`, `value`, `trainable`, `note`), edges those of an edge (`label`, `weight`,
        `trainable`, `note`), the graph `name`, `title`, `description`, `source`, `groups` and the
        rest. Without a `kind`, a node without predecessors is an input, one without successors
        an output. Terms are summed in the order in which the edges into a node were added.

        Raises:
            SpecError: the graph is no network, or has an attribute that a spec does not know.
        """
        return cls(graphs.to_spec(graph), name)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the spec, atomically, with the values that were drawn for it, or trained.

        Numbers that have changed are written where they stood (see `rewritten`); all others keep
        their text.

        Raises:
            FileError: the file cannot be written.
            InputError: its parameters are in a file, which is not in this folder, or would need
                the drawn values, too; or a changed value is not finite.
        """
        from deepgraph.fill import filled  # only what is saved needs it

        values, written = self.parameters.values, self._written.values
        spec = self.spec
        if np.any((values != written) & ~np.isnan(written)):
            specs.save(self.rewritten(values).spec, path)
            return
        if isinstance(spec.parameters, str) and not self._lies_beside(path):
            raise InputError(
                f"{path}: {spec.parameters} does not lie beside it, where its parameters would be "
                f"looked for; save it in {self.folder or 'the folder of that file'}"
            )
        if np.any(np.isnan(written) & ~np.isnan(values)):
            spec = filled(self._as_written(), values)
        specs.save(spec, path)

    def rewritten(self, values: NDArray[np.float64]) -> Network:
        """The same network with other parameter values, (parameters,), written into its spec.

        Each number goes where the old one stood. If the parameters are in a file beside the spec,
        the new spec holds them itself, and that file is left as it is.

        Raises:
            InputError: a value is not finite, which a spec cannot hold.
        """
        from deepgraph.fill import restated  # only what is saved needs it

        values = np.asarray(values, np.float64)
        strange = np.flatnonzero(~np.isfinite(values))
        if len(strange):
            name = self.parameters.name(int(strange[0]))
            raise InputError(f"{name} is {values[strange[0]]:g}; the numbers of a spec are finite")
        return Network(restated(self._as_written(), values), self.name, self.folder)

    def _as_written(self) -> Network:
        """This network with the values that its spec gives."""
        other = copy.copy(self)
        other.parameters = self._written
        return other

    def _lies_beside(self, path: str | os.PathLike[str]) -> bool:
        """Whether a path is in the folder that this network was read from."""
        if self.folder is None:
            return False
        return os.path.realpath(Path(path).parent) == os.path.realpath(self.folder)

    def with_values(self, values: NDArray[np.float64]) -> Network:
        """The same network with other parameter values, (parameters,); the spec stays as it is."""
        other = copy.copy(self)
        for cached in ("weights", "graph", "_engines"):
            other.__dict__.pop(cached, None)
        other.parameters = replace(self.parameters, values=np.asarray(values, np.float64))
        return other

    def initialised(self, seed: int, init: Method = "uniform") -> Network:
        """The network with its uninitialised parameters drawn at random.

        Args:
            seed: any integer; the same seed draws the same values everywhere.
            init: "uniform", "he" or "xavier"; see `deepgraph.initialise.METHODS`.

        Raises:
            InputError: no such method.
        """
        number = self.edge_parameter.copy()
        wire = number < 0
        number[wire] = self.node_parameter[self.source[wire]]
        edges = (self.source, self.target, number)
        return self.with_values(draw(self.parameters, edges, self.kind == BIAS, seed, init))

    # --- structure -----------------------------------------------------------------------

    @cached_property
    def index(self) -> dict[str, int]:
        """Node numbers by id."""
        return {name: number for number, name in enumerate(self.ids)}

    @cached_property
    def inputs(self) -> NDArray[np.int64]:
        """The numbers of the input nodes, in the order of the columns."""
        return np.flatnonzero(self.kind == INPUT)

    @cached_property
    def outputs(self) -> NDArray[np.int64]:
        """The numbers of the output nodes, in the order of the columns."""
        return np.flatnonzero(self.kind == OUTPUT)

    @cached_property
    def warnings(self) -> list[Problem]:
        """What is odd about the network and does not stop it."""
        return list(unused_nodes(self.kind, self.source, self.target, self.ids, self._paths))

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
        """The order of evaluation: node numbers, and nodes + g where softmax group g is due."""
        return np.argsort(self.step_rank, kind="stable")

    def require_inputs(self, names: Iterable[str]) -> None:
        """Check that these are inputs.

        Raises:
            InputError: one is not.
        """
        for name in names:
            if name not in self.input_names:
                nearest = Nearest(self.input_names, f"known: {', '.join(self.input_names[:10])}")
                raise InputError(f'no input is named "{shown(name)}"{nearest(name)}')

    def node_numbers(self, names: Iterable[str]) -> list[int]:
        """The numbers of nodes by their ids.

        Raises:
            InputError: there is no such node.
        """
        if isinstance(names, str):
            raise InputError(f"nodes are a list of ids, got one text: write [{names!r}]")
        numbers = []
        for name in names:
            if name not in self.index:
                known = ", ".join(f'"{known}"' for known in self.ids[:20])
                nearest = Nearest(self.ids, f"known: {known}")
                raise InputError(f'no node is named "{shown(name)}"{nearest(name)}')
            numbers.append(self.index[name])
        return numbers

    def label(self, node: int) -> str:
        """What to call a node where a person reads it: its label, or its id."""
        return self.labels.get(node, self.ids[node])

    @cached_property
    def graph(self) -> nx.DiGraph:
        """The network as a `networkx.DiGraph`: attributes of nodes and edges as in the spec.

        Uninitialised parameters have the weight `None`. Matrices of layers are spelled out edge
        by edge, biases of layers as bias nodes. Change a copy, and `Network.from_networkx` makes
        a network of it.
        """
        return graphs.from_network(self)

    # --- numbers -------------------------------------------------------------------------

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """(edges,) the weight of every edge, 1 for a wire, NaN where uninitialised."""
        if not len(self.parameters):
            return np.ones(len(self.source))
        return np.where(self.edge_parameter < 0, 1.0, self.parameters.values[self.edge_parameter])

    @property
    def unwritten(self) -> NDArray[np.bool_]:
        """(parameters,) which ones the spec leaves open; they may have been drawn since."""
        return np.isnan(self._written.values)

    def bias_value(self, node: int) -> float:
        """The value of a bias node, NaN where uninitialised."""
        number = self.node_parameter[node]
        return float(self.node_constant[node] if number < 0 else self.parameters.values[number])

    def require_values(self) -> None:
        """Check that every parameter has a value.

        Raises:
            UninitialisedError: with the names of those that have none.
        """
        missing = self.parameters.missing
        if len(missing):
            names = [self.parameters.name(int(number)) for number in missing[:NAMED_MISSING]]
            raise UninitialisedError(names, len(missing))

    def input_array(
        self, X: ArrayLike | Mapping[str, ArrayLike], dtype: DTypeLike = np.float64
    ) -> NDArray[Any]:
        """Inputs in the network's own order and shape.

        Args:
            X: (rows, inputs), columns in the order of `input_names`; or a mapping (or data frame,
                or Arrow table) by input name of one number or of (rows,) numbers each.
            dtype: float64 or float32.

        Returns:
            (inputs, rows).

        Raises:
            InputError: a name, a shape or a type that does not fit.
        """
        kind = float_dtype(dtype)
        if type(X) is np.ndarray and X.dtype is kind and X.shape[1:] == self.inputs.shape:
            return X.T  # nothing to convert: a call for one row should not wait for the rest
        return converted(X, self.input_names, kind)

    def __call__(
        self,
        X: ArrayLike | Mapping[str, ArrayLike],
        *,
        dtype: DTypeLike = np.float64,
        exact: bool = False,
    ) -> NDArray[Any]:
        """The forward pass: (rows, inputs), or a mapping by input name, to (rows, outputs).

        Args:
            X: see `input_array`.
            dtype: float64 or float32.
            exact: keep BLAS out of large dense layers; see `engine`.

        Raises:
            InputError: see `input_array`.
            UninitialisedError: a parameter has no value.
        """
        inputs = self.input_array(X, dtype)
        engine = self._engines.get((inputs.dtype, exact))
        if engine is None:
            engine = self.engine(dtype=inputs.dtype, exact=exact)
            self._engines[inputs.dtype, exact] = engine
        return engine.run(inputs).T

    @cached_property
    def _engines(self) -> dict[tuple[np.dtype[Any], bool], Engine]:
        """What has been prepared for `__call__`, by dtype and exactness."""
        return {}

    def engine(
        self,
        nodes: Sequence[str] | None = None,
        *,
        dtype: DTypeLike = np.float64,
        engine: EngineName = "auto",
        exact: bool = False,
        threads: int | None = None,
        rows: int | None = None,
    ) -> Engine:
        """The forward pass prepared once, to be run over many rows or many batches.

        Args:
            nodes: ids of the nodes whose values are wanted, repeated ones too; by default the
                outputs.
            dtype: float64 or float32.
            engine: "numpy", "numba" (extra `fast`), or "auto": numba where it is installed and
                the work is worth its start.
            exact: keep BLAS out of dense blocks, so that the last bits do not depend on how the
                rows are cut.
            threads: how many to use; by default one for each core that this process may use.
            rows: about how many rows will come in all, for "auto"; unknown counts as few.

        Raises:
            InputError: no such node, dtype or engine, or no thread.
            UninitialisedError: a parameter has no value.
            MissingExtraError: numba is asked for and not installed.
        """
        from deepgraph.engines import prepare  # engines import this module

        return prepare(self, nodes, float_dtype(dtype), engine, exact, threads, rows)

    def trace(
        self, X: ArrayLike | Mapping[str, ArrayLike], *, dtype: DTypeLike = np.float64
    ) -> Trace:
        """The forward pass with z and a of every node; arguments and errors as in `__call__`."""
        from deepgraph.evaluate import trace  # evaluate imports this module

        return trace(self, self.input_array(X, dtype))

    def gradient(
        self,
        X: ArrayLike | Mapping[str, ArrayLike],
        targets: Mapping[str, ArrayLike] | None = None,
        loss: str = "half_squared_error",
        reduction: str = "mean",
    ) -> Gradient:
        """The gradient of a loss by every parameter, node and input.

        Args:
            X: inputs as in `__call__`, at least one row.
            targets: by node id one number, or (rows,) numbers; none for the loss "output".
            loss: "squared_error", "half_squared_error", "mean_squared_error", "cross_entropy" or
                "output"; see `deepgraph.losses`.
            reduction: over the rows, "mean" or "sum".

        Raises:
            InputError: inputs or targets that do not fit.
            UninitialisedError: a parameter has no value.
        """
        from deepgraph.gradient import gradient  # gradient imports this module

        return gradient(self.trace(X), targets, loss, reduction)

    def jacobian(self, X: ArrayLike | Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """The derivative of every output by every input, (rows, outputs, inputs).

        Arguments and errors as in `__call__`.
        """
        from deepgraph.gradient import jacobian  # gradient imports this module

        return jacobian(self.trace(X))

    def loss(
        self,
        X: ArrayLike | Mapping[str, ArrayLike],
        targets: Mapping[str, ArrayLike] | None = None,
        loss: str = "half_squared_error",
        reduction: str = "mean",
    ) -> float:
        """The loss over a batch; arguments and errors as in `gradient`."""
        from deepgraph.losses import evaluate_loss  # losses imports this module

        return evaluate_loss(self.trace(X), targets, loss, reduction).value

    def explain(
        self,
        X: Mapping[str, Any],
        targets: Mapping[str, Any] | None = None,
        *,
        backward: bool | None = None,
        loss: str = "half_squared_error",
        reduction: str = "mean",
        learning_rate: float | None = None,
        node: str | None = None,
        fractions: bool = False,
        precision: int | Literal["full"] | None = None,
    ) -> Explanation:
        """The arithmetic written out, line by line: symbols, numbers, result.

        Args:
            X: by input name a number, a text such as "1/3", or a list of them over the rows.
            targets: by node id likewise; with them derivatives follow, by the chain rule.
            backward: whether derivatives follow; by default if they have targets, the loss
                "output" or a learning rate.
            loss: as in `gradient`.
            reduction: as in `gradient`.
            learning_rate: also show one step of gradient descent.
            node: the id of a node: explain only it and what it needs.
            fractions: print rational numbers as p/q, as far as they stay rational.
            precision: significant digits, or "full"; by default 4, and short numbers whole.

        Returns:
            Sections of steps of lines; `print` shows them, `.markdown()`, `.latex()` and
            `.json()` spell them otherwise.

        Raises:
            InputError: inputs, targets or options that do not fit.
            UninitialisedError: a parameter has no value.
        """
        from deepgraph.explain import explain  # explain imports this module

        return explain(
            self,
            X,
            targets,
            backward=backward,
            loss=loss,
            reduction=reduction,
            learning_rate=learning_rate,
            node=node,
            fractions=fractions,
            precision=precision,
        )

    def kinks(
        self,
        over: Mapping[str, tuple[Any, Any]] | None = None,
        *,
        at: Mapping[str, Any] | None = None,
        between: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
        nodes: Sequence[str] | None = None,
        pre_activations: bool = False,
        limit: int = 10_000,
    ) -> Kinks:
        """Where a piecewise-linear network bends along one line through its inputs, exactly.

        Nothing is sampled: the pieces of every node are propagated through the graph in rational
        arithmetic, over numbers as the spec writes them. Numbers that were drawn count as the
        decimals that `deepgraph init` writes, other computed ones as the doubles that they are.

        Args:
            over: one input with the start and the end of its range, `{"x": (-1, 1)}`. A number is
                a text such as "1/3" or a number of Python; a float is its shortest decimal.
            at: the values of all other inputs.
            between: instead of these, two rows of all inputs: the parameter goes from 0 to 1 along
                the segment between them.
            nodes: ids; by default the outputs.
            pre_activations: z instead of a.
            limit: how many pieces a node may have.

        Raises:
            InputError: arguments that do not fit; a node that is chosen, or feeds a chosen one, is
                not piecewise linear or has too many pieces. Of z only what feeds the node counts.
            UninitialisedError: a parameter has no value.
        """
        from deepgraph.kinks import kinks  # kinks imports this module

        return kinks(
            self,
            over,
            at=at,
            between=between,
            nodes=nodes,
            pre_activations=pre_activations,
            limit=limit,
        )

    def __repr__(self) -> str:
        nodes, parameters = int(np.sum(self.kind != BIAS)), len(self.parameters)
        return f"<Network {self.spec.name or self.name}: {nodes} nodes, {parameters} parameters>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """How a notebook shows it: the picture, see `deepgraph.embed.notebook`."""
        from deepgraph.embed.notebook import bundle  # only a notebook asks for this

        return bundle(self, include=include, exclude=exclude)

    def kind_name(self, node: int) -> str:
        """The kind of a node in words: input, bias, hidden or output."""
        return KINDS[self.kind[node]]
