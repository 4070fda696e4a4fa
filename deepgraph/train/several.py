"""The same training from several starts, of which the best is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepgraph.errors import DivergedError, InputError
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.network import Network
    from deepgraph.options.shared import Method
    from deepgraph.train.training import Training


@dataclass(frozen=True)
class Several:
    """Trainings by seed.

    Attributes:
        runs: the training of each seed, in their order; an error for one that diverged.
        best: the seed whose kept epoch has the smallest decisive loss, the first of equal ones.
    """

    runs: dict[int, Training | DivergedError]
    best: int

    @property
    def training(self) -> Training:
        """The training of the best seed."""
        found = self.runs[self.best]
        assert not isinstance(found, DivergedError)
        return found


def several(
    network: Network,
    seeds: Sequence[int],
    train: Callable[[Network, int], Training],
    init: Method = "uniform",
    done: Callable[[int, Training | DivergedError], Any] | None = None,
) -> Several:
    """Train once for each seed, which draws what has no value yet and shuffles the rows.

    Args:
        network: its parameters without a value are drawn anew for each seed.
        seeds: whole numbers, each once.
        train: the training of a network and its seed, by `deepgraph.train.fit`.
        init: the method of drawing.
        done: called after each training with its seed; a run that was interrupted is the last.

    Raises:
        InputError: no seeds, or one twice.
        DivergedError: every training diverged; it is that of the first seed.
    """
    if not seeds or len(set(seeds)) < len(seeds):
        raise InputError(f"{option('seeds')} are whole numbers, each once, such as 1, 2, 3")
    runs: dict[int, Training | DivergedError] = {}
    for seed in seeds:
        found: Training | DivergedError
        try:
            found = train(network.initialised(seed, init), seed)
        except DivergedError as error:
            found = error
        runs[seed] = found
        if done is not None:
            done(seed, found)
        if not isinstance(found, DivergedError) and found.interrupted:
            break
    losses = {
        seed: run.kept.decisive for seed, run in runs.items() if not isinstance(run, DivergedError)
    }
    if not losses:
        first = runs[seeds[0]]
        assert isinstance(first, DivergedError)
        raise first
    return Several(runs, min(losses, key=losses.__getitem__))
