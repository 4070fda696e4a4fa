"""What the live page knows of a network: data for JSON, made of arrays to keep the page small.

A program is this object; a key of `{…: …}` whose name is a number is a node or parameter number,
as text, and numbers that have nothing of the kind are left out. Lists marked δ hold differences:
the first number, then each minus the one before it.

    version      1
    title        of the network, or its name
    precision    significant digits of the page; null for four, and short numbers in full
    nodes        id [id of each node], kind "iibho…" (input, bias, hidden, output), label {node:
                 text}, function [number into functions], aggregation {node: name} where it is not
                 the sum
    functions    [{name, title, caption, gain, formula, derivative_formula, and where it has some
                 shown, derivative_by_a, jumps, spelled_out}], with name alone for softmax; what
                 they compute is in the scripts, see `deepgraph.live.functions`, and their
                 parameters are in `deepgraph.live.arithmetic`
    edges        source δ, target δ, parameter δ: node and parameter numbers, −1 for a wire
    parameters   value [double of each], text {parameter: as the file has it} where that is no
                 decimal, or one that the double does not spell: "1/3"; frozen [numbers]; blocks
                 [[name, first number, rows, columns]], columns 0 for a vector; keys [name of each
                 parameter behind the blocks, null for an edge without a label]
    bias         parameter {node: number} of a bias with a value of its own, constant {node: value}
                 of one whose edges have weights, text {node: text} as for parameters
    normalise    {node: {min, max, mean, scale}}, those that the spec gives; rescale likewise
    softmax      [[members of each group]]
    steps        δ the order of evaluation: node numbers, and nodes + g for softmax group g
    classes      {names, threshold}, null without any; threshold null for several outputs
    losses       {name: {divisor, formula, derivative_formula, outputs, perhaps mean, among, of}} of
                 those that suit the network, see `deepgraph.live.losses`; loss: the first one
    examples     [{name, inputs [[of each row] by input], targets {node: [of each row]}, loss,
                 training}]; training is null, or of its steps {rate: text, momentum, decay,
                 frozen [parameters], steps}, or {declined: a method that the page lacks}
    rows         null, or {inputs [[of each row] by input], targets {node: [of each row]}}: the
                 table that the page steps through and trains on
    check        {rows δ, inputs [[of each row] by input], nodes [of each row], a [of each
                 row]}: Python's value of one output in each row, which the page compares with its
                 own; see `check_rows` for inputs that the page makes itself

The order of the terms of a sum is that of the edges, so that the page adds up in the order of
`deepgraph.evaluate.reference`. NaN and infinities, which JSON lacks, do not occur: parameters are
finite, and check rows without finite values are left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.graph.classes import one_hot_rows
from deepgraph.graph.exact import exact_constants, exact_parameters, shortest, written_fractions
from deepgraph.graph.examples import rows_in, rows_of
from deepgraph.graph.kinds import KINDS
from deepgraph.live.losses import first_loss, loss_key, losses
from deepgraph.options.training import OPTIMISERS
from deepgraph.spec import literals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from msgspec import Raw
    from numpy.typing import NDArray

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph
    from deepgraph.graph.scaling import Scaling
    from deepgraph.spec.records import Example

    Array = NDArray[np.float64]

VERSION = 1
CHECK_ROWS = 16
"""The rows for which a page carries a value of Python's: one in each, which weighs eight bytes."""


