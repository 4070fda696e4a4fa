"""The columns of targets, as they are typed."""

from __future__ import annotations

import pytest

from deepgraph.errors import InputError
from deepgraph.graph.target_columns import Wanted
from tests.support.strategies import network

NET = network(
    {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "a=b", "kind": "output"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [{"source": "x", "target": name, "weight": 1} for name in ("a=b", "y")],
    }
)


@pytest.mark.parametrize(
    ("texts", "nodes", "classes"),
    [
        (["y=t"], {"y": "t"}, None),
        (["y=t=u", "a=b=c"], {"y": "t=u", "a=b": "c"}, None),
        (["kind"], {}, "kind"),
        (["y=t in header"], {}, "y=t in header"),
    ],
)
def test_targets_as_they_are_typed(texts, nodes, classes):
    assert Wanted.of(NET, texts, ["x", "y=t in header"]) == Wanted(nodes, classes)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["y=t", "y=u"], 'target: "y" is given twice'),
        (["y=t", "kind"], "target kind: several targets are NODE=COLUMN each"),
        (["z=t"], 'target z=t: there is no node "z"; the outputs are a=b, y'),
    ],
)
def test_targets_that_do_not_fit(texts, message):
    with pytest.raises(InputError) as caught:
        Wanted.of(NET, texts, [])
    assert str(caught.value).startswith(message)
