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


def test_an_image_beside_the_page_has_the_words_of_the_picture() -> None:
    data, metadata = notebook.bundle(deepgraph.load(SPECS / "xor.json"))
    output = {"data": data, "metadata": {**metadata, "filenames": {notebook.SVG: "my files/a.svg"}}}
    plain_pictures({"cells": [{"source": "x", "outputs": [output]}]}, {})
    words = "XOR with two ReLU nodes: 2 inputs, a hidden layer of 2 ReLU nodes, 1 output"
    assert output["data"]["text/markdown"] == f"![{words}](my%20files/a.svg)"
