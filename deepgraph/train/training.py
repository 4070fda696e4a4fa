"""The result of a training: the trained network, its history, and why it did not learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from deepgraph.train.diagnosis import diagnose

if TYPE_CHECKING:
    import os

    import numpy as np
    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.train.case import Case
    from deepgraph.train.finding import Finding
    from deepgraph.train.records import Epoch, Settings

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Training:
    """The result of training.

    Attributes:
        network: with the values of the epoch that is kept, in its spec too; `network.save` writes
            it.
        loss: the name of the loss.
        settings: of the training.
        rows: how many rows were learned from.
        history: every epoch, from epoch 0, the network as it was.
        best: the epoch with the smallest loss of validation, or else of training.
        kept: the epoch of the network: the best, or with `keep="last"` the last.
        interrupted: true if it was stopped early.
        dropped: the names of the spec's examples that no longer hold, and were left out.
        recorded: by name (epochs + 1,) the values of the parameters that were to be recorded, the
            one before the first epoch first.
        case: what it began with.
    """

    network: Network
    loss: str
    settings: Settings
    rows: int
    history: list[Epoch]
    best: Epoch
    kept: Epoch
    interrupted: bool
    dropped: list[str]
    recorded: dict[str, Array]
    case: Case = field(repr=False, compare=False)

    def __repr__(self) -> str:
        name = self.network.spec.name or self.network.name
        losses = " → ".join(f"{epoch.training.loss:.4g}" for epoch in (self.history[0], self.kept))
        epochs = f"epoch {self.kept.number} of {self.history[-1].number}"
        return f"<Training of {name}: {self.loss} {losses} in {epochs}>"

    @cached_property
    def findings(self) -> list[Finding]:
        """Why it did not learn, the main cause first; none if it did.

        Where the network has not learned, this tries other settings on a sample of the rows, for
        some seconds at most; see `deepgraph.train.diagnosis`.
        """
        return diagnose(self.case, self.network, epochs=self.history[-1].number)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the spec of the trained network, atomically.

        Raises:
            FileError: the file cannot be written.
        """
        self.network.save(path)
