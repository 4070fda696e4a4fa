"""Settings and epochs; what settings refuse is a test of `deepgraph.train.fit`."""

from __future__ import annotations

from deepgraph.train import Epoch, Score, Settings


def test_the_default_learning_rate_is_that_of_the_optimiser():
    assert [Settings(optimiser=name).rate for name in ("sgd", "adam")] == [0.1, 0.01]
    assert Settings(learning_rate=3, optimiser="adam").rate == 3


def test_validation_decides_where_there_is_any():
    assert Epoch(1, Score(0.5)).decisive == 0.5
    assert Epoch(1, Score(0.5), Score(0.7, 0.9)).decisive == 0.7
