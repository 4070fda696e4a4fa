"""A dense chain as a spec in layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from deepgraph.formats.readers import names
from deepgraph.formats.readers.emit_numbers import inside, kept, scaling
from deepgraph.formats.readers.reaching import banks_that_feed
from deepgraph.formats.readers.terms import Dense
from deepgraph.spec.records import VERSION, Layer, Normalise, Rescale, Spec
from deepgraph.words.messages import in_quotes, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Bank
    from deepgraph.formats.readers.naming import Naming

WRITTEN_INSIDE = 150
"""The most parameters of a network in layers that stand in the spec and not in a file beside it."""


class LayerWriter:
    """Writes a network as layers, if they can say it.

    Attributes:
        network: with its names.
        arrays: what is to be written beside the spec, by name.
    """

    def __init__(self, network: Naming) -> None:
        self.network = network
        self.arrays: dict[str, NDArray[Any]] = {}
        self.parameter_names = names.Unique()

    def in_layers(self) -> Spec | None:
        """The spec of a dense chain; `None` for another network."""
        first, *rest = self.network.banks
        if first.kind != "input" or not rest or self._need_labels():
            return None
        if not all(self.network.needed[bank.nodes].all() for bank in self.network.banks):
            return None
        if self.network.outputs != rest[-1].nodes.tolist():
            return None
        by_first = {
            (bank.first, bank.size): number for number, bank in enumerate(self.network.banks)
        }
        layers = [self._layer(0, None, None, None)]
        count = 0
        for number, bank in enumerate(rest, 1):
            feeding = banks_that_feed(bank, by_first, self.network.banks)
            if feeding is None or not _is_dense(bank):
                return None
            term = bank.terms[0]
            assert isinstance(term, Dense)
            weights = self.parameter_names(term.name or f"W{number}")
            self.arrays[weights] = kept(term.matrix, weights)
            bias = None
            if bank.bias is not None:
                bias = self.parameter_names(bank.bias.name or f"b{number}")
                self.arrays[bias] = kept(bank.bias.values, bias)
            sources = None if feeding == [number - 1] else feeding
            layers.append(self._layer(number, weights, bias, sources))
            count += term.matrix.size + (bank.size if bias else 0)
        spec = Spec(deepgraph=VERSION, layers=layers)
        if count > WRITTEN_INSIDE:
            return spec
        parameters, self.arrays = inside(self.arrays), {}
        return msgspec.structs.replace(spec, parameters=parameters)

    def _need_labels(self) -> bool:
        """True if outputs have labels beside their ids, and there is room for nodes and edges."""
        if not self.network.labels:
            return False
        size = sum(term.size for bank in self.network.banks for term in bank.terms)
        if size <= self.network.assembly.max_edges:
            return True
        renamed = listed([in_quotes(self.network.ids[node]) for node in self.network.labels])
        self.network.report.notes.append(
            f"some inputs have the names of classes, which therefore are called {renamed}"
        )
        return False

    def _layer_id(self, number: int) -> str:
        bank, base = self.network.banks[number], self.network.base[number]
        return base if bank.size == 1 else names.stem(base)

    def _layer(
        self, number: int, weights: str | None, bias: str | None, sources: list[int] | None
    ) -> Layer:
        bank, name = self.network.banks[number], self._layer_id(number)
        ids = self.network.ids[bank.first : bank.first + bank.size]
        default = [name] if bank.size == 1 else [f"{name}{i + 1}" for i in range(bank.size)]
        activation = bank.activation
        assert not isinstance(activation, list)
        return Layer(
            name,
            bank.size,
            activation,
            weights=weights,
            bias=msgspec.UNSET if number == 0 else bias,
            sources=None if sources is None else [self._layer_id(n) for n in sources],
            names=None if ids == default else ids,
            normalise=scaling(Normalise, bank.normalise),
            rescale=scaling(Rescale, bank.rescale),
            classes=self.network.classes(bank.first),
            threshold=self.network.threshold(bank.first),
        )


def _is_dense(bank: Bank) -> bool:
    """True for what a layer can say of its nodes."""
    plain = not isinstance(bank.activation, list) and bank.aggregation == "sum"
    return plain and bank.kind == "hidden" and (bank.bias is None or bank.bias.is_plain)
