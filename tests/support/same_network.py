"""Two texts of one network."""

from __future__ import annotations

import numpy as np

import deepgraph
from tests.support.strategies import same


def computes_the_same(left, right):
    """Two texts are one network: ids in order, parameters by name, outputs to the last bit."""
    one, two = deepgraph.loads(left), deepgraph.loads(right)
    assert one.input_names == two.input_names
    assert one.output_names == two.output_names
    assert set(one.ids) == set(two.ids)
    for net, other in ((one, two), (two, one)):
        for number in range(len(net.parameters)):
            name = net.parameters.name(number)
            found = other.parameters.find(net.parameters.key(number)) or other.parameters.find(name)
            assert found is not None or name in map(
                other.parameters.name, range(len(other.parameters))
            )
    X = np.random.default_rng(5).standard_normal((5, len(one.inputs)))
    assert same(one.initialised(3)(X), two.initialised(3)(X))
    assert len(one.spec.examples) == len(two.spec.examples)
