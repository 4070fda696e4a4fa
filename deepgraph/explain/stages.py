"""The forward pass once more, in vectors: by stages or by layers, and in matrix form."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Symbol
from deepgraph.explain.formula import in_symbols
from deepgraph.explain.matrix_form import MatrixForm, is_biased, layer_lines
from deepgraph.explain.named_stages import NamedStages
from deepgraph.explain.records import Step
from deepgraph.explain.wording import say
from deepgraph.functions.aggregations import SUM
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns, is_layered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.explain.records import Line
    from deepgraph.explain.values import Values

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def steps(values: Values, needed: Collection[int], *, whole: bool = True) -> list[Step]:
    """The stages that the spec names, or else the layers; then groups and layers in matrix form.

    Args:
        values: of one row.
        needed: the nodes that are explained.
        whole: False if these are only some of the nodes; then only their stages follow.
    """
    network, form = values.network, MatrixForm(values)
    found = list(NamedStages(form, needed).steps(predict=whole))
    if not whole:
        return found
    neurons = np.flatnonzero(network.kind > BIAS).tolist()
    summed = all(network.aggregations[node] == SUM for node in neurons)
    if not network.stages and summed and is_layered(network):
        found.append(Step(say("layer by layer"), tuple(_by_layers(values))))
    matrices = [*form.lines(), *layer_lines(values)]
    if matrices:
        found.append(Step(say("in matrix form"), tuple(matrices)))
    return found


def _by_layers(values: Values) -> Iterator[Line]:
    """Z¹ = weighted inputs + bias, A¹ = ReLU(Z¹), and so on: the names of the field."""
    network, column = values.network, columns(values.network)
    last = int(column.max())
    z_names, a_names = _names(values, last)
    before = say("inputs")
    for layer in range(1, last + 1):
        nodes = np.flatnonzero(column == layer).tolist()
        z_name, a_name = z_names[layer - 1], a_names[layer - 1]
        biased = is_biased(values, nodes)
        symbols = Symbol(say("weighted and bias" if biased else "weighted", before), "word")
        z = Symbol(z_name, "word")
        yield values.vector_line(z, symbols, [values.z(node) for node in nodes])
        before = z_name
        if not all(values.plain(node) for node in nodes):
            found = {in_symbols(network.activation(node), z) for node in nodes}
            shown = found.pop() if len(found) == 1 else ex.Call(say("activation"), (z,))
            here = Symbol(a_name, "word")
            yield values.vector_line(here, shown, [values.a(n) for n in nodes])
            before = a_name


def _names(values: Values, layers: int) -> tuple[list[str], list[str]]:
    """Z¹, Z², … and A¹, A², …; with primes if something in the network is called like one."""
    network = values.network
    taken = {*network.ids, *values.names, *network.parameters.names}
    for primes in count():
        z, a = (
            [
                f"{letter}{'′' * primes}{str(n).translate(_SUPERSCRIPTS)}"
                for n in range(1, layers + 1)
            ]
            for letter in "ZA"
        )
        if taken.isdisjoint([*z, *a]):
            return z, a
    raise AssertionError
