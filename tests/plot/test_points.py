"""Rows of a table by class."""

from __future__ import annotations

from deepgraph.plot.points import by_class


def test_known_classes_come_first_in_their_order_and_others_by_name():
    found = by_class(["z", "b", "a", "z", "y"], ["y", "absent", "z"])
    assert [(name, rows.tolist()) for name, rows in found] == [
        ("y", [4]),
        ("z", [0, 3]),
        ("a", [2]),
        ("b", [1]),
    ]
    assert by_class([], ["y"]) == []
