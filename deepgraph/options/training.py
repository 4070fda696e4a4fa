"""The optimisers of a training, for `deepgraph.train` and the command line, without numpy."""

from __future__ import annotations

from typing import Literal, get_args

Optimiser = Literal["sgd", "adam"]
OPTIMISERS: tuple[Optimiser, ...] = get_args(Optimiser)
"""The first is the default."""
LEARNING_RATES: dict[Optimiser, float] = {"sgd": 0.1, "adam": 0.01}
"""The default learning rate of each optimiser."""
