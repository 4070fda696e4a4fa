"""The records of a spec: what a key that is left out means, and that records do not change."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from deepgraph import spec
from deepgraph.spec import records
from deepgraph.spec.records import ABSENT

DOCS = Path(__file__).parents[2] / "docs" / "format.md"
SMALL = b"""{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
"edges": [{"source": "x", "target": "y"}], "layers": [{"id": "l", "size": 1, "from": ["x"]}]}"""


def test_keys_that_are_left_out():
    found = spec.read(SMALL)
    x, y = found.nodes
    assert (x.activation, x.aggregation, x.label, x.trainable) == ("identity", "sum", None, True)
    assert x.value is ABSENT or not bytes(x.value)
    assert (y.kind, found.edges[0].label, bytes(found.edges[0].weight)) == ("output", None, b"")
    assert found.layers[0].sources == ["x"]


def test_records_do_not_change():
    with pytest.raises(AttributeError, match="immutable"):
        spec.read(SMALL).nodes[0].id = "z"


def test_the_page_of_the_format_has_every_key_of_every_record():
    page = DOCS.read_text(encoding="utf-8")
    blocks = re.findall(r"^<!-- keys: (\w+) -->\n(.*?)^</div>", page, re.MULTILINE | re.DOTALL)
    told = {name: re.findall(r"^\| `(.+?)` \|", rows, re.MULTILINE) for name, rows in blocks}
    found = {
        name: [field.encode_name for field in msgspec.structs.fields(getattr(records, name))]
        for name in told
    }
    assert {name: sorted(keys) for name, keys in told.items()} == {
        name: sorted(keys) for name, keys in found.items()
    }
    assert {"Spec", "Node", "Edge", "Layer", "Loss", "Example"} <= set(told)
