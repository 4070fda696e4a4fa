"""Explanations of the gallery, and their lines judged."""

from __future__ import annotations

import csv
from collections import Counter

import msgspec

from deepgraph.spec import gallery
from tests.support.worked import judge, lines


def cases(net):
    """Inputs, targets and loss of every example; of a table its first rows."""
    name = net.spec.name
    for example in net.spec.examples:
        if example.inputs:
            inputs = {key: msgspec.json.decode(raw) for key, raw in example.inputs.items()}
            targets = {key: msgspec.json.decode(raw) for key, raw in example.targets.items()}
            yield inputs, targets, example.loss.name if example.loss else None
        else:
            with gallery.table(name).open() as stream:
                rows = list(csv.DictReader(stream))[:2]
            yield {key: [float(row[key]) for row in rows] for key in net.input_names}, {}, None


def explained(net, inputs, targets, loss, **options):
    """Forward and backward, with targets of our own where the example has none."""
    if loss is None:
        softmax = net.activation(net.outputs[0]).name == "softmax"
        loss = "cross_entropy" if softmax else "half_squared_error"
    if not targets and loss != "output":
        targets = {net.output_names[0]: 1.0}
    return net.explain(inputs, targets or None, loss=loss, learning_rate=0.5, **options)


def digits_of(precision):
    return 4 if precision is None else precision


def judged(explanation, precision):
    text = str(explanation)
    found = lines(text)
    assert len(found) == len(explanation.lines), "a line was lost or made on the way"
    return Counter(judge(line, digits_of(precision)) for line in found)
