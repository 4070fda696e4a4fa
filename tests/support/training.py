"""Rows to train on, and the gradient by the blocks of training."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume

import deepgraph
from deepgraph.engines.threads import one_blas_thread
from deepgraph.train.objective import goal
from deepgraph.train.packing import Blocks
from deepgraph.train.rows import Rows
from deepgraph.train.walk import Walk
from deepgraph.train.weights import Weights
from tests.support.strategies import SPECS

X = np.linspace(-1, 1, 150)[:, np.newaxis]
TARGETS = {"y": np.sin(3 * X[:, 0])}


def iris():
    net = deepgraph.load(SPECS / "iris.json")
    lines = (SPECS / "iris.csv").read_text().splitlines()[1:]
    rows = [line.rsplit(",", 1) for line in lines]
    return net, np.array([row[0].split(",") for row in rows], float), [row[1] for row in rows]


def gradient_by_blocks(net, X, targets, loss, parts=1):
    """Loss and (parameters,) gradient by the blocks, the rows cut into parts that are added up."""
    aim, wanted = goal(net, targets, loss, len(X))
    cut = Blocks(net, aim.nodes)
    total, by_parameter = 0.0, np.zeros(len(net.parameters))
    try:
        weights = Weights(net, cut)
    except deepgraph.InputError:  # nothing to train
        assume(False)
    rows = Rows(net.normalised(X.T), wanted)
    ends = np.linspace(0, len(X), parts + 1).astype(int)
    for start, end in pairwise(ends):
        walk = Walk(cut, aim, end - start, 1 / len(X), weights.slots, weights.slot_gradient)
        walk.load(rows, start)
        with np.errstate(all="ignore"), one_blas_thread():
            for _ in range(2):  # a second time, to see that nothing is left of the first
                loss_here = walk.forward()
                walk.back()
        weights.collect()
        total += loss_here
        moved = weights.values(weights.theta + weights.gradient) - weights.values(weights.theta)
        by_parameter += moved
    return total / len(X), by_parameter, cut


def check_gradient(net, X, targets, loss, parts=1):
    """Compare the gradient by the blocks with the reference; return the blocks."""
    expected = net.gradient(X, targets, loss)
    found, by_parameter, cut = gradient_by_blocks(net, X, targets, loss, parts)
    assert found == pytest.approx(expected.loss, rel=1e-12, abs=1e-12)
    wanted = np.where(net.parameters.trainable, expected.parameters, 0.0)
    scale = max(1.0, np.max(np.abs(wanted), initial=0), np.max(np.abs(net.parameters.values)))
    assert np.max(np.abs(by_parameter - wanted), initial=0) <= 1e-12 * scale
    return cut
