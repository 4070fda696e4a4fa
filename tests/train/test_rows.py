"""Rows: classes, the share for validation, orders from a seed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from deepgraph.errors import InputError
from deepgraph.train import fit
from deepgraph.train.rows import Rows, Shuffle, split
from tests.support.strategies import SPECS, network
from tests.support.training import iris
from tests.support.trainings import net as dense_net


def test_classes_are_learned_by_cross_entropy_and_counted():
    net, flowers, species = iris()
    found = fit(net, flowers, species, epochs=3, learning_rate=0.01)
    assert found.loss == "cross_entropy"
    first = found.history[0].training
    assert first.accuracy == 0.98
    hot = {name: np.array([name == s for s in species], float) for name in net.output_names}
    assert first.loss == pytest.approx(net.loss(flowers, hot, "cross_entropy"), rel=1e-12)
    with pytest.raises(InputError) as caught:
        fit(net, flowers[:2], ["setosa", "rose"])
    assert str(caught.value) == (
        'row 2: the class "rose" is no output; they are "setosa", "versicolor", "virginica"; '
        "the label of an output names its class"
    )
    with pytest.raises(InputError) as caught:
        fit(net, flowers, species, validation=(flowers[:1], ["Setosa"]))
    assert str(caught.value) == (
        'rows to validate with: row 1: the class "Setosa" is no output; did you mean "setosa"?'
    )


def test_outputs_of_one_name_are_no_classes():
    spec = json.loads((SPECS / "iris.json").read_text())
    spec["layers"][-1]["names"] = ["a", "b", "c"]
    text = json.dumps(spec)
    nodes = [{"id": "d", "kind": "output", "label": "a", "activation": "softmax"}]
    edges = [{"source": "h1", "target": "d", "label": "w"}]
    spec = json.loads(text) | {"nodes": nodes, "edges": edges, "examples": []}
    spec["parameters"]["w"] = 1
    net = network(spec)
    with pytest.raises(InputError) as caught:
        fit(net, iris()[1][:1], ["a"])
    assert str(caught.value) == (
        'two outputs are called "a", so that the name does not tell one class from another; '
        "give each a label of its own"
    )


def rows(count):
    numbers = np.arange(count, dtype=float)
    return Rows(numbers[np.newaxis], 10 * numbers[np.newaxis], np.arange(count))


def test_orders_are_those_of_the_seed_and_the_purpose_forever():
    shuffle = Shuffle(5, "batches")
    assert shuffle(8).tolist() == [7, 4, 3, 5, 1, 2, 6, 0]
    assert shuffle(8).tolist() != Shuffle(5, "batches")(8).tolist()  # the next one is another
    others = [Shuffle(5, "validation"), Shuffle(-5, "batches"), Shuffle(2**70, "batches")]
    assert len({tuple(other(8).tolist()) for other in [Shuffle(5, "batches"), *others]}) == 4


def test_a_split_keeps_the_order_of_the_table_and_every_row():
    learned, kept = split(rows(10), 0.3, 7)
    assert (len(learned), len(kept)) == (7, 3)
    for part in (learned, kept):
        assert (np.diff(part.inputs[0]) > 0).all()
        assert np.array_equal(part.targets, 10 * part.inputs)
        assert np.array_equal(part.classes, part.inputs[0])
    assert sorted([*learned.classes, *kept.classes]) == list(range(10))
    assert split(rows(10), 0.3, 8)[1].classes.tolist() != kept.classes.tolist()


@pytest.mark.parametrize("share", [0, 1, -0.1, np.nan, 0.04, 0.96])
def test_a_share_that_leaves_a_part_empty_is_refused(share):
    with pytest.raises(InputError, match=r"^a validation share "):
        split(rows(10), share, 0)


def test_two_classes_that_the_spec_does_not_name_are_told_how():
    made = dense_net([2, 1], "tanh", "sigmoid", seed=1)
    with pytest.raises(InputError) as caught:
        fit(made, [[0, 0], [0, 1], [1, 1]], ["no", "yes", "yes"])
    assert str(caught.value) == (
        'row 1: the class "no" is no class; the classes are "0", "1"; the output may name its own '
        'in the spec, "classes": ["no", "yes"], the smaller first'
    )