def program(
    network: Graph,
    *,
    precision: int | str | None = None,
    X: Array | None = None,
    targets: Mapping[str, Sequence[float]] | None = None,
    loss: str | None = None,
    of: str | None = None,
) -> dict[str, Any]:
    """The program of a network; see the module.

    Args:
        network: all of its parameters must have values.
        precision: significant digits, 1 to 17, or "full"; by default four, short numbers in full.
        X: (rows, inputs) the table of the page.
        targets: by node id (rows,) the wanted values for these rows.
        loss: the loss to begin with; see `deepgraph.live.losses.first_loss`.
        of: the node whose value it is, if it takes no targets; by default the one output.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    examples = [_example(network, example) for example in network.spec.examples]
    return {
        "version": VERSION,
        "title": network.spec.title or network.spec.name or network.name,
        "precision": 17 if precision == "full" else precision,
        "nodes": _nodes(network),
        "functions": [_function(function) for function in network.functions],
        "edges": {
            "source": delta(network.source),
            "target": delta(network.target),
            "parameter": delta(network.edge_parameter),
        },
        "parameters": _parameters(network),
        "bias": _biases(network),
        "normalise": _constants(network.normalise),
        "rescale": _constants(network.rescale),
        "softmax": [members.tolist() for members in network.softmax_groups],
        "steps": delta(network.steps),
        "classes": _classes(network, targets or {}),
        "losses": losses(network, of),
        "loss": loss_key(network, loss or first_loss(network), of),
        "examples": [example for example in examples if example is not None],
        "rows": None if X is None else _rows(network, X, targets or {}),
        "check": check_rows(network, X),
    }


def delta(numbers: Array | NDArray[Any]) -> list[int]:
    """The first number, then each minus the one before: runs of numbers compress to nothing.

    >>> delta(np.array([4, 5, 6, 6]))
    [4, 1, 1, 0]
    """
    return [int(step) for step in np.diff(numbers, prepend=0)]


def _nodes(network: Graph) -> dict[str, Any]:
    return {
        "id": network.ids,
        "kind": "".join(KINDS[kind][0] for kind in network.kind.tolist()),
        "label": _by_number(network.labels),
        "function": network.function.tolist(),
        "aggregation": {
            str(node): name for node, name in enumerate(network.aggregations) if name != "sum"
        },
    }


def _by_number(texts: Mapping[int, str]) -> dict[str, str]:
    return {str(number): text for number, text in texts.items()}


def _function(function: NodeFunction) -> dict[str, Any]:
    if function.row is None:
        return {"name": function.name}
    row = function.row
    found = {
        "name": row.name,
        "title": row.title,
        "caption": function.caption,
        "gain": function.gain,
        "formula": row.formula,
        "derivative_formula": row.derivative_formula,
    }
    perhaps = {
        "shown": row.shown,
        "derivative_by_a": row.derivative_by_a,
        "jumps": row.jumps,
        "spelled_out": row.spelled_out,
    }
    return found | {key: value for key, value in perhaps.items() if value}


def _parameters(network: Graph) -> dict[str, Any]:
    parameters = network.parameters
    exact, written = exact_parameters(network), written_fractions(network)
    values = parameters.values.tolist()
    return {
        "value": values,
        "text": {
            str(number): written.get(number, "").replace("−", "-") or str(value)
            for number, value in enumerate(exact)
            if number in written or value != shortest(values[number])
        },
        "frozen": np.flatnonzero(~parameters.trainable).tolist(),
        "blocks": [
            [block.name, block.offset, block.shape[0], *(block.shape[1:] or (0,))]
            for block in parameters.blocks
        ],
        "keys": [key if isinstance(key, str) else None for key in parameters.keys],
    }


def _biases(network: Graph) -> dict[str, Any]:
    constant, number = network.node_constant.tolist(), network.node_parameter.tolist()
    exact: dict[int, Fraction] = exact_constants(network)
    return {
        "parameter": {str(node): found for node, found in enumerate(number) if found >= 0},
        "constant": {
            str(node): value for node, value in enumerate(constant) if not math.isnan(value)
        },
        "text": {
            str(node): str(value)
            for node, value in exact.items()
            if value != shortest(constant[node])
        },
    }


def _constants(scaling: Scaling | None) -> dict[str, dict[str, float]]:
    return {} if scaling is None else {str(n): scaling.given(n) for n in scaling.nodes.tolist()}


def _classes(network: Graph, targets: Mapping[str, Sequence[float]]) -> dict[str, Any] | None:
    """The classes, where the outputs are those of one thing and no numbers of their own.

    Several outputs are also classes where all targets of the table, or of the examples if it has
    none, want 1 of one output and 0 of all others.
    """
    found = network.classes
    if found is None or not (network.tells_classes or _are_one_hot(network, targets)):
        return None
    return {"names": list(found.names), "threshold": found.threshold}


def _are_one_hot(network: Graph, targets: Mapping[str, Sequence[float]]) -> bool:
    names, found = network.output_names, [targets]
    if not targets.keys() >= set(names):
        found = [
            {name: _column(raw, rows_in(example)) for name, raw in example.targets.items()}
            for example in network.spec.examples
            if example.inputs  # one that is a table has its targets there
        ]
    whole = [given for given in found if given.keys() >= set(names)]
    wanted = [np.array([given[name] for name in names]) for given in whole]
    return bool(wanted) and bool(one_hot_rows(np.hstack(wanted)).all())


def _example(network: Graph, example: Example) -> dict[str, Any] | None:
    """The rows of an example; `None` for one that is a table."""
    if not example.inputs:
        return None
    rows, index = rows_in(example), network.index
    return {
        "name": example.name,
        "inputs": [_column(example.inputs[name], rows) for name in network.input_names],
        "targets": {str(index[n]): _column(raw, rows) for n, raw in example.targets.items()},
        "loss": None if example.loss is None else example.loss.name,
        "training": _training(network, example),
    }


def _training(network: Graph, example: Example) -> dict[str, Any] | None:
    """How the steps of an example are taken; `None` of one that has no learning rate."""
    rate, momentum, decay = (
        bytes(raw) for raw in (example.learning_rate, example.momentum, example.weight_decay)
    )
    if literals.missing(rate):
        return None
    if example.optimiser not in (None, OPTIMISERS[0]):
        return {"declined": example.optimiser}  # its rate is none for plain steps
    if example.batch is not None and example.batch < rows_in(example):
        return {"declined": f"batch {example.batch}"}
    trainable = network.frozen(example.freeze).parameters.trainable
    return {
        "rate": literals.shown(rate).strip('"'),
        "momentum": 0.0 if literals.missing(momentum) else literals.value(momentum),
        "decay": 0.0 if literals.missing(decay) else literals.value(decay),
        "frozen": np.flatnonzero(network.parameters.trainable & ~trainable).tolist(),
        "steps": example.steps,
    }


def _column(raw: Raw, rows: int) -> list[float]:
    """(rows,) numbers of a list, or of one number for all rows."""
    numbers = [literals.value(entry) for entry in rows_of(bytes(raw))]
    return numbers if len(numbers) == rows else numbers * rows


def _rows(network: Graph, X: Array, targets: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    index = network.index
    return {
        "inputs": np.asarray(X, np.float64).T.tolist(),
        "targets": {
            str(index[name]): np.asarray(column, np.float64).tolist()
            for name, column in targets.items()
        },
    }


# --- check rows ---------------------------------------------------------------------------------


def check_rows(network: Graph, X: Array | None = None) -> dict[str, Any]:
    """Python's values for rows that the page evaluates, too, when it opens.

    Args:
        network: the network.
        X: (rows, inputs), of which the first rows are taken; without any, rows are made: corners
            and points of the range of each input.

    Returns:
        Row numbers, inputs, and for each row the number of a node and its a: of the outputs in
        turn, which depend on the other nodes. The inputs are null for rows of the table, and a
        column of them for made numbers.
    """
    made, given = _made_rows(network) if X is None else (None, np.asarray(X, np.float64))
    given = given[:CHECK_ROWS]
    found = trace(network, given.T)
    whole = np.isfinite(found.z).all(axis=0) & np.isfinite(found.a).all(axis=0)
    rows = np.flatnonzero(whole)
    nodes = np.resize(network.outputs, len(rows))
    columns = None if made is None else [
        None if is_made else column.tolist()
        for is_made, column in zip(made, given[whole].T, strict=True)
    ]  # fmt: skip
    return {
        "rows": delta(rows),
        "inputs": columns,
        "nodes": nodes.tolist(),
        "a": found.a[nodes, rows].tolist(),
    }


def _made_rows(network: Graph) -> tuple[list[bool], Array]:
    """Which inputs have made numbers, and (rows, inputs) these, or others where the spec clips.

    Made numbers have two decimals, from −1 to 1; the script `selfcheck.js` makes the same.
    """
    row, column = np.indices((CHECK_ROWS, len(network.inputs)))
    rows = ((row * 67 + column * 29 + row * column * 13) % 201 - 100) / 100
    rows[0], rows[1], rows[2] = 0.0, 1.0, -1.0
    made = [True] * len(network.inputs)
    if network.normalise is None:
        return made, rows
    for place, node in enumerate(network.inputs.tolist()):
        if node not in network.normalise.place:
            continue
        given = network.normalise.given(node)
        mean, scale = given.get("mean", 0.0), given.get("scale", 1.0)
        low, high = given.get("min", mean - 2 * scale), given.get("max", mean + 2 * scale)
        rows[:, place] = np.round((low + high) / 2 + rows[:, place] * (high - low) / 2, 6)
        made[place] = False
    return made, rows
