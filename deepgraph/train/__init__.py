"""Training: plain gradient descent in double precision.

From a network, rows and the wanted values of its outputs comes the same network with other numbers;
its `source` states the training. There are no schedules and no augmentation. The
same arguments give the same bits, whatever the number of threads.

    records       settings, epochs and scores
    training      the result
    reading       inputs and targets from the columns of a table
    given         goal and rows from the arguments of a call
    rows          rows in memory: classes, shuffling, validation
    objective     the losses with their derivatives
    packing       the network cut into blocks of nodes that are computed together
    runs, walk    forward and backward through these blocks
    weights       the parameters that are trained
    descent       epochs, batches, the best epoch
    standardise   inputs of mean 0 and deviation 1, written into the spec
    recorder      values of parameters over the epochs
    outcome       the spec of a trained network
    several       the same from several starts
    rules         perceptron, delta rule and Hebb's rule
    rule_run      their steps, row by row
    rule_numbers  exact numbers, or doubles, that a rule computes with
    rule_verdict  what a rule came to, in sentences
    worked        the steps of training and of rules as worked arithmetic
    rule_lines    the lines of a rule's steps
    health        where derivatives vanish, node by node
    case, starts, trials, finding, findings, row_findings, diagnosis
                  why a training did not learn
    examine       the health of a network on data, without a training
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from deepgraph.errors import DivergedError, InputError
from deepgraph.functions.losses import REDUCTIONS
from deepgraph.train.case import Case
from deepgraph.train.descent import Descent
from deepgraph.train.examine import examine
from deepgraph.train.given import chosen_loss, goal_and_rows, named_targets
from deepgraph.train.outcome import holding_examples, statement
from deepgraph.train.recorder import Recorder
from deepgraph.train.records import Epoch, Score, Settings, require_positive
from deepgraph.train.rows import Rows, split
from deepgraph.train.rules import Learned, learn
from deepgraph.train.several import several
from deepgraph.train.standardise import standardised
from deepgraph.train.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike

    from deepgraph.network import Network
    from deepgraph.options.training import Keep, Optimiser, Order
    from deepgraph.train.records import Watcher

    Inputs = ArrayLike | Mapping[str, ArrayLike]
    Targets = Mapping[str, ArrayLike] | Sequence[str]

__all__ = [
    "Epoch",
    "Learned",
    "Score",
    "Settings",
    "Training",
    "chosen_loss",
    "examine",
    "fit",
    "learn",
    "several",
]


def fit(
    network: Network,
    X: Inputs,
    targets: Targets,
    *,
    loss: str | None = None,
    epochs: int = 100,
    learning_rate: float | None = None,
    optimiser: Optimiser = "sgd",
    momentum: float = 0.0,
    batch: int | None = None,
    seed: int = 0,
    weight_decay: float = 0.0,
    order: Order = "shuffled",
    keep: Keep = "best",
    reduction: str = REDUCTIONS[0],
    standardise: bool = False,
    freeze: Sequence[str] = (),
    record: Sequence[str] = (),
    validation: float | tuple[Inputs, Targets] | None = None,
    source: str | None = None,
    folder: Path | None = None,
    watch: Watcher | None = None,
    stop: Callable[[], bool] | None = None,
) -> Training:
    """Train a network by gradient descent on the loss of rows.

    Frozen parameters (`"trainable": false`) stay as they are; a parameter on several edges learns
    from all of them. Unless `keep` says otherwise, the values of the best epoch are kept, so that a
    training that gets worse, or is stopped, never leaves the network worse than it was.

    Args:
        network: all of its parameters must have values; see `Network.initialised`.
        X: (rows, inputs), or (rows,) by input name, as for `Network.__call__`; finite numbers.
        targets: by node id one number, or (rows,) numbers, as a mapping or a table; or (rows,), a
            sequence or a column: the numbers of a single output that names no classes, or else the
            class of each row, the label, or else the id, of the output that is to be the largest.
        loss: a row of `deepgraph.functions.losses.LOSSES` but "output"; by default cross_entropy
            for classes where the outputs allow it, else half_squared_error.
        epochs: how often every row is learned from.
        learning_rate: the size of a step; by default 0.1 for sgd and 0.01 for adam.
        optimiser: "sgd" or "adam".
        momentum: of sgd, from 0 to less than 1.
        batch: rows for each step, shuffled anew in every epoch; by default all rows, in order.
        seed: of the shuffling, and of the choice of the rows to validate with.
        weight_decay: λ of the penalty λ/2·Σw² over the trained weights, each parameter once, which
            is no part of the losses that are reported; biases have none.
        order: of the rows in batches: "shuffled", or "file" as they stand.
        keep: the values of the "best" epoch or of the "last".
        reduction: of the rows of a step, their "mean" or their "sum". Reported losses are means.
        standardise: write `normalise` into the spec, so that the inputs have mean 0 and deviation 1
            over the rows that are learned from.
        freeze: names of parameters, groups, matrices and vectors that stay as they are, beside
            those that the spec freezes.
        record: names of parameters whose values after each epoch are kept, in `Training.recorded`;
            "all" for every one.
        validation: the share of the rows that is kept apart to choose the best epoch by, or other
            rows and their targets.
        source: text about the data and the command for the `source` of the spec; by default the
            settings.
        folder: where the spec will lie, with the tables that its examples name; by default where
            it was read from.
        watch: called after each epoch with it and a function that gives the current (parameters,)
            values.
        stop: asked before each step; true ends the training.

    Raises:
        InputError: inputs, targets or options do not fit.
        UninitialisedError: a parameter has no value.
        DivergedError: the loss is no longer finite; the message names epoch and node, and its
            `history` has the epochs until then.
    """
    network.require_values()
    require_positive(learning_rate)
    learning = network.frozen(freeze)
    settings = Settings(
        epochs, learning_rate, optimiser, momentum, batch, seed, weight_decay, order, keep,
        reduction,
    )  # fmt: skip
    targets = named_targets(network, targets)
    loss = chosen_loss(network, targets, loss)
    aim, rows = goal_and_rows(network, X, targets, loss)
    others: Rows | None = None
    if isinstance(validation, tuple):
        try:
            other_aim, others = goal_and_rows(network, *validation, loss)
        except InputError as error:
            raise InputError(f"rows to validate with: {error}") from None
        if other_aim.nodes.tolist() != aim.nodes.tolist():
            raise InputError("rows to validate with: their targets are for other nodes")
    elif validation is not None:
        rows, others = split(rows, float(validation), seed)
    if standardise:
        network = standardised(network, rows.inputs)
        learning = network.frozen(freeze)
        rows = rows.scaled(network)
        others = None if others is None else others.scaled(network)
    case = Case(learning, aim, rows, settings, others)
    recorder = Recorder(network, record, watch)
    try:
        run = Descent(learning, aim, rows, others, settings).run(recorder, stop)
    except DivergedError as error:
        error.case, error.recorded = case, recorder.by_name
        raise
    trained = network.rewritten(run.values)
    said = statement(run, settings, loss, len(rows), 0 if others is None else len(others), source)
    if standardise and source is None:
        said += " The inputs were standardised by these rows."
    if freeze and source is None:
        said += f" Frozen: {', '.join(freeze)}."
    if network.spec.source:
        said += f" Before that: {network.spec.source}"
    where = network.folder if folder is None else folder
    examples, dropped = holding_examples(trained, where)
    spec = replace(trained.spec, source=said, examples=examples)
    result = type(network)(spec, network.name, network.folder)
    return Training(
        network=result,
        loss=loss,
        settings=settings,
        rows=len(rows),
        history=run.epochs,
        best=run.best,
        kept=run.kept,
        interrupted=run.interrupted,
        dropped=dropped,
        recorded=recorder.by_name,
        case=case,
    )
