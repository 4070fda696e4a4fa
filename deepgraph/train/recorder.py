"""Numbers of a network over the epochs of a training, by choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.words.messages import Nearest, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.train.records import Epoch, Watcher

    Array = NDArray[np.float64]


class Recorder:
    """Notes the values of some parameters after every epoch.

    Args:
        network: whose parameters they are.
        names: as `parameters[name]` takes them; "all" stands for all, unless it is a name itself.
        then: called after each epoch, too.

    Attributes:
        names: of the parameters, each once.

    Raises:
        InputError: no such parameter.
    """

    def __init__(self, network: Graph, names: Iterable[str], then: Watcher | None = None) -> None:
        found: list[int] = []
        parameters = network.parameters
        for name in names:
            if name == "all" and name not in parameters:
                found += range(len(parameters))
            elif name in parameters:
                found += parameters.where(name).ravel().tolist()
            else:
                known = Nearest(parameters.names, "known: " + ", ".join(parameters.names[:10]))
                what = f'{option("record")}: there is no parameter "{shown(name)}"'
                raise InputError(f"{what}{known(name)}")
        self._numbers = np.array(list(dict.fromkeys(found)), np.intp)
        self.names = [parameters.name(number) for number in self._numbers.tolist()]
        self._rows: list[Array] = []
        self._then = then

    def __call__(self, epoch: Epoch, values: Callable[[], Array]) -> None:
        """Note the values of an epoch."""
        if len(self._numbers):
            self._rows.append(values()[self._numbers])
        if self._then is not None:
            self._then(epoch, values)

    @property
    def by_name(self) -> dict[str, Array]:
        """(epochs + 1,) the values of each parameter, that before the first epoch first."""
        columns = np.array(self._rows).reshape(len(self._rows), len(self.names)).T
        return dict(zip(self.names, columns, strict=True))
