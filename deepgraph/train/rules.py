"""Learning rules older than gradient descent, for units without hidden nodes below them.

    perceptron    w ← w + η·(t − a)·x         Rosenblatt, The perceptron, 1958
    delta         w ← w + η·(t − z)·x         Widrow, Hoff, Adaptive switching circuits, 1960
    hebb          w ← w + η·t·x               Hebb, The organization of behavior, 1949

A bias has x = 1. z is the weighted sum and a what the threshold unit makes of it. The delta rule of
a unit that is neither the identity nor a threshold is η·(t − a)·f'(z)·x, a step of gradient descent
(Rumelhart, Hinton, Williams 1986). Rows are taken in the order of the table, one step each. All but
the delta rule are computed without rounding, see `deepgraph.train.rule_numbers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from deepgraph.errors import InputError
from deepgraph.train import rule_verdict as verdict
from deepgraph.train.outcome import holding_examples
from deepgraph.train.rule_run import RuleRun
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.options.training import Rule
    from deepgraph.train.rule_run import Step

    Array = NDArray[np.float64]

EPOCHS: dict[str, int] = {"perceptron": 100, "delta": 100, "hebb": 1}
"""The default number of epochs; Hebb's rule sees every row once."""


@dataclass(frozen=True)
class Learned:
    """What a rule came to.

    Attributes:
        network: with the values after the last step, in its spec too.
        rule: its name.
        steps: all of them, in order.
        wrong: the number of rows that were wrong in each epoch, when they were seen.
        right: True if every row is right at the end.
        circle: the epochs of two equal ends, from which on the rule goes round; or `None`.
        why: a sentence about a rule that does not get all rows right; else empty.
        dropped: the names of the spec's examples that no longer hold, and were left out.
        rounded: a sentence about rows that the network, whose numbers are doubles, decides
            otherwise than the exact rule did; mostly empty.
    """

    network: Network
    rule: Rule
    steps: list[Step]
    wrong: list[int]
    right: bool
    circle: tuple[int, int] | None
    why: str
    dropped: list[str]
    rounded: str = ""


def learn(
    network: Network,
    X: Any,
    targets: Any,
    rule: Rule = "perceptron",
    *,
    learning_rate: float | Fraction | None = None,
    epochs: int | None = None,
    freeze: Sequence[str] = (),
    source: str | None = None,
    folder: Path | None = None,
    stop: Callable[[], bool] | None = None,
) -> Learned:
    """Learn by a rule, row by row, until an epoch sees every row right.

    Args:
        network: outputs that are fed by inputs and biases alone; all parameters have values.
        X: inputs as in `Network.__call__`. By name they may be fractions, too: "1/3".
        targets: by output one number for each row, or a class for each row, as in `fit`.
        rule: "perceptron" for step and sign, "delta" or "hebb".
        learning_rate: η; by default 1 for perceptron and hebb, 0.1 for delta. A double such as 0.1
            means the decimal that it is printed as.
        epochs: the most passes through the rows; by default 100, and 1 for hebb.
        freeze: names of parameters that stay, beside those that the spec freezes.
        source: text for the `source` of the spec; by default the settings.
        folder: where the spec will lie, with the tables of its examples.
        stop: asked before each step; true ends the learning.

    Raises:
        InputError: network, inputs or targets do not fit the rule.
        UninitialisedError: a parameter has no value.
        DivergedError: a value is no longer finite.
    """
    run = RuleRun(network.frozen(freeze), X, targets, rule, learning_rate, stop)
    most = EPOCHS[rule] if epochs is None else epochs
    if most < 0:
        raise InputError(f"epochs are counted from 0, got {most}")
    run.learn(most)
    trained = network.rewritten(run.doubles)
    said = source or f"rule {rule}, learning rate {float(run.rate):g}, rows in order"
    if freeze and source is None:
        said += f", frozen: {', '.join(freeze)}"
    from deepgraph import __version__

    said = (
        f"Trained by deepgraph {__version__} with numpy {np.__version__}: {said}, on "
        f"{counted(run.rows, 'row')}. {verdict.score(run)}"
    )
    if network.spec.source:
        said += f" Before that: {network.spec.source}"
    where = network.folder if folder is None else folder
    examples, dropped = holding_examples(trained, where)
    spec = replace(trained.spec, source=said, examples=examples)
    result = type(network)(spec, network.name, network.folder)
    return Learned(
        result, rule, run.steps, run.wrong, run.right, run.circle, verdict.why(run), dropped,
        verdict.rounded(run, trained),
    )  # fmt: skip
