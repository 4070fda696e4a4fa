"""The choices of a training, for `deepgraph.train` and the command line, without numpy."""

from __future__ import annotations

from typing import Literal, get_args

Optimiser = Literal["sgd", "adam"]
OPTIMISERS: tuple[Optimiser, ...] = get_args(Optimiser)
"""The first is the default."""
LEARNING_RATES: dict[Optimiser, float] = {"sgd": 0.1, "adam": 0.01}
"""The default learning rate of each optimiser."""

Keep = Literal["best", "last"]
"""Whose values a training keeps: the epoch of the smallest loss, or the last one."""
KEEPS: tuple[Keep, ...] = get_args(Keep)
Order = Literal["shuffled", "file"]
"""The order of rows in batches: drawn anew in every epoch, or that of the table."""
ORDERS: tuple[Order, ...] = get_args(Order)
Rule = Literal["gradient", "perceptron", "delta", "hebb"]
"""What makes a step: the gradient of a loss, or a rule for units without hidden nodes."""
RULES: tuple[Rule, ...] = get_args(Rule)
