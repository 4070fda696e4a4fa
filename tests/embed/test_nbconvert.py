"""What nbconvert gets for Markdown; tests/embed/setups runs nbconvert itself, by hand."""

from __future__ import annotations

import deepgraph
from deepgraph.embed import notebook
from deepgraph.embed.nbconvert import plain_pictures
from tests.support.strategies import SPECS


def test_pictures_are_plain_and_other_outputs_stay() -> None:
    data, _ = notebook.bundle(deepgraph.load(SPECS / "xor.json"))
    table = {"text/html": "<table></table>", "image/svg+xml": "<svg/>"}
    lines = {**data, "text/html": data["text/html"].splitlines(keepends=True)}
    outputs = [{"data": dict(data)}, {"data": lines}, {"data": dict(table)}, {"text": "printed"}]
    cells = [{"source": "# A"}, {"source": "x", "outputs": outputs}]
    found, resources = plain_pictures({"cells": cells}, {"a": 1})
    assert resources == {"a": 1}
    shown = [output.get("data") for output in found["cells"][1]["outputs"]]
    plain = {kind: data[kind] for kind in ("text/plain", "image/svg+xml")}
    assert shown == [plain, plain, table, None]
